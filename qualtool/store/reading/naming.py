"""Where a study may name people, schools and places: its texts, its tables, the register it loaded."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database


def texts_by_name(db: Database) -> list[tuple[str, str]]:
    """``(source's name, current text)`` of every source, in the order they came."""
    return [
        (str(name), str(text))
        for name, text in db.conn.execute(
            "SELECT s.name, t.text FROM source s JOIN text_version t ON t.source_id = s.id"
            " AND t.version = s.current_version ORDER BY s.id"
        )
    ]


def memo_texts(db: Database) -> list[str]:
    """What the memos that stand say, oldest first."""
    rows = db.conn.execute("SELECT text FROM memo WHERE removed_at IS NULL ORDER BY id")
    return [str(row[0]) for row in rows]


def people_named(db: Database) -> list[str]:
    """Names of the participants that were not made from a survey's rows, in the order they came."""
    rows = db.conn.execute(
        "SELECT name FROM participant p WHERE NOT EXISTS"
        " (SELECT 1 FROM respondent r WHERE r.participant_id = p.id) ORDER BY p.id"
    )
    return [str(row[0]) for row in rows]


def labels_named(db: Database) -> list[str]:
    """Speakers' labels, each once, in the order they came."""
    rows = db.conn.execute("SELECT label FROM speaker GROUP BY label ORDER BY min(id)")
    return [str(row[0]) for row in rows]


def cases_named(db: Database) -> list[dict[str, Any]]:
    """Cases as ``name, kind, pseudonym`` (None where they have none)."""
    return list(db.query("SELECT name, kind, pseudonym FROM study_case ORDER BY id"))


def standing_quotes(db: Database) -> list[str]:
    """Quotes of the codings that stand."""
    return [str(row[0]) for row in db.conn.execute("SELECT quote FROM coding WHERE removed_at IS NULL")]


def register_named(db: Database) -> dict[str, list[str]]:
    """What the loaded register of schools names: ``school_name``, ``la_name`` and ``district``."""
    found: dict[str, list[str]] = {"school_name": [], "la_name": [], "district": []}
    rows = db.conn.execute(
        "SELECT DISTINCT n.name, v.raw FROM indicator_value v"
        " JOIN indicator_name n ON n.id = v.name_id AND n.name IN ('school_name', 'la_name', 'district')"
        " JOIN indicator_file f ON f.id = v.file_id AND f.superseded_by IS NULL"
        " WHERE v.raw <> '' ORDER BY 1, 2"
    )
    for name, raw in rows:
        found[name].append(str(raw))
    return found
