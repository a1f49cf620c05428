"""A coded source as a Word document: a table with speakers, codes and memos in the margin, and words."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from .coded_source import CodedRow, CodedSource, CodedTurn, MarginCoding, pieces, printable, tinted
from .coded_source_html import WITHHELD

_WIDTHS = (Cm(3.2), Cm(6.3), Cm(15.2))
_GREY = RGBColor(0x4D, 0x4D, 0x4D)


def write_coded_source_docx(source: CodedSource) -> bytes:
    """The bytes of a Word document, landscape, one table row for each row of text."""
    document = Document()
    document.core_properties.title = printable(source.title)[:255]
    document.core_properties.author = "qualtool"
    document.core_properties.created = datetime.fromisoformat(source.about.made_at).replace(tzinfo=None)
    _landscape(document)
    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    document.add_heading(printable(source.title), level=1)
    status = document.add_paragraph().add_run(source.about.sentence)
    status.bold = True
    for label, words in source.about.lines()[1:]:
        document.add_paragraph(printable(f"{label}: {words}"), style="List Bullet")
    if source.memos:
        document.add_heading("Memos on this source", level=2)
        for coder, text in source.memos:
            paragraph = document.add_paragraph()
            paragraph.add_run(printable(f"{coder}: ")).bold = True
            paragraph.add_run(printable(text))
    document.add_heading("Text", level=2)
    _table(document, source)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _landscape(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(1.8)


def _table(document: Any, source: CodedSource) -> None:
    known = source.by_number()
    n_rows = sum(len(turn.rows) for turn in source.turns)
    table = document.add_table(rows=n_rows + 1, cols=3)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    rows = iter(table.rows)
    head = next(rows)
    _repeat_as_head(head)
    for cell, title, width in zip(head.cells, ("Speaker", "Codes and memos", "Words"), _WIDTHS, strict=True):
        cell.width = width
        cell.paragraphs[0].add_run(title).bold = True
    for turn in source.turns:
        told: set[int] = set()
        for at, coded in enumerate(turn.rows):
            cells = next(rows).cells
            for cell, width in zip(cells, _WIDTHS, strict=True):
                cell.width = width
            if at == 0:
                _who(cells[0], turn)
            _margin(cells[1], coded, known, told)
            _words(cells[2].paragraphs[0], coded, known, grey=turn.is_interviewer)


def _repeat_as_head(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    properties.append(mark)


def _who(cell: Any, turn: CodedTurn) -> None:
    paragraph = cell.paragraphs[0]
    number = f"{turn.number} " if turn.number is not None else ""
    paragraph.add_run(printable(f"{number}{turn.label}")).bold = True
    extra = " · ".join(part for part in (turn.role, turn.time) if part)
    if extra:
        run = cell.add_paragraph().add_run(printable(extra))
        run.font.size, run.font.color.rgb = Pt(8.5), _GREY


def _margin(cell: Any, row: CodedRow, known: dict[int, MarginCoding], told: set[int]) -> None:
    """A bar in the code's colour for every coding of the row, with name and memos where it is first met."""
    first = True
    for mark in row.marks:
        coding = known[mark.number]
        paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
        first = False
        paragraph.paragraph_format.space_after = Pt(1)
        _bar(paragraph, coding.colour)
        if mark.number in told:
            run = paragraph.add_run(str(mark.number))
            run.font.size = Pt(8.5)
            continue
        told.add(mark.number)
        before = "" if mark.begins else "↑ "
        name = paragraph.add_run(printable(f"{before}{coding.number} {coding.code}"))
        name.bold, name.font.size = True, Pt(9)
        extra = " · ".join(part for part in (coding.coder, coding.facets) if part)
        by = paragraph.add_run(printable(f"  {extra}"))
        by.font.size, by.font.color.rgb = Pt(8.5), _GREY
        for coder, text in coding.memos:
            written = paragraph.add_run(printable(f"\n✎ {coder}: {text}"))
            written.italic, written.font.size = True, Pt(8.5)


def _words(paragraph: Any, row: CodedRow, known: dict[int, MarginCoding], *, grey: bool) -> None:
    if row.is_withheld:
        paragraph.add_run(WITHHELD).italic = True
        return
    for text, here, ending in pieces(row):
        run = paragraph.add_run(printable(text))
        if grey:
            run.font.color.rgb = _GREY
        if here:
            _shade(run, known[here[-1]].colour)
        for number in ending:
            sign = paragraph.add_run(str(number))
            sign.font.superscript, sign.bold = True, True


def _shade(run: Any, colour: str) -> None:
    properties = run._r.get_or_add_rPr()
    line = OxmlElement("w:u")
    line.set(qn("w:val"), "single")
    line.set(qn("w:color"), colour[1:])
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), tinted(colour, 0.2)[1:])
    properties.append(line)
    properties.append(shade)


def _bar(paragraph: Any, colour: str) -> None:
    properties = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    left = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "36"), ("space", "4"), ("color", colour[1:])):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    # Its place among the properties of a paragraph is fixed by the file format.
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
