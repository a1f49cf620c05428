"""A person decides on code suggestions, one at a time or as the queue in the browser sends it.

An operation of the queue has ``op_id``, ``kind`` and ``guid`` (of a suggestion), and by its kind:

    accept   quote (the words as they were read), words (others of the same turn that the code is right
             for), despite (another's decision, seen)
    reject, wrong ("right code, wrong words"), undo (of one's own decision)

What an operation gave is kept with its id: sent again it does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import ConflictError, UserInputError
from ...model import Coding, Origin, Role
from ...store.file import connection
from ...store.log.conflicts import suggestion_decision, writing_or_setting_aside
from ...store.log.events import Stamp
from ...store.log.identity import new_guid
from ...store.machine import machine, suggestion_rows
from ...store.records import answers, audits, people
from ...store.records import codings as coding_store
from ..clock import stamp
from ..coding.operation_messages import each_once
from ..conflicts import require_open
from .machine_units import selection_of
from .suggestion_stretch import stretch_of

MAX_OPERATIONS = 500


def accept_suggestion(
    study: Path, guid: str, *, coder: str, despite: str | None = None, words: str | None = None
) -> str:
    """Make a coding of a suggestion, by a person, remembering where it came from; returns its GUID.

    ``words`` are those of the same turn that the code is right for, where they are others than suggested.

    ``despite`` is somebody's decision that the person has seen and goes past: a coding another made of
    the suggestion stays theirs, beside this one.

    Raises:
        UserInputError: there is no such suggestion, or its passage is in the coder's running audit.
        SelectionError: ``words`` do not stand in the turn.
        ConflictError: it was decided meanwhile.
    """
    made = stamp(coder)
    with writing_or_setting_aside(study, made, least=Role.CODER) as db:
        return _accept(db, made, machine.suggestion(db, guid), despite=despite, words=words)


def reject_suggestion(study: Path, guid: str, *, coder: str, is_code_right: bool = False) -> None:
    """Put a suggestion aside; it does not come back unless the machine has changed much.

    With ``is_code_right`` the code is right and the words are wrong: the machine learns the code for the
    turn and not for these words; the person then selects the right ones in the panel.

    Raises:
        ConflictError: it was decided meanwhile.
        UserInputError: its passage is in the coder's running audit.
    """
    made = stamp(coder)
    with writing_or_setting_aside(study, made, least=Role.CODER) as db:
        _reject(db, made, guid, is_code_right=is_code_right)


def undo_decision(study: Path, guid: str, *, coder: str) -> None:
    """Take one's own decision back: the suggestion is open again and a coding made of it is removed.

    Raises:
        UserInputError: somebody else decided on it, or it is open already; nothing is changed.
    """
    made = stamp(coder)
    with connection.writing(study, least=Role.CODER) as db:
        _undo(db, made, guid)


def _accept(
    db: Database, made: Stamp, row: Mapping[str, Any], *, despite: str | None, words: str | None
) -> str:
    audits.refuse_withheld(db, row, made.by)
    require_open(db, row, "accepted", made, despite=despite)
    selection = selection_of(row) if words is None else stretch_of(db, row, words)
    is_same = selection == selection_of(row)
    coder_id = people.ensure_coder(db, made.by, made)
    coding = Coding(
        guid=new_guid(),
        selection=selection,
        code_guid=row["code_guid"],
        coder=made.by,
        origin=Origin.ACCEPTED if is_same else Origin.EDITED,
    )
    stored = coding_store.add_coding(
        db,
        coding,
        made,
        source_id=row["source_id"],
        code_id=row["code_id"],
        coder_id=coder_id,
        suggestion_id=row["id"],
    )
    if row["status"] not in ("accepted", "edited"):  # else another's decision stands
        decision = "accepted" if is_same else "edited"
        machine.decide(db, row["guid"], decision, coder_id, made, coding_guid=stored)
    return stored


def _reject(db: Database, made: Stamp, guid: str, *, is_code_right: bool) -> None:
    row = machine.suggestion(db, guid)
    audits.refuse_withheld(db, row, made.by)
    require_open(db, row, "rejected", made)
    machine.decide(db, guid, "rejected", people.ensure_coder(db, made.by, made), made)
    if is_code_right:
        suggestion_rows.mark_wrong_words(db, row["id"], made)


def _undo(db: Database, made: Stamp, guid: str) -> None:
    row = machine.suggestion(db, guid)
    coder_id = people.ensure_coder(db, made.by, made)
    if suggestion_decision(db, guid)["coder_id"] != coder_id:
        raise UserInputError("Only your own decision on a suggestion can be taken back.")
    for coding_guid in machine.codings_of_suggestion(db, row["id"], coder_id):
        coding_store.set_removed(db, coding_guid, made, removed=True)
        answers.mark_again(db, coding_guid, made)
    machine.decide(db, guid, "open", coder_id, made)


# --- operations of the queue ----------------------------------------------------------------------


def apply_decisions(study: Path, coder: str, ops: Sequence[Any]) -> list[list[Any]]:
    """Apply operations of one coder's queue; returns ``[op_id, result]`` for each.

    A result is empty, or has ``guid`` (of the coding), ``took_mark`` (it took "no substantive answer" off
    its answer), ``error`` (words), or ``conflict`` (``theirs``, ``yours``: decisions; ``by``, ``at``). What
    lies beyond the first 500 operations of a message is not answered: it comes again.

    Raises:
        UserInputError: the coder has no name.
        StudyFileError: the study is in use or cannot be written; nothing was applied.
    """
    if not coder.strip():
        raise UserInputError("Say who you are first: a decision carries its coder's name.")
    made = stamp(coder.strip())
    with connection.writing(study, least=Role.CODER) as db:
        return each_once(db, made, ops, MAX_OPERATIONS, lambda op: _decision(db, made, op), _decisions)


def _decisions(met: ConflictError) -> tuple[str, str]:
    return met.theirs["decision"], met.yours["decision"]


def _decision(db: Database, made: Stamp, op: Mapping[str, Any]) -> dict[str, Any]:
    guid, quote, words, despite = (_words(op, name) for name in ("guid", "quote", "words", "despite"))
    if guid is None:
        raise UserInputError("The operation does not say which suggestion is meant.")
    act: Callable[[], Any] | None = {
        "reject": lambda: _reject(db, made, guid, is_code_right=False),
        "wrong": lambda: _reject(db, made, guid, is_code_right=True),
        "undo": lambda: _undo(db, made, guid),
    }.get(_words(op, "kind") or "")
    if act is not None:
        act()
        return {}
    if op.get("kind") != "accept":
        raise UserInputError("This program does not know such an operation.")
    row = machine.suggestion(db, guid)
    if quote not in (None, row["quote"]):
        raise UserInputError(
            "The text was corrected while you were reading; nothing was coded. Read it again, then decide."
        )
    coding = _accept(db, made, row, despite=despite, words=words)
    made_of_it = {"guid": coding}
    return {**made_of_it, "took_mark": True} if answers.was_cleared_by(db, coding) else made_of_it


def _words(op: Mapping[str, Any], name: str) -> str | None:
    value = op.get(name)
    return value if isinstance(value, str) else None
