"""Who may do what in a study that is served to several people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ..errors import Problem, UserInputError

_PART = r"[^\s@<>\"',;:()\[\]\\]"
_EMAIL = re.compile(rf"{_PART}{{1,64}}@(?:[^\s@<>\"',;:()\[\]\\.]+\.)+[^\s@<>\"',;:()\[\]\\.]{{2,60}}")
_LONGEST_NAME = 80


class Role(StrEnum):
    """What a member may do; each may all that the ones after it may."""

    OWNER = "owner"
    CODER = "coder"
    READER = "reader"

    def may(self, least: Role) -> bool:
        """Is this role at least ``least``?"""
        order = list(Role)
        return order.index(self) <= order.index(least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person who logs in: their e-mail (lower case), the coder's name they work under, their role.

    Raises:
        UserInputError: not an e-mail address, or no name; every fault is in ``problems``.
    """

    email: str
    coder: str
    role: Role

    def __post_init__(self) -> None:
        problems: list[Problem] = []
        if self.email != plain_email(self.email) or not _EMAIL.fullmatch(self.email):
            told = "This is not an e-mail address."
            problems.append(Problem(where="e-mail", message=told, next="Write it as name@place.org."))
        if not self.coder or self.coder != " ".join(self.coder.split()) or not self.coder.isprintable():
            told = "A member needs a name, on one line."
            problems.append(Problem(where="name", message=told, next="Give the name their codings carry."))
        elif len(self.coder) > _LONGEST_NAME:
            told = f"The name is longer than {_LONGEST_NAME} characters."
            problems.append(Problem(where="name", message=told, next="Give a shorter one."))
        if problems:
            raise UserInputError(" ".join(str(p) for p in problems), problems=problems)


def plain_email(email: str) -> str:
    """An address as it is compared: no white space around it, lower case."""
    return email.strip().lower()
