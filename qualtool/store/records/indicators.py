"""Indicator values as published, by file; a newer release of a dataset and year supersedes the older."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from sqlite_utils import Database

from ...model import IndicatorFile
from ..file.sealing import seal_values
from ..log.events import Stamp, record
from ..log.identity import inserted, new_guid, one
from . import releases


def add_file(
    db: Database,
    file: IndicatorFile,
    report: dict[str, Any],
    stamp: Stamp,
    *,
    instead_of: int | None = None,
) -> list[dict[str, Any]]:
    """Store a published file; an older one of the same dataset, year and schools is superseded, not deleted.

    ``instead_of`` is the id of a file that this one corrects (the same bytes, read with another year).
    Returns, for each file of its dataset and year, ``{"left","standing"}``: the names of the one that is
    set aside and the one that is used; ``left`` is None where both stand, beside ``n_both``, the number
    of schools in both.
    """
    guid = new_guid()
    file_id = inserted(
        db,
        "INSERT INTO indicator_file (guid, name, dataset, year, encoding, bytes_sha256, is_national, licence,"
        " report, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            guid,
            file.name,
            file.dataset,
            file.year,
            file.encoding,
            file.bytes_sha256,
            int(file.is_national),
            file.licence,
            json.dumps({**report, "aggregates": file.aggregates}, ensure_ascii=False),
            stamp.by,
            stamp.at,
        ),
    )
    ids = _name_ids(db, dict.fromkeys(v[2] for v in file.values))
    db.conn.executemany(
        "INSERT INTO indicator_value (file_id, urn, la_code, name_id, value, status, raw)"
        f" VALUES ({file_id}, ?, ?, ?, ?, ?, ?)",
        ((urn, la, ids[name], value, status, raw) for urn, la, name, value, status, raw in file.values),
    )
    seal_values(db, file_id)
    told = _settled(db, file_id, instead_of)
    after = {"name": file.name, "dataset": file.dataset, "year": file.year, "n_values": len(file.values)}
    record(db, stamp, "indicators_imported", target_kind="indicator_file", target_guid=guid, after=after)
    return told


def _settled(db: Database, file_id: int, instead_of: int | None) -> list[dict[str, Any]]:
    new = releases.by_id(db, file_id)
    told: list[dict[str, Any]] = []
    if instead_of is not None:
        corrected = releases.by_id(db, instead_of)
        releases.supersede(db, corrected, new)
        told.append({"left": corrected["name"], "standing": new["name"]})
    for old in releases.rivals(db, file_id):
        found = releases.settle(db, old, new)
        if found is None:
            n_both = releases.n_in_both(db, old, new)
            told.append({"left": None, "standing": old["name"], "n_both": n_both})
            continue
        left, standing = found
        releases.supersede(db, left, standing)
        told.append({"left": left["name"], "standing": standing["name"]})
        if left["id"] == file_id:
            break
    return told


def school_numbers(db: Database) -> list[tuple[str, str | None, str, float | None, str, str]]:
    """The numbers of schools within their authorities, as ``IndicatorFile.values`` has them."""
    rows = db.conn.execute(
        "SELECT DISTINCT v.urn, v.la_code, n.name, NULL, v.status, v.raw FROM indicator_value v"
        " JOIN indicator_name n ON n.id = v.name_id JOIN indicator_file f ON f.id = v.file_id"
        " WHERE n.name = 'establishment_number' AND f.superseded_by IS NULL"
    )
    return rows.fetchall()


def _name_ids(db: Database, names: Iterable[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for name in names:
        found = one(db, "SELECT id FROM indicator_name WHERE name = ?", (name,))
        ids[name] = (
            int(found["id"])
            if found
            else inserted(db, "INSERT INTO indicator_name (name) VALUES (?)", (name,))
        )
    return ids


def files(db: Database) -> list[dict[str, Any]]:
    """The files that stand (not superseded), with their import reports decoded."""
    rows = db.query("SELECT * FROM indicator_file WHERE superseded_by IS NULL ORDER BY dataset, year, id")
    return [{**row, "report": json.loads(row["report"])} for row in rows]


def values(
    db: Database, *, names: Sequence[str] | None = None, urns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Raw values of the standing files: columns file_id, dataset, year, urn, la_code, name, value, status, raw."""
    conditions = ["f.superseded_by IS NULL"]
    bound: list[str] = []
    for column, wanted in (("n.name", names), ("v.urn", urns)):
        if wanted is not None:
            conditions.append(f"{column} IN ({', '.join('?' for _ in wanted)})")
            bound += wanted
    sql = (
        "SELECT v.file_id, f.dataset, f.year, v.urn, v.la_code, n.name, v.value, v.status, v.raw"
        " FROM indicator_value v JOIN indicator_file f ON f.id = v.file_id"
        f" JOIN indicator_name n ON n.id = v.name_id WHERE {' AND '.join(conditions)}"
    )
    columns = ["file_id", "dataset", "year", "urn", "la_code", "name", "value", "status", "raw"]
    return pd.DataFrame(db.conn.execute(sql, bound).fetchall(), columns=columns)


def known_names(db: Database) -> set[str]:
    """Names of all values that files ever brought."""
    return {row[0] for row in db.conn.execute("SELECT name FROM indicator_name")}


def values_by_file(db: Database) -> dict[int, list[tuple[str, str | None, str, float | None, str, str]]]:
    """Values of the standing files as ``IndicatorFile.values`` has them, by file id.

    Equal texts are one object: a national file names each school many times over.
    """
    names = dict(db.conn.execute("SELECT id, name FROM indicator_name"))
    found: dict[int, list[tuple[str, str | None, str, float | None, str, str]]] = {}
    seen: dict[Any, Any] = {}
    same = seen.setdefault
    rows = db.conn.execute(
        "SELECT v.file_id, v.urn, v.la_code, v.name_id, v.value, v.status, v.raw FROM indicator_value v"
        " JOIN indicator_file f ON f.id = v.file_id WHERE f.superseded_by IS NULL"
    )
    for file_id, urn, la_code, name_id, value, status, raw in rows:
        place, cell = (same(urn, urn), same(la_code, la_code)), (value, same(status, status), same(raw, raw))
        found.setdefault(file_id, []).append((*place, names[name_id], *cell))
    return found
