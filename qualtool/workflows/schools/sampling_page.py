"""The case-study sampling view: the study's schools in the country, and schools to compare them with."""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ...exporting import write_table
from ...indicators.deriving import loaded_links
from ...indicators.sampling import Comparisons, Fixed, comparisons, school_frame, standing_of_phases
from ...indicators.succession import Succession
from ...store.file import connection
from ...store.records import indicators as indicator_store
from ...store.records import people
from ...triangulate.charts import Layered
from ...triangulate.sampling_chart import distribution_chart
from ..about import about_now
from ..roles import require_exit
from .derived import stored_files, uncollected

NEAR_LABELS = {
    "roll": "Pupils on roll",
    "fsm6_rate": "Free meals, %",
    "ehcp_rate": "EHC plans, %",
    "sen_support_rate": "SEN support, %",
    "any_sen_rate": "Any SEN, %",
}
FIXED_LABELS: dict[Fixed, str] = {
    "region": "Region",
    "la_code": "Local authority",
    "size_band": "Size (quarter)",
    "fsm_band": "Free meals (quarter)",
    "has_base": "Base: yes or no",
}
COLUMNS = {
    "school": "School",
    "urn": "URN",
    "ehcp_quartile": "EHC plan quartile",
    "ehcp_rate": "EHC plans, %",
    "sen_support_rate": "SEN support, %",
    "roll": "Roll",
    "fsm6_rate": "FSM, %",
    "has_base": "Base",
    "la_code": "LA",
    "region": "Region",
    "phase": "Phase",
}
_cache: dict[tuple[str, ...], tuple[pd.DataFrame, dict[str, str], Succession | None]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """The schools of the study and all others of the latest census.

    ``frame`` as ``indicators.sampling.school_frame``; ``standing`` says of each phase what its schools stand
    for (the country, or a loaded set); ``became`` which school of the census one that is missing there
    became, in words, by the links of the register; ``own`` maps the study's URNs to their labels;
    ``missing`` are its schools that are not in that census. ``why_none`` says why there is nothing.
    """

    frame: pd.DataFrame
    own: dict[str, str]
    missing: dict[str, str]
    why_none: str | None = None
    standing: Mapping[str, str] = field(default_factory=dict)
    became: Mapping[str, str] = field(default_factory=dict)

    @property
    def phases(self) -> list[str]:
        """Phases in the census, those of the study's schools first."""
        of_own = list(dict.fromkeys(self.frame.loc[list(self.own), "phase"]))
        return [*of_own, *(p for p in dict.fromkeys(self.frame["phase"]) if p not in of_own)]


def sampled(study: Path) -> Sampled:
    """Place the study's schools in the latest loaded census."""
    with connection.reading(study) as db:
        key = tuple(sorted(row["bytes_sha256"] for row in indicator_store.files(db)))
        cases = [case for case in people.cases(db) if case["urn"]]
        with _lock:
            known = _cache.get(key)
        if known is None:
            with uncollected():
                files = stored_files(db)
                known = school_frame(files), standing_of_phases(files), loaded_links(files)
            with _lock:
                _cache.clear()
                _cache[key] = known
        frame, standing, links = known
    labels = {case["urn"]: case["pseudonym"] or case["name"] for case in cases}
    why = None
    if frame.empty:
        why = "No school census is loaded. Import one to see where schools stand in the country."
    missing = {urn: label for urn, label in labels.items() if urn not in frame.index}
    return Sampled(
        frame=frame,
        own={urn: label for urn, label in labels.items() if urn in frame.index},
        missing=missing,
        why_none=why,
        standing=standing,
        became={urn: _became(urn, links, frame) for urn in missing},
    )


def _became(urn: str, links: Succession | None, frame: pd.DataFrame) -> str:
    if links is None:
        return "No links between schools are loaded that could tell what it became."
    targets = links.targets(urn, set(frame.index))
    if not targets:
        return "No link of the register leads to a school that is in it."
    names = [f"{frame.at[target, 'school_name'] or 'a school'} (URN {target})" for target in targets]
    if len(names) == 1:
        return f"By the register's links it became {names[0]}."
    return f"By the register's links it was split: {' and '.join(names)}; which is meant is yours to say."


def compare(
    found: Sampled,
    urn: str,
    *,
    fixed: Collection[Fixed],
    near: Sequence[str],
    quartiles: Collection[int],
    n: int,
) -> Comparisons:
    """Schools to compare one of the study's schools with; its other schools cannot be one."""
    return comparisons(
        found.frame, urn, fixed=fixed, near=near, quartiles=quartiles, without=list(found.own), n=n
    )


def comparison_rows(found: Sampled, result: Comparisons) -> list[dict[str, Any]]:
    """The school itself, then its comparison schools, nearest first, with their distance."""
    places = [(result.urn, 0.0), *result.found] if result.urn in found.frame.index else list(result.found)
    return [{**_row(found, urn), "distance": round(distance, 2)} for urn, distance in places]


def missed_rows(found: Sampled, result: Comparisons) -> list[dict[str, Any]]:
    """The nearest of the schools that were left out, each with the first reason that kept it out."""
    return [
        {**_row(found, urn), "distance": round(distance, 2), "why": _reason(why)}
        for urn, distance, why in result.missed
    ]


def left_out_rows(result: Comparisons) -> list[dict[str, Any]]:
    """How many schools each condition left out, in the order in which they were asked."""
    return [{"reason": _reason(reason), "n": n} for reason, n in result.left_out.items() if n]


def _reason(reason: str) -> str:
    name = reason.removesuffix(" is not known")
    return f"{NEAR_LABELS[name].removesuffix(', %')}: not known" if name in NEAR_LABELS else reason


def own_rows(found: Sampled) -> list[dict[str, Any]]:
    """The study's schools with what places them."""
    return [_row(found, urn) for urn in found.own]


def _row(found: Sampled, urn: str) -> dict[str, Any]:
    school: Any = found.frame.loc[urn]
    row: dict[str, Any] = {"school": found.own.get(urn) or school["school_name"] or urn, "urn": urn}
    for name in list(COLUMNS)[2:]:
        value = school[name]
        if isinstance(value, float):
            value = None if pd.isna(value) else round(value, 1)
        row[name] = int(value) if name in ("roll", "ehcp_quartile") and value is not None else value
    return row


def draw_distribution(
    found: Sampled, *, phase: str, name: str, chosen: str | None = None, others: Sequence[str] = ()
) -> Layered:
    """All schools of a phase by one number, with the study's schools and their comparison schools marked."""
    of_phase = found.frame[found.frame["phase"] == phase]
    values: dict[Any, float] = of_phase[name].to_dict()
    names: dict[Any, str] = of_phase["school_name"].to_dict()
    own = {label: values[urn] for urn, label in found.own.items() if urn in values}
    near = {names[urn] or urn: values[urn] for urn in others if urn in values}
    known = [value for value in values.values() if not math.isnan(value)]
    return distribution_chart(known, own, near, title=NEAR_LABELS[name], chosen=found.own.get(chosen or ""))


def sampling_table(study: Path, found: Sampled, results: Sequence[Comparisons], format: str) -> bytes:
    """The study's schools and the comparison schools of each, as a confidential working copy.

    Raises:
        NotAllowedError: a reader asks for it.
    """
    require_exit(study, "sampling", release=False)
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    for result in results:
        of = found.own.get(result.urn, result.urn)
        rows += [{"compared_with": of, **row} for row in comparison_rows(found, result)[1:]]
        told = "; ".join(f"{row['n']} {row['reason']}" for row in left_out_rows(result))
        note = f"{of}: {result.n_candidates} of {result.n_of_phase} schools of its phase could be compared"
        notes.append(f"{note}; left out: {told}" if told else note)
    about = about_now(study, "Comparison schools", rows_in=len(rows), notes=notes)
    return write_table(rows, ["compared_with", *COLUMNS, "distance"], about, format)
