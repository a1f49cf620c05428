"""Association of a school's share with an ordered or continuous school indicator."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy import special

from .intervals import MIN_SCHOOLS_FOR_BOOTSTRAP, Interval
from .relabelling import (
    MAX_EXACT,
    N_DRAWS,
    PermutationResult,
    all_relabellings,
    count_relabellings,
    drawn_relabellings,
    tested,
)
from .undefined import Undefined, missing_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """A coefficient in [-1, 1] with its permutation test, over ``n`` schools."""

    coefficient: float
    test: PermutationResult
    n: int


def kendall_tau_b(
    x: Sequence[float],
    y: Sequence[float],
    *,
    rng: np.random.Generator,
    max_exact: int = MAX_EXACT,
    n_draws: int = N_DRAWS,
) -> Association | Undefined:
    """Kendall's tau-b of ``x`` (say, quartiles 1 to 4) and ``y`` (school shares), with a permutation test.

    tau-b = (C - D) / sqrt((P - Tx)(P - Ty)) over the P pairs of schools, Tx and Ty of them tied.
    The test runs over the distinct orders of ``x``: relabelling leaves the ties alone, so C - D is
    compared. Kendall 1945, Biometrika 33:239.
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    missing = _no_variation(a, b)
    if missing:
        return missing
    first, second = np.triu_indices(len(a), k=1)
    signs = np.sign(b[first] - b[second])

    def excess(orders: np.ndarray) -> np.ndarray:
        return np.sign(orders[:, first] - orders[:, second]) @ signs

    n_pairs_x = np.count_nonzero(a[first] != a[second])
    scale = sqrt(float(n_pairs_x) * float(np.count_nonzero(signs)))
    return _associated(a, excess, scale, rng, max_exact, n_draws)


def spearman_rho(
    x: Sequence[float],
    y: Sequence[float],
    *,
    rng: np.random.Generator,
    max_exact: int = MAX_EXACT,
    n_draws: int = N_DRAWS,
) -> Association | Undefined:
    """Spearman's rho of an indicator ``x`` and school shares ``y``, with a permutation test.

    Pearson's correlation of mid-ranks; the test runs over the distinct orders of the ranks of ``x``.
    Spearman 1904, Am J Psychol 15:72.
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    missing = _no_variation(a, b)
    if missing:
        return missing
    ranks, other = _mid_ranks(a), _mid_ranks(b)
    centred = other - other.mean()

    def product(orders: np.ndarray) -> np.ndarray:
        return (orders - ranks.mean()) @ centred

    scale = sqrt(float(((ranks - ranks.mean()) ** 2).sum()) * float((centred**2).sum()))
    return _associated(ranks, product, scale, rng, max_exact, n_draws)


def _mid_ranks(x: np.ndarray) -> np.ndarray:
    _, which, counts = np.unique(x, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]


def _no_variation(x: np.ndarray, y: np.ndarray) -> Undefined | None:
    if len(x) != len(y):
        raise ValueError("every school has an indicator and a share")
    missing = missing_number(x, y)
    if missing:
        return missing
    if len(x) < 2:
        return Undefined(reason="fewer than two schools")
    if np.ptp(x) == 0:
        return Undefined(reason="all schools stand at the same point of the indicator")
    if np.ptp(y) == 0:
        return Undefined(reason="all schools have the same share")
    return None


def _associated(
    labels: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    scale: float,
    rng: np.random.Generator,
    max_exact: int,
    n_draws: int,
) -> Association:
    n_labellings = count_relabellings(labels.tolist())
    is_exact = n_labellings <= max_exact
    if is_exact:
        blocks = all_relabellings(labels.tolist())
    else:
        blocks = drawn_relabellings(labels.tolist(), rng=rng, n_draws=n_draws)
    under_null = np.concatenate([statistic(block) for block in blocks]) / scale
    observed = float(statistic(labels[np.newaxis, :])[0]) / scale
    what = "the indicator over schools"
    test = tested(observed, under_null, is_exact=is_exact, n_labellings=n_labellings, what=what)
    return Association(coefficient=observed, test=test, n=len(labels))


def bonett_wright(rho: float, n: int, *, level: float = 0.95) -> Interval | Undefined:
    """Interval for Spearman's rho: tanh(atanh(rho) -/+ z sqrt((1 + rho²/2) / (n - 3))).

    Bonett & Wright 2000, Psychometrika 65:23.

    Raises:
        ValueError: a coefficient outside [-1, 1].
    """
    if not abs(rho) <= 1 + 1e-9:
        raise ValueError("a coefficient lies between -1 and 1")
    if n <= 3:
        return Undefined(reason="fewer than four schools")
    if abs(rho) >= 1 - 1e-12:
        return Undefined(reason="the order is perfect, which leaves no spread for an interval")
    z = float(special.ndtri(0.5 + level / 2))
    half = z * sqrt((1 + rho * rho / 2) / (n - 3))
    low, high = np.tanh([np.arctanh(rho) - half, np.arctanh(rho) + half])
    return Interval(low=float(low), high=float(high), method="Bonett-Wright interval")


def spearman_interval(
    x: Sequence[float],
    y: Sequence[float],
    *,
    rng: np.random.Generator,
    n_resamples: int = 2_000,
    level: float = 0.95,
) -> Interval | Undefined:
    """Bias-corrected and accelerated bootstrap of schools for rho; below ten schools Bonett-Wright.

    Efron 1987, J Am Stat Assoc 82:171. Resamples without variation carry no rho; if there are any,
    or if the bootstrap has no width, Bonett-Wright stands in as well.
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    missing = _no_variation(a, b)
    if missing:
        return missing
    if len(a) >= MIN_SCHOOLS_FOR_BOOTSTRAP:
        found = _bca(a, b, rng, n_resamples, level)
        if found is not None:
            return found
    return bonett_wright(_rho(a, b), len(a), level=level)


def _rho(x: np.ndarray, y: np.ndarray) -> float:
    a, b = _mid_ranks(x), _mid_ranks(y)
    a, b = a - a.mean(), b - b.mean()
    length = sqrt(float((a**2).sum()) * float((b**2).sum()))
    return float((a * b).sum()) / length if length else float("nan")


def _rhos(x: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
    """rho of each pair of resamples along ``axis``; the same numbers as ``_rho``, many at once."""
    from scipy import stats

    a, b = stats.rankdata(x, axis=axis), stats.rankdata(y, axis=axis)
    a, b = a - a.mean(axis=axis, keepdims=True), b - b.mean(axis=axis, keepdims=True)
    length = np.sqrt((a**2).sum(axis=axis) * (b**2).sum(axis=axis))
    with np.errstate(invalid="ignore", divide="ignore"):
        return (a * b).sum(axis=axis) / length


def _bca(
    x: np.ndarray, y: np.ndarray, rng: np.random.Generator, n_resamples: int, level: float
) -> Interval | None:
    from scipy import stats  # slow to import, and only the bootstrap needs it

    with warnings.catch_warnings():
        # scipy warns where the interval degenerates; that case is told from the limits below.
        warnings.simplefilter("ignore")
        found: Any = stats.bootstrap(
            (x, y),
            _rhos,
            paired=True,
            vectorized=True,
            n_resamples=n_resamples,
            confidence_level=level,
            method="BCa",
            rng=rng,
        )
    low, high = found.confidence_interval
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        return None
    return Interval(low=float(low), high=float(high), method=f"BCa bootstrap of schools, {n_resamples} draws")
