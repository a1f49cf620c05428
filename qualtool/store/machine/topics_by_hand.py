"""What people do with topics: rename, merge, part again, set aside; and the rows that pages of topics show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlite_utils import Database

from ...errors import UserInputError
from ..log.events import Stamp, record
from ..log.identity import one
from .machine import coded_segments

_COLUMNS = [
    "segment_id",
    "source_id",
    "source_guid",
    "source",
    "kind",
    "recorded_on",
    "start_char",
    "end_char",
    "quote",
    "is_weak",
    "participant_id",
    "participant",
    "role",
    "case_id",
    "case_name",
    "topic_id",
]


def topic(db: Database, guid: str) -> dict[str, Any]:
    """A topic's row, with its words decoded.

    Raises:
        UserInputError: there is no such topic.
    """
    row = one(db, "SELECT * FROM topic WHERE guid = ?", (guid,))
    if row is None:
        raise UserInputError("There is no such topic in this study.")
    return {**row, "words": json.loads(row["words"])}


def rename(db: Database, guid: str, label: str, stamp: Stamp, *, undoes: int | None = None) -> None:
    """Give a topic a name of its own, "" for none."""
    was = topic(db, guid)["label"]
    db.conn.execute("UPDATE topic SET label = ? WHERE guid = ?", (label, guid))
    _record_topic(db, stamp, "topic_renamed", guid, {"label": was}, {"label": label}, undoes)


def dismiss(db: Database, guid: str, reason: str, stamp: Stamp, *, undoes: int | None = None) -> None:
    """Set a topic aside with a reason, or take it back with ""."""
    was = topic(db, guid)["dismissed"]
    db.conn.execute("UPDATE topic SET dismissed = ? WHERE guid = ?", (reason, guid))
    _record_topic(db, stamp, "topic_dismissed", guid, {"dismissed": was}, {"dismissed": reason}, undoes)


def merge(
    db: Database, guids: Sequence[str], into: str | None, stamp: Stamp, *, undoes: int | None = None
) -> None:
    """Merge topics into another of the same run, with all that was merged into them; None parts them.

    Raises:
        UserInputError: there is no such topic, or ``into`` is of another run or among ``guids``.
    """
    target = topic(db, into) if into is not None else None
    for guid in guids:
        row = topic(db, guid)
        if target is not None and (row["run_id"] != target["run_id"] or row["id"] == target["id"]):
            raise UserInputError("Only other topics of the same run can be merged into a topic.")
        was = one(db, "SELECT guid FROM topic WHERE id = ?", (row["merged_into"],))
        to = target["id"] if target else None
        db.conn.execute("UPDATE topic SET merged_into = ? WHERE id = ?", (to, row["id"]))
        if to is not None:
            db.conn.execute("UPDATE topic SET merged_into = ? WHERE merged_into = ?", (to, row["id"]))
        before = {"merged_into": was["guid"] if was else None}
        _record_topic(db, stamp, "topic_merged", guid, before, {"merged_into": into}, undoes)


def _record_topic(
    db: Database,
    stamp: Stamp,
    kind: str,
    guid: str,
    before: dict[str, Any],
    after: dict[str, Any],
    undoes: int | None,
) -> None:
    record(db, stamp, kind, target_kind="topic", target_guid=guid, before=before, after=after, undoes=undoes)


def merged_into(db: Database, topic_id: int) -> list[dict[str, Any]]:
    """The topics that were merged into this one."""
    rows = db.query("SELECT * FROM topic WHERE merged_into = ? ORDER BY number", (topic_id,))
    return [{**row, "words": json.loads(row["words"])} for row in rows]


def segments_of_run(db: Database, run_id: int) -> pd.DataFrame:
    """Every segment of a run's topics in the texts as they are now, one row each.

    Columns: segment_id source_id source_guid source kind recorded_on start_char end_char quote is_weak
    participant_id (-1 for none) participant role case_id (-1 for none) case_name topic_id, which is the
    topic it belongs to after merging.
    """
    rows = db.conn.execute(
        "SELECT g.id, g.source_id, s.guid, s.name, s.kind, s.recorded_on, g.start_char, g.end_char,"
        " substr(v.text, g.start_char + 1, g.end_char - g.start_char), m.is_weak, coalesce(p.id, -1),"
        " coalesce(p.name, ''), coalesce(p.role, ''), coalesce(c.id, -1),"
        " coalesce(nullif(c.pseudonym, ''), c.name, ''), coalesce(t.merged_into, t.id)"
        " FROM topic t JOIN topic_member m ON m.topic_id = t.id JOIN segment g ON g.id = m.segment_id"
        " JOIN source s ON s.id = g.source_id AND s.current_version = g.version"
        " JOIN text_version v ON v.source_id = g.source_id AND v.version = g.version"
        " JOIN speaker w ON w.id = g.speaker_id LEFT JOIN participant p ON p.id = w.participant_id"
        " LEFT JOIN study_case c ON c.id = p.case_id WHERE t.run_id = ? ORDER BY s.name, g.start_char",
        (run_id,),
    )
    return pd.DataFrame(rows.fetchall(), columns=_COLUMNS)


def runs(db: Database) -> list[dict[str, Any]]:
    """All runs of topics, newest first, with parameters and libraries decoded."""
    rows = db.query("SELECT * FROM run WHERE kind = 'topics' ORDER BY id DESC")
    return [
        {**row, "parameters": json.loads(row["parameters"]), "libraries": json.loads(row["libraries"])}
        for row in rows
    ]


def membership(db: Database, run_guid: str) -> tuple[dict[int, int], dict[int, str]]:
    """Segment -> number of its topic (after merging), and number -> label or first words, of a run.

    Raises:
        UserInputError: there is no such run.
    """
    run = one(db, "SELECT id FROM run WHERE guid = ? AND kind = 'topics'", (run_guid,))
    if run is None:
        raise UserInputError("There is no such run of topics in this study.")
    members = db.conn.execute(
        "SELECT m.segment_id, r.number FROM topic t JOIN topic r ON r.id = coalesce(t.merged_into, t.id)"
        " JOIN topic_member m ON m.topic_id = t.id WHERE t.run_id = ?",
        (run["id"],),
    )
    named = db.query("SELECT number, label, words FROM topic WHERE run_id = ?", (run["id"],))
    names = {r["number"]: r["label"] or ", ".join(json.loads(r["words"])[:4]) for r in named}
    return dict(members.fetchall()), names


def codings_by_segment(db: Database) -> pd.DataFrame:
    """(segment_id, code_id) of every coding that covers at least half of a sentence or answer."""
    return pd.DataFrame(sorted(coded_segments(db)), columns=["segment_id", "code_id"])
