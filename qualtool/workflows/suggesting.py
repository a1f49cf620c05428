"""Code suggestions. A machine suggests; a person decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import SuggestionError
from ..model import Codebook, Coding, Origin, Suggestion
from ..store import codes as code_store
from ..store import codings as coding_store
from ..store import connection, machine, people
from ..store.identity import new_guid
from ..suggest import encode_study, evaluate, strength
from ..suggest import suggest_codes as best_codes
from .clock import stamp
from .machine_units import Units, libraries_of, notes_of, selection_of, short_note, units_of
from .vectors import StoredEncoder, study_encoder

Progress = Callable[[int, int], None]
_PER_CODE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    """Units with the labels people gave them, by index."""

    units: Units
    book: Codebook
    labels: list[tuple[int, str]]
    read: list[int]
    rejected: list[tuple[int, str]]


def _learned(study: Path, sources: str) -> _Learned:
    with connection.reading(study) as db:
        units = units_of(db, sources)
        book = code_store.codebook(db)
        place = {row["id"]: i for i, row in enumerate(units.rows)}
        guid_of = {number: guid for guid, number in code_store.code_ids(db).items()}
        labels = sorted(
            {
                (place[segment], guid_of[code])
                for segment, code in machine.coded_segments(db)
                if segment in place
            }
        )
        read_sources = machine.read_sources(db)
        rejected = [
            (place[segment], guid_of[code])
            for segment, code in machine.rejected_segments(db)
            if segment in place
        ]
    codable = {c.guid for c in book.codes if c.is_codable}
    marked = {i for i, _ in labels}
    read = [i for i, row in enumerate(units.rows) if row["source_id"] in read_sources and i not in marked]
    return _Learned(
        units=units,
        book=book,
        labels=[pair for pair in labels if pair[1] in codable],
        read=read,
        rejected=rejected,
    )


def suggest_codes(
    study: Path,
    *,
    top: int = 3,
    sources: str = "all",
    by: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Suggest codes for segments nobody has coded; the document of ``qualtool suggest``.

    Open suggestions of earlier runs are superseded; a rejected one does not come back. At most
    ``top`` codes a segment and 50 segments a code are kept, the strongest.

    Raises:
        SuggestionError: no segments or no codes to suggest.
    """
    if top < 1:
        raise SuggestionError(f"At least one suggestion a segment can be asked for, not {top}.")
    known = _learned(study, sources)
    codes = [c for c in known.book.codes if c.is_codable and not c.is_restricted]
    if not codes:
        raise SuggestionError("There are no codes to suggest: import or make a codebook first.")
    if not known.units.rows:
        raise SuggestionError("There is nothing to suggest for: import transcripts or a survey first.")
    encoder, note = study_encoder(study)
    texts = known.units.texts
    vectors, profiles = encode_study(texts, codes, encoder, progress=progress)
    done = {i for i, _ in known.labels} | set(known.read)
    targets = [i for i in range(len(texts)) if i not in done]
    allowed = {c.guid for c in codes}
    scored = best_codes(
        texts,
        vectors,
        profiles,
        [pair for pair in known.labels if pair[1] in allowed],
        top=top,
        targets=targets,
        read=known.read,
        rejected=[pair for pair in known.rejected if pair[1] in allowed],
    )
    kept: list[Suggestion] = []
    taken: dict[str, int] = {}
    for one in sorted(scored, key=lambda s: (-s.score, s.segment, s.code_guid)):
        if taken.get(one.code_guid, 0) >= _PER_CODE:
            continue
        taken[one.code_guid] = taken.get(one.code_guid, 0) + 1
        row = known.units.rows[one.segment]
        kept.append(
            Suggestion(
                selection=selection_of(row), code_guid=one.code_guid, score=one.score, reason=one.reason
            )
        )
    notes = notes_of(note, short_note(known.units))
    run = _store_suggestions(study, kept, known.units.rows, encoder, notes, top=top, sources=sources, by=by)
    names = known.book.by_guid()
    sources_by_guid = {row["source_guid"]: row["source"] for row in known.units.rows}
    return {
        "run": run,
        "suggestions": [_described(s, names[s.code_guid].key, sources_by_guid) for s in kept],
        "notes": notes,
        "n_labels": len(known.labels),
    }


def _described(one: Suggestion, code: str, sources: Mapping[str, str]) -> dict[str, Any]:
    at = one.selection
    return {
        "source": sources[at.source_guid],
        "start_char": at.start_char,
        "end_char": at.end_char,
        "quote": at.quote,
        "code": code,
        "score": one.score,
        "strength": strength(one.score),
        "reason": one.reason,
    }


