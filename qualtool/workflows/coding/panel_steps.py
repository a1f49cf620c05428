"""Undo and redo: acts are kept in the study, and a step back or forward performs what was kept.

An operation may carry ``act`` {guid, name, undo, redo}: then it is an act that can be undone. ``undo``
and ``redo`` are operations without an id. Later ``{"kind": "step", "act": guid, "to": "undone"}`` (or
``"done"``) performs one of them, here and not in the browser, so that a step means the same in every
tab, after a reload, and on another machine. What was changed meanwhile is not overwritten: the step is
refused in words, and the act leaves the list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import UserInputError
from ...store.log import coder_acts
from ...store.log.identity import one
from ...store.machine import machine
from ...store.records import answers, audits, coder_marks, sources
from ...store.records import codes as code_store
from ...store.records import codings as coding_store
from .panel_acts import ACTS as SINGLE_ACTS
from .panel_checks import Act, Operation, Result, new_guid_of, own_coding, usable_code, words_of
from .panel_marks import ACTS as MARK_ACTS

_MOST_STORED = 60_000  # characters of one stored operation: a memo and what stands around it


def keep_act(act: Act, op: Operation, result: Result) -> None:
    """Keep an act so that it can be undone; ``result`` is what its operation gave.

    Raises:
        UserInputError: the act has no name, or what undoes it is no operation that could be performed.
    """
    wanted = op.get("act")
    if wanted is None:
        return
    if not isinstance(wanted, Mapping):
        raise UserInputError("The operation's act is no record.")
    made = op.get("new_guid") or op.get("guid")
    stands = result.get("guid")
    steps = {}
    for direction in ("undo", "redo"):
        step = wanted.get(direction)
        kind = step.get("kind") if isinstance(step, Mapping) else None
        if not isinstance(step, Mapping) or not isinstance(kind, str) or kind not in _PERFORM:
            raise UserInputError("What undoes this act is no operation.")
        text = json.dumps(dict(step), ensure_ascii=False)
        if len(text) > _MOST_STORED:
            raise UserInputError("What undoes this act is too long to be kept.")
        # The same words carried this code already: the act means the coding that stands.
        if isinstance(made, str) and isinstance(stands, str) and op.get("kind") != "memo":
            text = text.replace(f'"{made}"', f'"{stands}"')
        steps[direction] = json.loads(text)
    coder_acts.add_act(
        act.db,
        new_guid_of(wanted, "guid"),
        source_id=act.source_id,
        coder_id=act.coder_id,
        name=words_of(wanted, "name", most=300),
        undo=steps["undo"],
        redo=steps["redo"],
        at=act.stamp.at,
    )


def drop_act(act: Act, op: Operation) -> None:
    """Take an act that can no longer be undone or done again out of the coder's list."""
    guid = op.get("act")
    if isinstance(guid, str) and _found(act, guid) is not None:
        coder_acts.set_act_state(act.db, guid, "dropped", source_id=act.source_id, coder_id=act.coder_id)


def _found(act: Act, guid: str) -> dict[str, Any] | None:
    return coder_acts.find_act(act.db, guid, source_id=act.source_id, coder_id=act.coder_id)


def _step(act: Act, op: Operation) -> Result:
    guid, to = words_of(op, "act"), op.get("to")
    if to not in ("undone", "done"):
        raise UserInputError("A step goes back or forward.")
    found = _found(act, guid)
    if found is None or found["state"] == "dropped":
        raise UserInputError("It is no longer among the acts that can be undone or done again.")
    if found["state"] == to:
        raise UserInputError("It was done already in another window of yours; nothing was changed.")
    stored = found["undo" if to == "undone" else "redo"]
    kind = stored["kind"]
    if kind in _UNCHANGED:
        _UNCHANGED[kind](act, stored)
    result = _PERFORM[kind](act, stored)
    if to == "undone" and kind == "remove":  # a coding is taken back, and what it took away comes again
        answers.mark_again(act.db, words_of(stored, "guid"), act.stamp)
    coder_acts.set_act_state(act.db, guid, str(to), source_id=act.source_id, coder_id=act.coder_id)
    return result


# ---- is it still as the act left it? ----


def _still_stands(act: Act, op: Operation, field: str = "guid") -> None:
    row = own_coding(act, words_of(op, field))
    if row["removed_at"]:
        by = one(act.db, "SELECT removed_by FROM coding WHERE guid = ?", (row["guid"],)) or {}
        who = "by you" if by.get("removed_by") in (None, act.stamp.by) else f"by {by['removed_by']}"
        raise UserInputError(f"This coding was removed meanwhile, {who}, in another place.")


