"""Take a codebook file into a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...codebook import read_codebook
from ...errors import CodebookError
from ...model import Codebook
from ...store.file import connection
from ...store.records import codes as code_store
from ..clock import stamp
from ..files import read_bytes


def import_codebook(
    study: Path, file: Path, *, by: str | None = None, data: bytes | None = None
) -> dict[str, Any]:
    """Import a codebook (YAML); the same codebook again changes nothing and says so.

    Codes of the study that the file does not hold stay as they are, after those of the file.

    Raises:
        CodebookError: with every problem and its line; nothing is stored.
    """
    content = read_bytes(file, CodebookError) if data is None else data
    if file.suffix.lower() not in (".yaml", ".yml"):
        raise CodebookError.single(
            file.name, "A codebook is a .yaml file.", "codebooks/send-clustering.yaml shows how one looks."
        )
    book = read_codebook(content, name=file.name)
    with connection.writing(study) as db:
        kept = _joined(code_store.codebook(db), book)
        version = code_store.save_codebook(db, kept, stamp(by), note=f"imported from {file.name}")
        return {
            "accepted": len(book.codes),
            "skipped": [] if version else [{"item": file.name, "reason": "the study holds it already"}],
            "version": version or code_store.current_version(db),
            "codable": sum(c.is_codable for c in book.codes),
        }


def _joined(old: Codebook, new: Codebook) -> Codebook:
    names = {code.guid for code in new.codes}
    extra = tuple(code for code in old.codes if code.guid not in names)
    return Codebook(title=new.title, codes=(*new.codes, *extra)) if extra else new


def codebook_of(study: Path) -> Codebook:
    """The codebook of a study as it stands."""
    with connection.reading(study) as db:
        return code_store.codebook(db)


def save_codebook(study: Path, book: Codebook, *, by: str | None, note: str) -> int | None:
    """Store an edited codebook as a new version; None when it equals the last one."""
    with connection.writing(study) as db:
        return code_store.save_codebook(db, book, stamp(by), note=note)
