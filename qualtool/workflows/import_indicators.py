"""Take published school files into a study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ..errors import IndicatorError, UserInputError
from ..indicators import OwnTable, read_indicator_years, read_own_table, urns_by_laestab
from ..model import IndicatorFile
from ..store import connection
from ..store import indicators as indicator_store
from ..text import sha256
from .clock import stamp
from .files import files_of, read_bytes
from .reports import ImportReport

_T = TypeVar("_T")
Progress = Callable[[int, int, str], None]
_SUFFIXES = (".csv", ".xlsx")
_HEAD = 8192
_KNOW_BOTH = (b"EstablishmentStatus", b"TSENELSE")
_SAME = "this very file is in the study already; nothing was changed"


def import_indicators(
    study: Path,
    paths: Iterable[Path],
    *,
    year: str | None = None,
    mapping: Path | None = None,
    by: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files, recognised by their columns or read by ``mapping``; a faulty one is refused whole.

    Raises:
        IndicatorError: the mapping (YAML) has faults; then nothing is imported.
    """
    own = None
    if mapping is not None:
        own = read_own_table(read_bytes(mapping, IndicatorError), name=mapping.name)
    report = ImportReport(extra={"files": []})
    named = [(_head_of(path), (path, in_folder)) for path, in_folder in files_of(paths)]
    for _, (path, in_folder) in register_first(named):
        if in_folder and path.suffix.lower() not in _SUFFIXES:
            report.skip(path.name, "not a table (.csv or .xlsx)")
            continue
        try:
            data = read_bytes(path, IndicatorError)
        except IndicatorError as err:
            report.refuse(path.name, err)
            continue
        import_indicator_file(study, path.name, data, report, year=year, own=own, by=by, progress=progress)
    as_given(report, [path.name for _, (path, _) in named])
    return report


def as_given(report: ImportReport, names: Sequence[str]) -> None:
    """Put the files of a report in the order in which they were given."""
    place = {name: n for n, name in reversed(list(enumerate(names)))}
    report.extra["files"].sort(key=lambda file: place.get(file["file"], len(place)))


def _head_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""  # told when its turn comes


def register_first(files: Sequence[tuple[bytes, _T]]) -> list[tuple[bytes, _T]]:
    """Files (with their first bytes) in the order of their import: some know only a school's number and
    find its URN in the register or in a census, which therefore come first."""
    return sorted(
        files, key=lambda file: next((n for n, m in enumerate(_KNOW_BOTH) if m in file[0][:_HEAD]), 9)
    )


def import_indicator_file(
    study: Path,
    name: str,
    data: bytes,
    report: ImportReport,
    *,
    year: str | None = None,
    own: OwnTable | None = None,
    by: str | None = None,
    progress: Progress | None = None,
) -> None:
    """Import one file already read, every year it holds (or ``year``); adds to ``report``."""
    made = stamp(by)
    try:
        with connection.reading(study) as db:
            if indicator_store.is_imported(db, sha256(data)):
                report.skip(name, _SAME)
                return
            urns = urns_by_laestab(indicator_store.school_numbers(db))
        tell = None if progress is None else lambda done, total: progress(done, total, name)
        found = read_indicator_years(data, name=name, year=year, urn_by_laestab=urns, own=own, progress=tell)
        with connection.reading(study) as db:
            new = [f for f in found if not indicator_store.is_imported(db, f.bytes_sha256)]
        if not new:
            report.skip(name, _SAME)
            return
        with connection.writing(study) as db:
            for file in new:
                indicator_store.add_file(db, file, describe(file), made)
    except UserInputError as err:
        report.refuse(name, err)
        return
    report.accepted += 1
    for file in new:
        _tell(file, report, of_years=len(new) > 1)


def _tell(file: IndicatorFile, report: ImportReport, *, of_years: bool) -> None:
    shown = f"{file.name} ({file.year})" if of_years else file.name
    report.extra["files"].append(describe(file))
    report.warnings += [f"{shown}: {w}" for w in file.warnings]
    for skipped in file.skipped:
        report.skip(f"{shown}: {skipped.get('item', '')}", skipped.get("reason", ""))
    if file.n_aggregate_rows and not file.about:
        report.skip(
            f"{shown}: {file.n_aggregate_rows} aggregate rows",
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
        "licence": file.licence,
        **({"about": file.about} if file.about else {}),
    }
