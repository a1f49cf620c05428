"""The append-only log: who, when, what, before and after.

Bulk imports write one event a file, naming what was stored by counts and digests; a person's single
acts write one event each, with enough before and after to undo them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ..file import acting


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who acts, and when (ISO 8601, UTC)."""

    by: str
    at: str


def record(
    db: Database,
    stamp: Stamp,
    kind: str,
    *,
    target_kind: str,
    target_guid: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    undoes: int | None = None,
) -> int:
    """Append one event and return its number.

    Raises:
        NotAllowedError: it carries another name than that of the person logged in.
    """
    acting.require_name(stamp.by)
    cursor = db.conn.execute(
        "INSERT INTO event (at, by, kind, target_kind, target_guid, before, after, undoes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stamp.at,
            stamp.by,
            kind,
            target_kind,
            target_guid,
            None if before is None else json.dumps(dict(before), ensure_ascii=False, sort_keys=True),
            None if after is None else json.dumps(dict(after), ensure_ascii=False, sort_keys=True),
            undoes,
        ),
    )
    number = cursor.lastrowid
    return int(number) if number is not None else 0
