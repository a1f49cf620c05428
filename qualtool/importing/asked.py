"""Which matters the interviewer raised: ``source,code,asked``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..errors import CodingsError, Problem
from .codings import CellReading, needed_columns
from .faults import faults
from .tables import read_table

_NEEDED = ("source", "code", "asked")


class Asked(StrEnum):
    """Did the interviewer raise the matter of a code?"""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRow:
    """One source and one code."""

    line: int
    source: str
    code: str
    asked: Asked


def read_asked(data: bytes, *, name: str) -> tuple[AskedRow, ...]:
    """Rows of a CSV or XLSX ``source,code,asked``; asked is yes, no or unclear.

    Raises:
        CodingsError: every fault with its line: blanks, other words, one source and code twice.
    """
    table = read_table(data, name=name, error=CodingsError)
    places = needed_columns(table, _NEEDED)
    problems: list[Problem] = []
    rows: list[AskedRow] = []
    first: dict[tuple[str, str], int] = {}
    for line, cells in zip(table.lines, table.rows, strict=True):
        reading = CellReading(where=f"{name}, line {line}", cells=cells, places=places, problems=[])
        row = _row(reading, line)
        earlier = first.setdefault((reading.text("source"), reading.text("code")), line)
        if row is not None and earlier != line:
            reading.fault(f"This source and code stand on line {earlier} already.", "Keep one of the rows.")
        elif row is not None:
            rows.append(row)
        problems += reading.problems
    if problems:
        raise faults(CodingsError, name, problems)
    return tuple(rows)


def _row(reading: CellReading, line: int) -> AskedRow | None:
    source, code, raw = reading.needed("source"), reading.needed("code"), reading.needed("asked")
    word = raw.casefold()
    if raw and word not in set(Asked):
        reading.fault("asked has an unknown word.", f"Write {', '.join(Asked)}.")
    if reading.problems:
        return None
    return AskedRow(line=line, source=source, code=code, asked=Asked(word))
