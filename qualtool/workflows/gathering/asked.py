"""Mark in the app what was asked in a source, code by code: so that silence can be told from not asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import UserInputError
from ...store.file import connection
from ...store.log.events import record
from ...store.records import codes as code_store
from ...store.records import codings as coding_store
from ...store.records import sources as source_store
from ..clock import stamp

ANSWERS = ("yes", "no", "unclear")
_IN_APP = "marked in the app"


def asked_in(study: Path, source_guid: str) -> list[dict[str, Any]]:
    """Every codable code with what is marked for this source: dicts code, path, asked ("" for nothing).

    Raises:
        UserInputError: there is no such source.
    """
    with connection.reading(study) as db:
        source = source_store.find_source(db, source_guid)
        book = code_store.codebook(db)
        ids = code_store.code_ids(db)
        return [
            {
                "code": code.short_id or book.path(code),
                "path": book.path(code),
                "asked": coding_store.asked_of(db, source["id"], ids[code.guid]) or "",
            }
            for code in book.codes
            if code.is_codable
        ]


def mark_asked(study: Path, source_guid: str, marks: Mapping[str, str], *, by: str | None) -> int:
    """Mark codes (short id or path) as asked: yes, no, unclear, or "" to take a mark away.

    One act, which the history can undo. Returns how many marks changed.

    Raises:
        UserInputError: no such source or code, or another answer; nothing is changed.
    """
    odd = sorted({answer for answer in marks.values() if answer not in (*ANSWERS, "")})
    if odd:
        raise UserInputError.single("asked", f"'{odd[0]}' is no answer.", f"Use {', '.join(ANSWERS)}.")
    made = stamp(by)
    with connection.writing(study) as db:
        source = source_store.find_source(db, source_guid)
        changed: list[list[str | None]] = []
        for key, answer in marks.items():
            code = code_store.find_code(db, key)
            was = coding_store.asked_of(db, source["id"], code["id"])
            if coding_store.set_asked(db, source["id"], code["id"], answer or None, made):
                changed.append([source["guid"], code["guid"], answer or None, was])
        if changed:
            after = {"file": _IN_APP, "n": len(changed), "rows": changed}
            record(db, made, "asked_imported", target_kind="study", target_guid="study", after=after)
    return len(changed)
