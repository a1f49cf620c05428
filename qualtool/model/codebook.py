"""Codes and the codebook that holds them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import CodebookError, Problem

SHORT_ID = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,39}")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code. ``parent`` is the GUID of its parent; ``short_id`` may be blank for a heading.

    ``citation`` says where the idea of the code comes from, as in "NFER (2026)".
    """

    guid: str
    name: str
    short_id: str = ""
    parent: str | None = None
    is_codable: bool = True
    definition: str = ""
    apply_when: str = ""
    do_not_apply_when: str = ""
    example: str = ""
    colour: str = "#7f7f7f"
    is_restricted: bool = False
    citation: str = ""

    def __post_init__(self) -> None:
        where = self.short_id or self.name
        if not self.name.strip():
            raise CodebookError(f"Code {where or self.guid} has no name.")
        if self.short_id and not SHORT_ID.fullmatch(self.short_id):
            raise CodebookError(
                f"Code '{where}': a short id is capital letters, digits and hyphens, as in BASE-JOINT."
            )
        if not COLOUR.fullmatch(self.colour):
            raise CodebookError(f"Code '{where}': a colour is written #rrggbb.")

    @property
    def key(self) -> str:
        """What a person writes for this code: its short id, else its name."""
        return self.short_id or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """Codes in their order, parents known and without cycles, names and ids unambiguous."""

    title: str
    codes: tuple[Code, ...]

    def __post_init__(self) -> None:
        problems = [*_repeats(self.codes), *_broken_parents(self.codes)]
        if problems:
            raise CodebookError(f"The codebook has {len(problems)} problem(s).", problems=problems)

    def by_guid(self) -> dict[str, Code]:
        return {code.guid: code for code in self.codes}

    def path(self, code: Code) -> str:
        """The full path of a code, as in ``Steering > Magnet reputation``."""
        known = self.by_guid()
        parts = [code.name]
        while code.parent is not None:
            code = known[code.parent]
            parts.append(code.name)
        return " > ".join(reversed(parts))

    def find(self, wanted: str) -> Code | None:
        """The code with this short id, full path, or name where only one code has it."""
        text = wanted.strip()
        for code in self.codes:
            if code.short_id and code.short_id == text:
                return code
        by_path = [c for c in self.codes if self.path(c) == text]
        if len(by_path) == 1:
            return by_path[0]
        by_name = [c for c in self.codes if c.name == text]
        return by_name[0] if len(by_name) == 1 else None


def _repeats(codes: tuple[Code, ...]) -> list[Problem]:
    problems: list[Problem] = []
    seen_ids: set[str] = set()
    seen_names: set[tuple[str | None, str]] = set()
    seen_guids: set[str] = set()
    for code in codes:
        if code.guid in seen_guids:
            problems.append(
                Problem(
                    where=f"code {code.key}",
                    message="This GUID is used twice.",
                    next="Give each code its own.",
                )
            )
        seen_guids.add(code.guid)
        if code.short_id and code.short_id in seen_ids:
            problems.append(
                Problem(
                    where=f"code {code.short_id}",
                    message="This short id is used twice.",
                    next="Give each code its own.",
                )
            )
        seen_ids.add(code.short_id)
        place = (code.parent, code.name.casefold())
        if place in seen_names:
            problems.append(
                Problem(
                    where=f"code {code.key}",
                    message=f"'{code.name}' stands twice under one parent.",
                    next="Rename one of them.",
                )
            )
        seen_names.add(place)
    return problems


def _broken_parents(codes: tuple[Code, ...]) -> list[Problem]:
    known = {code.guid: code for code in codes}
    problems: list[Problem] = []
    for code in codes:
        walked = {code.guid}
        at = code
        while at.parent is not None:
            if at.parent not in known:
                problems.append(Problem(where=f"code {at.key}", message="Its parent is not in the codebook."))
                break
            at = known[at.parent]
            if at.guid in walked:
                problems.append(
                    Problem(
                        where=f"code {code.key}",
                        message="It is its own ancestor.",
                        next="Break the circle of parents.",
                    )
                )
                break
            walked.add(at.guid)
    return problems
