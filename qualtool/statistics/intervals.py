"""Intervals for proportions and for differences. All are two-sided, ``level`` 0.95 by default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special  # its quantiles load in a tenth of the time of scipy.stats

from .undefined import Undefined, missing_number

# Below this many schools in a group the bootstrap of schools is narrower than Welch's interval.
MIN_SCHOOLS_FOR_BOOTSTRAP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Lower and upper limit in the unit of the estimate, and the method in words."""

    low: float
    high: float
    method: str


def wilson(k: int, n: int, *, level: float = 0.95) -> Interval | Undefined:
    """Wilson's score interval for the proportion ``k / n``.

    Centre (p + z²/2n) / (1 + z²/n), half-width z sqrt(p(1-p)/n + z²/4n²) / (1 + z²/n).
    Wilson 1927, J Am Stat Assoc 22:209; examples in Newcombe 1998, Stat Med 17:857.

    Raises:
        ValueError: ``k`` is not between 0 and ``n``.
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a proportion")
    if n == 0:
        return Undefined(reason="nobody to take a share of")
    z = float(special.ndtri(0.5 + level / 2))
    p = k / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # At 0 and n the limit is exact; rounding would leave 1e-18 or 0.9999999999.
    low = 0.0 if k == 0 else centre - half
    high = 1.0 if k == n else centre + half
    return Interval(low=low, high=high, method="Wilson score interval")


def newcombe(k1: int, n1: int, k0: int, n0: int, *, level: float = 0.95) -> Interval | Undefined:
    """Newcombe's method 10 for the difference ``k1/n1 - k0/n0`` of independent proportions.

    d - sqrt((p1-l1)² + (u0-p0)²) to d + sqrt((u1-p1)² + (p0-l0)²), with Wilson limits l and u.
    Newcombe 1998, Stat Med 17:873.
    """
    first, second = wilson(k1, n1, level=level), wilson(k0, n0, level=level)
    if isinstance(first, Undefined) or isinstance(second, Undefined):
        return Undefined(reason="a group is empty")
    p1, p0 = k1 / n1, k0 / n0
    d = p1 - p0
    low = d - sqrt((p1 - first.low) ** 2 + (second.high - p0) ** 2)
    high = d + sqrt((first.high - p1) ** 2 + (p0 - second.low) ** 2)
    return Interval(low=max(low, -1.0), high=min(high, 1.0), method="Newcombe interval (method 10)")


def mean_share(shares: Sequence[float], *, level: float = 0.95) -> Interval | Undefined:
    """Student's t interval for the mean of school shares in [0, 1], clipped to [0, 1].

    mean -/+ t s / sqrt(n), t on n - 1 degrees of freedom. Student 1908, Biometrika 6:1.
    """
    y = np.asarray(shares, dtype=float)
    missing = missing_number(y)
    if missing:
        return missing
    if len(y) < 2:
        return Undefined(reason="fewer than two schools")
    standard_error = float(y.std(ddof=1)) / sqrt(len(y))
    if standard_error <= 1e-12:
        return Undefined(reason="every school has the same share")
    half = float(special.stdtrit(len(y) - 1, 0.5 + level / 2)) * standard_error
    mean = float(y.mean())
    return Interval(low=max(mean - half, 0.0), high=min(mean + half, 1.0), method="t interval over schools")


def welch(shares1: Sequence[float], shares0: Sequence[float], *, level: float = 0.95) -> Interval | Undefined:
    """Welch's interval for the difference between mean school shares, clipped to [-1, 1].

    Variance s1²/n1 + s0²/n0, degrees of freedom after Satterthwaite. Welch 1947, Biometrika 34:28.

    Where no school differs from its group there is no spread to build on. If every share is 0 or 1
    the difference of shares is the difference of presence, and Newcombe's interval over schools
    stands in, said in ``method``; for other constant shares presence would be another quantity,
    so the interval is undefined.
    """
    y1, y0 = np.asarray(shares1, dtype=float), np.asarray(shares0, dtype=float)
    missing = missing_number(y1, y0)
    if missing:
        return missing
    if min(len(y1), len(y0)) < 2:
        return Undefined(reason="fewer than two schools in a group")
    part1, part0 = float(y1.var(ddof=1)) / len(y1), float(y0.var(ddof=1)) / len(y0)
    variance = part1 + part0
    if variance <= 1e-24:
        return _without_spread(y1, y0, level)
    df = variance**2 / (part1**2 / (len(y1) - 1) + part0**2 / (len(y0) - 1))
    half = float(special.stdtrit(df, 0.5 + level / 2)) * sqrt(variance)
    d = float(y1.mean() - y0.mean())
    return Interval(
        low=max(d - half, -1.0), high=min(d + half, 1.0), method="Welch t interval on mean school shares"
    )


def _without_spread(y1: np.ndarray, y0: np.ndarray, level: float) -> Interval | Undefined:
    if not np.isin(np.concatenate([y1, y0]), (0.0, 1.0)).all():
        return Undefined(reason="the schools of each group do not differ, so there is no spread")
    found = newcombe(int(y1.sum()), len(y1), int(y0.sum()), len(y0), level=level)
    if isinstance(found, Undefined):
        return found
    method = f"{found.method} on presence, as schools within each group do not differ"
    return Interval(low=found.low, high=found.high, method=method)


def bootstrap_difference(
    shares1: Sequence[float],
    shares0: Sequence[float],
    *,
    rng: np.random.Generator,
    n_resamples: int = 9_999,
    level: float = 0.95,
) -> Interval | Undefined:
    """Percentile bootstrap of whole schools for the difference between mean school shares.

    Schools are drawn with replacement within their group. Efron & Tibshirani 1993, chapter 13.
    Undefined below ``MIN_SCHOOLS_FOR_BOOTSTRAP`` schools in a group, where it is too narrow.
    """
    y1, y0 = np.asarray(shares1, dtype=float), np.asarray(shares0, dtype=float)
    missing = missing_number(y1, y0)
    if missing:
        return missing
    if min(len(y1), len(y0)) < MIN_SCHOOLS_FOR_BOOTSTRAP:
        return Undefined(reason=f"fewer than {MIN_SCHOOLS_FOR_BOOTSTRAP} schools in a group")
    if np.ptp(y1) == 0 and np.ptp(y0) == 0:
        return Undefined(reason="the schools of each group do not differ, so there is no spread")
    drawn1 = y1[rng.integers(len(y1), size=(n_resamples, len(y1)))].mean(axis=1)
    drawn0 = y0[rng.integers(len(y0), size=(n_resamples, len(y0)))].mean(axis=1)
    low, high = np.quantile(drawn1 - drawn0, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(
        low=float(low), high=float(high), method=f"bootstrap of schools, {n_resamples} draws, percentiles"
    )


def stratified_welch(
    strata: Sequence[tuple[Sequence[float], Sequence[float]]], *, level: float = 0.95
) -> Interval | Undefined:
    """Interval for the difference averaged over strata, each weighted by its number of schools.

    ``strata`` holds one pair ``(shares1, shares0)`` a stratum. Variance sum of w_h²(s1²/n1 + s0²/n0)
    with Satterthwaite degrees of freedom over all its parts (Satterthwaite 1946, Biometrics 2:110).
    """
    if not strata:
        return Undefined(reason="no stratum")
    missing = missing_number(*(shares for pair in strata for shares in pair))
    if missing:
        return missing
    if min(len(shares) for pair in strata for shares in pair) < 2:
        return Undefined(reason="a stratum has fewer than two schools in a group")
    n_all = sum(len(a) + len(b) for a, b in strata)
    parts: list[tuple[float, int]] = []
    d = 0.0
    for pair in strata:
        weight = (len(pair[0]) + len(pair[1])) / n_all
        d += weight * float(np.mean(pair[0]) - np.mean(pair[1]))
        parts += [(weight**2 * float(np.var(y, ddof=1)) / len(y), len(y) - 1) for y in pair]
    variance = sum(part for part, _ in parts)
    if variance <= 1e-24:
        return Undefined(reason="the schools of each group do not differ, so there is no spread")
    df = variance**2 / sum(part**2 / below for part, below in parts)
    half = float(special.stdtrit(df, 0.5 + level / 2)) * sqrt(variance)
    return Interval(
        low=max(d - half, -1.0), high=min(d + half, 1.0), method="Welch t interval averaged over strata"
    )
