"""Files that are zips of XML (docx, odt, xlsx): opened with bounds, parsed without entities."""

from __future__ import annotations

import io
import zipfile
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ..errors import TranscriptError, UserInputError
from ..text.zips import ZIP_DAMAGE, bomb_reason

# More tags than this are no transcript, and their tree would fill the memory.
MAX_TAGS = 3_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich text (RTF) file"),
    (_OLE, "an old or password-protected Office file"),
    (b"PK\x03\x04", "a zip-based file such as .docx, .odt or .xlsx"),
)


def looks_like(data: bytes) -> str | None:
    """What the first bytes say a file is, in words, or None where they say nothing."""
    head = data[:1024].lstrip()
    return next((what for mark, what in _MAGIC if head.startswith(mark)), None)


def open_archive(
    data: bytes, *, name: str, wanted: str, error: type[UserInputError] = TranscriptError
) -> zipfile.ZipFile:
    """The zip in ``data``, refused where it is none, damaged, or would unpack beyond bounds.

    ``wanted`` is what the suffix promises, in words. Raises ``error``.
    """
    if not data:
        raise error.single(name, "The file is empty.", "Check that it was copied completely.")
    found = looks_like(data)
    if data.startswith(_OLE):
        raise error.single(
            name,
            f"This is not {wanted} but {found}.",
            "Open it in its own program, take the password off, and save it in the current format.",
        )
    if not data.startswith(b"PK"):
        said = f"but {found}" if found else "or it is damaged"
        raise error.single(
            name, f"This is not {wanted} {said}.", "Give it its right suffix, or save it anew."
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except ZIP_DAMAGE as err:
        raise error.single(
            name,
            f"This is damaged or cut short: {wanted} should be a complete zip file.",
            "Copy it again from where it came from, or open it in its own program and save it anew.",
        ) from err
    _refuse_bomb(archive, len(data), name=name, error=error)
    return archive


def _refuse_bomb(archive: zipfile.ZipFile, n_packed: int, *, name: str, error: type[UserInputError]) -> None:
    reason = bomb_reason(archive, n_packed)
    if reason is not None:
        raise error.single(
            name,
            f"{reason}, which no ordinary document does; it was not opened.",
            "If you trust it, save its text as .txt or .csv and import that.",
        )


def read_member(
    archive: zipfile.ZipFile,
    member: str,
    *,
    name: str,
    error: type[UserInputError] = TranscriptError,
    n_bytes: int = -1,
) -> bytes:
    """The bytes of one member, or its first ``n_bytes``; raises ``error`` where it is damaged."""
    try:
        with archive.open(member) as opened:
            return opened.read(n_bytes)
    except ZIP_DAMAGE as err:
        raise error.single(
            name,
            f"Its part '{member}' is damaged or encrypted.",
            "Open the file in its own program, take any password off, and save it anew.",
        ) from err


def parse_xml(data: bytes, *, name: str, part: str) -> Element:
    """The root of an XML part; entities and document types are refused.

    Raises:
        TranscriptError: the XML is damaged, declares entities, or holds more than three million tags.
    """
    if data.count(b"<") > MAX_TAGS:
        raise TranscriptError.single(
            name,
            f"Its part '{part}' holds more than {MAX_TAGS} tags; no transcript does.",
            "If you trust it, save its text as .txt and import that.",
        )
    try:
        return fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as err:
        raise TranscriptError.single(
            name,
            f"Its part '{part}' is not sound XML.",
            "Open the file in its own program and save it anew.",
        ) from err


def local(tag: object) -> str:
    """The name of a tag without its namespace; blank for comments and instructions."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, wanted: str) -> str | None:
    """The value of the attribute with this local name, whatever its namespace."""
    return next((value for key, value in element.attrib.items() if local(key) == wanted), None)
