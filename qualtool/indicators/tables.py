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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from ..errors import IndicatorError
from ..text.zips import MAX_CELLS, MAX_ROWS, ZIP_DAMAGE, bomb_reason

Row = tuple[int, list[str]]
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_DELIMITERS = (",", "\t", ";")
_SAMPLE_LINES = 10
# Also what openpyxl and the XML parser let through from damaged files; entities are ValueErrors.
_WORKBOOK_DAMAGE = (*ZIP_DAMAGE, KeyError, IndexError, TypeError, AttributeError, SyntaxError)
_ORIGINAL = "Download the file again from its publisher and import it as it is."


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``rows()`` starts from the first line each time; ``n_lines`` is what progress counts against.

    ``sheet`` is the name of a workbook's sheet. ``ends_open``: the text has no line end after its last
    line, so that a short last line is one that was cut off.
    """

    encoding: str
    n_lines: int
    rows: Callable[[], Iterator[Row]]
    sheet: str = ""
    ends_open: bool = False


class NotASchoolFile(IndicatorError):
    """A table, but none of a known dataset."""


def open_tables(data: bytes, *, name: str) -> list[Table]:
    """The rows of a file; of a workbook those of each of its sheets that holds something.

    Raises:
        IndicatorError: the file is empty, not text, or a workbook that cannot be read.
    """
    if not data.strip():
        raise IndicatorError.single(name, "The file is empty.", _ORIGINAL)
    if data.startswith(_OLD_EXCEL):
        raise IndicatorError.single(
            name, "This is a workbook in the old .xls format.", "Save it as CSV or .xlsx."
        )
    if data.startswith(_ZIP):
        return _open_workbook(data, name=name)
    encoding = _encoding_of(data, name=name)
    return [
        Table(
            encoding=encoding,
            n_lines=data.count(b"\n") + 1,
            rows=lambda: _rows_of_text(data, encoding, name=name),
            ends_open=not data.rstrip(b"\x00").endswith((b"\n", b"\r")),
        )
    ]


def _encoding_of(data: bytes, *, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _proven(data, "utf-16", name=name)
    if b"\x00" in data:
        raise IndicatorError.single(name, "This is not a text file: it holds zero bytes.", _ORIGINAL)
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
        raise IndicatorError.single(
            name, f"Byte {err.start} cannot be read as {encoding}.", _ORIGINAL
        ) from err
    return encoding


def _rows_of_text(data: bytes, encoding: str, *, name: str) -> Iterator[Row]:
    with io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="") as lines:
        delimiter = _delimiter_of(list(islice(lines, _SAMPLE_LINES)))
        lines.seek(0)
        # Strictly, because a quote mark that never closes would swallow the rest of the file.
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        start = 1
        try:
            for row in reader:
                yield start, row
                start = reader.line_num + 1
        except csv.Error as err:
            reason = "A quote mark opens in this line and never closes." if "end of data" in str(err) else ""
            message = reason or f"The line cannot be read ({err})."
            raise IndicatorError.single(f"{name}, line {start}", message, _ORIGINAL) from err


def _delimiter_of(lines: Sequence[str]) -> str:
    """The one that stands most often in one of the first lines: titles have few, the header has many."""
    return max(_DELIMITERS, key=lambda mark: max((line.count(mark) for line in lines), default=0))


def _open_workbook(data: bytes, *, name: str) -> list[Table]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            reason = bomb_reason(archive, len(data))
        if reason is not None:
            raise IndicatorError.single(
                name, f"{reason}, which no school file does.", "Save it as CSV and import that."
            )
        with warnings.catch_warnings():
            # Charts and extensions of a workbook are dropped with a warning; only cells are read.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = _sheets(book, name=name)
            book.close()
    except _WORKBOOK_DAMAGE as err:
        raise IndicatorError.single(
            name, "The workbook cannot be read.", "Save it as CSV and import that."
        ) from err
    if not sheets:
        raise IndicatorError.single(name, "The workbook holds no cells.", _ORIGINAL)
    return sheets


def _sheets(book: Any, *, name: str) -> list[Table]:
    """Every sheet with something in it, as long as memory can hold their cells."""
    found: list[Table] = []
    n_cells = 0
    for sheet in book.worksheets:
        rows, n = _cells(sheet, n_cells, name=name)
        n_cells += n
        if rows:
            found.append(_sheet(sheet.title, rows))
    return found


def _sheet(title: str, rows: list[Row]) -> Table:
    def again() -> Iterator[Row]:
        return ((line, list(row)) for line, row in rows)

    return Table(encoding="xlsx", n_lines=len(rows), rows=again, sheet=title)


def _cells(sheet: Any, before: int, *, name: str) -> tuple[list[Row], int]:
    """The text of all cells of a sheet, and how many cells they are; ``before`` were in other sheets."""
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # what a file says of its size may be a lie
    rows: list[Row] = []
    n_cells = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        rows.append((number, _without_tail([_text_of(cell) for cell in row])))
        n_cells += len(row)
        if number > MAX_ROWS or before + n_cells > MAX_CELLS:
            raise IndicatorError.single(
                name, f"It has more than {MAX_ROWS} rows or {MAX_CELLS} cells.", _ORIGINAL
            )
    return (rows, n_cells) if any(row for _, row in rows) else ([], n_cells)


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
