"""Files of codings and of questions asked: their form only, studies are not consulted here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from ..errors import CodingsError, Problem
from ..model import Basis, Level, Stance, Valence
from .tables import Table, read_table

_NEEDED = ("source", "start_char", "end_char", "code", "coder")
_WHOLE = re.compile(r"\+?(\d{1,12})(?:\.0+)?")
FacetT = TypeVar("FacetT", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingRow:
    """One coding as it was written down.

    ``start_char`` and ``end_char`` are half-open code-point offsets, or both None for the whole
    source. ``quote`` is None where the file gives none.
    """

    line: int
    source: str
    start_char: int | None
    end_char: int | None
    code: str
    coder: str
    quote: str | None = None
    stance: Stance | None = None
    valence: Valence | None = None
    basis: Basis | None = None
    level: Level | None = None

    @property
    def is_whole(self) -> bool:
        """Does the coding cover the whole source?"""
        return self.start_char is None


def read_codings(data: bytes, *, name: str) -> tuple[list[CodingRow], list[Problem]]:
    """Rows of a CSV or XLSX of codings, and the faults of those that cannot be used, by line.

    A row with a fault is in no other list, so ``len(rows)`` plus the number of different faulty
    lines is the number of rows. Problems name codes and words of facets, never quotes.

    Raises:
        CodingsError: the file is no table, or lacks a column.
    """
    table = read_table(data, name=name, error=CodingsError)
    places = needed_columns(table, _NEEDED)
    rows: list[CodingRow] = []
    problems: list[Problem] = []
    for line, cells in zip(table.lines, table.rows, strict=True):
        reading = CellReading(where=f"{name}, line {line}", cells=cells, places=places, problems=[])
        row = _row(reading, line)
        problems += reading.problems
        if not reading.problems:
            rows.append(row)
    return rows, problems


def needed_columns(table: Table, needed: tuple[str, ...]) -> dict[str, int]:
    """Columns by name in lower case.

    Raises:
        CodingsError: one of ``needed`` is not there.
    """
    places = {header.casefold().replace(" ", "_"): at for at, header in enumerate(table.header)}
    missing = [column for column in needed if column not in places]
    if missing:
        raise CodingsError.single(
            f"{table.name}, line 1",
            f"Missing column(s): {', '.join(missing)}.",
            f"The first row must name {','.join(needed)}.",
        )
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class CellReading:
    """The cells of one row by column, and the faults found in them."""

    where: str
    cells: tuple[str, ...]
    places: Mapping[str, int]
    problems: list[Problem]

    def raw(self, column: str) -> str:
        return self.cells[self.places[column]] if column in self.places else ""

    def text(self, column: str) -> str:
        return self.raw(column).strip()

    def needed(self, column: str) -> str:
        value = self.text(column)
        if not value:
            self.fault(f"The {column} is missing.", "Fill it in, or remove the row.")
        return value

    def fault(self, message: str, next: str) -> None:
        self.problems.append(Problem(where=self.where, message=message, next=next))


def _row(reading: CellReading, line: int) -> CodingRow:
    start, end = _offsets(reading)
    return CodingRow(
        line=line,
        source=reading.needed("source"),
        start_char=start,
        end_char=end,
        code=reading.needed("code"),
        coder=reading.needed("coder"),
        # Not trimmed: a quote must be the text at its offsets to the last space.
        quote=reading.raw("quote") or None,
        stance=_facet(reading, "stance", Stance),
        valence=_facet(reading, "valence", Valence),
        basis=_facet(reading, "basis", Basis),
        level=_facet(reading, "level", Level),
    )


def _offsets(reading: CellReading) -> tuple[int | None, int | None]:
    if not reading.text("start_char") and not reading.text("end_char"):
        return None, None
    start, end = _offset(reading, "start_char"), _offset(reading, "end_char")
    if start is not None and end is not None and start >= end:
        reading.fault(
            f"start_char {start} is not before end_char {end}.",
            "Offsets are half-open: the end is the place after the last character.",
        )
    return start, end


def _offset(reading: CellReading, column: str) -> int | None:
    match = _WHOLE.fullmatch(reading.text(column))
    if match is None:
        reading.fault(
            f"{column} is not a whole number from 0 upwards.",
            "Give both offsets, or leave both blank for the whole source.",
        )
        return None
    return int(match[1])


def _facet(reading: CellReading, column: str, kind: type[FacetT]) -> FacetT | None:
    value = reading.text(column).casefold()
    if not value:
        return None
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        reading.fault(f"{column} has an unknown word.", f"Write one of {known}, or leave it blank.")
        return None
