"""Search the study by meaning and by words: passages like a sentence, a quote, or a code.

Texts are searched where they are, in memory: no index of their words is stored, so that nothing of them is
left anywhere when words are erased.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...errors import UserInputError
from ...store.file import connection
from ...store.machine import machine
from ...store.reading import overview
from ...store.records import audits
from ...store.records import codes as code_store
from ...text.queries import Matcher, Query, parse_query
from ..themes.themes import subtree
from .machine_units import notes_of, units_of
from .vectors import StoredEncoder, study_encoder

Progress = Callable[[int, int], None]
MOST = 40
# Below this likeness passages have hardly anything in common.
LEAST = 0.2
KINDS = {"all": None, "transcripts": "transcript", "answers": "answer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassage:
    """A sentence or answer; ``likeness`` is a cosine in [-1, 1], ``has_words``: it fits the words."""

    source: str
    source_guid: str
    kind: str
    start_char: int
    end_char: int
    text: str
    participant: str
    likeness: float
    has_words: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Passages, those with the words first, then the most alike; ``n_words`` counts all that have them."""

    passages: tuple[FoundPassage, ...]
    n_words: int
    notes: tuple[str, ...]


class _Read(NamedTuple):
    mark: tuple[str, str, str]
    rows: list[dict[str, Any]]
    vectors: np.ndarray
    encoder: StoredEncoder
    notes: tuple[str, ...]


_kept: dict[str, _Read] = {}
_lock = threading.Lock()


def _read(study: Path, progress: Progress | None) -> _Read:
    """The study's passages with their vectors, from memory while texts and people stay as they are."""
    encoder, note = study_encoder(study)
    with connection.reading(study) as db:
        guid = overview.study_values(db).get("guid", "")
        mark = (guid, overview.event_mark(db, overview.newest_other_event(db)), encoder.digest)
        with _lock:
            known = _kept.get("study")
        if known is not None and known.mark == mark:
            return known
        rows = units_of(db, "all").rows
    if not rows:
        raise UserInputError("There is nothing to search yet: import transcripts or a survey first.")
    texts = [row["text"] for row in rows]
    vectors = encoder.encode(texts, progress=progress)
    notes = tuple(notes_of(note, encoder.language_note(texts)))
    found = _Read(mark, rows, vectors, encoder, notes)
    with _lock:
        _kept["study"] = found
    return found


def forget() -> None:
    """Drop what is kept in memory."""
    with _lock:
        _kept.clear()


def search(
    study: Path, typed: str, *, kind: str = "all", most: int = MOST, progress: Progress | None = None
) -> Found:
    """Passages that mean what was typed, or hold its words.

    Plain words: passages with all of them first, then those alike in meaning. With "a phrase", OR, NOT or
    - (``text.queries``) only passages that fit, the most alike first. A passage is a participant's
    sentence or answer. What was typed is kept nowhere.

    Raises:
        UserInputError: nothing to look for, or nothing to search.
    """
    query = parse_query(typed)
    read = _read(study, progress)
    # Not by way of the study: what a person looks for is not stored.
    wanted = read.encoder.inner.encode([query.words])[0]
    return _ranked(read, read.vectors @ wanted, query, kind=kind, most=most)


def _ranked(
    read: _Read,
    likeness: np.ndarray,
    query: Query | None,
    *,
    kind: str,
    most: int,
    without: frozenset[int] = frozenset(),
) -> Found:
    matcher = None if query is None else Matcher(query)
    only = KINDS[kind]
    rows = [i for i, row in enumerate(read.rows) if only in (None, row["kind"]) and row["id"] not in without]
    fits = {i for i in rows if matcher is not None and matcher.fits(read.rows[i]["text"])}
    is_strict = query is not None and query.is_strict
    kept = [i for i in rows if i in fits or (not is_strict and likeness[i] >= LEAST)]
    kept.sort(key=lambda i: (i not in fits, -round(float(likeness[i]), 6), i))
    return Found(
        passages=tuple(
            _passage(read.rows[i], float(likeness[i]), i in fits) for i in _distinct(kept, read, most)
        ),
        n_words=len(fits),
        notes=read.notes,
    )


def _distinct(ranked: Sequence[int], read: _Read, most: int) -> list[int]:
    """The first ``most``; of equal words of one person only the first."""
    seen: set[tuple[str, Any]] = set()
    found: list[int] = []
    for i in ranked:
        key = (read.rows[i]["text"], read.rows[i]["participant_id"])
        if key not in seen:
            seen.add(key)
            found.append(i)
        if len(found) == most:
            break
    return found


def _passage(row: dict[str, Any], likeness: float, has_words: bool) -> FoundPassage:
    return FoundPassage(
        source=row["source"],
        source_guid=row["source_guid"],
        kind=row["kind"],
        start_char=row["start_char"],
        end_char=row["end_char"],
        text=row["text"],
        participant=row["participant"] or "",
        likeness=round(likeness, 4),
        has_words=has_words,
    )


def more_like(
    study: Path, quote: str, *, kind: str = "all", most: int = MOST, progress: Progress | None = None
) -> Found:
    """Passages that mean what a quote means, without those that hold or are held by the very words.

    Raises:
        UserInputError: the quote is blank, or there is nothing to search.
    """
    if not quote.strip():
        raise UserInputError("There are no words to find the like of.")
    read = _read(study, progress)
    wanted = read.encoder.inner.encode([quote])[0]
    own = frozenset(r["id"] for r in read.rows if r["text"].strip() in quote or quote.strip() in r["text"])
    return _ranked(read, read.vectors @ wanted, None, kind=kind, most=most, without=own)


def more_like_code(
    study: Path,
    code: str,
    *,
    coder: str | None = None,
    kind: str = "all",
    most: int = MOST,
    progress: Progress | None = None,
) -> Found:
    """Passages like those coded with a code or with one under it, and not coded so yet.

    What counts is the mean of the coded passages' vectors and of the definition. Passages of an audit
    that ``coder`` is in the middle of are left out.

    Raises:
        UserInputError: no such code, or it has neither a coding nor a definition.
    """
    read = _read(study, progress)
    with connection.reading(study) as db:
        book, ids = code_store.codebook(db), code_store.code_ids(db)
        entry = book.by_guid()[code_store.find_code(db, code)["guid"]]
        wanted = {ids[guid] for guid in subtree(book, entry.guid)}
        coded = frozenset(s for s, c in machine.coded_segments(db) if c in wanted)
        hidden = audits.withheld_from_name(db, coder)
    place = {row["id"]: i for i, row in enumerate(read.rows)}
    vectors = [read.vectors[place[s]] for s in sorted(coded) if s in place]
    told = " ".join(part for part in (entry.definition, entry.apply_when) if part.strip())
    if told:
        vectors.append(read.encoder.inner.encode([told])[0])
    if not vectors:
        raise UserInputError("This code has no coding and no definition: there is nothing to be like.")
    middle = np.mean(np.stack(vectors), axis=0)
    middle /= max(float(np.linalg.norm(middle)), 1e-12)
    without = coded | {row["id"] for row in read.rows if hidden and hidden.row(row)}
    return _ranked(read, read.vectors @ middle, None, kind=kind, most=most, without=frozenset(without))
