"""Migration 011: propositions, their verdicts, what researchers say of them, published findings.

What was stated, what was computed and what a researcher decided are kept for good: a change is a new
row, and triggers refuse any other. ``content``, ``document`` and ``inputs`` are JSON.
"""

from __future__ import annotations

from sqlite_utils import Database

from .migrations_010 import migrations

_MADE = "made_by TEXT NOT NULL, made_at TEXT NOT NULL"
_KEY = "key TEXT NOT NULL CHECK (trim(key) <> '')"

PROPOSITION_TABLES = (
    f"""CREATE TABLE research_question (
        id INTEGER PRIMARY KEY, {_KEY}, text TEXT NOT NULL CHECK (trim(text) <> ''),
        version INTEGER NOT NULL CHECK (version >= 1), {_MADE}, UNIQUE (key, version)) STRICT""",
    f"""CREATE TABLE proposition (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, {_KEY}, version INTEGER NOT NULL CHECK (version >= 1),
        content TEXT NOT NULL, sha256 TEXT NOT NULL,
        is_before_results INTEGER NOT NULL CHECK (is_before_results IN (0, 1)), {_MADE},
        UNIQUE (key, version)) STRICT""",
    f"""CREATE TABLE verdict (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, {_KEY},
        proposition_id INTEGER NOT NULL REFERENCES proposition(id),
        convergence TEXT NOT NULL CHECK (convergence IN
            ('agreement', 'partial agreement', 'dissonance', 'silence', 'inconclusive')),
        detail TEXT, status TEXT NOT NULL, document TEXT NOT NULL,
        inputs TEXT NOT NULL, sha256 TEXT NOT NULL, code_version TEXT NOT NULL,
        seed INTEGER NOT NULL, event_id INTEGER NOT NULL, {_MADE}) STRICT""",
    "CREATE INDEX verdict_key ON verdict(key, id)",
    f"""CREATE TABLE verdict_override (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, {_KEY},
        verdict_id INTEGER NOT NULL REFERENCES verdict(id),
        convergence TEXT CHECK (convergence IN
            ('agreement', 'partial agreement', 'dissonance', 'silence', 'inconclusive')),
        examples_agree TEXT NOT NULL DEFAULT 'na' CHECK (examples_agree IN ('yes', 'no', 'na')),
        note TEXT NOT NULL CHECK (trim(note) <> ''), {_MADE}) STRICT""",
    "CREATE INDEX verdict_override_key ON verdict_override(key, id)",
    f"""CREATE TABLE meta_inference (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, {_KEY},
        kind TEXT NOT NULL CHECK (kind IN ('meta_inference', 'feedback')), stakeholder TEXT NOT NULL DEFAULT '',
        text TEXT NOT NULL, {_MADE}) STRICT""",
    "CREATE INDEX meta_inference_key ON meta_inference(key, id)",
    f"""CREATE TABLE negative_case (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, {_KEY}, case_key TEXT NOT NULL,
        disposition TEXT NOT NULL CHECK (disposition IN ('explained', 'scope condition', 'unexplained')),
        note TEXT NOT NULL DEFAULT '', {_MADE}) STRICT""",
    "CREATE INDEX negative_case_key ON negative_case(key, case_key, id)",
    f"""CREATE TABLE external_finding (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, file_name TEXT NOT NULL, file_sha256 TEXT NOT NULL,
        row_sha256 TEXT NOT NULL UNIQUE, study_id TEXT NOT NULL CHECK (trim(study_id) <> ''),
        content TEXT NOT NULL, {_MADE}) STRICT""",
)
_KEPT = (
    ("research_question", "a research question"),
    ("proposition", "a proposition"),
    ("verdict", "a verdict"),
    ("verdict_override", "an override"),
    ("meta_inference", "a meta-inference"),
    ("negative_case", "the disposition of a negative case"),
    ("external_finding", "a published finding"),
)
PROPOSITION_TRIGGERS = tuple(
    f"""CREATE TRIGGER {table}_{name} BEFORE {act} ON {table}
        BEGIN SELECT RAISE(ABORT, '{what} is kept as it was written'); END"""
    for table, what in _KEPT
    for name, act in (("immutable", "UPDATE"), ("kept", "DELETE"))
)


@migrations(name="011_propositions")
def propositions(db: Database) -> None:
    """The tables of propositions and the triggers that let them only grow."""
    for statement in (*PROPOSITION_TABLES, *PROPOSITION_TRIGGERS):
        db.conn.execute(statement)
