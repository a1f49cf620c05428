"""Each single act of a coder in the panel, checked as if the browser could not be trusted.

``ACTS`` maps the kind of an operation to the function that performs it. Fields by kind:

    add         guid, code, start_char, end_char, quote, version
    remove      guid                       restore   guid
    facets      guid, values {facet: value or None}
    memo        target_kind (coding, source, code), target_guid, text
    resize      guid (of the old coding), new_guid, start_char, end_char, quote, version
    accept      suggestion, guid, start_char, end_char, quote, version
    reject      suggestion                 reopen    suggestion
    favourite   slot, code or None         reading   turn
    read        state (read, reading)      new_code  guid, name, parent or None, definition

GUIDs are made by the browser, so that what it paints has its final name at once. Offsets are code
points into the text version named. A coder changes only their own codings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ..errors import UserInputError
from ..model import Basis, Code, Codebook, Coding, Level, Origin, Selection, Stance, Valence
from ..store import codes as code_store
from ..store import codings as coding_store
from ..store import machine, panel_rows, sources
from ..store.events import Stamp, record
from ..store.identity import one
from ..text import select

MAX_MEMO = 20_000
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_FACET_VALUES = {
    "stance": frozenset(Stance),
    "valence": frozenset(Valence),
    "basis": frozenset(Basis),
    "level": frozenset(Level),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts on which source, inside which transaction."""

    db: Database
    stamp: Stamp
    coder_id: int
    source_id: int
    source_guid: str
    version: int
    text: str


Operation = Mapping[str, Any]
Result = dict[str, Any]


def _words(op: Operation, field: str, *, most: int = 200) -> str:
    value = op.get(field)
    if not isinstance(value, str) or len(value) > most:
        raise UserInputError(f"The operation's field '{field}' is missing, no text, or too long.")
    if "\x00" in value or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise UserInputError(f"The operation's field '{field}' holds characters no text may hold.")
    return value


def _number(op: Operation, field: str) -> int:
    value = op.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**53:
        raise UserInputError(f"The operation's field '{field}' is missing or no whole number.")
    return value


def _new_guid(op: Operation, field: str) -> str:
    value = _words(op, field)
    if not _GUID.fullmatch(value):
        raise UserInputError(f"The operation's field '{field}' is no GUID.")
    return value


def _selection(act: Act, op: Operation) -> Selection:
    if _number(op, "version") != act.version:
        raise UserInputError("The text of this source was changed meanwhile. Open it again, then code.")
    quote = _words(op, "quote", most=len(act.text))
    if not quote.strip():
        raise UserInputError("There are no words in this selection.")
    return select(
        act.text,
        source_guid=act.source_guid,
        version=act.version,
        start_char=_number(op, "start_char"),
        end_char=_number(op, "end_char"),
        quote=quote,
    )


def _code(act: Act, guid: str) -> dict[str, Any]:
    row = one(act.db, "SELECT id, guid, is_codable, removed_at FROM code WHERE guid = ?", (guid,))
    if row is None or row["removed_at"]:
        raise UserInputError("This code is no longer in the codebook.")
    if not row["is_codable"]:
        raise UserInputError("This is a heading of the codebook, which cannot be applied.")
    return row


def _own(act: Act, guid: str) -> dict[str, Any]:
    """A coding of this coder on this source, removed or not."""
    row = coding_store.coding(act.db, guid)
    if row["source_guid"] != act.source_guid:
        raise UserInputError("This coding is on another source.")
    if row["coder"] != act.stamp.by:
        raise UserInputError("This coding is another coder's; you can change only your own.")
    return row


def _add(act: Act, op: Operation) -> Result:
    coding = Coding(
        guid=_new_guid(op, "guid"),
        selection=_selection(act, op),
        code_guid=_words(op, "code"),
        coder=act.stamp.by,
    )
    return _store(act, coding, None)


def _store(act: Act, coding: Coding, suggestion_id: int | None) -> Result:
    code = _code(act, coding.code_guid)
    guid = coding_store.add_coding(
        act.db,
        coding,
        act.stamp,
        source_id=act.source_id,
        code_id=code["id"],
        coder_id=act.coder_id,
        suggestion_id=suggestion_id,
    )
    return {"guid": guid}


def _remove(act: Act, op: Operation) -> Result:
    row = _own(act, _words(op, "guid"))
    coding_store.set_removed(act.db, row["guid"], act.stamp, removed=True)
    return {"guid": row["guid"]}


