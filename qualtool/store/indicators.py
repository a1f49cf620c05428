"""Indicator values as published, by file; a newer release of a dataset and year supersedes the older."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from sqlite_utils import Database

from ..model import IndicatorFile
from .events import Stamp, record
from .identity import inserted, new_guid, one, scalar
from .sealing import seal_values


def is_imported(db: Database, bytes_sha256: str) -> bool:
    return scalar(db, "SELECT 1 FROM indicator_file WHERE bytes_sha256 = ?", (bytes_sha256,)) is not None


def add_file(db: Database, file: IndicatorFile, report: dict[str, Any], stamp: Stamp) -> int:
    """Store a published file; an older one of the same dataset, year and coverage is superseded, not deleted."""
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
    db.conn.execute(
        "UPDATE indicator_file SET superseded_by = ? WHERE dataset = ? AND year IS ? AND name = ? AND id <> ?"
        " AND superseded_by IS NULL",
        (file_id, file.dataset, file.year, file.name, file_id),
    )
    ids = _name_ids(db, dict.fromkeys(v[2] for v in file.values))
    db.conn.executemany(
        "INSERT INTO indicator_value (file_id, urn, la_code, name_id, value, status, raw)"
        f" VALUES ({file_id}, ?, ?, ?, ?, ?, ?)",
        ((urn, la, ids[name], value, status, raw) for urn, la, name, value, status, raw in file.values),
    )
    seal_values(db, file_id)
    after = {"name": file.name, "dataset": file.dataset, "year": file.year, "n_values": len(file.values)}
    record(db, stamp, "indicators_imported", target_kind="indicator_file", target_guid=guid, after=after)
    return file_id


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


def values_by_file(db: Database) -> dict[int, list[tuple[str, str | None, str, float | None, str, str]]]:
    """Values of the standing files as ``IndicatorFile.values`` has them, by file id."""
    found: dict[int, list[tuple[str, str | None, str, float | None, str, str]]] = {}
    rows = db.conn.execute(
        "SELECT v.file_id, v.urn, v.la_code, n.name, v.value, v.status, v.raw FROM indicator_value v"
        " JOIN indicator_file f ON f.id = v.file_id JOIN indicator_name n ON n.id = v.name_id"
        " WHERE f.superseded_by IS NULL"
    )
    for file_id, *value in rows:
        found.setdefault(file_id, []).append(tuple(value))  # type: ignore[arg-type]
    return found
