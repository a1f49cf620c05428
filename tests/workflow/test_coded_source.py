"""A coded source as HTML and as a Word document: what stands beside the words, and what is left blank."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from qualtool.errors import ExportError, UserInputError
from qualtool.store.file import connection
from qualtool.workflows.editing import memos
from qualtool.workflows.exports import coded_source

Run = Callable[..., Any]
TALK = (
    "Interviewer: Well?\n"
    "Ruth: The head asked. We were <b>full</b> & tired. Parents moved \U0001f469‍\U0001f467.\n"
    "Omar: Nobody asked me whether I minded. I did mind.\n"
)


class Shown(HTMLParser):
    """Words of a document by the class of the element around them."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.words: dict[str, list[str]] = {}
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
            self.stack.append(dict(attrs).get("class") or tag)

    def handle_endtag(self, tag: str) -> None:
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        for name in set(self.stack):
            self.words.setdefault(name, []).append(data)

    def of(self, name: str) -> str:
        return "".join(self.words.get(name, []))


@pytest.fixture
def coded(tiny: Path, tmp_path: Path, qualtool: Run) -> Path:
    """The small study with an interview of two people, coded by two coders, with memos."""
    (tmp_path / "pair.txt").write_text(TALK)
    sheet = tmp_path / "pair.csv"
    sheet.write_text(
        "file,speaker,participant,role,case,urn,consent_quote\n"
        "pair.txt,Ruth,Ruth B,Teacher,Ashgrove Primary,900101,yes\n"
        "pair.txt,Omar,Omar C,Parent,Ashgrove Primary,900101,yes\n"
    )
    assert qualtool("import", "transcripts", tiny, tmp_path / "pair.txt", "--sheet", sheet).code == 0
    for words, code, coder in (
        ("We were <b>full</b> & tired", "PUSH", "amira"),
        ("full</b> & tired. Parents moved", "MAGNET", "berta"),
        ("Nobody asked me whether I minded", "PUSH", "amira"),
    ):
        at = TALK.index(words)
        assert qualtool("code", tiny, "pair", at, at + len(words), code, "--coder", coder).code == 0
    with connection.reading(tiny) as db:
        rows = list(
            db.query("SELECT guid, quote FROM coding WHERE quote LIKE 'We were%' OR quote LIKE 'Nobody%'")
        )
        source = next(db.query("SELECT guid FROM source WHERE name = 'pair.txt'"))["guid"]
    for row in rows:
        memos.write_memo(tiny, "coding", row["guid"], f"memo on {row['quote'][:6]}", coder="amira")
    memos.write_memo(tiny, "source", source, "a memo on the whole", coder="berta")
    return tiny


def as_html(study: Path, **options: Any) -> Shown:
    made = coded_source.coded_source_bytes(study, "pair", format="html", **options)
    return Shown(made.content)


def as_docx(study: Path, **options: Any) -> tuple[list[str], list[list[str]]]:
    made = coded_source.coded_source_bytes(study, "pair", format="docx", **options)
    document = Document(io.BytesIO(made.content))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    return [p.text for p in document.paragraphs], rows


def refuse(study: Path, name: str, consent: str) -> None:
    with connection.writing(study) as db:
        db.conn.execute("UPDATE participant SET consent = ? WHERE name = ?", (consent, name))


def test_every_word_stands_in_the_page_with_codes_and_memos_beside(coded: Path) -> None:
    """The HTML holds each turn's words as they are, and beside them codes, coders and memos."""
    shown = as_html(coded)
    words = re.sub(r"\d", "", shown.of("words"))
    for said in ("The head asked.", "We were <b>full</b> & tired.", "\U0001f469‍\U0001f467", "I did mind."):
        assert said in words
    side = shown.of("side")
    for told in ("amira", "berta", "memo on We wer", "memo on Nobody"):
        assert told in side
    assert "a memo on the whole" in shown.of("codes")
    assert shown.tags.isdisjoint({"script", "img"})


def test_the_page_needs_nothing_and_says_it_is_confidential(coded: Path) -> None:
    """The HTML loads nothing, forbids itself to, and says it is a confidential working copy."""
    shown = as_html(coded)
    assert shown.links == []
    assert shown.tags.isdisjoint({"script", "img", "link", "iframe"})
    assert "CONFIDENTIAL working copy" in shown.of("status")
    made = coded_source.coded_source_bytes(coded, "pair", format="html").content.decode()
    assert "default-src 'none'" in made and "http://" not in made and "https://" not in made


