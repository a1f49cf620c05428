"""Where one text repeats another's words: quotes typed into memos, examples and reasons."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from .diffing import Edit
from .segmenting import WORD

# So many words in a row are seldom anybody else's; a shorter sentence or quote counts when it is whole.
_RUN = 6
_LEAST = 3


class Said:
    """The words of some stretches of text, to be found again elsewhere, whatever case and signs."""

    def __init__(self, stretches: Iterable[str]) -> None:
        self._runs: set[tuple[str, ...]] = set()
        for stretch in stretches:
            words = tuple(_word(m.group()) for m in WORD.finditer(stretch))
            if _LEAST <= len(words) < _RUN:
                self._runs.add(words)
            self._runs.update(words[n : n + _RUN] for n in range(len(words) - _RUN + 1))
        self._lengths = sorted({len(run) for run in self._runs})

    def edits(self, text: str, by: str) -> list[Edit]:
        """Edits that put ``by`` in the place of every repeated stretch."""
        found = list(WORD.finditer(text))
        words = [_word(m.group()) for m in found]
        hit = [False] * len(words)
        for length in self._lengths:
            for n in range(len(words) - length + 1):
                if tuple(words[n : n + length]) in self._runs:
                    hit[n : n + length] = [True] * length
        starts = [n for n, is_hit in enumerate(hit) if is_hit and not (n and hit[n - 1])]
        ends = [n for n, is_hit in enumerate(hit) if is_hit and not (n + 1 < len(hit) and hit[n + 1])]
        return [
            Edit(start_char=found[a].start(), end_char=found[b].end(), text=by)
            for a, b in zip(starts, ends, strict=True)
        ]


def _word(word: str) -> str:
    return word.casefold().replace("’", "'")


def masked(text: str, start: int, end: int) -> list[Edit]:
    """Edits that leave of a stretch how many words it had, and nothing else."""
    words = list(WORD.finditer(text, start, end))
    if not words:
        return [Edit(start_char=start, end_char=end, text="–")] if end > start else []
    found = [Edit(start_char=m.start(), end_char=m.end(), text="x") for m in words]
    between = [(a.end(), b.start(), " ") for a, b in pairwise(words)]
    borders = [(start, words[0].start(), ""), (words[-1].end(), end, "")]
    found += [Edit(start_char=a, end_char=b, text=put) for a, b, put in [*between, *borders] if b > a]
    return sorted(found, key=lambda e: e.start_char)
