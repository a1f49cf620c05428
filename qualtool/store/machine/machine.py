"""Runs, vectors, topics and suggestions: everything a machine made, apart from what people did."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

from ...errors import UserInputError
from ...model import Suggestion, Topic
from ..log.events import Stamp, record
from ..log.identity import inserted, new_guid, one
from .covering import LABELLED_UNIT

Vectors = npt.NDArray[np.float32]


def add_run(
    db: Database,
    kind: str,
    stamp: Stamp,
    *,
    parameters: Mapping[str, Any],
    seed: int | None,
    libraries: Mapping[str, str],
    note: str = "",
) -> tuple[int, str]:
    """Record a run of a machine with all it needs to be repeated; returns its id and GUID."""
    guid = new_guid()
    number = inserted(
        db,
        "INSERT INTO run (guid, kind, parameters, seed, libraries, finished_at, note, made_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            guid,
            kind,
            json.dumps(dict(parameters), sort_keys=True),
            seed,
            json.dumps(dict(libraries), sort_keys=True),
            stamp.at,
            note,
            stamp.by,
            stamp.at,
        ),
    )
    record(db, stamp, f"{kind}_run", target_kind="run", target_guid=guid, after=dict(parameters))
    return number, guid


def stored_vectors(db: Database, keys: Iterable[str], model_digest: str, backend: str) -> dict[str, Vectors]:
    """Vectors already in the study for these text digests."""
    wanted = set(keys)
    rows = db.conn.execute(
        "SELECT text_sha256, vector FROM embedding WHERE model_digest = ? AND backend = ?",
        (model_digest, backend),
    )
    return {key: np.frombuffer(blob, dtype="<f4") for key, blob in rows if key in wanted}


def store_vectors(db: Database, vectors: Mapping[str, Vectors], model_digest: str, backend: str) -> None:
    db.conn.executemany(
        "INSERT INTO embedding (text_sha256, model_digest, backend, vector) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (
            (key, model_digest, backend, np.ascontiguousarray(v, dtype="<f4").tobytes())
            for key, v in vectors.items()
        ),
    )


def machine_segments(db: Database, *, sources: str = "all") -> list[dict[str, Any]]:
    """Participants' sentences and answers, the units a machine works on.

    Keys: id, source_id, source_guid, source, version, start_char, end_char, text, participant_id,
    participant, kind. ``sources`` is ``all``, ``transcripts`` or ``answers``.
    """
    kinds = {"all": "'sentence', 'answer'", "transcripts": "'sentence'", "answers": "'answer'"}[sources]
    return list(
        db.query(
            "SELECT g.id, g.source_id, s.guid AS source_guid, s.name AS source, g.version, g.start_char,"
            " g.end_char, substr(v.text, g.start_char + 1, g.end_char - g.start_char) AS text,"
            " p.id AS participant_id, p.name AS participant, s.kind FROM segment g"
            " JOIN source s ON s.id = g.source_id AND s.current_version = g.version"
            " JOIN text_version v ON v.source_id = g.source_id AND v.version = g.version"
            " JOIN speaker w ON w.id = g.speaker_id LEFT JOIN participant p ON p.id = w.participant_id"
            f" WHERE g.kind IN ({kinds}) AND w.is_interviewer = 0"
            # What stands in place of a withdrawn participant's words says nothing.
            " AND NOT (p.id IS NULL AND g.kind = 'answer' AND g.n_words = 0)"
            " AND NOT (p.id IS NOT NULL AND p.consent = 'withdrawn' AND p.name GLOB 'withdrawn [0-9]*')"
            " ORDER BY s.name, g.start_char"
        )
    )


def add_topics(db: Database, run_id: int, topics: Sequence[Topic], segment_ids: Sequence[int]) -> None:
    """Store topics; members index ``segment_ids``."""
    for topic in topics:
        topic_id = inserted(
            db,
            "INSERT INTO topic (guid, run_id, number, words, size, stability) VALUES (?, ?, ?, ?, ?, ?)",
            (
                new_guid(),
                run_id,
                topic.number,
                json.dumps(list(topic.words), ensure_ascii=False),
                topic.size,
                topic.stability,
            ),
        )
        best, weak = set(topic.representatives), set(topic.weak)
        db.conn.executemany(
            "INSERT INTO topic_member (topic_id, segment_id, is_representative, is_weak) VALUES (?, ?, ?, ?)",
            [(topic_id, segment_ids[m], int(m in best), int(m in weak)) for m in topic.members],
        )


def latest_run(db: Database, kind: str) -> dict[str, Any] | None:
    """The newest run of a kind, with its parameters and libraries decoded."""
    row = one(db, "SELECT * FROM run WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,))
    if row is None:
        return None
    return {**row, "parameters": json.loads(row["parameters"]), "libraries": json.loads(row["libraries"])}


def topics(db: Database, run_id: int) -> list[dict[str, Any]]:
    """Topics of a run, largest first, with words, the code they are linked to, and three quotes each.

    A topic that was merged into another is not listed; its segments count for that one.
    """
    rows = list(
        db.query(
            "SELECT t.*, c.guid AS code_guid FROM topic t LEFT JOIN code c ON c.id = t.code_id"
            " WHERE t.run_id = ? AND t.merged_into IS NULL ORDER BY t.size DESC, t.number",
            (run_id,),
        )
    )
    merged = dict(
        db.conn.execute(
            "SELECT merged_into, sum(size) FROM topic WHERE run_id = ? AND merged_into IS NOT NULL"
            " GROUP BY merged_into",
            (run_id,),
        ).fetchall()
    )
    for row in rows:
        row["words"] = json.loads(row["words"])
        row["size"] += merged.get(row["id"], 0)
        row["quotes"] = topic_quotes(db, row["id"], representative=True, limit=3)
    return sorted(rows, key=lambda row: (-row["size"], row["number"]))


def topic_quotes(
    db: Database, topic_id: int, *, representative: bool = False, limit: int = -1
) -> list[dict[str, Any]]:
    """Segments of a topic with their text and place, in the texts as they are now."""
    only = " AND m.is_representative = 1" if representative else ""
    return list(
        db.query(
            "SELECT g.id AS segment_id, g.source_id, s.guid AS source_guid, s.name AS source, g.version,"
            " g.start_char, g.end_char, m.is_weak,"
            " substr(v.text, g.start_char + 1, g.end_char - g.start_char) AS quote FROM topic_member m"
            " JOIN segment g ON g.id = m.segment_id JOIN source s ON s.id = g.source_id"
            " AND s.current_version = g.version JOIN text_version v ON v.source_id = g.source_id AND v.version = g.version"
            " WHERE m.topic_id IN (SELECT id FROM topic WHERE ? IN (id, merged_into))"
            f"{only} ORDER BY m.is_weak, s.name, g.start_char LIMIT ?",
            (topic_id, limit),
        )
    )


def link_topic(
    db: Database, topic_guid: str, code_id: int | None, stamp: Stamp, *, undoes: int | None = None
) -> dict[str, Any]:
    """Link a topic to a code, or unlink it; returns the topic's row.

    Raises:
        UserInputError: there is no such topic.
    """
    row = one(db, "SELECT * FROM topic WHERE guid = ?", (topic_guid,))
    if row is None:
        raise UserInputError("There is no such topic in this study.")
    db.conn.execute("UPDATE topic SET code_id = ? WHERE id = ?", (code_id, row["id"]))
    record(
        db,
        stamp,
        "topic_linked",
        target_kind="topic",
        target_guid=topic_guid,
        before={"code_id": row["code_id"]},
        after={"code_id": code_id},
        undoes=undoes,
    )
    return row


def add_suggestions(
    db: Database,
    run_id: int,
    suggestions: Sequence[Suggestion],
    *,
    source_ids: Mapping[str, int],
    code_ids: Mapping[str, int],
) -> int:
    """Store suggestions; one that a person decided before, or whose coding stands, is left out.

    Open suggestions of earlier runs for the same code and stretch are superseded.
    """
    decided = {
        tuple(r)
        for r in db.conn.execute(
            "SELECT source_id, version, start_char, end_char, code_id FROM suggestion"
            " WHERE status IN ('accepted', 'rejected', 'edited')"
        )
    }
    rows = []
    for s in suggestions:
        source_id, code_id, at = source_ids[s.selection.source_guid], code_ids[s.code_guid], s.selection
        if (source_id, at.version, at.start_char, at.end_char, code_id) in decided:
            continue
        rows.append(
            (
                new_guid(),
                run_id,
                source_id,
                at.version,
                at.start_char,
                at.end_char,
                at.quote,
                code_id,
                float(s.score),
                s.reason,
            )
        )
    db.conn.executemany(
        "INSERT INTO suggestion (guid, run_id, source_id, version, start_char, end_char, quote, code_id,"
        " score, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    return len(rows)


def supersede_open(db: Database, kinds: Sequence[str]) -> int:
    """Mark open suggestions of earlier runs of these kinds as superseded; returns how many."""
    marks = ", ".join("?" for _ in kinds)
    cursor = db.conn.execute(
        "UPDATE suggestion SET status = 'superseded' WHERE status = 'open' AND run_id IN"
        f" (SELECT id FROM run WHERE kind IN ({marks}))",
        tuple(kinds),
    )
    return cursor.rowcount


_SUGGESTION = (
    "SELECT g.id, g.guid, s.guid AS source_guid, s.name AS source, g.source_id, g.version, g.start_char,"
    " g.end_char, g.quote, c.guid AS code_guid, c.id AS code_id, g.score, g.reason, g.status, g.probability,"
    " g.place, r.guid AS run"
    " FROM suggestion g JOIN source s ON s.id = g.source_id JOIN code c ON c.id = g.code_id"
    " JOIN run r ON r.id = g.run_id"
)


def suggestions(
    db: Database, *, status: str = "open", source_id: int | None = None, limit: int = -1
) -> list[dict[str, Any]]:
    """Suggestions of one status, strongest first."""
    where, bound = "g.status = ?", [status]
    if source_id is not None:
        where, bound = where + " AND g.source_id = ?", [*bound, str(source_id)]
    sql = f"{_SUGGESTION} WHERE {where} ORDER BY g.score DESC, g.id LIMIT ?"
    return list(db.query(sql, (*bound, limit)))


def suggestion(db: Database, guid: str) -> dict[str, Any]:
    """One suggestion as a row, decided or not.

    Raises:
        UserInputError: there is none of this GUID.
    """
    row = one(db, f"{_SUGGESTION} WHERE g.guid = ?", (guid,))
    if row is None:
        raise UserInputError("There is no such suggestion in this study.")
    return row


def decide(
    db: Database,
    guid: str,
    status: str,
    coder_id: int,
    stamp: Stamp,
    *,
    coding_guid: str | None = None,
    undoes: int | None = None,
) -> None:
    """Keep a person's decision on a suggestion, with the coding it became."""
    row = suggestion(db, guid)
    if status != "rejected":
        db.conn.execute("DELETE FROM wrong_words WHERE suggestion_id = ?", (row["id"],))
    db.conn.execute(
        "UPDATE suggestion SET status = ?, decided_by = ?, decided_at = ? WHERE guid = ?",
        (status, None if status == "open" else coder_id, None if status == "open" else stamp.at, guid),
    )
    record(
        db,
        stamp,
        f"suggestion_{status}",
        target_kind="suggestion",
        target_guid=guid,
        before={"status": row["status"]},
        after={"status": status, "coding": coding_guid},
        undoes=undoes,
    )


