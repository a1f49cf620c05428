"""Does the study file keep every promise? Each rule is tested on what is stored.

Three tiers: a damaged file (pages, foreign keys, tables and triggers, in ``structure``), data that
contradict themselves (quotes, digests, offsets, log), and rows that this program did not write (the
seal). A rule that cannot be tested, because what it reads is damaged, is itself a fault found.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator

from sqlite_utils import Database

from ...errors import Problem
from ...text import word_starts
from ..file.sealing import broken_seals
from ..records.members import member_faults
from ..records.sources import pack_offsets
from ..tables import structure
from .edit_checks import edit_faults
from .log_checks import log_faults

Fault = tuple[str, Problem]
RESTORE = "Restore the study from a backup ('qualtool restore') or a copy."
_LOOK = "Look at it with 'qualtool text'; restore the study if the text was changed by another program."
_TABLES = (
    "source",
    "text_version",
    "segment",
    "code",
    "coding",
    "suggestion",
    "memo",
    "participant",
    "event",
)


def problems(db: Database) -> Iterator[Fault]:
    """Every fault found, as (rule, problem)."""
    for name, rule in _RULES:
        yield from _guarded(name, rule, db)


def _guarded(name: str, rule: Callable[[Database], Iterator[Fault]], db: Database) -> Iterator[Fault]:
    """The faults a rule finds; that it cannot be tested is one too."""
    try:
        yield from rule(db)
    except (sqlite3.DatabaseError, UnicodeError, ValueError) as err:
        kind = "cannot be read" if isinstance(err, sqlite3.DatabaseError) else "is garbled"
        told = f"What it concerns {kind} ({_reason(err)})." if kind == "cannot be read" else f"It {kind}."
        yield name, Problem(where=f"rule '{name}'", message=told, next=RESTORE)


def _reason(err: Exception) -> str:
    # SQLite quotes text it cannot decode, and that may be a participant's.
    return "text that is not UTF-8" if "UTF-8" in str(err) else str(err)


def counts(db: Database) -> dict[str, int | None]:
    """How many of each kind of record there are; None where they cannot be counted."""
    return {table: _count(db, table) for table in _TABLES}


def _count(db: Database, table: str) -> int | None:
    try:
        return int(db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.DatabaseError:
        return None


def _versions(db: Database) -> Iterator[Fault]:
    rows = db.conn.execute(
        "SELECT coalesce(s.name, 'source ' || v.source_id), v.version, v.text, v.sha256, v.n_chars, v.word_starts"
        " FROM text_version v LEFT JOIN source s ON s.id = v.source_id"
    )
    for name, version, text, digest, n_chars, starts in rows:
        where = f"{name} version {version}"
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            told = "The text is not the one that was imported."
            yield "text digest", Problem(where=where, message=told, next=RESTORE)
        if len(text) != n_chars:
            told = "The text has another length than recorded."
            yield "text length", Problem(where=where, message=told, next=RESTORE)
        if pack_offsets(word_starts(text)) != starts:
            told = "The index of words does not fit the text."
            yield "word index", Problem(where=where, message=told, next=RESTORE)
    orphans = db.conn.execute(
        "SELECT s.name FROM source s LEFT JOIN text_version v ON v.source_id = s.id"
        " AND v.version = s.current_version WHERE v.version IS NULL"
    )
    for (name,) in orphans:
        yield "text version", Problem(where=name, message="Its current text is missing.", next=RESTORE)


def _quotes(db: Database) -> Iterator[Fault]:
    """Each text is read once, for ``substr`` would read it anew for every quote."""
    for table in ("coding", "suggestion"):
        at: tuple[int, int] | None = None
        text: str | None = None
        rows = db.conn.execute(
            f"SELECT source_id, version, guid, start_char, end_char, quote FROM {table} ORDER BY source_id, version"
        )
        for source_id, version, guid, start, end, quote in rows:
            if at != (source_id, version):
                at, text = (source_id, version), _text(db, source_id, version)
            if text is None or not 0 <= start < end <= len(text) or text[start:end] != quote:
                where = f"{table} {guid} in {_name(db, source_id)} at {start} to {end}"
                told = "Its quote is not the text at its offsets."
                yield "quote", Problem(where=where, message=told, next=_LOOK)


def _text(db: Database, source_id: int, version: int) -> str | None:
    sql = "SELECT text FROM text_version WHERE source_id = ? AND version = ?"
    row = db.conn.execute(sql, (source_id, version)).fetchone()
    return None if row is None else row[0]


def _name(db: Database, source_id: int) -> str:
    row = db.conn.execute("SELECT name FROM source WHERE id = ?", (source_id,)).fetchone()
    return f"source {source_id}" if row is None else str(row[0])


def _segments(db: Database) -> Iterator[Fault]:
    rows = db.conn.execute(
        "SELECT g.source_id, g.kind, g.position FROM segment g"
        " LEFT JOIN text_version v ON v.source_id = g.source_id AND v.version = g.version"
        " WHERE v.text IS NULL OR g.end_char > v.n_chars OR g.start_char > g.end_char OR g.start_char < 0"
    )
    for source_id, kind, position in rows:
        where = f"{_name(db, source_id)} {kind} {position}"
        yield "segment", Problem(where=where, message="It lies outside the text.", next=RESTORE)
    bare = db.conn.execute(
        "SELECT s.name FROM source s WHERE NOT EXISTS (SELECT 1 FROM segment g WHERE g.source_id = s.id"
        " AND g.version = s.current_version)"
    )
    for (name,) in bare:
        yield "segment", Problem(where=name, message="Its turns and sentences are gone.", next=RESTORE)


def _seal(db: Database) -> Iterator[Fault]:
    for where, told in broken_seals(db):
        yield "seal", Problem(where=where, message=told, next=RESTORE)


_RULES: tuple[tuple[str, Callable[[Database], Iterator[Fault]]], ...] = (
    ("file", structure.file_faults),
    ("foreign key", structure.key_faults),
    ("schema", structure.schema_faults),
    ("text version", _versions),
    ("quote", _quotes),
    ("segment", _segments),
    ("correction", edit_faults),
    ("event log", log_faults),
    ("members", member_faults),
    ("seal", _seal),
)
