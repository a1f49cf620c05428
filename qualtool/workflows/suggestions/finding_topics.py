"""Topics: found by a machine, linked to codes by a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from ... import __version__
from ...errors import Problem, SuggestionError
from ...model import Codebook, Role, Suggestion
from ...store.file import connection
from ...store.log.conflicts import last_change, writing_or_setting_aside
from ...store.log.events import Stamp
from ...store.log.identity import one
from ...store.machine import machine
from ...store.records import codes as code_store
from ...suggest import find_topics as topics_of
from ...suggest import name_words
from ...suggest.topic_words import require_bertopic
from ...suggest.topics import TopicResult, with_stability
from ...suggest.umap_topics import LIBRARIES as UMAP_LIBRARIES
from ...suggest.umap_topics import find_umap_topics, require_umap
from ...suggest.umap_topics import is_installed as umap_is_installed
from ..clock import stamp
from ..conflicts import conflict
from ..roles import require
from .machine_units import Units, libraries_of, notes_of, selection_of, short_note, units_of, versions_of
from .vectors import StoredEncoder, study_encoder

Progress = Callable[[int, int], None]
_STABILITY_ROUNDS = 5
# Scores of suggestions that come of a link: they say how well a segment fits its topic, roughly.
_LINKED, _LINKED_WEAK = 0.6, 0.4


def find_topics(
    study: Path,
    *,
    seed: int = 0,
    n_topics: int | None = None,
    sources: str = "all",
    method: Literal["tree", "umap"] = "tree",
    on_words: bool = False,
    by: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Find topics and store them as a run; the document of ``qualtool topics``.

    ``method`` ``umap`` is BERTopic's usual pipeline where it is installed, which takes no ``n_topics``.
    ``on_words``: whether word counts may stand in where the encoder cannot be used.

    Raises:
        SuggestionError: nothing to find topics in, the encoder cannot be used and ``on_words`` is false, or
            BERTopic (or UMAP, if asked for) is not installed.
    """
    require(study, Role.OWNER, "find topics")
    if method == "umap":
        if n_topics is not None:
            raise SuggestionError("UMAP and HDBSCAN find the number of topics themselves: leave it out.")
        require_umap()
        units, encoder, note = _embedded(study, sources, on_words, progress)
        found, _, told = find_umap_topics(
            units.texts, encoder.encode(units.texts), seed=seed, left_out=_names_in(units)
        )
    else:
        units, encoder, bare, note = topics_of_study(
            study, seed=seed, n_topics=n_topics, sources=sources, on_words=on_words, progress=progress
        )
        result = with_stability(bare, rounds=_STABILITY_ROUNDS, cancelled=_asking(progress, len(units.texts)))
        found, told = result.topics, result.notes
    if progress:  # the last moment at which a person can stop it: then nothing is stored
        progress(len(units.texts), len(units.texts))
    notes = notes_of(note, encoder.language_note(units.texts, units.files), short_note(units), *told)
    made = stamp(by)
    with connection.writing(study) as db:
        run_id, run = machine.add_run(
            db,
            "topics",
            made,
            parameters={
                "k": len(found),
                "method": method,
                "wanted": n_topics,
                "sources": sources,
                "n": len(units.rows),
            },
            seed=seed,
            libraries=libraries_of(encoder) | (versions_of(UMAP_LIBRARIES) if method == "umap" else {}),
            note=" ".join(notes),
        )
        machine.add_topics(db, run_id, found, [row["id"] for row in units.rows])
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
            for topic in found
        ],
        "notes": notes,
    }


def _asking(progress: Progress | None, n: int) -> Callable[[], bool]:
    """Between resamples all is read: telling so lets a page stop, which raises out of it."""

    def asked() -> bool:
        if progress:
            progress(n, n)
        return False

    return asked


