"""Canonical text to turns and sentences.

Deterministic and versioned: ``SEGMENTER`` names the rules, and is stored with every source. A
sentence never crosses a turn. spaCy's rule-based sentence cutter does the work; its results enter
through character offsets, after a check that it kept every character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from ..errors import StudyIntegrityError
from ..model import Segment, SegmentKind, TimedTurn

if TYPE_CHECKING:
    from spacy.language import Language

SEGMENTER = "turns-1+sentencizer-1"
WORD = re.compile(r"\w+(?:['’\-]\w+)*")
# Turns above this length are cut into paragraphs first, so that memory stays bounded.
_PIECE = 400_000
# spaCy's tokenizer is quadratic in a run without white space (80,000 characters of "a:a:" take a
# minute). No word is this long; what is (encoded data, dot leaders) is cut. A run of apostrophes is
# slower still: half a minute for 600,000 of them.
_LONG_RUN = re.compile(r"\S{500}|['’]{40}")


@lru_cache(maxsize=1)
def _cutter() -> Language:
    import spacy

    cutter = spacy.blank("en")
    cutter.add_pipe("sentencizer")
    cutter.max_length = _PIECE * 4
    return cutter


def count_words(text: str) -> int:
    """Words in ``text``: runs of letters and digits, with inner apostrophes and hyphens."""
    return sum(1 for _ in WORD.finditer(text))


def word_starts(text: str) -> list[int]:
    """Code-point offsets at which the words of ``text`` start, in rising order."""
    return [m.start() for m in WORD.finditer(text)]


def sentences_of(stretches: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Sentence spans of each stretch, as offsets into it, white space trimmed, blanks left out."""
    pieces: list[tuple[int, int, str]] = []
    for index, stretch in enumerate(stretches):
        pieces += [(index, start, piece) for start, piece in _pieces(stretch)]
    found: list[list[tuple[int, int]]] = [[] for _ in stretches]
    docs = _cutter().pipe(piece for _, _, piece in pieces)
    for (index, base, piece), doc in zip(pieces, docs, strict=True):
        if doc.text != piece:
            raise StudyIntegrityError("The sentence cutter changed the text; nothing was stored.")
        for sentence in doc.sents:
            span = _trimmed(piece, sentence.start_char, sentence.end_char)
            if span is not None:
                found[index].append((base + span[0], base + span[1]))
    return found


def _pieces(stretch: str) -> Iterator[tuple[int, str]]:
    for start, piece in _bounded(stretch):
        at = 0
        for run in _LONG_RUN.finditer(piece):
            yield start + at, piece[at : run.end()]
            at = run.end()
        if at < len(piece):
            yield start + at, piece[at:]


def _bounded(stretch: str) -> Iterator[tuple[int, str]]:
    start = 0
    while len(stretch) - start > _PIECE:
        # The best mark counts, not the last one: a cut at a space would cut a sentence.
        cuts = (stretch.rfind(mark, start + 1, start + _PIECE) for mark in ("\n", ". ", " "))
        cut = next((place for place in cuts if place > 0), start + _PIECE - 1)
        end = cut + 1
        yield start, stretch[start:end]
        start = end
    if start < len(stretch):
        yield start, stretch[start:]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else None


def segments_of_turns(text: str, turns: Sequence[TimedTurn]) -> tuple[Segment, ...]:
    """Turn segments and, inside each, sentence segments, in the order of the text."""
    words = [text[t.start_char : t.end_char] for t in turns]
    cut = sentences_of(words)
    segments: list[Segment] = []
    n_sentences = 0
    for position, (turn, stretch, spans) in enumerate(zip(turns, words, cut, strict=True)):
        segments.append(
            Segment(
                kind=SegmentKind.TURN,
                position=position,
                start_char=turn.start_char,
                end_char=turn.end_char,
                turn=position,
                label=turn.label,
                n_words=count_words(stretch),
                start_ms=turn.start_ms,
                end_ms=turn.end_ms,
            )
        )
        for start, end in spans:
            segments.append(
                Segment(
                    kind=SegmentKind.SENTENCE,
                    position=n_sentences,
                    start_char=turn.start_char + start,
                    end_char=turn.start_char + end,
                    turn=position,
                    label=turn.label,
                    n_words=count_words(stretch[start:end]),
                )
            )
            n_sentences += 1
    return tuple(segments)


def segments_of_answer(text: str, label: str) -> tuple[Segment, ...]:
    """An answer is one segment: it is coded whole more often than not."""
    return (
        Segment(
            kind=SegmentKind.ANSWER,
            position=0,
            start_char=0,
            end_char=len(text),
            turn=0,
            label=label,
            n_words=count_words(text),
        ),
    )
