"""Versions of the codebook as they were saved, and how often each code is applied."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ...model import Code, Codebook
from ..log.identity import one

_FIELDS = frozenset(field.name for field in fields(Code))


def versions(db: Database) -> list[dict[str, Any]]:
    """Saved versions, newest first: version, note, made_by, made_at."""
    return list(
        db.query("SELECT version, note, made_by, made_at FROM codebook_version ORDER BY version DESC")
    )


def codebook_at(db: Database, version: int) -> Codebook:
    """The codebook as it was in a version.

    Raises:
        UserInputError: there is no such version.
    """
    row = one(db, "SELECT content FROM codebook_version WHERE version = ?", (version,))
    if row is None:
        raise UserInputError(f"The codebook has no version {version}.")
    content = json.loads(row["content"])
    codes = tuple(Code(**{k: v for k, v in code.items() if k in _FIELDS}) for code in content["codes"])
    return Codebook(title=content["title"], codes=codes)


def digest_of(db: Database, version: int) -> str:
    """The digest of a version's content: equal ones are equal codebooks."""
    row = one(db, "SELECT sha256 FROM codebook_version WHERE version = ?", (version,))
    return "" if row is None else str(row["sha256"])


def codings_by_code(db: Database) -> dict[str, int]:
    """GUID of a code -> number of codings with it that stand; codes without any are left out."""
    rows = db.query(
        "SELECT c.guid, count(*) AS n FROM coding g JOIN code c ON c.id = g.code_id"
        " WHERE g.removed_at IS NULL GROUP BY c.id"
    )
    return {row["guid"]: int(row["n"]) for row in rows}
