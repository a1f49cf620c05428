"""What a machine proposes. None of it is a coding until a person makes it one."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import SuggestionError
from .source import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A code proposed for a selection, with a score in [0, 1] and the reason in words."""

    selection: Selection
    code_guid: str
    score: float
    reason: str

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise SuggestionError(f"A score lies between 0 and 1, not at {self.score}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What the topic model found. ``members`` are indexes into the texts it was given.

    ``representatives`` are members near the centre that hold its words, best first; ``weak`` those that
    fit badly; ``stability`` is a Jaccard index over resamples in [0, 1], None where not measured.
    """

    number: int
    words: tuple[str, ...]
    members: tuple[int, ...]
    representatives: tuple[int, ...]
    weak: tuple[int, ...] = field(default=())
    stability: float | None = None

    @property
    def size(self) -> int:
        return len(self.members)
