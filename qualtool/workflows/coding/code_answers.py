"""Code survey answers from the grid: one act is done to every answer with the same words.

An operation of the browser names a row by one of its answers and ``up_to``, the newest answer the
grid had when it was opened; it is expanded here, each coding stored on its own source with its own
quote, all of them in one transaction or none. Kinds and fields, beside ``op_id``, ``question`` and
``up_to``:

    add     row, code, start_char, end_char, quote          remove  row, code, start_char, end_char
    empty   row, empty (true: no substantive answer)        undo    of (the op_id to be taken back)
    favourite   slot, code or None                          new_code    as in the coding panel

What an operation did is kept with its id: sent again it does nothing, and ``undo`` reverses exactly
that. An undo is an operation like any other, so redo is the undo of an undo.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import NotAllowedError, UserInputError
from ...model import Role
from ...store.file.connection import reading, writing
from ...store.log import operations
from ...store.log.events import Stamp
from ...store.log.identity import new_guid
from ...store.records import answers, audits, people
from ...store.records import sources as source_store
from .answers_page import grouped_codings
from .operation_messages import answered
from .panel_acts import ACTS
from .panel_checks import Act, Operation
from .panel_reading import coder_id_of

MAX_OPERATIONS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Who codes which question's answers, up to which of them, inside which transaction."""

    db: Database
    stamp: Stamp
    coder_id: int
    question_id: int
    up_to: int

    def act(self, guid: str) -> Act:
        source = source_store.find_source(self.db, guid)
        version = int(source["current_version"])
        return Act(
            db=self.db,
            stamp=self.stamp,
            coder_id=self.coder_id,
            source_id=int(source["id"]),
            source_guid=str(source["guid"]),
            version=version,
            text=source_store.text_of(self.db, source["id"], version),
        )

    def same(self, row: object) -> list[dict[str, Any]]:
        found = answers.same_answers(self.db, self.question_id, _whole_number(row), self.up_to)
        if not found:
            raise UserInputError("This answer is no longer among those of the question. Open the page again.")
        return found


def _whole_number(value: object) -> int:
    """The number, or -1, which no row has, for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**53:
        return -1
    return value


def apply_answer_operations(study: Path, coder: str, ops: Sequence[Any], *, at: str) -> list[list[Any]]:
    """Apply operations of one coder on survey answers; returns ``[op_id, result]`` for each.

    A result is ``{"n": answers changed}`` or ``{"error": words}``; a code that somebody made at the same
    time has ``guid``, which stands for the one sent. ``at`` is the time of the act, ISO
    8601. What lies beyond the first 500 operations of a message is not answered: it comes again.

    Raises:
        UserInputError: the coder has no name.
        StudyFileError: the study is in use or cannot be written; nothing was applied.
    """
    stamp = Stamp(by=coder.strip(), at=at)
    with writing(study, least=Role.CODER) as db:
        coder_id = people.ensure_coder(db, coder, stamp)

        def apply(op_id: str, op: Operation) -> dict[str, Any]:
            grid = _Grid(
                db=db,
                stamp=stamp,
                coder_id=coder_id,
                question_id=_whole_number(op.get("question")),
                up_to=_whole_number(op.get("up_to")),
            )
            return _apply_once(grid, op_id, op)

        return [[op_id, _shown(result)] for op_id, result in answered(ops, MAX_OPERATIONS, apply)]


def rows_now(
    study: Path, question_id: int, coder: str, rows: Sequence[int], *, up_to: int, blind: bool
) -> dict[int, dict[str, Any]]:
    """What stands on rows: row -> ``codings`` [[code, coder, start_char, end_char, n]], ``empty`` (count)."""
    with reading(study) as db:
        coder_id = coder_id_of(db, coder)
        hidden = audits.withheld_from(db, coder_id)
        found: dict[int, dict[str, Any]] = {}
        for row in dict.fromkeys(rows):
            ids = [s["id"] for s in answers.same_answers(db, question_id, row, up_to)]
            codings = answers.codings_of_answers(db, ids)
            is_hidden = blind or any(hidden.has_source(number) for number in ids)
            found[row] = {
                "codings": grouped_codings(tuple(c[1:]) for c in codings if c[2] == coder or not is_hidden),
                "empty": sum(answers.has_state(db, number, coder_id) for number in ids),
            }
        return found


def _shown(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result without its lists of GUIDs: the browser needs only how many."""
    if "error" in result:
        return {"error": result["error"]}
    shown = {"n": sum(len(result.get(name, ())) for name in ("added", "removed", "emptied", "cleared"))}
    return {**shown, "guid": result["guid"]} if result.get("joined") else shown


def _apply_once(grid: _Grid, op_id: str, op: Operation) -> dict[str, Any]:
    known = operations.known_result(grid.db, op_id)
    if known is not None:
        return known
    kind = op.get("kind")
    handler = _KINDS.get(kind) if isinstance(kind, str) else None
    result: dict[str, Any]
    try:
        if handler is None:
            raise UserInputError("This program does not know such an operation.")
        with operations.attempt(grid.db):
            result = handler(grid, op)
    except (UserInputError, NotAllowedError) as err:
        result = {"error": " ".join([err.message, *(str(p) for p in err.problems if str(p) != err.message)])}
    operations.keep_result(grid.db, op_id, grid.coder_id, grid.stamp.at, result)
    return result


