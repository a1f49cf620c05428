"""Test every promise of a study file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..store import checking, connection


def check_study(study: Path) -> dict[str, Any]:
    """``{"ok", "problems": [{"rule","where","message","next","what"}], "counts"}``.

    Raises:
        StudyFileError: it is no study file at all.
        StudyIntegrityError: it is too damaged to be read.
    """
    with connection.reading(study) as db:
        found = [
            {"rule": rule, "where": p.where, "what": p.message, "next": p.next}
            for rule, p in checking.problems(db)
        ]
        return {"ok": not found, "problems": found, "counts": checking.counts(db)}
