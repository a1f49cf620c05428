"""Surveys: questions, respondents, answers. A blank is not a zero and not a no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..errors import SurveyError
from .cases import Variable


class QuestionKind(StrEnum):
    """How a question is answered. ``multi`` is one option of a tick-all question."""

    TEXT = "text"
    SINGLE = "single"
    MULTI = "multi"
    LIKERT = "likert"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One column of a survey file. ``group`` is the prefix shared by the options of a tick-all item."""

    name: str
    kind: QuestionKind
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one respondent gave to one question; ``value`` is None where the cell was blank."""

    question: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondent:
    """One row of a survey file, ``answers`` in the order of the survey's questions.

    ``variables`` are further facts about the respondent, blank cells left out.
    """

    respondent_id: str
    line: int
    answers: tuple[Answer, ...]
    weight: float | None = None
    stratum: str | None = None
    psu: str | None = None
    urn: str | None = None
    role: str | None = None
    variables: tuple[Variable, ...] = ()

    def __post_init__(self) -> None:
        if self.weight is not None and not (0 <= self.weight < float("inf")):
            raise SurveyError(f"line {self.line}: a weight cannot be negative or infinite.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A survey file read with a mapping.

    ``encoding`` is the one the file was read with; ``variables`` are the names of columns kept as
    facts about the respondent (beyond the questions).
    """

    name: str
    encoding: str
    bytes_sha256: str
    questions: tuple[Question, ...]
    respondents: tuple[Respondent, ...]
    weight_column: str | None = None
    stratum_column: str | None = None
    psu_column: str | None = None
    warnings: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [q.name for q in self.questions]
        if len(set(names)) != len(names):
            raise SurveyError(f"{self.name}: two questions have the same name.")
