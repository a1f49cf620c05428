"""Who of a case spoke, where, and how much."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database


def speakers_of_case(db: Database, case_guid: str) -> list[dict[str, Any]]:
    """One row a participant of the case and source they speak in, by name.

    Keys: participant, role, consent, source and source_guid (None for people without a source),
    kind, n_words (of the turns or answer of the current text).
    """
    return list(
        db.query(
            "SELECT p.name AS participant, p.role, p.consent, s.name AS source, s.guid AS source_guid, s.kind,"
            " coalesce((SELECT sum(g.n_words) FROM segment g WHERE g.speaker_id = k.id"
            "  AND g.kind IN ('turn', 'answer') AND g.version = s.current_version), 0) AS n_words"
            " FROM participant p JOIN study_case c ON c.id = p.case_id"
            " LEFT JOIN speaker k ON k.participant_id = p.id LEFT JOIN source s ON s.id = k.source_id"
            " WHERE c.guid = ? ORDER BY p.name, s.name",
            (case_guid,),
        )
    )


def guids_of_sources(db: Database, source_ids: set[int] | None) -> set[str]:
    """GUIDs of these sources, or of all."""
    rows = db.conn.execute("SELECT id, guid FROM source").fetchall()
    return {guid for number, guid in rows if source_ids is None or number in source_ids}
