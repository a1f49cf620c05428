"""Codings, memos, and asked marks."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ...model import Coding
from ..log.events import Stamp, record
from ..log.identity import inserted, new_guid, one
from . import answers
from .codes import current_version
from .sources import bump_rev

FACETS = ("stance", "valence", "basis", "level")

_ROW = (
    "SELECT g.id, g.guid, s.guid AS source_guid, s.name AS source, g.version, g.start_char, g.end_char,"
    " g.quote, c.guid AS code_guid, k.name AS coder, g.origin, g.stance, g.valence, g.basis, g.level,"
    " g.removed_at, g.rev, g.made_at, g.codebook_version FROM coding g JOIN source s ON s.id = g.source_id"
    " JOIN code c ON c.id = g.code_id JOIN coder k ON k.id = g.coder_id"
)


def existing(db: Database, coding: Coding, *, source_id: int, code_id: int, coder_id: int) -> str | None:
    """GUID of the standing coding of this very stretch, code and coder, if there is one."""
    row = one(
        db,
        "SELECT guid FROM coding WHERE source_id = ? AND version = ? AND start_char = ? AND end_char = ?"
        " AND code_id = ? AND coder_id = ? AND removed_at IS NULL",
        (
            source_id,
            coding.selection.version,
            coding.selection.start_char,
            coding.selection.end_char,
            code_id,
            coder_id,
        ),
    )
    return None if row is None else str(row["guid"])


def add_coding(
    db: Database,
    coding: Coding,
    stamp: Stamp,
    *,
    source_id: int,
    code_id: int,
    coder_id: int,
    suggestion_id: int | None = None,
    codebook_version: int | None = None,
    rev: int | None = None,
    log: bool = True,
) -> str:
    """Store a coding and return its GUID; the same stretch, code and coder twice is one coding.

    ``rev`` and ``log`` serve bulk imports, which raise the revision and write the event once.

    Raises:
        UserInputError: the study has no codebook yet.
    """
    standing = existing(db, coding, source_id=source_id, code_id=code_id, coder_id=coder_id)
    if standing is not None:
        return standing
    version = codebook_version or current_version(db)
    if version == 0:
        raise UserInputError("The study has no codebook yet: import or make one before coding.")
    revision = bump_rev(db, source_id) if rev is None else rev
    selection = coding.selection
    if log:
        answers.clear_for_coding(db, source_id, coder_id, coding.guid, stamp)
    inserted(
        db,
        "INSERT INTO coding (guid, source_id, version, start_char, end_char, quote, code_id, coder_id, origin,"
        " suggestion_id, codebook_version, stance, valence, basis, level, rev, made_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            coding.guid,
            source_id,
            selection.version,
            selection.start_char,
            selection.end_char,
            selection.quote,
            code_id,
            coder_id,
            coding.origin.value,
            suggestion_id,
            version,
            coding.stance,
            coding.valence,
            coding.basis,
            coding.level,
            revision,
            stamp.by,
            stamp.at,
        ),
    )
    if log:
        after = {
            "source": selection.source_guid,
            "version": selection.version,
            "start_char": selection.start_char,
            "end_char": selection.end_char,
            "code": coding.code_guid,
            "coder": coding.coder.strip(),
            "origin": coding.origin.value,
            **{name: value for name in FACETS if (value := getattr(coding, name)) is not None},
        }
        record(db, stamp, "coding_added", target_kind="coding", target_guid=coding.guid, after=after)
    return coding.guid


def coding(db: Database, guid: str) -> dict[str, Any]:
    """One coding as a row, removed or not.

    Raises:
        UserInputError: there is none of this GUID.
    """
    row = one(db, f"{_ROW} WHERE g.guid = ?", (guid,))
    if row is None:
        raise UserInputError("There is no such coding in this study.")
    return row


def has_twin(db: Database, guid: str) -> bool:
    """Does another coding with this one's stretch, code and coder stand?"""
    found = one(
        db,
        "SELECT 1 FROM coding g JOIN coding o ON o.source_id = g.source_id AND o.version = g.version"
        " AND o.start_char = g.start_char AND o.end_char = g.end_char AND o.code_id = g.code_id"
        " AND o.coder_id = g.coder_id AND o.removed_at IS NULL AND o.id <> g.id WHERE g.guid = ?",
        (guid,),
    )
    return found is not None


def set_removed(db: Database, guid: str, stamp: Stamp, *, removed: bool, undoes: int | None = None) -> None:
    """Remove a coding, or bring it back; a removed one stays in the file with who and when."""
    row = coding(db, guid)
    if bool(row["removed_at"]) == removed:
        return
    place = one(db, "SELECT source_id, coder_id FROM coding WHERE guid = ?", (guid,)) or {}
    rev = bump_rev(db, int(place["source_id"]))
    if not removed:
        answers.clear_for_coding(db, place["source_id"], place["coder_id"], guid, stamp)
    at, by = (stamp.at, stamp.by) if removed else (None, None)
    db.conn.execute(
        "UPDATE coding SET removed_at = ?, removed_by = ?, rev = ? WHERE guid = ?", (at, by, rev, guid)
    )
    kind = "coding_removed" if removed else "coding_restored"
    record(db, stamp, kind, target_kind="coding", target_guid=guid, undoes=undoes)


