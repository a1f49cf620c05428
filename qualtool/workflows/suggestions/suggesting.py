"""Code suggestions, made by a machine of what people coded. ``deciding`` is a person's part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...errors import SuggestionError
from ...model import Role
from ...store.file import connection
from ...store.machine import machine, suggestion_rows
from ...store.machine.suggestion_rows import Proposal
from ...store.records import audits
from ...store.records import codes as code_store
from ...suggest import strength
from ..clock import stamp
from ..roles import require
from .machine_units import libraries_of
from .study_model import Made, StudyModel
from .vectors import set_encoder

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def suggest_codes(
    study: Path,
    *,
    top: int = 3,
    sources: str = "all",
    by: str | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    encoder: str | None = None,
) -> dict[str, Any]:
    """Suggest codes for segments nobody has coded; the document of ``qualtool suggest``.

    Open suggestions of earlier runs are superseded; a rejected one does not come back unless the
    machine has changed much (``study_evidence``). At most ``top`` codes a segment and 50 segments a code
    are kept, the strongest. ``encoder`` names the folder of another model, for this and later runs.

    Raises:
        SuggestionError: no segments or no codes to suggest, an encoder that cannot be used, or
            ``cancelled`` said yes; what was embedded by then is kept.
    """
    require(study, Role.OWNER, "make suggestions")
    if top < 1:
        raise SuggestionError(f"At least one suggestion a segment can be asked for, not {top}.")
    if encoder is not None:
        set_encoder(study, encoder)
    model = StudyModel(study, sources=sources, progress=progress, cancelled=cancelled)
    made = model.fit(top=top)
    run = store_run(study, model, made, top=top, by=by)
    names = made.known.book.by_guid()
    sources_by_guid = {row["source_guid"]: row["source"] for row in made.known.units.rows}
    ranked = sorted(made.proposals, key=lambda p: -p.score)
    return {
        "run": run,
        "suggestions": [_described(s, names[s.code_guid].key, sources_by_guid) for s in ranked],
        "notes": model.notes,
        "n_labels": len(made.known.evidence.labels),
        "encoder": {"name": model.encoder.name, "digest": model.encoder.digest},
        "calibration": None if made.calibration is None else made.calibration.as_dict(),
    }


def _described(one: Proposal, code: str, sources: Mapping[str, str]) -> dict[str, Any]:
    at = one.selection
    return {
        "source": sources[at.source_guid],
        "start_char": at.start_char,
        "end_char": at.end_char,
        "quote": at.quote,
        "code": code,
        "score": one.score,
        "strength": strength(one.score),
        "probability": one.probability,
        "reason": one.reason,
    }


def store_run(study: Path, model: StudyModel, made: Made, *, top: int, by: str | None) -> str:
    """Store what a model made as a run with its suggestions; returns the GUID of the run."""
    calibration = None if made.calibration is None else made.calibration.as_dict()
    rows = made.known.units.rows
    with connection.writing(study) as db:
        machine.supersede_open(db, ["suggest", "refit"])
        run_id, run = machine.add_run(
            db,
            "suggest",
            stamp(by),
            parameters={
                "top": top,
                "sources": model.sources,
                "n": len(rows),
                "kept": len(made.proposals),
                "n_labels": len(made.known.evidence.labels),
                "labels": made.labels,
                "calibration": calibration,
            },
            seed=0,
            libraries=libraries_of(model.encoder),
            note=" ".join(model.notes),
        )
        suggestion_rows.renew(
            db,
            run_id,
            made.proposals,
            source_ids={r["source_guid"]: r["source_id"] for r in rows},
            code_ids=code_store.code_ids(db),
            returning=made.returning,
        )
    return run


def open_suggestions(study: Path, *, limit: int = 200, coder: str | None = None) -> list[dict[str, Any]]:
    """Suggestions that wait for a person, strongest first, with code key, path and strength in words.

    Those on passages of an audit that ``coder`` is in the middle of are withheld.
    """
    with connection.reading(study) as db:
        book = code_store.codebook(db)
        withheld = audits.withheld_from_name(db, coder)
        rows = [r for r in machine.suggestions(db) if not (withheld and withheld.row(r))]
        rows = rows[:limit] if limit >= 0 else rows
    known = book.by_guid()
    return [
        {
            **row,
            "reason": withheld.reason(row["reason"]),
            "code": known[row["code_guid"]].key,
            "code_name": known[row["code_guid"]].name,
            "code_path": book.path(known[row["code_guid"]]),
            "strength": strength(row["score"]),
        }
        for row in rows
        if row["code_guid"] in known
    ]
