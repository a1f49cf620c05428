"""Making the errors of this room: one fault in one line, many faults at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ..errors import Problem, TranscriptError, UserInputError

ErrorT = TypeVar("ErrorT", bound=UserInputError)


def transcript_fault(where: str, message: str, next: str) -> TranscriptError:
    """A transcript error about one thing."""
    return fault(TranscriptError, where, message, next)


def fault(kind: type[ErrorT], where: str, message: str, next: str) -> ErrorT:
    """An error of ``kind`` about one thing."""
    problem = Problem(where=where, message=message, next=next)
    return kind(str(problem), problems=(problem,))


def faults(kind: type[ErrorT], name: str, problems: Sequence[Problem]) -> ErrorT:
    """An error of ``kind`` that lists every fault of the file ``name``."""
    n = len(problems)
    return kind(f"{name}: {n} problem{'s' if n != 1 else ''} found; nothing was read.", problems=problems)
