"""Take published school files into a study."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database

from ...errors import IndicatorError, UserInputError
from ...indicators import (
    BY_NUMBER,
    NotASchoolFile,
    OwnTable,
    normalise_year,
    read_indicator_years,
    read_own_table,
    urns_by_laestab,
)
from ...indicators.years import year_of_name
from ...model import IndicatorFile
from ...store.file import connection
from ...store.records import indicators as indicator_store
from ...store.records import releases
from ...text import sha256
from ..clock import stamp
from ..files import read_bytes
from ..reports import ImportReport
from .given_files import Given, given_paths

Progress = Callable[[int, int, str], None]
_KNOW_BOTH = (b"EstablishmentStatus", b"TSENELSE")


class _New(NamedTuple):
    file: IndicatorFile
    instead_of: int | None
    more: dict[str, str]


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

    Folders and zip files are gone through.

    Raises:
        IndicatorError: the mapping (YAML) has faults; then nothing is imported.
    """
    own = None
    if mapping is not None:
        own = read_own_table(read_bytes(mapping, IndicatorError), name=mapping.name)
    report = ImportReport(extra={"files": []})
    import_given(
        study, list(given_paths(paths, report)), report, year=year, own=own, by=by, progress=progress
    )
    return report


def import_given(
    study: Path,
    given: Sequence[Given],
    report: ImportReport,
    *,
    year: str | None = None,
    own: OwnTable | None = None,
    by: str | None = None,
    progress: Progress | None = None,
) -> None:
    """Import files, those first that others need; the report has them in the order they were given in."""
    for file in register_first(given):
        try:
            data = file.read()
        except IndicatorError as err:
            report.refuse(file.name, err)
            continue
        import_indicator_file(
            study, file.name, data, report,
            year=year, own=own, by=by, progress=progress, folder=file.folder, is_named=file.is_named,
        )  # fmt: skip
    place = {file.name: n for n, file in reversed(list(enumerate(given)))}
    report.extra["files"].sort(key=lambda file: place.get(file["file"], len(place)))


def register_first(files: Sequence[Given]) -> list[Given]:
    """Files in the order of their import: some know only a school's number and find its URN in the register
    or in a census, which therefore come first."""
    return sorted(files, key=lambda file: next((n for n, m in enumerate(_KNOW_BOTH) if m in file.head), 9))


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
    folder: str = "",
    is_named: bool = True,
) -> None:
    """Import one file already read, every year it holds (or ``year``); adds to ``report``.

    ``folder`` may tell the year. What is no school file is a fault only if a person named it.
    """
    told = school_year_of(name, folder)
    if year and told and told != normalise_year(year):
        if not is_named:
            report.skip(name, f"of {told}, not of the year asked for")
            return
        report.warnings.append(f"{name}: its name tells {told}; the year given, {year}, is used.")
    made = stamp(by)
    digest = sha256(data)
    try:
        with connection.reading(study) as db:
            known = releases.of_bytes(db, digest)
            if known and not _may_differ(known, year):
                report.skip(name, _SAME)
                return
            urns = urns_by_laestab(indicator_store.school_numbers(db))
        tell = None if progress is None else lambda done, total: progress(done, total, name)
        found = read_indicator_years(
            data, name=name, year=year, urn_by_laestab=urns, own=own, progress=tell, folder=folder
        )
        with connection.reading(study) as db:
            new = [one for file in found if (one := _not_yet(db, file)) is not None]
        if not new:
            report.skip(name, _SAME)
            return
        settled: list[dict[str, Any]] = []
        with connection.writing(study) as db:
            for file, instead_of, more in new:
                about = {**describe(file), **more}
                settled += indicator_store.add_file(db, file, about, made, instead_of=instead_of)
    except NotASchoolFile as err:
        if is_named:
            report.refuse(name, err)
        else:
            report.skip(name, "not one of the known school files")
        return
    except UserInputError as err:
        report.refuse(name, err)
        return
    report.accepted += 1
    for file, *_ in new:
        _tell(file, report, of_years=len(new) > 1)
    report.warnings += [f"{name}: {_release_words(one, name)}" for one in settled]


def school_year_of(name: str, folder: str = "") -> str | None:
    """The school year that a file's name tells, else its folder; None for neither."""
    return next((y for y in (year_of_name(name), year_of_name(folder)) if y and "/" in y), None)


def _may_differ(known: Sequence[Mapping[str, Any]], year: str | None) -> bool:
    """Whether bytes that are stored may read otherwise today: with a year given, or because schools known
    only by number could not be found before."""
    return bool(year) or any(row["dataset"] in BY_NUMBER for row in known)


def _not_yet(db: Database, file: IndicatorFile) -> _New | None:
    """The file, and what is stored of the same bytes and is corrected by it; None where nothing is new."""
    known = releases.of_bytes(db, file.bytes_sha256)
    if not known:
        return _New(file, None, {})
    standing = [row for row in known if row["superseded_by"] is None]
    last = (standing or known)[-1]
    years = {last["year"]} if standing else {row["year"] for row in known}
    if file.year in years and json.loads(last["report"]).get("n_schools", 0) >= file.n_schools:
        return None
    again = sha256(f"{file.bytes_sha256}|{len(known)}".encode())
    corrected = last["id"] if standing else None
    return _New(replace(file, bytes_sha256=again), corrected, {"read_again": file.bytes_sha256})


def _release_words(told: Mapping[str, Any], name: str) -> str:
    if told["left"] is None:
        shown = f"{told['standing']} is of the same dataset and year and stays in use beside it"
        both = f" ({told['n_both']} schools are in both: the file imported last is used for them)"
        return f"{shown}{both if told['n_both'] else ''}."
    if told["standing"] == told["left"]:
        return "a newer version: it takes the place of the older one, which stays in the study, unused."
    if told["standing"] == name:
        return f"takes the place of {told['left']}, which stays in the study, unused."
    return f"is stored and not used: {told['standing']} is the later release and stays in use."


def _tell(file: IndicatorFile, report: ImportReport, *, of_years: bool) -> None:
    shown = f"{file.name} ({file.year})" if of_years else file.name
    report.extra["files"].append(describe(file))
    report.warnings += [f"{shown}: {w}" for w in file.warnings]
    for skipped in file.skipped:
        report.skip(f"{shown}: {skipped.get('item', '')}", skipped.get("reason", ""))
    if file.n_aggregate_rows and not file.about:
        report.skip(
            f"{shown}: {file.n_aggregate_rows} aggregate rows",
            "areas and no schools: kept apart, and checked against the schools",
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
        **({"stage": stage} if (stage := _stage_of(file)) else {}),
        **({"about": file.about} if file.about else {}),
    }


def _stage_of(file: IndicatorFile) -> str:
    """Provisional, Revised or Final, where the file says so of itself."""
    told = {raw.strip() for _, _, name, _, _, raw in file.values if name == "release_version"}
    return told.pop() if len(told) == 1 else ""
