"""Plain text and Markdown: the decoded file as it is, labels and markup included."""

from __future__ import annotations

from collections.abc import Collection

from ..errors import TranscriptError
from ..text import canonical, decode
from .archives import looks_like
from .raw import RawText


def read_plain(data: bytes, *, name: str, interviewer: Collection[str] = ()) -> RawText:
    """The text of a .txt or .md file.

    Raises:
        TranscriptError: the bytes are not text, or are a file of another format.
    """
    found = looks_like(data)
    if found is not None:
        raise TranscriptError.single(
            name, f"This is not plain text but {found}.", "Give it its right suffix."
        )
    decoded = decode(data, where=name)
    return RawText(text=canonical(decoded.text, where=name), encoding=decoded.encoding, is_wrapped=True)
