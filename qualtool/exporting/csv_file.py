"""CSV for spreadsheets: UTF-8 with a mark, so that Excel shows accents; a last column says what it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from .about import About
from .guard import cells

STATUS = "status"


def write_csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str], about: About) -> bytes:
    """The bytes of a CSV file with a header row and the file's standing in the last column."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([*columns, f"{STATUS} of this file" if STATUS in columns else STATUS])
    for row in rows:
        writer.writerow([*cells(row, columns), about.sentence])
    return buffer.getvalue().encode("utf-8-sig")
