"""Schools, authorities and families, and the people who spoke."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ..errors import UserInputError


class CaseKind(StrEnum):
    """What a case is. Only schools enter school-level tests."""

    SCHOOL = "school"
    LA = "la"
    FAMILY = "family"
    OTHER = "other"


class Consent(StrEnum):
    """May this person's words be quoted?"""

    YES = "yes"
    PARAPHRASE = "paraphrase"
    NO = "no"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


def normalise_urn(raw: str) -> str | None:
    """The six digits of a URN, or None for a blank.

    A spreadsheet that once held a gap turns 900001 into ``900001.0``: that form is accepted.

    Raises:
        UserInputError: the text is neither blank nor six digits.
    """
    text = raw.strip()
    if not text:
        return None
    match = re.fullmatch(r"(\d{6})(?:\.0+)?", text)
    if match is None:
        raise UserInputError.single("urn", f"'{text}' is not a URN.", "A URN has six digits.")
    return match.group(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A school (keyed by URN), a local authority, a family, or something else."""

    name: str
    kind: CaseKind
    urn: str | None = None
    la_code: str | None = None
    pseudonym: str | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise UserInputError("A case needs a name.")
        if self.urn is not None and not re.fullmatch(r"\d{6}", self.urn):
            raise UserInputError(f"Case '{self.name}': '{self.urn}' is not a URN; a URN has six digits.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A person who spoke or wrote. ``case_name`` names the case they belong to, if any."""

    name: str
    role: str
    case_name: str | None = None
    consent: Consent = Consent.UNKNOWN

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise UserInputError("A participant needs a name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A fact about a case or a participant."""

    owner: str
    name: str
    value: str
