"""Words replaced in every column that can hold some, events included; see ``word_places``."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from ...text import Edit, apply_edits, sha256
from ..file.sealing import seal_values
from . import word_places
from .erasing_events import Edits, move_offsets
from .word_places import TEAM_EVENTS, TEAM_KEYS, TEAM_SETTINGS, Holds

# GUIDs, digests and times look like nothing a person wrote, and others are told apart by them.
_MARK = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{64}|\d{4}-\d\d-\d\dT[\d:.]+(?:[+-]\d\d:\d\d|Z)?"
)
# No two rows with the same values of these columns may have one name.
_SCOPES = {"question": ("survey_id",), "respondent": ("survey_id",), "speaker": ("source_id",)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One place with words: table, column, primary key."""

    table: str
    column: str
    key: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A cell that was changed: what it held, whole, and what it holds."""

    cell: Cell
    old: str
    new: str


Change = Callable[[Cell, str], Sequence[Edit]]


@dataclass(slots=True, kw_only=True)
class Words:
    """Replaces words by ``change``, and keeps what it replaced.

    ``exact`` puts a cell that holds its first string back to its second, whole; this is the way back, and
    names that are part of a key go first then.
    """

    db: Database
    change: Change
    exact: Mapping[Cell, tuple[str, str]] = field(default_factory=dict)
    done: list[Replaced] = field(default_factory=list)

    def value(self, cell: Cell, value: str, holds: Holds) -> str:
        """What a cell holds after the change; nothing is noted yet."""
        known = self.exact.get(cell)
        if known is not None and known[0] == value:
            return known[1]
        if holds is not Holds.JSON:
            return self.string(cell, value)
        try:
            document = json.loads(value)
        except ValueError:
            return self.string(cell, value)
        new = self.document(cell, document)
        return value if new == document else dumped(new)

    def string(self, cell: Cell, value: str) -> str:
        """A string after the change; what is no words stays."""
        if _MARK.fullmatch(value):
            return value
        edits = self.change(cell, value)
        return apply_edits(value, edits) if edits else value

    def document(self, cell: Cell, value: Any) -> Any:
        """A JSON document after the change, keys included, without what names the team."""
        if isinstance(value, str):
            return self.string(cell, value)
        if isinstance(value, list):
            return [self.document(cell, item) for item in value]
        if isinstance(value, dict):
            found: dict[str, Any] = {}
            for name, item in value.items():
                now = _unlike(self.string(cell, name), found)
                found[now] = item if name in TEAM_KEYS else self.document(cell, item)
            return found
        return value

    def note(self, cell: Cell, old: str, new: str) -> None:
        """Keep what was changed."""
        self.done.append(Replaced(cell=cell, old=old, new=new))


def dumped(document: Any) -> str:
    """A document as the study keeps it."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def _unlike(name: str, taken: Any) -> str:
    """A name that is not taken yet: itself, or with a number."""
    n, found = 1, name
    while found in taken:
        n += 1
        found = f"{name} ({n})"
    return found


# --- all tables -----------------------------------------------------------------------------------


def replace_words(words: Words) -> None:
    """Every column with words but texts, quotes and events."""
    db = words.db
    for table in word_places.tables_of(db):
        if table in ("event", "seal", "indicator_value"):
            continue
        key = word_places.key_of(db, table)
        columns = word_places.columns_of(db, table)
        # A name that is part of the key changes last, and on the way back first.
        columns.sort(key=lambda c: (c[0] in key) is not bool(words.exact))
        for column, holds in columns:
            if holds is Holds.NAME:
                _names(words, table, column)
            elif holds in (Holds.WORDS, Holds.JSON):
                _column(words, table, column, holds)
    _raw_values(words)


