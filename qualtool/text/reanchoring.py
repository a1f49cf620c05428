"""Where a marked stretch is after an edit, told by the edit itself and never by looking for its words.

A stretch that no edit touches keeps its quote: it is *kept* at its offsets or *moved* to others. One
that an edit touches *needs review*: a place is proposed, where its text is not gone. An insertion
exactly at a border touches nothing and makes no stretch longer.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from ..errors import SelectionError
from .diffing import Edit, apply_edits, edits_between, ordered, pieces_between


class Outcome(StrEnum):
    """What an edit did to a marked stretch."""

    KEPT = "kept"
    MOVED = "moved"
    NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A stretch in the new text. The offsets are None, and the quote empty, where its text is gone."""

    outcome: Outcome
    start_char: int | None
    end_char: int | None
    quote: str


class Reanchoring:
    """Maps stretches of ``old`` to ``new``; ``edits`` turn one into the other.

    Raises:
        SelectionError: edits overlap, or leave the text.
    """

    __slots__ = ("_ends", "_shifts", "_starts", "edits", "new", "old")

    def __init__(self, old: str, edits: Sequence[Edit]) -> None:
        self.old = old
        self.edits = ordered(edits, n_chars=len(old))
        self.new = apply_edits(old, self.edits)
        self._starts = [e.start_char for e in self.edits]
        self._ends = [e.end_char for e in self.edits]
        grown = (len(e.text) - (e.end_char - e.start_char) for e in self.edits)
        self._shifts = list(accumulate(grown, initial=0))

    def place(self, start_char: int, end_char: int) -> Placement:
        """Where ``[start_char, end_char)`` of the old text is in the new one.

        Raises:
            SelectionError: the offsets mark no stretch of the old text.
        """
        if not 0 <= start_char < end_char <= len(self.old):
            raise SelectionError(f"Offsets {start_char} to {end_char} mark no stretch of the text.")
        quote = self.old[start_char:end_char]
        first = bisect_right(self._ends, start_char)
        past = bisect_left(self._starts, end_char)
        if first >= past:
            return _placed(start_char, start_char + self._shifts[first], quote)
        start = min(start_char, self._starts[first]) + self._shifts[first]
        end = max(end_char, self._ends[past - 1]) + self._shifts[past]
        if self.new[start:end] == quote:
            return _placed(start_char, start, quote)
        return self._proposed(start, end, quote)

    def _proposed(self, start: int, end: int, quote: str) -> Placement:
        """A place for a changed quote; white space at its ends is left out where the quote had none."""
        while start < end and self.new[start].isspace() and not quote[0].isspace():
            start += 1
        while end > start and self.new[end - 1].isspace() and not quote[-1].isspace():
            end -= 1
        review = Outcome.NEEDS_REVIEW
        if not self.new[start:end].strip():
            return Placement(outcome=review, start_char=None, end_char=None, quote="")
        return Placement(outcome=review, start_char=start, end_char=end, quote=self.new[start:end])

    def before(self, offset: int) -> int:
        """How many edits end at or before an offset, insertions exactly there not counted."""
        n = bisect_right(self._ends, offset)
        while n and self._starts[n - 1] == offset:
            n -= 1
        return n

    def through(self, offset: int) -> int:
        """How many edits begin before an offset, insertions exactly there counted."""
        n = bisect_left(self._starts, offset)
        while n < len(self.edits) and self._ends[n] == offset:
            n += 1
        return n

    def shift(self, n_edits: int) -> int:
        """By how much the first ``n_edits`` edits together move what comes after them."""
        return self._shifts[n_edits]

    def inverse(self) -> Reanchoring:
        """The way back."""
        back = [
            Edit(
                start_char=e.start_char + shift,
                end_char=e.start_char + shift + len(e.text),
                text=self.old[e.start_char : e.end_char],
            )
            for e, shift in zip(self.edits, self._shifts, strict=False)
        ]
        return Reanchoring(self.new, back)


def _placed(old_start: int, start: int, quote: str) -> Placement:
    outcome = Outcome.KEPT if start == old_start else Outcome.MOVED
    return Placement(outcome=outcome, start_char=start, end_char=start + len(quote), quote=quote)


def place_through(steps: Sequence[Reanchoring], start_char: int, end_char: int) -> Placement:
    """Where a stretch is after several edits, one after the other."""
    changed = False
    start, end = start_char, end_char
    quote = steps[0].old[start:end] if steps else ""
    for step in steps:
        found = step.place(start, end)
        changed = changed or found.outcome is Outcome.NEEDS_REVIEW
        if found.start_char is None or found.end_char is None:
            return found
        start, end, now = found.start_char, found.end_char, found.quote
        if step is steps[-1] and changed and now != quote:
            return Placement(outcome=Outcome.NEEDS_REVIEW, start_char=start, end_char=end, quote=now)
    return _placed(start_char, start, quote)


def reanchoring_between(old: str, new: str) -> Reanchoring:
    """The mapping between two texts of which only the ends are known, by a proper diff."""
    return Reanchoring(old, edits_between(old, new))


def replacing(old: str, wanted: str, by: str, *, is_whole_word: bool = False) -> Reanchoring:
    """The mapping of replacing every occurrence of ``wanted``, found from left to right.

    ``is_whole_word`` leaves out occurrences inside a longer word; case counts. Only what differs
    between the two is edited: "Alice" to "Alicia" does not touch a selection that ends at "Al".
    """
    hits = occurrences(old, wanted, is_whole_word=is_whole_word)
    pieces = pieces_between(wanted, by, 0) if hits else []
    edits = [
        Edit(start_char=at + e.start_char, end_char=at + e.end_char, text=e.text)
        for at in hits
        for e in pieces
    ]
    return Reanchoring(old, edits)


def occurrences(text: str, wanted: str, *, is_whole_word: bool = False) -> list[int]:
    """Offsets at which ``wanted`` begins, without overlaps."""
    found: list[int] = []
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        whole = not (_joins(text, at) or _joins(text, end))
        if whole or not is_whole_word:
            found.append(at)
            at = text.find(wanted, end)
        else:
            at = text.find(wanted, at + 1)
    return found


def _joins(text: str, at: int) -> bool:
    """Does a word go on across this offset?"""
    return 0 < at < len(text) and _in_word(text[at - 1]) and _in_word(text[at])


def _in_word(character: str) -> bool:
    # A combining mark is no letter to str.isalnum, but it belongs to the letter before it.
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")
