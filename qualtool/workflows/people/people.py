"""Who codes, and who spoke."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...model import Role
from ...store.file import connection
from ...store.records import people
from ..clock import stamp


def coder_names(study: Path) -> list[str]:
    """Names of the people who code in this study."""
    with connection.reading(study) as db:
        return people.coders(db)


def greet_coder(study: Path, name: str) -> str:
    """Add a coder, or find them; returns the name as stored.

    Raises:
        UserInputError: a blank name, or that of a suggester.
    """
    wanted = " ".join(name.split())
    with connection.writing(study, least=Role.CODER) as db:
        people.ensure_coder(db, wanted, stamp(wanted or None))
    return wanted


def cases_of(study: Path) -> list[dict[str, Any]]:
    """Cases with their variables and number of participants."""
    with connection.reading(study) as db:
        return people.cases(db)


def participants_of(study: Path) -> list[dict[str, Any]]:
    """Participants with role, consent and case."""
    with connection.reading(study) as db:
        return people.participants(db)
