"""Suggestions of the code suggester as rows: stored by a run, renewed after decisions, rejected before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ...model import Selection
from ..log.events import Stamp
from ..log.identity import inserted, new_guid
from .covering import LABELLED_UNIT

# A smaller change of score is not worth a write.
_SAME_SCORE = 0.005
Key = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A suggestion with what it is worth: ``probability`` once that is known, ``place`` in the useful order."""

    selection: Selection
    code_guid: str
    score: float
    reason: str
    probability: float | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What renewing did: suggestions added, changed in place, and withdrawn."""

    added: int
    changed: int
    withdrawn: int


def add_refit(
    db: Database, stamp: Stamp, parameters: Mapping[str, Any], libraries: Mapping[str, str], note: str
) -> tuple[int, str]:
    """Record that the machine learnt anew; not an act of a person, so it is no event."""
    guid = new_guid()
    number = inserted(
        db,
        "INSERT INTO run (guid, kind, parameters, seed, libraries, finished_at, note, made_by, made_at)"
        " VALUES (?, 'refit', ?, 0, ?, ?, ?, ?, ?)",
        (
            guid,
            json.dumps(dict(parameters), sort_keys=True),
            json.dumps(dict(libraries), sort_keys=True),
            stamp.at,
            note,
            stamp.by,
            stamp.at,
        ),
    )
    return number, guid


def latest_fit(db: Database) -> dict[str, Any] | None:
    """The newest run that learnt from the study, whole or anew, with parameters and libraries decoded."""
    return _decoded(db, "kind IN ('suggest', 'refit')")


def latest_calibration(db: Database) -> tuple[dict[str, Any], int] | None:
    """The calibration that probabilities come from now, and how many labels it was made of.

    That of the newest whole run, or of learning anew since; None where there is none.
    """
    found = _decoded(
        db,
        "kind IN ('suggest', 'refit') AND json_extract(parameters, '$.calibration') IS NOT NULL"
        " AND id >= (SELECT max(id) FROM run WHERE kind = 'suggest')",
    )
    if found is None:
        return None
    told = found["parameters"]
    return told["calibration"], int(told.get("n_labels", 0))


def _decoded(db: Database, where: str) -> dict[str, Any] | None:
    row = next(db.query(f"SELECT * FROM run WHERE {where} ORDER BY id DESC LIMIT 1"), None)
    if row is None:
        return None
    return {**row, "parameters": json.loads(row["parameters"]), "libraries": json.loads(row["libraries"])}


def renew(
    db: Database,
    run_id: int,
    proposals: Sequence[Proposal],
    *,
    source_ids: Mapping[str, int],
    code_ids: Mapping[str, int],
    returning: frozenset[tuple[int, int, int, int, int]] = frozenset(),
) -> Renewed:
    """Make the open suggestions of the suggester these: rows that stay keep their GUID.

    One that a person decided before is left out, unless it is a rejected one among ``returning``.
    """
    wanted: dict[Key, Proposal] = {}
    for one in proposals:
        at = one.selection
        key = (source_ids[at.source_guid], at.version, at.start_char, at.end_char, code_ids[one.code_guid])
        wanted[key] = one
    standing = _open_rows(db)
    gone = [row["id"] for key, row in standing.items() if key not in wanted]
    db.conn.executemany(
        "UPDATE suggestion SET status = 'superseded' WHERE id = ? AND status = 'open'", [(i,) for i in gone]
    )
    changed = [
        (p.score, p.reason, p.probability, p.place, run_id, standing[key]["id"])
        for key, p in wanted.items()
        if key in standing and _differs(standing[key], p)
    ]
    db.conn.executemany(
        "UPDATE suggestion SET score = ?, reason = ?, probability = ?, place = ?, run_id = ? WHERE id = ?",
        changed,
    )
    closed = _decided(db, returning)
    new = [(key, p) for key, p in wanted.items() if key not in standing and key not in closed]
    db.conn.executemany(
        "INSERT INTO suggestion (guid, run_id, source_id, version, start_char, end_char, quote, code_id,"
        " score, reason, probability, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                new_guid(),
                run_id,
                *key[:4],
                p.selection.quote,
                key[4],
                p.score,
                p.reason,
                p.probability,
                p.place,
            )
            for key, p in new
        ],
    )
    return Renewed(added=len(new), changed=len(changed), withdrawn=len(gone))


def _open_rows(db: Database) -> dict[Key, dict[str, Any]]:
    rows = db.query(
        "SELECT g.id, g.source_id, g.version, g.start_char, g.end_char, g.code_id, g.score, g.probability,"
        " g.place FROM suggestion g JOIN run r ON r.id = g.run_id"
        " WHERE g.status = 'open' AND r.kind IN ('suggest', 'refit')"
    )
    return {(r["source_id"], r["version"], r["start_char"], r["end_char"], r["code_id"]): r for r in rows}


def _differs(row: Mapping[str, Any], wanted: Proposal) -> bool:
    if row["place"] != wanted.place or (row["probability"] is None) != (wanted.probability is None):
        return True
    return abs(row["score"] - wanted.score) >= _SAME_SCORE


def _decided(db: Database, returning: frozenset[Key]) -> set[Key]:
    rows = db.conn.execute(
        "SELECT g.source_id, g.version, g.start_char, g.end_char, g.code_id, g.status FROM suggestion g"
        " JOIN run r ON r.id = g.run_id WHERE g.status IN ('accepted', 'rejected', 'edited')"
        " OR (g.status = 'open' AND r.kind NOT IN ('suggest', 'refit'))"
    )
    return {
        (r[0], r[1], r[2], r[3], r[4])
        for r in rows
        if r[5] != "rejected" or (r[0], r[1], r[2], r[3], r[4]) not in returning
    }


def rejections(db: Database) -> list[dict[str, Any]]:
    """Rejected suggestions that cover a unit: segment_id, code_id, score, and ``labels`` their run knew.

    ``labels`` maps a code's id (as a string) to its number of labels; empty for older runs.
    """
    runs = {
        number: json.loads(parameters).get("labels", {})
        for number, parameters in db.conn.execute("SELECT id, parameters FROM run")
    }
    rows = db.query(
        "SELECT DISTINCT g.id AS segment_id, c.code_id, c.score, c.run_id, c.source_id, c.version,"
        f" c.start_char, c.end_char FROM suggestion c{LABELLED_UNIT} WHERE c.status = 'rejected'"
    )
    return [{**row, "labels": runs.get(row["run_id"], {})} for row in rows]


def prompted_segments(db: Database) -> set[tuple[int, int]]:
    """(segment, code) pairs that are coded by accepted suggestions alone, as they were or with other words."""
    rows = db.conn.execute(
        f"SELECT g.id, c.code_id FROM coding c{LABELLED_UNIT} WHERE c.removed_at IS NULL"
        " GROUP BY g.id, c.code_id HAVING min(c.origin IN ('accepted', 'edited'))"
    )
    return {(int(segment), int(code)) for segment, code in rows}


def mark_wrong_words(db: Database, suggestion_id: int, stamp: Stamp) -> None:
    """Keep that the code was right and the words were not."""
    db.conn.execute(
        "INSERT INTO wrong_words (suggestion_id, made_by, made_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (suggestion_id, stamp.by, stamp.at),
    )


def wrong_word_turns(db: Database) -> list[tuple[str, int, str]]:
    """Turns or answers of suggestions whose code was right and whose words were wrong.

    Text, code id, and whose words: id of the participant, or the source's name where there is none.
    """
    rows = db.conn.execute(
        "SELECT DISTINCT substr(v.text, g.start_char + 1, g.end_char - g.start_char), c.code_id,"
        " coalesce(w.participant_id, s.name)"
        " FROM wrong_words x JOIN suggestion c ON c.id = x.suggestion_id"
        " JOIN segment g ON g.source_id = c.source_id AND g.version = c.version"
        " AND g.kind IN ('turn', 'answer') AND g.start_char <= c.start_char AND g.end_char > c.start_char"
        " JOIN text_version v ON v.source_id = g.source_id AND v.version = g.version"
        " JOIN source s ON s.id = g.source_id LEFT JOIN speaker w ON w.id = g.speaker_id"
        " WHERE c.status = 'rejected' ORDER BY 1, 2, 3"
    )
    return [(str(text), int(code), str(whose)) for text, code, whose in rows]


def labels_by_coder(db: Database) -> list[tuple[int, int, str]]:
    """(segment, code, coder) of standing codings that cover at least half of a sentence or answer."""
    rows = db.conn.execute(
        "SELECT DISTINCT g.id, c.code_id, k.name FROM coding c JOIN coder k ON k.id = c.coder_id"
        f"{LABELLED_UNIT} WHERE c.removed_at IS NULL"
    )
    return [(int(a), int(b), str(c)) for a, b, c in rows]


def sources_by_coder(db: Database) -> set[tuple[int, str]]:
    """(source, coder) pairs in which the coder coded something or marked the source read."""
    rows = db.conn.execute(
        "SELECT c.source_id, k.name FROM coding c JOIN coder k ON k.id = c.coder_id WHERE c.removed_at IS NULL"
        " UNION SELECT r.source_id, k.name FROM reading r JOIN coder k ON k.id = r.coder_id"
        " WHERE r.state = 'read'"
    )
    return {(int(a), str(b)) for a, b in rows}


_DECISIONS = (
    "(kind GLOB 'coding*' OR kind IN ('suggestion_accepted', 'suggestion_rejected', 'suggestion_edited',"
    " 'suggestion_open', 'source_read'))"
)


def decisions_before(db: Database, run: str) -> int:
    """The number of the newest decision before the event of a run (its GUID); 0 where there is none."""
    sql = (
        f"SELECT max(id) FROM event WHERE {_DECISIONS} AND id < coalesce("
        "(SELECT id FROM event WHERE target_kind = 'run' AND target_guid = ?), 0)"
    )
    return int(db.conn.execute(sql, (run,)).fetchone()[0] or 0)


def last_work(db: Database) -> dict[str, int]:
    """Numbers of the newest events: of people's ``decisions``, and of changes to texts, codes or sources
    (``material``), after which a machine must read the study anew."""
    found = db.conn.execute(
        f"SELECT max(iif({_DECISIONS}, id, 0)), max(iif({_DECISIONS} OR kind GLOB 'memo*' OR kind GLOB '*_run'"
        " OR kind GLOB 'topic*' OR kind GLOB 'audit*' OR kind GLOB '*_set_aside', 0, id)) FROM event"
    ).fetchone()
    return {"decisions": int(found[0] or 0), "material": int(found[1] or 0)}
