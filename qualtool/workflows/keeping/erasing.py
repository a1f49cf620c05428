"""Words erased for good: the one way, used by pseudonyms (there and back) and by a participant's withdrawal.

One transaction rewrites every place that can hold words, moves every offset with them, and logs one
event that holds the state after it: undo stops there, and a replay goes on from there. Afterwards the
file is written anew and its log emptied, so that nothing of the old words is in free pages. A study
whose file was not written anew yet (a program was killed, another one read) is known as such, and it is
done before the next backup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import StudyFileError
from ...store.erasing import erasing_texts, erasing_words
from ...store.erasing.erasing_texts import Exact, Texts
from ...store.erasing.erasing_words import Cell, Replaced, Words
from ...store.erasing.lifting import lifted
from ...store.file import connection
from ...store.log.events import Stamp, record
from ...store.reading import overview, replay
from ...store.records import codings as coding_store
from ...store.records import text_edits

REPLACED, PUT_BACK, WITHDRAWN = "names_replaced", "names_put_back", "participant_withdrawn"
_UNFINISHED = "erasing_unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be erased.

    ``texts`` gives the edits of a text version, ``words`` those of any other string; ``exact_words`` and
    ``exact_places`` put back what was there before. ``more`` does what is left, guards lifted, and returns
    the GUIDs of the codings that went with the words. ``restored`` are codings that had become the same as
    another of their coder's, and are their own again.
    """

    kind: str
    target: tuple[str, str]
    texts: erasing_texts.Change
    words: erasing_words.Change
    exact_words: Mapping[Cell, tuple[str, str]] = field(default_factory=dict)
    exact_places: Exact = field(default_factory=dict)
    more: Callable[[Database, Texts, Words], frozenset[str]] | None = None
    restored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased, where, and what hung on it."""

    texts: Texts
    words: tuple[Replaced, ...]
    sources: list[dict[str, Any]]
    event: int


def erase(db: Database, task: Task, made: Stamp, after: Mapping[str, Any]) -> Erased | None:
    """Erase within the transaction of ``db``; ``after`` is told by the event, and holds no words.

    Returns None where nothing was to be erased; then nothing was written, the log included.
    """
    words = Words(db=db, change=task.words, exact=task.exact_words)
    with lifted(db):
        texts = erasing_texts.rewrite_texts(db, task.texts, task.exact_places)
        gone = frozenset() if task.more is None else task.more(db, texts, words)
        for one in texts.done.values():
            for guid in one.merged:
                coding_store.set_removed(db, guid, made, removed=True)
        for guid in task.restored:
            if not coding_store.has_twin(db, guid):
                coding_store.set_removed(db, guid, made, removed=False)
        erasing_words.replace_words(words)
        sources = erasing_texts.report_rows(db, texts, gone=gone, reviews_touched=task.more is not None)
        erasing_words.replace_in_events(words, texts.by_guid())
        is_done = bool(texts.done or words.done or task.more)
        if is_done:
            erasing_words.forget_computed(words, sorted({number for number, _ in texts.done}))
            erasing_words.drop_undo(db)
    if not is_done:
        return None
    edits: dict[str, dict[str, list[list[int]]]] = {}
    for (guid, version), edit in texts.by_guid().items():
        edits.setdefault(guid, {})[str(version)] = _joined(text_edits.packed(edit))
    told = {**after, "checkpoint": replay.checkpoint(db), "edits": edits}
    kind, guid = task.target
    event = record(db, made, task.kind, target_kind=kind, target_guid=guid, after=told)
    overview.set_study_values(db, {_UNFINISHED: "yes"})
    return Erased(texts=texts, words=tuple(words.done), sources=sources, event=event)


def _joined(edits: list[list[int]]) -> list[list[int]]:
    """Edits that touch each other as one: enough to say where other stretches went."""
    found: list[list[int]] = []
    for start, end, n in edits:
        if found and found[-1][1] == start:
            found[-1] = [found[-1][0], end, found[-1][2] + n]
        else:
            found.append([start, end, n])
    return found


def is_unfinished(study: Path) -> bool:
    """May free pages of the file still hold words that were erased?"""
    with connection.reading(study) as db:
        return overview.study_values(db).get(_UNFINISHED) == "yes"


def finish(study: Path) -> bool:
    """Write the study's file anew where words were erased; False where that is not possible just now."""
    if not is_unfinished(study):
        return True
    try:
        is_done = connection.compact(study)
    except StudyFileError:  # in use, or no room: the words are erased, and this can be done later
        is_done = False
    if not is_done:
        return False
    with connection.writing(study) as db:
        overview.set_study_values(db, {_UNFINISHED: ""})
    return True


def unfinished_note(is_finished: bool) -> list[str]:
    """What to tell a person while the file could not be written anew."""
    if is_finished:
        return []
    told = "The file could not be written anew, so old pages of it may still hold what was erased."
    return [f"{told} Close the study everywhere, see that the disk has room, and run the same command again."]
