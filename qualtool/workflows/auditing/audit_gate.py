"""What is closed to a person in the middle of a blind audit, in the app and on the command line.

What stays open is listed, and all else is closed: a page or a command made later tells an auditor nothing
until somebody has looked at it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ...errors import UserInputError
from ...store.file import connection
from ...store.records import audits
from ..clock import stamp
from .auditing import running_audit

# By the address of the page. On these, others' work on the passages of the audit is left out passage by
# passage (the panel, the grid, the queue, Find), or there is none (schools, files, names, the codebook).
OPEN_PAGES = frozenset(
    ("", "import", "codebook", "names", "code", "answers", "find", "suggestions", "sampling", "members")
)
# Commands that tell nothing of what was made of passages, or take what a person made themselves.
OPEN_COMMANDS = frozenset(
    (
        *("init", "demo", "app", "check", "restore", "members", "text", "edit", "embed", "indicators"),
        *("code", "audit", "evaluate", "names", "pseudonymise", "purge"),
    )
)
# Commands whose option ``by`` is the person who acts (elsewhere it filters, or groups).
_ACTS_BY = frozenset(("display", "override", "merge"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed page: to ``coder``, who read ``n_read`` of ``n`` passages, or to whoever has not said
    who they are (None), while ``auditors`` judge."""

    coder: str | None
    n: int
    n_read: int
    auditors: tuple[str, ...]


def auditors_of(study: Path) -> tuple[str, ...]:
    """The people in the middle of an audit."""
    with connection.reading(study) as db:
        return audits.auditors(db)


def is_auditing(study: Path, coder: str | None) -> bool:
    """Is this coder in the middle of an audit?"""
    return coder is not None and running_audit(study, coder) is not None


def closed_page(study: Path, coder: str | None, page: str) -> Closed | None:
    """Whether a page (its address) is closed to a coder, or to somebody who has not said who they are."""
    auditors = () if page in OPEN_PAGES else auditors_of(study)
    if not auditors:
        return None
    if coder is None:
        return Closed(coder=None, n=0, n_read=0, auditors=auditors)
    running = running_audit(study, coder)
    if running is None:
        return None
    n = running["n"]
    return Closed(coder=coder, n=n, n_read=n - running["n_unread"], auditors=auditors)


def audit_warning(study: Path, command: str, *, by: str | None = None) -> str | None:
    """What to say before a command prints or writes what was made of passages; None where nothing is.

    Raises:
        UserInputError: the person who acts (``by``, or whoever is logged in here) is in the middle of an
            audit.
    """
    auditors = () if command in OPEN_COMMANDS else auditors_of(study)
    if not auditors:
        return None
    me = stamp(by if command in _ACTS_BY else None).by
    if me in auditors:
        raise UserInputError.single(
            "audit",
            f"{me} is in the middle of a blind audit, and this command could tell what the machine or others"
            " made of its passages.",
            "Finish the audit first, in the app (Suggestions, Audit).",
        )
    return f"{_names(auditors)} in the middle of a blind audit: do not show them what this tells."


def _names(auditors: Collection[str]) -> str:
    *others, last = auditors
    return f"{', '.join(others)} and {last} are" if others else f"{last} is"
