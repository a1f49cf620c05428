"""Case-study sampling: where schools stand in the country, and which schools to compare them with.

A comparison school shares the phase and what the researcher fixes (region or local authority, band of
size, band of free meals, base) and is the nearest by stated variables. Distance: Euclidean over the
variables divided by their standard deviation among the schools of the phase, so that a pupil and a
percentage point weigh alike (Stuart 2010, "Matching methods for causal inference", Statistical
Science 25(1), on exact matching followed by nearest neighbours). Nothing is said of causes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..model import IndicatorFile
from .bases import base_statuses
from .quartiles import quartile, quartile_cuts
from .rates import rates
from .reference import reference_population
from .school_years import MAINSTREAM, CensusYear, census_years

Fixed = Literal["region", "la_code", "size_band", "fsm_band", "has_base"]
VARIABLES = ("roll", "ehcp_rate", "sen_support_rate", "any_sen_rate", "fsm6_rate")
MISSED = 20
"""How many of the schools that were left out are named."""
_TEXTS = ("school_name", "region", "status")


def school_frame(files: Sequence[IndicatorFile]) -> pd.DataFrame:
    """Mainstream schools of the latest census, one row each, by URN.

    Columns: year phase la_code school_name region status has_base roll ehcp_rate sen_support_rate
    any_sen_rate fsm6_rate (of eligible pupils where six years are not counted: fsm_rate) ehcp_quartile
    size_band fsm_band. Bands are quartiles (1 to 4) of the phase; numbers that are not known are NaN.
    """
    census = next(reversed(census_years(files)), None)
    if census is None:
        return pd.DataFrame(columns=["year", "phase", *VARIABLES])
    frame = pd.DataFrame.from_dict(_numbers(census), orient="index")
    frame.index.name = "urn"
    texts = _texts(files)
    for name in _TEXTS:
        frame[name] = [texts.get((urn, name), "") for urn in frame.index]
    bases = base_statuses(files, year=census.year)
    frame["has_base"] = [bases[u].has_base[0] if u in bases else "unknown" for u in frame.index]
    frame["ehcp_quartile"] = np.nan
    for phase in MAINSTREAM:
        cuts = reference_population(census, phase).cuts
        of_phase = frame["phase"] == phase
        if cuts is not None:
            placed = frame.loc[of_phase, "ehcp_rate"].map(lambda rate, c=cuts: _place(rate, c))
            frame.loc[of_phase, "ehcp_quartile"] = placed
        for band, of in (("size_band", "roll"), ("fsm_band", "fsm6_rate")):
            frame.loc[of_phase, band] = _bands(frame.loc[of_phase, of])
    return frame


def standing_of_phases(files: Sequence[IndicatorFile]) -> dict[str, str]:
    """What the schools of each phase of the latest census stand for, in words."""
    census = next(reversed(census_years(files)), None)
    if census is None:
        return {}
    found: dict[str, str] = {}
    for phase in MAINSTREAM:
        reference = reference_population(census, phase)
        if reference.kind == "national":
            found[phase] = "All schools of the country: they add up to the national totals in the file."
        elif reference.kind == "loaded_set":
            found[phase] = (
                "Not proven to be the whole country: bands and quartiles are within the loaded set."
            )
        else:
            found[phase] = (
                f"Not the country ({reference.reason}): there are no quartiles of the EHCP rate, and bands"
                " are within the loaded schools."
            )
    return found


def _numbers(census: CensusYear) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for urn, school in census.schools.items():
        if school.phase not in MAINSTREAM:
            continue
        made = rates(school.cells)
        fsm = made["fsm6_rate"] if made["fsm6_rate"].value is not None else made["fsm_rate"]
        roll = school.cells["roll"].value if "roll" in school.cells else None
        numbers = {name: made[name].value for name in ("ehcp_rate", "sen_support_rate", "any_sen_rate")}
        all_numbers = {"roll": roll, **numbers, "fsm6_rate": fsm.value}
        found[urn] = {
            "year": census.year,
            "phase": school.phase,
            "la_code": school.la_code or "",
            **{name: np.nan if value is None else value for name, value in all_numbers.items()},
        }
    return found


def _texts(files: Sequence[IndicatorFile]) -> dict[tuple[str, str], str]:
    """What is said of a school's name, region and status: by the latest register, else by the latest file."""
    found: dict[tuple[str, str], str] = {}
    latest_first = sorted(files, key=lambda f: f.year or "", reverse=True)
    for file in sorted(latest_first, key=lambda f: not f.dataset.startswith("gias")):
        for urn, _, name, _, _, raw in file.values:
            if name in _TEXTS and raw.strip():
                found.setdefault((urn, name), raw.strip())
    return found


def _place(rate: Any, cuts: tuple[float, float, float]) -> float:
    return np.nan if np.isnan(rate) else float(quartile(rate, cuts))


