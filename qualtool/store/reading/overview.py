"""What is in a study, how far the coding is, and small questions that several workflows ask."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from ..log.identity import one, scalar

_COUNTS = {
    "transcripts": "SELECT count(*) FROM source WHERE kind = 'transcript'",
    "answers": "SELECT count(*) FROM source WHERE kind = 'answer'",
    "cases": "SELECT count(*) FROM study_case",
    "schools": "SELECT count(*) FROM study_case WHERE kind = 'school'",
    "participants": "SELECT count(*) FROM participant",
    "codes": "SELECT count(*) FROM code WHERE removed_at IS NULL AND is_codable = 1",
    "codings": "SELECT count(*) FROM coding WHERE removed_at IS NULL",
    "memos": "SELECT count(*) FROM memo WHERE removed_at IS NULL",
    "open_suggestions": "SELECT count(*) FROM suggestion WHERE status = 'open'",
    "topics": "SELECT count(*) FROM topic WHERE run_id = (SELECT max(id) FROM run WHERE kind = 'topics')",
    "indicator_files": "SELECT count(*) FROM indicator_file WHERE superseded_by IS NULL",
    "surveys": "SELECT count(*) FROM survey",
    "words": "SELECT coalesce(sum(n_words), 0) FROM segment WHERE kind IN ('turn', 'answer')",
}
_IS_CODED = "EXISTS (SELECT 1 FROM coding c WHERE c.source_id = s.id AND c.removed_at IS NULL)"
_IS_READ = "EXISTS (SELECT 1 FROM reading r WHERE r.source_id = s.id AND r.state = 'read')"


def counts(db: Database) -> dict[str, int]:
    """How many of what a study holds."""
    return {name: int(scalar(db, sql) or 0) for name, sql in _COUNTS.items()}


def progress(db: Database) -> dict[str, int]:
    """Transcripts by state: ``coded``, else ``read`` to the end by somebody, else ``unread``."""
    states: dict[str, Any] = dict(
        db.conn.execute(
            f"SELECT CASE WHEN {_IS_CODED} THEN 'coded' WHEN {_IS_READ} THEN 'read' ELSE 'unread' END,"
            " count(*) FROM source s WHERE s.kind = 'transcript' GROUP BY 1"
        ).fetchall()
    )
    return {state: int(states.get(state, 0)) for state in ("coded", "read", "unread")}


def study_values(db: Database) -> dict[str, str]:
    """What the study says of itself: guid, name, made_by, made_at, made_with, ..."""
    return {row["key"]: row["value"] for row in db.query("SELECT key, value FROM study")}


def set_study_values(db: Database, values: dict[str, str]) -> None:
    db.conn.executemany(
        "INSERT INTO study (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        list(values.items()),
    )


def has_transcripts(db: Database) -> bool:
    return scalar(db, "SELECT 1 FROM source WHERE kind = 'transcript' LIMIT 1") is not None


def has_indicators(db: Database) -> bool:
    return scalar(db, "SELECT 1 FROM indicator_file WHERE superseded_by IS NULL LIMIT 1") is not None


def coder_id(db: Database, name: str) -> int | None:
    """The id of the person of this name, or None."""
    found = scalar(db, "SELECT id FROM coder WHERE name = ? AND kind = 'person'", (name,))
    return None if found is None else int(found)


def case_id(db: Database, guid: str) -> int | None:
    """The id of the case of this GUID, or None."""
    found = scalar(db, "SELECT id FROM study_case WHERE guid = ?", (guid,))
    return None if found is None else int(found)


def case_urns(db: Database) -> list[str]:
    """URNs of the study's own schools."""
    return [r[0] for r in db.conn.execute("SELECT urn FROM study_case WHERE urn IS NOT NULL ORDER BY urn")]


def names_by_guid(db: Database) -> dict[str, str]:
    """Names of sources and labels of cases, by GUID."""
    rows = db.conn.execute(
        "SELECT guid, name FROM source UNION ALL SELECT guid, coalesce(pseudonym, name) FROM study_case"
    )
    return dict(rows.fetchall())


def newest_event(db: Database) -> int:
    """Number of the newest event. Copies of one study may have others of the same number: see ``event_mark``."""
    return int(scalar(db, "SELECT coalesce(max(id), 0) FROM event"))


def event_mark(db: Database, number: int) -> str:
    """What tells an event from any other, in copies of the study too; "" where there is none of the number.

    The log only grows, so two files with the same event of a number have the same log up to it.
    """
    row = one(db, "SELECT id, at, by, kind, target_guid FROM event WHERE id = ?", (number,))
    return "" if row is None else "|".join(str(value) for value in row.values())


# Acts that change nothing but codings, memos, propositions and what machines proposed.
_CODING_ACTS = (
    "kind GLOB 'coding_*' OR kind GLOB 'suggestion_*' OR kind GLOB 'memo_*' OR kind GLOB 'topic*'"
    " OR kind GLOB 'verdict*' OR kind GLOB 'proposition*'"
)


def newest_other_event(db: Database) -> int:
    """Number of the newest event that is no act of coding: the same event, the same texts and people."""
    return int(scalar(db, f"SELECT coalesce(max(id), 0) FROM event WHERE NOT ({_CODING_ACTS})"))
