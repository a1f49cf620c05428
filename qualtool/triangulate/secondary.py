"""A second look at a strand of coded texts: presence at schools, people within schools, equivalence.

None of it makes a finding; it stands beside one, and is worked out when somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import Any

import numpy as np
import pandas as pd

from ..statistics import (
    N_DRAWS,
    Clustering,
    Equivalence,
    ExactTest,
    Interval,
    OddsRatio,
    Undefined,
    anova_icc,
    cochran_armitage,
    conditional_odds_ratio,
    fisher_exact,
    freeman_halton,
    gee_logit,
    newcombe,
    tost_permutation,
    woolf_odds_ratio,
)
from .grouping import QUARTILES, TWO_GROUPS, place_schools
from .propositions import Proposition, Strand
from .shares import SchoolShare, school_shares
from .strand_estimates import merged
from .text_strand import TextEvidence, chosen

Row = dict[str, Any]


def secondary_rows(proposition: Proposition, strand: Strand, evidence: TextEvidence) -> list[Row]:
    """Statistics beside a strand's finding: name, value, low, high, p, min_p, reason, note.

    Two groups: presence at schools (Newcombe), conditional and Haldane odds ratios, Fisher's test,
    equivalence by permutation, and from 30 schools a logistic GEE of people. Quartiles: Freeman-Halton
    of presence with Cramer's V, and from 30 schools Cochran-Armitage. Both: intraclass correlation of
    people within schools and the design effect. Empty where the strand is of another kind.
    """
    groups = evidence.groups
    if groups is None or strand.contrast not in (*TWO_GROUPS, "quartiles"):
        return []
    people = chosen(proposition, strand, evidence)
    people = people[people["urn"] != ""]
    if people.empty:
        return []
    shares = school_shares(people, place_schools(merged(groups, strand), strand.contrast))
    schools = [s for s in shares.schools if s.place is not None and s.share is not None]
    members = _members(people, schools, asked=shares.denominator == "asked")
    rows = [_icc(members)]
    if strand.contrast in TWO_GROUPS:
        rows += _two_groups(schools, members, TWO_GROUPS[strand.contrast][0], proposition.mid_of(strand))
    else:
        rows += _quartiles(schools)
    return rows


def _members(people: pd.DataFrame, schools: list[SchoolShare], *, asked: bool) -> pd.DataFrame:
    """People of the denominator at schools with a group: urn, voiced, label."""
    labels: Mapping[str, str] = {s.urn: s.place.label for s in schools if s.place is not None}
    mine = people[people["urn"].isin(list(labels))]
    if asked:
        mine = mine[mine["voiced"] | (mine["asked"] == "yes")]
    once = mine.groupby(["participant", "urn"], as_index=False)[["voiced"]].any()
    return once.assign(label=once["urn"].map(dict(labels)))


def _row(name: str, value: float | None, **more: Any) -> Row:
    empty: Row = {"low": None, "high": None, "p": None, "min_p": None, "reason": None, "note": ""}
    return {"name": name, "value": value, **empty, **more}


def _icc(members: pd.DataFrame) -> Row:
    found = anova_icc(members["voiced"].astype(float).tolist(), members["urn"].tolist())
    if not isinstance(found, Clustering):
        return _row("intraclass correlation of people within schools", None, reason=found.reason)
    note = f"design effect {found.design_effect:.2f} at {found.size:.1f} people a school"
    return _row("intraclass correlation of people within schools", found.icc, note=note)


def _two_groups(schools: list[SchoolShare], members: pd.DataFrame, first: str, mid: float) -> list[Row]:
    group = [s.place is not None and s.place.label == first for s in schools]
    present = [s.n_voiced > 0 for s in schools]
    n1, n0 = sum(group), len(group) - sum(group)
    k1 = sum(p and g for p, g in zip(present, group, strict=True))
    k0 = sum(present) - k1
    shares = [s.share or 0.0 for s in schools]
    return [
        _presence(k1, n1, k0, n0),
        _ratio("conditional odds ratio of presence", conditional_odds_ratio(k1, n1, k0, n0)),
        _ratio("odds ratio of presence", woolf_odds_ratio(k1, n1, k0, n0)),
        _exact("Fisher's exact test of presence", fisher_exact(k1, n1, k0, n0)),
        _equivalence(shares, group, mid),
        _model(members, first),
    ]


def _presence(k1: int, n1: int, k0: int, n0: int) -> Row:
    name = "difference in presence at schools"
    found = newcombe(k1, n1, k0, n0)
    if not isinstance(found, Interval):
        return _row(name, None, reason=found.reason)
    note = f"{k1} of {n1} and {k0} of {n0} schools with at least one voice"
    return _row(name, k1 / n1 - k0 / n0, low=found.low, high=found.high, note=note)


def _ratio(name: str, found: OddsRatio | Undefined) -> Row:
    if isinstance(found, Undefined):
        return _row(name, None, reason=found.reason)
    value, low, high = (x if np.isfinite(x) else None for x in (found.estimate, found.low, found.high))
    reason = None if value is not None else "infinite: a cell is empty"
    note = ", ".join((found.method, *found.flags))
    return _row(name, value, low=low, high=high, reason=reason, note=note)


def _exact(name: str, found: ExactTest | Undefined, value: float | None = None) -> Row:
    if isinstance(found, Undefined):
        return _row(name, value, reason=found.reason)
    return _row(name, value, p=found.p, min_p=found.min_p, note=found.method)


def _equivalence(shares: list[float], group: list[bool], mid: float) -> Row:
    name = f"equivalence within {mid:g}, by permutation"
    found = tost_permutation(shares, group, margin=mid, rng=np.random.default_rng(0))
    if not isinstance(found, Equivalence):
        return _row(name, None, reason=found.reason)
    # A side's smallest p is that of one labelling out of all.
    least = max(1 / comb(len(group), sum(group)), 1 / (N_DRAWS + 1))
    return _row(name, None, p=found.p, min_p=least, note=found.method)


def _model(members: pd.DataFrame, first: str) -> Row:
    name = "logistic GEE of people, exchangeable within schools"
    terms = {"group": (members["label"] == first).astype(float).tolist()}
    found = gee_logit(members["voiced"].tolist(), terms, members["urn"].tolist())
    if isinstance(found, Undefined):
        return _row(name, None, reason=found.reason)
    row = found[1]
    note = "odds ratio with Mancl-DeRouen standard error; odds are not chances"
    return _row(name, row.odds_ratio, low=row.low, high=row.high, note=note)


def _quartiles(schools: list[SchoolShare]) -> list[Row]:
    by = {label: [s for s in schools if s.place and s.place.label == label] for label in QUARTILES}
    k = [sum(s.n_voiced > 0 for s in mine) for mine in by.values()]
    n = [len(mine) for mine in by.values()]
    table = np.array([k, [b - a for a, b in zip(k, n, strict=True)]])
    exact = freeman_halton(table)
    rows = [_exact("presence by quartile (Cramer's V)", exact, _cramer(table))]
    name, trend = "Cochran-Armitage trend of presence", cochran_armitage(k, n)
    if isinstance(trend, Undefined) or isinstance(exact, Undefined):
        why = trend.reason if isinstance(trend, Undefined) else "its smallest p is not known"
        return [*rows, _row(name, None, reason=why)]
    note = f"{trend.method}; the smallest p is that of the exact test"
    return [*rows, _row(name, trend.chi_squared, p=trend.p, min_p=exact.min_p, note=note)]


def _cramer(table: np.ndarray) -> float | None:
    """Cramer's V: sqrt(X² / (N (min(r, c) - 1))) of the rows and columns that hold something."""
    held = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0].astype(float)
    if min(held.shape, default=0) < 2:
        return None
    expected = np.outer(held.sum(axis=1), held.sum(axis=0)) / held.sum()
    chi_squared = float(((held - expected) ** 2 / expected).sum())
    return float(np.sqrt(chi_squared / (held.sum() * (min(held.shape) - 1))))
