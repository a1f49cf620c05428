"""A source as it is printed: turns with their speaker's consent, sentences, codings and memos beside them."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database


def turns_with_consent(db: Database, source_id: int, version: int) -> list[dict[str, Any]]:
    """Turns in the order of the text: offsets, speaker, role, time, and the participant's consent or None."""
    return list(
        db.query(
            "SELECT g.start_char, g.end_char, g.start_ms, s.label, s.is_interviewer, p.role, p.consent"
            " FROM segment g JOIN speaker s ON s.id = g.speaker_id"
            " LEFT JOIN participant p ON p.id = s.participant_id"
            " WHERE g.source_id = ? AND g.version = ? AND g.kind IN ('turn', 'answer') ORDER BY g.start_char",
            (source_id, version),
        )
    )


def sentence_starts(db: Database, source_id: int, version: int) -> list[int]:
    """Where sentences begin, in the order of the text."""
    rows = db.conn.execute(
        "SELECT start_char FROM segment WHERE source_id = ? AND version = ? AND kind = 'sentence'"
        " ORDER BY start_char",
        (source_id, version),
    )
    return [int(row[0]) for row in rows]


def standing_codings(
    db: Database, source_id: int, version: int, *, coder: str | None = None
) -> list[dict[str, Any]]:
    """Codings that stand, in the order of the text: guid, code_guid, coder, offsets, facets."""
    where, values = (" AND k.name = ?", (coder,)) if coder is not None else ("", ())
    return list(
        db.query(
            "SELECT g.guid, c.guid AS code_guid, k.name AS coder, g.start_char, g.end_char, g.stance, g.valence,"
            " g.basis, g.level FROM coding g JOIN code c ON c.id = g.code_id JOIN coder k ON k.id = g.coder_id"
            " WHERE g.source_id = ? AND g.version = ? AND g.removed_at IS NULL"
            f"{where} ORDER BY g.start_char, g.end_char DESC, g.id",
            (source_id, version, *values),
        )
    )


def memos_beside(
    db: Database, source_id: int, source_guid: str, *, coder: str | None = None
) -> dict[str, list[tuple[str, str]]]:
    """Memos on a source and its codings: target GUID -> (coder, text), oldest first."""
    where, values = (" AND k.name = ?", (coder,)) if coder is not None else ("", ())
    rows = db.conn.execute(
        "SELECT m.target_guid, k.name, m.text FROM memo m JOIN coder k ON k.id = m.coder_id"
        " WHERE m.removed_at IS NULL AND trim(m.text) <> '' AND ((m.target_kind = 'source'"
        " AND m.target_guid = ?) OR (m.target_kind = 'coding' AND m.target_guid IN"
        f" (SELECT guid FROM coding WHERE source_id = ?))){where} ORDER BY m.id",
        (source_guid, source_id, *values),
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for guid, name, text in rows:
        found.setdefault(guid, []).append((name, text))
    return found