def _store_suggestions(
    study: Path,
    kept: Sequence[Suggestion],
    rows: Sequence[Mapping[str, Any]],
    encoder: StoredEncoder,
    notes: Sequence[str],
    *,
    top: int,
    sources: str,
    by: str | None,
) -> str:
    with connection.writing(study) as db:
        machine.supersede_open(db, ["suggest"])
        run_id, run = machine.add_run(
            db,
            "suggest",
            stamp(by),
            parameters={"top": top, "sources": sources, "n": len(rows), "kept": len(kept)},
            seed=0,
            libraries=libraries_of(encoder),
            note=" ".join(notes),
        )
        machine.add_suggestions(
            db,
            run_id,
            kept,
            source_ids={r["source_guid"]: r["source_id"] for r in rows},
            code_ids=code_store.code_ids(db),
        )
    return run


def open_suggestions(study: Path, *, limit: int = 200) -> list[dict[str, Any]]:
    """Suggestions that wait for a person, strongest first, with code key, path and strength in words."""
    with connection.reading(study) as db:
        book = code_store.codebook(db)
        rows = machine.suggestions(db, limit=limit)
    known = book.by_guid()
    return [
        {
            **row,
            "code": known[row["code_guid"]].key,
            "code_name": known[row["code_guid"]].name,
            "code_path": book.path(known[row["code_guid"]]),
            "strength": strength(row["score"]),
        }
        for row in rows
        if row["code_guid"] in known
    ]


def accept_suggestion(study: Path, guid: str, *, coder: str) -> str:
    """Make a coding of a suggestion, by a person, remembering where it came from; returns its GUID.

    Raises:
        UserInputError: there is no such suggestion.
        SuggestionError: it was decided before.
    """
    made = stamp(coder)
    with connection.writing(study) as db:
        row = machine.suggestion(db, guid)
        _require_open(row)
        coder_id = people.ensure_coder(db, coder, made)
        coding = Coding(
            guid=new_guid(),
            selection=selection_of(row),
            code_guid=row["code_guid"],
            coder=coder,
            origin=Origin.ACCEPTED,
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
        machine.decide(db, guid, "accepted", coder_id, made, coding_guid=stored)
        return stored


def reject_suggestion(study: Path, guid: str, *, coder: str) -> None:
    """Put a suggestion aside; it does not come back.

    Raises:
        SuggestionError: it was decided before.
    """
    made = stamp(coder)
    with connection.writing(study) as db:
        _require_open(machine.suggestion(db, guid))
        machine.decide(db, guid, "rejected", people.ensure_coder(db, coder, made), made)


def undo_decision(study: Path, guid: str, *, coder: str) -> None:
    """Take a decision back: the suggestion is open again and a coding made of it is removed."""
    made = stamp(coder)
    with connection.writing(study) as db:
        row = machine.suggestion(db, guid)
        coder_id = people.ensure_coder(db, coder, made)
        for coding_guid in machine.codings_of_suggestion(db, row["id"], coder_id):
            coding_store.set_removed(db, coding_guid, made, removed=True)
        machine.decide(db, guid, "open", coder_id, made)


def _require_open(row: Mapping[str, Any]) -> None:
    if row["status"] != "open":
        raise SuggestionError(f"This suggestion was {row['status']} before; nothing was changed.")


def evaluate_suggestions(study: Path, *, folds: int = 5) -> dict[str, Any]:
    """How good code suggestions are on what people coded; the document of ``qualtool evaluate``.

    The same person is never in training and in test.

    Raises:
        SuggestionError: nothing is coded yet, or fewer than two folds are asked.
    """
    known = _learned(study, "all")
    # What suggest_codes never proposes must not compete here either: headings, restricted codes.
    codes = [c for c in known.book.codes if c.is_codable and not c.is_restricted]
    allowed = {c.guid for c in codes}
    labels = [pair for pair in known.labels if pair[1] in allowed]
    if not labels:
        raise SuggestionError("Nothing is coded yet: suggestions are measured on what people coded.")
    encoder, note = study_encoder(study)
    vectors, profiles = encode_study(known.units.texts, codes, encoder)
    groups = [str(row["participant_id"] or row["source"]) for row in known.units.rows]
    found = evaluate(known.units.texts, vectors, profiles, labels, groups, read=known.read, n_folds=folds)
    names = known.book.by_guid()
    for row in found["rows"]:
        row["code"] = names[row["code"]].key
    return {**found, "notes": notes_of(note)}
