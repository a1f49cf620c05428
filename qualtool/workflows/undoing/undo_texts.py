"""Undo of what concerns a corrected text: the correction, its undo, and where a coding was put."""

from __future__ import annotations

from typing import Any

from ...errors import UserInputError
from ...store.log import history
from ...store.log.events import record
from ...store.log.identity import one
from ...store.records import anchors, text_edits
from ...store.records import codings as coding_store
from ...store.records import sources as source_store
from ..editing.edit_source import put_edit
from .undo_edit import last_standing, take_back
from .undoing import Undo, has_twin

_REWRITTEN = "Its texts were rewritten since, because words were erased from them."


def take_edit_back(undo: Undo) -> None:
    """Take back a correction, where it is the last that stands."""
    row = source_store.find_source(undo.db, undo.guid)
    event = last_standing(undo.db, row)
    if event is None or event["id"] != undo.event["id"]:
        raise undo.refuse("The text was corrected again since.", "Take the later correction back first.")
    take_back(undo.db, row, event, undo.stamp)


def put_edit_back(undo: Undo) -> None:
    """Correct a text again as it was corrected before the correction was taken back."""
    row = source_store.find_source(undo.db, undo.guid)
    if row["current_version"] != undo.after["version"]:
        raise undo.refuse("The text was corrected again since.", "Take the later correction back first.")
    first = history.event(undo.db, int(undo.event["undoes"]))
    edit = text_edits.mapping_of(undo.db, int(row["id"]), first)
    if edit is None:
        raise undo.refuse(_REWRITTEN, "Correct the text anew.")
    put_edit(undo.db, row, edit, undo.stamp, undoes=undo.event["id"])


def take_place_back(undo: Undo) -> None:
    """Put a coding back to where it lay before somebody decided on its place: it waits again."""
    row = one(
        undo.db,
        "SELECT g.*, s.current_version FROM coding g JOIN source s ON s.id = g.source_id WHERE g.guid = ?",
        (undo.guid,),
    )
    if row is None or row["removed_at"]:
        raise undo.refuse("This coding was removed since.", "Take the removal back first.")
    if any(row[name] != value for name, value in undo.after.items()):
        raise undo.refuse("This coding lies elsewhere since.", "Take the later change back first.")
    was = {**row, **undo.before}
    if was["version"] > row["current_version"]:
        raise undo.refuse("That correction was taken back since.", "Put the correction back first.")
    if has_twin(undo.db, was):
        raise undo.refuse("The same coder has the same code there.", "Remove that coding first.")
    _move(undo, was)


def _move(undo: Undo, was: dict[str, Any]) -> None:
    start, end, version = was["start_char"], was["end_char"], was["version"]
    quote = source_store.text_of(undo.db, was["source_id"], version)[start:end]
    if len(quote) != end - start:
        raise UserInputError(_REWRITTEN)
    anchors.move(undo.db, "coding", [(undo.guid, version, start, end, quote)])
    anchors.mark_moved(undo.db, [undo.guid], source_store.bump_rev(undo.db, was["source_id"]))
    record(
        undo.db,
        undo.stamp,
        text_edits.DECIDED,
        target_kind="coding",
        target_guid=coding_store.coding(undo.db, undo.guid)["guid"],
        before=dict(undo.after),
        after=dict(undo.before),
        undoes=undo.event["id"],
    )
