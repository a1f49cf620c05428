"""Migration 010: what a suggestion is worth: its probability, its place in the most useful order.

``wrong_words`` keeps, beside a rejection, that the code was right for the turn though not for the words
that were suggested. The row goes when the decision is taken back.
"""

from __future__ import annotations

from sqlite_utils import Database

from .migrations_006 import migrations


@migrations(name="010_suggestion_worth")
def suggestion_worth(db: Database) -> None:
    """Two columns that may be empty, and the table of right codes on wrong words."""
    for statement in (
        "ALTER TABLE suggestion ADD COLUMN probability REAL CHECK (probability BETWEEN 0 AND 1)",
        "ALTER TABLE suggestion ADD COLUMN place INTEGER CHECK (place >= 0)",
        """CREATE TABLE wrong_words (
        suggestion_id INTEGER PRIMARY KEY REFERENCES suggestion(id),
        made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT""",
    ):
        db.conn.execute(statement)
