"""The coding panel's operations: what a coder did in the browser becomes rows in the study.

The browser paints first and sends afterwards, and sends again until it hears back. So every
operation carries an id of its own and is applied once; one that cannot be applied is answered with
``{"error": words}``, is remembered as such, and is shown to the coder. All operations of one message
are one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...errors import ConflictError, NotAllowedError, UserInputError
from ...model import Role
from ...store.file.connection import writing
from ...store.log import operations
from ...store.log.events import Stamp
from ...store.records import people, sources
from .operation_messages import answered
from .panel_acts import ACTS as SINGLE_ACTS
from .panel_checks import Act, Operation, Result
from .panel_conflicts import answer
from .panel_marks import ACTS as MARK_ACTS
from .panel_reading import changes_since, open_panel
from .panel_steps import ACTS as STEP_ACTS
from .panel_steps import drop_act, keep_act

__all__ = ["apply_operations", "changes_since", "open_panel"]

MAX_OPERATIONS = 2_000
ACTS = {**SINGLE_ACTS, **MARK_ACTS, **STEP_ACTS}


def apply_operations(
    study: Path, source_guid: str, coder: str, ops: Sequence[Any], *, at: str
) -> list[list[Any]]:
    """Apply operations of one coder on one source; returns ``[op_id, result]`` for each.

    An operation is a dict with ``op_id`` and ``kind`` (see ``panel_acts``, ``panel_marks`` and
    ``panel_steps``). A result is ``{"guid": ...}``, ``{}`` or ``{"error": words}``, with ``conflict``
    where both versions of a thing are to be shown (``panel_conflicts``). ``at`` is the
    time of the act, ISO 8601. An operation sent again gets its first result. What lies beyond the
    first 2,000 operations of a message is not answered: the browser sends it again.

    Raises:
        UserInputError: there is no such source, or the coder has no name.
        StudyFileError: the study is in use or cannot be written; nothing was applied.
        NotAllowedError: the person logged in only reads, or is not this coder; nothing was applied.
    """
    stamp = Stamp(by=coder.strip(), at=at)
    with writing(study, least=Role.CODER) as db:
        source = sources.find_source(db, source_guid)
        version = int(source["current_version"])
        act = Act(
            db=db,
            stamp=stamp,
            coder_id=people.ensure_coder(db, coder, stamp),
            source_id=int(source["id"]),
            source_guid=str(source["guid"]),
            version=version,
            text=sources.text_of(db, source["id"], version),
        )
        results = answered(ops, MAX_OPERATIONS, lambda op_id, op: _apply_once(act, op_id, op))
        return [[op_id, result] for op_id, result in results]


def _apply_once(act: Act, op_id: str, op: Operation) -> Result:
    known = operations.known_result(act.db, op_id)
    if known is not None:
        return known
    result: Result
    kind = op.get("kind")
    handler = ACTS.get(kind) if isinstance(kind, str) else None
    try:
        if handler is None:
            raise UserInputError("This program does not know such an operation.")
        with operations.attempt(act.db):
            result = handler(act, op)
            if kind != "step":
                keep_act(act, op, result)
    except ConflictError as err:
        result = answer(act, err)
        if kind == "step":
            drop_act(act, op)
    except (UserInputError, NotAllowedError) as err:
        result = {"error": _words(err)}
        if kind == "step":
            drop_act(act, op)
    # Where one is in the text is sent all the time, and is harmless to repeat.
    if kind != "reading":
        operations.keep_result(act.db, op_id, act.coder_id, act.stamp.at, result)
    return result


def _words(err: UserInputError | NotAllowedError) -> str:
    """The error in plain words, with every single problem."""
    return " ".join([err.message, *(str(p) for p in err.problems if str(p) != err.message)])