def _still_removed(act: Act, op: Operation, field: str = "guid") -> None:
    row = own_coding(act, words_of(op, field))
    if not row["removed_at"]:
        raise UserInputError("This coding was brought back meanwhile, in another place.")
    twin = one(
        act.db,
        "SELECT guid FROM coding WHERE source_id = ? AND version = ? AND start_char = ? AND end_char = ?"
        " AND code_id = (SELECT id FROM code WHERE guid = ?) AND coder_id = ? AND removed_at IS NULL",
        (
            act.source_id,
            row["version"],
            row["start_char"],
            row["end_char"],
            row["code_guid"],
            act.coder_id,
        ),
    )
    if twin is not None:
        raise UserInputError("These words were given the same code again meanwhile.")


def _same_facets(act: Act, op: Operation) -> None:
    row = own_coding(act, words_of(op, "guid"))
    for name, value in (op.get("expect") or {}).items():
        if name in coding_store.FACETS and row[name] != value:
            now = f"set to '{row[name]}'" if row[name] else "cleared"
            raise UserInputError(f"Its {name} was {now} meanwhile; that was not overwritten.")


def _same_memo(act: Act, op: Operation) -> None:
    kind, guid = words_of(op, "target_kind"), words_of(op, "target_guid")
    now = coder_marks.memo_text(act.db, kind, guid, act.coder_id)
    if now.strip() != str(op.get("expect", now)).strip():
        raise UserInputError("The memo was written anew meanwhile; that was not overwritten.")


def _same_favourite(act: Act, op: Operation) -> None:
    slot = op.get("slot")
    now = code_store.favourites(act.db, act.coder_id).get(slot) if isinstance(slot, int) else None
    if "expect" in op and now != op["expect"]:
        raise UserInputError("Another code was put on this key meanwhile.")


def _same_read(act: Act, op: Operation) -> None:
    now = "read" if sources.is_read(act.db, act.source_id, act.coder_id) else "reading"
    if op.get("expect", now) != now:
        raise UserInputError("The source was marked otherwise meanwhile, in another place.")


def _both_unchanged(act: Act, op: Operation) -> None:
    _still_stands(act, op, "off")
    _still_removed(act, op, "on")


_UNCHANGED: dict[str, Callable[[Act, Operation], None]] = {
    "remove": _still_stands,
    "restore": _still_removed,
    "facets": _same_facets,
    "memo": _same_memo,
    "favourite": _same_favourite,
    "read": _same_read,
    "swap": _both_unchanged,
    "accept_again": _still_removed,
}


# ---- operations that only a step performs ----


def _swap(act: Act, op: Operation) -> Result:
    """Give a coding its other stretch back: one is removed and the other restored, or neither."""
    SINGLE_ACTS["remove"](act, {"guid": op.get("off")})
    return SINGLE_ACTS["restore"](act, {"guid": op.get("on")})


def _accept_again(act: Act, op: Operation) -> Result:
    """Decide a reopened suggestion as it was decided before: the coding it became comes back."""
    row = machine.suggestion(act.db, words_of(op, "suggestion"))
    if row["source_guid"] != act.source_guid or row["status"] != "open":
        raise UserInputError("This suggestion was decided meanwhile, by you or another coder.")
    audits.refuse_withheld(act.db, row, act.stamp.by)
    coding = own_coding(act, words_of(op, "guid"))
    usable_code(act, coding["code_guid"])
    result = SINGLE_ACTS["restore"](act, {"guid": coding["guid"]})
    status = "edited" if coding["origin"] == "edited" else "accepted"
    machine.decide(act.db, row["guid"], status, act.coder_id, act.stamp, coding_guid=result["guid"])
    return result


# What may be stored as undo or redo. Making a coding or a code anew is not among them: these hold words.
_PERFORM: dict[str, Callable[[Act, Operation], Result]] = {
    **{
        kind: SINGLE_ACTS[kind]
        for kind in ("remove", "restore", "facets", "memo", "reject", "reopen", "favourite", "read")
    },
    "turns": MARK_ACTS["turns"],
    "swap": _swap,
    "accept_again": _accept_again,
}
ACTS: dict[str, Callable[[Act, Operation], Result]] = {"step": _step}
