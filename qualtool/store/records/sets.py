"""Named sets of sources, and who worked on which source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from ..log.events import Stamp, record
from ..log.identity import inserted, new_guid, scalar


def source_sets(db: Database) -> list[dict[str, Any]]:
    """Sets by name, with their members' names."""
    found: dict[str, dict[str, Any]] = {}
    for row in db.query(
        "SELECT t.name AS set_name, s.name FROM source_set t LEFT JOIN source_set_member m ON m.set_id = t.id"
        " LEFT JOIN source s ON s.id = m.source_id ORDER BY t.name, s.name"
    ):
        entry = found.setdefault(row["set_name"], {"name": row["set_name"], "members": []})
        if row["name"] is not None:
            entry["members"].append(row["name"])
    return [{**entry, "n": len(entry["members"])} for entry in found.values()]


def members_of(db: Database, name: str) -> list[str] | None:
    """GUIDs of the sources in a set; None where there is no such set."""
    if scalar(db, "SELECT 1 FROM source_set WHERE name = ?", (name,)) is None:
        return None
    rows = db.conn.execute(
        "SELECT s.guid FROM source_set t JOIN source_set_member m ON m.set_id = t.id"
        " JOIN source s ON s.id = m.source_id WHERE t.name = ? ORDER BY s.guid",
        (name,),
    )
    return [str(row[0]) for row in rows]


def save_set(
    db: Database, name: str, source_ids: Sequence[int], stamp: Stamp, *, undoes: int | None = None
) -> None:
    """Make a set of sources or change its members; an empty one is removed."""
    before = members_of(db, name)
    set_id = scalar(db, "SELECT id FROM source_set WHERE name = ?", (name,))
    if set_id is None:
        set_id = inserted(
            db,
            "INSERT INTO source_set (guid, name, made_by, made_at) VALUES (?, ?, ?, ?)",
            (new_guid(), name, stamp.by, stamp.at),
        )
    db.conn.execute("DELETE FROM source_set_member WHERE set_id = ?", (set_id,))
    if not source_ids:
        db.conn.execute("DELETE FROM source_set WHERE id = ?", (set_id,))
    db.conn.executemany(
        "INSERT INTO source_set_member (set_id, source_id) VALUES (?, ?)",
        [(set_id, number) for number in dict.fromkeys(source_ids)],
    )
    record(
        db,
        stamp,
        "set_saved",
        target_kind="source_set",
        target_guid=name,
        before={"members": before},
        after={"n": len(source_ids), "members": members_of(db, name)},
        undoes=undoes,
    )


def coders_by_source(db: Database) -> dict[int, list[str]]:
    """Source id -> names of those with standing codings in it."""
    return _names(
        db,
        "SELECT DISTINCT g.source_id, k.name FROM coding g JOIN coder k ON k.id = g.coder_id"
        " WHERE g.removed_at IS NULL ORDER BY k.name",
    )


def codings_by_source(db: Database, coder: str) -> dict[int, int]:
    """Source id -> number of this coder's standing codings in it."""
    rows = db.conn.execute(
        "SELECT g.source_id, count(*) FROM coding g JOIN coder k ON k.id = g.coder_id"
        " WHERE g.removed_at IS NULL AND k.name = ? GROUP BY g.source_id",
        (coder,),
    )
    return {int(source_id): int(n) for source_id, n in rows}


def readers_by_source(db: Database) -> dict[int, list[str]]:
    """Source id -> names of those who marked it read to the end."""
    return _names(
        db,
        "SELECT r.source_id, k.name FROM reading r JOIN coder k ON k.id = r.coder_id"
        " WHERE r.state = 'read' ORDER BY k.name",
    )


def _names(db: Database, sql: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for source_id, name in db.conn.execute(sql):
        found.setdefault(source_id, []).append(name)
    return found
