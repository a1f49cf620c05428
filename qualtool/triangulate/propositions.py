"""Propositions: what the researcher expects to see, said before looking."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ..errors import Problem, UserInputError
from ..model import Basis, Stance
from .expressions import Expression
from .grouping import CONTRASTS

# Contrasts a proposition may name that this version reads and does not compute.
DESCRIBED_CONTRASTS = ("level", "theme_pair", "ordering", "reported")
PROPOSITION_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}")
BOUND = re.compile(r"[<>] ?(0|1|0?\.\d+|1\.0+)")


class Direction(StrEnum):
    """What the proposition predicts: more, less, rising, falling, no difference, or a level."""

    MORE = "+"
    LESS = "-"
    RISING = "trend+"
    FALLING = "trend-"
    NO_DIFFERENCE = "none"
    LEVEL = "level"


class Unit(StrEnum):
    """What is counted. Inference on a theme by a school indicator is over schools."""

    SCHOOL = "school"
    PARTICIPANT = "participant"


class StrandKind(StrEnum):
    """Where the evidence of a strand comes from."""

    INTERVIEW = "interview"
    FOCUS_GROUP = "focus_group"
    FREE_TEXT = "free_text"
    SURVEY_CLOSED = "survey_closed"
    INDICATOR = "indicator"
    EXTERNAL_FINDING = "external_finding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """One kind of evidence for a proposition, by an indicator and a contrast.

    ``bound`` is the level a ``level`` contrast is held against, as in ``< 0.5``.
    """

    kind: StrandKind
    indicator: str | None = None
    contrast: str | None = None
    bound: str | None = None

    @property
    def is_computed(self) -> bool:
        """Can this version work the strand out from coded texts and a school indicator?"""
        voiced = (StrandKind.INTERVIEW, StrandKind.FOCUS_GROUP, StrandKind.FREE_TEXT)
        return self.kind in voiced and self.indicator is not None and self.contrast in CONTRASTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposition:
    """A claim that links a theme to a school indicator.

    ``mid`` is the minimum important difference in (0, 1], as a share; ``theme`` the parsed
    expression and ``theme_text`` how it was written. Filters that are None let everybody in.
    """

    id: str
    statement: str
    direction: Direction
    theme: Expression
    theme_text: str
    mid: float = 0.20
    unit: Unit = Unit.SCHOOL
    stance: Stance | None = None
    basis: Basis | None = None
    role: str | None = None
    phase: str | None = None
    rival_explanation: str = ""
    strands: tuple[Strand, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not PROPOSITION_ID.fullmatch(self.id):
            raise UserInputError(f"'{self.id}' is not a proposition's id; write one as P01.")
        if not self.statement.strip():
            raise UserInputError(f"Proposition {self.id} says nothing.")
        if not 0 < self.mid <= 1:
            raise UserInputError(
                f"Proposition {self.id}: the minimum important difference is above 0, up to 1."
            )
        if not self.strands:
            raise UserInputError(f"Proposition {self.id} has no strand of evidence.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PropositionSet:
    """Propositions of one file, ids unique."""

    title: str
    propositions: tuple[Proposition, ...]

    def __post_init__(self) -> None:
        ids = [p.id for p in self.propositions]
        repeated = sorted({i for i in ids if ids.count(i) > 1})
        if repeated:
            problems = [Problem(where=f"proposition {i}", message="This id is used twice.") for i in repeated]
            raise UserInputError(f"{len(problems)} id(s) are used twice.", problems=problems)
