"""Bad files of every format the importers read, made from small good ones by chance.

``FORMATS`` maps a format to its good files and to the workflow that imports it; ``spoiled`` changes a
good file as accidents and attackers do. The tests draw 200 a format, ``benchmarks/reliability/fuzz.py``
10,000.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from openpyxl import Workbook

from qualtool.errors import UserInputError
from qualtool.importing import SurveyMapping, read_sheet
from qualtool.workflows.gathering.import_codebook import import_codebook
from qualtool.workflows.gathering.import_codings import import_asked, import_codings
from qualtool.workflows.gathering.import_indicators import import_indicator_file
from qualtool.workflows.gathering.import_survey import import_survey
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.reports import ImportReport

INDICATORS = Path(__file__).resolve().parents[2] / "corpora" / "sample" / "indicators"
CANARY = "Kanarienvogelgesang"
TALK = (
    "Interviewer: How do families choose a school?\n"
    f"Ruth: They ask around, {CANARY}. We are known for the base.\n"
    "Interviewer: And is there room?\nRuth: No. Two families moved house.\n"
)
CODEBOOK = """title: Tiny
codes:
  - name: Steering
    is_codable: false
    children:
      - id: MAGNET
        name: Magnet reputation
        definition: Families seek the school.
  - id: SPACE
    name: No room