def topic_words(row: Mapping[str, Any]) -> list[str]:
    """The words of a topic's row as read from the table."""
    return list(json.loads(row["words"]))


def withdraw_topic(db: Database, topic_guid: str) -> None:
    """Supersede the open suggestions that came of linking a topic."""
    db.conn.execute(
        "UPDATE suggestion SET status = 'superseded' WHERE status = 'open' AND run_id IN"
        " (SELECT id FROM run WHERE kind = 'topic_link' AND json_extract(parameters, '$.topic') = ?)",
        (topic_guid,),
    )


def coded_segments(db: Database) -> set[tuple[int, int]]:
    """(segment, code) pairs: a coding that covers at least half of a sentence or answer labels it."""
    rows = db.conn.execute(
        f"SELECT DISTINCT g.id, c.code_id FROM coding c{LABELLED_UNIT} WHERE c.removed_at IS NULL"
    )
    return {(int(segment), int(code)) for segment, code in rows}


def codings_of_suggestion(db: Database, suggestion_id: int, coder_id: int) -> list[str]:
    """GUIDs of the standing codings this coder made of a suggestion."""
    rows = db.conn.execute(
        "SELECT guid FROM coding WHERE suggestion_id = ? AND coder_id = ? AND removed_at IS NULL",
        (suggestion_id, coder_id),
    )
    return [r[0] for r in rows]


