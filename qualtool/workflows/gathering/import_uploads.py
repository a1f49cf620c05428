"""Files that arrive through the browser: a look before the import, and the import itself.

A name arrives as the browser sent it, folders and odd characters included: only its last part is
kept. Content is bytes throughout; nothing is written to disk but the study.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from ...errors import QualtoolError
from ...exporting.guard import guarded
from ...importing import read_sheet, read_transcript, skip_reason
from ...importing.sheet import SHEET_COLUMNS
from ...indicators import read_own_table
from ..reports import ImportReport
from ..schools.school_words import dataset_words
from .given_files import given_uploads
from .import_indicators import import_given
from .import_transcripts import import_loaded, warn_of_unused_rows

Upload = tuple[str, bytes]
Progress = Callable[[int, int, str], None]


def upload_name(raw: str) -> str:
    """The last part of a name as a browser sent it."""
    return PurePosixPath(raw.replace("\\", "/")).name or "unnamed"


def look_at_transcript(name: str, data: bytes, interviewer: Collection[str] = ()) -> dict[str, Any]:
    """What an import would find in a file; nothing is stored.

    Keys: file, turns, speakers (label -> turns), interviewers (labels), warnings, reason (why it
    would be refused, else "").
    """
    shown = upload_name(name)
    found: dict[str, Any] = {
        "file": shown,
        "turns": None,
        "speakers": {},
        "interviewers": [],
        "warnings": [],
        "reason": "",
    }
    reason = skip_reason(shown)
    if reason is not None:
        return {**found, "reason": reason}
    try:
        source = read_transcript(data, name=shown, interviewer=interviewer)
    except QualtoolError as err:
        return {**found, "reason": err.message}
    return {
        **found,
        "turns": source.n_turns,
        "speakers": dict(source.speaker_turns()),
        "interviewers": [s.label for s in source.speakers if s.is_interviewer],
        "warnings": list(source.warnings),
    }


def speakers_sheet(looks: Sequence[dict[str, Any]]) -> bytes:
    """A sheet (CSV) with a row for each speaker of each file, to be filled in and imported with them."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, SHEET_COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for look in looks:
        for label in look["speakers"]:
            is_interviewer = label in look["interviewers"]
            row = {
                "file": guarded(look["file"]),
                "speaker": guarded(label),
                "is_interviewer": "yes" if is_interviewer else "no",
                "consent_quote": "" if is_interviewer else "unknown",
            }
            writer.writerow(row)
    return buffer.getvalue().encode("utf-8-sig")


def import_uploaded_transcripts(
    study: Path,
    files: Sequence[Upload],
    *,
    sheet: Upload | None = None,
    interviewer: Collection[str] = (),
    by: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import uploaded transcripts: every file whole or not at all.

    Raises:
        TranscriptError: the sheet has faults; then nothing is imported.
    """
    rows = None if sheet is None else read_sheet(sheet[1], name=upload_name(sheet[0]))
    report = ImportReport(extra={"given": len(files)})
    import_loaded(study, files, report, sheet=rows, interviewer=interviewer, by=by, progress=progress)
    if rows is not None:
        warn_of_unused_rows(rows, [upload_name(name) for name, _ in files], report)
    return report


def import_uploaded_indicators(
    study: Path,
    files: Sequence[Upload],
    *,
    year: str | None = None,
    mapping: bytes | None = None,
    by: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import uploaded school files, recognised by their columns or read by ``mapping``.

    A faulty file is refused whole.

    Raises:
        IndicatorError: the mapping has faults; then nothing is imported.
    """
    own = None if mapping is None else read_own_table(mapping, name="mapping")
    report = ImportReport(extra={"files": [], "given": len(files)})
    uploads = [(upload_name(name), data) for name, data in files]
    given = list(given_uploads(uploads, report))
    # A zip counts as the files that are in it.
    report.extra["given"] = len(given) + report.refused
    import_given(study, given, report, year=year, own=own, by=by, progress=progress)
    return report


_FIGURES = {"roll": "pupils on roll", "ehcp_count": "EHC plans", "sen_support_count": "SEN support"}
_STATUSES = {"numeric": "numbers", "zero": "zeros", "small_nonzero": "small, not zero"}


def indicator_tables(files: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """A report's files as three tables: ``files``, ``checksums``, ``statuses``."""
    summary = [
        {
            "file": file["file"],
            "dataset": dataset_words(file["dataset"]),
            "year": file["year"],
            "schools": file["n_schools"],
            "totals that agree": _agreeing(file["checksums"]),
            "unknown tokens": ", ".join(f"{token} ({n})" for token, n in file["unknown_tokens"].items()),
            "area rows": file["n_aggregate_rows"],
            "rows": file["n_rows"],
            "blank rows": file["n_blank_rows"],
            "encoding": file["encoding"],
            "licence": file.get("licence", "OGL3"),
        }
        for file in files
    ]
    checks = [
        {
            "file": file["file"],
            "where": check["where"],
            "figure": _FIGURES.get(check["name"], check["name"].replace("_", " ")),
            "published": check["published"],
            "sum of the schools": check["summed"],
            "agrees": check_words(check),
        }
        for file in files
        for check in sorted(file["checksums"], key=lambda check: check["agrees"] is True)
    ]
    used = dict.fromkeys(s for file in files for counts in file["status_counts"].values() for s in counts)
    statuses = [
        {
            "file": file["file"],
            "indicator": name,
            **{_STATUSES.get(s, s.replace("_", " ")): counts.get(s, 0) for s in used},
        }
        for file in files
        for name, counts in file["status_counts"].items()
    ]
    return {"files": summary, "checksums": checks, "statuses": statuses}


def check_words(check: Mapping[str, Any]) -> str:
    """Whether a published total equals the sum of the schools, in words."""
    if check["agrees"] is None:
        return f"not compared: {check['n_withheld']} schools are suppressed"
    return "yes" if check["agrees"] else "no"


def _agreeing(checks: Sequence[dict[str, Any]]) -> str:
    if not checks:
        return "none published"
    return f"{sum(bool(check['agrees']) for check in checks)} of {len(checks)}"
