"""Offsets in the event log, moved with the texts they count in, so that the log stays true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...text import Reanchoring, reanchoring_between
from ..log import merge_log
from ..records import text_edits
from .erasing_texts import moved_stretch

Edits = Mapping[tuple[str, int], Reanchoring]  # by GUID of the source and version
SourceOf = Callable[[str], str | None]  # GUID of a coding or suggestion -> GUID of its source
TextOf = Callable[[str, int], str]  # the text of a version as it reads now


def move_offsets(
    row: Mapping[str, Any], before: Any, after: Any, edits: Edits, source_of: SourceOf, text_of: TextOf
) -> None:
    """Move all offsets of one event, in place. ``row`` has kind and target_guid."""
    if row["kind"] == merge_log.ACT and isinstance(after, dict):
        # An act of another copy, as it was done there.
        was = {**row, "kind": after.get("kind")}
        move_offsets(was, after.get("before"), after.get("after"), edits, source_of, text_of)
        return
    if row["kind"] in (text_edits.EDITED, text_edits.UNDONE):
        _edit_event(row, before or {}, after or {}, edits, text_of)
        return
    for document in (before, after):
        if not isinstance(document, dict):
            continue
        _stretch(document, document.get("source") or source_of(row["target_guid"]), edits)
        for packed in (document, document.get("checkpoint")):
            if isinstance(packed, dict) and "rows" in packed and "sources" in packed:
                _packed(packed, edits)


def _move(edits: Edits, source: str | None, version: Any, start: Any, end: Any) -> tuple[int, int] | None:
    edit = edits.get((source or "", version))
    if edit is None or not (isinstance(start, int) and isinstance(end, int)):
        return None
    return moved_stretch(edit, start, end) if 0 <= start < end <= len(edit.old) else None


def _stretch(document: dict[str, Any], source: str | None, edits: Edits) -> None:
    start, end = document.get("start_char"), document.get("end_char")
    moved = _move(edits, source, document.get("version"), start, end)
    if moved is not None:
        document["start_char"], document["end_char"] = moved


def _packed(packed: dict[str, Any], edits: Edits) -> None:
    for row in packed["rows"]:
        moved = _move(edits, packed["sources"][row[1]], row[2], row[3], row[4])
        if moved is not None:
            row[3], row[4] = moved


def _edit_event(
    row: Mapping[str, Any], before: dict[str, Any], after: dict[str, Any], edits: Edits, text_of: TextOf
) -> None:
    guid = row["target_guid"]
    if row["kind"] == text_edits.UNDONE:
        for coding in after.get("codings", ()):
            coding[2:4] = _move(edits, guid, coding[1], coding[2], coding[3]) or coding[2:4]
        return
    for document in (before, after):
        for coding in document.get("codings", ()):
            coding[1:3] = _move(edits, guid, document["version"], coding[1], coding[2]) or coding[1:3]
    for suggestion in before.get("suggestions", ()):
        span = (suggestion["start_char"], suggestion["end_char"])
        moved = _move(edits, guid, before["version"], *span) or span
        suggestion["start_char"], suggestion["end_char"] = moved
    versions = (before.get("version", 0), after.get("version", 0))
    if "edits" in after and any((guid, version) in edits for version in versions):
        # The edit as it would have been between the texts as they read now.
        old, new = (text_of(guid, version) for version in versions)
        after["edits"] = text_edits.packed(reanchoring_between(old, new))
