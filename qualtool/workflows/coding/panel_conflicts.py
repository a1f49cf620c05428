"""What an operation of the panel meets when its coder works in two windows, or two people at one thing.

An operation may say what the browser knew when the coder acted: ``expect`` {facet: value} of facets,
``seen`` {facet or memo: value} of a removal, ``before`` of a memo, ``expect`` of a key. What one side
alone changed is merged: a facet or a memo goes to the coding as it lies now, wherever its stretch was
put. What both changed is answered with ``{"error": words, "conflict": both versions}``, and the version
that was not stored is kept in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import ConflictError, UserInputError
from ...store.log import conflicts
from ...store.records import coder_marks
from ...store.records import codings as coding_store
from ..conflicts import conflict
from .panel_checks import Act, Operation, own_coding, words_of

_SEEN = (*coding_store.FACETS, "memo")


def answer(act: Act, met: ConflictError) -> dict[str, Any]:
    """The result of an operation that met a conflict; what it wanted goes into the log."""
    conflicts.set_aside(act.db, act.stamp, met)
    return {"error": met.problems[0].message, "conflict": shown(met)}


def shown(met: ConflictError) -> dict[str, Any]:
    """Both versions as the browser shows them."""
    return {
        "what": met.what,
        "guid": met.guid,
        "by": met.by,
        "at": met.at,
        "theirs": met.theirs,
        "yours": met.yours,
    }


def torn(
    act: Act, row: Mapping[str, Any], theirs: Mapping[str, Any], yours: Mapping[str, Any], message: str
) -> ConflictError:
    """The conflict about a coding; ``row`` is how it stands."""
    return conflict(
        "coding",
        row["guid"],
        "coding",
        theirs=theirs,
        yours=yours,
        change=conflicts.last_change(act.db, row["guid"]),
        message=message,
        me=act.stamp.by,
    )


def coding_now(act: Act, guid: str) -> dict[str, Any]:
    """A coder's coding, or what it became where they changed its stretch in another window meanwhile."""
    row = own_coding(act, guid)
    later = conflicts.successor(act.db, guid, act.coder_id) if row["removed_at"] else None
    return row if later is None else own_coding(act, later)


def place_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"start_char": row["start_char"], "end_char": row["end_char"]}


def require_facets_as_expected(
    act: Act, op: Operation, row: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Refuse to overwrite a facet that was set to another value than the browser knew.

    Raises:
        ConflictError: the coding was removed, or the same facet changed, meanwhile.
    """
    if row["removed_at"]:
        raise torn(act, row, {"removed": True}, values, "This coding was removed meanwhile")
    expect = op.get("expect")
    if not isinstance(expect, Mapping):
        return
    names = [n for n, v in values.items() if n in expect and row[n] not in (expect[n], v)]
    if names:
        theirs, yours = {n: row[n] for n in names}, {n: values[n] for n in names}
        raise torn(act, row, theirs, yours, f"Its {' and '.join(names)} was set meanwhile")


def require_as_seen(act: Act, op: Operation, row: Mapping[str, Any]) -> None:
    """Refuse to remove a coding that is not as the browser knew it.

    Raises:
        ConflictError: its stretch, a facet or its memo was changed meanwhile.
    """
    seen = op.get("seen")
    if seen is None:
        return
    if not isinstance(seen, Mapping) or not set(seen) <= set(_SEEN):
        raise UserInputError("What was seen of this coding is no record of it.")
    wanted = {"removed": True}
    if row["removed_at"]:
        now = coding_now(act, row["guid"])
        if not now["removed_at"]:
            raise torn(act, now, place_of(now), wanted, "The stretch of this coding was changed meanwhile")
        return
    memo = coder_marks.memo_text(act.db, "coding", row["guid"], act.coder_id)
    now = {**{name: row[name] for name in coding_store.FACETS}, "memo": memo.strip()}
    known = {
        name: value.strip() if name == "memo" and isinstance(value, str) else value
        for name, value in seen.items()
    }
    theirs = {name: now[name] for name, value in known.items() if now[name] != value}
    if theirs:
        raise torn(act, row, theirs, wanted, "This coding was changed meanwhile")


def require_stretch_free(act: Act, op: Operation, old: Mapping[str, Any]) -> dict[str, Any] | None:
    """What already carries this very stretch, where a coding to be restretched is gone; None if it stands.

    Raises:
        ConflictError: it was removed, or given another stretch, meanwhile.
    """
    if not old["removed_at"]:
        return None
    now = coding_now(act, old["guid"])
    place = {name: op[name] for name in ("start_char", "end_char")}
    yours = {**place, "version": act.version}
    if now["removed_at"]:
        raise torn(act, old, {"removed": True}, yours, "This coding was removed meanwhile")
    if place_of(now) == place and now["version"] == act.version:
        return now
    raise torn(act, now, place_of(now), yours, "The stretch of this coding was changed meanwhile")


def memo_conflict(act: Act, kind: str, guid: str, stands: str, text: str) -> ConflictError:
    """The conflict about a memo: what stands, and what its coder wrote in the other window."""
    memo = coding_store.memo_on(act.db, kind, guid, act.coder_id)
    return conflict(
        "memo",
        memo,
        "memo",
        theirs={"text": stands},
        yours={"text": text, "on": [kind, guid]},
        change=conflicts.last_change(act.db, memo, "memo_written"),
        message="This memo was changed meanwhile",
        me=act.stamp.by,
    )


def require_key_as_expected(act: Act, op: Operation, slot: int, now: str | None) -> None:
    """Refuse to put a code on a key on which another window put another code meanwhile.

    Raises:
        ConflictError: with both codes.
    """
    wanted = None if op.get("code") is None else words_of(op, "code")
    if "expect" not in op or now is None or now in (op["expect"], wanted):
        return
    raise conflict(
        "favourite",
        now,
        f"key {slot}",
        theirs={"code": now},
        yours={"code": wanted, "slot": slot},
        change={"by": act.stamp.by, "at": None},
        message="Another code was put on this key meanwhile",
        me=act.stamp.by,
    )
