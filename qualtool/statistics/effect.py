"""Cliff's delta: how far the schools of one group stand above those of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from .undefined import Undefined, missing_number


@dataclass(frozen=True, slots=True, kw_only=True)
class CliffsDelta:
    """Delta in [-1, 1], its size in words, and limits, or None with ``reason``."""

    delta: float
    size: str
    low: float | None
    high: float | None
    reason: str | None


def cliffs_delta(
    shares1: Sequence[float], shares0: Sequence[float], *, level: float = 0.95
) -> CliffsDelta | Undefined:
    """Cliff's delta with Cliff's asymmetric interval.

    delta = mean of sign(x_i - y_j); unbiased variance [n0² sum(d_i. - d)² + n1² sum(d_.j - d)²
    - sum(d_ij - d)²] / [n1 n0 (n1-1)(n0-1)]; limits [d - d³ -/+ t s sqrt((1-d²)² + t²s²)] /
    (1 - d² + t²s²) with t on n1 + n0 - 2 degrees of freedom. Cliff 1993, Psychol Bull 114:494.
    Sizes .147, .33, .474 after Romano and others 2006. With |delta| = 1 the variance is 0: the
    groups are completely separated and only the exact p speaks.
    """
    x, y = np.asarray(shares1, dtype=float), np.asarray(shares0, dtype=float)
    missing = missing_number(x, y)
    if missing:
        return missing
    n1, n0 = len(x), len(y)
    if min(n1, n0) == 0:
        return Undefined(reason="a group is empty")
    dominance = np.sign(x[:, np.newaxis] - y[np.newaxis, :])
    delta = float(dominance.mean())
    if abs(delta) == 1:
        return _without_limits(delta, "complete separation")
    if min(n1, n0) < 2:
        return _without_limits(delta, "fewer than two schools in a group")
    variance = float(
        n0**2 * ((dominance.mean(axis=1) - delta) ** 2).sum()
        + n1**2 * ((dominance.mean(axis=0) - delta) ** 2).sum()
        - ((dominance - delta) ** 2).sum()
    ) / (n1 * n0 * (n1 - 1) * (n0 - 1))
    if variance <= 1e-24:  # the unbiased estimate can fall below 0 in tiny groups
        return _without_limits(delta, "the estimated variance is not above 0")
    t = float(special.stdtrit(n1 + n0 - 2, 0.5 + level / 2))
    spread = t * t * variance
    half = sqrt(spread) * sqrt((1 - delta**2) ** 2 + spread)
    below = 1 - delta**2 + spread
    low, high = (delta - delta**3 - half) / below, (delta - delta**3 + half) / below
    return CliffsDelta(delta=delta, size=_size(delta), low=max(low, -1.0), high=min(high, 1.0), reason=None)


def _without_limits(delta: float, reason: str) -> CliffsDelta:
    return CliffsDelta(delta=delta, size=_size(delta), low=None, high=None, reason=reason)


def _size(delta: float) -> str:
    for bound, word in ((0.147, "negligible"), (0.33, "small"), (0.474, "medium")):
        if abs(delta) < bound:
            return word
    return "large"
