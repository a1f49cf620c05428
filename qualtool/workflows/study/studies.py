"""Make a study, see what is in it, copy it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ... import __version__
from ...errors import StudyFileError
from ...store.file import connection
from ...store.log.identity import new_guid
from ...store.reading import overview as overview_store
from ...store.records import codes as code_store
from ...store.records import people
from ..clock import stamp
from ..gathering.import_codebook import import_codebook


def create_study(study: Path, *, codebook: Path | None = None, by: str | None = None) -> dict[str, Any]:
    """Make an empty study, with a codebook where one is given.

    Raises:
        StudyFileError: the file exists, or cannot be written.
        CodebookError: the codebook has faults; then no study is left behind.
    """
    connection.create(study)
    try:
        with connection.writing(study) as db:
            made = stamp(by)
            overview_store.set_study_values(
                db,
                {
                    "guid": new_guid(),
                    "name": study.stem,
                    "made_by": made.by,
                    "made_at": made.at,
                    "made_with": __version__,
                },
            )
        report = import_codebook(study, codebook, by=by) if codebook is not None else None
    except BaseException:
        for leftover in (study, study.with_name(study.name + "-wal"), study.with_name(study.name + "-shm")):
            leftover.unlink(missing_ok=True)
        raise
    return {"study": str(study), "codebook": report}


def overview(study: Path) -> dict[str, Any]:
    """What is in a study, and how far the coding is.

    Keys: name, counts, coders, per-state numbers of transcripts (``read``, ``coded``, ``unread``:
    coded sources count as coded whether or not they were read to the end), ``next_step``.
    """
    with connection.reading(study) as db:
        counts = overview_store.counts(db)
        progress = overview_store.progress(db)
        name = overview_store.study_values(db).get("name", study.stem)
        version = code_store.current_version(db)
        found = {
            "name": name,
            "path": str(study),
            "counts": counts,
            "coders": people.coders(db),
            "codebook_version": version,
            "progress": progress,
        }
    return {**found, "next_step": _next_step(counts, found["progress"])}


def _next_step(counts: dict[str, int], progress: dict[str, int]) -> dict[str, str]:
    if counts["transcripts"] + counts["answers"] == 0:
        return {"page": "import", "text": "Import transcripts or a survey: there is nothing to code yet."}
    if counts["codes"] == 0:
        return {"page": "codebook", "text": "Import or make a codebook: there are no codes yet."}
    if progress["unread"]:
        return {
            "page": "code",
            "text": f"Code: {progress['unread']} of {sum(progress.values())} transcripts are untouched.",
        }
    if counts["codings"] == 0:
        return {"page": "code", "text": "Code the first passage."}
    if counts["open_suggestions"]:
        return {
            "page": "suggestions",
            "text": f"Decide on {counts['open_suggestions']} suggestions that wait for a person.",
        }
    if counts["indicator_files"] == 0:
        return {"page": "import", "text": "Import school indicators, to set the themes beside them."}
    return {"page": "triangulate", "text": "Set a theme beside a school indicator."}


def save_copy(study: Path, target: Path) -> dict[str, Any]:
    """Copy a study as it stands at this moment, also while others code in it.

    Raises:
        StudyFileError: the target exists or cannot be written.
    """
    if target.exists():
        raise StudyFileError.single(
            str(target), "This file exists already; nothing was copied.", "Choose another name."
        )
    part = target.with_name(target.name + ".part")
    try:
        connection.back_up(study, part)
        part.replace(target)
    except OSError as err:
        part.unlink(missing_ok=True)
        raise StudyFileError.single(
            str(target), f"The copy cannot be written: {err.strerror}.", "Choose another folder."
        ) from err
    return {"copy": str(target), "bytes": target.stat().st_size}


def content_key(study: Path) -> str:
    """A key that changes whenever the study does: for keeping what was computed from it."""
    with connection.reading(study) as db:
        guid = overview_store.study_values(db).get("guid", "")
        # Numbers of events come a second time after a restore, and in copies.
        return f"{guid}:{overview_store.event_mark(db, overview_store.newest_event(db))}"
