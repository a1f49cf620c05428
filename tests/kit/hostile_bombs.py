"""Files made to exhaust a reader: small ones that would grow, long ones, deep ones.

Run with the name of one (``python tests/kit/hostile_bombs.py xlsx-far``) it is read under a bound of memory,
and one line tells what came of it, the seconds and the memory it took. ``BOMBS`` are for the tests,
``LARGE`` for the benchmark.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hostile_files import CUES, MAPPING, SURVEY, TALK, open_document, pdf, word, workbook, zipped

from qualtool.codebook import read_codebook
from qualtool.errors import QualtoolError
from qualtool.importing import read_sheet, read_survey, read_transcript
from qualtool.indicators import read_indicator_file

GIGABYTE = 1 << 30
MEMORY = 3 * GIGABYTE
NS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"
SST = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_NESTED = "".join(
    f'<!ENTITY a{i} "{("&a" + str(i - 1) + ";" if i > 1 else "&a;") * 10}">' for i in range(1, 10)
)
LAUGHS = f'<!DOCTYPE l [<!ENTITY a "ha">{_NESTED}]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LATE = "<!--" + "x" * 9000 + "-->"
HEAD = SURVEY.split("\n", maxsplit=1)[0].encode()
Bomb = Callable[[], tuple[str, bytes]]


def xlsx(sheet: bytes, shared: bytes = b"") -> bytes:
    """A workbook with this XML as its first sheet."""
    with zipfile.ZipFile(io.BytesIO(workbook("a,b\n1,2\n"))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = sheet
    return zipped(members | ({"xl/sharedStrings.xml": shared} if shared else {}))


def _entity(before: str, name: str = "a9") -> bytes:
    row = f'<row r="1"><c r="A1" t="str"><v>&{name};</v></c></row>'.encode()
    return before.encode() + NS + row + END


def _far(row: int) -> bytes:
    return xlsx(NS + b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) + END)


def _wide(n_rows: int) -> bytes:
    rows = (b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (i, i) for i in range(1, n_rows))
    return xlsx(NS + b"".join(rows) + END)


def _paragraph(entity: str) -> str:
    return f"<w:p><w:r><w:t>{entity}</w:t></w:r></w:p>"


def _columns(n: int) -> bytes:
    return b",".join(b"c%d" % i for i in range(n)) + b"\n" + b"," * (n - 1) + b"\n"


BOMBS: dict[str, Bomb] = {
    "docx-deep": lambda: ("d.docx", word("<w:x>" * 700_000 + "</w:x>" * 700_000)),
    "docx-laughs": lambda: ("d.docx", word(_paragraph("&a9;"), LAUGHS)),
    "docx-outside": lambda: ("d.docx", word(_paragraph("&x;"), OUTSIDE)),
    "docx-ratio": lambda: ("d.docx", word(_paragraph("a" * 60_000_000))),
    "docx-many-parts": lambda: ("d.docx", zipped({f"{i}.xml": b"" for i in range(20_000)})),
    "odt-laughs": lambda: ("d.odt", open_document("<t:p>&a9;</t:p>", LAUGHS)),
    "odt-outside": lambda: ("d.odt", open_document("<t:p>&x;</t:p>", OUTSIDE)),
    "odt-blanks": lambda: ("d.odt", open_document("<t:p>" + "<t:s t:c='10000'/>" * 400_000 + "</t:p>")),
    "odt-number": lambda: ("d.odt", open_document(f"<t:p>a<t:s t:c='{'9' * 6000}'/></t:p>")),
    "pdf-numbers": lambda: ("d.pdf", pdf(("9" * 5000, "1", "2"))),
    "rtf-number": lambda: ("d.rtf", b"{\\rtf1\\ansi \\u99999999999?a}"),
    "rtf-deep": lambda: ("d.rtf", b"{\\rtf1" + b"{" * 500_000 + b"}" * 500_000 + b"}"),
    "txt-20MB": lambda: ("d.txt", TALK.encode() * (20_000_000 // len(TALK))),
    "txt-lines": lambda: ("d.txt", b"x\n" * 500_000),
    "txt-run": lambda: ("d.txt", b"a" * 9_000_000),
    "txt-apostrophes": lambda: ("d.txt", b"'" * 200_000),
    "srt-20MB": lambda: ("d.srt", CUES.encode() * (20_000_000 // len(CUES))),
    "vtt-tags": lambda: ("d.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<" * 300_000),
    "csv-million-columns": lambda: ("s.csv", _columns(1_000_000)),
    "csv-padded": lambda: ("s.csv", HEAD + b"," + _columns(19_000) + b"1\n" * 100_000),
    "csv-open-quote": lambda: ("s.csv", HEAD + b'\n"' + b"a" * 20_000_000),
    "csv-faults": lambda: ("s.csv", HEAD + b"\n" + b"".join(b"r%d,,x,,,\n" % i for i in range(50_000))),
    "csv-one-name": lambda: ("s.csv", b"a," * 15_000 + b"a\n1\n"),
    "sheet-million-columns": lambda: ("f.csv", _columns(1_000_000)),
    "xlsx-wide": lambda: ("s.xlsx", _wide(50_000)),
    "xlsx-far": lambda: ("s.xlsx", _far(2_000_000_000)),
    "xlsx-far-column": lambda: ("s.xlsx", xlsx(NS + b'<row><c r="ZZZZZZ1"><v>1</v></c></row>' + END)),
    "xlsx-laughs": lambda: ("s.xlsx", xlsx(_entity(LAUGHS))),
    "xlsx-laughs-late": lambda: ("s.xlsx", xlsx(_entity(LATE + LAUGHS))),
    "xlsx-outside": lambda: ("s.xlsx", xlsx(_entity(LATE + OUTSIDE, "x"))),
    "xlsx-shared": lambda: (
        "s.xlsx",
        xlsx(
            NS + b"<row>" + b'<c t="s"><v>0</v></c>' * 50_000 + b"</row>" + END,
            SST + b"<si><t>" + b"ab " * 1_000_000 + b"</t></si></sst>",
        ),
    ),
    "xlsx-deep": lambda: ("s.xlsx", xlsx(NS + b"<x>" * 200_000 + b"</x>" * 200_000 + END)),
    "indicators-far": lambda: ("i.xlsx", _far(2_000_000_000)),
    "indicators-laughs": lambda: ("i.xlsx", xlsx(_entity(LATE + LAUGHS))),
    "indicators-outside": lambda: ("i.xlsx", xlsx(_entity(OUTSIDE, "x"))),
    "indicators-ratio": lambda: ("i.xlsx", zipped({"xl/workbook.xml": b"a" * 60_000_000})),
    "indicators-million-columns": lambda: ("i.csv", _columns(1_000_000)),
    "indicators-field": lambda: ("i.csv", b'URN,"' + b"a" * 20_000_000),
    "yaml-deep": lambda: ("c.yaml", b"[" * 1_000_000),
    "yaml-keys": lambda: ("c.yaml", b"? " * 900_000),
    "yaml-aliases": lambda: ("c.yaml", b"a: &a x\nb: " + b"*a\nc: " * 1000),
    "yaml-large": lambda: ("c.yaml", b"a" * 3_000_000),
}
LARGE: dict[str, Bomb] = {
    "txt-200MB": lambda: ("d.txt", TALK.encode() * (200_000_000 // len(TALK))),
    "txt-9MB": lambda: ("d.txt", TALK.encode() * (9_000_000 // len(TALK))),
    "srt-200MB": lambda: ("d.srt", CUES.encode() * (200_000_000 // len(CUES))),
    "rtf-200MB": lambda: ("d.rtf", b"{\\rtf1 " + b"\\b a" * 50_000_000 + b"}"),
    "csv-200MB": lambda: ("s.csv", HEAD + b"\n" + b"r1,yes,1,,,\n" * 16_000_000),
    "xlsx-wide-large": lambda: ("s.xlsx", _wide(150_000)),
    "docx-tags": lambda: ("d.docx", word("".join(f"<w:p w:a='{i}'/>" for i in range(2_900_000)))),
}


def read(name: str, data: bytes) -> None:
    """Read a file by the first letter of its name."""
    if name.startswith("d."):
        read_transcript(data, name=name)
    elif name.startswith("s."):
        read_survey(data, name=name, mapping=MAPPING)
    elif name.startswith("f."):
        read_sheet(data, name=name)
    elif name.startswith("i."):
        read_indicator_file(data, name=name)
    else:
        read_codebook(data, name=name)


def main(keys: list[str]) -> None:
    """Read each bomb; prints a line of JSON for each."""
    read_transcript(b"A: b\n", name="warm.txt")
    for key in keys:
        name, data = (BOMBS | LARGE)[key]()
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        began = time.process_time()
        message = None
        try:
            read(name, data)
            outcome = "taken"
        except QualtoolError as err:
            outcome, message = "refused", str(err)
        except (Exception, RecursionError) as err:
            outcome = f"{type(err).__name__}: {str(err)[:200]}"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        told = {
            "bomb": key,
            "megabytes": round(len(data) / 1e6, 1),
            "outcome": outcome,
            "seconds": round(time.process_time() - began, 2),
            "peak_megabytes": peak,
            "n_message": len(message or ""),
            "message": (message or "")[:300],
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
