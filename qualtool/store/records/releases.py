"""Releases of one dataset and year: which of two files stands, and which it takes the place of.

Files are told apart by what is in them and not by their names: a newer file takes the place of an older
one if it tells of (nearly) all its schools. Two downloads of different authorities stand side by side.
A provisional release never takes the place of a final one, in whatever order they are imported.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sqlite_utils import Database

from ..log.identity import one, scalar

_COVERS = 0.9
# A file of the same name is a newer delivery even where a good part of its schools has changed.
_COVERS_SAME_NAME = 0.5
_STAGES = ("provisional", "revised", "final")
_STAGE = re.compile("|".join(_STAGES))

Row = dict[str, Any]


def rivals(db: Database, file_id: int) -> list[Row]:
    """Standing files of the same dataset and year as this one, the oldest first."""
    return list(
        db.query(
            "SELECT o.* FROM indicator_file o JOIN indicator_file f ON f.id = ? WHERE o.dataset = f.dataset"
            " AND o.year IS f.year AND o.id <> f.id AND o.superseded_by IS NULL ORDER BY o.id",
            (file_id,),
        )
    )


def settle(db: Database, earlier: Row, later: Row) -> tuple[Row, Row] | None:
    """``(left, standing)`` of two files, the one imported ``earlier`` and the ``later``.

    None where both stand, because each has schools of its own.
    """
    left, standing = (later, earlier) if _is_before(later, earlier) else (earlier, later)
    needed = _COVERS_SAME_NAME if left["name"] == standing["name"] else _COVERS
    return (left, standing) if _covered(db, left, standing) >= needed else None


def supersede(db: Database, left: Row, standing: Row) -> None:
    """Note that ``standing`` takes the place of ``left``; nothing of ``left`` is deleted."""
    db.conn.execute(
        "UPDATE indicator_file SET superseded_by = ? WHERE id = ? AND superseded_by IS NULL",
        (standing["id"], left["id"]),
    )


def _is_before(a: Row, b: Row) -> bool:
    """Whether ``a`` is of an earlier stage of release than ``b``; not where one of them does not say."""
    stages = [_stage(row) for row in (a, b)]
    return None not in stages and _STAGES.index(str(stages[0])) < _STAGES.index(str(stages[1]))


def _stage(row: Row) -> str | None:
    told = str(json.loads(row["report"]).get("stage") or row["name"]).lower()
    found = set(_STAGE.findall(told))
    return found.pop() if len(found) == 1 else None


def _covered(db: Database, left: Row, standing: Row) -> float:
    """The share of the schools (of the authorities, in a file without schools) of ``left`` in the other."""
    of_left = _schools(db, left)
    if of_left:
        return len(of_left & _schools(db, standing)) / len(of_left)
    areas = _areas(left)
    if areas:
        return len(areas & _areas(standing)) / len(areas)
    return 1.0


def n_in_both(db: Database, a: Row, b: Row) -> int:
    """How many schools both files tell of."""
    return len(_schools(db, a) & _schools(db, b))


def _schools(db: Database, row: Row) -> set[str]:
    sql = "SELECT DISTINCT urn FROM indicator_value WHERE file_id = ?"
    return {urn for (urn,) in db.conn.execute(sql, (row["id"],))}


def _areas(row: Row) -> set[str]:
    return {str(a.get("la_code")) for a in json.loads(row["report"]).get("aggregates", ())}


def by_id(db: Database, file_id: int) -> Row:
    """One file."""
    return one(db, "SELECT * FROM indicator_file WHERE id = ?", (file_id,)) or {}


def of_bytes(db: Database, bytes_sha256: str) -> list[Row]:
    """The files of these bytes, standing or not, in the order of their import: bytes that are read otherwise
    later, with another year, are a file of their own that notes them as ``read_again`` in its report."""
    return list(
        db.query(
            "SELECT * FROM indicator_file WHERE bytes_sha256 = ? OR json_extract(report, '$.read_again') = ?"
            " ORDER BY id",
            (bytes_sha256, bytes_sha256),
        )
    )


def every_file(db: Database) -> list[Row]:
    """All files ever imported: name, dataset, year, licence, is_national, made_by, made_at, n_schools,
    ``n_values``, and ``replaced_by``: the name of the file that took its place, None where it stands."""
    found: list[Row] = []
    sql = (
        "SELECT f.*, r.name AS replaced_by FROM indicator_file f"
        " LEFT JOIN indicator_file r ON r.id = f.superseded_by ORDER BY f.dataset, f.year, f.id"
    )
    for row in db.query(sql):
        report = json.loads(row["report"])
        count = "SELECT count(*) FROM indicator_value WHERE file_id = ?"
        found.append(
            {
                "file": row["name"],
                "dataset": row["dataset"],
                "year": row["year"],
                "stands": row["superseded_by"] is None,
                "replaced_by": row["replaced_by"],
                "n_schools": report.get("n_schools", 0),
                "n_values": scalar(db, count, (row["id"],)),
                "is_national": bool(row["is_national"]),
                "licence": row["licence"],
                "made_by": row["made_by"],
                "made_at": row["made_at"],
                "sha256": row["bytes_sha256"],
            }
        )
    return found
