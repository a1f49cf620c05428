"""Free-text survey answers as the answers grid reads and marks them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from ..log.events import Stamp, record
from ..log.identity import one, scalar


def text_questions(db: Database) -> list[dict[str, Any]]:
    """Questions with free-text answers: id, name, survey, n (answers with words), in survey order."""
    return list(
        db.query(
            "SELECT q.id, q.name, s.name AS survey, count(a.source_id) AS n FROM question q"
            " JOIN survey s ON s.id = q.survey_id JOIN answer a ON a.question_id = q.id"
            " WHERE a.source_id IS NOT NULL GROUP BY q.id ORDER BY s.name, q.position"
        )
    )


def closed_questions(db: Database, question_id: int) -> list[dict[str, Any]]:
    """Closed questions of the same survey: id, name, kind, in survey order."""
    return list(
        db.query(
            "SELECT q.id, q.name, q.kind FROM question q WHERE q.kind <> 'text' AND q.survey_id ="
            " (SELECT survey_id FROM question WHERE id = ?) ORDER BY q.position",
            (question_id,),
        )
    )


def answer_texts(db: Database, question_id: int) -> list[tuple[int, int, str, str]]:
    """``(source_id, respondent_id, text, identity)`` of every answer with words, in order of import.

    Answers of equal identity hold the very same text now and when they were imported.
    """
    return db.conn.execute(
        "SELECT s.id, a.respondent_id, v.text, s.bytes_sha256 || v.sha256 FROM answer a"
        " JOIN source s ON s.id = a.source_id JOIN text_version v ON v.source_id = s.id"
        " AND v.version = s.current_version WHERE a.question_id = ? ORDER BY s.id",
        (question_id,),
    ).fetchall()


def closed_values(db: Database, question_id: int, closed: Sequence[int]) -> list[tuple[int, int, str]]:
    """``(question_id, respondent_id, value)`` of closed answers of the respondents of a text question."""
    marks = ", ".join("?" for _ in closed)
    return db.conn.execute(
        f"SELECT c.question_id, c.respondent_id, c.value FROM answer a JOIN answer c"
        f" ON c.respondent_id = a.respondent_id AND c.question_id IN ({marks})"
        " WHERE a.question_id = ? AND a.source_id IS NOT NULL AND c.value IS NOT NULL",
        (*closed, question_id),
    ).fetchall()


def same_answers(db: Database, question_id: int, source_id: int, up_to: int) -> list[dict[str, Any]]:
    """Answers to a question with the same text as that of ``source_id``, none with a greater id than ``up_to``.

    Keys: id, guid, version. Answers imported after somebody looked are not meant by them.
    """
    return list(
        db.query(
            "SELECT s.id, s.guid, s.current_version AS version FROM source f JOIN text_version fv"
            " ON fv.source_id = f.id AND fv.version = f.current_version"
            " JOIN source s ON s.bytes_sha256 = f.bytes_sha256 JOIN text_version v"
            " ON v.source_id = s.id AND v.version = s.current_version AND v.sha256 = fv.sha256"
            " JOIN answer a ON a.source_id = s.id AND a.question_id = ?"
            " WHERE f.id = ? AND s.id <= ? AND EXISTS (SELECT 1 FROM answer x WHERE x.source_id = f.id"
            " AND x.question_id = ?) ORDER BY s.id",
            (question_id, source_id, up_to, question_id),
        )
    )


_CODINGS = (
    "SELECT g.source_id, c.guid, k.name, g.start_char, g.end_char FROM coding g JOIN code c ON c.id = g.code_id"
    " JOIN coder k ON k.id = g.coder_id JOIN source s ON s.id = g.source_id AND s.current_version = g.version"
)


def codings_of_question(db: Database, question_id: int) -> list[tuple[int, str, str, int, int]]:
    """``(source_id, code GUID, coder, start_char, end_char)`` of standing codings on a question's answers."""
    return db.conn.execute(
        f"{_CODINGS} JOIN answer a ON a.source_id = g.source_id WHERE a.question_id = ? AND g.removed_at IS NULL"
        " ORDER BY g.id",
        (question_id,),
    ).fetchall()


def codings_of_answers(db: Database, source_ids: Iterable[int]) -> list[tuple[int, str, str, int, int]]:
    """The same for some sources."""
    return [
        row
        for number in source_ids
        for row in db.conn.execute(
            f"{_CODINGS} WHERE g.source_id = ? AND g.removed_at IS NULL ORDER BY g.id", (number,)
        )
    ]


def own_codings(
    db: Database, source_id: int, coder_id: int, code: str, start_char: int, end_char: int
) -> list[str]:
    """GUIDs of a coder's standing codings of one code on one stretch of a source's current text."""
    rows = db.conn.execute(
        "SELECT g.guid FROM coding g JOIN code c ON c.id = g.code_id JOIN source s ON s.id = g.source_id"
        " AND s.current_version = g.version WHERE g.source_id = ? AND g.coder_id = ? AND c.guid = ?"
        " AND g.start_char = ? AND g.end_char = ? AND g.removed_at IS NULL",
        (source_id, coder_id, code, start_char, end_char),
    )
    return [str(row[0]) for row in rows]


