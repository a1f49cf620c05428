"""Hiding further cells where a total would give a hidden one back, and the audit that none can be.

A *line* is a sum somebody can do: parts that add up to a total. The audit asks of every hidden cell
how far it could lie, given all visible cells, all lines and an upper limit per cell; a cell that can
hold only one whole number has been given back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np

from ..errors import DisclosureError

Key = Any  # whatever hashable names a cell
_SLACK = 1e-6
# Showing cells again that need not be hidden audits the table once a cell: too slow for large ones.
MAX_CELLS_TO_TRIM = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``parts`` add up to the cell ``total``, or to the published number ``fixed_total``."""

    parts: tuple[Key, ...]
    total: Key | None = None
    fixed_total: int | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.parts if self.total is None else (*self.parts, self.total)

    def terms(self, hidden: AbstractSet[Key], cells: Mapping[Key, int]) -> tuple[dict[Key, int], int]:
        """Signed hidden cells, and the number the visible ones leave them to add up to."""
        left = self.fixed_total or 0
        signed: dict[Key, int] = {}
        for key in self.keys:
            sign = -1 if key == self.total else 1
            if key in hidden:
                signed[key] = sign
            else:
                left -= sign * cells[key]
        return signed, left


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Counts of persons by cell, the most each can hold (its base), and the lines they lie on.

    ``reach``: a hidden cell must also be able to be as large as this (or as its base, if smaller).
    ``min_base``: hidden cells under one visible total need bases that add up to at least this.
    """

    cells: Mapping[Key, int]
    bases: Mapping[Key, int]
    lines: tuple[Line, ...]
    reach: int = 0
    min_base: int = 0


def audit(table: Table, hidden: AbstractSet[Key]) -> set[Key]:
    """The hidden cells a reader could work out, or narrow to less than the rule allows."""
    exposed: set[Key] = set()
    for equations, keys in _components(table, hidden):
        if not equations:
            continue  # on no line: it could be anything up to its base
        ranges = _one_line(equations[0], table.bases) if len(equations) == 1 else None
        if ranges is None:
            ranges = _several_lines(equations, keys, table)
        exposed.update(key for key in keys if not _is_wide(ranges[key], table, key))
    for line in table.lines:
        under = [key for key in line.parts if key in hidden]
        visible_total = line.total is None or line.total not in hidden
        if under and visible_total and sum(table.bases[key] for key in under) < table.min_base:
            exposed.update(under)
    return exposed


def _is_wide(limits: tuple[float, float], table: Table, key: Key) -> bool:
    low, high = limits
    holds_two = floor(high + _SLACK) - ceil(low - _SLACK) >= 1
    return holds_two and high + _SLACK >= min(table.reach, table.bases[key])


def hide_complements(table: Table, primary: AbstractSet[Key]) -> set[Key]:
    """All cells to hide: ``primary`` and the fewest small ones found that make the audit pass.

    Each round hides a cell on every exposed line, the one on most such lines first, then the smallest
    base, a total only when nothing else is left; then every added cell that turns out not to be
    needed is shown again (in tables too large for that, a few cells too many stay hidden).

    Raises:
        DisclosureError: no choice of cells passes the audit.
    """
    hidden = set(primary)
    while exposed := _alone_on_a_line(table, hidden) or audit(table, hidden):
        chosen = _next_to_hide(table, hidden, exposed)
        if not chosen:
            raise DisclosureError.single(
                "the table",
                "Hidden counts could be worked out from the totals whatever is hidden.",
                "Release it without its totals, or with fewer groups.",
            )
        hidden |= chosen
    spare = hidden - set(primary) if _is_quick_to_audit(table) else set()
    for key in sorted(spare, key=lambda k: (-table.bases[k], str(k))):
        fewer = hidden - {key}
        if not _alone_on_a_line(table, fewer) and not audit(table, fewer):
            hidden.discard(key)
    return hidden


def _alone_on_a_line(table: Table, hidden: AbstractSet[Key]) -> set[Key]:
    """The plainest way to be found out, tested first because it needs no linear programme."""
    found: set[Key] = set()
    for line in table.lines:
        under = [key for key in line.keys if key in hidden]
        if len(under) == 1:
            found.update(under)
    return found


def _is_quick_to_audit(table: Table) -> bool:
    on_lines = [key for line in table.lines for key in line.keys]
    return len(table.cells) <= MAX_CELLS_TO_TRIM or len(on_lines) == len(set(on_lines))


def _next_to_hide(table: Table, hidden: set[Key], exposed: set[Key]) -> set[Key]:
    """One more cell for every exposed line that the cells chosen so far do not help."""
    lines = [line for line in table.lines if exposed.intersection(line.keys)]
    totals = {line.total for line in lines}
    n_lines: dict[Key, int] = {}
    for line in lines:
        for key in line.keys:
            # A cell nobody could be in hides nothing: everyone knows it is 0.
            if key not in hidden and table.bases[key] > 0:
                n_lines[key] = n_lines.get(key, 0) + 1
    chosen: set[Key] = set()
    for line in lines:
        free = [key for key in line.keys if key in n_lines]
        if free and not chosen.intersection(line.keys):
            chosen.add(
                min(free, key=lambda k: (k in totals, -n_lines[k], table.bases[k], table.cells[k], str(k)))
            )
    return chosen


Equation = tuple[dict[Key, int], int]


def _components(table: Table, hidden: AbstractSet[Key]) -> list[tuple[list[Equation], list[Key]]]:
    """Hidden cells that share lines, directly or through each other, with those lines' equations."""
    equations = [line.terms(hidden, table.cells) for line in table.lines]
    left = [e for e in equations if e[0]]
    alone = set(hidden)
    found: list[tuple[list[Equation], list[Key]]] = []
    while left:
        members = [left.pop(0)]
        keys = set(members[0][0])
        grown = True
        while grown:
            grown = False
            for other in list(left):
                if keys.intersection(other[0]):
                    members.append(other)
                    keys.update(other[0])
                    left.remove(other)
                    grown = True
        alone -= keys
        found.append((members, sorted(keys, key=str)))
    return found + [([], [key]) for key in sorted(alone, key=str)]


