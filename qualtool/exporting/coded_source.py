"""A coded source as it is printed: words in rows, beside them stripes, codes and memos.

A row is a sentence of a turn that carries codings, or a whole turn without any. A coding has a number;
the number stands at its end in the text and beside its name, so that nothing is told by colour alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .about import About

# Characters that XML, and so a Word file, cannot hold; they become the sign for an unknown character.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginCoding:
    """A coding as it stands beside the text; ``memos`` are (coder, text)."""

    number: int
    code: str
    code_path: str
    colour: str
    coder: str
    facets: str = ""
    memos: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not _COLOUR.fullmatch(self.colour):
            raise ValueError("a colour is written #rrggbb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A coded stretch of a row, half-open, in code points; ``ends`` where its coding does."""

    start: int
    end: int
    number: int
    begins: bool
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedRow:
    """A stretch of text that is laid out as one row; withheld words are none at all."""

    text: str
    marks: tuple[Mark, ...] = ()
    is_withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedTurn:
    """A turn, or words outside every turn (``number`` None)."""

    number: int | None
    label: str
    role: str
    time: str
    is_interviewer: bool
    rows: tuple[CodedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedSource:
    """A whole source with what was coded in it; ``memos`` are those on the source itself."""

    title: str
    about: About
    turns: tuple[CodedTurn, ...]
    codings: tuple[MarginCoding, ...]
    memos: tuple[tuple[str, str], ...] = ()

    def by_number(self) -> dict[int, MarginCoding]:
        return {coding.number: coding for coding in self.codings}


def printable(text: str) -> str:
    """The text without characters that a file of XML cannot hold."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def pieces(row: CodedRow) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """A row cut wherever a mark begins or ends: text, numbers that cover it, numbers that end after it."""
    cuts = sorted({0, len(row.text), *(m.start for m in row.marks), *(m.end for m in row.marks)})
    found = []
    for start, end in pairwise(cuts):
        here = tuple(m.number for m in row.marks if m.start <= start and m.end >= end)
        ending = tuple(m.number for m in row.marks if m.ends and m.end == end)
        found.append((row.text[start:end], here, ending))
    return found


def lanes(rows: Sequence[CodedRow]) -> dict[int, int]:
    """The lane of each coding of a turn, from 0: codings that share a row lie side by side."""
    reach: dict[int, tuple[int, int]] = {}
    for at, row in enumerate(rows):
        for mark in row.marks:
            first, _ = reach.get(mark.number, (at, at))
            reach[mark.number] = (first, at)
    ends: list[int] = []  # the last row of each lane
    found: dict[int, int] = {}
    for number, (first, last) in sorted(reach.items(), key=lambda item: (item[1], item[0])):
        lane = next((n for n, end in enumerate(ends) if end < first), len(ends))
        ends[lane : lane + 1] = [last]
        found[number] = lane
    return found


def tinted(colour: str, share: float) -> str:
    """A colour mixed with white, as #rrggbb; ``share`` is how much of the colour is left."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)
