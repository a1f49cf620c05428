"""Everything qualtool raises on purpose.

    QualtoolError
    ├── NotAllowedError         an act that the role of the person logged in does not allow
    │   └── NotLoggedInError    nobody with a part in the study is logged in (any more)
    ├── UserInputError          shown to the person without a traceback
    │   ├── TranscriptError     a transcript file
    │   ├── SurveyError         a survey file
    │   ├── CodebookError       a codebook file
    │   ├── CodingsError        a file of codings
    │   ├── IndicatorError      a school data file
    │   ├── SelectionError      offsets and quote that do not agree with the text
    │   ├── SuggestionError     topics or suggestions that cannot be made
    │   ├── DisclosureError     a release that the rules refuse
    │   ├── ExportError         a file that cannot be written
    │   ├── ConflictError       somebody changed the same thing meanwhile; both versions are in it
    │   └── StudyFileError      not a study, a newer study, a study in use
    └── StudyIntegrityError     damaged data: stop, and say what to restore

A message says what, where and what next, and never holds participants' words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: ``where`` it is, ``message`` what it is, ``next`` what to do."""

    where: str
    message: str
    next: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"where": self.where, "message": self.message, "next": self.next}

    def __str__(self) -> str:
        tail = f" {self.next}" if self.next else ""
        head = f"{self.where}: " if self.where else ""
        return f"{head}{self.message}{tail}"


class QualtoolError(Exception):
    """Base of all errors qualtool raises on purpose.

    ``message`` is one sentence; ``problems`` lists every single fault found, all at once.
    """

    def __init__(self, message: str, *, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems = tuple(problems)
        super().__init__(message)

    @classmethod
    def single(cls, where: str, message: str, next: str = "") -> Self:
        """An error about one thing, told once in the message and once as a problem."""
        problem = Problem(where=where, message=message, next=next)
        return cls(str(problem), problems=(problem,))

    def __str__(self) -> str:
        lines = [self.message]
        lines += [f"  - {p}" for p in self.problems if str(p) != self.message]
        return "\n".join(lines)


class UserInputError(QualtoolError):
    """Something the person gave cannot be used; they can mend it."""


class TranscriptError(UserInputError):
    """A transcript that cannot be read."""


class SurveyError(UserInputError):
    """A survey file or its mapping that cannot be used."""


class CodebookError(UserInputError):
    """A codebook with faults; every one is in ``problems`` with its line."""


class CodingsError(UserInputError):
    """A file of codings with faults."""


class IndicatorError(UserInputError):
    """A school data file that cannot be read."""


class SelectionError(UserInputError):
    """Offsets outside the text, or a quote that is not the text at its offsets."""


class SuggestionError(UserInputError):
    """Topics or suggestions that cannot be made from what is there."""


class DisclosureError(UserInputError):
    """A release that the disclosure rules refuse."""


class ExportError(UserInputError):
    """A file that cannot be written."""


class ConflictError(UserInputError):
    """The thing was changed since the person looked at it. Nothing of either version was overwritten.

    ``what`` it is (memo, code, coding, suggestion, source, participant, set, topic, codebook) and its
    ``guid``; ``theirs`` is what stands and ``yours`` what was wanted, field by field; ``by`` and ``at``
    say who made theirs and when, where the study knows. The two versions may hold researchers' words,
    so they are never part of a message: pages show them, the command line tells of them.
    """

    def __init__(
        self,
        message: str,
        *,
        problems: Iterable[Problem] = (),
        what: str = "",
        guid: str = "",
        theirs: Mapping[str, Any] | None = None,
        yours: Mapping[str, Any] | None = None,
        by: str | None = None,
        at: str | None = None,
    ) -> None:
        self.what, self.guid = what, guid
        self.theirs, self.yours = dict(theirs or {}), dict(yours or {})
        self.by, self.at = by, at
        super().__init__(message, problems=problems)


class NotAllowedError(QualtoolError):
    """An act that the role of the person logged in does not allow, or that nobody may do here."""


class NotLoggedInError(NotAllowedError):
    """Nobody with a part in the study is logged in, or not any more."""


class StudyFileError(UserInputError):
    """Not a study file, a study of a newer program, or one that cannot be opened."""


class StudyIntegrityError(QualtoolError):
    """Stored data contradicts itself: stop, and say what to restore."""