def _rows(db: Database, table: str, column: str) -> list[tuple[tuple[Any, ...], str]]:
    key = word_places.key_of(db, table)
    where = ""
    if table == "study":
        where = f" AND key NOT IN ({', '.join(repr(k) for k in sorted(TEAM_SETTINGS))})"
    rows = db.conn.execute(
        f'SELECT {_listed(key)}, "{column}" FROM "{table}" WHERE typeof("{column}") = \'text\'{where}'
    ).fetchall()
    return [(tuple(row[:-1]), row[-1]) for row in rows]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _update(db: Database, table: str, column: str, changed: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
    where = " AND ".join(f'"{name}" = ?' for name in word_places.key_of(db, table))
    db.conn.executemany(
        f'UPDATE "{table}" SET "{column}" = ? WHERE {where}', [(value, *key) for value, key in changed]
    )


def _column(words: Words, table: str, column: str, holds: Holds) -> None:
    at, n_before = _place_in_key(words.db, table, column), len(words.done)
    changed: list[tuple[str, tuple[Any, ...]]] = []
    for key, value in _rows(words.db, table, column):
        cell = Cell(table, column, key)
        new = words.value(cell, value, holds)
        if new != value:
            changed.append((new, key))
            # As it will be found again.
            after = key if at is None else (*key[:at], new, *key[at + 1 :])
            words.note(Cell(table, column, after), value, new)
    _update(words.db, table, column, changed)
    _digest_anew(words.db, table, [(cell.old, cell.new) for cell in words.done[n_before:]])


def _digest_anew(db: Database, table: str, changed: Sequence[tuple[str, str]]) -> None:
    """Where a table keeps the digest of what was changed, it is that of what is there now."""
    for name, holds in word_places.PLACES.get(table, {}).items():
        if holds is Holds.DIGEST and changed:
            db.conn.executemany(
                f'UPDATE "{table}" SET "{name}" = ? WHERE "{name}" = ?',
                [(sha256(new.encode()), sha256(old.encode())) for old, new in changed],
            )


def _place_in_key(db: Database, table: str, column: str) -> int | None:
    key = word_places.key_of(db, table)
    return key.index(column) if column in key else None


def _names(words: Words, table: str, column: str) -> None:
    """Names, which stay unlike each other: the second of a kind gets a number."""
    db = words.db
    groups = _groups(db, table)
    rows = _rows(db, table, column)
    wanted = {key: words.value(Cell(table, column, key), value, Holds.NAME) for key, value in rows}
    taken: dict[tuple[Any, ...], set[str]] = {}
    for key, value in rows:
        if wanted[key] == value:
            taken.setdefault(groups.get(key, ()), set()).add(value)
    changed: list[tuple[str, tuple[Any, ...]]] = []
    for key, value in rows:
        if wanted[key] != value:
            own = taken.setdefault(groups.get(key, ()), set())
            name = _unlike(wanted[key], own)
            own.add(name)
            changed.append((name, key))
            words.note(Cell(table, column, key), value, name)
    # In two steps, because two rows may change their names for each other's.
    _update(db, table, column, [(f"-{secrets.token_hex(16)}", key) for _, key in changed])
    _update(db, table, column, changed)


def _groups(db: Database, table: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Key of each row -> the rows among which its name is its own."""
    scope = _SCOPES.get(table, ())
    if not scope:
        return {}
    key = word_places.key_of(db, table)
    rows = db.conn.execute(f'SELECT {_listed([*key, *scope])} FROM "{table}"').fetchall()
    return {tuple(row[: len(key)]): tuple(row[len(key) :]) for row in rows}


def _raw_values(words: Words) -> None:
    """Published values come in millions, but few are different, and few of those are words."""
    db = words.db
    for (raw,) in db.conn.execute(
        "SELECT DISTINCT raw FROM indicator_value WHERE value IS NULL AND raw <> ''"
    ).fetchall():
        new = words.value(Cell("indicator_value", "raw", (raw,)), raw, Holds.WORDS)
        if new == raw:
            continue
        words.note(Cell("indicator_value", "raw", (new,)), raw, new)
        files = db.conn.execute(
            "SELECT DISTINCT file_id FROM indicator_value WHERE raw = ?", (raw,)
        ).fetchall()
        db.conn.execute("UPDATE indicator_value SET raw = ? WHERE raw = ?", (new, raw))
        for (file_id,) in files:
            seal_values(db, file_id)


# --- the event log --------------------------------------------------------------------------------


def replace_in_events(words: Words, edits: Edits) -> None:
    """Words of all events, and offsets in rewritten texts; digests of the codebook as they are now."""
    db = words.db
    sources = _source_by_guid(db)
    digests = {str(v): d for v, d in db.conn.execute("SELECT version, sha256 FROM codebook_version")}
    rows = db.conn.execute("SELECT id, kind, target_guid, before, after FROM event ORDER BY id").fetchall()
    for number, kind, target, *stored in rows:
        before, after = (json.loads(d) if d else None for d in stored)
        act = {"kind": kind, "target_guid": target}
        move_offsets(act, before, after, edits, sources.get, _text_reader(db))
        if kind == "codebook_saved" and after and "sha256" in after:
            after["sha256"] = digests.get(target, after["sha256"])
        moved = [_kept(d, was) for d, was in zip((before, after), stored, strict=True)]
        new = [target, *moved] if kind in TEAM_EVENTS else _event_words(words, number, target, stored, moved)
        if new != [target, *stored]:
            db.conn.execute(
                "UPDATE event SET target_guid = ?, before = ?, after = ? WHERE id = ?", (*new, number)
            )


def _event_words(
    words: Words, number: int, target: str, stored: Sequence[str | None], moved: Sequence[str | None]
) -> list[str | None]:
    found: list[str | None] = []
    named = (("target_guid", target, target), *zip(("before", "after"), stored, moved, strict=True))
    for column, was, now in named:
        cell, holds = Cell("event", column, (number,)), word_places.PLACES["event"][column]
        known = words.exact.get(cell)
        new = now
        if known is not None and was == known[0]:
            new = known[1]
        elif now is not None:
            new = words.value(cell, now, holds)
        if new is not None and was is not None and new != was:
            words.note(cell, was, new)
        found.append(new)
    return found


def _kept(document: Any, was: str | None) -> str | None:
    """A document as text; the very text it came from where it is the same."""
    if was is None or json.loads(was) == document:
        return was
    return dumped(document)


def _source_by_guid(db: Database) -> dict[str, str]:
    return dict(
        db.conn.execute(
            "SELECT g.guid, s.guid FROM coding g JOIN source s ON s.id = g.source_id UNION ALL"
            " SELECT u.guid, s.guid FROM suggestion u JOIN source s ON s.id = u.source_id"
        ).fetchall()
    )


def _text_reader(db: Database) -> Callable[[str, int], str]:
    def text_of(guid: str, version: int) -> str:
        row = db.conn.execute(
            "SELECT v.text FROM text_version v JOIN source s ON s.id = v.source_id"
            " WHERE s.guid = ? AND v.version = ?",
            (guid, version),
        ).fetchone()
        return "" if row is None else str(row[0])

    return text_of


# --- what is computed, and what takes back --------------------------------------------------------


def forget_computed(words: Words, source_ids: Sequence[int]) -> None:
    """Vectors go, and digests of the imported bytes of rewritten sources become chance ones.

    Equal digests stay equal, so that identical answers are known as such.
    """
    db = words.db
    db.conn.execute("DELETE FROM embedding")
    salt = secrets.token_bytes(32)
    for number in source_ids:
        (old,) = db.conn.execute("SELECT bytes_sha256 FROM source WHERE id = ?", (number,)).fetchone()
        cell = Cell("source", "bytes_sha256", (number,))
        known = words.exact.get(cell)
        is_back = known is not None and known[0] == old
        new = known[1] if known and is_back else hashlib.sha256(salt + old.encode()).hexdigest()
        db.conn.execute("UPDATE source SET bytes_sha256 = ? WHERE id = ?", (new, number))
        words.note(cell, old, new)


def drop_undo(db: Database) -> None:
    """What coders could take back in the panel holds words, and stops at an erasure: none is left."""
    db.conn.execute(
        "UPDATE coder_act SET name = 'erased', undo = '{}', redo = '{}', state = 'dropped', rev ="
        " (SELECT max(rev) FROM coder_act a WHERE a.source_id = coder_act.source_id"
        "  AND a.coder_id = coder_act.coder_id) + 1"
        " WHERE state <> 'dropped' OR undo <> '{}'"
    )


# --- what is left ---------------------------------------------------------------------------------


def strings_of(db: Database) -> Iterator[tuple[str, str]]:
    """Every string of the study that may hold words: (table, string), documents as they read."""
    for table in word_places.tables_of(db):
        if table == "seal":
            continue
        for column, holds in word_places.columns_of(db, table):
            if holds in (Holds.FIXED, Holds.DIGEST, Holds.VECTOR):
                continue
            only = "DISTINCT " if table == "indicator_value" else ""
            rows = db.conn.execute(
                f'SELECT {only}"{column}" FROM "{table}" WHERE typeof("{column}") = \'text\''
            )
            for (value,) in rows:
                yield table, _readable(value, holds)


def _readable(value: str, holds: Holds) -> str:
    if holds is not Holds.JSON:
        return "" if _MARK.fullmatch(value) else value
    try:
        return _MARK.sub("", json.dumps(json.loads(value), ensure_ascii=False))
    except ValueError:
        return value
