"""Rich text (RTF): paragraphs joined by one LF."""

from __future__ import annotations

import re
from collections.abc import Collection

from striprtf.striprtf import rtf_to_text

from ..errors import TranscriptError
from ..text import canonical
from .archives import looks_like
from .raw import RawText

# Control characters that a converter may let through; they are no part of anybody's words.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CODE_PAGE = re.compile(rb"\\ansicpg(\d+)")


def read_rich_text(data: bytes, *, name: str, interviewer: Collection[str] = ()) -> RawText:
    """The text of an .rtf file.

    Raises:
        TranscriptError: it is not RTF, or is cut short.
    """
    body = data.strip(b" \t\r\n\x00\xef\xbb\xbf")
    if not body.startswith(b"{\\rtf"):
        found = looks_like(data)
        said = f"but {found}" if found else "or it is damaged"
        raise TranscriptError.single(
            name, f"This is not rich text (RTF) {said}.", "Give it its right suffix."
        )
    if not body.endswith(b"}"):
        raise TranscriptError.single(
            name,
            "This rich text file is cut short: its last brace is missing.",
            "Copy it again, or save it anew.",
        )
    # RTF is ASCII with escapes; a stray byte above is in the code page of the file.
    page = _CODE_PAGE.search(body[:4000])
    encoding = f"cp{page.group(1).decode()}" if page else "cp1252"
    try:
        source = body.decode("ascii")
    except UnicodeDecodeError:
        source = body.decode("latin-1")
    try:
        text = rtf_to_text(source, errors="replace")
    except (UnicodeError, LookupError, ValueError, OverflowError) as err:
        raise TranscriptError.single(
            name, f"This rich text cannot be read (its code page is {encoding}).", "Save it as .docx or .txt."
        ) from err
    text = canonical(CONTROLS.sub("", _joined_pairs(text)), where=name)
    return RawText(text=text.removesuffix("\n"), encoding=encoding)


def _joined_pairs(text: str) -> str:
    """RTF writes characters beyond the first plane as two surrogates; make one character of them."""
    return text.encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", errors="replace")
