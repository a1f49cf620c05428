"""Many tests at once."""

from __future__ import annotations

from collections.abc import Sequence


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """q-values over the family of p-values; a None was not tested and counts for nothing.

    q_(i) = min over j >= i of min(1, m p_(j) / j). Benjamini & Hochberg 1995, J R Stat Soc B 57:289.

    Raises:
        ValueError: a p-value outside [0, 1].
    """
    tested = [(p, place) for place, p in enumerate(p_values) if p is not None]
    if any(not 0 <= p <= 1 for p, _ in tested):
        raise ValueError("a p-value lies between 0 and 1")
    q_values: list[float | None] = [None] * len(p_values)
    smallest = 1.0
    for rank, (p, place) in reversed(list(enumerate(sorted(tested), start=1))):
        smallest = min(smallest, p * len(tested) / rank)
        q_values[place] = smallest
    return q_values