def _one_line(equation: Equation, bases: Mapping[Key, int]) -> dict[Key, tuple[float, float]]:
    """The range of each cell of one equation, in closed form."""
    signed, total = equation
    least = sum(0 if sign > 0 else -bases[k] for k, sign in signed.items())
    most = sum(bases[k] if sign > 0 else 0 for k, sign in signed.items())
    ranges: dict[Key, tuple[float, float]] = {}
    for key, sign in signed.items():
        others_least = least if sign > 0 else least + bases[key]
        others_most = most - bases[key] if sign > 0 else most
        low, high = (
            (total - others_most, total - others_least)
            if sign > 0
            else (others_least - total, others_most - total)
        )
        ranges[key] = float(max(low, 0)), float(min(high, bases[key]))
    return ranges


def _several_lines(
    equations: Sequence[Equation], keys: Sequence[Key], table: Table
) -> dict[Key, tuple[float, float]]:
    """A range each cell certainly has, by linear programmes; exact for cells that stay narrow.

    Every solution is a table that fits, so it widens the ranges of all cells at once; most cells
    are known to be safe before a programme of their own is needed.
    """
    from scipy.optimize import linprog  # slow to import, and seldom needed

    column = {k: i for i, k in enumerate(keys)}
    matrix = np.zeros((len(equations), len(keys)))
    for row, (signed, _) in enumerate(equations):
        for other, sign in signed.items():
            matrix[row, column[other]] = sign
    rhs = np.array([total for _, total in equations], dtype=float)
    bounds = [(0, table.bases[k]) for k in keys]
    truth = np.array([table.cells[k] for k in keys], dtype=float)
    low, high = truth.copy(), truth.copy()
    for key in keys:
        for sign in (-1, 1):
            at = column[key]
            if _is_wide((low[at], high[at]), table, key):
                break
            cost = np.zeros(len(keys))
            cost[at] = sign
            solved = linprog(cost, A_eq=matrix, b_eq=rhs, bounds=bounds, method="highs")
            if not solved.success:
                raise DisclosureError.single("the table", "Its counts and totals do not fit together.")
            low, high = np.minimum(low, solved.x), np.maximum(high, solved.x)
    return {key: (float(low[i]), float(high[i])) for key, i in column.items()}
