"""Errors of this room that list many faults at once, and never a person's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ..errors import Problem, UserInputError

ErrorT = TypeVar("ErrorT", bound=UserInputError)
_SHORT = 12
# Half a million lines of faults help nobody, and would fill the memory of a browser.
_MAX_LISTED = 2_000


def faults(kind: type[ErrorT], name: str, problems: Sequence[Problem]) -> ErrorT:
    """An error of ``kind`` that lists every fault of the file ``name``, the first 2,000 in full."""
    n = len(problems)
    if n > _MAX_LISTED:
        more = Problem(where=name, message=f"{n - _MAX_LISTED} more like these.", next="Mend these first.")
        problems = [*problems[:_MAX_LISTED], more]
    return kind(f"{name}: {n} problem{'s' if n != 1 else ''} found; nothing was read.", problems=problems)


def cell_shown(raw: str) -> str:
    """A cell as a message may show it: quoted where it is one short word, else only "This".

    A file given in another's place may hold participants' words where a date is looked for.
    """
    return f"'{raw}'" if len(raw) <= _SHORT and not any(ch.isspace() for ch in raw) else "This"
