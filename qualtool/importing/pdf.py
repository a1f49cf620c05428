"""PDF: the text of its pages, without page furniture, wrapped lines joined into paragraphs.

A PDF knows lines, not paragraphs. Where speaker labels are found a turn is one paragraph;
elsewhere a paragraph ends at a line that ends a sentence well before the right edge.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Collection

import pypdf
from pypdf.errors import DependencyError, PyPdfError

from ..errors import TranscriptError
from ..text import canonical
from .archives import looks_like
from .labels import Mark, find_marks
from .pdf_pages import joined_pages, without_furniture
from .raw import RawText
from .rich_text import CONTROLS

# What pypdf lets through from a damaged file beside its own errors; each was seen.
_DAMAGE = (
    PyPdfError,
    DependencyError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    AssertionError,
    NotImplementedError,
    OSError,
    OverflowError,
    struct.error,
    zlib.error,
)
_SHORT_LINE = 0.8
# pypdf reports what it mends; without a handler Python would print that to the terminal.
logging.getLogger("pypdf").addHandler(logging.NullHandler())


def read_pdf(data: bytes, *, name: str, interviewer: Collection[str] = ()) -> RawText:
    """The text of a PDF.

    Raises:
        TranscriptError: not a PDF, damaged, protected by a password, or without text (a scan).
    """
    if b"%PDF-" not in data[:1024]:
        found = looks_like(data)
        said = f"but {found}" if found else "or it is damaged"
        raise TranscriptError.single(
            name, f"This is not a PDF {said}.", "Give it its right suffix, or save it anew."
        )
    pages = _page_lines(data, name)
    empty = [number for number, lines in enumerate(pages, start=1) if not any(lines)]
    if len(empty) == len(pages):
        raise TranscriptError.single(
            name,
            f"None of its {len(pages)} page(s) holds text: it is probably a scan.",
            "Run text recognition (OCR) on it, check the result, and import that.",
        )
    lines = joined_pages(without_furniture(pages))
    text, known = _paragraphs(lines, interviewer)
    warnings = (f"Page(s) without text: {', '.join(map(str, empty))}.",) if empty else ()
    return RawText(text=canonical(text, where=name), encoding="pdf", known_labels=known, warnings=warnings)


def _page_lines(data: bytes, name: str) -> list[list[str]]:
    """Lines of each page, white space runs (this includes tabs for spaces) made one space."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise TranscriptError.single(
                name, "This PDF is protected by a password.", "Save it without one and import it again."
            )
        texts = [page.extract_text() for page in reader.pages]
    except TranscriptError:
        raise
    except _DAMAGE as err:
        raise TranscriptError.single(
            name,
            "This PDF is damaged or cut short, or uses a protection that cannot be opened.",
            "Open it in a PDF program and save or print it anew, or import its text.",
        ) from err
    if not texts:
        raise TranscriptError.single(name, "This PDF has no pages.", "Check that it was copied completely.")
    return [[" ".join(CONTROLS.sub(" ", line).split()) for line in text.split("\n")] for text in texts]


def _paragraphs(lines: list[str], interviewer: Collection[str]) -> tuple[str, frozenset[str]]:
    """Text with a paragraph a line, and the keys of the labels that begin turns."""
    text = "\n".join(lines)
    marks = {mark.line: mark for mark in find_marks(text, interviewer=interviewer)}
    first = min(marks, default=len(lines))
    paragraphs = _by_shape(lines[:first])
    for number in range(first, len(lines)):
        mark = marks.get(number)
        if mark is None:
            paragraphs[-1] = _join(paragraphs[-1], lines[number])
        else:
            paragraphs.append(_label_line(lines[number], mark))
    return "\n".join(p.strip(" ") for p in paragraphs), frozenset(mark.key for mark in marks.values())


def _label_line(line: str, mark: Mark) -> str:
    # A label without a colon is told by its line alone, so its words stay on the next one.
    return f"{line}\n" if mark.is_own_line else line


def _by_shape(lines: list[str]) -> list[str]:
    longest = max(map(len, lines), default=0)
    paragraphs: list[str] = []
    goes_on = False
    for line in lines:
        if not line:
            goes_on = False
        elif goes_on:
            paragraphs[-1] = _join(paragraphs[-1], line)
        else:
            paragraphs.append(line)
        ends = len(line) < _SHORT_LINE * longest and line.rstrip("\"'”’)").endswith((".", "?", "!", ":"))
        goes_on = bool(line) and not ends
    return paragraphs


def _join(before: str, line: str) -> str:
    """Two lines of one paragraph. A soft hyphen goes; a hyphen stays, it may be the writer's."""
    if not line or not before:
        return before + line
    if before.endswith("\u00ad"):
        return before[:-1] + line
    if before.endswith("\n") or (before.endswith("-") and before[-2:-1].isalpha() and line[0].islower()):
        return before + line
    return f"{before} {line}"
