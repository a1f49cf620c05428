"""Test every promise of a study file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...store.checking import checking
from ...store.file import connection
from ...store.reading.overview import newest_event
from .backups import behind_its_backup


def check_study(study: Path) -> dict[str, Any]:
    """``{"ok", "problems": [{"rule","where","message","next","what"}], "counts"}``.

    Raises:
        StudyFileError: it is no study file at all.
        StudyIntegrityError: it is too damaged to be read.
    """
    with connection.reading(study) as db:
        faults = list(checking.problems(db))
        counts = checking.counts(db)
        behind = behind_its_backup(study, newest_event(db)) if counts["event"] is not None else None
    if behind is not None:
        faults.append(("backup", behind))
    found = [{"rule": rule, "where": p.where, "what": p.message, "next": p.next} for rule, p in faults]
    return {"ok": not found, "problems": found, "counts": counts}