"""
SHEET = (
    "file,speaker,participant,role,case,urn,la_code,date,is_interviewer,consent_quote,phase\n"
    f"a.txt,Ruth,Ruth of A,SENCO,Ash School,900001,301,2025-03-01,no,yes,{CANARY}\n"
    "b.txt,,Omar of B,Head,Beech School,900002,301,03/2025,no,no,primary\n"
)
SURVEY = (
    "id,comment,weight,urn,role,happy\n"
    f'r1,"We waited, {CANARY}",1.25,900001,parent,4\nr2,,0.5,,carer,0\n'
    "r3,Nothing to add,1,900002,parent,5\n"
)
CODINGS = (
    "source,start_char,end_char,code,coder,quote,stance,valence,basis,level\n"
    "kept.txt,0,11,SPACE,Ada,Interviewer,affirms,,,\nkept.txt,,,MAGNET,Ben,,denies,,,\n"
)
ASKED = "source,code,asked\nkept.txt,MAGNET,yes\nkept.txt,SPACE,unclear\n"
MAPPING = SurveyMapping(
    id="id", text=("comment",), weight="weight", urn="urn", role="role", likert=("happy",)
)
CUES = (
    f"1\n00:00:01,000 --> 00:00:03,500\nRuth: They ask around, {CANARY}.\n\n"
    "2\n00:00:04,000 --> 00:00:06,000\nInterviewer: And is there room?\n"
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word_xml(body: str, before: str = "") -> bytes:
    """The part of a Word document that holds its text."""
    opened = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{WORD}"><w:body>'
    return f"{opened}{body}</w:body></w:document>".encode()


def word(body: str | None = None, before: str = "") -> bytes:
    """A small Word document."""
    if body is None:
        body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in TALK.splitlines())
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": word_xml(body, before)})


def open_document(body: str | None = None, before: str = "") -> bytes:
    """A small OpenDocument text."""
    if body is None:
        body = "".join(f"<t:p>{line}<t:s t:c='2'/></t:p>" for line in TALK.splitlines())
    content = (
        f'<?xml version="1.0"?>{before}<o:document-content xmlns:o="{OFFICE}" xmlns:t="{TEXT}">'
        f"<o:body><o:text>{body}</o:text></o:body></o:document-content>"
    )
    manifest = b"<manifest/>"
    return zipped({"content.xml": content.encode(), "META-INF/manifest.xml": manifest})


def pdf(lines: Sequence[str] = tuple(TALK.splitlines()), stream: bytes | None = None) -> bytes:
    """A PDF of one page, written by hand."""
    if stream is None:
        shown = "".join(f"({line.replace('(', '').replace(')', '')}) Tj T*\n" for line in lines)
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td\n{shown}ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length " + str(len(stream)).encode() + b">>\nstream\n" + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += str(number).encode() + b" 0 obj\n" + body + b"\nendobj\n"
    table = b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer\n<</Size 6/Root 1 0 R>>\n"
    return out + f"startxref\n{start}\n%%EOF".encode()


def rich_text() -> bytes:
    """A small RTF file."""
    body = "".join(line + "\\par\n" for line in TALK.splitlines())
    return (r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 \u8217?\'e9 " + body + "}").encode()


def workbook(table: str) -> bytes:
    """A CSV as XLSX."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in csv.reader(io.StringIO(table)):
        sheet.append([float(c) if c.replace(".", "", 1).isdecimal() else c for c in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# --- what is read how --------------------------------------------------------------------------------

Import = Callable[[Path, str, bytes], ImportReport | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: how its files are called, some good ones, and the workflow that imports one.

    ``take`` raises what the workflow raises, and for those that list refused files, their refusal.
    """

    suffix: str
    good: Callable[[], list[bytes]]
    take: Import


def _refused(report: ImportReport, kind: type[UserInputError]) -> ImportReport:
    if report.refused:
        raise kind("; ".join(f"{p['where']}: {p['message']} {p['next']}" for p in report.problems))
    return report


def _transcript(study: Path, name: str, data: bytes) -> ImportReport:
    report = ImportReport()
    import_loaded(study, [(name, data)], report, by="Ada")
    return _refused(report, UserInputError)


def _sheet(study: Path, name: str, data: bytes) -> ImportReport:
    """Read the sheet, and import a transcript of its own with all its rows."""
    report = ImportReport()
    sheet = read_sheet(data, name=name)
    own = f"{hashlib.sha256(data + name.encode(errors='replace')).hexdigest()[:16]}.txt"
    rows = tuple(dataclasses.replace(row, file=own) for row in sheet.rows)
    talk = f"{own}\n{TALK}".encode()
    sheet = dataclasses.replace(sheet, rows=rows)
    import_loaded(study, [(own, talk)], report, sheet=sheet, by="Ada")
    return _refused(report, UserInputError)


def _survey(study: Path, name: str, data: bytes) -> ImportReport:
    return import_survey(study, Path(name), MAPPING, by="Ada", data=data)


def _codings(study: Path, name: str, data: bytes) -> ImportReport:
    return import_codings(study, Path(name), by="Ada", data=data)


def _asked(study: Path, name: str, data: bytes) -> ImportReport:
    return import_asked(study, Path(name), by="Ada", data=data)


def _codebook(study: Path, name: str, data: bytes) -> None:
    import_codebook(study, Path(name), by="Ada", data=data)


def _indicators(study: Path, name: str, data: bytes) -> ImportReport:
    report = ImportReport(extra={"files": []})
    import_indicator_file(study, name, data, report, by="Ada")
    return _refused(report, UserInputError)


@lru_cache(maxsize=1)
def _school_files() -> list[str]:
    """The sample's school files, a few lines of each."""
    cut = []
    for path in sorted(INDICATORS.glob("*.csv")):
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig", errors="replace")
        cut.append("".join(text.splitlines(keepends=True)[:5]))
    return cut


def _text(content: str) -> Callable[[], list[bytes]]:
    lines = content.replace("\n", "\r\n")
    return lambda: [content.encode(), content.encode("utf-16"), lines.encode("cp1252")]


def _book(content: str) -> Callable[[], list[bytes]]:
    return lambda: [workbook(content)]


FORMATS: dict[str, Format] = {
    "txt": Format(suffix=".txt", good=_text(TALK), take=_transcript),
    "md": Format(suffix=".md", good=_text("# Talk\n\n" + TALK.replace("Ruth", "**Ruth**")), take=_transcript),
    "docx": Format(suffix=".docx", good=lambda: [word()], take=_transcript),
    "odt": Format(suffix=".odt", good=lambda: [open_document()], take=_transcript),
    "rtf": Format(suffix=".rtf", good=lambda: [rich_text()], take=_transcript),
    "pdf": Format(suffix=".pdf", good=lambda: [pdf()], take=_transcript),
    "vtt": Format(suffix=".vtt", good=_text("WEBVTT\n\n" + CUES.replace(",", ".")), take=_transcript),
    "srt": Format(suffix=".srt", good=_text(CUES), take=_transcript),
    "sheet_csv": Format(suffix=".csv", good=_text(SHEET), take=_sheet),
    "sheet_xlsx": Format(suffix=".xlsx", good=_book(SHEET), take=_sheet),
    "survey_csv": Format(suffix=".csv", good=_text(SURVEY), take=_survey),
    "survey_xlsx": Format(suffix=".xlsx", good=_book(SURVEY), take=_survey),
    "codings_csv": Format(suffix=".csv", good=_text(CODINGS), take=_codings),
    "codings_xlsx": Format(suffix=".xlsx", good=_book(CODINGS), take=_codings),
    "asked_csv": Format(suffix=".csv", good=_text(ASKED), take=_asked),
    "asked_xlsx": Format(suffix=".xlsx", good=_book(ASKED), take=_asked),
    "codebook": Format(suffix=".yaml", good=_text(CODEBOOK), take=_codebook),
    "indicators_csv": Format(
        suffix=".csv", good=lambda: [t.encode() for t in _school_files()], take=_indicators
    ),
    "indicators_xlsx": Format(
        suffix=".xlsx", good=lambda: [workbook(t) for t in _school_files()[:2]], take=_indicators
    ),
}


@lru_cache(maxsize=len(FORMATS))
def good_files(format: str) -> list[bytes]:
    """The good files of a format, made once."""
    return FORMATS[format].good()


# --- spoiling ----------------------------------------------------------------------------------------

ODD = (
    "\x00",
    "\x1b[31m",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u2028",
    "\x85",
    "\U0010ffff",
    "\ufdd0",
    "\x7f",
    "--> ",
    "9" * 5000,
    "1e999",
    "-inf",
    '"',
    "=cmd|' /C calc'!A0",
    "<script>",
    "![](http://127.0.0.1/x.png)",
    "../../x",
    "[" * 500,
    "&a;" * 50,
    "\\u-1?",
    "\\u99999999999?",
    "\\bin99999999 ",
    "\\ansicpg99999",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "*a: &a [*a]",
    "!!python/object:os.system x",
    "\u0660\u0661\u0662",
    "²",
)
NAMES = (
    "../../x",
    "..\\..\\x",
    "/etc/passwd",
    "a\nb",
    "<img src=x onerror=alert(1)>",
    "![](http://127.0.0.1/x.png)",
    "\u202egnp",
    "x" * 300,
    "CON",
    "a;b",
    "\x1b]0;x\x07",
    "na\u0308me",
    " ",
    "%s%n{0}",
)


def _flip(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.choice((1, 1, 2, 8, 40))):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    return data


def _cut(data: bytearray, rng: random.Random) -> bytearray:
    at = rng.randrange(len(data) + 1)
    return data[:at] if rng.random() < 0.7 else data[at:]


def _drop(data: bytearray, rng: random.Random) -> bytearray:
    at = rng.randrange(len(data) + 1)
    del data[at : at + rng.choice((1, 3, 30, 200))]
    return data


def _double(data: bytearray, rng: random.Random) -> bytearray:
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.choice((1, 5, 60, len(data) + 1)))
    return data[:end] + data[at:end] * rng.choice((1, 2, 50)) + data[end:]


def _insert(data: bytearray, rng: random.Random) -> bytearray:
    at = rng.randrange(len(data) + 1)
    encoding = rng.choice(("utf-8", "utf-8", "utf-8", "utf-16-le", "utf-16-be"))
    return data[:at] + rng.choice(ODD).encode(encoding) + data[at:]


def _surrogate(data: bytearray, rng: random.Random) -> bytearray:
    at = rng.randrange(len(data) + 1)
    odd = rng.choice((b"\xed\xa0\x80", b"\xff\xfe", b"\x00\xd8", b"\xc0\x80", b"\xf5"))
    return data[:at] + odd + data[at:]


def _recode(data: bytearray, rng: random.Random) -> bytearray:
    """The bytes of one encoding under the mark of another."""
    mark = rng.choice((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"))
    text = data.decode("utf-8", errors="replace")
    encoding = rng.choice(("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp037"))
    return bytearray(mark + text.encode(encoding, "replace"))


def _swap_cells(data: bytearray, rng: random.Random) -> bytearray:
    """One line stands in place of another, or a separator or number in place of another."""
    lines = data.split(b"\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    cells = lines[a].split(b",")
    cells[rng.randrange(len(cells))] = rng.choice(ODD).encode("utf-8")
    lines[b] = b",".join(cells)
    return bytearray(b"\n".join(lines))


_PLAIN = (_flip, _cut, _drop, _double, _insert, _surrogate, _recode, _swap_cells)


def _spoil_bytes(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 3))):
        data = bytes(rng.choice(_PLAIN)(bytearray(data), rng))
    return data


def _spoil_zip(data: bytes, rng: random.Random) -> bytes:
    """A zip with a member spoiled, renamed, left out or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(members))
    act = rng.randrange(4)
    if act == 0:
        del members[name]
    elif act == 1:
        members[rng.choice(NAMES).replace("\x00", "") or "x"] = members.pop(name)
    elif act == 2:
        members[rng.choice(NAMES)] = b"x" * rng.choice((0, 10, 5000))
    else:
        members[name] = _spoil_bytes(members[name], rng)
    return zipped(members)


def spoiled(format: str, rng: random.Random) -> bytes:
    """A bad (at times still good) file of a format."""
    data = rng.choice(good_files(format))
    if data.startswith(b"PK") and rng.random() < 0.7:
        return _spoil_zip(data, rng)
    return _spoil_bytes(data, rng)


def odd_name(format: str, number: int, rng: random.Random) -> str:
    """A file name that nobody should act upon; ``number`` makes it its own."""
    raw = rng.choice((f"{number}", f"{number} {rng.choice(NAMES)}"))
    return raw.replace("/", "_").replace("\x00", "") + FORMATS[format].suffix
