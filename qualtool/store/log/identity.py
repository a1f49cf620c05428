"""GUIDs and rows by GUID."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database


def new_guid() -> str:
    """A random GUID (version 4), lower case with hyphens."""
    return str(uuid.uuid4())


def one(db: Database, sql: str, values: Sequence[Any] = ()) -> dict[str, Any] | None:
    """The first row of a query as a dict, or None."""
    return next(iter(db.query(sql, tuple(values))), None)


def scalar(db: Database, sql: str, values: Sequence[Any] = ()) -> Any:
    """The first column of the first row, or None."""
    row = db.conn.execute(sql, tuple(values)).fetchone()
    return None if row is None else row[0]


def inserted(db: Database, sql: str, values: Sequence[Any]) -> int:
    """Run an INSERT and return the new row's id."""
    number = db.conn.execute(sql, tuple(values)).lastrowid
    return int(number) if number is not None else 0
