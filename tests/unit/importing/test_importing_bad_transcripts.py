"""Files that cannot be transcripts: each is refused with what, where and what next."""

from __future__ import annotations

import io
import random
import zipfile

import docx
import pypdf
import pytest

from qualtool.errors import TranscriptError
from qualtool.importing import READERS, read_transcript, skip_reason
from qualtool.text import zips


def a_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("Q: One?\nA: Two.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def a_zip(**members: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def a_pdf(password: str = "", pages: int = 1) -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=100, height=100)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def refused(data: bytes, name: str) -> str:
    with pytest.raises(TranscriptError) as caught:
        read_transcript(data, name=name)
    problem = caught.value.problems[0]
    assert problem.where.startswith(name)
    return problem.message


@pytest.mark.parametrize("suffix", sorted(READERS))
@pytest.mark.parametrize("data", [b"", b"\x00" * 40, b"\xff\xfe\x00", b"\x81\x8d\x8f\x90\x9d garbage"])
def test_nothing_and_garbage(suffix: str, data: bytes) -> None:
    """Empty files, NUL bytes and bytes that are no text are refused in every format."""
    assert refused(data, f"a{suffix}")


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_blank_text(suffix: str) -> None:
    """A file of white space holds no text."""
    assert "no text" in refused(b" \n\t\n", f"a{suffix}")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.98])
def test_truncated_docx(share: float) -> None:
    """A Word document cut short is refused as damaged."""
    data = a_docx()
    assert "cut short" in refused(data[: int(len(data) * share)], "a.docx")


def test_damaged_member() -> None:
    """A zip whose directory is sound but whose text is overwritten is refused."""
    data = bytearray(a_docx())
    at = data.index(b"word/document.xml") + len(b"word/document.xml") + 20
    data[at : at + 60] = b"\x00" * 60
    assert "damaged" in refused(bytes(data), "a.docx")


@pytest.mark.parametrize("seed", range(60))
def test_changed_bytes(seed: int) -> None:
    """A Word document with changed bytes is refused, with no other error."""
    rng = random.Random(seed)
    data = bytearray(a_docx())
    for _ in range(200):
        data[rng.randrange(len(data))] = rng.randrange(256)
    # A version of zip nobody has: this once came through as an error of the zip module.
    at = data.rfind(b"PK\x01\x02")
    data[at + 6] = 200
    assert refused(bytes(data), "a.docx")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.docx", b"%PDF-1.4 ...", "but a PDF"),
        ("a.docx", b"{\\rtf1 x}", "rich text"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 90, "password-protected"),
        ("a.odt", a_docx(), "content.xml"),
        ("a.docx", a_zip(content_xml="<x/>"), "not a Word document"),
        ("a.txt", b"%PDF-1.4 ...", "but a PDF"),
        ("a.txt", a_docx(), "zip-based"),
        ("a.md", b"{\\rtf1 x}", "rich text"),
        ("a.pdf", a_docx(), "zip-based"),
        ("a.rtf", b"plain words", "not rich text"),
        ("a.rtf", b"{\\rtf1 cut short", "cut short"),
        ("a.vtt", a_docx(), "zip-based"),
    ],
)
def test_wrong_format_behind_a_suffix(name: str, data: bytes, said: str) -> None:
    """What a file really is is said, whatever its suffix."""
    assert said in refused(data, name)


def test_xml_with_entities() -> None:
    """XML that declares entities is refused before it can grow."""
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    assert "not sound XML" in refused(a_zip(word__document_xml=bomb), "a.docx")
    assert "not sound XML" in refused(a_zip(content_xml=bomb), "a.odt")


def test_zip_bomb_by_ratio() -> None:
    """A zip of a few kB that unpacks to many MB is not opened."""
    data = a_zip(word__document_xml=b"<a>" + b" " * 20_000_000 + b"</a>")
    assert len(data) < 100_000
    assert "would unpack" in refused(data, "a.docx")


def test_zip_bomb_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound on the unpacked size holds whatever the ratio."""
    monkeypatch.setattr(zips, "MAX_UNPACKED", 1000)
    assert "would unpack" in refused(a_docx(), "a.docx")


def test_scanned_pdf() -> None:
    """A PDF whose pages hold no text is told to be a scan."""
    assert "probably a scan" in refused(a_pdf(pages=2), "a.pdf")


def test_protected_pdf() -> None:
    """A PDF with a password is refused as protected."""
    assert "password" in refused(a_pdf("secret"), "a.pdf")


@pytest.mark.parametrize("cut", [20, 120, 300])
def test_truncated_pdf(cut: int) -> None:
    """A PDF cut short is refused, with no other error."""
    assert refused(a_pdf()[:cut], "a.pdf")


def test_protected_odt() -> None:
    """An OpenDocument file with a password is refused as protected."""
    data = a_zip(**{"content_xml": b"\x8a\x01", "META-INF__manifest_xml": "<m><encryption-data/></m>"})
    assert "password" in refused(data, "a.odt")


def test_messages_hold_none_of_the_words() -> None:
    """An error about a text names the place of a fault, never what somebody said."""
    with pytest.raises(TranscriptError) as caught:
        read_transcript(b"Ruth: my secret words\x00", name="a.txt")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("talk.MP3", "sound"),
        ("talk.mp4", "video"),
        ("photo.jpeg", "picture"),
        ("page.html", "web page"),
        ("a.json", "structured"),
        ("old.doc", "word processor"),
        ("data.csv", "survey"),
        ("all.zip", "archive"),
        (".DS_Store", "hidden"),
        ("~$talk.docx", "temporary"),
        ("README", "not a transcript format"),
        ("a.xyz", "'.xyz'"),
    ],
)
def test_skip_reasons(name: str, word: str) -> None:
    """A file that is no transcript has a reason, and reading it gives that reason."""
    reason = skip_reason(name)
    assert reason is not None
    assert word in reason
    assert reason in refused(b"x", name)


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_readable_formats_are_not_skipped(suffix: str) -> None:
    """Every registered suffix is read, in any case and in any folder."""
    assert skip_reason(f"folder/Talk{suffix.upper()}") is None
