"""Where speaker turns begin: labels at the start of lines, told from ordinary writing.

A label is a name before a colon, with or without a time: ``Ruth:``, ``INTERVIEWER:``, ``Q:``,
``[00:01:02] Ruth:``, ``Ruth (00:01:02):``, and on a line of its own ``Ruth  00:01:02``. A name at
the start of a line is not enough, because people also write ``One thing: ...``. Labels are
therefore judged over the whole text:

1. what looks like prose or a heading (``label_words``) never is one;
2. known labels (INTERVIEWER, P2, Speaker 1), labels with a time and those the caller names always are;
3. names are when they come twice; words in lower case when they come three times;
4. a name that comes once is when other labels were found and nothing speaks against it, or when
   the whole of a short text consists of such turns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .label_words import HEADINGS, Shape, is_role, label_key, shape_of
from .timestamps import TIME, milliseconds

_STAMP = rf"[\[(<]?{TIME}(?:[ \t]*(?:-->|[-–—])[ \t]*{TIME})?[\])>]?"
_NAME = r"[^\W_](?:[^\n:：;!?,\"“”<>\[\]{}|=]{0,58}?[^\s:：;!?,\"“”<>\[\]{}|=(*_])?"
_LINE = re.compile(
    r"[ \t]*(?:(?:>>|[>#+•\-–*]{1,6})[ \t]+)?(?P<bold>\*\*|__|[*_])?"
    rf"(?:(?P<before>{_STAMP})[ \t]*[-–—|]?[ \t]*(?P<bold2>\*\*|__|[*_])?)?"
    rf"(?P<label>{_NAME})[ \t]*(?P<after>{_STAMP})?[ \t]*(?:\*\*|__|[*_])?[ \t]*[:：]"
    rf"(?![/\d])(?:\*\*|__|[*_])?[ \t]*(?:[\[(](?P<inner>{TIME})[\])][ \t]*)?"
)
# Automatic transcribers put name and time on a line of their own, without a colon.
_OWN_LINE = re.compile(rf"[ \t]*(?P<label>{_NAME})[ \t]{{1,8}}(?P<after>[\[(]?{TIME}[\])]?)[ \t]*\Z")
# A label, its times and marks fit into this many characters.
_REACH = 140
_TIMES = re.compile(TIME)
_LOWER_WORD = re.compile(r"\b[a-z][a-z'’-]*")
_SHORT_TEXT = 6
_HEADER_LINES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A label found in a text: where its line and the words after it start, and its times."""

    line: int
    line_start: int
    words_start: int
    label: str
    start_ms: int | None = None
    end_ms: int | None = None
    is_own_line: bool = False

    @property
    def key(self) -> str:
        return label_key(self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    mark: Mark
    shape: Shape
    after_blank: bool
    starts_lower: bool

    @property
    def is_timed(self) -> bool:
        """Does a time beside it speak for the label? Not on a line that may be a plain sentence."""
        has_time = self.mark.start_ms is not None and not self.mark.is_own_line
        return has_time and (self.shape is Shape.NAME or " " not in self.mark.key)


def find_marks(
    text: str, *, interviewer: Collection[str] = (), known: Collection[str] = ()
) -> tuple[Mark, ...]:
    """The labels of ``text`` in order. Linear in the length of the text.

    ``interviewer`` are labels the person named, ``known`` label keys that are certain already.
    """
    header_end = _header_end(text)
    certain = {label_key(label) for label in interviewer} | set(known)
    candidates = list(_candidates(text, certain, header_end))
    accepted = _accepted(text, candidates, certain)
    return tuple(c.mark for c in candidates if c.mark.key in accepted)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _candidates(text: str, certain: set[str], header_end: int) -> Iterator[_Candidate]:
    after_blank = True
    for number, (start, end) in enumerate(_lines(text)):
        mark = _mark(text, number, start, end) if start >= header_end else None
        if mark is not None:
            shape = Shape.KNOWN if mark.key in certain else shape_of(mark.label)
            if shape is not Shape.NONE:
                opening = text[mark.words_start : mark.words_start + 1]
                yield _Candidate(
                    mark=mark, shape=shape, after_blank=after_blank, starts_lower=opening.islower()
                )
        after_blank = end == start or text[start:end].isspace()


def _mark(text: str, number: int, start: int, end: int) -> Mark | None:
    stop = min(end, start + _REACH)
    if text.find(":", start, stop) < 0 and text.find("：", start, stop) < 0:
        return None
    match = _LINE.match(text, start, end)
    is_own_line = match is None
    if match is not None:
        times = _TIMES.findall(match["before"] or match["after"] or match["inner"] or "")
    elif end - start <= _REACH and (match := _OWN_LINE.match(text, start, end)) is not None:
        times = _TIMES.findall(match["after"])
    else:
        return None
    milli = [milliseconds(time) for time in times]
    return Mark(
        line=number,
        line_start=start,
        words_start=match.end(),
        label=" ".join(match["label"].split()),
        start_ms=milli[0] if milli else None,
        end_ms=milli[1] if len(milli) > 1 else None,
        is_own_line=is_own_line,
    )


def _header_end(text: str) -> int:
    """Where the block of headings at the top (``Date: ...``) ends; 0 where there is none.

    A title may stand above it. Short entries (``Interviewer: J. Smith``) belong to the block where
    headings follow, or where a blank line ends the block.
    """
    last_heading = entries_end = 0
    has_begun = False
    for number, (start, end) in enumerate(_lines(text)):
        line = text[start : min(end, start + _REACH)]
        if number >= _HEADER_LINES:
            break
        if not line.strip():
            if has_begun:
                return entries_end if last_heading else 0
            continue
        key, colon, value = line.partition(":")
        if not colon:
            continue
        has_begun = True
        if label_key(key) in HEADINGS:
            last_heading = entries_end = end
        elif _is_entry(value):
            entries_end = end
        else:
            break
    return last_heading


def _is_entry(value: str) -> bool:
    words = value.split()
    return 0 < len(words) <= 6 and not value.rstrip().endswith((".", "?", "!"))


def _accepted(text: str, candidates: list[_Candidate], certain: set[str]) -> set[str]:
    counts = Counter(c.mark.key for c in candidates)
    strong = {c.mark.key for c in candidates if _is_strong(c, counts, certain)}
    if "a" in strong and "q" not in strong and counts["a"] < 2 and "a" not in certain:
        strong.discard("a")
    singles = [c for c in candidates if c.mark.key not in strong and c.shape is Shape.NAME]
    if strong:
        return strong | _late_singles(text, candidates, singles, strong)
    return _short_text(text, singles)


def _is_strong(candidate: _Candidate, counts: Counter[str], certain: set[str]) -> bool:
    key = candidate.mark.key
    if key in certain or candidate.is_timed or candidate.shape is Shape.KNOWN:
        return True
    return counts[key] >= (2 if candidate.shape is Shape.NAME else 3)


def _late_singles(
    text: str, candidates: list[_Candidate], singles: list[_Candidate], strong: set[str]
) -> set[str]:
    """Names that come once among labels that are certain, unless something speaks against them."""
    if not singles:
        return set()
    turns = [c for c in candidates if c.mark.key in strong]
    # The text's first line has nothing above it, so it tells nothing about blank lines.
    later = [c for c in turns if c.mark.line > 0]
    parted = bool(later) and sum(c.after_blank for c in later) > 0.9 * len(later)
    writes_lower = sum(c.starts_lower for c in turns) > 0.2 * len(turns)
    lower = set(_LOWER_WORD.findall(text))
    return {
        c.mark.key
        for c in singles
        if (writes_lower or not c.starts_lower)
        and (c.after_blank or not parted)
        and (is_role(c.mark.key) or c.mark.key not in lower)
    }


def _short_text(text: str, singles: list[_Candidate]) -> set[str]:
    """Labels of a text of a few turns, each by somebody else, if it consists of nothing else."""
    keys = {c.mark.key for c in singles}
    if not 2 <= len(keys) <= _SHORT_TEXT:
        return set()
    filled = [(start, end) for start, end in _lines(text) if text[start:end].strip()]
    starts = {c.mark.line_start for c in singles}
    if filled[0][0] not in starts or len(starts) < 0.5 * len(filled):
        return set()
    return keys
