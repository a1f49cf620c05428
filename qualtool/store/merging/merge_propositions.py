"""Merging of propositions, verdicts and what researchers say of them, and of published findings.

All of it only grows. Research questions and propositions are numbered by version; where both copies
wrote a next one, theirs is kept below and ours is put on top once more, so that ours stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..log.identity import new_guid
from .merge_kit import Merging, by_guid

Row = dict[str, Any]

_BY_KEY = ("meta_inference", "negative_case")


def merge_propositions(m: Merging) -> None:
    """Everything under Triangulate that a person wrote or had computed."""
    _versioned(m, "research_question", "text")
    _versioned(m, "proposition", "sha256")
    _verdicts(m)
    for table in _BY_KEY:
        _grown(m, table, dict)
    _findings(m)


def _versioned(m: Merging, table: str, content: str) -> None:
    mine, theirs = (_by_key(rows) for rows in (m.ours.query(_all(table)), m.theirs.query(_all(table))))
    ids = m.map_of(table)
    for key, rows in theirs.items():
        own = mine.get(key, [])
        known = {row["version"]: row for row in own}
        said = {row[content]: row for row in own}
        newest = max(known, default=0)
        added = 0
        for row in rows:
            same = known.get(row["version"])
            if same is None or same[content] != row[content]:
                same = said.get(row[content])
            if same is not None:
                ids[row["id"]] = same["id"]
                continue
            added += 1
            ids[row["id"]] = m.take_id(table)
            m.add(table, [{**row, "id": ids[row["id"]], "version": newest + added}])
        m.told.added[f"{table}s"] += added
        if added and not _is_behind(own, rows, content):
            _put_on_top(m, table, own[-1], newest + added + 1)
            m.conflict(table, key, key, "ours")


def _all(table: str) -> str:
    return f"SELECT * FROM {table} ORDER BY key, version"


def _by_key(rows: Any) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["key"], []).append(row)
    return found


def _is_behind(own: list[Row], theirs: list[Row], content: str) -> bool:
    """Is our newest version one that theirs went on from?"""
    return not own or own[-1][content] in {row[content] for row in theirs}


def _put_on_top(m: Merging, table: str, row: Row, version: int) -> None:
    again = {**row, "id": m.take_id(table), "version": version}
    if "guid" in row:
        again["guid"] = new_guid()
    m.add(table, [again])


def _verdicts(m: Merging) -> None:
    propositions = m.map_of("proposition")

    def ours(row: Row) -> Row:
        # What happened here since the copies parted happened after it.
        at = min(row["event_id"], m.since.n_alike)
        return {**row, "proposition_id": propositions[row["proposition_id"]], "event_id": at}

    _grown(m, "verdict", ours)
    verdicts = m.map_of("verdict")
    _grown(m, "verdict_override", lambda row: {**row, "verdict_id": verdicts[row["verdict_id"]]})


def _grown(m: Merging, table: str, into_ours: Callable[[Row], Row]) -> None:
    """Rows by GUID that only the other copy has."""
    mine, ids, new = by_guid(m.ours, table), m.map_of(table), []
    for guid, row in by_guid(m.theirs, table).items():
        if guid in mine:
            ids[row["id"]] = mine[guid]["id"]
            continue
        ids[row["id"]] = m.take_id(table)
        new.append({**into_ours(row), "id": ids[row["id"]]})
    m.told.added[f"{table}s"] += m.add(table, new)
    _keep_newest(m, table, mine.values(), new)


def _keep_newest(m: Merging, table: str, mine: Iterable[Row], new: list[Row]) -> None:
    """The last row on a thing stands: where ours is the later one, it is put last once more."""
    parts = ("key", "case_key", "kind", "stakeholder")

    def thing(row: Row) -> tuple[Any, ...]:
        return tuple(row.get(part) for part in parts)

    last = {thing(row): row for row in mine}
    newest: dict[tuple[Any, ...], str] = {}
    for row in new:
        newest[thing(row)] = max(newest.get(thing(row), ""), row["made_at"])
    for on, moment in newest.items():
        if on in last and last[on]["made_at"] > moment:
            m.add(table, [{**last[on], "id": m.take_id(table), "guid": new_guid()}])
            m.conflict(table, last[on]["guid"], last[on]["key"], "ours")


def _findings(m: Merging) -> None:
    known = {row[0] for row in m.ours.conn.execute("SELECT row_sha256 FROM external_finding")}
    rows = [r for r in by_guid(m.theirs, "external_finding").values() if r["row_sha256"] not in known]
    m.told.added["published_findings"] += m.add(
        "external_finding", [{**row, "id": m.take_id("external_finding")} for row in rows]
    )