def _restore(act: Act, op: Operation) -> Result:
    row = _own(act, _words(op, "guid"))
    if row["version"] != act.version:
        raise UserInputError("The text was changed since this coding was removed; code the words anew.")
    _code(act, row["code_guid"])
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
    row = _own(act, _words(op, "guid"))
    if row["removed_at"]:
        raise UserInputError("This coding was removed; undo that first.")
    values = op.get("values")
    if not isinstance(values, Mapping) or not set(values) <= set(_FACET_VALUES):
        raise UserInputError("There is no such facet.")
    for name, value in values.items():
        if value is not None and value not in _FACET_VALUES[name]:
            raise UserInputError(f"'{name}' has no such value.")
    coding_store.set_facets(act.db, row["guid"], dict(values), act.stamp)
    return {"guid": row["guid"]}


def _memo(act: Act, op: Operation) -> Result:
    kind, guid, text = _words(op, "target_kind"), _words(op, "target_guid"), _words(op, "text", most=MAX_MEMO)
    if kind == "coding":
        if coding_store.coding(act.db, guid)["source_guid"] != act.source_guid:
            raise UserInputError("This coding is on another source.")
        panel_rows.mark_changed(act.db, act.source_id, guid)
    elif kind == "code":
        _code(act, guid)
    elif kind != "source" or guid != act.source_guid:
        raise UserInputError("A memo is written on a coding, a code, or this source.")
    return {"guid": coding_store.set_memo(act.db, kind, guid, text, act.coder_id, act.stamp)}


def _resize(act: Act, op: Operation) -> Result:
    old = _own(act, _words(op, "guid"))
    if old["removed_at"]:
        raise UserInputError("This coding was removed meanwhile; its stretch cannot be changed.")
    coding = Coding(
        guid=_new_guid(op, "new_guid"),
        selection=_selection(act, op),
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
    row = machine.suggestion(act.db, _words(op, "suggestion"))
    if row["source_guid"] != act.source_guid:
        raise UserInputError("This suggestion is on another source.")
    return row


def _open_suggestion(act: Act, op: Operation) -> dict[str, Any]:
    row = _suggested(act, op)
    if row["status"] != "open":
        raise UserInputError("This suggestion was decided meanwhile, by you or another coder.")
    return row


def _accept(act: Act, op: Operation) -> Result:
    row = _open_suggestion(act, op)
    selection = _selection(act, op)
    same = (selection.start_char, selection.end_char) == (row["start_char"], row["end_char"])
    coding = Coding(
        guid=_new_guid(op, "guid"),
        selection=selection,
        code_guid=row["code_guid"],
        coder=act.stamp.by,
        origin=Origin.ACCEPTED if same else Origin.EDITED,
        suggestion_guid=row["guid"],
    )
    result = _store(act, coding, row["id"])
    status = "accepted" if same else "edited"
    machine.decide(act.db, row["guid"], status, act.coder_id, act.stamp, coding_guid=result["guid"])
    return result


def _reject(act: Act, op: Operation) -> Result:
    row = _open_suggestion(act, op)
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
    machine.decide(act.db, row["guid"], "open", act.coder_id, act.stamp)
    panel_rows.mark_changed(act.db, act.source_id, None)
    return {}


def _favourite(act: Act, op: Operation) -> Result:
    slot = _number(op, "slot")
    if not 1 <= slot <= 9:
        raise UserInputError("Codes lie on the keys 1 to 9.")
    code = None if op.get("code") is None else _code(act, _words(op, "code"))
    code_store.set_favourite(act.db, act.coder_id, slot, code["id"] if code else None)
    return {}


def _reading(act: Act, op: Operation) -> Result:
    turn = max(0, min(_number(op, "turn"), 1_000_000))
    sources.set_reading(act.db, act.source_id, act.coder_id, act.stamp, turn=turn, state=None)
    return {}


def _read(act: Act, op: Operation) -> Result:
    state = op.get("state")
    if state not in ("read", "reading"):
        raise UserInputError("A source is 'read' or still 'reading'.")
    sources.set_reading(act.db, act.source_id, act.coder_id, act.stamp, turn=None, state=str(state))
    after = {"state": state}
    record(act.db, act.stamp, "source_read", target_kind="source", target_guid=act.source_guid, after=after)
    return {}


def _new_code(act: Act, op: Operation) -> Result:
    book = code_store.codebook(act.db)
    parent = None if op.get("parent") is None else _words(op, "parent")
    if parent is not None and parent not in book.by_guid():
        raise UserInputError("The code under which it should stand is no longer in the codebook.")
    guid = _new_guid(op, "guid")
    if one(act.db, "SELECT 1 FROM code WHERE guid = ?", (guid,)) is not None:
        raise UserInputError("The study knows another code of this GUID.")
    name = " ".join(_words(op, "name").split())
    code = Code(
        guid=guid,
        name=name,
        parent=parent,
        definition=_words(op, "definition", most=2_000).strip() if "definition" in op else "",
        colour=_words(op, "colour") if "colour" in op else "#7f7f7f",
    )
    changed = Codebook(title=book.title, codes=(*book.codes, code))
    code_store.save_codebook(act.db, changed, act.stamp, note=f"'{name}' added while coding")
    return {"guid": guid}


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
