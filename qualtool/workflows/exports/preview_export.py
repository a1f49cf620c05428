"""See what an export holds and leaves out before it becomes a file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...disclosure.quotes import REASONS
from ...store.file import connection
from ...store.reading import frames
from ...store.records import codes as code_store
from .exporting import ExportFile, export_bytes

_MOST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The first rows of an export as they will be written, and the export itself.

    ``left_out`` has one row a reason: reason and how many.
    """

    file: ExportFile
    head: tuple[dict[str, str], ...]
    left_out: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportChoices:
    """What can be chosen: codes and restricted codes as (key, path); ``n_codings`` that stand."""

    codes: tuple[tuple[str, str], ...]
    restricted: tuple[tuple[str, str], ...]
    n_codings: int


def export_choices(study: Path) -> ExportChoices:
    """Codes to limit an export to, headings included, and those marked restricted."""
    with connection.reading(study) as db:
        book = code_store.codebook(db)
        n_codings = len(frames.study_frame(db).codings)
    return ExportChoices(
        codes=tuple(
            (code.key if book.find(code.key) is code else book.path(code), book.path(code))
            for code in book.codes
        ),
        restricted=tuple((code.key, book.path(code)) for code in book.codes if code.is_restricted),
        n_codings=n_codings,
    )


def preview_export(study: Path, *, format: str, **options: Any) -> Preview:
    """An export in ``format`` (csv or xlsx) with what it holds; ``options`` as ``export_bytes`` has them.

    Raises:
        ExportError: a release of something that is never released.
    """
    made = export_bytes(study, format=format, **options)
    table = made if format == "csv" else export_bytes(study, format="csv", **options)
    reader = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"), newline=""))
    head = tuple(row for row, _ in zip(reader, range(_MOST_ROWS), strict=False))
    left_out = tuple({"Why": _words(reason), "How many": n} for reason, n in made.withheld.items() if n)
    return Preview(file=made, head=head, left_out=left_out)


def _words(reason: str) -> str:
    text = REASONS.get(reason, reason)
    return text[0].upper() + text[1:]
