"""One coder, one code, one selection."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .source import Selection


class Origin(StrEnum):
    """How a coding came about. A machine never makes one: a person typed, accepted or edited it."""

    TYPED = "typed"
    ACCEPTED = "accepted"
    EDITED = "edited"
    IMPORTED = "imported"


class Stance(StrEnum):
    AFFIRMS = "affirms"
    DENIES = "denies"
    MIXED = "mixed"


class Valence(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"


class Basis(StrEnum):
    """Does the speaker tell their own experience or somebody else's?"""

    OWN = "own"
    REPORTED = "reported"


class Level(StrEnum):
    """Whom or what the passage is about."""

    PUPIL = "pupil"
    CLASS = "class"
    BASE = "base"
    SCHOOL = "school"
    LA = "la"
    NATION = "nation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """A code applied by one coder to one selection, with its optional facets."""

    guid: str
    selection: Selection
    code_guid: str
    coder: str
    origin: Origin = Origin.TYPED
    stance: Stance | None = None
    valence: Valence | None = None
    basis: Basis | None = None
    level: Level | None = None
