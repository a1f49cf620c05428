"""What a strand says of a proposition: a rule over an estimate, its interval and what matters."""

from __future__ import annotations

from enum import StrEnum

from ..statistics import is_within
from .propositions import Direction

# Two numbers nearer than this are one: 0.8 - 0.6 is not below 0.2.
TOLERANCE = 1e-9


def tested_p(p: float | None, min_p: float | None) -> float | None:
    """The p of a test that could have found something; None where even the smallest it can give is 1.

    Then every relabelling gives a difference as large: nothing is tested, and it is in no family.
    """
    return None if min_p is not None and min_p > 1 - TOLERANCE else p


class Finding(StrEnum):
    """What a strand says; see ``finding_of`` and, for the first three, ``strand_result``."""

    SILENT_STRUCTURAL = "silent_structural"
    SILENT_SUBSTANTIVE = "silent_substantive"
    TOO_THIN = "too_thin"
    SUPPORTS = "supports"
    LEANS_FOR = "leans_for"
    OPPOSES = "opposes"
    LEANS_AGAINST = "leans_against"
    NO_MEANINGFUL_DIFFERENCE = "no_meaningful_difference"
    UNCLEAR = "unclear"

    @property
    def is_silent(self) -> bool:
        return self in (Finding.SILENT_STRUCTURAL, Finding.SILENT_SUBSTANTIVE)

    @property
    def is_open(self) -> bool:
        """Too imprecise or too thin to say anything."""
        return self in (Finding.TOO_THIN, Finding.UNCLEAR)

    @property
    def is_clear(self) -> bool:
        return self in (Finding.SUPPORTS, Finding.OPPOSES, Finding.NO_MEANINGFUL_DIFFERENCE)

    @property
    def sign(self) -> int:
        """+1 for the proposition, -1 against it, 0 for neither."""
        if self in (Finding.SUPPORTS, Finding.LEANS_FOR):
            return 1
        return -1 if self in (Finding.OPPOSES, Finding.LEANS_AGAINST) else 0


def finding_of(d: float, low: float | None, high: float | None, mid: float, direction: Direction) -> Finding:
    """The finding of a signed difference ``d`` (positive: as predicted) with its interval.

    First match wins: interval above 0, below 0, inside (-mid, +mid), else a lean by the estimate
    alone. ``none`` propositions are supported by equivalence and opposed only by an interval wholly
    outside the band. For ``level`` the difference is the distance from the bound on the stated side,
    and the interval alone decides. Without an interval (None) there are leans at most.
    """
    if direction is Direction.NO_DIFFERENCE:
        return _of_no_difference(low, high, mid)
    if low is not None and high is not None:
        if low > TOLERANCE:
            is_enough = direction is Direction.LEVEL or d >= mid - TOLERANCE
            return Finding.SUPPORTS if is_enough else Finding.LEANS_FOR
        if high < -TOLERANCE:
            is_enough = direction is Direction.LEVEL or d <= -mid + TOLERANCE
            return Finding.OPPOSES if is_enough else Finding.LEANS_AGAINST
        if direction is not Direction.LEVEL and is_within(low, high, mid):
            return Finding.NO_MEANINGFUL_DIFFERENCE
    if d >= mid - TOLERANCE:
        return Finding.LEANS_FOR
    return Finding.LEANS_AGAINST if d <= -mid + TOLERANCE else Finding.UNCLEAR


def _of_no_difference(low: float | None, high: float | None, mid: float) -> Finding:
    """Equivalence is looked at before any sign: a difference that is small for sure is a support."""
    if low is None or high is None:
        return Finding.UNCLEAR
    if is_within(low, high, mid):
        return Finding.SUPPORTS
    if low >= mid - TOLERANCE or high <= -mid + TOLERANCE:
        return Finding.OPPOSES
    return Finding.UNCLEAR
