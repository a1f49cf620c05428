"""Subtitles (WebVTT and SubRip): cues joined into turns, written as lines ``Speaker: words``.

A turn is a run of cues by one speaker; it lasts from its first cue's start to its last one's end.
In WebVTT the speaker is the voice ``<v Name>``, elsewhere a label ``Name:`` at the start of a line;
a cue without one goes on with the speaker before.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from ..errors import TranscriptError
from ..model import TimedTurn
from ..text import canonical, decode
from .archives import looks_like
from .labels import find_marks
from .raw import NO_LABEL, RawText
from .timestamps import TIME, milliseconds

_TIMING = re.compile(rf"[ \t]*({TIME})[ \t]*-->[ \t]*({TIME})(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>\n]{1,200})>")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^}\n]{0,100}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cue:
    """Times in milliseconds, and what is shown, line by line."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Words of one speaker inside one cue; ``label`` is None where the cue does not say whose."""

    cue: int
    label: str | None
    words: str


def read_vtt(data: bytes, *, name: str, interviewer: Collection[str] = ()) -> RawText:
    """The text and turns of a WebVTT file.

    Raises:
        TranscriptError: the file does not begin with WEBVTT, or has no cues.
    """
    text, encoding = _decoded(data, name)
    if not re.match(r"\s*WEBVTT\b", text):
        raise TranscriptError.single(
            name, "Line 1 is not WEBVTT, so this is no WebVTT file.", "Export it again, or rename it."
        )
    return _read(text, encoding, name=name, interviewer=interviewer, is_vtt=True)


def read_srt(data: bytes, *, name: str, interviewer: Collection[str] = ()) -> RawText:
    """The text and turns of a SubRip file.

    Raises:
        TranscriptError: the file has no cues.
    """
    text, encoding = _decoded(data, name)
    return _read(text, encoding, name=name, interviewer=interviewer, is_vtt=False)


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    found = looks_like(data)
    if found is not None:
        raise TranscriptError.single(
            name, f"This is not a subtitle file but {found}.", "Give it its right suffix."
        )
    decoded = decode(data, where=name)
    return canonical(decoded.text, where=name), decoded.encoding


def _read(text: str, encoding: str, *, name: str, interviewer: Collection[str], is_vtt: bool) -> RawText:
    cues = list(_cues(text))
    if not cues:
        raise TranscriptError.single(
            name,
            "No cue was found (a line such as 00:00:01.000 --> 00:00:03.000).",
            "Check that the file is complete and a subtitle file.",
        )
    if is_vtt and any(_VOICE.search(line) for cue in cues for line in cue.lines):
        pieces = list(_voiced(cues))
    else:
        pieces = list(_labelled(cues, interviewer, is_vtt=is_vtt))
    runs = list(_runs(pieces))
    joined, turns = _written(runs, cues)
    return RawText(
        text=joined,
        encoding=encoding,
        turns=turns,
        n_cues=len(cues),
        cues=_cues_by_label(runs),
        warnings=_cue_warnings(cues),
    )


def _cues(text: str) -> Iterator[_Cue]:
    """Cues in file order: a line of times, and what follows up to a blank line or the next cue.

    Numbers, names and notes between cues are no part of anybody's words.
    """
    times: tuple[int, int] | None = None
    shown: list[str] = []
    for line in [*text.split("\n"), ""]:
        found = _times(line)
        if found is None and line.strip():
            shown.append(line)
            continue
        if times is not None:
            # Where the blank line between two cues is missing, the next one's number is no words.
            if found is not None and shown and shown[-1].strip().isdecimal():
                shown.pop()
            yield _Cue(start_ms=times[0], end_ms=times[1], lines=tuple(shown))
        times, shown = found, []


def _times(line: str) -> tuple[int, int] | None:
    match = _TIMING.fullmatch(line) if "-->" in line else None
    if match is None:
        return None
    start, end = milliseconds(match[1]), milliseconds(match[2])
    return None if start is None or end is None else (start, end)


def _clean(line: str, *, is_vtt: bool) -> str:
    plain = _TAG.sub("", line)
    return " ".join((html.unescape(plain) if is_vtt else plain).split())


def _voiced(cues: list[_Cue]) -> Iterator[_Piece]:
    for number, cue in enumerate(cues):
        payload = "\n".join(cue.lines)
        parts = _VOICE.split(payload)
        if parts[0].strip():
            yield _Piece(cue=number, label=None, words=_clean(parts[0], is_vtt=True))
        for label, words in zip(parts[1::2], parts[2::2], strict=True):
            shown = " ".join(html.unescape(label).split()) or NO_LABEL
            yield _Piece(cue=number, label=shown, words=_clean(words, is_vtt=True))


def _labelled(cues: list[_Cue], interviewer: Collection[str], *, is_vtt: bool) -> Iterator[_Piece]:
    shown = [(n, _clean(line, is_vtt=is_vtt)) for n, cue in enumerate(cues) for line in cue.lines]
    marks = {
        mark.line: mark for mark in find_marks("\n".join(line for _, line in shown), interviewer=interviewer)
    }
    spelling: dict[str, str] = {}
    for index, (number, line) in enumerate(shown):
        mark = marks.get(index)
        if mark is None:
            yield _Piece(cue=number, label=None, words=line)
        else:
            label = spelling.setdefault(mark.key, mark.label)
            yield _Piece(cue=number, label=label, words=line[mark.words_start - mark.line_start :].strip())


@dataclass(slots=True)
class _Run:
    """Pieces by one speaker, one after another."""

    label: str
    cues: list[int]
    words: list[str]


def _runs(pieces: Iterable[_Piece]) -> Iterator[_Run]:
    run: _Run | None = None
    for piece in pieces:
        if not piece.words and piece.label is None:
            continue
        if run is None or (piece.label is not None and piece.label != run.label):
            if run is not None:
                yield run
            run = _Run(label=piece.label or NO_LABEL, cues=[], words=[])
        run.words.append(piece.words)
        if piece.cue not in run.cues[-1:]:
            run.cues.append(piece.cue)
    if run is not None:
        yield run


def _written(runs: list[_Run], cues: list[_Cue]) -> tuple[str, tuple[TimedTurn, ...]]:
    """The text, a line a run, and the turns in it."""
    lines: list[str] = []
    turns: list[TimedTurn] = []
    length = 0
    for run in runs:
        label = "" if run.label == NO_LABEL else f"{run.label}: "
        words = " ".join(word for word in run.words if word)
        turns.append(
            TimedTurn(
                label=run.label,
                start_char=length + len(label),
                end_char=length + len(label) + len(words),
                start_ms=cues[run.cues[0]].start_ms,
                end_ms=max(cues[number].end_ms for number in run.cues),
                n_cues=len(run.cues),
            )
        )
        lines.append(label + words)
        length += len(lines[-1]) + 1
    return "\n".join(lines), tuple(turns)


def _cues_by_label(runs: list[_Run]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for run in runs:
        counts[run.label] += len(run.cues)
    return tuple(counts.items())


def _cue_warnings(cues: list[_Cue]) -> tuple[str, ...]:
    backwards = sum(cue.end_ms < cue.start_ms for cue in cues)
    disordered = sum(b.start_ms < a.start_ms for a, b in pairwise(cues))
    warnings = []
    if backwards:
        warnings.append(f"{backwards} cue(s) end before they start; their times were kept as they are.")
    if disordered:
        warnings.append(f"{disordered} cue(s) start before the cue above them; the file's order was kept.")
    return tuple(warnings)
