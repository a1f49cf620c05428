"""Where words can be in a study: every column of every table, and what erasing does with it.

A test compares this with the schema, so that no new table can be forgotten. A column that is in the
schema of a running study and not here is treated as words.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from sqlite_utils import Database


class Holds(StrEnum):
    """What a column holds."""

    WORDS = "words"  # of participants, or of the team about them: replaced
    NAME = "name"  # the same, and no two rows alike
    JSON = "json"  # a document whose strings are words
    ANCHORED = "anchored"  # a text, or a quote of one: rewritten together with all offsets
    TEAM = "team"  # who works in the study, or where it is: left, and told
    FIXED = "fixed"  # numbers, times, GUIDs, words of the program: no place for a name
    DIGEST = "digest"  # computed from words: made anew, or replaced by chance
    VECTOR = "vector"  # computed from words: deleted
    UNDO = "undo"  # operations that take something back: emptied, for undo stops at an erasure


W, N, J, A, T, F, D, V, U = Holds
_MADE = {"made_by": T, "made_at": F}

PLACES: dict[str, dict[str, Holds]] = {
    "answer": {"value": W},
    "answer_state": {"state": F, **_MADE},
    "asked": {"asked": F, **_MADE},
    "audit": {"guid": F, "finished_at": F, **_MADE},
    "audit_answer": {"answer": F, **_MADE},
    "audit_stratum": {"name": F},
    "audit_unit": {"stratum": F},
    "code": {
        "guid": F,
        "short_id": W,
        "name": W,
        "definition": W,
        "apply_when": W,
        "do_not_apply_when": W,
        "example": W,
        "citation": W,
        "colour": F,
        "removed_at": F,
        **_MADE,
    },
    "codebook_version": {"sha256": D, "content": J, "note": W, **_MADE},
    "coder": {"guid": F, "name": T, "kind": F, **_MADE},
    "coder_act": {"guid": F, "name": U, "undo": U, "redo": U, "state": F, "made_at": F},
    "coder_key": {"action": F, "key": F},
    "coding": {
        "guid": F,
        "quote": A,
        "origin": F,
        "stance": F,
        "valence": F,
        "basis": F,
        "level": F,
        "removed_at": F,
        "removed_by": T,
        **_MADE,
    },
    "embedding": {"text_sha256": V, "model_digest": F, "backend": F, "vector": V},
    "event": {
        "at": F,
        "by": T,
        "kind": F,
        "target_kind": F,
        "target_guid": W,
        "before": J,
        "after": J,
    },
    "indicator_file": {
        "guid": F,
        "name": W,
        "dataset": F,
        "year": F,
        "encoding": F,
        "bytes_sha256": F,
        "licence": F,
        "report": J,
        **_MADE,
    },
    "external_finding": {
        "guid": F,
        "file_name": W,
        "file_sha256": F,
        "row_sha256": D,
        "study_id": W,
        "content": J,
        **_MADE,
    },
    "indicator_name": {"name": F},
    "indicator_value": {"urn": F, "la_code": F, "status": F, "raw": W},
    "member": {"guid": F, "email": T, "coder": T, "role": F, **_MADE},
    "memo": {
        "guid": F,
        "target_kind": F,
        "target_guid": F,
        "text": W,
        "changed_at": F,
        "removed_at": F,
        **_MADE,
    },
    "meta_inference": {"guid": F, "key": F, "kind": F, "stakeholder": W, "text": W, **_MADE},
    "negative_case": {"guid": F, "key": F, "case_key": W, "disposition": F, "note": W, **_MADE},
    "operation": {"op_id": F, "at": F, "result": J},
    "participant": {"guid": F, "name": N, "role": W, "consent": F, **_MADE},
    "proposition": {"guid": F, "key": F, "content": J, "sha256": D, **_MADE},
    "question": {"guid": F, "name": N, "kind": F, "option_group": W},
    "reading": {"state": F, "changed_at": F},
    "research_question": {"key": F, "text": W, **_MADE},
    "respondent": {"respondent_id": N, "stratum": W, "psu": W},
    "run": {
        "guid": F,
        "kind": F,
        "parameters": J,
        "libraries": F,
        "finished_at": F,
        "note": W,
        **_MADE,
    },
    "seal": {"name": F},
    "segment": {"kind": F},
    "source": {
        "guid": F,
        "name": N,
        "kind": F,
        "format": F,
        "encoding": F,
        "bytes_sha256": D,
        "recorded_on": F,
        "segmenter": F,
        **_MADE,
    },
    "source_set": {"guid": F, "name": N, **_MADE},
    "speaker": {"label": N},
    "study": {"key": F, "value": W},
    "study_case": {
        "guid": F,
        "name": N,
        "kind": F,
        "urn": F,
        "la_code": F,
        "pseudonym": W,
        **_MADE,
    },
    "suggestion": {"guid": F, "quote": A, "reason": W, "status": F, "decided_at": F},
    "survey": {
        "guid": F,
        "name": N,
        "encoding": F,
        "bytes_sha256": F,
        "weight_column": W,
        "stratum_column": W,
        "psu_column": W,
        "frame": F,
        **_MADE,
    },
    "text_version": {"text": A, "sha256": D, "word_starts": D, **_MADE},
    "topic": {"guid": F, "words": J, "label": W, "dismissed": W},
    "turn_read": {"made_at": F},
    "variable": {"owner_kind": F, "name": W, "value": W, "type": F},
    "verdict": {
        "guid": F,
        "key": F,
        "convergence": F,
        "detail": W,
        "status": F,
        "document": J,
        "inputs": J,
        "sha256": D,
        "code_version": F,
        **_MADE,
    },
    "verdict_override": {
        "guid": F,
        "key": F,
        "convergence": F,
        "examples_agree": F,
        "note": W,
        **_MADE,
    },
    "wrong_words": {**_MADE},
}

# Rows of the table of settings that are no words: what they name must stay what it is.
TEAM_SETTINGS = frozenset({"guid", "made_by", "made_at", "made_with", "backups_folder", "restored_at"})
# Keys in documents whose values are names of the team, by which events are told apart.
TEAM_KEYS = frozenset({"coder", "coders", "by", "backups_folder"})
# Kinds of events about the team alone.
TEAM_EVENTS = frozenset({"coder_added", "setting_changed", "study_restored"})


def tables_of(db: Database) -> list[str]:
    """Names of the tables that this program made."""
    rows = db.conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " AND name <> '_sqlite_migrations' ORDER BY name"
    )
    return [str(row[0]) for row in rows]


def columns_of(db: Database, table: str) -> list[tuple[str, Holds]]:
    """Every column of a table that can hold text or bytes, and what it holds."""
    known = PLACES.get(table, {})
    rows = db.conn.execute(f'PRAGMA table_info("{table}")').fetchall()
    return [
        (name, known.get(name, Holds.WORDS))
        for _, name, kind, *_ in rows
        if kind in ("TEXT", "BLOB", "ANY", "")
    ]


def key_of(db: Database, table: str) -> list[str]:
    """The columns of a table's primary key."""
    rows = db.conn.execute(f'PRAGMA table_info("{table}")').fetchall()
    return [r[1] for r in sorted((r for r in rows if r[5]), key=lambda r: r[5])]


def unclassified(db: Database) -> Iterator[str]:
    """Columns of the schema that nobody said anything about, as table.column."""
    for table in tables_of(db):
        for name, _ in columns_of(db, table):
            if name not in PLACES.get(table, {}):
                yield f"{table}.{name}"
