"""A participant withdraws: what they said, and everything made of it, is erased from the study."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...model import Role
from ...store.erasing import erasing_log, withdrawing
from ...store.erasing.erasing_texts import Placed, Rewritten, TextPlace, Texts, texts_of
from ...store.erasing.erasing_words import Cell, Words
from ...store.erasing.withdrawing import NEUTRAL, Theirs
from ...store.file import connection
from ...store.log.events import Stamp
from ...store.records import codings as coding_store
from ...text import Edit
from ...text.verbatim import Said, masked
from ..clock import stamp
from ..roles import allowed
from . import copies
from .erasing import PUT_BACK, REPLACED, WITHDRAWN, Task, erase, finish, unfinished_note

PLACEHOLDER = f"[{NEUTRAL}]"
_KEYS = (
    "Names were replaced in this study before: the key file still holds their name, and memos and cells as "
    "they were. Delete it if nobody else's name has to be put back."
)
# Where the team writes, and may have repeated what was said.
_TEAMS = frozenset({"memo", "code", "codebook_version", "suggestion", "topic", "run", "event", "operation"})
# Documents in which names of sources and participants stand by themselves.
_NAMING = frozenset({"event", "operation", "run"})


def preview(study: Path, participant: str) -> dict[str, Any]:
    """What ``purge`` would take out; nothing is written.

    Returns:
        ``{"participant", "guid", "sources": [{"source", "whole", "n_turns", "n_codings", "n_memos"}],
        "n_answers", "backups", "other_copies", "elsewhere", "warnings"}``.

    Raises:
        UserInputError: no participant or several fit.
    """
    with allowed(study, Role.OWNER, "look at a participant"), connection.reading(study) as db:
        theirs = withdrawing.traces_of(db, withdrawing.find_participant(db, participant))
        rows = [_foreseen(db, theirs, place) for place in _their_texts(db, theirs) if place.is_current]
        n_answers = withdrawing.n_answers(db, theirs)
    known = copies.known_copies(study)
    return {
        "participant": theirs.name,
        "guid": theirs.guid,
        "sources": rows,
        "n_answers": n_answers,
        "backups": known["backups"],
        "other_copies": known["other"],
        "elsewhere": known["elsewhere"],
        "warnings": [],
    }


def _foreseen(db: Database, theirs: Theirs, place: TextPlace) -> dict[str, Any]:
    own, others = _stretches(db, theirs, place)
    rows = withdrawing.codings_on(db, place.source_id, place.version)
    theirs_alone = [g for g, start, end in rows if _is_only_theirs(start, end, own, others)]
    whole = place.source_id in theirs.whole
    return {
        "source": place.source,
        "whole": whole,
        "n_turns": len(own),
        "n_codings": len(theirs_alone),
        "n_memos": len(withdrawing.memos_on(db, [place.guid] if whole else [], theirs_alone)),
    }


def purge(
    study: Path,
    participant: str,
    *,
    keep_counts: bool = False,
    delete_backups: bool = False,
    keep_backups: bool = False,
    by: str | None = None,
) -> dict[str, Any]:
    """Erase a participant's words, codings of them, memos on these, answers, vectors and names.

    An interview of theirs alone becomes placeholders throughout, the interviewer's words too; of a
    group only their turns do. A coding that reaches into others' words stays, and needs review. What
    memos, examples and reasons repeat of their words is replaced too. GUIDs stay, so that the log and
    counts add up.

    Args:
        keep_counts: where consent allows it: codings, number of words, role, case and closed answers
            stay, to be counted; no word does.

    Returns:
        ``{"sources": [as ``pseudonymise.apply``], "participant" (the neutral name), "guid", "n_codings",
        "n_memos", "n_answers", "new_backup", "backups_deleted", "backups_kept", "elsewhere", "finished",
        "warnings"}``.

    Raises:
        UserInputError: no participant or several fit, or nobody decided about backups.
    """
    known = copies.known_copies(study)
    copies.require_decision(known, delete=delete_backups, keep=keep_backups)
    with allowed(study, Role.OWNER, "take a participant out", by=by):
        made = stamp(by)
        finish(study)  # what an earlier run had to leave, also where the name is gone by now
        with connection.writing(study) as db:
            row = withdrawing.find_participant(db, participant)
            theirs = withdrawing.traces_of(db, row)
            is_new = not row["name"].startswith(f"{NEUTRAL} ")
            name = withdrawing.free_name(db) if is_new else row["name"]
            act = _Withdrawal(db, theirs, name, made, keep_counts=keep_counts)
            is_there = bool(theirs.speakers or theirs.respondents) or row["consent"] != NEUTRAL
            found = erase(db, act.task(), made, {"keeps_counts": keep_counts}) if is_there else None
            if erasing_log.standing_layers(db, REPLACED, PUT_BACK):
                act.warnings.append(_KEYS)
        is_finished = finish(study)
        settled = copies.settle(study, known, delete=delete_backups, is_finished=is_finished)
    return {
        "sources": found.sources if found else [],
        "participant": name,
        "guid": theirs.guid,
        "n_codings": act.n_codings,
        "n_memos": act.n_memos,
        "n_answers": act.n_answers,
        "elsewhere": known["elsewhere"],
        "finished": is_finished,
        **settled,
        "warnings": [*act.warnings, *settled["warnings"], *unfinished_note(is_finished)],
    }


# --- whose words ----------------------------------------------------------------------------------

_Span = tuple[int, int]


def _their_texts(db: Database, theirs: Theirs) -> Iterable[TextPlace]:
    for source in sorted(theirs.speakers):
        yield from texts_of(db, source)


def _stretches(db: Database, theirs: Theirs, place: TextPlace) -> tuple[list[_Span], list[_Span]]:
    """Turns to be erased, and turns that stay."""
    own: list[_Span] = []
    others: list[_Span] = []
    speakers = theirs.speakers[place.source_id]
    whole = place.source_id in theirs.whole
    for start, end, speaker, _, _ in withdrawing.turns_of_version(db, place.source_id, place.version):
        (own if whole or speaker in speakers else others).append((start, end))
    return own, others


def _is_only_theirs(start: int, end: int, own: Sequence[_Span], others: Sequence[_Span]) -> bool:
    reaches = any(a < end and b > start for a, b in own)
    return (reaches or not others) and not any(a < end and b > start for a, b in others)


@dataclass(slots=True)
class _Withdrawal:
    """One withdrawal as it is done."""

    db: Database
    theirs: Theirs
    name: str
    made: Stamp
    keep_counts: bool = field(kw_only=True)
    n_codings: int = 0
    n_memos: int = 0
    n_answers: int = 0
    warnings: list[str] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)
    _said: Said | None = None
    _spans: dict[tuple[int, int], tuple[list[_Span], list[_Span]]] = field(default_factory=dict)

    def task(self) -> Task:
        """The task of erasing them."""
        stretches: list[str] = []
        for place in _their_texts(self.db, self.theirs):
            spans = _stretches(self.db, self.theirs, place)
            self._spans[place.source_id, place.version] = spans
            stretches += self._said_in(place, spans[0])
        self._said = Said(stretches)
        return Task(
            kind=WITHDRAWN,
            target=("participant", self.theirs.guid),
            texts=self._texts,
            words=self._words,
            more=self._more,
        )

    def _said_in(self, place: TextPlace, own: Sequence[_Span]) -> list[str]:
        """What they said: whole turns, sentences, and what was coded of it."""
        found = [place.text[a:b] for a, b in own]
        for start, end in withdrawing.stretches_on(self.db, place.source_id, place.version):
            if any(a <= start and end <= b for a, b in own):
                found.append(place.text[start:end])
        return found

    # --- texts ----------------------------------------------------------------------------------

    def _texts(self, place: TextPlace) -> list[Edit]:
        if place.source_id not in self.theirs.speakers:
            return []
        turns = withdrawing.turns_of_version(self.db, place.source_id, place.version)
        if place.source_id in self.theirs.whole:
            return self._whole(place, turns)
        edits: list[Edit] = []
        at = 0
        for start, end, speaker, label, _ in turns:
            if speaker in self.theirs.speakers[place.source_id]:
                where = place.text.rfind(label, at, start)
                if where >= 0 and label:
                    edits.append(Edit(start_char=where, end_char=where + len(label), text=self.name))
                edits += self._put(place.text, start, end)
            at = end
        return edits

    def _whole(self, place: TextPlace, turns: Sequence[tuple[int, int, int, str, bool]]) -> list[Edit]:
        if not turns:
            return self._put(place.text, 0, len(place.text))
        edits: list[Edit] = []
        at = 0
        for n, (start, end, _, label, asks) in enumerate(turns):
            head = ("\n" if n else "") + (label if asks else self.name) + ": "
            is_bare = start == 0 and not n
            if start > at or not is_bare:
                edits.append(Edit(start_char=at, end_char=start, text="" if is_bare else head))
            edits += self._put(place.text, start, end)
            at = max(at, end)
        if at < len(place.text):
            edits.append(Edit(start_char=at, end_char=len(place.text), text=""))
        return edits

    def _put(self, text: str, start: int, end: int) -> list[Edit]:
        if self.keep_counts:
            return masked(text, start, end)
        return [Edit(start_char=start, end_char=end, text=PLACEHOLDER)] if end > start else []

    # --- all other words ------------------------------------------------------------------------

    def _words(self, cell: Cell, value: str) -> list[Edit]:
        if cell.table in _NAMING and value in self._names:
            return [Edit(start_char=0, end_char=len(value), text=self._names[value])]
        if cell.table not in _TEAMS or self._said is None:
            return []
        return self._said.edits(value, PLACEHOLDER)

    # --- what hangs on it -----------------------------------------------------------------------

    def _more(self, db: Database, texts: Texts, words: Words) -> frozenset[str]:
        gone = [p for one in texts.done.values() for p in one.placed if self._is_theirs(one, p)]
        codings = [str(p.key) for p in gone if p.table == "coding"]
        standing = [str(p.key) for p in gone if p.table == "coding" and p.is_standing]
        if not self.keep_counts:
            for guid in standing:
                coding_store.set_removed(db, guid, self.made, removed=True)
            withdrawing.drop_sentences(db, self.theirs)
        withdrawing.close_suggestions(db, [str(p.key) for p in gone if p.table == "suggestion"])
        whole = {one.place.guid for one in texts.done.values() if one.place.source_id in self.theirs.whole}
        memos = withdrawing.memos_on(db, sorted(whole), codings)
        withdrawing.empty_memos(db, memos, self.made)
        self._names = withdrawing.rename_sources(db, self.theirs, self.name)
        self._names |= withdrawing.own_cases(db, self.theirs, self.name)
        self._names[self.theirs.name] = self.name
        self.n_answers = withdrawing.forget_answers(db, self.theirs, self.name, keep_counts=self.keep_counts)
        withdrawing.forget_person(db, self.theirs, self.name, keep_counts=self.keep_counts)
        self.n_codings, self.n_memos = len(standing), len(memos)
        return frozenset(standing)

    def _is_theirs(self, one: Rewritten, placed: Placed) -> bool:
        own, others = self._spans[one.place.source_id, one.place.version]
        return placed.table != "segment" and _is_only_theirs(*placed.old, own, others)
