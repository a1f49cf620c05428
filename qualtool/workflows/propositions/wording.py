"""Stated propositions in today's codebook: a theme follows its codes when they get other names.

A proposition keeps the words it was stated in. What they meant is looked up in the codebook of that
day; a code that was renamed or moved since is the same code, and one that was removed leaves the
proposition without a theme: it is not judged, and is said to be so.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ...model import Code, Codebook
from ...store import Database
from ...store.records import codebook_versions
from ...store.records import codes as code_store
from ...triangulate.expressions import codes_of, renamed, written
from ...triangulate.propositions import Proposition


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJudged:
    """A proposition whose theme names codes that the codebook no longer holds."""

    id: str
    statement: str
    codes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        named = ", ".join(f"'{code}'" for code in self.codes)
        is_one = len(self.codes) == 1
        return (
            f"{self.id} is not judged: the codebook has no code {named} any more. Bring "
            f"{'it' if is_one else 'them'} back on the page Codebook, or state {self.id} with another theme."
        )

    def as_dict(self) -> dict[str, object]:
        return {"id": self.id, "statement": self.statement, "codes": list(self.codes), "why": self.sentence}


def in_todays_words(db: Database, stated: Sequence[tuple[Proposition, str]]) -> list[Proposition]:
    """Propositions with the names that their codes have now; ``stated`` are (proposition, when, ISO).

    A name that means nothing any more stays as it was written.
    """
    book = code_store.codebook(db)
    versions = _Versions(db, book)
    return [_followed(proposition, at, book, versions) for proposition, at in stated]


def lost_codes(book: Codebook, proposition: Proposition) -> tuple[str, ...]:
    """Names in the theme that are no code of the codebook."""
    return tuple(name for name in codes_of(proposition.theme) if book.find(name) is None)


def _followed(proposition: Proposition, at: str, book: Codebook, versions: _Versions) -> Proposition:
    names = {name: versions.name_now(name, at) for name in codes_of(proposition.theme)}
    changed = {old: new for old, new in names.items() if new is not None and new != old}
    if not changed:
        return proposition
    theme = renamed(proposition.theme, changed)
    return replace(proposition, theme=theme, theme_text=written(theme), stated_theme=proposition.theme_text)


class _Versions:
    """Looks names up in the codebook of a day, in today's, and then in those between, newest first."""

    def __init__(self, db: Database, book: Codebook) -> None:
        self.db, self.book = db, book
        self.known = book.by_guid()
        self.rows = codebook_versions.versions(db)
        self.find: Callable[[str, str], str | None] = functools.cache(self._name_now)

    def name_now(self, name: str, at: str) -> str | None:
        """What the code that ``name`` meant at ``at`` is called now; None where it is no code any more."""
        return self.find(name, at)

    def _name_now(self, name: str, at: str) -> str | None:
        today = self.book.find(name)
        of_then = next((row["version"] for row in self.rows if row["made_at"] <= at), None)
        newest = self.rows[0]["version"] if self.rows else None
        if today is not None and of_then == newest:
            return name
        meant = None if of_then is None else self._at(of_then, name)
        if meant is None:
            meant = today or next((c for row in self.rows if (c := self._at(row["version"], name))), None)
        code = None if meant is None else self.known.get(meant.guid)
        if code is None:
            return None if today is None else name  # made anew under the old name
        return name if today is code else _name_of(self.book, code)

    def _at(self, version: int, name: str) -> Code | None:
        return codebook_at(self.db, version, codebook_versions.digest_of(self.db, version)).find(name)


_read: dict[str, Codebook] = {}
_MOST_READ = 32


def codebook_at(db: Database, version: int, digest: str) -> Codebook:
    """A version of the codebook, kept in memory by what is in it."""
    if digest not in _read:
        while len(_read) >= _MOST_READ:
            _read.pop(next(iter(_read)))
        _read[digest] = codebook_versions.codebook_at(db, version)
    return _read[digest]


def _name_of(book: Codebook, code: Code) -> str | None:
    """A name that means this code alone, and can be written in an expression."""
    names = (code.short_id, code.name, book.path(code))
    return next((n for n in names if n and '"' not in n and book.find(n) is code), None)
