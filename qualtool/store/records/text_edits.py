"""Edits of a text as the event log has them: which version became which, and where.

Events hold offsets only, never words; the words are in the text versions. Their target is the source,
or the coding for ``coding_placed``:

    source_edited       before: version, codings [[guid, start_char, end_char]], suggestions whose quote
                        changed; after: version, edits [[start_char, end_char, characters put there]],
                        codings as moved, needs_review [guid], speakers {old label: new}, turns
    source_edit_undone  before: version; after: version, codings [[guid, version, start_char, end_char]]
    coding_placed       a decision on a coding that waits; before, after: version, start_char, end_char
"""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from ...errors import SelectionError
from ...text import Edit, Reanchoring, reanchoring_between
from ..log.identity import scalar
from .sources import text_of

EDITED, UNDONE, DECIDED = "source_edited", "source_edit_undone", "coding_placed"


def packed(edit: Reanchoring) -> list[list[int]]:
    """Edits without their words."""
    return [[e.start_char, e.end_char, len(e.text)] for e in edit.edits]


def _unpacked(old: str, new: str, edits: list[list[int]]) -> Reanchoring | None:
    """The mapping between two texts, or None where the texts are not those of the edits (any more)."""
    shift = 0
    found: list[Edit] = []
    for start, end, n in edits:
        found.append(Edit(start_char=start, end_char=end, text=new[start + shift : start + shift + n]))
        shift += n - (end - start)
    try:
        mapping = Reanchoring(old, found)
    except SelectionError:
        return None
    return mapping if mapping.new == new else None


def edit_events(db: Database, source_guid: str) -> list[dict[str, Any]]:
    """Edits of a source, newest first: id, at, by, before, after, ``is_undone``."""
    rows = db.query(
        "SELECT e.id, e.at, e.by, e.before, e.after, EXISTS (SELECT 1 FROM event u WHERE u.undoes = e.id)"
        " AS is_undone FROM event e WHERE e.target_guid = ? AND e.kind = ? ORDER BY e.id DESC",
        (source_guid, EDITED),
    )
    return [{**r, "before": json.loads(r["before"]), "after": json.loads(r["after"])} for r in rows]


def mapping_of(db: Database, source_id: int, event: dict[str, Any]) -> Reanchoring | None:
    """The mapping of one edit; None where the texts were rewritten since (a name was taken out)."""
    old = text_of(db, source_id, event["before"]["version"])
    new = text_of(db, source_id, event["after"]["version"])
    return _unpacked(old, new, event["after"]["edits"])


def steps_between(
    db: Database, source_id: int, source_guid: str, old: int, new: int
) -> tuple[Reanchoring, ...]:
    """The edits that lead from one version to a later one; a plain diff where the log does not tell."""
    came_from = {e["after"]["version"]: e for e in edit_events(db, source_guid)}
    steps: list[Reanchoring] = []
    at = new
    while at != old and at in came_from:
        step = mapping_of(db, source_id, came_from[at])
        if step is None:
            break
        steps.append(step)
        at = int(came_from[at]["before"]["version"])
    if at != old:
        return (reanchoring_between(text_of(db, source_id, old), text_of(db, source_id, new)),)
    return tuple(reversed(steps))


def placed_before(db: Database, coding_guid: str, since: int) -> dict[str, Any] | None:
    """Where a coding lay before the first decision on its place after event ``since``."""
    found = scalar(
        db,
        "SELECT before FROM event WHERE target_guid = ? AND kind = ? AND id > ? ORDER BY id LIMIT 1",
        (coding_guid, DECIDED, since),
    )
    return None if found is None else json.loads(found)
