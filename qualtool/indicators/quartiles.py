"""Cuts, quartiles, and what is said of the schools in each.

Cuts: linear interpolation (type 7 of Hyndman and Fan 1996, "Sample quantiles in statistical
packages", The American Statistician 50(4)) on unweighted schools. A rate equal to a cut is in the
lower quartile, so the quartiles need not be of one size.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import numpy as np

Cuts = tuple[float, float, float]
# Below this mean in the lowest quartile a ratio says more of the small number than of the schools.
_LEAST_MEAN = 1.0


def quartile_cuts(rates: Sequence[float]) -> Cuts:
    """The three cuts of at least one rate."""
    first, second, third = np.quantile(np.asarray(rates, dtype=float), (0.25, 0.5, 0.75), method="linear")
    return float(first), float(second), float(third)


def quartile(rate: float, cuts: Cuts) -> int:
    """1 to 4: one more than the number of cuts strictly below ``rate``."""
    return 1 + sum(cut < rate for cut in cuts)


def describe_quartiles(schools: Sequence[tuple[float, float, float]], cuts: Cuts) -> dict[str, Any]:
    """Of ``(rate, count, roll)`` of schools: n, mean count, mean rate and pooled rate per quartile.

    The ratios are Q4 to Q1 and the gaps Q4 minus Q1; a ratio is None with a ``reason`` where the
    schools of Q1 have fewer than one pupil on average.
    """
    groups: list[list[tuple[float, float, float]]] = [[], [], [], []]
    for school in schools:
        groups[quartile(school[0], cuts) - 1].append(school)
    rows = [_described(number, group) for number, group in enumerate(groups, start=1)]
    low, high = rows[0], rows[3]
    names = ("mean_count", "mean_rate", "pooled_rate")
    reason = None
    if low["mean_count"] is None or high["mean_count"] is None:
        reason = "a quartile is empty"
    elif low["mean_count"] < _LEAST_MEAN:
        reason = "the schools of the lowest quartile have fewer than one pupil on average"
    has_both = low["n"] and high["n"]
    return {
        "quartiles": rows,
        "ratio": {name: None if reason else high[name] / low[name] for name in names},
        "gap": {name: high[name] - low[name] if has_both else None for name in names},
        "reason": reason,
    }


def _described(number: int, group: Sequence[tuple[float, float, float]]) -> dict[str, Any]:
    if not group:
        return {"quartile": number, "n": 0, "mean_count": None, "mean_rate": None, "pooled_rate": None}
    return {
        "quartile": number,
        "n": len(group),
        "mean_count": fmean(count for _, count, _ in group),
        "mean_rate": fmean(rate for rate, _, _ in group),
        "pooled_rate": 100 * sum(count for _, count, _ in group) / sum(roll for _, _, roll in group),
    }


def quartile_stability(earlier: dict[str, int], later: dict[str, int]) -> dict[str, Any]:
    """Of schools with a quartile in both years: how many, and the share whose quartile changed."""
    both = sorted(earlier.keys() & later.keys())
    changed = sum(earlier[urn] != later[urn] for urn in both)
    return {"n": len(both), "n_changed": changed, "share_changed": changed / len(both) if both else None}
