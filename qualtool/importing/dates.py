"""Dates as people write them in a sheet, to ISO text."""

from __future__ import annotations

import datetime as dt
import re

# British order: the day comes first. A month or a year alone is kept as such, for people who
# leave the day out on purpose.
_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d/%m/%y", "%Y/%m/%d")
_MONTHS = ("%Y-%m", "%B %Y", "%b %Y", "%m/%Y")
_CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")


def iso_date(raw: str) -> str | None:
    """``3 May 2024`` as ``2024-05-03``, ``May 2024`` as ``2024-05``; a time of day is dropped.

    None where it is no date, or one that does not exist.
    """
    text = _CLOCK.sub("", " ".join(raw.split()))
    if re.fullmatch(r"(?:19|20)\d{2}", text):
        return text
    for shapes, written in ((_FORMATS, "%Y-%m-%d"), (_MONTHS, "%Y-%m")):
        for shape in shapes:
            try:
                return dt.datetime.strptime(text, shape).strftime(written)
            except ValueError:
                continue
    return None
