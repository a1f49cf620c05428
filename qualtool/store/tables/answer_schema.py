"""Migration 003: answers in which a coder found nothing substantive ("no", "n/a", "see above").

A row says that this coder read the answer and that there is nothing in it to code: neither uncoded
work left over, nor a code. A coding of the same coder on that answer takes the row away again, so the
two can never both be true. ``was_read`` is what the reading mark was before, for taking it back.
"""

from __future__ import annotations

from sqlite_utils import Database

from .schema import migrations

ANSWER_TABLES = (
    """CREATE TABLE answer_state (
        source_id INTEGER NOT NULL REFERENCES source(id), coder_id INTEGER NOT NULL REFERENCES coder(id),
        state TEXT NOT NULL CHECK (state = 'not_substantive'),
        was_read INTEGER NOT NULL CHECK (was_read IN (0, 1)), made_by TEXT NOT NULL, made_at TEXT NOT NULL,
        PRIMARY KEY (source_id, coder_id)) STRICT, WITHOUT ROWID""",
)
ANSWER_TRIGGERS = (
    """CREATE TRIGGER answer_state_uncoded BEFORE INSERT ON answer_state
        WHEN EXISTS (SELECT 1 FROM coding WHERE source_id = NEW.source_id AND coder_id = NEW.coder_id
            AND removed_at IS NULL)
        BEGIN SELECT RAISE(ABORT, 'an answer with codings is substantive'); END""",
    """CREATE TRIGGER answer_state_coded AFTER INSERT ON coding WHEN NEW.removed_at IS NULL
        BEGIN DELETE FROM answer_state WHERE source_id = NEW.source_id AND coder_id = NEW.coder_id; END""",
    """CREATE TRIGGER answer_state_restored AFTER UPDATE OF removed_at ON coding WHEN NEW.removed_at IS NULL
        BEGIN DELETE FROM answer_state WHERE source_id = NEW.source_id AND coder_id = NEW.coder_id; END""",
)


@migrations(name="003_answer_state")
def answer_state(db: Database) -> None:
    """The table of states and the triggers that keep it true."""
    for statement in (*ANSWER_TABLES, *ANSWER_TRIGGERS):
        db.conn.execute(statement)
