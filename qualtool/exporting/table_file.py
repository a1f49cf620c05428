"""One table in either format of a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .about import About
from .csv_file import write_csv
from .xlsx_file import write_xlsx


def write_table(
    rows: Sequence[Mapping[str, object]], columns: Sequence[str], about: About, format: str
) -> bytes:
    """The bytes of a table as ``xlsx``, or as CSV for any other ``format``."""
    return (write_xlsx if format == "xlsx" else write_csv)(rows, columns, about)
