"""Releases: only released types can be written here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..model import ReleasedQuote, ReleasedTable
from .about import About
from .table_file import write_table

Format = Literal["csv", "xlsx"]
SUPPRESSED = "suppressed"


def write_released_table(table: ReleasedTable, format: Format, about: About) -> bytes:
    """A released table; a hidden cell reads ``suppressed``, so that nobody takes it for zero."""
    rows = [{c: SUPPRESSED if row.get(c) is None else row[c] for c in table.columns} for row in table.rows]
    return write_table(rows, table.columns, about, format)


def write_released_quotes(quotes: Sequence[ReleasedQuote], format: Format, about: About) -> bytes:
    """Released quotes with the attribution that may stand beside them."""
    columns = ("code", "code_path", "case", "attribution", "quote")
    rows = [
        {
            "code": q.code,
            "code_path": q.code_path,
            "case": q.case_pseudonym,
            "attribution": q.attribution,
            "quote": q.quote,
        }
        for q in quotes
    ]
    return write_table(rows, columns, about, format)
