"""Hiding further cells where a total would give a hidden one back, and the audit that none can be.

A *line* is a sum somebody can do: parts that add up to a total. The audit asks of every hidden cell
how far it could lie, given all visible cells, all lines and an upper limit per cell; a cell that can
hold only one whole number has been given back.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from scipy.optimize import linprog

from ..errors import DisclosureError

Key = Hashable
_SLACK = 1e-6


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
        for key in keys:
            low, high = _range(key, equations, keys, table.bases)
            is_known = floor(high + _SLACK) - ceil(low - _SLACK) < 1
            if is_known or high + _SLACK < min(table.reach, table.bases[key]):
                exposed.add(key)
    for line in table.lines:
        under = [key for key in line.parts if key in hidden]
        visible_total = line.total is None or line.total not in hidden
        if under and visible_total and sum(table.bases[key] for key in under) < table.min_base:
            exposed.update(under)
    return exposed


def hide_complements(table: Table, primary: AbstractSet[Key]) -> set[Key]:
    """All cells to hide: ``primary`` and the fewest small ones found that make the audit pass.

    Each round hides the cell that lies on most exposed lines, the smallest base first, a total only
    when nothing else is left; then every added cell that turns out not to be needed is shown again.

    Raises:
        DisclosureError: no choice of cells passes the audit.
    """
    hidden = set(primary)
    while exposed := audit(table, hidden):
        chosen = _next_to_hide(table, hidden, exposed)
        if chosen is None:
            raise DisclosureError.single(
                "the table",
                "Hidden counts could be worked out from the totals whatever is hidden.",
                "Release it without its totals, or with fewer groups.",
            )
        hidden.add(chosen)
    for key in sorted(hidden - set(primary), key=lambda k: (-table.bases[k], str(k))):
        if not audit(table, hidden - {key}):
            hidden.discard(key)
    return hidden


def _next_to_hide(table: Table, hidden: set[Key], exposed: set[Key]) -> Key | None:
    n_lines: dict[Key, int] = {}
    totals: set[Key] = set()
    for line in table.lines:
        if exposed.intersection(line.keys):
            for key in line.keys:
                if key not in hidden:
                    n_lines[key] = n_lines.get(key, 0) + 1
            if line.total is not None:
                totals.add(line.total)
    if not n_lines:
        return None
    return min(n_lines, key=lambda k: (k in totals, -n_lines[k], table.bases[k], table.cells[k], str(k)))


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


def _range(
    key: Key, equations: Sequence[Equation], keys: Sequence[Key], bases: Mapping[Key, int]
) -> tuple[float, float]:
    if not equations:
        return 0.0, float(bases[key])
    if len(equations) == 1:
        return _range_on_one_line(key, equations[0], bases)
    column = {k: i for i, k in enumerate(keys)}
    matrix = np.zeros((len(equations), len(keys)))
    for row, (signed, _) in enumerate(equations):
        for other, sign in signed.items():
            matrix[row, column[other]] = sign
    rhs = np.array([total for _, total in equations], dtype=float)
    bounds = [(0, bases[k]) for k in keys]
    limits = []
    for sign in (1, -1):
        cost = np.zeros(len(keys))
        cost[column[key]] = sign
        solved = linprog(cost, A_eq=matrix, b_eq=rhs, bounds=bounds, method="highs")
        if not solved.success:
            raise DisclosureError.single("the table", "Its counts and totals do not fit together.")
        limits.append(sign * float(solved.fun))
    return limits[0], limits[1]


def _range_on_one_line(key: Key, equation: Equation, bases: Mapping[Key, int]) -> tuple[float, float]:
    """The same as the linear programme for one equation, in closed form."""
    signed, total = equation
    least = sum(0 if sign > 0 else -bases[k] for k, sign in signed.items() if k != key)
    most = sum(bases[k] if sign > 0 else 0 for k, sign in signed.items() if k != key)
    low, high = (total - most, total - least) if signed[key] > 0 else (least - total, most - total)
    return float(max(low, 0)), float(min(high, bases[key]))
