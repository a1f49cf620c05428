"""A coder's own marks: turns read in which there was nothing to code, and the keys they chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database


def turns_read(db: Database, source_id: int, coder_id: int) -> list[int]:
    """Positions of the turns this coder marked as read with nothing to code.

    A position counts the source's turns from 0; it stays the same when the text is corrected.
    """
    rows = db.conn.execute(
        "SELECT position FROM turn_read WHERE source_id = ? AND coder_id = ? ORDER BY position",
        (source_id, coder_id),
    )
    return [int(row[0]) for row in rows]


def set_turns_read(
    db: Database, source_id: int, coder_id: int, positions: Sequence[int], at: str, *, is_read: bool
) -> None:
    """Mark turns as read with nothing to code, or take these marks away."""
    if is_read:
        db.conn.executemany(
            "INSERT OR IGNORE INTO turn_read (source_id, coder_id, position, made_at) VALUES (?, ?, ?, ?)",
            [(source_id, coder_id, position, at) for position in positions],
        )
        return
    db.conn.executemany(
        "DELETE FROM turn_read WHERE source_id = ? AND coder_id = ? AND position = ?",
        [(source_id, coder_id, position) for position in positions],
    )


def keys_of(db: Database, coder_id: int) -> dict[str, str]:
    """The keys this coder chose, by action; actions at their default are left out."""
    rows = db.conn.execute(
        "SELECT action, key FROM coder_key WHERE coder_id = ? ORDER BY action", (coder_id,)
    )
    return {str(action): str(key) for action, key in rows}


def set_keys(db: Database, coder_id: int, keys: Mapping[str, str]) -> None:
    """Keep exactly these keys for a coder; an empty mapping means the defaults."""
    db.conn.execute("DELETE FROM coder_key WHERE coder_id = ?", (coder_id,))
    db.conn.executemany(
        "INSERT INTO coder_key (coder_id, action, key) VALUES (?, ?, ?)",
        [(coder_id, action, key) for action, key in sorted(keys.items())],
    )


def panel_memos(
    db: Database, source_guid: str, coder_id: int, *, only_own: bool
) -> list[tuple[str, str, str, bool, str]]:
    """Memos on a source and on codes: target kind, target GUID, coder, whether own, text."""
    where = " AND m.coder_id = :coder" if only_own else ""
    rows = db.conn.execute(
        "SELECT m.target_kind, m.target_guid, k.name, m.coder_id = :coder, m.text FROM memo m"
        " JOIN coder k ON k.id = m.coder_id WHERE m.removed_at IS NULL AND trim(m.text) <> ''"
        " AND (m.target_kind = 'code' OR (m.target_kind = 'source' AND m.target_guid = :source))"
        f"{where} ORDER BY m.id",
        {"coder": coder_id, "source": source_guid},
    )
    return [(kind, guid, coder, bool(own), text) for kind, guid, coder, own, text in rows]


def memo_text(db: Database, target_kind: str, target_guid: str, coder_id: int) -> str:
    """This coder's memo on a thing; empty when there is none."""
    found: Any = db.conn.execute(
        "SELECT text FROM memo WHERE target_kind = ? AND target_guid = ? AND coder_id = ?"
        " AND removed_at IS NULL",
        (target_kind, target_guid, coder_id),
    ).fetchone()
    return "" if found is None else str(found[0])
