"""A display as a Word document: what it is, pictures, tables, notes, printed on a wide page."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Cm, Pt

from .about import About
from .coded_source import printable

_WIDTH = Cm(25.7)
_HEIGHT = Cm(15.5)  # what a page has beside the words below a picture; a higher one would be cut off


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayTable:
    """A table of a display: a heading, column names, and rows of cells (None is blank)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayPicture:
    """A picture (PNG bytes) with the sentence that says what is seen on it."""

    png: bytes
    words: str


def write_display_docx(
    about: About,
    *,
    pictures: Sequence[DisplayPicture] = (),
    tables: Sequence[DisplayTable] = (),
    paragraphs: Sequence[str] = (),
) -> bytes:
    """The bytes of a landscape Word document: standing first, then words, pictures and tables."""
    document = Document()
    document.core_properties.title = printable(about.title)[:255]
    document.core_properties.author = "qualtool"
    document.core_properties.created = datetime.fromisoformat(about.made_at).replace(tzinfo=None)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(10)
    document.add_heading(printable(about.title), level=1)
    document.add_paragraph().add_run(about.sentence).bold = True
    for text in paragraphs:
        document.add_paragraph(printable(text))
    for picture in pictures:
        added = document.add_picture(io.BytesIO(picture.png), width=_WIDTH)
        if added.height > _HEIGHT:
            added.width, added.height = round(added.width * _HEIGHT / added.height), _HEIGHT
        document.add_paragraph(printable(picture.words)).runs[0].italic = True
    for table in tables:
        _add_table(document, table)
    document.add_heading("How this was made", level=2)
    for label, words in about.lines()[1:]:
        document.add_paragraph(printable(f"{label}: {words}"), style="List Bullet")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add_table(document: Any, table: DisplayTable) -> None:
    document.add_heading(printable(table.title), level=2)
    if not table.rows:
        document.add_paragraph("No rows.")
        return
    made = document.add_table(rows=1, cols=len(table.columns))
    made.style = "Table Grid"
    for cell, name in zip(made.rows[0].cells, table.columns, strict=True):
        cell.paragraphs[0].add_run(printable(name)).bold = True
    for row in table.rows:
        cells = made.add_row().cells
        for cell, name in zip(cells, table.columns, strict=True):
            value = row.get(name)
            cell.text = "" if value is None else printable(_shown(value))
    for line in made.rows:
        for cell in line.cells:
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.font.size = Pt(8.5)


def _shown(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
