"""Quotes and offsets: one never without the other."""

from __future__ import annotations

from ..errors import SelectionError
from ..model import Selection


def select(
    text: str,
    *,
    source_guid: str,
    version: int,
    start_char: int,
    end_char: int,
    quote: str | None = None,
    where: str = "selection",
) -> Selection:
    """A selection of ``text``; refused where the offsets leave the text or ``quote`` disagrees.

    Raises:
        SelectionError: with what, where and what next; it never repeats the words themselves.
    """
    if not 0 <= start_char < end_char <= len(text):
        raise SelectionError.single(
            where,
            f"Offsets {start_char} to {end_char} do not mark a stretch of this text, "
            f"which has {len(text)} characters.",
            "Offsets are half-open and counted in characters from 0.",
        )
    found = text[start_char:end_char]
    if quote is not None and quote != found:
        raise SelectionError.single(
            where,
            f"The quote is not the text at {start_char} to {end_char}.",
            "Was the text changed after the quote was taken? Look at it with 'qualtool text'.",
        )
    return Selection(
        source_guid=source_guid, version=version, start_char=start_char, end_char=end_char, quote=found
    )
