"""What participants allowed, and the changes of it that can be taken back."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from ..log.identity import one


def people_with_consent(db: Database) -> list[dict[str, Any]]:
    """Participants: name, role, case, consent, n_sources, from_survey; interviews before surveys."""
    rows = db.query(
        "SELECT p.name, p.role, c.name AS case_name, p.consent,"
        " (SELECT count(DISTINCT w.source_id) FROM speaker w WHERE w.participant_id = p.id) AS n_sources,"
        " EXISTS (SELECT 1 FROM respondent r WHERE r.participant_id = p.id) AS from_survey"
        " FROM participant p LEFT JOIN study_case c ON c.id = p.case_id ORDER BY from_survey, p.id"
    )
    return [{**row, "from_survey": bool(row["from_survey"])} for row in rows]


def last_changes(db: Database, by: str) -> list[dict[str, Any]]:
    """The events of a person's newest change of consent that was not taken back; empty without one.

    Consents set in one act carry one time, so they come, and are taken back, together. Keys: id, at,
    name, before, after, consent (as it stands).
    """
    standing = (
        "e.kind = 'consent_changed' AND e.undoes IS NULL AND e.by = ?"
        " AND NOT EXISTS (SELECT 1 FROM event u WHERE u.undoes = e.id)"
    )
    newest = one(db, f"SELECT e.at FROM event e WHERE {standing} ORDER BY e.id DESC LIMIT 1", (by,))
    if newest is None:
        return []
    rows = db.query(
        "SELECT e.id, e.at, p.name, p.consent, e.before, e.after FROM event e JOIN participant p"
        f" ON p.guid = e.target_guid WHERE {standing} AND e.at = ? ORDER BY e.id",
        (by, newest["at"]),
    )
    return [
        {
            **row,
            "before": json.loads(row["before"])["consent"],
            "after": json.loads(row["after"])["consent"],
        }
        for row in rows
    ]
