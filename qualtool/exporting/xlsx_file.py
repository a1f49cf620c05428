"""XLSX: the table on the first sheet, what the file says of itself on the second."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .about import About
from .guard import cells

_WIDEST = 60
_CELL_LIMIT = 32_000  # a spreadsheet cell holds 32,767 characters


def write_xlsx(rows: Sequence[Mapping[str, object]], columns: Sequence[str], about: About) -> bytes:
    """The bytes of a workbook with the sheets ``Data`` and ``About``.

    A quote too long for a cell is cut with a mark; the sheet ``About`` says how many were.
    """
    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has a sheet; the type says otherwise
        sheet = book.create_sheet()
    sheet.title = "Data"
    sheet.append(list(columns))
    widths = [len(c) for c in columns]
    n_cut = 0
    for row in rows:
        written = cells(row, columns)
        for i, value in enumerate(written):
            if isinstance(value, str) and len(value) > _CELL_LIMIT:
                written[i], n_cut = value[:_CELL_LIMIT] + " [cut]", n_cut + 1
            widths[i] = max(widths[i], min(_WIDEST, len(str(value))))
        sheet.append(written)
    _dress(sheet, widths)
    notes = book.create_sheet("About")
    lines = about.lines() + ([("Note", f"{n_cut} cells were too long and are cut")] if n_cut else [])
    for line in lines:
        notes.append(list(line))
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 20, 90
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _dress(sheet: Worksheet, widths: Sequence[int]) -> None:
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, width in enumerate(widths, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = width + 2
        if width >= _WIDEST:
            for cell in sheet[letter]:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
