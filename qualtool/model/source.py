"""Imported texts and the machine-cut and person-marked stretches of them.

All offsets are half-open code-point offsets into one immutable text version.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from ..errors import SelectionError, TranscriptError


class SourceKind(StrEnum):
    """What a source is: an interview or focus group, or one free-text survey answer."""

    TRANSCRIPT = "transcript"
    ANSWER = "answer"


class SegmentKind(StrEnum):
    """How a segment was cut."""

    TURN = "turn"
    SENTENCE = "sentence"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A label in one source, and whether it is the interviewer's."""

    label: str
    is_interviewer: bool = False

    def __post_init__(self) -> None:
        if not self.label.strip():
            raise TranscriptError("A speaker needs a label.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedTurn:
    """A speaker turn: ``[start_char, end_char)`` covers the words, without the label.

    ``start_ms`` and ``end_ms`` are milliseconds from the start of the recording, or None.
    ``n_cues`` counts the subtitle cues the turn was joined from (0 for other formats).
    """

    label: str
    start_char: int
    end_char: int
    start_ms: int | None = None
    end_ms: int | None = None
    n_cues: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.start_char <= self.end_char:
            raise TranscriptError(f"A turn has impossible offsets {self.start_char} to {self.end_char}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A machine-cut unit of a text version.

    ``position`` counts segments of one kind from 0; ``turn`` is the position of the turn a
    sentence lies in (its own position for a turn, 0 for an answer).
    """

    kind: SegmentKind
    position: int
    start_char: int
    end_char: int
    turn: int
    label: str
    n_words: int
    start_ms: int | None = None
    end_ms: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start_char <= self.end_char:
            raise TranscriptError(f"A segment has impossible offsets {self.start_char} to {self.end_char}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One imported text with its speakers and segments, ready to be stored.

    ``text`` is the canonical text (``text.canonical``); ``bytes_sha256`` the digest of the file
    it came from. ``speakers`` are in order of first appearance. For subtitles ``n_turns`` counts
    runs of cues by one speaker and ``cues_by_speaker`` the cues each of them has.
    """

    name: str
    kind: SourceKind
    format: str
    encoding: str
    text: str
    bytes_sha256: str
    speakers: tuple[Speaker, ...] = ()
    segments: tuple[Segment, ...] = ()
    n_turns: int = 0
    n_cues: int = 0
    warnings: tuple[str, ...] = field(default=())
    cues_by_speaker: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise TranscriptError("A source needs a name.")
        if "\r" in self.text or "\x00" in self.text:
            raise TranscriptError(f"{self.name}: the text is not in canonical form.")
        labels = {s.label for s in self.speakers}
        for segment in self.segments:
            if segment.end_char > len(self.text) or segment.label not in labels:
                raise TranscriptError(f"{self.name}: segment {segment.position} does not fit the text.")

    @property
    def text_sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    def speaker_turns(self) -> dict[str, int]:
        """Number of turns per speaker label, in order of first appearance."""
        counts = {s.label: 0 for s in self.speakers}
        for segment in self.segments:
            if segment.kind is SegmentKind.TURN:
                counts[segment.label] += 1
        return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The stretch a person marked, with its exact characters.

    Raises:
        SelectionError: the offsets are empty, negative, or disagree with the quote's length.
    """

    source_guid: str
    version: int
    start_char: int
    end_char: int
    quote: str

    def __post_init__(self) -> None:
        if self.version < 1:
            raise SelectionError(f"A selection needs a text version from 1, not {self.version}.")
        if not 0 <= self.start_char < self.end_char:
            raise SelectionError(
                "A selection must hold at least one character: "
                f"{self.start_char} to {self.end_char} does not."
            )
        if len(self.quote) != self.end_char - self.start_char:
            raise SelectionError(
                f"The quote has {len(self.quote)} characters, its offsets {self.start_char} to "
                f"{self.end_char} span {self.end_char - self.start_char}."
            )
