"""One printed cell to ``(value, status)``, by the kind of its column and the tokens of its file.

Kinds: ``count`` (not negative), ``number`` (signed), ``percent`` (of a hundred: 50 and not 0.5; a
closing % allowed), ``money`` (pound sign allowed), in all of them thousands commas; ``flag`` (0 or 1),
``date``; ``text`` and ``code`` are kept as printed; ``category`` is text in which tokens count. How
a column prints its numbers is decided by its dataset, never by the size of what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Literal

from ..model import ValueStatus
from .symbols import Vocabulary

Kind = Literal["count", "number", "percent", "money", "flag", "date", "text", "code", "category"]
Read = tuple[float | None, ValueStatus]

_COUNT = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d*)?|\.\d+)", re.ASCII)
# U+FFFD stands where a pound sign was lost to a wrong decoding upstream.
_MONEY = re.compile(r"[£\ufffd]?\s?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)
_DATES = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d")
# The register prints this day where it does not know one.
_UNKNOWN_DAY = date(1900, 1, 1)


def day_of(raw: str) -> date | None:
    """The day a cell prints (``31-01-2020``, ``31/01/2020`` or ISO); None for 1 January 1900."""
    for pattern in _DATES:
        try:
            day = datetime.strptime(raw.strip(), pattern).date()
        except ValueError:
            continue
        return None if day == _UNKNOWN_DAY else day
    return None


def cell_reader(kind: Kind, vocabulary: Vocabulary) -> Callable[[str], Read]:
    """A function that reads one cell of a column of this ``kind``."""
    if kind in ("text", "code"):
        return _read_text
    if kind == "date":
        return _read_date
    if kind == "category":
        return lambda raw: _read_category(raw, vocabulary)
    parse = _PARSERS[kind]
    return lambda raw: _read_number(raw, parse, vocabulary)


def _read_text(raw: str) -> Read:
    return None, (ValueStatus.TEXT if raw.strip() else ValueStatus.BLANK)


def _read_category(raw: str, vocabulary: Vocabulary) -> Read:
    return None, (vocabulary.status_of(raw.strip()) or _read_text(raw)[1])


def _read_date(raw: str) -> Read:
    token = raw.strip()
    if not token:
        return None, ValueStatus.BLANK
    if day_of(token) is not None:
        return None, ValueStatus.TEXT
    is_unknown_day = any(token == _UNKNOWN_DAY.strftime(pattern) for pattern in _DATES)
    return None, (ValueStatus.NOT_AVAILABLE if is_unknown_day else ValueStatus.UNKNOWN_TOKEN)


def _read_number(raw: str, parse: Callable[[str], float | None], vocabulary: Vocabulary) -> Read:
    token = raw.strip()
    if not token:
        return None, ValueStatus.BLANK
    # First the tokens: a table of the team may print -9 or 999 for what is missing.
    meaning = vocabulary.status_of(token)
    if meaning is not None:
        return None, meaning
    number = parse(token)
    if number is None:
        return None, ValueStatus.UNKNOWN_TOKEN
    return number, (ValueStatus.ZERO if number == 0 else ValueStatus.NUMERIC)


def _count(token: str) -> float | None:
    return float(token.replace(",", "")) if _COUNT.fullmatch(token) else None


def _number(token: str) -> float | None:
    return float(token.replace(",", "")) if _NUMBER.fullmatch(token) else None


def _percent(token: str) -> float | None:
    return _number(token.removesuffix("%").rstrip())


def _money(token: str) -> float | None:
    if not _MONEY.fullmatch(token):
        return None
    return float(token.lstrip("£\ufffd").strip().replace(",", ""))


def _flag(token: str) -> float | None:
    return float(token) if token in ("0", "1") else None


_PARSERS: dict[str, Callable[[str], float | None]] = {
    "count": _count,
    "number": _number,
    "percent": _percent,
    "money": _money,
    "flag": _flag,
}
