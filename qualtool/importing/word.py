"""Word documents (.docx): paragraphs of the body, tables' too, joined by one LF.

Read from the XML, not through a document model: a transcript of 8,000 words takes milliseconds.
Text inserted under change tracking is included, deleted text is not. What is left out (footnotes,
comments, text boxes) is said in a warning.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from ..errors import TranscriptError
from ..text import canonical
from .archives import attribute, local, open_archive, parse_xml, read_member
from .raw import RawText

_BODY = "word/document.xml"
# Deleted and moved-away text, field codes, and the second copy that Word keeps of a text box.
_SKIPPED = {
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "delInstrText",
    "Fallback",
    "rPr",
    "pPr",
    "sectPr",
    "tblPr",
}
_LEFT_OUT = {
    "footnoteReference": "footnotes",
    "endnoteReference": "endnotes",
    "commentReference": "comments",
    "txbxContent": "text boxes",
}
_MARKS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


@dataclass(slots=True)
class _Found:
    """What a walk over the body has gathered so far."""

    paragraphs: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)


def read_word(data: bytes, *, name: str, interviewer: Collection[str] = ()) -> RawText:
    """The text of a .docx file.

    Raises:
        TranscriptError: not a Word document, damaged, protected, or a zip bomb.
    """
    with open_archive(data, name=name, wanted="a Word document (.docx)") as archive:
        if _BODY not in archive.namelist():
            raise TranscriptError.single(
                name,
                "This is a zip file, but not a Word document: the part 'word/document.xml' is missing.",
                "Give it its right suffix, or save it from Word as .docx.",
            )
        root = parse_xml(read_member(archive, _BODY, name=name), name=name, part=_BODY)
    found = _Found()
    _walk(root, found)
    warnings = tuple(f"{n} {kind} left out." for kind, n in found.left_out.items())
    text = canonical("\n".join(found.paragraphs), where=name)
    return RawText(text=text, encoding="utf-8", warnings=warnings)


def _walk(element: Element, found: _Found) -> None:
    """Paragraphs below ``element`` in document order; a stack, because tables nest."""
    stack = [element]
    while stack:
        at = stack.pop()
        tag = local(at.tag)
        if tag == "p":
            found.paragraphs.append(_paragraph_text(at, found))
        elif tag not in _SKIPPED:
            stack.extend(reversed(at))


def _paragraph_text(paragraph: Element, found: _Found) -> str:
    parts: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        at = stack.pop()
        tag = local(at.tag)
        if tag in _LEFT_OUT:
            kind = _LEFT_OUT[tag]
            found.left_out[kind] = found.left_out.get(kind, 0) + 1
        elif tag == "t":
            parts.append(at.text or "")
        elif tag == "br":
            # Page and column breaks are layout; a line break is the writer's.
            parts.append("\n" if attribute(at, "type") in (None, "textWrapping") else "")
        elif tag in _MARKS:
            parts.append(_MARKS[tag])
        elif tag not in _SKIPPED:
            stack.extend(reversed(at))
    return "".join(parts)
