"""Two themes of the same people set beside each other, and a share held against a level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ..statistics import Design, Undefined, fisher_exact, mean_share, newcombe, weighted_mean, wilson
from .contrast import MIN_SCHOOLS, MIN_SCHOOLS_A_GROUP
from .findings import Finding
from .propositions import Proposition, Strand
from .strand_estimates import NO_P_OF_PEOPLE, at_level, estimated, interval_of
from .strand_result import GroupRow, StrandResult


def _units(base: StrandResult, counted: pd.DataFrame) -> pd.DataFrame:
    """One row a school (mean shares) or a person, with voiced and second in [0, 1]."""
    if base.unit == "school":
        mine = counted[counted["urn"] != ""]
        return mine.groupby("urn")[["voiced", "second"]].mean().astype(float)
    return counted[["voiced", "second"]].astype(float)


def theme_pair(base: StrandResult, proposition: Proposition, counted: pd.DataFrame) -> StrandResult:
    """Is the second theme commoner where the first is voiced? Presence at schools, or of people."""
    units = _units(base, counted) > 0
    first, other = units["second"][units["voiced"]], units["second"][~units["voiced"]]
    k1, n1, k0, n0 = int(first.sum()), len(first), int(other.sum()), len(other)
    base = replace(
        base,
        n_cases=len(units) if base.unit == "school" else base.n_cases,
        groups=(
            GroupRow(label="first voiced", n_voiced=k1, n=n1, n_cases=n1, share=k1 / n1 if n1 else None),
            GroupRow(label="first not voiced", n_voiced=k0, n=n0, n_cases=n0, share=k0 / n0 if n0 else None),
        ),
        estimate_kind="difference of presence of the second theme, where the first is voiced and where not",
    )
    if min(n1, n0) < MIN_SCHOOLS_A_GROUP or n1 + n0 < MIN_SCHOOLS:
        reason = f"too thin: the first theme is voiced by {n1} of {n1 + n0} {base.unit}s"
        return replace(base, finding=Finding.TOO_THIN, reason=reason)
    limits = newcombe(k1, n1, k0, n0)
    test = fisher_exact(k1, n1, k0, n0) if base.unit == "school" else Undefined(reason=NO_P_OF_PEOPLE)
    return estimated(base, proposition, k1 / n1 - k0 / n0, limits, test)


def ordering(base: StrandResult, proposition: Proposition, counted: pd.DataFrame) -> StrandResult:
    """Is the first theme commoner than the second among the same people?"""
    units = _units(base, counted)
    gap = (units["voiced"] - units["second"]).to_numpy()
    base = replace(
        base,
        groups=tuple(
            GroupRow(
                label=label,
                n_voiced=int((units[column] > 0).sum()),
                n=len(units),
                n_cases=len(units),
                share=float(units[column].mean()) if len(units) else None,
            )
            for label, column in (("first theme", "voiced"), ("second theme", "second"))
        ),
        estimate_kind="difference in shares of the same people",
    )
    if len(units) < MIN_SCHOOLS:
        return replace(base, finding=Finding.TOO_THIN, reason=f"too thin: {len(units)} {base.unit}s")
    found = weighted_mean(gap.tolist(), Design(n=len(gap)), [True] * len(gap))
    limits = interval_of(found)
    return estimated(base, proposition, float(gap.mean()), limits, Undefined(reason="one group answers both"))


def level(base: StrandResult, strand: Strand, counted: pd.DataFrame) -> StrandResult:
    units = _units(base, counted)["voiced"]
    if len(units) < MIN_SCHOOLS:
        return replace(base, finding=Finding.TOO_THIN, reason=f"too thin: {len(units)} {base.unit}s")
    values = units.tolist()
    limits = mean_share(values) if base.unit == "school" else wilson(int(sum(values)), len(values))
    return at_level(base, strand, float(np.mean(values)), limits)
