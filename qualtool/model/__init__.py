"""Frozen, self-validating records: if you hold one, it is true."""

from .cases import Case, CaseKind, Consent, Participant, Variable, normalise_urn
from .codebook import Code, Codebook
from .coding import Basis, Coding, Level, Origin, Stance, Valence
from .indicator import IndicatorFile, ValueStatus
from .membership import Member, Role
from .released import ReleasedQuote, ReleasedTable
from .source import Segment, SegmentKind, Selection, Source, SourceKind, Speaker, TimedTurn
from .suggestion import Suggestion, Topic
from .survey import Answer, Question, QuestionKind, Respondent, Survey

__all__ = [
    "Answer",
    "Basis",
    "Case",
    "CaseKind",
    "Code",
    "Codebook",
    "Coding",
    "Consent",
    "IndicatorFile",
    "Level",
    "Member",
    "Origin",
    "Participant",
    "Question",
    "QuestionKind",
    "ReleasedQuote",
    "ReleasedTable",
    "Respondent",
    "Role",
    "Segment",
    "SegmentKind",
    "Selection",
    "Source",
    "SourceKind",
    "Speaker",
    "Stance",
    "Suggestion",
    "Survey",
    "TimedTurn",
    "Topic",
    "Valence",
    "ValueStatus",
    "Variable",
    "normalise_urn",
]
