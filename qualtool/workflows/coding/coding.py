"""Apply a code to a stretch of text, and read sources and quotes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...model import Coding, Origin, Role
from ...store.file import connection
from ...store.log.identity import new_guid
from ...store.records import codes as code_store
from ...store.records import codings as coding_store
from ...store.records import people
from ...store.records import sources as source_store
from ...text import select
from ..clock import stamp


def text_of(study: Path, source: str, *, version: int | None = None) -> str:
    """The canonical text of a source; its newest version unless ``version`` is given."""
    with connection.reading(study) as db:
        row = source_store.find_source(db, source)
        return source_store.text_of(db, row["id"], version or row["current_version"])


def code_selection(
    study: Path,
    source: str,
    start_char: int,
    end_char: int,
    code: str,
    *,
    coder: str,
    quote: str | None = None,
) -> dict[str, Any]:
    """Code ``[start_char, end_char)`` of a source; doing it twice leaves one coding.

    Raises:
        SelectionError: the offsets leave the text, or ``quote`` is not the text there.
        UserInputError: no such source or code, or the code is a heading.
    """
    made = stamp(coder)
    with connection.writing(study, least=Role.CODER) as db:
        row = source_store.find_source(db, source)
        found = code_store.find_code(db, code)
        text = source_store.text_of(db, row["id"], row["current_version"])
        selection = select(
            text,
            source_guid=row["guid"],
            version=row["current_version"],
            start_char=start_char,
            end_char=end_char,
            quote=quote,
            where=row["name"],
        )
        code_store.require_codable(found)
        guid = coding_store.add_coding(
            db,
            Coding(
                guid=new_guid(),
                selection=selection,
                code_guid=found["guid"],
                coder=coder,
                origin=Origin.TYPED,
            ),
            made,
            source_id=row["id"],
            code_id=found["id"],
            coder_id=people.ensure_coder(db, coder, made),
        )
        return {
            "guid": guid,
            "source": row["name"],
            "start_char": start_char,
            "end_char": end_char,
            "quote": selection.quote,
            "code": found["short_id"] or found["path"],
            "code_path": found["path"],
            "coder": coder,
        }
