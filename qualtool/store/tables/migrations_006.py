"""Migration 006: who may do what in a study that is served to several people; see ``members``."""

from __future__ import annotations

from sqlite_utils import Database

from .migrations_005 import migrations


@migrations(name="006_members")
def members(db: Database) -> None:
    """One row a person who may log in: an e-mail, the name their codings carry, a role."""
    db.conn.execute(
        """CREATE TABLE member (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE,
        email TEXT NOT NULL UNIQUE CHECK (email = lower(trim(email)) AND email LIKE '%_@_%'),
        coder TEXT NOT NULL UNIQUE CHECK (trim(coder) <> ''),
        role TEXT NOT NULL CHECK (role IN ('owner', 'coder', 'reader')),
        made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT"""
    )
