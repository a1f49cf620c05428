"""Code suggestions. A machine suggests; a person decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...errors import SuggestionError, UserInputError
from ...model import Coding, Origin, Role
from ...store import answers, audits, connection, machine, people, suggestion_rows
from ...store import codes as code_store
from ...store import codings as coding_store
from ...store.conflicts import suggestion_decision, writing_or_setting_aside
from ...store.identity import new_guid
from ...store.suggestion_rows import Proposal
from ...suggest import strength
from ..clock import stamp
from ..conflicts import require_open
from ..roles import require
from .machine_units import libraries_of, selection_of
from .study_model import Made, StudyModel
from .suggestion_stretch import stretch_of
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


def accept_suggestion(
    study: Path, guid: str, *, coder: str, despite: str | None = None, words: str | None = None
) -> str:
    """Make a coding of a suggestion, by a person, remembering where it came from; returns its GUID.

    ``words`` are those of the same turn that the code is right for, where they are others than suggested.

    ``despite`` is somebody's decision that the person has seen and goes past: a coding another made of
    the suggestion stays theirs, beside this one.

    Raises:
        UserInputError: there is no such suggestion, or its passage is in the coder's running audit.
        SelectionError: ``words`` do not stand in the turn.
        ConflictError: it was decided meanwhile.
    """
    made = stamp(coder)
    with writing_or_setting_aside(study, made, least=Role.CODER) as db:
        row = machine.suggestion(db, guid)
        audits.refuse_withheld(db, row, coder)
        require_open(db, row, "accepted", made, despite=despite)
        selection = selection_of(row) if words is None else stretch_of(db, row, words)
        is_same = selection == selection_of(row)
        coder_id = people.ensure_coder(db, coder, made)
        coding = Coding(
            guid=new_guid(),
            selection=selection,
            code_guid=row["code_guid"],
            coder=coder,
            origin=Origin.ACCEPTED if is_same else Origin.EDITED,
            suggestion_guid=guid,
        )
        stored = coding_store.add_coding(
            db,
            coding,
            made,
            source_id=row["source_id"],
            code_id=row["code_id"],
            coder_id=coder_id,
            suggestion_id=row["id"],
        )
        if row["status"] not in ("accepted", "edited"):  # else another's decision stands
            decision = "accepted" if is_same else "edited"
            machine.decide(db, guid, decision, coder_id, made, coding_guid=stored)
        return stored


def took_mark_off(study: Path, coding: str) -> bool:
    """Did a coding (its GUID) take "no substantive answer" off its answer?"""
    with connection.reading(study) as db:
        return answers.was_cleared_by(db, coding)


def reject_suggestion(study: Path, guid: str, *, coder: str, is_code_right: bool = False) -> None:
    """Put a suggestion aside; it does not come back unless the machine has changed much.

    With ``is_code_right`` the code is right and the words are wrong: the machine learns the code for the
    turn and not for these words; the person then selects the right ones in the panel.

    Raises:
        ConflictError: it was decided meanwhile.
        UserInputError: its passage is in the coder's running audit.
    """
    made = stamp(coder)
    with writing_or_setting_aside(study, made, least=Role.CODER) as db:
        row = machine.suggestion(db, guid)
        audits.refuse_withheld(db, row, coder)
        require_open(db, row, "rejected", made)
        machine.decide(db, guid, "rejected", people.ensure_coder(db, coder, made), made)
        if is_code_right:
            suggestion_rows.mark_wrong_words(db, row["id"], made)


def undo_decision(study: Path, guid: str, *, coder: str) -> None:
    """Take one's own decision back: the suggestion is open again and a coding made of it is removed.

    Raises:
        UserInputError: somebody else decided on it, or it is open already; nothing is changed.
    """
    made = stamp(coder)
    with connection.writing(study, least=Role.CODER) as db:
        row = machine.suggestion(db, guid)
        coder_id = people.ensure_coder(db, coder, made)
        if suggestion_decision(db, guid)["coder_id"] != coder_id:
            raise UserInputError("Only your own decision on a suggestion can be taken back.")
        for coding_guid in machine.codings_of_suggestion(db, row["id"], coder_id):
            coding_store.set_removed(db, coding_guid, made, removed=True)
            answers.mark_again(db, coding_guid, made)
        machine.decide(db, guid, "open", coder_id, made)
