"""Each single act of a coder in the panel, checked as if the browser could not be trusted.

``ACTS`` maps the kind of an operation to the function that performs it. Fields by kind:

    add         guid, code, start_char, end_char, quote, version
    remove      guid, seen                 restore   guid
    facets      guid, values {facet: value or None}, expect
    memo        target_kind (coding, source, code), target_guid, text, before (what it was)
    resize      guid (of the old coding), new_guid, start_char, end_char, quote, version
    accept      suggestion, guid, start_char, end_char, quote, version
    reject      suggestion                 reopen    suggestion
    favourite   slot, code or None         reading   turn
    read        state (read, reading)      new_code  guid, name, parent or None, definition

Marks of turns and keys are in ``panel_marks``, undo and redo in ``panel_steps``.

What ``seen``, ``expect`` and ``before`` are for is told in ``panel_conflicts``.

GUIDs are made by the browser, so that what it paints has its final name at once. Offsets are code
points into the text version named. A coder changes only their own codings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...errors import ConflictError, UserInputError
from ...model import Basis, Code, Codebook, Coding, Level, Origin, Stance, Valence
from ...store.log.conflicts import codebook_change, set_aside
from ...store.log.events import record
from ...store.log.identity import one
from ...store.machine import machine
from ...store.reading import panel_rows
from ...store.records import answers, audits, coder_marks, sources
from ...store.records import codes as code_store
from ...store.records import codings as coding_store
from ..conflicts import both_texts, conflict, require_open
from .panel_checks import (
    Act,
    Operation,
    Result,
    new_guid_of,
    number_of,
    own_coding,
    selection_of,
    usable_code,
    words_of,
)
from .panel_conflicts import (
    coding_now,
    memo_conflict,
    require_as_seen,
    require_facets_as_expected,
    require_key_as_expected,
    require_stretch_free,
    shown,
)

MAX_MEMO = 20_000
_BOTH_KEPT = "This memo was changed elsewhere meanwhile, so both texts were kept, one below the other."
_FACET_VALUES = {
    "stance": frozenset(Stance),
    "valence": frozenset(Valence),
    "basis": frozenset(Basis),
    "level": frozenset(Level),
}


def _add(act: Act, op: Operation) -> Result:
    coding = Coding(
        guid=new_guid_of(op, "guid"),
        selection=selection_of(act, op),
        code_guid=words_of(op, "code"),
        coder=act.stamp.by,
    )
    return _store(act, coding, None)


def _store(act: Act, coding: Coding, suggestion_id: int | None) -> Result:
    code = usable_code(act, coding.code_guid)
    guid = coding_store.add_coding(
        act.db,
        coding,
        act.stamp,
        source_id=act.source_id,
        code_id=code["id"],
        coder_id=act.coder_id,
        suggestion_id=suggestion_id,
    )
    if guid == coding.guid and answers.was_cleared_by(act.db, guid):
        return {"guid": guid, "cleared": True}
    return {"guid": guid}


def _remove(act: Act, op: Operation) -> Result:
    row = own_coding(act, words_of(op, "guid"))
    require_as_seen(act, op, row)
    coding_store.set_removed(act.db, row["guid"], act.stamp, removed=True)
    return {"guid": row["guid"]}


def _restore(act: Act, op: Operation) -> Result:
    row = own_coding(act, words_of(op, "guid"))
    if row["version"] != act.version:
        raise UserInputError("The text was changed since this coding was removed; code the words anew.")
    usable_code(act, row["code_guid"])
    standing = one(
        act.db,
        "SELECT guid FROM coding WHERE source_id = ? AND version = ? AND start_char = ? AND end_char = ?"
        " AND code_id = (SELECT id FROM code WHERE guid = ?) AND coder_id = ? AND removed_at IS NULL",
        (act.source_id, act.version, row["start_char"], row["end_char"], row["code_guid"], act.coder_id),
    )
    if standing is not None:
        return {"guid": str(standing["guid"])}
    coding_store.set_removed(act.db, row["guid"], act.stamp, removed=False)
    return {"guid": row["guid"]}


def _facets(act: Act, op: Operation) -> Result:
    row = coding_now(act, words_of(op, "guid"))
    values = op.get("values")
    if not isinstance(values, Mapping) or not set(values) <= set(_FACET_VALUES):
        raise UserInputError("There is no such facet.")
    for name, value in values.items():
        if value is not None and value not in _FACET_VALUES[name]:
            raise UserInputError(f"'{name}' has no such value.")
    require_facets_as_expected(act, op, row, values)
    coding_store.set_facets(act.db, row["guid"], dict(values), act.stamp)
    return {"guid": row["guid"]}


def _memo(act: Act, op: Operation) -> Result:
    kind, guid, text = (
        words_of(op, "target_kind"),
        words_of(op, "target_guid"),
        words_of(op, "text", most=MAX_MEMO),
    )
    if kind == "coding":
        row = coding_store.coding(act.db, guid)
        if row["source_guid"] != act.source_guid:
            raise UserInputError("This coding is on another source.")
        if row["removed_at"] and row["coder"] == act.stamp.by:
            guid = coding_now(act, guid)["guid"]
        panel_rows.mark_changed(act.db, act.source_id, guid)
    elif kind == "code":
        usable_code(act, guid)
    elif kind != "source" or guid != act.source_guid:
        raise UserInputError("A memo is written on a coding, a code, or this source.")
    met = _met(act, op, kind, guid, text)
    if met is None:
        return {"guid": coding_store.set_memo(act.db, kind, guid, text, act.coder_id, act.stamp)}
    # Both texts are stored at once, for neither may be lost; the coder decides afterwards.
    both = both_texts(met.theirs["text"], text)
    if len(both) > MAX_MEMO or not text.strip():
        raise met
    stored = coding_store.set_memo(act.db, kind, guid, both, act.coder_id, act.stamp)
    return {"guid": stored, "text": both, "note": _BOTH_KEPT, "conflict": shown(met)}


def _met(act: Act, op: Operation, kind: str, guid: str, text: str) -> ConflictError | None:
    """The conflict where another window wrote this memo since ``before``, as the browser knew it."""
    if "before" not in op:
        return None
    before = words_of(op, "before", most=MAX_MEMO).strip()
    stands = coder_marks.memo_text(act.db, kind, guid, act.coder_id)
    if stands.strip() in (before, text.strip()):
        return None
    if not stands.strip() and text.strip():  # removed there, written on here: the writing is kept
        return None
    return memo_conflict(act, kind, guid, stands, text)


def _resize(act: Act, op: Operation) -> Result:
    old = own_coding(act, words_of(op, "guid"))
    selection = selection_of(act, op)
    standing = require_stretch_free(act, op, old)
    if standing is not None:
        return {"guid": standing["guid"]}
    coding = Coding(
        guid=new_guid_of(op, "new_guid"),
        selection=selection,
        code_guid=old["code_guid"],
        coder=act.stamp.by,
        origin=Origin.EDITED if old["origin"] == Origin.ACCEPTED else Origin(old["origin"]),
        stance=old["stance"] and Stance(old["stance"]),
        valence=old["valence"] and Valence(old["valence"]),
        basis=old["basis"] and Basis(old["basis"]),
        level=old["level"] and Level(old["level"]),
    )
    if (coding.selection.start_char, coding.selection.end_char) == (old["start_char"], old["end_char"]):
        return {"guid": old["guid"]}
    link = one(act.db, "SELECT suggestion_id FROM coding WHERE guid = ?", (old["guid"],)) or {}
    coding_store.set_removed(act.db, old["guid"], act.stamp, removed=True)
    result = _store(act, coding, link.get("suggestion_id"))
    memo = one(
        act.db,
        "SELECT text FROM memo WHERE target_kind = 'coding' AND target_guid = ? AND coder_id = ?"
        " AND removed_at IS NULL",
        (old["guid"], act.coder_id),
    )
    if memo is not None:
        coding_store.set_memo(act.db, "coding", result["guid"], memo["text"], act.coder_id, act.stamp)
    return result


def _suggested(act: Act, op: Operation) -> dict[str, Any]:
    row = machine.suggestion(act.db, words_of(op, "suggestion"))
    if row["source_guid"] != act.source_guid:
        raise UserInputError("This suggestion is on another source.")
    audits.refuse_withheld(act.db, row, act.stamp.by)
    return row


def _open_suggestion(act: Act, op: Operation, wanted: str) -> dict[str, Any]:
    row = _suggested(act, op)
    despite = words_of(op, "despite") if "despite" in op else None
    require_open(act.db, row, wanted, act.stamp, despite=despite)
    return row


def _accept(act: Act, op: Operation) -> Result:
    row = _open_suggestion(act, op, "accepted")
    selection = selection_of(act, op)
    same = (selection.start_char, selection.end_char) == (row["start_char"], row["end_char"])
    coding = Coding(
        guid=new_guid_of(op, "guid"),
        selection=selection,
        code_guid=row["code_guid"],
        coder=act.stamp.by,
        origin=Origin.ACCEPTED if same else Origin.EDITED,
    )
    result = _store(act, coding, row["id"])
    if row["status"] in ("accepted", "edited"):  # another coder's decision stands, beside this coding
        return result
    status = "accepted" if same else "edited"
    machine.decide(act.db, row["guid"], status, act.coder_id, act.stamp, coding_guid=result["guid"])
    return result


def _reject(act: Act, op: Operation) -> Result:
    row = _open_suggestion(act, op, "rejected")
    machine.decide(act.db, row["guid"], "rejected", act.coder_id, act.stamp)
    panel_rows.mark_changed(act.db, act.source_id, None)
    return {}


def _reopen(act: Act, op: Operation) -> Result:
    """Take back a decision of one's own: the coding it became is removed, the suggestion open again."""
    row = _suggested(act, op)
    decided = one(act.db, "SELECT decided_by FROM suggestion WHERE id = ?", (row["id"],)) or {}
    if row["status"] not in ("accepted", "edited", "rejected") or decided["decided_by"] != act.coder_id:
        raise UserInputError("Only your own decision on a suggestion can be taken back.")
    made = one(
        act.db,
        "SELECT guid FROM coding WHERE suggestion_id = ? AND coder_id = ? AND removed_at IS NULL",
        (row["id"], act.coder_id),
    )
    if made is not None:
        coding_store.set_removed(act.db, made["guid"], act.stamp, removed=True)
        answers.mark_again(act.db, made["guid"], act.stamp)
    machine.decide(act.db, row["guid"], "open", act.coder_id, act.stamp)
    panel_rows.mark_changed(act.db, act.source_id, None)
    return {}


