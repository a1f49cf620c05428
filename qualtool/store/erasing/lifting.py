"""What guards a study is lifted while words are erased, and put back as it was.

All of it is part of the one transaction: when something goes wrong, the guards were never away.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database

# Two codings that swap places would meet in between; what they are at the end is checked again.
_INDEXES = ("coding_once",)


@contextmanager
def lifted(db: Database) -> Iterator[None]:
    """Without the triggers that forbid changes, and without the index that forbids equal codings.

    Deleted words are overwritten in the file, not merely given up.

    Raises:
        sqlite3.IntegrityError: two codings are the same at the end.
    """
    db.conn.execute("PRAGMA secure_delete=ON")
    guards = [
        (str(kind), str(name), str(sql))
        for kind, name, sql in db.conn.execute(
            "SELECT type, name, sql FROM main.sqlite_master WHERE type = 'trigger' OR name IN (?) ORDER BY rowid",
            _INDEXES,
        )
    ]
    for kind, name, _ in guards:
        db.conn.execute(f'DROP {kind.upper()} main."{name}"')
    yield
    for _, _, sql in guards:
        db.conn.execute(sql)