def states_of_question(db: Database, question_id: int, coder_id: int) -> list[int]:
    """Ids of the answers in which this coder found nothing substantive."""
    rows = db.conn.execute(
        "SELECT t.source_id FROM answer_state t JOIN answer a ON a.source_id = t.source_id"
        " WHERE a.question_id = ? AND t.coder_id = ?",
        (question_id, coder_id),
    )
    return [int(row[0]) for row in rows]


def has_state(db: Database, source_id: int, coder_id: int) -> bool:
    sql = "SELECT 1 FROM answer_state WHERE source_id = ? AND coder_id = ?"
    return scalar(db, sql, (source_id, coder_id)) is not None


def is_coded(db: Database, source_id: int, coder_id: int) -> bool:
    sql = "SELECT 1 FROM coding WHERE source_id = ? AND coder_id = ? AND removed_at IS NULL LIMIT 1"
    return scalar(db, sql, (source_id, coder_id)) is not None


def set_state(
    db: Database,
    source_id: int,
    guid: str,
    coder_id: int,
    stamp: Stamp,
    *,
    empty: bool,
    undoes: int | None = None,
) -> bool:
    """Mark an answer as without substance (and so as read), or take that back; False if it was so already."""
    if has_state(db, source_id, coder_id) == empty:
        return False
    if empty:
        was = one(db, "SELECT state FROM reading WHERE source_id = ? AND coder_id = ?", (source_id, coder_id))
        db.conn.execute(
            "INSERT INTO answer_state (source_id, coder_id, state, was_read, made_by, made_at)"
            " VALUES (?, ?, 'not_substantive', ?, ?, ?)",
            (source_id, coder_id, int(was is not None and was["state"] == "read"), stamp.by, stamp.at),
        )
        read = "read"
    else:
        was_read = scalar(
            db,
            "DELETE FROM answer_state WHERE source_id = ? AND coder_id = ? RETURNING was_read",
            (source_id, coder_id),
        )
        read = "read" if was_read else "reading"
    db.conn.execute(
        "INSERT INTO reading (source_id, coder_id, state, turn, changed_at) VALUES (?, ?, ?, 0, ?)"
        " ON CONFLICT DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at",
        (source_id, coder_id, read, stamp.at),
    )
    kind = "answer_not_substantive" if empty else "answer_state_cleared"
    record(db, stamp, kind, target_kind="source", target_guid=guid, undoes=undoes)
    return True


def clear_for_coding(db: Database, source_id: int, coder_id: int, coding: str, stamp: Stamp) -> bool:
    """Before a coding (its GUID) of this coder comes: take "without substance" away, and write it down.

    The study would take it away unasked. It stays read: to code an answer is to have read it.
    """
    was_read = scalar(
        db,
        "DELETE FROM answer_state WHERE source_id = ? AND coder_id = ? RETURNING was_read",
        (source_id, coder_id),
    )
    if was_read is None:
        return False
    guid = str(scalar(db, "SELECT guid FROM source WHERE id = ?", (source_id,)))
    after = {"coding": coding, "was_read": was_read}
    record(db, stamp, "answer_state_cleared", target_kind="source", target_guid=guid, after=after)
    return True


def mark_again(db: Database, coding: str, stamp: Stamp) -> bool:
    """After a coding was taken back: mark its answer as without substance again, where it took that away.

    Nothing where another code of the coder stands on the answer, or the mark was changed since.
    """
    row = one(
        db,
        "SELECT g.source_id, g.coder_id, s.guid, e.id AS event, json_extract(e.after, '$.was_read') AS was_read"
        " FROM coding g JOIN source s ON s.id = g.source_id"
        " JOIN event e ON e.target_guid = s.guid AND e.kind = 'answer_state_cleared'"
        " AND json_extract(e.after, '$.coding') = g.guid WHERE g.guid = ?"
        " AND NOT EXISTS (SELECT 1 FROM event u WHERE u.undoes = e.id) ORDER BY e.id DESC LIMIT 1",
        (coding,),
    )
    if row is None or is_coded(db, row["source_id"], row["coder_id"]):
        return False
    place = (row["source_id"], row["coder_id"])
    changed = set_state(
        db, row["source_id"], row["guid"], row["coder_id"], stamp, empty=True, undoes=row["event"]
    )
    if changed:
        sql = "UPDATE answer_state SET was_read = ? WHERE source_id = ? AND coder_id = ?"
        db.conn.execute(sql, (row["was_read"], *place))
    return changed


def was_cleared_by(db: Database, coding: str) -> bool:
    """Did a coding take "without substance" away that stands away?"""
    sql = (
        "SELECT 1 FROM event e WHERE e.kind = 'answer_state_cleared' AND json_extract(e.after, '$.coding') = ?"
        " AND NOT EXISTS (SELECT 1 FROM event u WHERE u.undoes = e.id)"
    )
    return scalar(db, sql, (coding,)) is not None


def newest_answer(db: Database, question_id: int) -> int:
    """The greatest source id among a question's answers."""
    sql = "SELECT coalesce(max(source_id), 0) FROM answer WHERE question_id = ?"
    return int(scalar(db, sql, (question_id,)))


def source_of_coding(db: Database, guid: str) -> str:
    """GUID of the source a coding is on; empty if there is no such coding."""
    sql = "SELECT s.guid FROM coding g JOIN source s ON s.id = g.source_id WHERE g.guid = ?"
    return str(scalar(db, sql, (guid,)) or "")
