"""Bytes of a CSV or XLSX file to rows of strings, with the line each row starts on.

UTF-8 is tried first and strictly, because Windows-1252 would decode almost anything; which one
was used is recorded. Nothing is interpreted here: ``NA`` and ``None`` stay what they are.
"""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..errors import IndicatorError, Problem
from ..text.zips import MAX_CELLS, MAX_ROWS, ZIP_DAMAGE, bomb_reason

Row = tuple[int, list[str]]
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_DELIMITERS = (",", "\t", ";")
# Also what openpyxl and the XML parser let through from damaged files; entities are ValueErrors.
_WORKBOOK_DAMAGE = (*ZIP_DAMAGE, KeyError, IndexError, TypeError, AttributeError, SyntaxError)
_ORIGINAL = "Download the file again from its publisher and import it as it is."


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``rows()`` starts from the first line each time; ``n_lines`` is what progress counts against."""

    encoding: str
    n_lines: int
    rows: Callable[[], Iterator[Row]]


def refused(where: str, message: str, next: str = "") -> IndicatorError:
    """An error about one thing."""
    problem = Problem(where=where, message=message, next=next)
    return IndicatorError(str(problem), problems=(problem,))


def open_table(data: bytes, *, name: str) -> Table:
    """The rows of a file.

    Raises:
        IndicatorError: the file is empty, not text, or a workbook that cannot be read.
    """
    if not data.strip():
        raise refused(name, "The file is empty.", _ORIGINAL)
    if data.startswith(_OLD_EXCEL):
        raise refused(name, "This is a workbook in the old .xls format.", "Save it as CSV or .xlsx.")
    if data.startswith(_ZIP):
        return _open_workbook(data, name=name)
    encoding = _encoding_of(data, name=name)
    return Table(
        encoding=encoding,
        n_lines=data.count(b"\n") + 1,
        rows=lambda: _rows_of_text(data, encoding, name=name),
    )


def _encoding_of(data: bytes, *, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _proven(data, "utf-16", name=name)
    if b"\x00" in data:
        raise refused(name, "This is not a text file: it holds zero bytes.", _ORIGINAL)
    if data.startswith(codecs.BOM_UTF8):
        return _proven(data, "utf-8-sig", name=name)
    try:
        return _proven(data, "utf-8", name=name)
    except IndicatorError:
        return _proven(data, "cp1252", name=name)


def _proven(data: bytes, encoding: str, *, name: str) -> str:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as err:
        raise refused(name, f"Byte {err.start} cannot be read as {encoding}.", _ORIGINAL) from err
    return encoding


def _rows_of_text(data: bytes, encoding: str, *, name: str) -> Iterator[Row]:
    with io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="") as lines:
        delimiter = _delimiter_of(lines.readline())
        lines.seek(0)
        reader = csv.reader(lines, delimiter=delimiter)
        start = 1
        try:
            for row in reader:
                yield start, row
                start = reader.line_num + 1
        except csv.Error as err:
            raise refused(f"{name}, line {start}", f"The line cannot be read ({err}).", _ORIGINAL) from err


def _delimiter_of(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _open_workbook(data: bytes, *, name: str) -> Table:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            reason = bomb_reason(archive, len(data))
        if reason is not None:
            raise refused(name, f"{reason}, which no school file does.", "Save it as CSV and import that.")
        with warnings.catch_warnings():
            # Charts and extensions of a workbook are dropped with a warning; only cells are read.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            cells = _cells(book.worksheets[0], name=name)
            book.close()
    except _WORKBOOK_DAMAGE as err:
        raise refused(name, "The workbook cannot be read.", "Save it as CSV and import that.") from err
    rows = [(number, _without_tail(row)) for number, row in enumerate(cells, start=1)]
    return Table(encoding="xlsx", n_lines=len(rows), rows=lambda: ((n, list(row)) for n, row in rows))


def _cells(sheet: Any, *, name: str) -> list[list[str]]:
    """The text of all cells, as long as they are as many as a sheet can have and memory can hold."""
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # what a file says of its size may be a lie
    rows: list[list[str]] = []
    n_cells = 0
    for row in sheet.iter_rows():
        rows.append([_text_of(cell) for cell in row])
        n_cells += len(row)
        if len(rows) > MAX_ROWS or n_cells > MAX_CELLS:
            raise refused(
                name, f"Its first sheet has more than {MAX_ROWS} rows or {MAX_CELLS} cells.", _ORIGINAL
            )
    return rows


def _without_tail(row: list[str]) -> list[str]:
    """A sheet is as wide as its widest row; cells that were never written are no cells."""
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def _text_of(cell: Any) -> str:
    """What the cell would print in a CSV file: 3 for 3.0, and 3% for 0.03 in a percent format."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        if "%" in (cell.number_format or ""):
            return f"{value * 100:.12g}%"
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, datetime | date):
        return value.strftime("%d-%m-%Y")
    return str(value)
