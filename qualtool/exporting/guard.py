"""Cells that a spreadsheet would run as a formula are written as plain text.

A cell that begins with one of ``= + - @``, a tab or a carriage return gets an apostrophe before it.
Numbers are not text and stay numbers, negative ones too; so does a text that is a signed number and
nothing else, as ``+0.63`` or ``-4%``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Characters that XML, and so a spreadsheet file, cannot hold.
_SIGNED_NUMBER = re.compile(r"[+-][0-9]+(\.[0-9]+)?%?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def guarded(value: object) -> object:
    """``value`` made safe for a spreadsheet cell."""
    if isinstance(value, str):
        text = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", value)
        is_formula = text.startswith(_STARTS) and _SIGNED_NUMBER.fullmatch(text) is None
        return f"'{text}" if is_formula else text
    if value is None or isinstance(value, bool | int | float):
        return value
    return guarded(str(value))


def cells(row: Mapping[str, object], columns: Sequence[str]) -> list[object]:
    return [guarded(row.get(column)) for column in columns]
