"""Memos on the study, a source, a code, a coding or a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..store import codes as code_store
from ..store import codings as coding_store
from ..store import connection, people
from ..store.overview import names_by_guid
from .clock import stamp


def memos_of(study: Path) -> list[dict[str, Any]]:
    """Memos, newest first, with a readable name of what each is about in ``about``."""
    with connection.reading(study) as db:
        rows = coding_store.memos(db)
        book = code_store.codebook(db)
        names = {c.guid: book.path(c) for c in book.codes}
        names |= names_by_guid(db)
        for row in rows:
            row["about"] = names.get(row["target_guid"], "the study")
            if row["target_kind"] == "coding":
                coding = coding_store.coding(db, row["target_guid"])
                row["about"] = f"{names.get(coding['code_guid'], 'removed code')} in {coding['source']}"
                row["quote"] = coding["quote"]
    return rows


def write_memo(study: Path, target_kind: str, target_guid: str, text: str, *, coder: str) -> str:
    """Write this coder's memo on a thing; an empty text removes it. Returns the memo's GUID."""
    made = stamp(coder)
    with connection.writing(study) as db:
        coder_id = people.ensure_coder(db, coder, made)
        return coding_store.set_memo(db, target_kind, target_guid, text, coder_id, made)
