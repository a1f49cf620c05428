"""Merging of blind audits: those that only the other copy drew, and answers given there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .merge_kit import Merging, by_guid
from .merge_texts import Text

Row = dict[str, Any]


def merge_audits(m: Merging, texts: Mapping[int, Text]) -> None:
    """Audits they alone have, whole; of shared ones the answers they alone have, and that they finished.

    A coder has one running audit: where each copy has another, theirs is taken as finished where it stood.
    """
    mine, new, shared = by_guid(m.ours, "audit"), [], []
    running = {row["coder_id"] for row in mine.values() if row["finished_at"] is None}
    for guid, row in by_guid(m.theirs, "audit").items():
        if guid in mine:
            shared.append((mine[guid], row))
            continue
        number = row["id"]
        coder = m.map_of("coder")[row["coder_id"]]
        m.map_of("audit")[number] = row["id"] = m.take_id("audit")
        row |= {"run_id": m.map_of("run")[row["run_id"]], "coder_id": coder}
        if row["finished_at"] is None and coder in running:
            row["finished_at"] = m.stamp.at
            m.conflict("audit", guid, "audit", "ours")
        elif row["finished_at"] is None:
            running.add(coder)
        new.append(row)
    if new:
        _add(m, new, texts)
    for own, row in shared:
        _answers(m, own, row)


def _add(m: Merging, new: list[Row], texts: Mapping[int, Text]) -> None:
    audits, codes = m.map_of("audit"), m.map_of("code")
    fresh = {row["id"] for row in new}
    m.told.added["audits"] += m.add("audit", new)
    m.add("audit_stratum", _of(m, "audit_stratum", {"audit_id": audits}))
    m.add("audit_code", _of(m, "audit_code", {"audit_id": audits, "code_id": codes}))
    where = "source_id, version, kind, position"
    segments = {row[1:]: row[0] for row in m.ours.conn.execute(f"SELECT id, {where} FROM segment")}
    places = {
        row[0]: row[1:] for row in m.theirs.conn.execute(f"SELECT id, {where} FROM segment ORDER BY id")
    }
    units: list[Row] = []
    for row in m.theirs.query("SELECT * FROM audit_unit ORDER BY id"):
        if audits.get(row["audit_id"]) not in fresh:
            continue
        source, version, kind, position = places[row["segment_id"]]
        source = m.map_of("source")[source]
        text = texts.get(source)
        at = version if text is None else text.versions[version]
        number = row["id"]
        m.map_of("audit_unit")[number] = row["id"] = m.take_id("audit_unit")
        row |= {
            "audit_id": audits[row["audit_id"]],
            "segment_id": segments[(source, at, kind, position)],
        }
        units.append(row)
    m.add("audit_unit", units)
    unit_ids = m.map_of("audit_unit")
    m.add("audit_call", _of(m, "audit_call", {"unit_id": unit_ids, "code_id": codes}))
    # An audit that is taken as finished now was answered before.
    answers = _of(m, "audit_answer", {"unit_id": unit_ids, "code_id": codes})
    m.add("audit_answer", [{**row, "id": m.take_id("audit_answer")} for row in answers])


def _of(m: Merging, table: str, maps: Mapping[str, Mapping[int, int]]) -> list[Row]:
    """Their rows of a table that belong to something new, in our ids."""
    owner = next(iter(maps))
    rows = [row for row in m.theirs.query(f"SELECT * FROM {table}") if row[owner] in maps[owner]]
    return [{**row, **{column: ids[row[column]] for column, ids in maps.items()}} for row in rows]


def _answers(m: Merging, own: Row, row: Row) -> None:
    """Answers of a shared audit that only they have; they are the same audit's, passage by passage."""
    sql = (
        "SELECT u.position, c.guid, x.answer, x.made_by, x.made_at FROM audit_answer x"
        " JOIN audit_unit u ON u.id = x.unit_id JOIN code c ON c.id = x.code_id WHERE u.audit_id = ?"
        " ORDER BY x.id"
    )
    known = set(m.ours.conn.execute(sql, (own["id"],)).fetchall())
    units = dict(
        m.ours.conn.execute("SELECT position, id FROM audit_unit WHERE audit_id = ?", (own["id"],)).fetchall()
    )
    codes = dict(m.ours.conn.execute("SELECT guid, id FROM code").fetchall())
    closed = own["finished_at"]
    rows = [
        (m.take_id("audit_answer"), units[position], codes[m.guid(code)], answer, by, at)
        for position, code, answer, by, at in m.theirs.conn.execute(sql, (row["id"],))
        if (position, m.guid(code), answer, by, at) not in known
        and position in units
        and (closed is None or at <= closed)
    ]
    columns = ("id", "unit_id", "code_id", "answer", "made_by", "made_at")
    m.told.added["audit answers"] += m.insert("audit_answer", columns, rows)
    if closed is None and row["finished_at"] is not None:
        m.ours.conn.execute("UPDATE audit SET finished_at = ? WHERE id = ?", (row["finished_at"], own["id"]))
        m.told.changed["audits"] += 1
