"""What verdicts rest on beside the frame: who read what, closed answers, and events since a moment."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlite_utils import Database


def coders_of_texts(db: Database) -> list[tuple[int, str, int]]:
    """Id, name and number of standing codings of transcripts, the most first."""
    return db.conn.execute(
        "SELECT k.id, k.name, count(*) FROM coding g JOIN coder k ON k.id = g.coder_id"
        " JOIN source s ON s.id = g.source_id AND s.kind = 'transcript' WHERE g.removed_at IS NULL"
        " GROUP BY k.id ORDER BY count(*) DESC, k.name"
    ).fetchall()


def sources_by_coder(db: Database) -> dict[int, set[int]]:
    """Coder id -> sources they coded or marked read to the end."""
    found: dict[int, set[int]] = {}
    for coder_id, source_id in db.conn.execute(
        "SELECT coder_id, source_id FROM coding WHERE removed_at IS NULL"
        " UNION SELECT coder_id, source_id FROM reading WHERE state = 'read'"
    ):
        found.setdefault(coder_id, set()).add(source_id)
    return found


def suggested_codings(db: Database) -> set[int]:
    """Ids of standing codings that began as a machine's suggestion."""
    rows = db.conn.execute(
        "SELECT id FROM coding WHERE removed_at IS NULL AND (suggestion_id IS NOT NULL"
        " OR origin IN ('accepted', 'edited'))"
    )
    return {row[0] for row in rows}


def surveys(db: Database) -> list[dict[str, Any]]:
    """Surveys in order of import: id, name, frame, weight_column, stratum_column, psu_column."""
    return list(
        db.query("SELECT id, name, frame, weight_column, stratum_column, psu_column FROM survey ORDER BY id")
    )


def questions_of(db: Database, survey_id: int) -> dict[str, str]:
    """Name -> kind of the questions of a survey, in its order."""
    sql = "SELECT name, kind FROM question WHERE survey_id = ? ORDER BY position"
    return dict(db.conn.execute(sql, (survey_id,)).fetchall())


def respondents_of(db: Database, survey_id: int) -> list[dict[str, Any]]:
    """Respondents in order of id: id, participant_id, weight, stratum, psu, role, urn."""
    return list(
        db.query(
            "SELECT r.id, r.participant_id, r.weight, r.stratum, r.psu, p.role, c.urn FROM respondent r"
            " JOIN participant p ON p.id = r.participant_id LEFT JOIN study_case c ON c.id = p.case_id"
            " WHERE r.survey_id = ? ORDER BY r.id",
            (survey_id,),
        )
    )


def answers_to(db: Database, survey_id: int, question: str) -> dict[int, str | None]:
    """Respondent id -> answer to one question (None for a blank), for those with a row."""
    return dict(
        db.conn.execute(
            "SELECT a.respondent_id, a.value FROM answer a JOIN question q ON q.id = a.question_id"
            " WHERE q.survey_id = ? AND q.name = ?",
            (survey_id, question),
        ).fetchall()
    )


def answer_sources(db: Database, survey_id: int) -> set[int]:
    """Sources that are written answers of a survey."""
    return {
        row[0]
        for row in db.conn.execute(
            "SELECT a.source_id FROM answer a JOIN respondent r ON r.id = a.respondent_id"
            " WHERE r.survey_id = ? AND a.source_id IS NOT NULL",
            (survey_id,),
        )
    }


def transcript_people(db: Database) -> dict[int, int]:
    """Transcript -> number of participants who speak in it; 0 for none."""
    return dict(
        db.conn.execute(
            "SELECT s.id, count(DISTINCT w.participant_id) FROM source s LEFT JOIN speaker w"
            " ON w.source_id = s.id AND w.is_interviewer = 0 WHERE s.kind = 'transcript' GROUP BY s.id"
        ).fetchall()
    )


def source_kinds(db: Database) -> list[tuple[int, str, str]]:
    """Id, GUID and kind (transcript, answer) of each source."""
    return db.conn.execute("SELECT id, guid, kind FROM source ORDER BY id").fetchall()


def labels_by_urn(db: Database) -> dict[str, str]:
    """How each school is called: its pseudonym, or else its name."""
    sql = "SELECT urn, coalesce(pseudonym, name) FROM study_case WHERE urn IS NOT NULL"
    return dict(db.conn.execute(sql).fetchall())


_TOLD = "SELECT id, at, by, kind, target_kind, target_guid, after FROM event WHERE id > ? ORDER BY id"
# What says nothing about evidence.
_ASIDE = (
    "verdict",
    "proposition_question",
    "proposition_negative",
    "memo",
    "suggestion",
    "topic",
    "set_",
    "reading",
    "coder_",
    "release_",
    "audit_",
    "member_",
    "answer_state",
    "consent_",
)


def events_since(
    db: Database, event_id: int, codes: Collection[str], proposition: str = ""
) -> dict[str, list[dict[str, Any]]]:
    """Events after one, by what they can have changed: codings or asked of these codes (GUIDs), the
    statement of this ``proposition``, other.

    Each event is told as id, at, by, kind and target; never with words.
    """
    found: dict[str, list[dict[str, Any]]] = {"codings": [], "asked": [], "statement": [], "other": []}
    wanted = frozenset(codes)
    for row in db.query(_TOLD, (event_id,)):
        told = {name: row[name] for name in ("id", "at", "by", "kind")} | {"target": row["target_guid"]}
        part = _part_of(db, row, wanted, proposition)
        if part is not None:
            found[part].append(told)
    return found


def _part_of(db: Database, row: dict[str, Any], codes: frozenset[str], proposition: str) -> str | None:
    """Which part of a verdict's evidence an event can have changed; None for none."""
    kind = str(row["kind"])
    if kind.startswith("coding"):
        return "codings" if _codes_in(db, row) & codes else None
    if kind.startswith("asked"):
        return "asked" if _codes_asked(row, codes) else None
    if kind.startswith(_ASIDE):
        return None
    if kind.startswith("proposition_"):
        after = json.loads(row["after"]) if row["after"] else {}
        return "statement" if after.get("key") == proposition else None
    return "other"


def _codes_asked(row: dict[str, Any], codes: frozenset[str]) -> bool:
    """Is one of the marks of an event about these codes? Of an event that does not say, it may be."""
    after = json.loads(row["after"]) if row["after"] else {}
    marks = after.get("rows")
    if not isinstance(marks, list):
        return True
    return any(isinstance(mark, list) and len(mark) > 1 and mark[1] in codes for mark in marks)


def _codes_in(db: Database, row: dict[str, Any]) -> frozenset[str]:
    """GUIDs of the codes whose codings an event is about."""
    after = json.loads(row["after"]) if row["after"] else {}
    if "rows" in after and "codes" in after:  # a bulk import tells the codes of all its codings
        return frozenset(after["codes"])
    named = {after["code"]} if isinstance(after.get("code"), str) else set()
    stored = db.conn.execute(
        "SELECT d.guid FROM coding g JOIN code d ON d.id = g.code_id WHERE g.guid = ?", (row["target_guid"],)
    ).fetchone()
    return frozenset(named | ({stored[0]} if stored else set()))
