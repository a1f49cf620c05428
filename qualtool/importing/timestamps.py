"""Times as people and programs write them in transcripts, in milliseconds."""

from __future__ import annotations

import re

# mm:ss, h:mm:ss, with fractions after a point or a comma.
TIME = r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
_PARTS = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?")


def milliseconds(raw: str) -> int | None:
    """``00:01:02.5`` as 62500, None where the text is not a time."""
    match = _PARTS.fullmatch(raw.strip())
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))