def codings_removed_at(db: Database, suggestion_id: int, coder_id: int, at: str) -> list[str]:
    """GUIDs of the codings this coder made of a suggestion that were removed at one moment."""
    rows = db.conn.execute(
        "SELECT guid FROM coding WHERE suggestion_id = ? AND coder_id = ? AND removed_at = ?",
        (suggestion_id, coder_id, at),
    )
    return [r[0] for r in rows]


def run_of(db: Database, guid: str) -> dict[str, Any]:
    """A run by its GUID, with its parameters and libraries decoded.

    Raises:
        UserInputError: there is no such run.
    """
    row = one(db, "SELECT * FROM run WHERE guid = ?", (guid,))
    if row is None:
        raise UserInputError("There is no such run in this study.")
    return {**row, "parameters": json.loads(row["parameters"]), "libraries": json.loads(row["libraries"])}


def coded_quotes(db: Database, code_id: int) -> list[dict[str, Any]]:
    """Sentences and answers coded with a code: source, source_guid, quote, coder, and their place."""
    return list(
        db.query(
            "SELECT DISTINCT s.name AS source, s.guid AS source_guid, k.name AS coder, g.source_id, g.version,"
            " g.start_char, g.end_char,"
            " substr(v.text, g.start_char + 1, g.end_char - g.start_char) AS quote"
            f" FROM coding c{LABELLED_UNIT}"
            " JOIN source s ON s.id = c.source_id JOIN coder k ON k.id = c.coder_id"
            " JOIN text_version v ON v.source_id = g.source_id AND v.version = g.version"
            " WHERE c.code_id = ? AND c.removed_at IS NULL ORDER BY s.name, g.start_char",
            (code_id,),
        )
    )
