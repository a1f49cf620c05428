"""Undo of what a coder marked: read sources and turns, answers without substance, settings."""

from __future__ import annotations

from pathlib import Path

from ...store.log.events import record
from ...store.reading import overview
from ...store.records import answers, coder_marks, people
from ...store.records import sources as source_store
from .undoing import OLDER, Undo

_SETTINGS = frozenset({"backups_folder"})


def _place(undo: Undo) -> tuple[int, int]:
    """Ids of the source and of the coder."""
    source_id = int(source_store.find_source(undo.db, undo.guid)["id"])
    return source_id, people.ensure_coder(undo.db, undo.stamp.by, undo.stamp)


def take_reading_back(undo: Undo) -> None:
    """Mark a source as it was marked: read to the end, or not yet."""
    if "state" not in undo.before:
        raise undo.refuse(OLDER, "Mark the source by hand.")
    source_id, coder_id = _place(undo)
    if _state(undo, source_id, coder_id) != undo.after["state"]:
        raise undo.refuse("This source was marked otherwise since.", "Take the later mark back first.")
    source_store.set_reading(undo.db, source_id, coder_id, undo.stamp, turn=None, state=undo.before["state"])
    record(
        undo.db,
        undo.stamp,
        "source_read",
        target_kind="source",
        target_guid=undo.guid,
        before=dict(undo.after),
        after={"state": undo.before["state"]},
        undoes=undo.event["id"],
    )


def _state(undo: Undo, source_id: int, coder_id: int) -> str:
    return "read" if source_store.is_read(undo.db, source_id, coder_id) else "reading"


def take_turns_back(undo: Undo) -> None:
    """Mark turns as they were: with nothing to code, or not."""
    if "positions" not in undo.after:
        raise undo.refuse(OLDER, "Mark the turns by hand.")
    source_id, coder_id = _place(undo)
    positions, nothing = list(undo.after["positions"]), bool(undo.after["nothing_to_code"])
    marked = set(coder_marks.turns_read(undo.db, source_id, coder_id))
    if any((p in marked) is not nothing for p in positions):
        raise undo.refuse("These turns were marked otherwise since.", "Take the later mark back first.")
    coder_marks.set_turns_read(undo.db, source_id, coder_id, positions, undo.stamp.at, is_read=not nothing)
    was, now = undo.before.get("state"), undo.after.get("state")
    if now is not None and was is not None and _state(undo, source_id, coder_id) == now:
        source_store.set_reading(undo.db, source_id, coder_id, undo.stamp, turn=None, state=was)
    record(
        undo.db,
        undo.stamp,
        "turns_read",
        target_kind="source",
        target_guid=undo.guid,
        before={"state": now},
        after={
            "n_turns": len(positions),
            "nothing_to_code": not nothing,
            "state": was if now is not None else None,
            "positions": positions,
        },
        undoes=undo.event["id"],
    )


def take_answer_back(undo: Undo) -> None:
    """Mark an answer as it was: without substance, or open again."""
    source_id, coder_id = _place(undo)
    empty = undo.event["kind"] == "answer_state_cleared"
    if empty and answers.is_coded(undo.db, source_id, coder_id):
        raise undo.refuse("This answer carries codes of yours since.", "Remove them first.")
    changed = answers.set_state(
        undo.db, source_id, undo.guid, coder_id, undo.stamp, empty=empty, undoes=undo.event["id"]
    )
    if not changed:
        raise undo.refuse("This answer was marked otherwise since.", "There is nothing left to take back.")


def take_setting_back(undo: Undo) -> None:
    """Give a setting of the study the value it had."""
    known = overview.study_values(undo.db)
    if not set(undo.before) <= _SETTINGS:
        raise undo.refuse("This setting is not taken back one by one.", "Set it by hand.")
    for name, value in undo.after.items():
        if known.get(name, "") != value:
            raise undo.refuse("This setting was changed again since.", "Take the later change back first.")
    for folder in undo.before.values():
        if folder and not Path(folder).expanduser().is_dir():
            raise undo.refuse("The folder it named is not there.", "Make it first, or choose another.")
    overview.set_study_values(undo.db, dict(undo.before))
    record(
        undo.db,
        undo.stamp,
        "setting_changed",
        target_kind="study",
        target_guid="study",
        before=dict(undo.after),
        after=dict(undo.before),
        undoes=undo.event["id"],
    )
