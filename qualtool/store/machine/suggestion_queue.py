"""Counts of what machines proposed and what people made of it."""

from __future__ import annotations

from sqlite_utils import Database


def status_counts(db: Database) -> dict[str, int]:
    """Number of suggestions of each status; the three a person sees are always there."""
    found = {"open": 0, "accepted": 0, "rejected": 0}
    found |= dict(db.conn.execute("SELECT status, count(*) FROM suggestion GROUP BY status"))
    return found


def weak_counts(db: Database, run_id: int) -> dict[str, int]:
    """Topic GUID -> number of members that fit badly, for the topics of a run."""
    rows = db.conn.execute(
        "SELECT t.guid, sum(m.is_weak) FROM topic t JOIN topic_member m ON m.topic_id = t.id"
        " WHERE t.run_id = ? GROUP BY t.id",
        (run_id,),
    )
    return {guid: int(n) for guid, n in rows}


def open_by_topic(db: Database) -> dict[str, int]:
    """Topic GUID -> number of open suggestions that came of linking it to a code."""
    rows = db.conn.execute(
        "SELECT json_extract(r.parameters, '$.topic'), count(*) FROM suggestion g JOIN run r ON r.id = g.run_id"
        " WHERE r.kind = 'topic_link' AND g.status = 'open' GROUP BY 1"
    )
    return {guid: int(n) for guid, n in rows}
