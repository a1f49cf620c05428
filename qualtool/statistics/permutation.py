"""Permutation of school labels for the difference between two groups' mean shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb, prod

import numpy as np

from .relabelling import MAX_EXACT, N_DRAWS, PermutationResult, tested
from .undefined import Undefined, missing_number


def permute_groups(
    shares: Sequence[float],
    in_group_1: Sequence[bool],
    *,
    rng: np.random.Generator,
    strata: Sequence[str] | None = None,
    max_exact: int = MAX_EXACT,
    n_draws: int = N_DRAWS,
) -> PermutationResult | Undefined:
    """Two-sided permutation test of mean share in group 1 minus mean share in the other.

    ``shares``, ``in_group_1`` and ``strata`` run over schools. With strata, labels move only within
    a stratum, and T is the stratum differences weighted by the strata's numbers of schools; strata
    with one group only say nothing and are left out. p = share of labellings with |T*| >= |T|, the
    observed one included; up to ``max_exact`` labellings all are used, else ``n_draws`` seeded ones.
    Edgington & Onghena 2007, Randomization Tests; ties: the smallest p is the share at max |T*|.
    """
    y, group = np.asarray(shares, dtype=float), np.asarray(in_group_1, dtype=bool)
    if len(y) != len(group) or (strata is not None and len(strata) != len(y)):
        raise ValueError("every school has a share and a group, and a stratum if any has")
    missing = missing_number(y)
    if missing:
        return missing
    layers = usable_strata(group, strata)
    if not layers:
        return Undefined(reason="no stratum has schools of both groups" if strata else "a group is empty")
    n_labellings = prod(comb(len(rows), int(group[rows].sum())) for rows in layers)
    n_all = sum(len(rows) for rows in layers)
    weights = [len(rows) / n_all for rows in layers]
    observed = float(sum(w * _difference(y[r], group[r]) for w, r in zip(weights, layers, strict=True)))
    is_exact = n_labellings <= max_exact
    if is_exact:
        under_null = np.zeros(1)
        for w, rows in zip(weights, layers, strict=True):
            under_null = np.add.outer(under_null, w * _all_differences(y[rows], group[rows])).ravel()
    else:
        under_null = np.zeros(n_draws)
        for w, rows in zip(weights, layers, strict=True):
            under_null += w * _drawn_differences(y[rows], group[rows], rng, n_draws)
    what = "school labels within strata" if strata is not None else "school labels"
    return tested(observed, under_null, is_exact=is_exact, n_labellings=n_labellings, what=what)


def differences_under_null(
    y: np.ndarray, group: np.ndarray, rng: np.random.Generator, max_exact: int, n_draws: int
) -> tuple[np.ndarray, bool]:
    """Differences of means under all labellings, or under seeded draws; and which of the two."""
    if comb(len(group), int(group.sum())) <= max_exact:
        return _all_differences(y, group), True
    return _drawn_differences(y, group, rng, n_draws), False


def usable_strata(in_group_1: np.ndarray, strata: Sequence[str] | None) -> list[np.ndarray]:
    """Row numbers of each stratum that holds schools of both groups, in order of name."""
    if strata is None:
        named = np.zeros(len(in_group_1), dtype=int)
    else:
        named = np.asarray(strata, dtype=object)
    layers = [np.flatnonzero(named == name) for name in sorted(set(named.tolist()))]
    return [rows for rows in layers if 0 < in_group_1[rows].sum() < len(rows)]


def _difference(y: np.ndarray, group: np.ndarray) -> float:
    return float(y[group].mean() - y[~group].mean())


def _all_differences(y: np.ndarray, group: np.ndarray) -> np.ndarray:
    n1, n0 = int(group.sum()), int((~group).sum())
    sums = np.fromiter(_sums(y, n1), dtype=float, count=comb(len(y), n1))
    return sums / n1 - (y.sum() - sums) / n0


def _sums(y: np.ndarray, n1: int) -> Iterator[float]:
    values = y.tolist()
    for chosen in combinations(values, n1):
        yield sum(chosen)


def _drawn_differences(
    y: np.ndarray, group: np.ndarray, rng: np.random.Generator, n_draws: int
) -> np.ndarray:
    n1, n0 = int(group.sum()), int((~group).sum())
    drawn = np.empty(n_draws)
    for start in range(0, n_draws, 512):
        rows = min(512, n_draws - start)
        shuffled = rng.permuted(np.tile(y, (rows, 1)), axis=1)
        drawn[start : start + rows] = shuffled[:, :n1].sum(axis=1)
    return drawn / n1 - (y.sum() - drawn) / n0
