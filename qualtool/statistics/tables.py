"""Tables of two groups by yes and no: exact test, odds ratios with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, isfinite, log, sqrt
from typing import Any

import numpy as np
from scipy import special

from .undefined import Undefined

# Two tables whose probabilities differ by less than this share are equally probable (as in R).
_RELATIVE = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactTest:
    """An exact p, two-sided, and the smallest these margins can give at all."""

    p: float
    min_p: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OddsRatio:
    """An odds ratio with its limits; ``inf`` where a cell is empty, ``flags`` say 'zero_cell'."""

    estimate: float
    low: float
    high: float
    method: str
    flags: tuple[str, ...] = ()


def fisher_exact(k1: int, n1: int, k0: int, n0: int) -> ExactTest | Undefined:
    """Fisher's exact test of ``k1`` of ``n1`` against ``k0`` of ``n0``, two-sided.

    p = sum of the hypergeometric probabilities of all tables with these margins that are no more
    probable than the one seen; the smallest p is that of the less probable of the two extreme tables.
    Fisher 1935, The Design of Experiments; the two-sided rule is that of R's fisher.test. (SciPy's
    ``fisher_exact`` agrees for 2 x 2; beyond that it draws tables at random by default: see
    ``freeman_halton``.)

    Raises:
        ValueError: a count is negative or above its group.
    """
    _check(k1, n1, k0, n0)
    if min(n1, n0) == 0:
        return Undefined(reason="a group is empty")
    if k1 + k0 in (0, n1 + n0):
        return Undefined(reason="all units answer alike, so there is nothing to test")
    total = k1 + k0
    lowest, highest = max(0, total - n0), min(n1, total)
    x = np.arange(lowest, highest + 1)
    weight = _log_choose(n1, x) + _log_choose(n0, total - x) - _log_choose(n1 + n0, np.array(total))
    chance = np.exp(weight)

    def two_sided(at: int) -> float:
        limit = chance[at] * (1 + _RELATIVE)
        return min(float(chance[chance <= limit].sum()), 1.0)

    return ExactTest(
        p=two_sided(k1 - lowest),
        min_p=min(two_sided(0), two_sided(len(x) - 1)),
        method="Fisher's exact test",
    )


def conditional_odds_ratio(
    k1: int, n1: int, k0: int, n0: int, *, level: float = 0.95
) -> OddsRatio | Undefined:
    """Conditional maximum-likelihood odds ratio with its exact (Clopper-Pearson-like) interval.

    The noncentral hypergeometric distribution given the margins: Cornfield 1956; R's fisher.test
    gives the same. With an empty cell the estimate is 0 or infinite, and so is one limit.

    Raises:
        ValueError: a count is negative or above its group.
    """
    _check(k1, n1, k0, n0)
    if min(n1, n0) == 0 or k1 + k0 in (0, n1 + n0):
        return Undefined(reason="a group is empty or all units answer alike")
    from scipy.stats import contingency  # slow to import

    found: Any = contingency.odds_ratio([[k1, n1 - k1], [k0, n0 - k0]], kind="conditional")
    limits = found.confidence_interval(confidence_level=level)
    estimate = float(found.statistic)
    flags = () if isfinite(estimate) and estimate > 0 else ("zero_cell",)
    return OddsRatio(
        estimate=estimate,
        low=float(limits.low),
        high=float(limits.high),
        method="conditional odds ratio, exact interval",
        flags=flags,
    )


def woolf_odds_ratio(k1: int, n1: int, k0: int, n0: int, *, level: float = 0.95) -> OddsRatio | Undefined:
    """Sample odds ratio with Woolf's interval exp(log OR -/+ z sqrt(sum of 1/cell)).

    With an empty cell 0.5 is added to every cell (Haldane 1955, the same as Firth's for one 2 x 2
    table), flagged 'zero_cell'. Woolf 1955, Ann Hum Genet 19:251.

    Raises:
        ValueError: a count is negative or above its group.
    """
    _check(k1, n1, k0, n0)
    if min(n1, n0) == 0:
        return Undefined(reason="a group is empty")
    cells = np.array([k1, n1 - k1, k0, n0 - k0], dtype=float)
    has_zero = bool((cells == 0).any())
    if has_zero:
        cells += 0.5
    ratio = cells[0] * cells[3] / (cells[1] * cells[2])
    half = float(special.ndtri(0.5 + level / 2)) * sqrt(float((1 / cells).sum()))
    method = "odds ratio with 0.5 added to each cell (Haldane), Woolf interval" if has_zero else "odds ratio"
    return OddsRatio(
        estimate=float(ratio),
        low=exp(log(ratio) - half),
        high=exp(log(ratio) + half),
        method=method if has_zero else f"{method}, Woolf interval",
        flags=("zero_cell",) if has_zero else (),
    )


def risk_ratio_of_odds(odds_ratio: float, risk_0: float) -> float | Undefined:
    """Risk ratio that an odds ratio means at a baseline risk: OR / (1 - p0 + p0 OR).

    Zhang & Yu 1998, JAMA 280:1690. An odds ratio of 2.5 is a risk ratio of 2.43 at 2% and 1.82 at 25%.

    Raises:
        ValueError: the odds ratio is not above 0, or the risk not in [0, 1).
    """
    if not odds_ratio > 0 or not 0 <= risk_0 < 1:
        raise ValueError("an odds ratio is above 0 and a baseline risk in [0, 1)")
    if odds_ratio == inf:
        return Undefined(reason="the odds ratio is infinite")
    return odds_ratio / (1 - risk_0 + risk_0 * odds_ratio)


def _check(k1: int, n1: int, k0: int, n0: int) -> None:
    if not (0 <= k1 <= n1 and 0 <= k0 <= n0):
        raise ValueError("a count lies between 0 and the size of its group")


def _log_choose(n: int, k: np.ndarray) -> np.ndarray:
    return special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
