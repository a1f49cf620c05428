"""Propositions: what the researcher expects to see, said before looking."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ..errors import Problem, UserInputError
from ..model import Basis, Level, Stance, Valence
from .expressions import And, Expression, Not

# Contrasts that are not over groups of an indicator: a share against a bound, two themes of the same
# people, which of two themes is the commoner, and what a published study reports.
OTHER_CONTRASTS = ("level", "theme_pair", "ordering", "reported")
DEFAULT_MID = 0.20
DEFAULT_MID_SURVEY = 0.10
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


class Denominator(StrEnum):
    """Whose silence counts: everybody's, or that of people who were asked."""

    ASKED = "asked"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """One kind of evidence for a proposition, by an indicator and a contrast.

    ``bound`` is the level a ``level`` contrast is held against, as in ``< 0.5``. A closed survey item
    says yes where one of ``items`` has one of the answers ``yes``; ``against`` are the items of the
    second part of a pair or an ordering. ``among`` keeps respondents with these answers only.
    ``by`` groups schools for a strand of indicators. ``mid`` is the strand's own minimum important
    difference. ``study`` picks the published study of an external finding. ``merge`` puts groups
    together (from, to), for the reason in ``merge_reason``.
    """

    kind: StrandKind
    indicator: str | None = None
    contrast: str | None = None
    bound: str | None = None
    items: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    survey: str | None = None
    among: tuple[tuple[str, str], ...] = ()
    by: str | None = None
    denominator: Denominator | None = None
    mid: float | None = None
    study: str | None = None
    merge: tuple[tuple[str, str], ...] = ()
    merge_reason: str = ""

    @property
    def is_of_texts(self) -> bool:
        """Does it rest on codings of what people said or wrote?"""
        return self.kind in (StrandKind.INTERVIEW, StrandKind.FOCUS_GROUP, StrandKind.FREE_TEXT)

    @property
    def level(self) -> tuple[str, float] | None:
        """The bound as its sign and its share, as ('<', 0.5)."""
        return None if self.bound is None else (self.bound[0], float(self.bound[1:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposition:
    """A claim that links a theme to a school indicator.

    ``mid`` is the minimum important difference in (0, 1], as a share; ``theme`` the parsed
    expression and ``theme_text`` how it is written; ``stated_theme`` is how it was written when it was
    stated, where a code has another name since. Filters that are None let everybody in; ``stance``,
    ``valence``, ``basis`` and ``level`` say which codings count, ``role`` and ``phase`` whose.
    """

    id: str
    statement: str
    direction: Direction
    theme: Expression
    theme_text: str
    mid: float = 0.20
    unit: Unit = Unit.SCHOOL
    stance: Stance | None = None
    valence: Valence | None = None
    basis: Basis | None = None
    level: Level | None = None
    role: str | None = None
    phase: str | None = None
    rival_explanation: str = ""
    strands: tuple[Strand, ...] = ()
    sources: tuple[str, ...] = ()
    question: str = ""
    is_mid_stated: bool = True
    stated_before_results: bool = True
    stated_theme: str = ""

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

    def mid_of(self, strand: Strand) -> float:
        """The strand's own minimum important difference, the proposition's, or the usual one."""
        if strand.mid is not None:
            return strand.mid
        if self.is_mid_stated:
            return self.mid
        surveys = (StrandKind.FREE_TEXT, StrandKind.SURVEY_CLOSED)
        return DEFAULT_MID_SURVEY if strand.kind in surveys else DEFAULT_MID

    @property
    def sign(self) -> int:
        """+1 where more (or rising) is predicted, -1 where less; +1 for no difference and levels."""
        return -1 if self.direction in (Direction.LESS, Direction.FALLING) else 1


def parts_of(theme: Expression, contrast: str | None) -> tuple[Expression, Expression | None] | None:
    """The two themes a contrast compares; (theme, None) where it compares none; None if it cannot.

    ``theme_pair`` takes ``A and B``, ``ordering`` takes ``A and not B``.
    """
    if contrast == "ordering":
        if isinstance(theme, And) and isinstance(theme.right, Not):
            return theme.left, theme.right.inner
        return None
    if contrast == "theme_pair":
        return (theme.left, theme.right) if isinstance(theme, And) else None
    return theme, None


@dataclass(frozen=True, slots=True, kw_only=True)
class PropositionSet:
    """Propositions of one file, ids unique; ``questions`` are the research questions (id, text)."""

    title: str
    propositions: tuple[Proposition, ...]
    questions: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        ids = [p.id for p in self.propositions]
        repeated = sorted({i for i in ids if ids.count(i) > 1})
        if repeated:
            problems = [Problem(where=f"proposition {i}", message="This id is used twice.") for i in repeated]
            raise UserInputError(f"{len(problems)} id(s) are used twice.", problems=problems)
