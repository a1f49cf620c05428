"""Cells that a spreadsheet would run as a formula are written as plain text.

A cell that begins with one of ``= + - @``, a tab or a carriage return gets an apostrophe before it.
Numbers are not text and stay numbers, negative ones too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Characters that XML, and so a spreadsheet file, cannot hold.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def guarded(value: object) -> object:
    """``value`` made safe for a spreadsheet cell."""
    if isinstance(value, str):
        text = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", value)
        return f"'{text}" if text.startswith(_STARTS) else text
    if value is None or isinstance(value, bool | int | float):
        return value
    return guarded(str(value))


def cells(row: Mapping[str, object], columns: Sequence[str]) -> list[object]:
    return [guarded(row.get(column)) for column in columns]