def _bands(values: pd.Series) -> pd.Series:
    known = values.dropna()
    if known.empty:
        return values
    cuts = quartile_cuts(known.to_list())
    return values.map(lambda value: _place(value, cuts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """Schools to compare one school with, nearest first.

    ``found`` are ``(urn, distance)``. ``left_out`` counts, reason by reason in the order in which they
    were asked, the schools of the phase that are not among the candidates; with ``n_candidates`` they
    add up to ``n_of_phase``. ``reason`` says why there is none. ``missed`` are ``(urn, distance, why)`` of
    the schools nearest by the same variables that were left out.
    """

    urn: str
    found: tuple[tuple[str, float], ...]
    n_of_phase: int
    n_candidates: int
    left_out: Mapping[str, int]
    reason: str | None = None
    missed: tuple[tuple[str, float, str], ...] = ()


def comparisons(
    frame: pd.DataFrame,
    urn: str,
    *,
    fixed: Collection[Fixed] = ("region", "size_band", "fsm_band"),
    near: Sequence[str] = ("roll", "fsm6_rate"),
    quartiles: Collection[int] = (1, 2, 3, 4),
    without: Collection[str] = (),
    n: int = 5,
) -> Comparisons:
    """The ``n`` schools nearest to ``urn`` by ``near`` among those that share its phase and ``fixed``.

    ``quartiles`` of the EHCP rate that a comparison school may have; ``without`` are URNs that cannot be
    one (the study's own). Closed schools are left out. Equal distances go by URN.
    """
    if urn not in frame.index:
        return Comparisons(
            urn=urn, found=(), n_of_phase=0, n_candidates=0, left_out={}, reason="not in the latest census"
        )
    school: Any = frame.loc[urn]
    others = frame[(frame["phase"] == school["phase"]) & (frame.index != urn)]
    left_out: Counter[str] = Counter()
    kept = others
    why: dict[Any, str] = {}
    for reason, keep in _conditions(others, school, fixed, near, quartiles, without):
        still = kept[keep.loc[kept.index]]
        left_out[reason] += len(kept) - len(still)
        why.update(dict.fromkeys(kept.index.difference(still.index), reason))
        kept = still
    unknown = [name for name in (*fixed, *near) if _is_unknown(school[name])]
    if unknown:
        shown = ", ".join(unknown)
        return Comparisons(
            urn=urn,
            found=(),
            n_of_phase=len(others),
            n_candidates=0,
            left_out={},
            reason=f"of the school itself this is not known: {shown}",
        )
    return Comparisons(
        urn=urn,
        found=_nearest(others, kept, school, near, n),
        n_of_phase=len(others),
        n_candidates=len(kept),
        left_out=dict(left_out),
        reason=None if len(kept) else "no school fulfils all conditions",
        missed=_missed(others, school, near, why),
    )


def _missed(
    others: pd.DataFrame, school: Any, near: Sequence[str], why: Mapping[Any, str]
) -> tuple[tuple[str, float, str], ...]:
    left = others.loc[list(why)]
    left = left[left[list(near)].notna().all(axis=1)]
    return tuple((urn, away, why[urn]) for urn, away in _nearest(others, left, school, near, MISSED))


def _is_unknown(value: object) -> bool:
    return value == "" or value == "unknown" or (isinstance(value, float) and np.isnan(value))


_REASONS: Mapping[str, str] = {
    "region": "in another region, or of unknown region",
    "la_code": "in another local authority",
    "size_band": "of another size band",
    "fsm_band": "of another band of free meals",
    "has_base": "another answer about a base",
}


def _conditions(
    others: pd.DataFrame,
    school: Any,
    fixed: Collection[Fixed],
    near: Sequence[str],
    quartiles: Collection[int],
    without: Collection[str],
) -> list[tuple[str, pd.Series]]:
    found = [
        ("in the study already", ~others.index.to_series().isin(list(without))),
        ("closed", others["status"].str.lower() != "closed"),
    ]
    found += [(_REASONS[name], others[name] == school[name]) for name in fixed]
    if set(quartiles) != {1, 2, 3, 4}:
        wanted = " or ".join(f"Q{q}" for q in sorted(quartiles))
        found.append((f"not in {wanted} of the EHCP rate", others["ehcp_quartile"].isin(list(quartiles))))
    found += [(f"{name} is not known", others[name].notna()) for name in near]
    return found


def _nearest(
    others: pd.DataFrame, kept: pd.DataFrame, school: Any, near: Sequence[str], n: int
) -> tuple[tuple[str, float], ...]:
    if kept.empty:
        return ()
    spread = others[list(near)].std(ddof=0).replace(0, np.nan)
    away = (kept[list(near)] - school[list(near)].astype(float)) / spread
    # A variable that all schools share tells none apart.
    distance = np.sqrt((away.fillna(0.0) ** 2).sum(axis=1))
    ordered = sorted(zip(distance, kept.index, strict=True))[:n]
    return tuple((str(urn), float(d)) for d, urn in ordered)
