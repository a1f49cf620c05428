"""Seeded chance that gives the same numbers on every machine.

Only ``random.Random.random`` is used (its sequence is promised to stay the same between Python
versions) and only the four rules of arithmetic, so no maths library can differ in the last digit.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """A stream of draws from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def unit(self) -> float:
        """A number from 0 up to 1."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.unit() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.between(0, len(items) - 1)]

    def bell(self) -> float:
        """Roughly normal, mean 0 and standard deviation 1 (six uniform draws added)."""
        return (sum(self.unit() for _ in range(6)) - 3.0) * 1.4142135623730951

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        pool = list(items)
        for last in range(len(pool) - 1, 0, -1):
            other = self.between(0, last)
            pool[last], pool[other] = pool[other], pool[last]
        return pool

    def rounded(self, amount: float) -> int:
        """A whole number beside ``amount``, up or down by chance, never below 0."""
        return max(0, int(amount + self.unit())) if amount > 0 else 0


def tenths(part: int, whole: int) -> int:
    """100 * part / whole in tenths of a per cent, halves up; 0 where there is no whole."""
    return (2000 * part + whole) // (2 * whole) if whole else 0


def percent(part: int, whole: int, sign: str = "%") -> str:
    """A percentage with one decimal, as the census files print it."""
    value = tenths(part, whole)
    return f"{value // 10}.{value % 10}{sign}"


def short_percent(part: int, whole: int) -> str:
    """A percentage with one decimal at most and no sign: ``6``, ``6.1``."""
    value = tenths(part, whole)
    return str(value // 10) if value % 10 == 0 else f"{value // 10}.{value % 10}"
