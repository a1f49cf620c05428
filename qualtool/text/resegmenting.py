"""Turns and sentences of an edited text, moved with the edit.

A turn grows with what is inserted at its borders (a word added to the end of what somebody said is
theirs too), up to the end of its line; a turn whose words changed is cut into sentences anew, all
other sentences move along. Speakers and times are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..model import Segment, SegmentKind
from .reanchoring import Reanchoring
from .segmenting import WORD, count_words, segments_of_answer, sentences_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Resegmented:
    """Segments of the new text, with the old speaker labels.

    ``labels`` are speaker labels that read otherwise in the text now: (turn, label in the text).
    ``n_loose`` counts words of the edit that belong to no turn and no label.
    """

    segments: tuple[Segment, ...]
    labels: tuple[tuple[int, str], ...]
    n_loose: int


def resegmented(segments: Sequence[Segment], edit: Reanchoring) -> Resegmented:
    """Segments of ``edit.new``, made from those of ``edit.old``."""
    answers = [s for s in segments if s.kind is SegmentKind.ANSWER]
    if answers:
        return Resegmented(segments=segments_of_answer(edit.new, answers[0].label), labels=(), n_loose=0)
    turns = sorted((s for s in segments if s.kind is SegmentKind.TURN), key=lambda s: s.position)
    moved = _moved_turns(turns, edit)
    sentences = _sentences(segments, moved, turns, edit)
    labels, label_spans = _labels(turns, moved, edit)
    spans = [(t.start_char, t.end_char) for t in moved]
    return Resegmented(
        segments=tuple(
            segment for turn, cut in zip(moved, sentences, strict=True) for segment in (turn, *cut)
        ),
        labels=tuple(labels),
        n_loose=_n_loose(edit, sorted([*spans, *label_spans])),
    )


# --- turns ----------------------------------------------------------------------------------------


def _moved_turns(turns: Sequence[Segment], edit: Reanchoring) -> list[Segment]:
    found: list[Segment] = []
    at = 0
    for turn in turns:
        start = max(at, _turn_start(turn.start_char, edit))
        end = max(start, _turn_end(turn.end_char, edit))
        if _is_touched(turn, edit):
            start, end = _trimmed(edit.new, start, end)
        words = edit.new[start:end]
        found.append(replace(turn, start_char=start, end_char=end, n_words=count_words(words)))
        at = end
    return found


def _turn_start(offset: int, edit: Reanchoring) -> int:
    n = edit.before(offset)
    if n == len(edit.edits) or edit.edits[n].start_char > offset:
        return offset + edit.shift(n)
    over = edit.edits[n]
    if over.start_char == offset:
        # An insertion that ends a line is a line of its own; the turn begins after it.
        is_line = over.end_char == offset and "\n" in over.text
        return offset + edit.shift(n) + (len(over.text) if is_line else 0)
    return over.start_char + edit.shift(n) + _words_begin(over.text)


def _words_begin(text: str) -> int:
    """Where the words of the last line of a text begin, after what looks like a label."""
    line = text.rfind("\n") + 1
    colon = text.find(":", line)
    at = line if colon < 0 else colon + 1
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _turn_end(offset: int, edit: Reanchoring) -> int:
    n = edit.through(offset)
    if n == 0 or edit.edits[n - 1].end_char < offset:
        return offset + edit.shift(n)
    last = edit.edits[n - 1]
    line_end = last.text.find("\n")
    kept = len(last.text) if line_end < 0 else line_end
    if last.end_char == offset and last.start_char < offset:
        kept = len(last.text)
    return last.start_char + edit.shift(n - 1) + kept


def _is_touched(turn: Segment, edit: Reanchoring) -> bool:
    return edit.through(turn.end_char) > edit.before(turn.start_char)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


# --- sentences ------------------------------------------------------------------------------------


def _sentences(
    segments: Sequence[Segment], moved: Sequence[Segment], turns: Sequence[Segment], edit: Reanchoring
) -> list[list[Segment]]:
    """The sentences of each turn."""
    old: dict[int, list[Segment]] = {}
    for one in segments:
        if one.kind is SegmentKind.SENTENCE:
            old.setdefault(one.turn, []).append(one)
    touched = [n for n, turn in enumerate(turns) if _is_touched(turn, edit)]
    cut = sentences_of([edit.new[moved[n].start_char : moved[n].end_char] for n in touched])
    fresh = dict(zip(touched, cut, strict=True))
    found: list[list[Segment]] = []
    position = 0
    for n, (before, turn) in enumerate(zip(turns, moved, strict=True)):
        base = turn.start_char
        kept = [
            (s.start_char - before.start_char, s.end_char - before.start_char)
            for s in old.get(before.position, ())
        ]
        spans = fresh.get(n, kept)
        found.append(
            [_sentence(turn, position + k, base + a, base + b, edit) for k, (a, b) in enumerate(spans)]
        )
        position += len(spans)
    return found


def _sentence(turn: Segment, position: int, start: int, end: int, edit: Reanchoring) -> Segment:
    return Segment(
        kind=SegmentKind.SENTENCE,
        position=position,
        start_char=start,
        end_char=end,
        turn=turn.position,
        label=turn.label,
        n_words=count_words(edit.new[start:end]),
    )


# --- labels ---------------------------------------------------------------------------------------


def _labels(
    turns: Sequence[Segment], moved: Sequence[Segment], edit: Reanchoring
) -> tuple[list[tuple[int, str]], list[tuple[int, int]]]:
    """Labels whose text changed, and the stretches of all of these in the new text."""
    found: list[tuple[int, str]] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for turn, now in zip(turns, moved, strict=True):
        place = edit.old.rfind(turn.label, at, turn.start_char)
        at = turn.end_char
        if place < 0:
            continue
        past = place + len(turn.label)
        first, last = edit.before(place), edit.through(past)
        if first >= last:
            continue
        start = min(place, edit.edits[first].start_char) + edit.shift(first)
        end = min(max(past, edit.edits[last - 1].end_char) + edit.shift(last), now.start_char)
        label = edit.new[start:end].rpartition("\n")[2].strip().rstrip(":").strip()
        if label and label != turn.label:
            found.append((turn.position, label))
            spans.append((start, end))
    return found, spans


def _n_loose(edit: Reanchoring, spans: Sequence[tuple[int, int]]) -> int:
    n, at = 0, 0
    for number, one in enumerate(edit.edits):
        start = one.start_char + edit.shift(number)
        for word in WORD.finditer(edit.new, start, start + len(one.text)):
            while at < len(spans) and spans[at][1] <= word.start():
                at += 1
            n += at == len(spans) or word.start() < spans[at][0]
    return n


def turn_labels(segments: Sequence[Segment], changed: Mapping[int, str]) -> tuple[Segment, ...]:
    """The segments with other labels on some turns and on the sentences in them."""
    return tuple(replace(s, label=changed[s.turn]) if s.turn in changed else s for s in segments)