def topics_of_study(
    study: Path,
    *,
    seed: int = 0,
    n_topics: int | None = None,
    sources: str = "all",
    on_words: bool = False,
    progress: Progress | None = None,
) -> tuple[Units, StoredEncoder, TopicResult, str | None]:
    """The topics of a study's texts, with nothing stored but vectors; and what they were made of.

    Raises:
        SuggestionError: as ``find_topics``.
    """
    require_bertopic()
    units, encoder, note = _embedded(study, sources, on_words, progress)
    result = topics_of(
        units.texts, encoder.encode(units.texts), n_topics=n_topics, seed=seed, left_out=_names_in(units)
    )
    return units, encoder, result, note


def why_on_words(study: Path) -> str | None:
    """Why topics would run on word counts in this study, None where its encoder can be used."""
    encoder, note = study_encoder(study)
    return None if encoder.is_storable else note


def _embedded(
    study: Path, sources: str, on_words: bool, progress: Progress | None
) -> tuple[Units, StoredEncoder, str | None]:
    """The texts, with their vectors in the study, and the encoder that made them."""
    with connection.reading(study) as db:
        units = units_of(db, sources)
    if not units.rows:
        raise SuggestionError("There is nothing to find topics in: import transcripts or a survey first.")
    encoder, note = study_encoder(study)
    if encoder.is_storable:
        encoder.encode(units.texts, progress=progress)
    elif not on_words:
        problem = Problem(
            where="encoder",
            message=note or "The encoder cannot be used.",
            next="Mend that, or allow topics on word counts ('--on-words'; in the app, tick the box).",
        )
        raise SuggestionError("No topics were made: they would be poor here.", problems=[problem])
    return units, encoder, note


def _names_in(units: Units) -> frozenset[str]:
    """Words no topic is told by. Names are told by their capitals in what was transcribed; people type
    as they like."""
    return frozenset(name_words(row["text"] for row in units.rows if row["kind"] == "transcript"))


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


# For ``seen`` of ``link_topic``: whoever calls did not look first.
NOT_LOOKED = object()


def link_topic(
    study: Path, topic_guid: str, code: str | None, *, coder: str, seen: object = NOT_LOOKED
) -> int:
    """Link a topic to a code, so that its segments become suggestions; returns how many there are.

    ``code=None`` unlinks the topic; its suggestions that nobody decided are withdrawn. ``seen`` is the
    code the topic was linked to when the person looked, short id or path, None for none.

    Raises:
        ConflictError: somebody linked it to another code meanwhile.
        UserInputError: no such topic or code, or the code is a heading.
    """
    made = stamp(coder)
    with writing_or_setting_aside(study, made) as db:
        found = None
        if code is not None:
            found = code_store.find_code(db, code)
            code_store.require_codable(found)
        book = code_store.codebook(db)
        stands = _linked_code(db, topic_guid, book)
        if seen is not NOT_LOOKED and stands not in (seen, found and (found["short_id"] or found["path"])):
            raise conflict(
                "topic",
                topic_guid,
                "link of a topic",
                theirs={"code": stands},
                yours={"code": code},
                change=last_change(db, topic_guid, "topic_linked"),
                me=made.by,
            )
        return put_link(db, topic_guid, found, made)


def put_link(
    db: Database, topic_guid: str, found: Mapping[str, Any] | None, made: Stamp, *, undoes: int | None = None
) -> int:
    """Link a topic to a code (its row) or to none, inside a transaction; returns how many it suggests."""
    topic = machine.link_topic(db, topic_guid, found["id"] if found else None, made, undoes=undoes)
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
            selection=selection_of(m),
            code_guid=found["guid"],
            score=_LINKED_WEAK if m["is_weak"] else _LINKED,
            reason=f"It is in the topic '{words}', which {made.by} linked to this code.",
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


def _linked_code(db: Database, topic_guid: str, book: Codebook) -> str | None:
    """The code a topic is linked to, short id or path; None for no link, or one to a removed code."""
    row = one(
        db, "SELECT c.guid FROM topic t JOIN code c ON c.id = t.code_id WHERE t.guid = ?", (topic_guid,)
    )
    code = book.by_guid().get(row["guid"]) if row else None
    return None if code is None else code.short_id or book.path(code)


__all__ = [
    "Progress",
    "find_topics",
    "latest_topics",
    "link_topic",
    "put_link",
    "topics_of_study",
    "umap_is_installed",
    "why_on_words",
]
