"""Merging of what machines made: runs, suggestions with people's decisions, topics, vectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...text import Outcome
from .merge_kit import Merging, by_guid
from .merge_texts import Text

_DECISIONS = ("suggestion_accepted", "suggestion_rejected", "suggestion_edited", "suggestion_open")

Row = dict[str, Any]


def merge_runs(m: Merging) -> None:
    """Runs that only the other copy made."""
    mine, ids, new = by_guid(m.ours, "run"), m.map_of("run"), []
    for guid, row in by_guid(m.theirs, "run").items():
        if guid in mine:
            ids[row["id"]] = mine[guid]["id"]
        else:
            ids[row["id"]] = row["id"] = m.take_id("run")
            new.append(row)
    m.told.added["runs"] += m.add("run", new)


# --- suggestions ----------------------------------------------------------------------------------


def merge_suggestions(m: Merging, texts: Mapping[int, Text]) -> None:
    """Suggestions on the texts as they are now; a decision of one side is taken, of both ours stands."""
    mine, ids, new = by_guid(m.ours, "suggestion"), m.map_of("suggestion"), []
    for text in texts.values():
        if text.is_taken:
            _move_ours(m, text)
    for guid, row in by_guid(m.theirs, "suggestion").items():
        own, number = mine.get(guid), row["id"]
        _in_our_ids(m, row)
        if own is not None:
            ids[number] = own["id"]
            _decide(m, own, row)
            continue
        ids[number] = row["id"] = m.take_id("suggestion")
        text = texts.get(row["source_id"])
        if text is not None:
            _place(m, text, row, "theirs")
        new.append(row)
    m.told.added["suggestions"] += m.add("suggestion", new)
    _wrong_words(m)


def _in_our_ids(m: Merging, row: Row) -> None:
    for column, table in (
        ("run_id", "run"),
        ("source_id", "source"),
        ("code_id", "code"),
        ("decided_by", "coder"),
    ):
        row[column] = None if row[column] is None else m.map_of(table)[row[column]]


def _place(m: Merging, text: Text, row: Row, side: str) -> None:
    """Along with its sentence, corrected or not; one whose sentence is gone is withdrawn where it lay."""
    version = text.versions[row["version"]] if side == "theirs" else row["version"]
    if version == text.current:
        row["version"] = version
        return
    to = text.place(m, side, row["version"], row["start_char"], row["end_char"])
    row["version"] = version
    if to.start_char is not None and to.end_char is not None:
        row |= {
            "version": text.current,
            "start_char": to.start_char,
            "end_char": to.end_char,
            "quote": to.quote,
        }
    elif to.outcome is Outcome.NEEDS_REVIEW and row["status"] == "open":
        row["status"] = "superseded"


def _move_ours(m: Merging, text: Text) -> None:
    sql = "SELECT * FROM suggestion WHERE source_id = ? AND version = ?"
    for row in list(m.ours.query(sql, (text.source_id, text.was))):
        _place(m, text, row, "ours")
        columns = ("version", "start_char", "end_char", "quote", "status")
        m.ours.conn.execute(
            f"UPDATE suggestion SET {', '.join(f'{c} = ?' for c in columns)} WHERE id = ?",
            (*(row[c] for c in columns), row["id"]),
        )
        m.told.changed["suggestions"] += 1


def _wrong_words(m: Merging) -> None:
    """Rejections that were of the words alone, beside suggestions that are rejected here too."""
    known = {row[0] for row in m.ours.conn.execute("SELECT suggestion_id FROM wrong_words")}
    sql = "SELECT id FROM suggestion WHERE status = 'rejected'"
    rejected = {row[0] for row in m.ours.conn.execute(sql)}
    ids, new = m.map_of("suggestion"), []
    for row in m.theirs.query("SELECT * FROM wrong_words"):
        row["suggestion_id"] = ids[row["suggestion_id"]]
        if row["suggestion_id"] in rejected - known:
            new.append(row)
    m.told.added["wrong_words"] += m.add("wrong_words", new)


def _decide(m: Merging, own: Row, row: Row) -> None:
    if own["status"] == row["status"]:
        return
    here, there = (m.since.has(side, own["guid"], _DECISIONS) for side in ("ours", "theirs"))
    is_withdrawn = own["status"] == "open" and row["status"] == "superseded" and not here
    if there and here:
        told = {"ours": own["status"], "theirs": row["status"]}
        m.conflict("suggestion", own["guid"], "suggestion", "ours", **told)
    elif there or is_withdrawn:
        m.ours.conn.execute(
            "UPDATE suggestion SET status = ?, decided_by = ?, decided_at = ? WHERE guid = ?",
            (row["status"], row["decided_by"], row["decided_at"], own["guid"]),
        )
        m.told.changed["suggestions"] += 1


# --- topics and vectors ---------------------------------------------------------------------------


def merge_topics(m: Merging, texts: Mapping[int, Text]) -> None:
    """Topics only they found, and links of topics to codes that only they made."""
    mine, ids, new = by_guid(m.ours, "topic"), m.map_of("topic"), []
    runs, codes = m.map_of("run"), m.map_of("code")
    for guid, row in by_guid(m.theirs, "topic").items():
        row["code_id"] = None if row["code_id"] is None else codes[row["code_id"]]
        own = mine.get(guid)
        if own is not None:
            ids[row["id"]] = own["id"]
        if own is None:
            number = ids[row["id"]] = m.take_id("topic")
            new.append({**row, "id": number, "run_id": runs[row["run_id"]], "merged_into": None})
        elif own["code_id"] != row["code_id"] and m.since.has("theirs", guid, ("topic_linked",)):
            _link(m, own, row)
    m.told.added["topics"] += m.add("topic", new)
    if new:
        fresh = {row["id"] for row in new}
        _members(m, texts, fresh)
        _put_together(m, fresh)
    _vectors(m)


def _link(m: Merging, own: Row, row: Row) -> None:
    if m.since.has("ours", own["guid"], ("topic_linked",)):
        m.conflict("topic", own["guid"], "topic", "ours")
        return
    m.ours.conn.execute("UPDATE topic SET code_id = ? WHERE id = ?", (row["code_id"], own["id"]))
    m.told.changed["topics"] += 1


def _put_together(m: Merging, fresh: set[int]) -> None:
    """New topics that were put into others there."""
    ids = m.map_of("topic")
    sql = "SELECT id, merged_into FROM topic WHERE merged_into IS NOT NULL"
    pairs = [(ids[into], ids[n]) for n, into in m.theirs.conn.execute(sql) if ids[n] in fresh]
    m.ours.conn.executemany("UPDATE topic SET merged_into = ? WHERE id = ?", pairs)


def _members(m: Merging, texts: Mapping[int, Text], fresh: set[int]) -> None:
    """Sentences of new topics, found by source, version, kind and position."""
    where = "source_id, version, kind, position"
    segments = {row[1:]: row[0] for row in m.ours.conn.execute(f"SELECT id, {where} FROM segment")}
    sources, ids = m.map_of("source"), m.map_of("topic")
    rows = []
    for topic, is_best, is_weak, source, version, kind, position in m.theirs.conn.execute(
        "SELECT x.topic_id, x.is_representative, x.is_weak, g.source_id, g.version, g.kind, g.position"
        " FROM topic_member x JOIN segment g ON g.id = x.segment_id"
    ):
        text = texts.get(sources[source])
        number = version if text is None else text.versions[version]
        if ids[topic] in fresh:
            rows.append((ids[topic], segments[(sources[source], number, kind, position)], is_best, is_weak))
    m.ours.conn.executemany(
        "INSERT OR IGNORE INTO topic_member (topic_id, segment_id, is_representative, is_weak)"
        " VALUES (?, ?, ?, ?)",
        rows,
    )


def _vectors(m: Merging) -> None:
    """Vectors are made of texts alone: whichever is here already is the same."""
    key = "text_sha256, model_digest, backend"
    known = set(m.ours.conn.execute(f"SELECT {key} FROM embedding"))
    rows = m.theirs.conn.execute(f"SELECT {key}, vector FROM embedding")
    new = [row for row in rows if row[:3] not in known]
    m.told.added["vectors"] += m.insert("embedding", (*key.split(", "), "vector"), new)
