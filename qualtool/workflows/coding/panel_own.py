"""What the panel shows of a coder's own: acts to undo, memos on source and codes, turns read, keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from ...store.log import coder_acts
from ...store.reading import panel_rows
from ...store.records import coder_marks, sources
from ...suggest import told


def own_of(
    db: Database, source: Mapping[str, Any], coder_id: int, *, blind: bool, own_memos: bool
) -> dict[str, Any]:
    """What the panel opens with beside text, codes and codings; ``own_memos`` leaves others' memos out.

    Keys: ``positions`` (start_char of a turn -> its position), ``turns_read`` (positions of turns with
    nothing to code), ``keys`` {action: key}, ``memos`` [[target kind, target GUID, coder, own, text]],
    ``acts`` (rows of ``coder_acts.last_acts``), ``acts_rev``, and ``gone``: the removed codings and
    decided suggestions that these acts can bring back.
    """
    version = int(source["current_version"])
    acts = coder_acts.last_acts(db, source["id"], coder_id)
    named = sorted({guid for act in acts for step in act[2:4] for guid in _guids(step)})
    return {
        "positions": {
            str(row["start_char"]): row["position"] for row in sources.turns_of(db, source["id"], version)
        },
        "turns_read": coder_marks.turns_read(db, source["id"], coder_id),
        "keys": coder_marks.keys_of(db, coder_id),
        "memos": [
            list(row) for row in coder_marks.panel_memos(db, source["guid"], coder_id, only_own=own_memos)
        ],
        "acts": acts,
        "acts_rev": coder_acts.acts_rev(db, source["id"], coder_id),
        "gone": {
            "codings": panel_rows.removed_rows(db, source["id"], coder_id, named, version=version),
            "suggestions": []
            if blind
            else told_rows(panel_rows.decided_rows(db, source["id"], named, version=version)),
        },
    }


def told_rows(rows: Iterable[list[Any]]) -> list[list[Any]]:
    """Suggestions as ``SUGGESTION_COLUMNS``: how sure each is in words, in place of its score."""
    return [[*row[:4], told(row[4], row[5]), *row[6:]] for row in rows]


def own_since(db: Database, source: Mapping[str, Any], coder_id: int, rev: int) -> dict[str, Any] | None:
    """Acts made or changed after a revision, with the turns read now; None where there are none."""
    acts = coder_acts.acts_since(db, source["id"], coder_id, rev)
    if not acts:
        return None
    found: dict[str, Any] = {"acts": acts, "rev": max(act[5] for act in acts)}
    if any(step["kind"] == "turns" for act in acts for step in act[2:4]):
        found["turns_read"] = coder_marks.turns_read(db, source["id"], coder_id)
    return found


def _guids(step: Mapping[str, Any]) -> list[str]:
    fields = ("guid", "off", "on", "suggestion", "made")
    return [step[name] for name in fields if isinstance(step.get(name), str)]
