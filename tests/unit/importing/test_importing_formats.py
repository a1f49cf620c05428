"""Word, OpenDocument, rich text and PDF: files made here, read back."""

from __future__ import annotations

import io
import zipfile

import docx
import pypdf
from docx.oxml import parse_xml as word_xml
from docx.oxml.ns import nsdecls

from qualtool.importing import read_transcript

_OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def make_docx(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_odt(body: str, before: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {_OFFICE}><office:body><office:text>{before}{body}"
            "</office:text></office:body></office:document-content>",
        )
    return out.getvalue()


def make_pdf(pages: list[list[str]]) -> bytes:
    """A PDF as small as can be: a line of text every 14 points."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        shown = " T* ".join(
            "({}) Tj".format(line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)"))
            for line in lines
        )
        stream = f"BT /F1 11 Tf 14 TL 40 780 Td {shown} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body = "%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    body += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return (body + f"startxref\n{body.index('xref')}\n%%EOF\n").encode("latin-1")


def test_docx_paragraphs_tables_and_marks() -> None:
    """Paragraphs and table cells are joined by one LF, tabs and line breaks kept."""
    document = docx.Document()
    document.add_heading("Interview", 1)
    document.add_paragraph("Interviewer: How was\tit?")
    run = document.add_paragraph("Ruth: Well — ").add_run("“fine”")
    run.add_break()
    run.add_text("and not. €5")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "left"
    table.cell(0, 1).text = "right"
    document.add_paragraph("")
    source = read_transcript(make_docx(document), name="A.DOCX")
    assert source.text == (
        "Interview\nInterviewer: How was\tit?\nRuth: Well — “fine”\nand not. €5\nleft\nright\n"
    )
    assert source.format == "docx"
    assert source.speaker_turns() == {"Interviewer": 1, "Ruth": 1}


def test_docx_tracked_changes_and_footnotes() -> None:
    """Inserted text is included, deleted text is not, and a left-out footnote is said."""
    document = docx.Document()
    paragraph = document.add_paragraph("Kept ")
    for xml in (
        "<w:del {} w:id='1' w:author='x'><w:r><w:delText>gone</w:delText></w:r></w:del>",
        "<w:ins {} w:id='2' w:author='x'><w:r><w:t>added</w:t></w:r></w:ins>",
        "<w:r {}><w:footnoteReference w:id='3'/></w:r>",
    ):
        paragraph._p.append(word_xml(xml.format(nsdecls("w"))))
    source = read_transcript(make_docx(document), name="a.docx")
    assert source.text == "Kept added"
    assert "1 footnotes left out." in source.warnings


def test_docx_text_agrees_with_python_docx() -> None:
    """For plain paragraphs the text is what python-docx gives, joined by LF."""
    document = docx.Document()
    for words in ("One  two", " lead", "", "trail "):
        document.add_paragraph(words)
    data = make_docx(document)
    expected = "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)
    assert read_transcript(data, name="a.docx").text == expected


def test_odt_spaces_tabs_and_headings() -> None:
    """White space collapses as OpenDocument says; s, tab, line-break and headings are honoured."""
    body = (
        '<text:h text:outline-level="1">Talk</text:h>'
        '<text:p>Interviewer:  So\n  <text:span>how</text:span><text:s text:c="2"/>was<text:tab/>it?</text:p>'
        "<text:list><text:list-item><text:p>Ruth: Fine<text:line-break/>really<text:note>"
        "<text:note-body><text:p>aside</text:p></text:note-body></text:note>.</text:p></text:list-item></text:list>"
    )
    deleted = "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p>"
    deleted += "</text:deletion></text:changed-region></text:tracked-changes>"
    source = read_transcript(make_odt(body, deleted), name="a.odt")
    assert source.text == "Talk\nInterviewer: So how  was\tit?\nRuth: Fine\nreally."
    assert source.speaker_turns() == {"Interviewer": 1, "Ruth": 1}
    assert "1 footnotes left out." in source.warnings


def test_rtf_escapes() -> None:
    """RTF escapes become characters, also those beyond the first plane; paragraphs are joined by LF."""
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Interviewer: How \'80 5?\par "
        rb"Ruth: \u8220?Fine\u8221? \u-10179?\u-8704?.\par}"
    )
    source = read_transcript(data, name="a.rtf")
    assert source.text == "Interviewer: How € 5?\nRuth: “Fine” 😀."
    assert source.encoding == "cp1252"
    assert source.n_turns == 2


def test_pdf_turns_are_paragraphs() -> None:
    """Wrapped lines of a turn are joined; page numbers, running heads and line numbers are left out."""
    pages = [
        [
            "Study X",
            "Page 1 of 3",
            "Interviewer: How did the",
            "year go?",
            "Ruth: It went",
            "on and on and it",
        ],
        ["Study X", "Page 2 of 3", "never stopped.", "Interviewer: I see.", "1", "2", "3", "4"],
        ["Study X", "Page 3 of 3", "Ruth: Yes."],
    ]
    source = read_transcript(make_pdf(pages), name="a.pdf")
    assert source.text == (
        "Interviewer: How did the year go?\nRuth: It went on and on and it never stopped.\n"
        "Interviewer: I see.\nRuth: Yes."
    )
    assert source.speaker_turns() == {"Interviewer": 2, "Ruth": 2}


def test_pdf_line_repeated_over_a_page_break_counts_once() -> None:
    """A label and line cut at a page's end and printed again on the next page are one turn."""
    pages = [
        ["Interviewer: Begin.", "Ruth: It was a long and winding answer that"],
        ["Ruth: It was a long and winding answer that", "went on.", "Interviewer: Yes.", "Ruth: Yes."],
        ["Ruth: Yes.", "Interviewer: End."],
    ]
    source = read_transcript(make_pdf(pages), name="a.pdf")
    # "Yes." twice is too short to be told from two answers.
    assert source.speaker_turns() == {"Interviewer": 3, "Ruth": 3}
    assert "Ruth: It was a long and winding answer that went on.\n" in source.text


def test_pdf_labels_that_open_every_page_stay() -> None:
    """A line with a speaker's label is never taken for a running head."""
    pages = [["Ruth: Yes.", f"Interviewer: And {word}?"] for word in ("one", "two", "three")]
    source = read_transcript(make_pdf(pages), name="a.pdf")
    assert source.speaker_turns() == {"Ruth": 3, "Interviewer": 3}


def test_pdf_without_labels_is_cut_into_paragraphs() -> None:
    """Without labels a paragraph ends at a line that ends a sentence well before the right edge."""
    lines = [
        "This line is as long as any in the text",
        "and goes on here.",
        "A second paragraph starts now and runs",
    ]
    source = read_transcript(make_pdf([[*lines, "to its end."]]), name="a.pdf")
    assert source.text.split("\n") == [
        "This line is as long as any in the text and goes on here.",
        "A second paragraph starts now and runs to its end.",
    ]
    assert source.n_turns == 2


def test_pdf_page_without_text_is_said() -> None:
    """A page without text among others is named in a warning."""
    source = read_transcript(make_pdf([["Q: One?", "A: Two."], [""]]), name="a.pdf")
    assert "Page(s) without text: 2." in source.warnings


def test_pdf_with_an_owner_password_only_can_be_read() -> None:
    """A PDF that everyone may open is read although it is encrypted."""
    writer = pypdf.PdfWriter(io.BytesIO(make_pdf([["Q: One?", "A: Two."]])))
    writer.encrypt(user_password="", owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert read_transcript(out.getvalue(), name="a.pdf").n_turns == 2
