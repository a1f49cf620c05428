"""Trend over ordered groups: Cochran-Armitage, and an interval for tau-b."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from .intervals import Interval
from .undefined import Undefined, missing_number

MIN_SCHOOLS_FOR_TREND = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendTest:
    """A chi-squared of one degree of freedom for a linear trend in proportions, and its p."""

    chi_squared: float
    p: float
    method: str


def cochran_armitage(
    k: Sequence[int], n: Sequence[int], *, scores: Sequence[float] | None = None
) -> TrendTest | Undefined:
    """Cochran-Armitage test for a trend of ``k[i] / n[i]`` over ordered groups, scores 1, 2, ...

    X² = [sum s_i (x_i - n_i p)]² / {p(1-p) [sum n_i s_i² - (sum n_i s_i)² / N]}. Armitage 1955,
    Biometrics 11:375; R's prop.trend.test. It leans on large numbers: below
    ``MIN_SCHOOLS_FOR_TREND`` units it is undefined, and tau-b with its exact permutation stands.

    Raises:
        ValueError: lists of unlike length, or a count above its group.
    """
    x, m = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    s = np.arange(1, len(x) + 1, dtype=float) if scores is None else np.asarray(scores, dtype=float)
    missing = missing_number(x, m, s)
    if missing:
        return missing
    if not len(x) == len(m) == len(s) or (x < 0).any() or (x > m).any():
        raise ValueError("groups need a count, a size no smaller, and a score each")
    total = float(m.sum())
    if total < MIN_SCHOOLS_FOR_TREND:
        return Undefined(reason=f"fewer than {MIN_SCHOOLS_FOR_TREND} units for a test of large numbers")
    p = float(x.sum()) / total
    s = (s - s.mean()) / (float(np.ptp(s)) or 1.0)  # the test does not depend on their unit
    spread = p * (1 - p) * float((m * s * s).sum() - (m * s).sum() ** 2 / total)
    if spread <= 1e-12:
        return Undefined(reason="all units answer alike, or stand in one group")
    chi_squared = float((s * (x - m * p)).sum()) ** 2 / spread
    return TrendTest(
        chi_squared=chi_squared, p=float(special.chdtrc(1, chi_squared)), method="Cochran-Armitage trend test"
    )


def fieller_interval(tau: float, n: int, *, level: float = 0.95) -> Interval | Undefined:
    """Interval for Kendall's tau: tanh(atanh(tau) -/+ z sqrt(0.437 / (n - 4))).

    Fieller, Hartley & Pearson 1957, Biometrika 44:470; recommended for |tau| < .8 by Bonett & Wright
    2000, Psychometrika 65:23. With ties (tau-b) it is approximate. Example: Fagerland, Lydersen &
    Laake 2017, Statistical Analysis of Contingency Tables, table 7.7.

    Raises:
        ValueError: a coefficient outside [-1, 1].
    """
    if not abs(tau) <= 1 + 1e-9:
        raise ValueError("a coefficient lies between -1 and 1")
    if n <= 4:
        return Undefined(reason="fewer than five schools")
    if abs(tau) >= 1 - 1e-12:
        return Undefined(reason="the order is perfect, which leaves no spread for an interval")
    half = float(special.ndtri(0.5 + level / 2)) * sqrt(0.437 / (n - 4))
    low, high = np.tanh([np.arctanh(tau) - half, np.arctanh(tau) + half])
    return Interval(low=float(low), high=float(high), method="Fieller interval for tau")
