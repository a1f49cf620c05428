"""Take published school files into a study."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..errors import IndicatorError, UserInputError
from ..indicators import read_indicator_file
from ..model import IndicatorFile
from ..store import connection
from ..store import indicators as indicator_store
from ..text import sha256
from .clock import stamp
from .files import files_of, read_bytes
from .reports import ImportReport

Progress = Callable[[int, int, str], None]
_SUFFIXES = (".csv", ".xlsx")


def import_indicators(
    study: Path,
    paths: Iterable[Path],
    *,
    year: str | None = None,
    by: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files, recognised by their columns; a faulty one is refused whole and listed."""
    report = ImportReport(extra={"files": []})
    files = list(files_of(paths))
    for path, in_folder in files:
        if in_folder and path.suffix.lower() not in _SUFFIXES:
            report.skip(path.name, "not a table (.csv or .xlsx)")
            continue
        try:
            data = read_bytes(path, IndicatorError)
        except IndicatorError as err:
            report.refuse(path.name, err)
            continue
        import_indicator_file(study, path.name, data, report, year=year, by=by, progress=progress)
    return report


def import_indicator_file(
    study: Path,
    name: str,
    data: bytes,
    report: ImportReport,
    *,
    year: str | None = None,
    by: str | None = None,
    progress: Progress | None = None,
) -> None:
    """Import one file already read; adds to ``report``."""
    made = stamp(by)
    try:
        with connection.reading(study) as db:
            if indicator_store.is_imported(db, sha256(data)):
                report.skip(name, "this very file is in the study already; nothing was changed")
                return
        tell = None if progress is None else lambda done, total: progress(done, total, name)
        file = read_indicator_file(data, name=name, year=year, progress=tell)
        described = describe(file)
        with connection.writing(study) as db:
            indicator_store.add_file(db, file, described, made)
    except UserInputError as err:
        report.refuse(name, err)
        return
    report.accepted += 1
    report.extra["files"].append(described)
    report.warnings += [f"{name}: {w}" for w in file.warnings]
    for skipped in file.skipped:
        report.skip(f"{name}: {skipped.get('item', '')}", skipped.get("reason", ""))
    if file.n_aggregate_rows:
        report.skip(
            f"{name}: {file.n_aggregate_rows} aggregate rows",
            "rows of areas are no schools; they are kept apart and checked against the schools",
        )


def describe(file: IndicatorFile) -> dict[str, Any]:
    """What the import report says of a file."""
    return {
        "file": file.name,
        "dataset": file.dataset,
        "year": file.year,
        "encoding": file.encoding,
        "n_rows": file.n_rows,
        "n_schools": file.n_schools,
        "n_aggregate_rows": file.n_aggregate_rows,
        "n_blank_rows": file.n_blank_rows,
        "status_counts": file.status_counts,
        "checksums": file.checksums,
        "unknown_tokens": file.unknown_tokens,
        "is_national": file.is_national,
    }
