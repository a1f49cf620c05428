"""What a coder did in a source, in order, so that it can be undone and done again.

Per coder and source there is one line of acts: those that are done, and after them those that were
undone. A new act drops the undone ones, as in any editor. An act names one operation that takes it
back and one that repeats it; both are stored as JSON, and are performed like any other operation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from .identity import one, scalar

MOST_ACTS = 300


def add_act(
    db: Database,
    guid: str,
    *,
    source_id: int,
    coder_id: int,
    name: str,
    undo: Mapping[str, Any],
    redo: Mapping[str, Any],
    at: str,
) -> None:
    """Append an act to a coder's line; what was undone before it can no longer be done again."""
    rev = _next_rev(db, source_id, coder_id)
    db.conn.execute(
        "UPDATE coder_act SET state = 'dropped', rev = ? WHERE source_id = ? AND coder_id = ?"
        " AND state = 'undone'",
        (rev, source_id, coder_id),
    )
    db.conn.execute(
        "INSERT INTO coder_act (guid, source_id, coder_id, name, undo, redo, rev, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            guid,
            source_id,
            coder_id,
            name,
            json.dumps(dict(undo), ensure_ascii=False),
            json.dumps(dict(redo), ensure_ascii=False),
            rev,
            at,
        ),
    )


def find_act(db: Database, guid: str, *, source_id: int, coder_id: int) -> dict[str, Any] | None:
    """The act of this GUID with ``undo`` and ``redo`` decoded, or None when it is not this coder's."""
    row = one(
        db,
        "SELECT guid, name, undo, redo, state, rev FROM coder_act WHERE guid = ? AND source_id = ?"
        " AND coder_id = ?",
        (guid, source_id, coder_id),
    )
    return None if row is None else {**row, "undo": json.loads(row["undo"]), "redo": json.loads(row["redo"])}


def set_act_state(db: Database, guid: str, state: str, *, source_id: int, coder_id: int) -> None:
    """Mark an act ``done``, ``undone``, or ``dropped`` (it can be neither any more)."""
    rev = _next_rev(db, source_id, coder_id)
    db.conn.execute("UPDATE coder_act SET state = ?, rev = ? WHERE guid = ?", (state, rev, guid))


def last_acts(db: Database, source_id: int, coder_id: int, *, limit: int = MOST_ACTS) -> list[list[Any]]:
    """The newest acts that can be undone or done again, oldest first: [guid, name, undo, redo, state, rev]."""
    rows = db.conn.execute(
        "SELECT guid, name, undo, redo, state, rev FROM coder_act WHERE source_id = ? AND coder_id = ?"
        " AND state <> 'dropped' ORDER BY id DESC LIMIT ?",
        (source_id, coder_id, limit),
    ).fetchall()
    return [_shown(row) for row in reversed(rows)]


def acts_since(db: Database, source_id: int, coder_id: int, rev: int) -> list[list[Any]]:
    """Acts made or changed after a revision, dropped ones too, in the order they were made."""
    rows = db.conn.execute(
        "SELECT guid, name, undo, redo, state, rev FROM coder_act WHERE source_id = ? AND coder_id = ?"
        " AND rev > ? ORDER BY id",
        (source_id, coder_id, rev),
    )
    return [_shown(row) for row in rows]


def acts_rev(db: Database, source_id: int, coder_id: int) -> int:
    """The revision of a coder's line of acts in a source; 0 before the first."""
    sql = "SELECT coalesce(max(rev), 0) FROM coder_act WHERE source_id = ? AND coder_id = ?"
    return int(scalar(db, sql, (source_id, coder_id)))


def _next_rev(db: Database, source_id: int, coder_id: int) -> int:
    return acts_rev(db, source_id, coder_id) + 1


def _shown(row: tuple[Any, ...]) -> list[Any]:
    guid, name, undo, redo, state, rev = row
    return [guid, name, json.loads(undo), json.loads(redo), state, rev]