def _add(grid: _Grid, op: Operation) -> dict[str, Any]:
    added: list[str] = []
    cleared: list[str] = []
    for source in grid.same(op.get("row")):
        was_empty = answers.has_state(grid.db, source["id"], grid.coder_id)
        guid = new_guid()
        act = grid.act(source["guid"])
        made = ACTS["add"](act, {**op, "guid": guid, "version": act.version})
        if made["guid"] == guid:
            added.append(guid)
            if was_empty:  # the study takes the state away when a coding comes
                cleared.append(source["guid"])
    return {"added": added, "cleared": cleared}


def _remove(grid: _Grid, op: Operation) -> dict[str, Any]:
    code, start, end = op.get("code"), op.get("start_char"), op.get("end_char")
    if not isinstance(code, str) or not isinstance(start, int) or not isinstance(end, int):
        raise UserInputError("The operation does not say which coding is meant.")
    removed: list[str] = []
    for source in grid.same(op.get("row")):
        for guid in answers.own_codings(grid.db, source["id"], grid.coder_id, code, start, end):
            ACTS["remove"](grid.act(source["guid"]), {"guid": guid})
            removed.append(f"{source['guid']} {guid}")
    if not removed:
        raise UserInputError("There is no such coding of yours any more; you can remove only your own.")
    return {"removed": removed}


def _empty(grid: _Grid, op: Operation) -> dict[str, Any]:
    empty = op.get("empty")
    if not isinstance(empty, bool):
        raise UserInputError("An answer is without substance or it is not.")
    meant = grid.same(op.get("row"))
    free = [s for s in meant if not answers.is_coded(grid.db, s["id"], grid.coder_id)]
    if empty and not free:
        raise UserInputError("This answer carries codes of yours: remove them first.")
    changed = [s["guid"] for s in free if _set_state(grid, s["guid"], s["id"], empty)]
    return {"emptied" if empty else "cleared": changed}


def _set_state(grid: _Grid, guid: str, source_id: int, empty: bool) -> bool:
    if empty and answers.is_coded(grid.db, source_id, grid.coder_id):
        return False
    return answers.set_state(grid.db, source_id, guid, grid.coder_id, grid.stamp, empty=empty)


def _undo(grid: _Grid, op: Operation) -> dict[str, Any]:
    of = op.get("of")
    done = operations.known_result(grid.db, of) if isinstance(of, str) else None
    if done is None or "error" in done:
        raise UserInputError("There is nothing to take back: the study never did this.")
    ids = {g: source_store.find_source(grid.db, g)["id"] for g in _guids(done)}
    # First, for a coding that comes back would take the state away unnoticed, and redo would not know.
    cleared = [g for g in done.get("emptied", ()) if _set_state(grid, g, ids[g], False)]
    removed = [_taken(grid, pair) for pair in _pairs(grid, done.get("added", ()))]
    added = [_brought(grid, pair) for pair in done.get("removed", ())]
    # A coding that is taken back brings the state back itself.
    emptied = [
        g
        for g in done.get("cleared", ())
        if answers.has_state(grid.db, ids[g], grid.coder_id) or _set_state(grid, g, ids[g], True)
    ]
    return {"added": added, "removed": removed, "emptied": emptied, "cleared": cleared}


def _guids(done: Mapping[str, Any]) -> list[str]:
    return [*done.get("cleared", ()), *done.get("emptied", ())]


def _pairs(grid: _Grid, guids: Sequence[str]) -> list[str]:
    return [f"{answers.source_of_coding(grid.db, guid)} {guid}" for guid in guids]


def _taken(grid: _Grid, pair: str) -> str:
    source, guid = pair.split(" ")
    ACTS["remove"](grid.act(source), {"guid": guid})
    answers.mark_again(grid.db, guid, grid.stamp)
    return pair


def _brought(grid: _Grid, pair: str) -> str:
    source, guid = pair.split(" ")
    return str(ACTS["restore"](grid.act(source), {"guid": guid})["guid"])


def _on_any(kind: str) -> Callable[[_Grid, Operation], dict[str, Any]]:
    """Acts that concern no answer: the panel's own, on whichever source is at hand."""

    def perform(grid: _Grid, op: Operation) -> dict[str, Any]:
        result = ACTS[kind](grid.act(grid.same(grid.up_to)[0]["guid"]), op)
        return {"joined": True, "guid": result["guid"]} if result.get("joined") else {}

    return perform


_KINDS: dict[str, Callable[[_Grid, Operation], dict[str, Any]]] = {
    "add": _add,
    "remove": _remove,
    "empty": _empty,
    "undo": _undo,
    "favourite": _on_any("favourite"),
    "new_code": _on_any("new_code"),
}
