"""Marks and paragraphs to turns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ..model import TimedTurn
from .labels import Mark
from .raw import NO_LABEL

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n")


def turns_of_marks(text: str, marks: Sequence[Mark]) -> tuple[TimedTurn, ...]:
    """A turn a mark: the words from the label to the next one, white space trimmed.

    Spellings of one label that differ in case or spaces become the first of them.
    """
    spelling: dict[str, str] = {}
    turns: list[TimedTurn] = []
    for number, mark in enumerate(marks):
        stop = marks[number + 1].line_start if number + 1 < len(marks) else len(text)
        start, end = trimmed(text, min(mark.words_start, stop), stop)
        turns.append(
            TimedTurn(
                label=spelling.setdefault(mark.key, mark.label),
                start_char=start,
                end_char=end,
                start_ms=mark.start_ms,
                end_ms=mark.end_ms,
            )
        )
    return tuple(turns)


def turns_of_paragraphs(text: str, *, is_wrapped: bool) -> tuple[TimedTurn, ...]:
    """A turn a paragraph, all by one unnamed speaker.

    ``is_wrapped`` texts that have blank lines are parted there, all others at every line.
    """
    by_blank = is_wrapped and _BLANK_LINES.search(text) is not None
    spans = _parted(text, _BLANK_LINES if by_blank else re.compile("\n"))
    return tuple(
        TimedTurn(label=NO_LABEL, start_char=start, end_char=end)
        for start, end in (trimmed(text, a, b) for a, b in spans)
        if end > start
    )


def _parted(text: str, boundary: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for match in boundary.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends; empty at ``start`` where there is nothing else."""
    stretch = text[start:end]
    if not stretch.strip():
        return start, start
    return start + len(stretch) - len(stretch.lstrip()), end - (len(stretch) - len(stretch.rstrip()))


def turn_warnings(text: str, turns: Sequence[TimedTurn], marks: Sequence[Mark]) -> list[str]:
    """What a person should look at: a preamble, labels without words, labels that come once."""
    warnings: list[str] = []
    preamble = text[: marks[0].line_start].strip() if marks else ""
    if preamble:
        warnings.append(
            f"{len(preamble)} characters stand before the first speaker label and belong to no turn."
        )
    empty = sum(turn.start_char == turn.end_char for turn in turns)
    if empty:
        warnings.append(f"{empty} speaker label{'s have' if empty > 1 else ' has'} no words after it.")
    counts = Counter(turn.label for turn in turns)
    once = [label for label, n in counts.items() if n == 1]
    if once and len(turns) > len(counts) + 4:
        listed = ", ".join(once[:10])
        warnings.append(f"Speaker labels that occur once (check that they are speakers): {listed}.")
    spellings: dict[str, set[str]] = {}
    for mark in marks:
        spellings.setdefault(mark.key, set()).add(mark.label)
    for variants in spellings.values():
        if len(variants) > 1:
            warnings.append(f"Spellings counted as one speaker: {', '.join(sorted(variants))}.")
    return warnings
