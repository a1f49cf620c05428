"""All ways to hand the same labels to the same schools, or a seeded sample of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import factorial, log10, prod

import numpy as np

MAX_EXACT = 200_000
N_DRAWS = 9_999
TOLERANCE = 1e-12  # two statistics nearer than this are one; sums in another order differ by rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationResult:
    """What a permutation test found.

    ``p`` is two-sided; ``min_p`` the smallest p these data could have given under any labelling;
    ``n_labellings`` the number there are, ``n_used`` the number looked at (the observed one included).
    """

    statistic: float
    p: float
    min_p: float
    is_exact: bool
    n_labellings: int = field(repr=False)  # of thousands of schools it has more digits than Python prints
    n_used: int
    method: str


def count_relabellings(labels: Sequence[float]) -> int:
    """Number of distinct orders of ``labels``: N! / (n_1! n_2! ...)."""
    _, counts = np.unique(np.asarray(labels), return_counts=True)
    return factorial(len(labels)) // prod(factorial(int(c)) for c in counts)


def all_relabellings(labels: Sequence[float], *, rows: int = 4096) -> Iterator[np.ndarray]:
    """Every distinct order of ``labels``, in blocks of shape (<= ``rows``, N)."""
    values, counts = np.unique(np.asarray(labels, dtype=float), return_counts=True)
    block: list[np.ndarray] = []
    for order in _orders(values, [int(c) for c in counts], len(labels)):
        block.append(order)
        if len(block) == rows:
            yield np.array(block)
            block = []
    if block:
        yield np.array(block)


def _orders(values: np.ndarray, counts: list[int], n: int) -> Iterator[np.ndarray]:
    """Place the first value, then the rest in the places left; the last value fills what remains."""

    def place(level: int, free: tuple[int, ...], at: np.ndarray) -> Iterator[np.ndarray]:
        if level == len(values) - 1:
            done = at.copy()
            done[list(free)] = values[level]
            yield done
            return
        for chosen in combinations(free, counts[level]):
            at[list(chosen)] = values[level]
            left = tuple(f for f in free if f not in chosen)
            yield from place(level + 1, left, at)

    yield from place(0, tuple(range(n)), np.empty(n))


def drawn_relabellings(
    labels: Sequence[float], *, rng: np.random.Generator, n_draws: int = N_DRAWS, rows: int = 512
) -> Iterator[np.ndarray]:
    """``n_draws`` random orders of ``labels``, in blocks of shape (<= ``rows``, N)."""
    pool = np.asarray(labels, dtype=float)
    for start in range(0, n_draws, rows):
        yield rng.permuted(np.tile(pool, (min(rows, n_draws - start), 1)), axis=1)


def tested(
    statistic: float, under_null: np.ndarray, *, is_exact: bool, n_labellings: int, what: str
) -> PermutationResult:
    """Two-sided p and smallest attainable p from the statistics of the labellings.

    Exact: ``under_null`` holds every labelling, the observed one too; p is the share at least as far
    from 0, the smallest p the share at the largest distance. Sampled: it holds the draws only;
    p = (b + 1) / (m + 1) (Phipson & Smyth 2010, Stat Appl Genet Mol Biol 9:39), and so the smallest.
    """
    distances = np.abs(under_null)
    n_far = int((distances >= abs(statistic) - TOLERANCE).sum())
    largest = max(float(distances.max()), abs(statistic))
    n_largest = int((distances >= largest - TOLERANCE).sum())
    if is_exact:
        p, min_p, n_used = n_far / len(distances), n_largest / len(distances), len(distances)
        method = f"exact permutation of {what} ({n_labellings:,} labellings)"
    else:
        n_used = len(distances) + 1
        p, min_p = (n_far + 1) / n_used, (n_largest + 1) / n_used
        there = _about(n_labellings)
        method = f"permutation of {what} ({len(distances):,} seeded draws of {there} labellings)"
    return PermutationResult(
        statistic=statistic,
        p=p,
        min_p=min_p,
        is_exact=is_exact,
        n_labellings=n_labellings,
        n_used=n_used,
        method=method,
    )


def _about(n: int) -> str:
    """A count in three figures; counts of labellings of hundreds of schools are too large for a float."""
    if n < 10**300:
        return f"{n:.3g}"
    power = int(log10(n))
    shown = f"{n // 10 ** (power - 6) / 10**6:.3g}"
    return f"1e+{power + 1}" if shown == "10" else f"{shown}e+{power}"
