"""Codings of one source as the coding panel reads them: short rows, oldest change first.

A row is a list in the order of ``CODING_COLUMNS``: 3,000 codings travel to the browser at once, and
column names would be half of what is sent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from ..log.identity import one
from ..records.sources import bump_rev

CODING_COLUMNS = (
    "guid",
    "code",
    "start_char",
    "end_char",
    "coder",
    "origin",
    "stance",
    "valence",
    "basis",
    "level",
    "memo",
    "removed",
)
SUGGESTION_COLUMNS = ("guid", "code", "start_char", "end_char", "told", "reason")


# One placeholder: the coder whose memos are shown. After a merge of two copies one coder may have two.
_CODING = (
    "SELECT g.guid, c.guid, g.start_char, g.end_char, k.name, g.origin, g.stance, g.valence, g.basis,"
    " g.level, coalesce((SELECT m.text FROM memo m WHERE m.target_kind = 'coding' AND m.target_guid = g.guid"
    " AND m.removed_at IS NULL AND m.coder_id = ? ORDER BY m.id LIMIT 1), ''), g.removed_at IS NOT NULL"
    " FROM coding g JOIN code c ON c.id = g.code_id JOIN coder k ON k.id = g.coder_id"
)


def coding_rows(
    db: Database, source_id: int, coder_id: int, *, version: int, since: int, only_own: bool
) -> list[list[Any]]:
    """Codings of a text version changed after revision ``since``.

    From 0 (a first look) removed codings are left out; later they come with ``removed`` = 1. The
    memo is this coder's own. ``only_own`` leaves out everybody else's work (blind coding).
    """
    where = "g.source_id = ? AND g.version = ? AND g.rev >= ?"
    # Bulk imports may leave the revision at 0, so a first look takes those in as well.
    bound: list[Any] = [source_id, version, since + 1 if since else 0]
    if not since:
        where += " AND g.removed_at IS NULL"
    if only_own:
        where += " AND g.coder_id = ?"
        bound.append(coder_id)
    rows = db.conn.execute(f"{_CODING} WHERE {where} ORDER BY g.rev, g.id", (coder_id, *bound))
    return [list(row) for row in rows]


def removed_rows(
    db: Database, source_id: int, coder_id: int, guids: Sequence[str], *, version: int
) -> list[list[Any]]:
    """Removed codings of a coder among these GUIDs, as ``CODING_COLUMNS``: undo can bring them back."""
    rows = db.conn.execute(
        f"{_CODING} WHERE g.source_id = ? AND g.version = ? AND g.coder_id = ? AND g.removed_at IS NOT NULL"
        " AND g.guid IN (SELECT value FROM json_each(?))",
        (coder_id, source_id, version, coder_id, json.dumps(list(guids))),
    )
    return [list(row) for row in rows]


_SUGGESTION = (
    "SELECT g.guid, c.guid, g.start_char, g.end_char, g.score, g.probability, g.reason FROM suggestion g"
    " JOIN code c ON c.id = g.code_id WHERE g.source_id = ? AND g.version = ? AND c.removed_at IS NULL"
)


def suggestion_rows(db: Database, source_id: int, *, version: int) -> list[list[Any]]:
    """Open suggestions on a text version, in the order of the text.

    As ``SUGGESTION_COLUMNS``, with score and probability where ``told`` will stand.
    """
    rows = db.conn.execute(
        f"{_SUGGESTION} AND g.status = 'open' ORDER BY g.start_char, g.id", (source_id, version)
    )
    return [list(row) for row in rows]


def decided_rows(db: Database, source_id: int, guids: Sequence[str], *, version: int) -> list[list[Any]]:
    """Decided suggestions among these GUIDs, as ``suggestion_rows``: undo can open them again."""
    rows = db.conn.execute(
        f"{_SUGGESTION} AND g.status IN ('accepted', 'edited', 'rejected')"
        " AND g.guid IN (SELECT value FROM json_each(?))",
        (source_id, version, json.dumps(list(guids))),
    )
    return [list(row) for row in rows]


def recent_codes(db: Database, coder_id: int, *, limit: int = 9) -> list[str]:
    """GUIDs of the codes this coder applied last, newest first, each once."""
    rows = db.conn.execute(
        "SELECT c.guid FROM (SELECT code_id, max(id) AS last FROM (SELECT id, code_id FROM coding"
        " WHERE coder_id = ? ORDER BY id DESC LIMIT 500) GROUP BY code_id) x JOIN code c ON c.id = x.code_id"
        " WHERE c.removed_at IS NULL ORDER BY x.last DESC LIMIT ?",
        (coder_id, limit),
    )
    return [str(row[0]) for row in rows]


def reading_of(db: Database, source_id: int, coder_id: int) -> dict[str, Any]:
    """Where a coder is in a source: ``{"turn", "state"}``; state ``unread`` before they began."""
    row = one(
        db, "SELECT turn, state FROM reading WHERE source_id = ? AND coder_id = ?", (source_id, coder_id)
    )
    return row or {"turn": 0, "state": "unread"}


def mark_changed(db: Database, source_id: int, coding_guid: str | None) -> int:
    """Raise a source's revision for a change beside its codings (a memo, a decision), and return it."""
    rev = bump_rev(db, source_id)
    if coding_guid is not None:
        db.conn.execute("UPDATE coding SET rev = ? WHERE guid = ?", (rev, coding_guid))
    return rev