def _favourite(act: Act, op: Operation) -> Result:
    slot = number_of(op, "slot")
    if not 1 <= slot <= 9:
        raise UserInputError("Codes lie on the keys 1 to 9.")
    require_key_as_expected(act, op, slot, code_store.favourites(act.db, act.coder_id).get(slot))
    code = None if op.get("code") is None else usable_code(act, words_of(op, "code"))
    code_store.set_favourite(act.db, act.coder_id, slot, code["id"] if code else None)
    return {}


def _reading(act: Act, op: Operation) -> Result:
    turn = max(0, min(number_of(op, "turn"), 1_000_000))
    sources.set_reading(act.db, act.source_id, act.coder_id, act.stamp, turn=turn, state=None)
    return {}


def _read(act: Act, op: Operation) -> Result:
    state = op.get("state")
    if state not in ("read", "reading"):
        raise UserInputError("A source is 'read' or still 'reading'.")
    was = "read" if sources.is_read(act.db, act.source_id, act.coder_id) else "reading"
    sources.set_reading(act.db, act.source_id, act.coder_id, act.stamp, turn=None, state=str(state))
    record(
        act.db,
        act.stamp,
        "source_read",
        target_kind="source",
        target_guid=act.source_guid,
        before={"state": was},
        after={"state": state},
    )
    return {}


