"""Three suggestions on the second interview of the tiny study of pages: one of each strength."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qualtool.model import Suggestion
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.machine import machine
from qualtool.store.records import codes as code_store
from qualtool.workflows.suggestions.machine_units import selection_of

STAMP = Stamp(by="Ada", at="2026-01-01T09:00:00+00:00")
# Sentence, code, score.
WANTED = (
    ("Two families moved house to be near us.", "MAGNET", 0.9),
    ("They send people on to us.", "PUSH", 0.4),
    ("They ask around.", "SPACE", 0.01),
)


def segments_of(study: Path, source: str = "second.txt") -> list[dict[str, Any]]:
    with connection.reading(study) as db:
        return [s for s in machine.machine_segments(db) if s["source"] == source]


def suggest_three(study: Path) -> Path:
    """Store them as an ordinary run does; returns the study."""
    rows = {s["text"]: s for s in segments_of(study)}
    with connection.writing(study) as db:
        guids = {c.short_id: c.guid for c in code_store.codebook(db).codes}
        run, _ = machine.add_run(db, "suggest", STAMP, parameters={}, seed=0, libraries={})
        made = [
            Suggestion(
                selection=selection_of(rows[text]),
                code_guid=guids[code],
                score=score,
                reason=f"It is near the definition of {code}.",
            )
            for text, code, score in WANTED
        ]
        source_ids = {r["source_guid"]: r["source_id"] for r in rows.values()}
        machine.add_suggestions(db, run, made, source_ids=source_ids, code_ids=code_store.code_ids(db))
    return study
