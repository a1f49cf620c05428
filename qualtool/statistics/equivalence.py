"""Equivalence: is a difference small enough not to matter? p above .05 never says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from .permutation import differences_under_null
from .relabelling import MAX_EXACT, N_DRAWS, TOLERANCE
from .undefined import Undefined, missing_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """Two one-sided tests against -margin and +margin; ``p`` is the larger of the two."""

    p: float
    p_low: float
    p_high: float
    margin: float
    method: str


def is_within(low: float, high: float, margin: float) -> bool:
    """Does an interval lie wholly inside (-margin, +margin)?

    With a 90% interval this is the pair of one-sided tests at 5%: Schuirmann 1987, J Pharmacokinet
    Biopharm 15:657.
    """
    return -margin < low and high < margin


def tost_proportions(k1: int, n1: int, k0: int, n0: int, *, margin: float) -> Equivalence | Undefined:
    """Two one-sided z tests that ``k1/n1 - k0/n0`` lies inside (-margin, +margin).

    z = (d + margin) / se and (d - margin) / se with se = sqrt(p1(1-p1)/n1 + p0(1-p0)/n0).
    Schuirmann 1987, J Pharmacokinet Biopharm 15:657; Tunes da Silva and others 2009, Biol Blood
    Marrow Transplant 15(1S):120.

    Raises:
        ValueError: a count above its group, or a margin not in (0, 1].
    """
    if not (0 <= k1 <= n1 and 0 <= k0 <= n0) or not 0 < margin <= 1:
        raise ValueError("counts lie within their groups and the margin in (0, 1]")
    if min(n1, n0) == 0:
        return Undefined(reason="a group is empty")
    p1, p0 = k1 / n1, k0 / n0
    error = sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    if error <= 1e-12:
        return Undefined(reason="each group answers alike, which leaves no spread")
    low = float(special.ndtr(-(p1 - p0 + margin) / error))
    high = float(special.ndtr((p1 - p0 - margin) / error))
    return Equivalence(
        p=max(low, high), p_low=low, p_high=high, margin=margin, method="two one-sided z tests"
    )


def tost_permutation(
    shares: Sequence[float],
    in_group_1: Sequence[bool],
    *,
    margin: float,
    rng: np.random.Generator,
    max_exact: int = MAX_EXACT,
    n_draws: int = N_DRAWS,
) -> Equivalence | Undefined:
    """Two one-sided permutation tests over schools that the difference of mean shares is small.

    Under 'the difference is -margin' the shares of group 1 plus the margin are exchangeable with the
    others; p is the share of labellings with a difference at least as large as seen. The other side
    likewise. Wellek 2010, Testing Statistical Hypotheses of Equivalence and Noninferiority.

    Raises:
        ValueError: a margin not in (0, 1], or a school without a share or a group.
    """
    if not 0 < margin <= 1:
        raise ValueError("a margin lies in (0, 1]")
    y, group = np.asarray(shares, dtype=float), np.asarray(in_group_1, dtype=bool)
    if len(y) != len(group):
        raise ValueError("every school has a share and a group")
    missing = missing_number(y)
    if missing:
        return missing
    sides = []
    for sign in (1, -1):
        shifted = np.where(group, y + sign * margin, y) * sign
        found = _one_sided(shifted, group, rng, max_exact, n_draws)
        if isinstance(found, Undefined):
            return found
        sides.append(found)
    return Equivalence(
        p=max(sides),
        p_low=sides[0],
        p_high=sides[1],
        margin=margin,
        method="two one-sided permutation tests of school labels",
    )


def _one_sided(
    y: np.ndarray, group: np.ndarray, rng: np.random.Generator, max_exact: int, n_draws: int
) -> float | Undefined:
    if not 0 < group.sum() < len(group):
        return Undefined(reason="a group is empty")
    under_null, is_exact = differences_under_null(y, group, rng, max_exact, n_draws)
    seen = float(y[group].mean() - y[~group].mean())
    n_far = int((under_null >= seen - TOLERANCE).sum())
    return n_far / len(under_null) if is_exact else (n_far + 1) / (len(under_null) + 1)
