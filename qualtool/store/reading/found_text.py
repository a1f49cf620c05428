"""All texts of a study, and where in them who speaks: what finding words needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database


def current_texts(db: Database, kind: str | None) -> Iterator[tuple[int, str, str]]:
    """``(source_id, guid, text)`` of every source's current version, by name; ``kind`` limits them."""
    where, bound = ("WHERE s.kind = ?", (kind,)) if kind else ("", ())
    yield from db.conn.execute(
        "SELECT s.id, s.guid, v.text FROM source s JOIN text_version v ON v.source_id = s.id"
        f" AND v.version = s.current_version {where} ORDER BY s.kind DESC, s.name",
        bound,
    )


def spoken_spans(db: Database, kind: str | None) -> list[tuple[int, int, int, int]]:
    """``(source_id, start_char, end_char, is_interviewer)`` of turns and answers, in order of the text."""
    where, bound = ("AND s.kind = ?", (kind,)) if kind else ("", ())
    return db.conn.execute(
        "SELECT g.source_id, g.start_char, g.end_char, k.is_interviewer FROM segment g"
        " JOIN source s ON s.id = g.source_id AND s.current_version = g.version"
        " JOIN speaker k ON k.id = g.speaker_id"
        f" WHERE g.kind IN ('turn', 'answer') {where} ORDER BY g.source_id, g.start_char",
        bound,
    ).fetchall()


def segments_around(db: Database, source_id: int, start_char: int, end_char: int) -> list[dict[str, Any]]:
    """Turns, answers and sentences that touch a stretch of the current text, with who speaks.

    Keys: kind, turn, start_char, end_char, label, role, is_interviewer.
    """
    return list(
        db.query(
            "SELECT g.kind, g.turn, g.start_char, g.end_char, k.label, k.is_interviewer,"
            " coalesce(p.role, '') AS role FROM segment g"
            " JOIN source s ON s.id = g.source_id AND s.current_version = g.version"
            " JOIN speaker k ON k.id = g.speaker_id LEFT JOIN participant p ON p.id = k.participant_id"
            " WHERE g.source_id = ? AND g.start_char < ? AND g.end_char > ? ORDER BY g.start_char",
            (source_id, end_char, start_char),
        )
    )


def codes_over(db: Database, source_id: int, start_char: int, end_char: int, coder: str) -> list[str]:
    """Names of a coder's codes whose stretch holds this one, each once."""
    rows = db.conn.execute(
        "SELECT DISTINCT c.name FROM coding g JOIN code c ON c.id = g.code_id"
        " JOIN coder k ON k.id = g.coder_id JOIN source s ON s.id = g.source_id"
        " AND s.current_version = g.version WHERE g.source_id = ? AND g.start_char <= ? AND g.end_char >= ?"
        " AND k.name = ? AND g.removed_at IS NULL ORDER BY c.name",
        (source_id, start_char, end_char, coder),
    )
    return [str(row[0]) for row in rows]
