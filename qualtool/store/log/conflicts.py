"""Two people, or two windows, at one thing: who changed it last, and what the loser had wanted.

What was wanted and not stored is never thrown away: it goes into the event log as ``memo_set_aside``,
``code_set_aside`` and so on (``after``: what was set aside), in the same transaction that found the
conflict. Nothing else is written then. Replaying the log passes over these events, for they changed
nothing. A purge empties those of memos, as it does ``memo_written``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import ConflictError
from ...model import Role
from ..file.connection import writing
from .events import Stamp, record
from .identity import one

# A text being corrected holds participants' words, which no event may.
_NEVER_LOGGED = frozenset({"source"})


def set_aside(db: Database, stamp: Stamp, conflict: ConflictError) -> None:
    """Keep in the log what somebody wanted; what stands instead is in the study."""
    if conflict.what in _NEVER_LOGGED or not conflict.yours:
        return
    # Of participants the log holds GUIDs, never names.
    wanted = next(iter(conflict.yours.values()))
    after = {"consent": wanted} if conflict.what == "participant" else conflict.yours
    record(
        db,
        stamp,
        f"{conflict.what}_set_aside",
        target_kind=conflict.what,
        target_guid=conflict.guid,
        after=after,
    )


@contextmanager
def writing_or_setting_aside(path: Path, stamp: Stamp, *, least: Role = Role.OWNER) -> Iterator[Database]:
    """A write transaction as ``writing``; of one that meets a conflict only what was wanted is kept.

    Raises:
        ConflictError: whatever was raised inside, after the version that lost was put into the log.
    """
    conflict: ConflictError | None = None
    with writing(path, least=least) as db:
        db.conn.execute("SAVEPOINT wanted")
        try:
            yield db
        except ConflictError as err:
            db.conn.execute("ROLLBACK TO wanted")
            set_aside(db, stamp, err)
            conflict = err
        db.conn.execute("RELEASE wanted")
    if conflict is not None:
        raise conflict


def last_change(db: Database, guid: str, *kinds: str) -> dict[str, Any]:
    """Who changed a thing last and when: ``{"by", "at"}``, both None where the log does not tell."""
    marks = ", ".join("?" for _ in kinds)
    only = f" AND kind IN ({marks})" if kinds else ""
    sql = f"SELECT by, at FROM event WHERE target_guid = ?{only} ORDER BY id DESC LIMIT 1"
    return one(db, sql, (guid, *kinds)) or {"by": None, "at": None}


def codebook_change(db: Database) -> dict[str, Any]:
    """Who saved the newest version of the codebook, and when: ``{"by", "at"}``."""
    sql = "SELECT made_by AS by, made_at AS at FROM codebook_version ORDER BY version DESC LIMIT 1"
    return one(db, sql) or {"by": None, "at": None}


def suggestion_decision(db: Database, guid: str) -> dict[str, Any]:
    """Who decided a suggestion, and when: ``{"by", "at", "coder_id"}``, None where nobody did."""
    sql = (
        "SELECT k.name AS by, g.decided_at AS at, g.decided_by AS coder_id FROM suggestion g"
        " LEFT JOIN coder k ON k.id = g.decided_by WHERE g.guid = ?"
    )
    return one(db, sql, (guid,)) or {"by": None, "at": None, "coder_id": None}


def successor(db: Database, guid: str, coder_id: int) -> str | None:
    """The standing coding that a removed one became when its coder changed its stretch; None without one."""
    seen = {guid}
    at = guid
    while True:
        row = db.conn.execute(
            "SELECT json_extract(undo, '$.off') FROM coder_act WHERE coder_id = ? AND state = 'done'"
            " AND json_extract(undo, '$.kind') = 'swap' AND json_extract(undo, '$.on') = ?"
            " ORDER BY id DESC LIMIT 1",
            (coder_id, at),
        ).fetchone()
        if row is None or row[0] is None or row[0] in seen:
            return None
        at = str(row[0])
        seen.add(at)
        standing = one(
            db, "SELECT 1 FROM coding WHERE guid = ? AND coder_id = ? AND removed_at IS NULL", (at, coder_id)
        )
        if standing is not None:
            return at
