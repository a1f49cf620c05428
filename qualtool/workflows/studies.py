"""Make a study, see what is in it, copy it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import Problem, StudyFileError
from ..store import codes as code_store
from ..store import connection, people
from ..store.identity import new_guid, scalar
from .clock import stamp
from .import_codebook import import_codebook


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
            db.conn.executemany(
                "INSERT INTO study (key, value) VALUES (?, ?)",
                [
                    ("guid", new_guid()),
                    ("name", study.stem),
                    ("made_by", made.by),
                    ("made_at", made.at),
                    ("made_with", __version__),
                ],
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
        counts = {
            name: int(scalar(db, sql) or 0)
            for name, sql in {
                "transcripts": "SELECT count(*) FROM source WHERE kind = 'transcript'",
                "answers": "SELECT count(*) FROM source WHERE kind = 'answer'",
                "cases": "SELECT count(*) FROM study_case",
                "schools": "SELECT count(*) FROM study_case WHERE kind = 'school'",
                "participants": "SELECT count(*) FROM participant",
                "codes": "SELECT count(*) FROM code WHERE removed_at IS NULL AND is_codable = 1",
                "codings": "SELECT count(*) FROM coding WHERE removed_at IS NULL",
                "memos": "SELECT count(*) FROM memo WHERE removed_at IS NULL",
                "open_suggestions": "SELECT count(*) FROM suggestion WHERE status = 'open'",
                "topics": "SELECT count(*) FROM topic WHERE run_id ="
                " (SELECT max(id) FROM run WHERE kind = 'topics')",
                "indicator_files": "SELECT count(*) FROM indicator_file WHERE superseded_by IS NULL",
                "surveys": "SELECT count(*) FROM survey",
                "words": "SELECT coalesce(sum(n_words), 0) FROM segment WHERE kind IN ('turn', 'answer')",
            }.items()
        }
        states = {
            row["state"]: row["n"]
            for row in db.query(
                "SELECT CASE WHEN EXISTS (SELECT 1 FROM coding c WHERE c.source_id = s.id AND c.removed_at"
                " IS NULL) THEN 'coded' WHEN EXISTS (SELECT 1 FROM reading r WHERE r.source_id = s.id"
                " AND r.state = 'read') THEN 'read' ELSE 'unread' END AS state, count(*) AS n"
                " FROM source s WHERE s.kind = 'transcript' GROUP BY 1"
            )
        }
        name = scalar(db, "SELECT value FROM study WHERE key = 'name'") or study.stem
        version = code_store.current_version(db)
        found = {
            "name": str(name),
            "path": str(study),
            "counts": counts,
            "coders": people.coders(db),
            "codebook_version": version,
            "progress": {state: int(states.get(state, 0)) for state in ("coded", "read", "unread")},
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
        problem = Problem(
            where=str(target),
            message="This file exists already; nothing was copied.",
            next="Choose another name.",
        )
        raise StudyFileError(str(problem), problems=(problem,))
    part = target.with_name(target.name + ".part")
    try:
        with connection.reading(study) as db:
            copy = sqlite3.connect(part)
            try:
                db.conn.execute("ROLLBACK")  # a backup reads by itself, outside our transaction
                db.conn.backup(copy)
            finally:
                copy.close()
        shutil.move(part, target)
    except OSError as err:
        part.unlink(missing_ok=True)
        problem = Problem(
            where=str(target),
            message=f"The copy cannot be written: {err.strerror}.",
            next="Choose another folder.",
        )
        raise StudyFileError(str(problem), problems=(problem,)) from err
    return {"copy": str(target), "bytes": target.stat().st_size}
