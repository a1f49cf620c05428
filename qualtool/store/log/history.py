"""The event log as people read it: filtered, with what is undone, and without the bulk of imports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from .identity import one, scalar

_BULK = ("rows", "checkpoint")


def find_events(
    db: Database,
    *,
    by: str | None = None,
    kinds: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    target: str | None = None,
    limit: int = -1,
) -> list[dict[str, Any]]:
    """The newest events that fit, oldest first: the columns of the log, and ``is_undone``.

    ``since`` and ``until`` are times (ISO 8601) and include their moment; ``target`` is a GUID. The
    rows of a bulk import are given as their number.
    """
    where, bound = ["1"], []
    for sql, value in (
        ("e.by = ?", by),
        ("julianday(e.at) >= julianday(?)", since),
        ("julianday(e.at) <= julianday(?)", until),
        ("e.target_guid = ?", target),
    ):
        if value is not None:
            where.append(sql)
            bound.append(value)
    if kinds:
        where.append("e.kind IN (SELECT value FROM json_each(?))")
        bound.append(json.dumps(list(kinds)))
    rows = db.query(
        f"SELECT e.id, e.at, e.by, e.kind, e.target_kind, e.target_guid, {_short('before')} AS before,"
        f" {_short('after')} AS after, e.undoes FROM event e WHERE {' AND '.join(where)}"
        " ORDER BY e.id DESC LIMIT ?",
        (*bound, limit),
    )
    undone = undone_events(db)
    found = [{**_decoded(row), "is_undone": row["id"] in undone} for row in rows]
    return found[::-1]


def _short(column: str) -> str:
    """SQL for a column whose bulk is replaced by its length inside the database."""
    sql = f"e.{column}"
    for name in _BULK:
        path = f"'$.{name}'" if name == "rows" else f"'$.{name}.rows'"
        sql = (
            f"CASE WHEN json_type(e.{column}, {path}) = 'array'"
            f" THEN json_set(e.{column}, '$.{name}', json_array_length(e.{column}, {path})) ELSE {sql} END"
        )
    return sql


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **{k: json.loads(row[k]) if row[k] else None for k in ("before", "after")}}


def event(db: Database, event_id: int) -> dict[str, Any]:
    """One event with ``before`` and ``after`` decoded.

    Raises:
        UserInputError: the log has no such event.
    """
    row = one(db, "SELECT * FROM event WHERE id = ?", (event_id,))
    if row is None:
        raise UserInputError(f"The log has no event {event_id}.")
    return _decoded(row)


def undone_events(db: Database) -> set[int]:
    """Numbers of the events that were undone, and not brought back by undoing the undo."""
    undone: set[int] = set()
    pairs = db.conn.execute("SELECT id, undoes FROM event WHERE undoes IS NOT NULL ORDER BY id DESC")
    for number, undoes in pairs.fetchall():
        if number not in undone:
            undone.add(int(undoes))
    return undone


def last_erasure(db: Database) -> int:
    """Number of the newest event after which nothing before it can be undone; 0 without one."""
    sql = "SELECT coalesce(max(id), 0) FROM event WHERE json_type(after, '$.checkpoint') IS NOT NULL"
    return int(scalar(db, sql))


def event_at(db: Database, at: str) -> int:
    """Number of the newest event at or before a time; 0 where the log begins later."""
    sql = "SELECT coalesce(max(id), 0) FROM event WHERE julianday(at) <= julianday(?)"
    return int(scalar(db, sql, (at,)))


def log_summary(db: Database) -> dict[str, Any]:
    """Who acted and in what kinds of events: ``{"by": [...], "kinds": [...], "n"}``."""
    by = [r[0] for r in db.conn.execute("SELECT DISTINCT by FROM event ORDER BY by")]
    kinds = [r[0] for r in db.conn.execute("SELECT DISTINCT kind FROM event ORDER BY kind")]
    return {"by": by, "kinds": kinds, "n": int(scalar(db, "SELECT count(*) FROM event"))}


def names_of_targets(db: Database) -> dict[str, str]:
    """Readable names by GUID: sources, cases, codes, participants, coders, codings and memos."""
    return dict(
        db.conn.execute(
            "SELECT guid, name FROM source UNION ALL SELECT guid, coalesce(pseudonym, name) FROM study_case"
            " UNION ALL SELECT guid, name FROM code UNION ALL SELECT guid, name FROM participant"
            " UNION ALL SELECT guid, name FROM coder UNION ALL SELECT g.guid, c.name || ' in ' || s.name || ' '"
            " || g.start_char || '-' || g.end_char FROM coding g JOIN code c ON c.id = g.code_id"
            " JOIN source s ON s.id = g.source_id UNION ALL SELECT guid, 'memo on a ' || target_kind FROM memo"
        ).fetchall()
    )
