"""Is the study file whole, and has it the tables, indexes and triggers that this program made?"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from ...errors import Problem
from .migrations_013 import migrations

_RESTORE = "Restore the study from a backup ('qualtool restore') or a copy."


@functools.cache
def wanted_schema() -> dict[str, tuple[str, str]]:
    """Name -> kind and statement of everything in a study's schema, as a new study has it."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    try:
        db = Database(conn, recursive_triggers=True, execute_plugins=False)
        migrations.apply(db)
        return schema_of(db)
    finally:
        conn.close()


def schema_of(db: Database) -> dict[str, tuple[str, str]]:
    """Name -> kind and statement, white space evened out; what SQLite makes by itself is left out."""
    rows = db.conn.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {name: (kind, " ".join(str(sql).replace('"', "").split())) for name, kind, sql in rows}


def file_faults(db: Database) -> Iterator[tuple[str, Problem]]:
    """Damaged pages, and indexes that do not fit their tables."""
    for (text,) in db.conn.execute("PRAGMA integrity_check(100)"):
        if text != "ok":
            yield "file", Problem(where="study file", message=f"Damaged: {text}.", next=_RESTORE)


def key_faults(db: Database) -> Iterator[tuple[str, Problem]]:
    """Rows that name another row which is gone."""
    for table, row, parent, _ in db.conn.execute("PRAGMA foreign_key_check"):
        where = f"{table} row {row}" if row is not None else f"table {table}"
        yield "foreign key", Problem(where=where, message=f"It names a {parent} that is gone.", next=_RESTORE)


def schema_faults(db: Database) -> Iterator[tuple[str, Problem]]:
    """Tables, indexes and triggers that are gone, were changed, or came from another program."""
    wanted, there = wanted_schema(), schema_of(db)
    for name in sorted(wanted.keys() | there.keys()):
        if wanted.get(name) == there.get(name):
            continue
        kind = (wanted.get(name) or there[name])[0]
        if name not in there:
            fault = "is gone"
        elif name in wanted:
            fault = "was changed"
        else:
            fault = "is not one of qualtool's"
        yield (
            "trigger" if kind == "trigger" else "schema",
            Problem(
                where=f"{kind} {name}",
                message=f"It {fault}: the file was altered by another program.",
                next=_RESTORE,
            ),
        )
