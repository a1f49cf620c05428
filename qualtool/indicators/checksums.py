"""Free proofs of a complete file: its own aggregate rows against the sums of its schools.

Each is a dict ``{"where","level","name","published","summed","agrees"}``; ``level`` is
``national`` or ``la``. A file is national when it has national ones and all of them agree.

Where a cell among the summed schools is suppressed, ``summed`` and ``agrees`` are None and ``n_withheld``
counts such cells: a total beside the sum of all other schools would print the suppressed figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..model import ValueStatus
from .dataset import Value

_CENSUS_NAMES = ("roll", "ehcp_count", "sen_support_count")
_CENSUS_TYPES = {
    "primary": ("state-funded primary",),
    "secondary": ("state-funded secondary",),
    "special": ("state-funded special school", "non-maintained special school"),
}


@dataclass(slots=True)
class _Sum:
    """A sum over schools, and how many cells of it are suppressed."""

    total: float = 0.0
    n_withheld: int = 0

    def add(self, number: float | None, status: str) -> None:
        self.total += number or 0
        self.n_withheld += status == ValueStatus.SUPPRESSED.value

    @classmethod
    def of(cls, parts: Iterable[_Sum]) -> _Sum:
        found = cls()
        for part in parts:
            found.total += part.total
            found.n_withheld += part.n_withheld
        return found


def is_national(checksums: list[dict[str, Any]]) -> bool:
    """Whether national rows equal the sums of the schools, all of them."""
    has_national = any(c["level"] == "national" for c in checksums)
    return has_national and all(c["agrees"] for c in checksums)


def census_checksums(values: list[Value], aggregates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pupils, EHC plans and SEN support by phase against the three national rows."""
    types = {value[0]: value[5].strip().lower() for value in values if value[2] == "school_type"}
    sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    for urn, _, name, number, status, _ in values:
        if name in _CENSUS_NAMES:
            sums[types.get(urn, ""), name].add(number, status)
    found: list[dict[str, Any]] = []
    for row in aggregates:
        school_types = _CENSUS_TYPES.get(row["phase"] or "")
        if row["name"] in _CENSUS_NAMES and school_types and row["value"] is not None:
            summed = _Sum.of(sums[kind, row["name"]] for kind in school_types)
            found.append(_checksum(row, where=f"national {row['phase']}", summed=summed))
    return found


def ks2_checksums(values: list[Value], aggregates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Eligible pupils of the schools of each local authority against its row."""
    return _by_la(values, aggregates, name="ks2_cohort", phases=(None,))


def exclusion_checksums(values: list[Value], aggregates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pupils of the schools of each local authority against its row for all kinds of school."""
    return _by_la(values, aggregates, name="exclusions_headcount", phases=("Total",))


def _by_la(
    values: list[Value], aggregates: list[dict[str, Any]], *, name: str, phases: tuple[str | None, ...]
) -> list[dict[str, Any]]:
    sums: dict[str | None, _Sum] = defaultdict(_Sum)
    for _, la_code, found_name, number, status, _ in values:
        if found_name == name:
            sums[la_code].add(number, status)
    return [
        _checksum(row, where=f"la {row['la_code']}", summed=sums[row["la_code"]])
        for row in aggregates
        if row["level"] == "la"
        and row["name"] == name
        and row["phase"] in phases
        and row["value"] is not None
        and row["la_code"] in sums
    ]


def _checksum(row: dict[str, Any], *, where: str, summed: _Sum) -> dict[str, Any]:
    found = {"where": where, "level": row["level"], "name": row["name"], "published": row["value"]}
    if summed.n_withheld:
        return {**found, "summed": None, "agrees": None, "n_withheld": summed.n_withheld}
    # Sums of whole numbers are exact in a float far beyond the pupils of a country.
    return {**found, "summed": summed.total, "agrees": row["value"] == summed.total}
