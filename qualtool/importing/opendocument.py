"""OpenDocument text (.odt): paragraphs and headings joined by one LF."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element

from ..errors import TranscriptError
from ..text import canonical
from .archives import attribute, local, open_archive, parse_xml, read_member
from .raw import RawText

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_SPACES = re.compile(r"[ \t\r\n]+")
# Spaces in a row are written <text:s text:c="n"/>, a few bytes for any number of them; no document
# needs more than these.
_MAX_SPACES = 10_000
_MAX_ALL_SPACES = 10_000_000
_LEFT_OUT = {"note": "footnotes", "annotation": "comments"}
_SKIPPED = {"tracked-changes", "annotation-end", "ruby-text", *_LEFT_OUT}


def read_opendocument(data: bytes, *, name: str, interviewer: Collection[str] = ()) -> RawText:
    """The text of an .odt file; text deleted under change tracking is not included.

    Raises:
        TranscriptError: not an OpenDocument text, damaged, protected, or a zip bomb.
    """
    with open_archive(data, name=name, wanted="an OpenDocument text (.odt)") as archive:
        members = archive.namelist()
        if _CONTENT not in members:
            raise TranscriptError.single(
                name,
                "This is a zip file, but not an OpenDocument text: the part 'content.xml' is missing.",
                "Give it its right suffix, or save it as .odt from its own program.",
            )
        if _MANIFEST in members and b"encryption-data" in read_member(archive, _MANIFEST, name=name):
            raise TranscriptError.single(
                name, "This document is protected by a password.", "Save it without one and import it again."
            )
        root = parse_xml(read_member(archive, _CONTENT, name=name), name=name, part=_CONTENT)
    body = next((e for e in root.iter() if local(e.tag) == "text" and "office" in str(e.tag)), None)
    if body is None:
        raise TranscriptError.single(
            name, "This OpenDocument file is not a text document.", "Save its text as .odt, .docx or .txt."
        )
    if sum(_n_spaces(e) for e in body.iter() if local(e.tag) == "s") > _MAX_ALL_SPACES:
        raise TranscriptError.single(
            name,
            f"Its text would hold more than {_MAX_ALL_SPACES} blanks.",
            "If you trust it, save its text as .txt and import that.",
        )
    paragraphs = [_paragraph_text(p) for p in _paragraphs(body)]
    counts = {kind: sum(local(e.tag) == tag for e in body.iter()) for tag, kind in _LEFT_OUT.items()}
    warnings = tuple(f"{n} {kind} left out." for kind, n in counts.items() if n)
    return RawText(text=canonical("\n".join(paragraphs), where=name), encoding="utf-8", warnings=warnings)


def _paragraphs(body: Element) -> Iterator[Element]:
    stack = [body]
    while stack:
        at = stack.pop()
        tag = local(at.tag)
        if tag in ("p", "h"):
            yield at
        elif tag not in _SKIPPED:
            stack.extend(reversed(at))


def _paragraph_text(paragraph: Element) -> str:
    """The words of a paragraph, white space collapsed as the format says it must be."""
    parts: list[str] = []
    # Strings on the stack are text that waits for its turn, elements are still to be opened.
    stack: list[Element | str] = [paragraph]
    while stack:
        at = stack.pop()
        if isinstance(at, str):
            _append_collapsed(parts, at)
            continue
        tag = local(at.tag)
        if tag in _SKIPPED and at is not paragraph:
            continue
        if tag == "s":
            parts.append(" " * _n_spaces(at))
        elif tag in ("tab", "line-break"):
            parts.append("\t" if tag == "tab" else "\n")
        else:
            for child in reversed(at):
                stack.append(child.tail or "")
                stack.append(child)
            stack.append(at.text or "")
    return "".join(parts)


def _append_collapsed(parts: list[str], raw: str) -> None:
    text = _SPACES.sub(" ", raw)
    if text.startswith(" ") and (not parts or parts[-1].endswith((" ", "\t", "\n"))):
        text = text[1:]
    if text:
        parts.append(text)


def _n_spaces(element: Element) -> int:
    raw = attribute(element, "c") or "1"
    if not raw.isdecimal():
        return 1
    return min(int(raw), _MAX_SPACES) if len(raw) < 9 else _MAX_SPACES
