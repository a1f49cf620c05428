"""What a coder marks for themselves: turns with nothing to code, and keys.

turns   positions [position of a turn], nothing (true: read, nothing to code; false: taken back),
        state (optional: read or reading, of the whole source)
keys    keys {action: key}; an empty record means the defaults
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...errors import UserInputError
from ...store.log.events import record
from ...store.records import coder_marks, sources
from .panel_checks import Act, Operation, Result

_MOST_TURNS = 100_000
_MOST_KEYS = 100


def _turns(act: Act, op: Operation) -> Result:
    wanted, nothing, state = op.get("positions"), op.get("nothing"), op.get("state")
    if not isinstance(wanted, list) or len(wanted) > _MOST_TURNS or not isinstance(nothing, bool):
        raise UserInputError("The turns to mark are missing or too many.")
    known = {row["position"] for row in sources.turns_of(act.db, act.source_id, act.version)}
    if not all(isinstance(position, int) and position in known for position in wanted):
        raise UserInputError("The source has no such turn.")
    if state not in (None, "read", "reading"):
        raise UserInputError("A source is 'read' or still 'reading'.")
    marked = set(coder_marks.turns_read(act.db, act.source_id, act.coder_id))
    changed = sorted(position for position in set(wanted) if (position in marked) is not nothing)
    was = "read" if sources.is_read(act.db, act.source_id, act.coder_id) else "reading"
    coder_marks.set_turns_read(act.db, act.source_id, act.coder_id, wanted, act.stamp.at, is_read=nothing)
    if state is not None:
        sources.set_reading(act.db, act.source_id, act.coder_id, act.stamp, turn=None, state=str(state))
    record(
        act.db,
        act.stamp,
        "turns_read",
        target_kind="source",
        target_guid=act.source_guid,
        before={"state": was},
        after={
            "n_turns": len(wanted),
            "nothing_to_code": nothing,
            "state": state,
            "positions": changed,
        },
    )
    return {}


def _keys(act: Act, op: Operation) -> Result:
    keys = op.get("keys")
    if not isinstance(keys, Mapping) or len(keys) > _MOST_KEYS:
        raise UserInputError("The keys are missing or too many.")
    for action, key in keys.items():
        if not isinstance(action, str) or not 0 < len(action.strip()) <= 40:
            raise UserInputError("There is no such action to put on a key.")
        if not isinstance(key, str) or len(key) != 1 or not key.isprintable() or key.isspace():
            raise UserInputError("A key of one's own is a single letter or sign.")
    if len({key.lower() for key in keys.values()}) < len(keys):
        raise UserInputError("Two actions cannot have the same key.")
    coder_marks.set_keys(act.db, act.coder_id, {a: k.lower() for a, k in keys.items()})
    return {}


ACTS: dict[str, Callable[[Act, Operation], Result]] = {"turns": _turns, "keys": _keys}
