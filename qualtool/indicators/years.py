"""School years and days, from the cells of a file or from its name.

A school year is written ``2022/23`` throughout; a register that is valid on a day carries that day
(``2025-04-22``), a calendar year its four digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_PAIR = re.compile(r"(?<!\d)(20\d\d)[-/_ ](20\d\d|\d\d)(?!\d)")
_SIX = re.compile(r"(?<!\d)(20\d\d)(\d\d)(?!\d)")
_DAY = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDED = re.compile(
    rf"(?<!\d)(\d{{1,2}})[-_ ]+({'|'.join(_MONTHS)})[a-z]*[-_ ]+(20\d\d)(?!\d)", re.IGNORECASE
)
_FOUR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def normalise_year(text: str) -> str | None:
    """``2022/23`` for ``202223``, ``2022-2023``, ``2022-23`` or ``2022/23``; ``2022`` stays.

    None where the text is no year, or names two years that do not follow each other.
    """
    token = text.strip()
    pair = _PAIR.fullmatch(token) or _SIX.fullmatch(token)
    if pair:
        return _school_year(pair.group(1), pair.group(2))
    if _FOUR.fullmatch(token):
        return token
    day = _DAY.fullmatch(token)
    return _day(day.groups()) if day else None


def year_of_name(name: str) -> str | None:
    """The year or day a file name tells, or None.

    A day (eight digits, or ``31_Jan_2026``) is looked for first: its digits would also pass for years.
    """
    days = [_day(found.groups()) for found in _DAY.finditer(name)]
    days += [_worded_day(*found.groups()) for found in _WORDED.finditer(name)]
    pairs = [_school_year(*f.groups()) for p in (_PAIR, _SIX) for f in p.finditer(name)]
    fours = [f.group(1) for f in _FOUR.finditer(name)]
    for candidates in (days, pairs, fours):
        known = list(dict.fromkeys(c for c in candidates if c is not None))
        if known:
            # Two years in one name do not tell which one the figures are of.
            return known[0] if len(known) == 1 else None
    return None


def _school_year(first: str, second: str) -> str | None:
    if (int(first) + 1) % 100 != int(second[-2:]):
        return None
    return f"{first}/{second[-2:]}"


def _day(parts: Sequence[str]) -> str | None:
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _worded_day(day: str, month: str, year: str) -> str | None:
    return _day((year, str(_MONTHS.index(month.lower()) + 1), day))
