"""Rates of a school from its counts, in per cent. Published percentages are never used: they are
rounded to one decimal, which puts hundreds of schools into the wrong quartile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..model import ValueStatus
from .school_years import Cell

RATES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "ehcp_rate": (("ehcp_count",), "roll"),
    "sen_support_rate": (("sen_support_count",), "roll"),
    "any_sen_rate": (("ehcp_count", "sen_support_count"), "roll"),
    "fsm_rate": (("fsm_count",), "roll"),
    "fsm6_rate": (("fsm6_count",), "fsm6_base"),
}
"""Rate -> counts that are summed above the line, and the count below it."""
LOW_ROLL, CAUTIOUS_ROLL = 50, 100
_MISSING = Cell(None, ValueStatus.NOT_AVAILABLE.value, "")


class Rate(NamedTuple):
    """``raw`` is the fraction (``8/271``); a rate that is None has a ``reason``."""

    value: float | None
    status: str
    raw: str
    reason: str | None


def rates(cells: Mapping[str, Cell]) -> dict[str, Rate]:
    """Every rate of ``RATES`` for the cells of one school in one year."""
    return {name: rate(cells, above=above, below=below) for name, (above, below) in RATES.items()}


def rate(cells: Mapping[str, Cell], *, above: tuple[str, ...], below: str) -> Rate:
    """100 times the sum of ``above`` by ``below``; None where one of them is no number or below is 0."""
    base = cells.get(below, _MISSING)
    if base.value is None:
        return _undefined(below, base)
    total = 0.0
    for name in above:
        cell = cells.get(name, _MISSING)
        if cell.value is None:
            return _undefined(name, cell)
        total += cell.value
    raw = f"{total:g}/{base.value:g}"
    if not base.value:
        return Rate(None, ValueStatus.NOT_AVAILABLE.value, raw, f"{below} is 0")
    # One rounding: equal fractions give equal floats, so ties with a cut stay ties.
    value = 100 * total / base.value
    return Rate(value, (ValueStatus.NUMERIC if value else ValueStatus.ZERO).value, raw, None)


def _undefined(name: str, cell: Cell) -> Rate:
    return Rate(None, cell.status, "", f"{name} is {cell.status.replace('_', ' ')}")


def caution_of(roll: float | None) -> str | None:
    """In a small school one pupil moves a quartile: ``low_n`` below 50 pupils, ``caution`` below 100."""
    if roll is None or roll >= CAUTIOUS_ROLL:
        return None
    return "low_n" if roll < LOW_ROLL else "caution"