def test_overlapping_codings_have_lanes_and_numbers(coded: Path) -> None:
    """Two codings that overlap lie in two lanes, and each number stands at its end in the text."""
    made = coded_source.coded_source_bytes(coded, "pair", format="html").content.decode()
    rows = re.findall(r'<div class="lanes"[^>]*>(.*?)</div>', made)
    filled = [len(re.findall(r"--c:#", row)) for row in rows]
    assert max(filled) == 2
    assert re.search(r"tired</mark><sup>1</sup>", made)
    assert re.search(r"Parents moved</mark><sup>2</sup>", made)


def test_the_word_document_holds_the_same(coded: Path) -> None:
    """The DOCX has a row for each stretch: speaker, codes and memos, words."""
    head, rows = as_docx(coded)
    assert any("CONFIDENTIAL working copy" in line for line in head)
    assert any("a memo on the whole" in line for line in head)
    assert rows[0] == ["Speaker", "Codes and memos", "Words"]
    words = re.sub(r"\d", "", " ".join(row[2] for row in rows))
    for said in ("The head asked.", "We were <b>full</b> & tired.", "I did mind."):
        assert said in words
    beside = [row[1] for row in rows if "full" in row[2]]
    assert "memo on We wer" in beside[0] and "berta" in beside[0]


@pytest.mark.parametrize("consent", ["no", "withdrawn"])
def test_words_without_consent_are_left_blank(coded: Path, consent: str) -> None:
    """Of people who said no or withdrew neither words nor memos on them are in the file; others' stay."""
    refuse(coded, "Omar C", consent)
    made = coded_source.coded_source_bytes(coded, "pair", format="html")
    page = Shown(made.content)
    text = made.content.decode()
    assert "Nobody asked" not in text and "I did mind" not in text and "memo on Nobody" not in text
    assert "words withheld" in page.of("withheld")
    assert "The head asked." in text and "memo on We wer" in text
    assert sum(made.withheld.values()) == 1
    _, rows = as_docx(coded)
    flat = " ".join(cell for row in rows for cell in row)
    assert "Nobody asked" not in flat and "memo on Nobody" not in flat and "words withheld" in flat


def test_one_coders_copy_shows_nobody_elses_work(coded: Path) -> None:
    """A blind coder's file holds their own codings and memos only."""
    shown = as_html(coded, coder="berta")
    assert "amira" not in shown.of("side") and "berta" in shown.of("side")
    assert "memo on" not in shown.of("side")
    assert "a memo on the whole" in shown.of("codes")


def test_restricted_codes_are_left_out_unless_named(coded: Path) -> None:
    """A restricted code is in the file only where it was asked for by name, and the file says so."""
    with connection.writing(coded) as db:
        db.conn.execute("UPDATE code SET is_restricted = 1 WHERE short_id = 'MAGNET'")
    made = coded_source.coded_source_bytes(coded, "pair", format="html")
    assert made.rows == 2 and sum(made.withheld.values()) == 1
    assert "berta" not in Shown(made.content).of("side")
    named = coded_source.coded_source_bytes(coded, "pair", format="html", restricted=["MAGNET"])
    assert named.rows == 3


def test_what_cannot_be_written_is_refused(coded: Path) -> None:
    """Another format or another source is an error in words."""
    with pytest.raises(ExportError, match="cannot hold a coded source"):
        coded_source.coded_source_bytes(coded, "pair", format="pdf")  # pyright: ignore[reportArgumentType]
    with pytest.raises(UserInputError, match="no such source"):
        coded_source.coded_source_bytes(coded, str(uuid.uuid4()), format="html")
    assert coded_source.coded_source_name("../a b.txt", "docx") == "..-a-b coded.docx"


def test_signs_no_xml_holds_do_not_stop_the_file(tiny: Path, tmp_path: Path, qualtool: Run) -> None:
    """A control character in a transcript becomes the sign for an unknown one in both formats."""
    (tmp_path / "odd.txt").write_bytes("Ruth: one\x0btwo \uffff three.\n".encode())
    assert qualtool("import", "transcripts", tiny, tmp_path / "odd.txt").code == 0
    for format in ("html", "docx"):
        made = coded_source.coded_source_bytes(tiny, "odd", format=format)  # pyright: ignore[reportArgumentType]
        assert made.content


def test_answers_and_the_sample_are_written_too(sample_study: Path, tiny: Path) -> None:
    """A survey answer and a long interview of the sample study can be saved in both formats."""
    with connection.reading(tiny) as db:
        answer = next(db.query("SELECT guid FROM source WHERE kind = 'answer'"))["guid"]
    assert coded_source.coded_source_bytes(tiny, answer, format="docx").content[:2] == b"PK"
    made = coded_source.coded_source_bytes(sample_study, "01_thornbeck_senco", format="html")
    assert made.rows > 40
    assert Shown(made.content).of("words").count("hark at them") == 1
