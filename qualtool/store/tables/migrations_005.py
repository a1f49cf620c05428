"""Migration 005: the seal, by which a change of another program is found; see ``sealing``."""

from __future__ import annotations

from sqlite_utils import Database

from .answer_schema import migrations


@migrations(name="005_seal")
def seal(db: Database) -> None:
    """The table of sums; it is filled by whoever applies the migrations, after the last of them."""
    db.conn.execute(
        """CREATE TABLE seal (
        name TEXT PRIMARY KEY, n INTEGER NOT NULL, total INTEGER NOT NULL) STRICT"""
    )
