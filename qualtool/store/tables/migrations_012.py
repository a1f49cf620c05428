"""Migration 012: what a person did with a topic: merged it into another, set it aside with a reason."""

from __future__ import annotations

from sqlite_utils import Database

from .migrations_011 import migrations


@migrations(name="012_topics_by_hand")
def topics_by_hand(db: Database) -> None:
    """Two columns; the members of a merged topic stay its own, so that it can be parted again."""
    for statement in (
        "ALTER TABLE topic ADD COLUMN merged_into INTEGER REFERENCES topic(id)",
        "ALTER TABLE topic ADD COLUMN dismissed TEXT NOT NULL DEFAULT ''",
    ):
        db.conn.execute(statement)
