"""A theme set beside a school indicator: shares by group, difference, interval, exact p."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ..statistics import (
    MIN_SCHOOLS_FOR_BOOTSTRAP,
    Association,
    CliffsDelta,
    Interval,
    PermutationResult,
    Undefined,
    bootstrap_difference,
    cliffs_delta,
    kendall_tau_b,
    mean_share,
    permute_groups,
    spearman_interval,
    spearman_rho,
    stratified_welch,
    usable_strata,
    welch,
)
from .contrast_result import GroupShare, ThemeContrast
from .grouping import QUARTILES, TWO_GROUPS, Contrast, place_schools
from .sentences import counted
from .shares import SchoolShare, school_shares

MIN_SCHOOLS = 5
MIN_SCHOOLS_A_GROUP = 2


def theme_contrast(
    participants: pd.DataFrame,
    groups: Mapping[str, str | float | bool | None],
    contrast: Contrast,
    *,
    strata: Mapping[str, str | None] | None = None,
    rng: np.random.Generator,
) -> ThemeContrast:
    """Set the share of each school's participants who voice a theme beside its group.

    The unit of inference is the school. ``participants`` is described at ``school_shares``;
    ``groups`` maps a URN to the indicator's value (quartile, yes/no, number), ``strata`` a URN to,
    say, its phase (used by the two-group contrasts; a school without one is its own stratum
    'unknown'). Schools without a known value are in no group and are counted.

    Two groups: difference of mean shares with a Welch interval (bootstrap of schools from ten a
    group), exact permutation p, Cliff's delta. Quartiles: Kendall's tau-b. Continuous: Spearman's rho.
    With fewer than two schools in a group or five in all the numbers are None, with the reason.

    Raises:
        UserInputError: values that do not fit the contrast.
        ValueError: columns missing from ``participants``.
    """
    shares = school_shares(participants, place_schools(groups, contrast))
    used = [s for s in shares.schools if s.place is not None and s.share is not None]
    labels = _labels(contrast)
    result = ThemeContrast(
        contrast=contrast,
        groups=tuple(
            _group(label, [s for s in used if s.place and s.place.label == label]) for label in labels
        ),
        schools=shares.schools,
        denominator=shares.denominator,
        n_without_school=shares.n_without_school,
    )
    reason = _too_thin(shares.schools, result)
    if reason:
        return replace(result, reason=reason)
    if contrast in TWO_GROUPS:
        return _two_groups(result, used, TWO_GROUPS[contrast][0], strata, rng)
    return _ordered(result, used, rng)


def _labels(contrast: str) -> tuple[str, ...]:
    if contrast == "quartiles":
        return QUARTILES
    return TWO_GROUPS.get(contrast, ("all",))


def _group(label: str, schools: Sequence[SchoolShare]) -> GroupShare:
    values = [s.share for s in schools if s.share is not None]
    limits = mean_share(values)
    known = isinstance(limits, Interval)
    return GroupShare(
        label=label,
        n_cases=len(values),
        n_cases_voiced=sum(s.n_voiced > 0 for s in schools),
        n_participants=sum(s.n_asked for s in schools),
        n_participants_voiced=sum(s.n_voiced for s in schools),
        share=float(np.mean(values)) if values else None,
        share_low=limits.low if known else None,
        share_high=limits.high if known else None,
    )


def _too_thin(schools: Sequence[SchoolShare], result: ThemeContrast) -> str | None:
    """Why nothing can be estimated, or None. The order is that of what to mend first."""
    if not any(s.n_asked for s in schools):
        return "nobody at any school was asked about the theme, and nobody voiced it"
    n = sum(g.n_cases for g in result.groups)
    counts = " and ".join(f"{counted(g.n_cases, 'school')} in {g.label}" for g in result.groups)
    if result.contrast in TWO_GROUPS and min(g.n_cases for g in result.groups) < MIN_SCHOOLS_A_GROUP:
        return f"too thin: {counts}; each group needs at least {MIN_SCHOOLS_A_GROUP}"
    if n < MIN_SCHOOLS:
        return f"too thin: {counted(n, 'school')} with a known group; at least {MIN_SCHOOLS} are needed"
    return None


def _two_groups(
    result: ThemeContrast,
    used: Sequence[SchoolShare],
    first: str,
    strata: Mapping[str, str | None] | None,
    rng: np.random.Generator,
) -> ThemeContrast:
    y = np.array([s.share for s in used], dtype=float)
    group = np.array([s.place is not None and s.place.label == first for s in used])
    names = [strata.get(s.urn) or "unknown" for s in used] if strata is not None else None
    layers = usable_strata(group, names)
    if not layers:
        return replace(result, reason="no stratum holds schools of both groups")
    pairs = [(y[rows][group[rows]].tolist(), y[rows][~group[rows]].tolist()) for rows in layers]
    n_used = sum(len(rows) for rows in layers)
    difference = float(sum((len(a) + len(b)) / n_used * (np.mean(a) - np.mean(b)) for a, b in pairs))
    limits = _interval(pairs, strata is not None, rng)
    test = permute_groups(y.tolist(), group.tolist(), strata=names, rng=rng)
    delta = cliffs_delta(y[group].tolist(), y[~group].tolist())
    return replace(
        _with_test(result, test, limits),
        estimate=difference,
        estimate_kind="difference in mean school shares",
        cliffs=delta if isinstance(delta, CliffsDelta) else None,
        n_outside_strata=len(used) - n_used,
    )


def _interval(
    pairs: Sequence[tuple[list[float], list[float]]], is_stratified: bool, rng: np.random.Generator
) -> Interval | Undefined:
    if is_stratified:
        return stratified_welch(pairs)
    shares1, shares0 = pairs[0]
    if min(len(shares1), len(shares0)) >= MIN_SCHOOLS_FOR_BOOTSTRAP:
        found = bootstrap_difference(shares1, shares0, rng=rng)
        if isinstance(found, Interval):
            return found
    return welch(shares1, shares0)


def _ordered(result: ThemeContrast, used: Sequence[SchoolShare], rng: np.random.Generator) -> ThemeContrast:
    x = [s.place.position for s in used if s.place is not None]
    y = [s.share for s in used if s.share is not None]
    if result.contrast == "quartiles":
        kind, found = "Kendall's tau-b", kendall_tau_b(x, y, rng=rng)
        limits: Interval | Undefined = Undefined(reason="tau-b is given without an interval")
    else:
        kind, found = "Spearman's rho", spearman_rho(x, y, rng=rng)
        limits = spearman_interval(x, y, rng=rng)
    if not isinstance(found, Association):
        return replace(result, estimate_kind=kind, reason=f"{kind} is undefined: {found.reason}")
    filled = _with_test(result, found.test, limits)
    no_difference = f"an ordered contrast has no single difference; the estimate is {kind}"
    reason = no_difference if filled.reason is None else f"{no_difference}; {filled.reason}"
    return replace(filled, estimate=found.coefficient, estimate_kind=kind, reason=reason)


def _with_test(
    result: ThemeContrast, test: PermutationResult | Undefined, limits: Interval | Undefined
) -> ThemeContrast:
    methods, reasons = [], []
    if isinstance(test, PermutationResult):
        methods.append(test.method)
    else:
        reasons.append(f"no p: {test.reason}")
    if isinstance(limits, Interval):
        methods.append(limits.method)
    else:
        reasons.append(f"no interval: {limits.reason}")
    return replace(
        result,
        p=test.p if isinstance(test, PermutationResult) else None,
        min_p=test.min_p if isinstance(test, PermutationResult) else None,
        ci_low=limits.low if isinstance(limits, Interval) else None,
        ci_high=limits.high if isinstance(limits, Interval) else None,
        method="; ".join(methods),
        reason="; ".join(reasons) or None,
    )
