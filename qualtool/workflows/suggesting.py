"""Topics and code suggestions. A machine suggests; a person decides."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import SuggestionError
from ..model import Codebook, Coding, Origin, Selection, Suggestion
from ..store import Database, connection, machine, people
from ..store import codes as code_store
from ..store import codings as coding_store
from ..store.identity import new_guid
from ..suggest import encode_study, evaluate, strength
from ..suggest import find_topics as topics_of
from ..suggest import suggest_codes as best_codes
from .clock import stamp
from .vectors import StoredEncoder, study_encoder

Progress = Callable[[int, int], None]
_LIBRARIES = ("bertopic", "scikit-learn", "numpy", "onnxruntime", "spacy", "scipy")
# A sentence of one or two words ("Yeah." "Right, so.") belongs to no topic and to no code.
_MIN_WORDS = 4
_PER_CODE = 50
_STABILITY_ROUNDS = 5
_LINKED, _LINKED_WEAK = 0.6, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Units:
    """What a machine works on: participants' sentences and answers, long enough to mean something."""

    rows: list[dict[str, Any]]
    n_short: int

    @property
    def texts(self) -> list[str]:
        return [row["text"] for row in self.rows]


def _units(db: Database, sources: str) -> _Units:
    every = machine.machine_segments(db, sources=sources)
    rows = [r for r in every if r["kind"] == "answer" or len(r["text"].split()) >= _MIN_WORDS]
    return _Units(rows=rows, n_short=len(every) - len(rows))


def _libraries(encoder: StoredEncoder) -> dict[str, str]:
    found = {"qualtool": __version__, "python": platform.python_version(), "encoder": encoder.name}
    found |= {"encoder_digest": encoder.digest, "encoder_backend": encoder.backend}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _notes(*notes: str | None) -> list[str]:
    return [note for note in notes if note]


def _short_note(units: _Units) -> str | None:
    if not units.n_short:
        return None
    return f"{units.n_short} sentences of fewer than {_MIN_WORDS} words were left out."


# --- topics ---------------------------------------------------------------------------------------


def find_topics(
    study: Path,
    *,
    seed: int = 0,
    n_topics: int | None = None,
    sources: str = "all",
    by: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Find topics and store them as a run; the document of ``qualtool topics``.

    Raises:
        SuggestionError: nothing to find topics in, or BERTopic is not installed.
    """
    with connection.reading(study) as db:
        units = _units(db, sources)
    if not units.rows:
        raise SuggestionError("There is nothing to find topics in: import transcripts or a survey first.")
    encoder, note = study_encoder(study)
    vectors = encoder.encode(units.texts, progress=progress)
    result = topics_of(units.texts, vectors, n_topics=n_topics, seed=seed, stability_rounds=_STABILITY_ROUNDS)
    notes = _notes(note, _short_note(units), *result.notes)
    made = stamp(by)
    with connection.writing(study) as db:
        run_id, run = machine.add_run(
            db,
            "topics",
            made,
            parameters={
                "k": len(result.topics),
                "wanted": n_topics,
                "sources": sources,
                "n": len(units.rows),
            },
            seed=seed,
            libraries=_libraries(encoder),
            note=" ".join(notes),
        )
        machine.add_topics(db, run_id, result.topics, [row["id"] for row in units.rows])
    return {
        "run": run,
        "topics": [
            {
                "id": topic.number,
                "size": topic.size,
                "words": list(topic.words),
                "quotes": [units.rows[i]["text"] for i in topic.representatives[:3]],
                "stability": topic.stability,
            }
            for topic in result.topics
        ],
        "notes": notes,
    }


def latest_topics(study: Path) -> dict[str, Any] | None:
    """The newest run of topics with its topics, or None where there is none."""
    with connection.reading(study) as db:
        run = machine.latest_run(db, "topics")
        if run is None:
            return None
        book = code_store.codebook(db).by_guid()
        found = machine.topics(db, run["id"])
    for topic in found:
        code = book.get(topic["code_guid"]) if topic["code_guid"] else None
        topic["code"] = code.key if code else None
    return {"run": run, "topics": found}


def link_topic(study: Path, topic_guid: str, code: str | None, *, coder: str) -> int:
    """Link a topic to a code, so that its segments become suggestions; returns how many there are.

    ``code=None`` unlinks the topic; its suggestions that nobody decided are withdrawn.

    Raises:
        UserInputError: no such topic or code, or the code is a heading.
    """
    made = stamp(coder)
    with connection.writing(study) as db:
        found = None
        if code is not None:
            found = code_store.find_code(db, code)
            code_store.require_codable(found)
        topic = machine.link_topic(db, topic_guid, found["id"] if found else None, made)
        machine.withdraw_topic(db, topic_guid)
        if found is None:
            return 0
        members = machine.topic_quotes(db, topic["id"])
        words = ", ".join(machine.topic_words(topic)[:4])
        standing = machine.coded_segments(db)
        run_id, _ = machine.add_run(
            db,
            "topic_link",
            made,
            parameters={"topic": topic_guid, "code": found["guid"]},
            seed=None,
            libraries={"qualtool": __version__},
        )
        wanted = [
            Suggestion(
                selection=_selection(m),
                code_guid=found["guid"],
                score=_LINKED_WEAK if m["is_weak"] else _LINKED,
                reason=f"It is in the topic '{words}', which {coder} linked to this code.",
            )
            for m in members
            if (m["segment_id"], found["id"]) not in standing
        ]
        return machine.add_suggestions(
            db,
            run_id,
            wanted,
            source_ids={m["source_guid"]: m["source_id"] for m in members},
            code_ids={found["guid"]: found["id"]},
        )


def _selection(row: Mapping[str, Any]) -> Selection:
    quote = row["quote"] if "quote" in row else row["text"]
    return Selection(
        source_guid=row["source_guid"],
        version=row["version"],
        start_char=row["start_char"],
        end_char=row["end_char"],
        quote=quote,
    )


# --- codes ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    """Units with the labels people gave them, by index."""

    units: _Units
    book: Codebook
    labels: list[tuple[int, str]]
    read: list[int]
    rejected: list[tuple[int, str]]


def _learned(study: Path, sources: str) -> _Learned:
    with connection.reading(study) as db:
        units = _units(db, sources)
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
        raise SuggestionError("There is nothing to suggest codes for: import transcripts or a survey first.")
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
            Suggestion(selection=_selection(row), code_guid=one.code_guid, score=one.score, reason=one.reason)
        )
    notes = _notes(note, _short_note(known.units))
    run = _store_suggestions(study, kept, known.units.rows, encoder, notes, top=top, sources=sources, by=by)
    names = known.book.by_guid()
    return {
        "run": run,
        "suggestions": [_described(s, names[s.code_guid].key, known.units.rows) for s in kept],
        "notes": notes,
        "n_labels": len(known.labels),
    }


def _described(one: Suggestion, code: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    at = one.selection
    source = next(r["source"] for r in rows if r["source_guid"] == at.source_guid)
    return {
        "source": source,
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
            libraries=_libraries(encoder),
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
            selection=_selection(row),
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
    return {**found, "notes": _notes(note)}
