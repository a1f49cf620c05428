"""Which sources were read to the end, also those with nothing to code: ``source[,coder]``."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import CodingsError, Problem
from .codings import CellReading, needed_columns
from .faults import faults
from .tables import read_table

_NEEDED = ("source",)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """One source, and who read it; ``coder`` is None where the file does not say."""

    line: int
    source: str
    coder: str | None


def read_read_marks(data: bytes, *, name: str) -> tuple[ReadRow, ...]:
    """Rows of a CSV or XLSX ``source[,coder]``; the same source and coder twice is one row.

    Raises:
        CodingsError: the file is no table, lacks the column, or a source is blank, each with its line.
    """
    table = read_table(data, name=name, error=CodingsError)
    places = needed_columns(table, _NEEDED)
    problems: list[Problem] = []
    rows: dict[tuple[str, str], ReadRow] = {}
    for line, cells in zip(table.lines, table.rows, strict=True):
        reading = CellReading(where=f"{name}, line {line}", cells=cells, places=places, problems=problems)
        source, coder = reading.needed("source"), reading.text("coder")
        if source:
            rows.setdefault((source, coder), ReadRow(line=line, source=source, coder=coder or None))
    if problems:
        raise faults(CodingsError, name, problems)
    return tuple(rows.values())
