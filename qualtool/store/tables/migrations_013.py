"""Migration 013: blind audits: a drawn sample, what the machine called, and what a person answered.

What was drawn and called never changes, and answers only grow: the last answer of a passage counts, and
every one before it stays. Passages are segments, which move along when names in their text are replaced.
"""

from __future__ import annotations

from sqlite_utils import Database

from .migrations_012 import migrations

_TABLES = (
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, run_id INTEGER NOT NULL REFERENCES run(id),
        coder_id INTEGER NOT NULL REFERENCES coder(id), n_population INTEGER NOT NULL CHECK (n_population > 0),
        finished_at TEXT, made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT""",
    # One running audit a coder: what is withheld from them is never in doubt.
    "CREATE UNIQUE INDEX audit_running ON audit(coder_id) WHERE finished_at IS NULL",
    """CREATE TABLE audit_stratum (
        audit_id INTEGER NOT NULL REFERENCES audit(id), name TEXT NOT NULL,
        n_population INTEGER NOT NULL CHECK (n_population > 0), PRIMARY KEY (audit_id, name)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE audit_code (
        audit_id INTEGER NOT NULL REFERENCES audit(id), code_id INTEGER NOT NULL REFERENCES code(id),
        n_called INTEGER NOT NULL CHECK (n_called >= 0), PRIMARY KEY (audit_id, code_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE audit_unit (
        id INTEGER PRIMARY KEY, audit_id INTEGER NOT NULL REFERENCES audit(id),
        position INTEGER NOT NULL CHECK (position >= 0), segment_id INTEGER NOT NULL REFERENCES segment(id),
        stratum TEXT NOT NULL, UNIQUE (audit_id, position), UNIQUE (audit_id, segment_id),
        FOREIGN KEY (audit_id, stratum) REFERENCES audit_stratum(audit_id, name)) STRICT""",
    "CREATE INDEX audit_unit_segment ON audit_unit(segment_id)",
    """CREATE TABLE audit_call (
        unit_id INTEGER NOT NULL REFERENCES audit_unit(id), code_id INTEGER NOT NULL REFERENCES code(id),
        is_called INTEGER NOT NULL CHECK (is_called IN (0, 1)), score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
        PRIMARY KEY (unit_id, code_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE audit_answer (
        id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL REFERENCES audit_unit(id),
        code_id INTEGER NOT NULL REFERENCES code(id), answer TEXT NOT NULL CHECK (answer IN ('yes', 'no', 'skipped')),
        made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT""",
    "CREATE INDEX audit_answer_unit ON audit_answer(unit_id)",
)
_KEPT = ("audit_stratum", "audit_code", "audit_unit", "audit_call", "audit_answer")
_TRIGGERS = (
    *(
        f"CREATE TRIGGER {table}_{word} BEFORE {act} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, 'what was drawn and answered in an audit stays'); END"
        for table in _KEPT
        for word, act in (("immutable", "UPDATE"), ("kept", "DELETE"))
    ),
    """CREATE TRIGGER audit_answer_running BEFORE INSERT ON audit_answer
        WHEN (SELECT a.finished_at FROM audit_unit u JOIN audit a ON a.id = u.audit_id
              WHERE u.id = NEW.unit_id) < NEW.made_at
        BEGIN SELECT RAISE(ABORT, 'a finished audit takes no answers'); END""",
)


@migrations(name="013_audits")
def audits(db: Database) -> None:
    """Audits, their strata, passages, calls and answers."""
    for statement in (*_TABLES, *_TRIGGERS):
        db.conn.execute(statement)
