"""Undo of imports whose event tells every row: codings, marks of what was read, of what was asked."""

from __future__ import annotations

from ...store.log.events import record
from ...store.reading import replay
from ...store.records import codings as coding_store
from ...store.records import people
from ...store.records import sources as source_store
from ...store.records.codes import code_ids
from .undoing import OLDER, Undo

_BY_HAND = "Change it by hand, or restore a backup from before ('qualtool restore')."


def take_codings_back(undo: Undo) -> None:
    """Remove what a file of codings brought; refused where somebody worked on one of them since."""
    if "rows" not in undo.after:
        raise undo.refuse(OLDER, _BY_HAND)
    known = replay.stored_state(undo.db).codings
    standing: list[str] = []
    n_changed = 0
    for guid, row in replay.unpacked_codings(undo.after).items():
        now = known.get(guid)
        if now is None or now["removed"]:
            continue
        n_changed += any(now[name] != row[name] for name in (*replay.FACETS, "code", "coder"))
        standing.append(guid)
    if n_changed:
        raise undo.refuse(
            f"{n_changed} of these codings were changed since.", "Take the later changes back first."
        )
    for guid in standing:
        coding_store.set_removed(undo.db, guid, undo.stamp, removed=True, undoes=undo.event["id"])


def take_read_back(undo: Undo) -> None:
    """Take back marks of sources read to the end, as far as they are as the file left them."""
    if "rows" not in undo.after:
        raise undo.refuse(OLDER, _BY_HAND)
    rows: list[list[str]] = []
    for source, coder, state, was in undo.after["rows"]:
        source_id = int(source_store.find_source(undo.db, source)["id"])
        coder_id = people.ensure_coder(undo.db, coder, undo.stamp)
        now = "read" if source_store.is_read(undo.db, source_id, coder_id) else "reading"
        if now != state:
            raise undo.refuse("A source was marked otherwise since.", "Take the later mark back first.")
        source_store.set_reading(undo.db, source_id, coder_id, undo.stamp, turn=None, state=was)
        rows.append([source, coder, was, state])
    _record(undo, "sources_marked_read", rows)


def take_asked_back(undo: Undo) -> None:
    """Take back marks of what was asked, as far as they are as the file left them."""
    if "rows" not in undo.after:
        raise undo.refuse(OLDER, _BY_HAND)
    ids = code_ids(undo.db)
    rows: list[list[str | None]] = []
    for source, code, asked, was in reversed(undo.after["rows"]):  # one mark may stand twice
        source_id = int(source_store.find_source(undo.db, source)["id"])
        if code not in ids:
            raise undo.refuse("A code of these marks is no longer there.", "Bring the code back first.")
        if coding_store.asked_of(undo.db, source_id, ids[code]) != asked:
            raise undo.refuse("A mark was changed again since.", "Take the later change back first.")
        coding_store.set_asked(undo.db, source_id, ids[code], was, undo.stamp)
        rows.append([source, code, was, asked])
    _record(undo, "asked_imported", rows)


def _record(undo: Undo, kind: str, rows: list[list[str]] | list[list[str | None]]) -> None:
    after = {"file": undo.after.get("file", ""), "n": len(rows), "rows": rows}
    record(
        undo.db,
        undo.stamp,
        kind,
        target_kind="study",
        target_guid="study",
        after=after,
        undoes=undo.event["id"],
    )
