"""What the log tells of erasures: which layers of names stand replaced, and how texts moved since."""

from __future__ import annotations

import json

from sqlite_utils import Database

from ..records import text_edits

PackedEdits = list[list[int]]  # [start_char, end_char, characters put there], rising


def standing_layers(db: Database, replaced: str, put_back: str) -> dict[str, int]:
    """GUID of each layer of names that is replaced and was not put back -> number of its event."""
    found: dict[str, int] = {}
    for number, kind, layer in db.conn.execute(
        "SELECT id, kind, json_extract(after, '$.layer') FROM event WHERE kind IN (?, ?) ORDER BY id",
        (replaced, put_back),
    ):
        if kind == replaced:
            found[layer] = int(number)
        else:
            found.pop(layer, None)
    return found


def erasures_since(db: Database, event: int) -> list[dict[str, dict[str, PackedEdits]]]:
    """The edits of every erasure after an event, in order: GUID of a source -> version -> edits."""
    rows = db.conn.execute(
        "SELECT json_extract(after, '$.edits') FROM event WHERE id > ?"
        " AND json_type(after, '$.checkpoint') IS NOT NULL ORDER BY id",
        (event,),
    )
    return [json.loads(row[0]) for row in rows if row[0]]


def versions_since(db: Database, event: int) -> dict[tuple[str, int], tuple[int, PackedEdits]]:
    """Versions made after an event: (GUID of the source, version) -> the version before, and the edits."""
    rows = db.conn.execute(
        "SELECT target_guid, json_extract(after, '$.version'), json_extract(before, '$.version'),"
        " json_extract(after, '$.edits') FROM event WHERE kind = ? AND id > ? ORDER BY id",
        (text_edits.EDITED, event),
    )
    return {(guid, new): (old, json.loads(edits)) for guid, new, old, edits in rows}
