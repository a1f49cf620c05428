"""Take back the last correction of a source's text: the state before it, exactly.

Work done since on words the correction did not touch goes back with it. Work on the corrected words
themselves stands in the way, and nothing is undone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ...store.file import connection
from ...store.log.conflicts import last_change
from ...store.log.events import Stamp, record
from ...store.log.history import last_erasure
from ...store.records import anchors, text_edits
from ...store.records import sources as source_store
from ...text import Outcome, Reanchoring
from ..clock import stamp
from ..conflicts import conflict
from ..editing.moving import Moved, move_suggestions, placed


def last_edit(study: Path, source: str) -> dict[str, Any] | None:
    """The edit that an undo would take back: ``{"at", "by", "version"}``, or None."""
    with connection.reading(study) as db:
        row = source_store.find_source(db, source)
        event = last_standing(db, row)
    if event is None:
        return None
    return {"at": event["at"], "by": event["by"], "version": event["after"]["version"]}


def undo_edit(
    study: Path, source: str, *, by: str | None = None, version: int | None = None
) -> dict[str, Any]:
    """Take back the last edit of a source that stands.

    Texts stay in the file; the version before becomes current again, and codings, suggestions and
    speakers are as they were. A decision on a coding's place that the edit asked for falls with it; a
    coding that was removed stays removed.

    Returns:
        ``{"source", "version", "restored", "also_moved"}``: codings put back, and later ones that
        went along.

    Raises:
        ConflictError: ``version``, the text the person looked at, is no longer the current one: this
            would take back a correction they have not seen.
        UserInputError: there is no edit to take back, or codings made since are on corrected words.
    """
    made = stamp(by)
    with connection.writing(study) as db:
        row = source_store.find_source(db, source)
        if version not in (None, int(row["current_version"])):
            raise conflict(
                "source",
                row["guid"],
                row["name"],
                theirs={"version": int(row["current_version"])},
                yours={"version": version},
                change=last_change(db, row["guid"], text_edits.EDITED, text_edits.UNDONE),
                message="The text of this source was changed meanwhile",
                me=made.by,
            )
        event = last_standing(db, row)
        if event is None:
            raise UserInputError.single(
                row["name"], "There is no correction of this text to take back.", "Nothing was changed."
            )
        return take_back(db, row, event, made)


def take_back(db: Database, row: dict[str, Any], event: dict[str, Any], made: Stamp) -> dict[str, Any]:
    """Take back the last edit of a source that stands, inside a transaction; see ``undo_edit``."""
    source_id, old, new = int(row["id"]), event["before"]["version"], event["after"]["version"]
    edit = text_edits.mapping_of(db, source_id, event)
    if edit is None:
        raise UserInputError.single(
            row["name"],
            "Its texts were rewritten since the correction, so it cannot be taken back.",
            "Correct the text anew.",
        )
    back = edit.inverse()
    before, n_later = _codings_before(db, row, event, back)
    later = placed(db, "suggestion", source_id, new, back)
    anchors.move(db, "coding", before)
    rev = source_store.bump_rev(db, source_id)
    anchors.mark_moved(db, (guid for guid, *_ in before), rev)
    _suggestions_back(db, event, later, edit.old)
    for name, now in event["after"]["speakers"].items():
        anchors.rename_speaker(db, source_id, now, name)
    anchors.correct_cell(db, source_id, edit.new, edit.old)
    anchors.set_current(db, source_id, old)
    record(
        db,
        made,
        text_edits.UNDONE,
        target_kind="source",
        target_guid=row["guid"],
        before={"version": new},
        after={"version": old, "codings": [[g, v, s, e] for g, v, s, e, _ in before]},
        undoes=event["id"],
    )
    return {
        "source": row["name"],
        "version": old,
        "restored": len(before) - n_later,
        "also_moved": n_later,
    }


def last_standing(db: Database, row: dict[str, Any]) -> dict[str, Any] | None:
    """The event of the edit that made the source's current text, or None where none did.

    What was corrected before words were erased from the study is not taken back any more.
    """
    last = last_erasure(db)
    for event in text_edits.edit_events(db, row["guid"]):
        if event["id"] <= last:
            return None
        if not event["is_undone"] and event["after"]["version"] == row["current_version"]:
            return event
    return None


def _codings_before(
    db: Database, row: dict[str, Any], event: dict[str, Any], back: Reanchoring
) -> tuple[list[anchors.Anchor], int]:
    """Anchors of every coding on the new version as they were, and how many are younger than the edit."""
    source_id, old, new = int(row["id"]), event["before"]["version"], event["after"]["version"]
    known = {guid: (start, end) for guid, start, end in event["before"]["codings"]}
    found: list[anchors.Anchor] = []
    texts = {old: back.new}
    n_later = n_in_the_way = 0
    for coding in placed(db, "coding", source_id, new, back):
        decided = text_edits.placed_before(db, coding.guid, event["id"])
        if coding.guid in known:
            start, end = known[coding.guid]
            found.append((coding.guid, old, start, end, back.new[start:end]))
        elif decided is not None and decided["version"] <= old:
            version, start, end = decided["version"], decided["start_char"], decided["end_char"]
            if version not in texts:
                texts[version] = source_store.text_of(db, source_id, version)
            found.append((coding.guid, version, start, end, texts[version][start:end]))
        elif coding.to.outcome is not Outcome.NEEDS_REVIEW:
            found.append(_anchor(coding, old))
            n_later += 1
        else:
            n_in_the_way += coding.state == "standing"
    if n_in_the_way:
        raise UserInputError.single(
            row["name"],
            f"{n_in_the_way} codings were made on the corrected words since; nothing was undone.",
            "Remove them first, or correct the text once more instead.",
        )
    return found, n_later


def _anchor(coding: Moved, version: int) -> anchors.Anchor:
    to = coding.to
    start, end = to.start_char, to.end_char
    if start is None or end is None:
        raise UserInputError("A coding has no place in the text before the correction.")
    return coding.guid, version, start, end, to.quote


def _suggestions_back(db: Database, event: dict[str, Any], now: list[Moved], text: str) -> None:
    """Suggestions as they were; newer ones on corrected words are withdrawn."""
    old = event["before"]["version"]
    changed = {s["guid"]: s for s in event["before"]["suggestions"]}
    move_suggestions(db, [s for s in now if s.guid not in changed and not s.stays], old)
    newer = [s for s in now if s.guid not in changed and s.stays and s.state == "open"]
    anchors.set_statuses(db, {s.guid: "superseded" for s in newer})
    anchors.move(
        db,
        "suggestion",
        [
            (guid, old, s["start_char"], s["end_char"], text[s["start_char"] : s["end_char"]])
            for guid, s in changed.items()
        ],
    )
    moved = {s.guid for s in now}
    # One that is on the old version still was withdrawn by the edit, if it was open.
    anchors.set_statuses(
        db, {guid: s["state"] for guid, s in changed.items() if guid not in moved and s["state"] == "open"}
    )
