"""A strand of published school numbers alone: one indicator by another, over all schools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from ..errors import UserInputError
from ..statistics import Interval, Undefined, bonett_wright, spearman_rho, welch
from .contrast import MIN_SCHOOLS, MIN_SCHOOLS_A_GROUP
from .findings import Finding
from .grouping import CONTRASTS, TWO_GROUPS, Place, place_schools
from .propositions import Proposition, Strand
from .strand_estimates import Value, estimated, merge_note, merged
from .strand_result import GroupRow, StrandResult

ALL_SCHOOLS = "these are all schools that published, so nothing was sampled and no p is given"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorEvidence:
    """Values of an indicator by URN (per cent as published), and the groups of the same schools."""

    values: Mapping[str, float]
    groups: Mapping[str, Value]
    key: str
    missing: str | None = None


def indicator_result(proposition: Proposition, strand: Strand, evidence: IndicatorEvidence) -> StrandResult:
    """The finding of one strand of indicators; per cents are compared as shares."""
    base = StrandResult(
        kind=strand.kind,
        key=evidence.key,
        finding=Finding.SILENT_STRUCTURAL,
        indicator=strand.indicator or "",
        contrast=strand.contrast or "",
        mid=proposition.mid_of(strand),
        unit="school",
        frame="census",
        denominator="denominator: schools that published both indicators",
        merge_note=merge_note(strand),
    )
    if evidence.missing is not None:
        return replace(base, reason=evidence.missing)
    if strand.contrast not in CONTRASTS:
        return replace(base, reason=f"indicators have no contrast '{strand.contrast}'")
    try:
        places = place_schools(merged(evidence.groups, strand), strand.contrast)
    except UserInputError as err:  # values of one indicator must not stop the other propositions
        return replace(base, finding=Finding.UNCLEAR, reason=err.message.rstrip("."))
    both = {
        u: p for u, p in places.items() if p is not None and isfinite(evidence.values.get(u, float("nan")))
    }
    base = replace(base, n_cases=len(both))
    if strand.contrast == "continuous":
        return _ordered(base, proposition, both, evidence.values)
    ends = TWO_GROUPS.get(strand.contrast, ("Q4", "Q1"))
    shares = {
        label: [evidence.values[u] / 100 for u, p in both.items() if p.label == label] for label in ends
    }
    base = replace(
        base,
        groups=tuple(
            GroupRow(
                label=label,
                n_voiced=0,
                n=len(found),
                n_cases=len(found),
                share=float(np.mean(found)) if found else None,
            )
            for label, found in shares.items()
        ),
        estimate_kind="difference in mean rates of schools",
    )
    first, other = shares.values()
    if min(len(first), len(other)) < MIN_SCHOOLS_A_GROUP or len(first) + len(other) < MIN_SCHOOLS:
        counts = " and ".join(f"{g.n} in {g.label}" for g in base.groups)
        return replace(base, finding=Finding.TOO_THIN, reason=f"too thin: {counts}")
    d = float(np.mean(first) - np.mean(other))
    return estimated(base, proposition, d, welch(first, other), Undefined(reason=ALL_SCHOOLS))


def _ordered(
    base: StrandResult, proposition: Proposition, both: Mapping[str, Place], values: Mapping[str, float]
) -> StrandResult:
    if len(both) < MIN_SCHOOLS:
        return replace(base, finding=Finding.TOO_THIN, reason=f"too thin: {len(both)} schools")
    x = [place.position for place in both.values()]
    y = [values[urn] for urn in both]
    base = replace(base, estimate_kind="Spearman's rho")
    found = spearman_rho(x, y, rng=np.random.default_rng(0), max_exact=0, n_draws=1)
    if isinstance(found, Undefined):
        return replace(base, finding=Finding.UNCLEAR, reason=found.reason)
    limits: Interval | Undefined = bonett_wright(found.coefficient, len(both))
    return estimated(base, proposition, found.coefficient, limits, Undefined(reason=ALL_SCHOOLS))
