"""Do the event log, the codebook's versions and the codings tell the same story?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlite_utils import Database

from ...errors import Problem

Fault = tuple[str, Problem]
_RESTORE = "Restore the study from a backup ('qualtool restore') or a copy."


def log_faults(db: Database) -> Iterator[Fault]:
    """Gaps of the log, acts without their event, events without their thing, codebooks that differ."""
    yield from _gaps(db)
    yield from _codings(db)
    yield from _codebooks(db)


def _fault(rule: str, where: str, message: str) -> Fault:
    return rule, Problem(where=where, message=message, next=_RESTORE)


def _gaps(db: Database) -> Iterator[Fault]:
    highest, n = db.conn.execute("SELECT coalesce(max(id), 0), count(*) FROM event").fetchone()
    given = db.conn.execute(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'"
    ).fetchone()[0]
    if max(highest, given) != n:
        told = f"{max(highest, given) - n} of {max(highest, given)} events are missing."
        yield _fault("event log", "event log", told)
    elif given != highest:
        yield _fault("event log", "event log", "The number of the next event was changed.")


def _codings(db: Database) -> Iterator[Fault]:
    unlogged = db.conn.execute(
        "SELECT count(*) FROM coding g WHERE g.removed_at IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM event e WHERE e.target_guid = g.guid AND (e.kind = 'coding_removed'"
        " OR (e.kind = 'merged_act' AND json_extract(e.after, '$.kind') = 'coding_removed')))"
    ).fetchone()[0]
    if unlogged:
        told = f"{unlogged} codings are marked removed without an event."
        yield _fault("event log", "codings", told)
    for kind, table in (("coding_added", "coding"), ("source_imported", "source"), ("memo_written", "memo")):
        gone = db.conn.execute(
            f"SELECT count(DISTINCT e.target_guid) FROM event e LEFT JOIN {table} t ON t.guid = e.target_guid"
            " WHERE e.kind = ? AND t.guid IS NULL",
            (kind,),
        ).fetchone()[0]
        if gone:
            yield _fault("event log", f"table {table}", f"{gone} that the log tells of are gone.")


def _codebooks(db: Database) -> Iterator[Fault]:
    rows = db.conn.execute(
        "SELECT v.version, v.content, v.sha256, json_extract(e.after, '$.sha256') FROM codebook_version v"
        " LEFT JOIN event e ON e.kind = 'codebook_saved' AND e.target_guid = CAST(v.version AS TEXT)"
        " ORDER BY v.version"
    ).fetchall()
    for number, (version, content, digest, logged) in enumerate(rows, start=1):
        where = f"codebook version {version}"
        if version != number:
            yield _fault("codebook version", where, "A version before it is missing.")
            return
        if hashlib.sha256(content.encode()).hexdigest() != digest or logged not in (None, digest):
            yield _fault("codebook version", where, "It is not the codebook that was saved.")
    named = db.conn.execute(
        "SELECT DISTINCT g.codebook_version FROM coding g LEFT JOIN codebook_version b"
        " ON b.version = g.codebook_version WHERE b.version IS NULL"
    )
    for (version,) in named:
        yield _fault("codebook version", f"codebook version {version}", "Codings name it, and it is missing.")
