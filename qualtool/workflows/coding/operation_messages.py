"""A message of operations from a browser, answered one by one inside one transaction, each done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from ...errors import ConflictError, NotAllowedError, UserInputError
from ...store.log import operations
from ...store.log.conflicts import set_aside
from ...store.log.events import Stamp
from ...store.records import people
from .panel_checks import Operation, Result


def answered(
    ops: Sequence[Any], most: int, apply: Callable[[str, Operation], Result]
) -> list[tuple[Any, Result]]:
    """``(op_id, result)`` for each of the first ``most`` operations; ``apply`` takes an id and an operation.

    An operation without an id of its own is answered with an error and not applied.
    """
    results: list[tuple[Any, Result]] = []
    names: dict[str, str] = {}
    for op in list(ops)[:most]:
        op_id = op.get("op_id") if isinstance(op, Mapping) else None
        if not isinstance(op_id, str) or not 8 <= len(op_id) <= 64:
            results.append((op_id, {"error": "This operation has no id of its own."}))
            continue
        result = apply(op_id, _with_names_that_stand(op, names))
        _note_name(op, result, names)
        results.append((op_id, result))
    return results


def each_once(
    db: Database,
    made: Stamp,
    ops: Sequence[Any],
    most: int,
    act: Callable[[Operation], Result],
    sides: Callable[[ConflictError], tuple[Any, Any]],
) -> list[list[Any]]:
    """``[op_id, result]`` for each of the first ``most`` operations; one done before is not done again.

    What is refused gives ``error`` (words). A conflict gives ``conflict`` (``theirs`` and ``yours``, as
    ``sides`` has them, ``by``, ``at``): nothing of it is stored, but what was wanted is kept in the log.
    """
    coder_id = people.ensure_coder(db, made.by, made)

    def apply(op_id: str, op: Operation) -> Result:
        known = operations.known_result(db, op_id)
        if known is not None:
            return known
        result: Result
        try:
            with operations.attempt(db):
                result = act(op)
        except ConflictError as err:
            set_aside(db, made, err)
            theirs, yours = sides(err)
            result = {"conflict": {"theirs": theirs, "yours": yours, "by": err.by, "at": err.at}}
        except (UserInputError, NotAllowedError) as err:
            result = {"error": " ".join(dict.fromkeys([err.message, *map(str, err.problems)]))}
        operations.keep_result(db, op_id, coder_id, made.at, result)
        return result

    return [[op_id, result] for op_id, result in answered(ops, most, apply)]


def _with_names_that_stand(op: Operation, names: Mapping[str, str]) -> Operation:
    """The operation with the GUIDs of codes that stand, where a code was made twice at once."""
    found = {f: names[op[f]] for f in ("code", "parent") if isinstance(op.get(f), str) and op[f] in names}
    return {**op, **found} if found else op


def _note_name(op: Operation, result: Result, names: dict[str, str]) -> None:
    """Remember which code stands for one that a browser made, for the operations that follow."""
    made, stands = op.get("guid"), result.get("guid")
    if result.get("joined") and isinstance(made, str) and isinstance(stands, str):
        names[made] = stands
