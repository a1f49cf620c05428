"""What changed between two versions of a codebook, code by code.

A code is the same code when its GUID is the same, whatever its name, short id or place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..model import Code, Codebook

_FIELDS = (
    "short_id",
    "definition",
    "apply_when",
    "do_not_apply_when",
    "example",
    "citation",
    "colour",
    "is_codable",
    "is_restricted",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAt:
    """A code that was added or removed, as it stands in the version that has it."""

    guid: str
    code: str
    code_path: str

    def as_dict(self) -> dict[str, Any]:
        return {"guid": self.guid, "code": self.code, "code_path": self.code_path}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of one code, before and after; ``code`` and ``code_path`` are those of the new version.

    ``field`` is a field of ``Code``; for ``parent``, before and after are paths, "" being the top.
    """

    guid: str
    code: str
    code_path: str
    field: str
    before: str | bool
    after: str | bool

    def as_dict(self) -> dict[str, Any]:
        return {
            "guid": self.guid,
            "code": self.code,
            "code_path": self.code_path,
            "field": self.field,
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CodebookDifference:
    """From the old codebook to the new one.

    ``added``, ``renamed``, ``moved`` and ``changed`` follow the order of the new codebook, ``removed``
    that of the old. ``title`` is (before, after), or None where it is the same. ``is_reordered`` says
    that codes in both stand in another order.
    """

    added: tuple[CodeAt, ...]
    removed: tuple[CodeAt, ...]
    renamed: tuple[Change, ...]
    moved: tuple[Change, ...]
    changed: tuple[Change, ...]
    title: tuple[str, str] | None
    is_reordered: bool

    def as_dict(self) -> dict[str, Any]:
        """The difference as plain dictionaries and lists, ready for JSON."""
        return {
            "added": [one.as_dict() for one in self.added],
            "removed": [one.as_dict() for one in self.removed],
            "renamed": [one.as_dict() for one in self.renamed],
            "moved": [one.as_dict() for one in self.moved],
            "changed": [one.as_dict() for one in self.changed],
            "title": {"before": self.title[0], "after": self.title[1]} if self.title else None,
            "is_reordered": self.is_reordered,
        }


def difference(old: Codebook, new: Codebook) -> CodebookDifference:
    """What was added, removed, renamed, moved to another parent, or changed in another field."""
    before, after = old.by_guid(), new.by_guid()
    kept = [code for code in new.codes if code.guid in before]
    changes = [change for code in kept for change in _changes(before[code.guid], code, old, new)]
    return CodebookDifference(
        added=tuple(_at(code, new) for code in new.codes if code.guid not in before),
        removed=tuple(_at(code, old) for code in old.codes if code.guid not in after),
        renamed=tuple(change for change in changes if change.field == "name"),
        moved=tuple(change for change in changes if change.field == "parent"),
        changed=tuple(change for change in changes if change.field not in ("name", "parent")),
        title=None if old.title == new.title else (old.title, new.title),
        is_reordered=[code.guid for code in kept] != [c.guid for c in old.codes if c.guid in after],
    )


def _at(code: Code, codebook: Codebook) -> CodeAt:
    path = codebook.path(code)
    return CodeAt(guid=code.guid, code=code.short_id or path, code_path=path)


def _changes(was: Code, now: Code, old: Codebook, new: Codebook) -> list[Change]:
    pairs: list[tuple[str, str | bool, str | bool]] = []
    if was.name != now.name:
        pairs.append(("name", was.name, now.name))
    if was.parent != now.parent:
        pairs.append(("parent", _parent_path(was, old), _parent_path(now, new)))
    for field in _FIELDS:
        if getattr(was, field) != getattr(now, field):
            pairs.append((field, getattr(was, field), getattr(now, field)))
    at = _at(now, new)
    return [
        Change(guid=at.guid, code=at.code, code_path=at.code_path, field=field, before=before, after=after)
        for field, before, after in pairs
    ]


def _parent_path(code: Code, codebook: Codebook) -> str:
    return "" if code.parent is None else codebook.path(codebook.by_guid()[code.parent])