def set_facets(
    db: Database, guid: str, values: dict[str, str | None], stamp: Stamp, *, undoes: int | None = None
) -> None:
    """Change facets of a coding; a value of None clears one."""
    row = coding(db, guid)
    wanted = {name: values[name] for name in FACETS if name in values and values[name] != row[name]}
    if not wanted:
        return
    source_row = one(db, "SELECT source_id FROM coding WHERE guid = ?", (guid,))
    rev = bump_rev(db, int((source_row or {})["source_id"]))
    assignments = ", ".join(f"{name} = ?" for name in wanted)
    db.conn.execute(
        f"UPDATE coding SET {assignments}, rev = ? WHERE guid = ?",
        (*wanted.values(), rev, guid),
    )
    before = {name: row[name] for name in wanted}
    record(
        db,
        stamp,
        "coding_facets",
        target_kind="coding",
        target_guid=guid,
        before=before,
        after=wanted,
        undoes=undoes,
    )


def set_memo(db: Database, target_kind: str, target_guid: str, text: str, coder_id: int, stamp: Stamp) -> str:
    """Write this coder's memo on a thing; an empty text removes it. Returns the memo's GUID.

    Empty text where there is no memo changes nothing and returns an empty GUID.
    """
    found = one(
        db,
        "SELECT guid, text FROM memo WHERE target_kind = ? AND target_guid = ? AND coder_id = ?"
        " AND removed_at IS NULL",
        (target_kind, target_guid, coder_id),
    )
    if found is None and not text.strip():
        return ""
    guid = found["guid"] if found else new_guid()
    if found is None:
        db.conn.execute(
            "INSERT INTO memo (guid, target_kind, target_guid, text, coder_id, changed_at, made_by, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (guid, target_kind, target_guid, text, coder_id, stamp.at, stamp.by, stamp.at),
        )
    else:
        removed_at = None if text.strip() else stamp.at
        db.conn.execute(
            "UPDATE memo SET text = ?, changed_at = ?, removed_at = ? WHERE guid = ?",
            (text, stamp.at, removed_at, guid),
        )
    before = {"text": found["text"]} if found else None
    after = {"text": text, "on": [target_kind, target_guid]}
    record(db, stamp, "memo_written", target_kind="memo", target_guid=guid, before=before, after=after)
    return str(guid)


def memo_on(db: Database, target_kind: str, target_guid: str, coder_id: int) -> str:
    """GUID of this coder's memo on a thing, or else of the one removed last; empty without any."""
    row = one(
        db,
        "SELECT guid FROM memo WHERE target_kind = ? AND target_guid = ? AND coder_id = ?"
        " ORDER BY removed_at IS NOT NULL, id DESC LIMIT 1",
        (target_kind, target_guid, coder_id),
    )
    return "" if row is None else str(row["guid"])


def memo_row(db: Database, guid: str) -> dict[str, Any] | None:
    """A memo, removed or not: guid, target_kind, target_guid, text, coder_id, coder, removed_at."""
    return one(
        db,
        "SELECT m.*, k.name AS coder FROM memo m JOIN coder k ON k.id = m.coder_id WHERE m.guid = ?",
        (guid,),
    )


def put_memo_back(db: Database, guid: str, text: str, stamp: Stamp, *, undoes: int) -> None:
    """Give a memo the text it had before an event, removed or standing; blank text removes it."""
    row = memo_row(db, guid) or {}
    db.conn.execute(
        "UPDATE memo SET text = ?, changed_at = ?, removed_at = ? WHERE guid = ?",
        (text, stamp.at, None if text.strip() else stamp.at, guid),
    )
    after = {"text": text, "on": [row["target_kind"], row["target_guid"]]}
    record(
        db,
        stamp,
        "memo_written",
        target_kind="memo",
        target_guid=guid,
        before={"text": row["text"]},
        after=after,
        undoes=undoes,
    )


def memos(db: Database) -> list[dict[str, Any]]:
    """All memos, newest first, with the coder's name."""
    return list(
        db.query(
            "SELECT m.guid, m.target_kind, m.target_guid, m.text, m.changed_at, k.name AS coder FROM memo m"
            " JOIN coder k ON k.id = m.coder_id WHERE m.removed_at IS NULL ORDER BY m.changed_at DESC, m.id DESC"
        )
    )


def asked_of(db: Database, source_id: int, code_id: int) -> str | None:
    """Whether a code's subject was asked about in a source: yes, no, unclear; None where nobody said."""
    known = one(db, "SELECT asked FROM asked WHERE source_id = ? AND code_id = ?", (source_id, code_id))
    return None if known is None else str(known["asked"])


def set_asked(db: Database, source_id: int, code_id: int, asked: str | None, stamp: Stamp) -> bool:
    """Mark whether a code's subject was asked about in a source; False where it is marked so already.

    None takes the mark away.
    """
    if asked_of(db, source_id, code_id) == asked:
        return False
    if asked is None:
        db.conn.execute("DELETE FROM asked WHERE source_id = ? AND code_id = ?", (source_id, code_id))
        return True
    db.conn.execute(
        "INSERT INTO asked (source_id, code_id, asked, made_by, made_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET asked = excluded.asked, made_by = excluded.made_by,"
        " made_at = excluded.made_at",
        (source_id, code_id, asked, stamp.by, stamp.at),
    )
    return True
