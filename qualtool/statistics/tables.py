"""Tables of two groups by yes and no: exact test, odds ratios with intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log, sqrt

import numpy as np
from scipy import special

from .undefined import Undefined

# Two tables whose probabilities differ by less than this share are equally probable (as in R).
_RELATIVE = 1e-7
# Above this many units rounding blurs which tables are equally probable.
MAX_UNITS = 1_000_000
TOO_MANY = f"more than {MAX_UNITS:,} units, too many for an exact test"


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
    ``freeman_halton``.) Undefined above ``MAX_UNITS`` units.

    Raises:
        ValueError: a count is negative or above its group.
    """
    _check(k1, n1, k0, n0)
    if min(n1, n0) == 0:
        return Undefined(reason="a group is empty")
    if k1 + k0 in (0, n1 + n0):
        return Undefined(reason="all units answer alike, so there is nothing to test")
    if n1 + n0 > MAX_UNITS:
        return Undefined(reason=TOO_MANY)
    x, weight = _tables_with_margins(n1, n0, k1 + k0)
    chance = _chances(weight)

    def two_sided(at: int) -> float:
        limit = chance[at] * (1 + _RELATIVE)
        return min(float(chance[chance <= limit].sum()), 1.0)

    return ExactTest(
        p=two_sided(k1 - int(x[0])),
        min_p=min(two_sided(0), two_sided(len(x) - 1)),
        method="Fisher's exact test",
    )


def conditional_odds_ratio(
    k1: int, n1: int, k0: int, n0: int, *, level: float = 0.95
) -> OddsRatio | Undefined:
    """Conditional maximum-likelihood odds ratio with its exact (Clopper-Pearson-like) interval.

    Given the margins, P(x) is in proportion to C(n1, x) C(n0, k1 + k0 - x) OR^x. The estimate has
    mean k1; at the lower limit P(X >= k1), at the upper P(X <= k1) is half of 1 - ``level``. Cornfield
    1956, Proc 3rd Berkeley Symp 4:135; R's fisher.test gives the same. With an empty cell the estimate
    is 0 or infinite, and so is one limit. Undefined above ``MAX_UNITS`` units.

    Raises:
        ValueError: a count is negative or above its group.
    """
    _check(k1, n1, k0, n0)
    if min(n1, n0) == 0 or k1 + k0 in (0, n1 + n0):
        return Undefined(reason="a group is empty or all units answer alike")
    if n1 + n0 > MAX_UNITS:
        return Undefined(reason=TOO_MANY)
    x, weight = _tables_with_margins(n1, n0, k1 + k0)
    tail = 0.5 - level / 2

    def estimated(log_odds: float) -> float:
        return float((x * _chances(weight + x * log_odds)).sum()) - k1

    def as_many(log_odds: float) -> float:
        return float(_chances(weight + x * log_odds)[x >= k1].sum()) - tail

    def as_few(log_odds: float) -> float:
        return tail - float(_chances(weight + x * log_odds)[x <= k1].sum())

    is_least, is_most = k1 == x[0], k1 == x[-1]
    return OddsRatio(
        estimate=0.0 if is_least else inf if is_most else exp(_root(estimated)),
        low=0.0 if is_least else exp(_root(as_many)),
        high=inf if is_most else exp(_root(as_few)),
        method="conditional odds ratio, exact interval",
        flags=("zero_cell",) if is_least or is_most else (),
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


def _tables_with_margins(n1: int, n0: int, total: int) -> tuple[np.ndarray, np.ndarray]:
    """Yes in the first group, for every table, and the logarithm of the ways to get that table."""
    x = np.arange(max(0, total - n0), min(n1, total) + 1)
    return x, _log_choose(n1, x) + _log_choose(n0, total - x)


def _chances(log_weight: np.ndarray) -> np.ndarray:
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()


def _root(rising: Callable[[float], float]) -> float:
    """Where a rising function of a log odds ratio is 0; no table of ``MAX_UNITS`` lies beyond 60."""
    low, high = -60.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def _log_choose(n: int, k: np.ndarray) -> np.ndarray:
    return special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
