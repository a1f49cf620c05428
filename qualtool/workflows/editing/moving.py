"""What hangs on a text moves with it to another version: segments, codings, suggestions, topics."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ...errors import StudyIntegrityError
from ...model import Segment
from ...store.records import anchors
from ...store.records import sources as source_store
from ...text import Outcome, Placement, Reanchoring, resegmented, turn_labels

# By a person, or still to be decided by one: a suggestion whose text is gone is no longer to be asked.
_OPEN, _GONE = "open", "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One coding or suggestion before and after."""

    guid: str
    start_char: int
    end_char: int
    quote: str
    state: str
    to: Placement

    @property
    def stays(self) -> bool:
        """Is there no place for it in the new text without a person's decision?"""
        return self.to.outcome is Outcome.NEEDS_REVIEW


def placed(
    db: Database, table: anchors.Table, source_id: int, version: int, edit: Reanchoring
) -> list[Moved]:
    """All rows of a table on a version, with their places after the edit."""
    return [
        Moved(**row, to=edit.place(row["start_char"], row["end_char"]))
        for row in anchors.anchored(db, table, source_id, version)
    ]


def new_anchors(rows: Sequence[Moved], version: int) -> list[anchors.Anchor]:
    """Anchors in a new version of the rows that have a place there."""
    return [
        (r.guid, version, r.to.start_char, r.to.end_char, r.to.quote)
        for r in rows
        if r.to.start_char is not None and r.to.end_char is not None
    ]


def move_codings(db: Database, rows: Sequence[Moved], version: int, rev: int) -> None:
    """Move the codings whose quote is kept; the others stay where they are and wait.

    Raises:
        StudyIntegrityError: a coding would be lost; nothing is stored.
    """
    wanted = new_anchors([r for r in rows if not r.stays], version)
    anchors.move(db, "coding", wanted)
    anchors.mark_moved(db, (guid for guid, *_ in wanted), rev)
    if len(wanted) + sum(r.stays for r in rows) != len(rows):
        raise StudyIntegrityError("The edit would lose a coding; nothing was stored.")


def move_suggestions(db: Database, rows: Sequence[Moved], version: int) -> list[dict[str, Any]]:
    """Move suggestions with their sentence, corrected or not; one whose text is gone is withdrawn.

    Returns those whose quote changed, as they were: guid, start_char, end_char, state.
    """
    anchors.move(db, "suggestion", new_anchors(rows, version))
    changed = [r for r in rows if r.stays]
    gone = {r.guid: _GONE for r in changed if r.to.start_char is None and r.state == _OPEN}
    anchors.set_statuses(db, gone)
    return [
        {"guid": r.guid, "start_char": r.start_char, "end_char": r.end_char, "state": r.state}
        for r in changed
    ]


# --- segments -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """What an edit did to speaker labels: new names of speakers, and turns given to another."""

    renamed: Mapping[str, str]
    reassigned: Mapping[int, str]
    unknown: int


def move_segments(
    db: Database, source_id: int, old_version: int, version: int, edit: Reanchoring
) -> tuple[Speakers, int]:
    """Make the segments of a new version; returns what happened to speakers, and loose words."""
    before = anchors.segments_of(db, source_id, old_version)
    found = resegmented(before, edit)
    ids = anchors.speaker_ids(db, source_id)
    speakers = _speakers(before, dict(found.labels), set(ids))
    segments = turn_labels(found.segments, speakers.reassigned)
    source_store.add_segments(db, source_id, version, segments, ids)
    for old, new in speakers.renamed.items():
        anchors.rename_speaker(db, source_id, old, new)
    return speakers, found.n_loose


def _speakers(segments: Sequence[Segment], changed: Mapping[int, str], known: set[str]) -> Speakers:
    """A label corrected on every turn is the speaker's new name; a known one gives the turn to them."""
    turns = [s for s in segments if s.kind == "turn"]
    n_turns = Counter(t.label for t in turns)
    now: dict[str, Counter[str]] = {}
    for turn in turns:
        if turn.position in changed:
            now.setdefault(turn.label, Counter())[changed[turn.position]] += 1
    renamed: dict[str, str] = {}
    for old, labels in now.items():
        new, n = labels.most_common(1)[0]
        if n == n_turns[old] and new not in known and new not in renamed.values():
            renamed[old] = new
    reassigned = {t.position: changed[t.position] for t in turns if changed.get(t.position) in known}
    n_known = len(reassigned) + sum(n_turns[old] for old in renamed)
    return Speakers(renamed=renamed, reassigned=reassigned, unknown=len(changed) - n_known)


# --- topics ---------------------------------------------------------------------------------------


def move_topics(db: Database, source_id: int, old_version: int, version: int, edit: Reanchoring) -> None:
    """Topics keep their sentences in the new version, corrected ones too."""
    members = anchors.member_segments(db, source_id, old_version)
    spans = {kind: anchors.segment_spans(db, source_id, version, kind) for kind in {m[1] for m in members}}
    pairs: list[tuple[int, int]] = []
    for number, kind, start, end in members:
        to = edit.place(start, end) if end > start else None
        if to is None or to.start_char is None or to.end_char is None:
            continue
        best = _most_of(spans[kind], to.start_char, to.end_char)
        if best is not None:
            pairs.append((number, best))
    anchors.copy_topic_members(db, pairs)


def _most_of(spans: Sequence[tuple[int, int, int]], start: int, end: int) -> int | None:
    """The segment that holds most of a stretch; segments of one kind do not overlap."""
    at = max(0, bisect_left(spans, (start, 0, 0)) - 1)
    best, most = None, 0
    while at < len(spans) and spans[at][0] < end:
        common = min(end, spans[at][1]) - max(start, spans[at][0])
        if common > most:
            best, most = spans[at][2], common
        at += 1
    return best