def _new_code(act: Act, op: Operation) -> Result:
    book = code_store.codebook(act.db)
    parent = None if op.get("parent") is None else words_of(op, "parent")
    if parent is not None and parent not in book.by_guid():
        raise UserInputError("The code under which it should stand is no longer in the codebook.")
    guid = new_guid_of(op, "guid")
    if one(act.db, "SELECT 1 FROM code WHERE guid = ?", (guid,)) is not None:
        raise UserInputError("The study knows another code of this GUID.")
    name = " ".join(words_of(op, "name").split())
    twin = next((c for c in book.codes if _is_same(c, name, parent)), None)
    if twin is not None:
        # Somebody made it a moment ago: what was coded with this one is coded with that one.
        return _joined(act, op, twin)
    code = Code(
        guid=guid,
        name=name,
        parent=parent,
        definition=words_of(op, "definition", most=2_000).strip() if "definition" in op else "",
        colour=words_of(op, "colour") if "colour" in op else "#7f7f7f",
    )
    changed = Codebook(title=book.title, codes=(*book.codes, code))
    code_store.save_codebook(act.db, changed, act.stamp, note=f"'{name}' added while coding")
    return {"guid": guid}


def _is_same(code: Code, name: str, parent: str | None) -> bool:
    return code.is_codable and code.parent == parent and code.name.casefold() == name.casefold()


def _joined(act: Act, op: Operation, twin: Code) -> Result:
    """Use the code that stands; another definition that was written for it is kept in the log."""
    definition = words_of(op, "definition", most=2_000).strip() if "definition" in op else ""
    result: Result = {"guid": twin.guid, "joined": True}
    if definition in ("", twin.definition):
        return result
    met = conflict(
        "code",
        twin.guid,
        f"code {twin.key}",
        theirs={"definition": twin.definition},
        yours={"definition": definition},
        change=codebook_change(act.db),
        message="Somebody made a code of this name meanwhile",
        me=act.stamp.by,
    )
    set_aside(act.db, act.stamp, met)
    return {**result, "conflict": shown(met)}


ACTS: dict[str, Callable[[Act, Operation], Result]] = {
    "add": _add,
    "remove": _remove,
    "restore": _restore,
    "facets": _facets,
    "memo": _memo,
    "resize": _resize,
    "accept": _accept,
    "reject": _reject,
    "reopen": _reopen,
    "favourite": _favourite,
    "reading": _reading,
    "read": _read,
    "new_code": _new_code,
}
