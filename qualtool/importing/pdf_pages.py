"""Pages of lines to one run of lines: headers, footers, page and line numbers left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .label_words import Shape, shape_of

# So many lines at the top and at the bottom of a page may be furniture.
_EDGE = 3
_SHARE = 0.6
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|p\.?|seite)?\s*\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?\W*", re.IGNORECASE
)
_TITLE = re.compile(
    r"(?:interview|focus group)?\s*(?:transcript|interview)?(?:\s*(?:no\.?|#)?\s*\d+)?", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
# A line cut at a page's end is printed again on the next page: more than this is no accident.
_MIN_REPEAT = 20
_MAX_REPEAT_LINES = 4
_MIN_NUMBERED = 3
# A line number is short; Python refuses to read a number of thousands of digits.
_MAX_DIGITS = 6


def without_furniture(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Pages without page numbers, running heads and feet, and columns of line numbers.

    A line that begins with a speaker label is never furniture, however often it returns.
    """
    bare = [_without_line_numbers(page) for page in pages]
    running = _running_lines(bare)
    return [_without_edges(page, running) for page in bare]


def _without_line_numbers(page: Sequence[str]) -> list[str]:
    """The page without runs of lines that are numbers rising by one."""
    kept: list[str] = []
    run: list[str] = []
    for line in [*page, ""]:
        is_number = line.isdecimal() and len(line) <= _MAX_DIGITS
        is_next = is_number and (not run or int(line) == int(run[-1]) + 1)
        if is_next:
            run.append(line)
            continue
        if len(run) < _MIN_NUMBERED:
            kept += run
        run = [line] if is_number else []
        if not run:
            kept.append(line)
    return kept[:-1]


def _edge_places(page: Sequence[str]) -> list[int]:
    filled = [i for i, line in enumerate(page) if line]
    return sorted({*filled[:_EDGE], *filled[-_EDGE:]})


def _running_lines(pages: Sequence[Sequence[str]]) -> set[str]:
    """Edge lines, digits aside, that stand on most pages."""
    if len(pages) < 2:
        return set()
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_pattern(page[i]) for i in _edge_places(page) if not _is_labelled(page[i])})
    needed = max(2, _SHARE * len(pages))
    return {line for line, n in counts.items() if n >= needed}


def _pattern(line: str) -> str:
    return _DIGITS.sub("#", line)


def _is_labelled(line: str) -> bool:
    label, colon, _ = line.partition(":")
    return bool(colon) and len(label) <= 60 and bool(label) and shape_of(label) is not Shape.NONE


def _without_edges(page: Sequence[str], running: set[str]) -> list[str]:
    filled = [i for i, line in enumerate(page) if line]
    dropped = {
        i for order in (filled[:_EDGE], filled[-_EDGE:][::-1]) for i in _furniture(page, order, running)
    }
    return [line for i, line in enumerate(page) if i not in dropped]


def _furniture(page: Sequence[str], order: Sequence[int], running: set[str]) -> list[int]:
    """Places of furniture from the edge inwards, up to the first line that is none."""
    found: list[int] = []
    for i in order:
        line = page[i]
        if not (_pattern(line) in running or _PAGE_NUMBER.fullmatch(line) or _TITLE.fullmatch(line)):
            break
        found.append(i)
    return found


def joined_pages(pages: Sequence[Sequence[str]]) -> list[str]:
    """All lines in order; lines cut at the end of a page and repeated on the next count once."""
    lines: list[str] = []
    for page in pages:
        body = _stripped(page)
        n = _n_repeated(lines, body)
        lines += body[n:]
    return lines


def _stripped(page: Sequence[str]) -> list[str]:
    filled = [i for i, line in enumerate(page) if line]
    return list(page[filled[0] : filled[-1] + 1]) if filled else []


def _n_repeated(before: Sequence[str], page: Sequence[str]) -> int:
    for n in range(min(_MAX_REPEAT_LINES, len(before), len(page)), 0, -1):
        if list(before[-n:]) == list(page[:n]) and sum(map(len, page[:n])) >= _MIN_REPEAT:
            return n
    return 0
