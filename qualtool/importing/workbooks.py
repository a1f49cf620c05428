"""The first sheet of an XLSX workbook as rows of text."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from ..errors import UserInputError
from ..text.zips import MAX_CELLS, MAX_ROWS, ZIP_DAMAGE
from .archives import open_archive, read_member

# Above this a whole number has no exact place in a spreadsheet's cell.
_EXACT = 1e15
_DAMAGE = (
    *ZIP_DAMAGE,
    InvalidFileException,
    ParseError,
    SyntaxError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Cells as text, row by row, with the numbers of the rows in the sheet (from 1)."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    warnings: tuple[str, ...]


def read_workbook(data: bytes, *, name: str, error: type[UserInputError]) -> Grid:
    """The first sheet of a workbook; a warning names the other sheets.

    Whole numbers are written without ".0", dates as ISO dates, truth values as TRUE and FALSE,
    formulas as the value that was last worked out.

    Raises ``error``: not a workbook, damaged, or a zip bomb.
    """
    _refuse_unsafe(data, name, error)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validations it does not keep; values are not touched.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            first, *others = [s for s in book.worksheets if isinstance(s, ReadOnlyWorksheet)]
            # Some programs write a wrong size of the sheet; without it every row is read.
            first.reset_dimensions()
            rows = _rows(first, name, error)
            book.close()
    except _DAMAGE as err:
        raise error.single(
            name,
            "This workbook (.xlsx) is damaged, or holds no sheet of cells.",
            "Open it in a spreadsheet program and save it anew, or save the sheet as CSV.",
        ) from err
    noted = ()
    if others:
        titles = ", ".join(f"'{sheet.title}'" for sheet in others)
        noted = (f"Only the first sheet '{first.title}' was read; not read: {titles}.",)
    return Grid(rows=rows, lines=tuple(range(1, len(rows) + 1)), warnings=noted)


def _rows(sheet: ReadOnlyWorksheet, name: str, error: type[UserInputError]) -> tuple[tuple[str, ...], ...]:
    """The rows, as long as they are as many as a sheet can have, and hold what memory can."""
    rows: list[tuple[str, ...]] = []
    n_cells = 0
    for cells in sheet.iter_rows(values_only=True):
        rows.append(_row(cells))
        # The cells as the file spreads them: a lone cell at the far right makes a row of thousands.
        n_cells += len(cells)
        if len(rows) > MAX_ROWS or n_cells > MAX_CELLS:
            raise error.single(
                name,
                f"Its first sheet has more than {MAX_ROWS} rows or {MAX_CELLS} cells.",
                "Delete the empty rows and columns around the table, or save the table as CSV.",
            )
    return tuple(rows)


def _refuse_unsafe(data: bytes, name: str, error: type[UserInputError]) -> None:
    with open_archive(data, name=name, wanted="a workbook (.xlsx)", error=error) as archive:
        members = archive.namelist()
        if "xl/workbook.xml" not in members:
            raise error.single(
                name,
                "This is a zip file, but not an Excel workbook.",
                "Save the table as .xlsx or .csv.",
            )
        for member in members:
            if member.endswith((".xml", ".rels")) and b"<!DOCTYPE" in _start(archive, member, name, error):
                raise error.single(
                    name, f"Its part '{member}' declares a document type.", "Save the table as .csv."
                )


def _start(archive: zipfile.ZipFile, member: str, name: str, error: type[UserInputError]) -> bytes:
    # A document type stands before the first element, so the start is enough.
    return read_member(archive, member, name=name, error=error, n_bytes=4096)


def _row(cells: Iterable[object]) -> tuple[str, ...]:
    values = [_cell(cell) for cell in cells]
    while values and not values[-1]:
        values.pop()
    return tuple(values)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else format(value, ".15g")
    if isinstance(value, dt.datetime):
        is_date = value.time() == dt.time()
        return value.date().isoformat() if is_date else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
