"""Does the study file keep every promise? Each rule is tested on what is stored.

Two tiers: ``structure`` finds a damaged file (pages, foreign keys, missing triggers), ``content``
finds data that contradicts itself (quotes, digests, offsets, counts).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from ..errors import Problem
from ..text import word_starts
from .schema import TRIGGERS
from .sources import pack_offsets

_RESTORE = "Restore the study from a backup or a copy."
_LOOK = "Look at it with 'qualtool text'; restore the study if the text was changed by another program."


def problems(db: Database) -> Iterator[tuple[str, Problem]]:
    """Every fault found, as (rule, problem)."""
    yield from _structure(db)
    yield from _versions(db)
    yield from _quotes(db)
    yield from _segments(db)
    yield from _log(db)


def counts(db: Database) -> dict[str, int]:
    """How many of each kind of record there are."""
    tables = ("source", "text_version", "segment", "code", "coding", "suggestion", "memo", "participant")
    found = {t: int(db.conn.execute(f"SELECT count(*) FROM {t}").fetchone()[0]) for t in tables}
    found["event"] = int(db.conn.execute("SELECT count(*) FROM event").fetchone()[0])
    return found


def _structure(db: Database) -> Iterator[tuple[str, Problem]]:
    for (text,) in db.conn.execute("PRAGMA integrity_check(100)"):
        if text != "ok":
            yield "file", Problem(where="study file", message=f"Damaged: {text}.", next=_RESTORE)
    for table, row, parent, _ in db.conn.execute("PRAGMA foreign_key_check"):
        yield (
            "foreign key",
            Problem(where=f"{table} row {row}", message=f"It names a {parent} that is gone.", next=_RESTORE),
        )
    wanted = {statement.split()[2]: _squeezed(statement) for statement in TRIGGERS}
    there = {
        name: _squeezed(sql)
        for name, sql in db.conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    }
    for name, sql in wanted.items():
        if there.get(name) != sql:
            fault = "is gone" if name not in there else "was changed"
            yield (
                "trigger",
                Problem(
                    where=f"trigger {name}",
                    message=f"It {fault}: the file was altered by another program.",
                    next=_RESTORE,
                ),
            )


def _squeezed(sql: str) -> str:
    return " ".join(sql.split())


def _versions(db: Database) -> Iterator[tuple[str, Problem]]:
    rows = db.conn.execute(
        "SELECT s.name, v.version, v.text, v.sha256, v.n_chars, v.word_starts"
        " FROM text_version v JOIN source s ON s.id = v.source_id"
    )
    for name, version, text, digest, n_chars, starts in rows:
        where = f"{name} version {version}"
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            yield (
                "text digest",
                Problem(where=where, message="The text is not the one that was imported.", next=_RESTORE),
            )
        if len(text) != n_chars:
            yield (
                "text length",
                Problem(where=where, message="The text has another length than recorded.", next=_RESTORE),
            )
        if pack_offsets(word_starts(text)) != starts:
            yield (
                "word index",
                Problem(where=where, message="The index of words does not fit the text.", next=_RESTORE),
            )
    orphans = db.conn.execute(
        "SELECT s.name FROM source s LEFT JOIN text_version v ON v.source_id = s.id"
        " AND v.version = s.current_version WHERE v.version IS NULL"
    )
    for (name,) in orphans:
        yield "text version", Problem(where=name, message="Its current text is missing.", next=_RESTORE)


def _quotes(db: Database) -> Iterator[tuple[str, Problem]]:
    for table in ("coding", "suggestion"):
        rows = db.conn.execute(
            f"SELECT g.guid, s.name, g.start_char, g.end_char FROM {table} g LEFT JOIN source s ON s.id = g.source_id"
            " LEFT JOIN text_version v ON v.source_id = g.source_id AND v.version = g.version"
            " WHERE v.text IS NULL OR g.quote IS NOT substr(v.text, g.start_char + 1, g.end_char - g.start_char)"
        )
        for guid, name, start, end in rows:
            yield (
                "quote",
                Problem(
                    where=f"{table} {guid} in {name} at {start} to {end}",
                    message="Its quote is not the text at its offsets.",
                    next=_LOOK,
                ),
            )
    rows = db.conn.execute(
        "SELECT g.guid FROM coding g LEFT JOIN codebook_version b ON b.version = g.codebook_version"
        " WHERE b.version IS NULL"
    )
    for (guid,) in rows:
        yield (
            "codebook version",
            Problem(where=f"coding {guid}", message="Its codebook version is missing.", next=_RESTORE),
        )


def _segments(db: Database) -> Iterator[tuple[str, Problem]]:
    rows = db.conn.execute(
        "SELECT s.name, g.kind, g.position FROM segment g JOIN source s ON s.id = g.source_id"
        " LEFT JOIN text_version v ON v.source_id = g.source_id AND v.version = g.version"
        " WHERE v.text IS NULL OR g.end_char > v.n_chars"
    )
    for name, kind, position in rows:
        yield (
            "segment",
            Problem(where=f"{name} {kind} {position}", message="It lies outside the text.", next=_RESTORE),
        )


def _log(db: Database) -> Iterator[tuple[str, Problem]]:
    highest, n = db.conn.execute("SELECT coalesce(max(id), 0), count(*) FROM event").fetchone()
    if highest != n:
        yield (
            "event log",
            Problem(
                where="event log",
                message=f"{highest - n} of {highest} events are missing.",
                next=_RESTORE,
            ),
        )
    try:
        unlogged = db.conn.execute(
            "SELECT count(*) FROM coding g WHERE g.removed_at IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM event e WHERE e.target_guid = g.guid AND e.kind = 'coding_removed')"
        ).fetchone()[0]
    except sqlite3.DatabaseError:
        return
    if unlogged:
        yield (
            "event log",
            Problem(
                where="codings",
                message=f"{unlogged} codings are marked removed without an event.",
                next=_RESTORE,
            ),
        )
