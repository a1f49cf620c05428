"""Codes and the versions of the codebook."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ...model import Code, Codebook, Role
from ..file import acting
from ..log.events import Stamp, record
from ..log.identity import inserted, one, scalar

_FIELDS = (
    "short_id",
    "name",
    "is_codable",
    "definition",
    "apply_when",
    "do_not_apply_when",
    "example",
    "citation",
    "colour",
    "is_restricted",
)


def codebook(db: Database) -> Codebook:
    """The codebook as it stands, without removed codes."""
    rows = list(
        db.query(
            "SELECT c.*, p.guid AS parent_guid FROM code c LEFT JOIN code p ON p.id = c.parent_id"
            " WHERE c.removed_at IS NULL ORDER BY c.position, c.id"
        )
    )
    codes = tuple(_code(row) for row in rows)
    title = scalar(db, "SELECT value FROM study WHERE key = 'codebook_title'") or "Codebook"
    return Codebook(title=str(title), codes=codes)


def _code(row: dict[str, Any]) -> Code:
    values: dict[str, Any] = {f: bool(row[f]) if f.startswith("is_") else row[f] for f in _FIELDS}
    return Code(guid=row["guid"], parent=row["parent_guid"], **values)


def code_ids(db: Database) -> dict[str, int]:
    """GUID -> id of every code."""
    return {r["guid"]: r["id"] for r in db.query("SELECT guid, id FROM code")}


def current_version(db: Database) -> int:
    """Number of the newest codebook version; 0 while there is none."""
    return int(scalar(db, "SELECT coalesce(max(version), 0) FROM codebook_version"))


def save_codebook(
    db: Database, book: Codebook, stamp: Stamp, *, note: str, undoes: int | None = None
) -> int | None:
    """Make the study's codebook equal to ``book``; returns the new version, None when nothing changed.

    Codes are matched by GUID, so a renamed code keeps its codings. A code that is no longer there is
    marked removed; its codings stay. ``undoes`` is the event that this takes back.

    Raises:
        NotAllowedError: the person logged in is no owner of the study.
    """
    acting.require(Role.OWNER, "change the codebook")
    old = codebook(db)
    if current_version(db) and old.codes == book.codes:
        return None
    write_codes(db, old, book, stamp)
    return _new_version(db, book, stamp, note, undoes)


def write_codes(db: Database, old: Codebook, book: Codebook, stamp: Stamp) -> None:
    """Make the codes of the study those of ``book``, without a new version; ``old`` is what they are."""
    ids = code_ids(db)
    kept = {code.guid for code in book.codes}
    for code in old.codes:
        # A short id may pass from one code to another: none is held while codes are saved one by one.
        if code.guid in kept:
            db.conn.execute("UPDATE code SET short_id = '' WHERE guid = ?", (code.guid,))
        else:
            db.conn.execute("UPDATE code SET removed_at = ? WHERE guid = ?", (stamp.at, code.guid))
    for position, code in enumerate(book.codes):
        _save_code(db, code, position, ids, stamp)
    for code in book.codes:
        db.conn.execute(
            "UPDATE code SET parent_id = ? WHERE id = ?",
            (ids[code.parent] if code.parent else None, ids[code.guid]),
        )
    db.conn.execute(
        "INSERT INTO study (key, value) VALUES ('codebook_title', ?)"
        " ON CONFLICT DO UPDATE SET value = excluded.value",
        (book.title,),
    )


def _save_code(db: Database, code: Code, position: int, ids: dict[str, int], stamp: Stamp) -> None:
    values = [int(v) if isinstance(v := getattr(code, f), bool) else v for f in _FIELDS]
    if code.guid in ids:
        assignments = ", ".join(f"{f} = ?" for f in _FIELDS)
        db.conn.execute(
            f"UPDATE code SET {assignments}, position = ?, removed_at = NULL WHERE guid = ?",
            (*values, position, code.guid),
        )
        return
    ids[code.guid] = inserted(
        db,
        f"INSERT INTO code (guid, {', '.join(_FIELDS)}, position, made_by, made_at)"
        f" VALUES (?, {', '.join('?' for _ in _FIELDS)}, ?, ?, ?)",
        (code.guid, *values, position, stamp.by, stamp.at),
    )


def _new_version(db: Database, book: Codebook, stamp: Stamp, note: str, undoes: int | None) -> int:
    content = json.dumps(
        {"title": book.title, "codes": [asdict(c) for c in book.codes]}, ensure_ascii=False, sort_keys=True
    )
    digest = hashlib.sha256(content.encode()).hexdigest()
    version = current_version(db) + 1
    db.conn.execute(
        "INSERT INTO codebook_version (version, sha256, content, note, made_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (version, digest, content, note, stamp.by, stamp.at),
    )
    record(
        db,
        stamp,
        "codebook_saved",
        target_kind="codebook",
        target_guid=str(version),
        after={"n_codes": len(book.codes), "sha256": digest, "note": note},
        undoes=undoes,
    )
    return version


def find_code(db: Database, wanted: str) -> dict[str, Any]:
    """The row of a code given by short id, full path, or unique name.

    Raises:
        UserInputError: no code, or a heading that cannot be applied.
    """
    book = codebook(db)
    code = book.find(wanted)
    if code is None:
        raise UserInputError.single(
            f"code '{wanted}'",
            "The codebook has no such code, or several of that name.",
            "Give its short id or its full path, or add it to the codebook first.",
        )
    row = one(db, "SELECT * FROM code WHERE guid = ?", (code.guid,))
    return {**(row or {}), "path": book.path(code)}


def require_codable(row: dict[str, Any]) -> None:
    """Refuse a heading: it groups codes and is not applied itself.

    Raises:
        UserInputError: the code of this row is a heading.
    """
    if not row["is_codable"]:
        raise UserInputError.single(
            f"code '{row['path']}'",
            "This is a heading, not a code to apply.",
            "Choose one of the codes under it.",
        )


def favourites(db: Database, coder_id: int) -> dict[int, str]:
    """Key 1-9 -> code GUID, as this coder set them."""
    return {
        r["slot"]: r["guid"]
        for r in db.query(
            "SELECT f.slot, c.guid FROM favourite f JOIN code c ON c.id = f.code_id"
            " WHERE f.coder_id = ? AND c.removed_at IS NULL",
            (coder_id,),
        )
    }


def set_favourite(db: Database, coder_id: int, slot: int, code_id: int | None) -> None:
    """Put a code on a key, or clear the key."""
    if code_id is None:
        db.conn.execute("DELETE FROM favourite WHERE coder_id = ? AND slot = ?", (coder_id, slot))
        return
    db.conn.execute(
        "INSERT INTO favourite (coder_id, slot, code_id) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET code_id = excluded.code_id",
        (coder_id, slot, code_id),
    )
