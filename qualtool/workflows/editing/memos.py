"""Memos on the study, a source, a code, a coding or a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...model import Role
from ...store.file import connection
from ...store.log.conflicts import last_change, writing_or_setting_aside
from ...store.reading.overview import names_by_guid
from ...store.records import coder_marks, people
from ...store.records import codes as code_store
from ...store.records import codings as coding_store
from ..clock import stamp
from ..conflicts import conflict


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


def write_memo(
    study: Path, target_kind: str, target_guid: str, text: str, *, coder: str, seen: str | None = None
) -> str:
    """Write this coder's memo on a thing; an empty text removes it. Returns the memo's GUID.

    ``seen`` is the memo as the person saw it when they began to write, blank where there was none.

    Raises:
        ConflictError: the memo was written anew meanwhile, in another window of the same person. It
            stays as it is, and this text is kept in the log.
    """
    made = stamp(coder)
    with writing_or_setting_aside(study, made, least=Role.CODER) as db:
        coder_id = people.ensure_coder(db, coder, made)
        stands = coder_marks.memo_text(db, target_kind, target_guid, coder_id)
        if seen is not None and stands.strip() not in (seen.strip(), text.strip()):
            guid = coding_store.memo_on(db, target_kind, target_guid, coder_id)
            raise conflict(
                "memo",
                guid,
                f"memo on a {target_kind}",
                theirs={"text": stands},
                yours={"text": text, "on": [target_kind, target_guid]},
                change=last_change(db, guid, "memo_written"),
                me=made.by,
            )
        return coding_store.set_memo(db, target_kind, target_guid, text, coder_id, made)
