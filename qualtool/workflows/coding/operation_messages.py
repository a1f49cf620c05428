"""A message of operations from a browser, answered one by one inside one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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


def _with_names_that_stand(op: Operation, names: Mapping[str, str]) -> Operation:
    """The operation with the GUIDs of codes that stand, where a code was made twice at once."""
    found = {f: names[op[f]] for f in ("code", "parent") if isinstance(op.get(f), str) and op[f] in names}
    return {**op, **found} if found else op


def _note_name(op: Operation, result: Result, names: dict[str, str]) -> None:
    """Remember which code stands for one that a browser made, for the operations that follow."""
    made, stands = op.get("guid"), result.get("guid")
    if result.get("joined") and isinstance(made, str) and isinstance(stands, str):
        names[made] = stands
