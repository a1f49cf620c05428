"""What a format's reader hands to ``transcripts``: text, and turns where the format has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from ..model import TimedTurn

NO_LABEL = "(no label)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawText:
    """A file's text before speaker turns are looked for.

    ``is_wrapped`` says that a paragraph may span lines, so that blank lines part paragraphs.
    ``turns`` is None where the labels in the text must be found; ``known_labels`` are label keys
    a reader has found already. ``cues`` counts subtitle cues by label.
    """

    text: str
    encoding: str
    is_wrapped: bool = False
    turns: tuple[TimedTurn, ...] | None = None
    known_labels: frozenset[str] = frozenset()
    n_cues: int = 0
    cues: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()


class Reader(Protocol):
    """Bytes of one format to text. ``name`` is for messages, ``interviewer`` extra speaker labels."""

    def __call__(self, data: bytes, *, name: str, interviewer: Collection[str]) -> RawText: ...
