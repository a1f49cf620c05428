"""The state of a study at any moment, rebuilt from its event log.

A state is what people made: codings with their facets, memos, and the version of the codebook. Single
acts have one event each; an import of codings has one event with all its rows, packed. Studies of
version 0.1 have no rows there: what their tables hold now is taken back to what it was at first, by
the oldest ``before`` of everything that changed it since.

Erasing words (a participant withdraws, names are replaced) cannot be replayed. Its event carries the
state after it as a ``checkpoint``, and a replay that passes it goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from ...model import Coding
from ..log import merge_log
from ..records import text_edits

FACETS = ("stance", "valence", "basis", "level")
_PLACE = ("version", "start_char", "end_char")


@dataclass(slots=True)
class State:
    """What people made: codings and memos by GUID, removed ones with ``removed`` true; codebook version."""

    codings: dict[str, dict[str, Any]] = field(default_factory=dict)
    memos: dict[str, dict[str, Any]] = field(default_factory=dict)
    codebook_version: int = 0

    def standing(self) -> dict[str, Any]:
        """The state without what was removed, to be compared."""
        return {
            "codings": {g: c for g, c in self.codings.items() if not c["removed"]},
            "memos": {g: m for g, m in self.memos.items() if not m["removed"]},
            "codebook_version": self.codebook_version,
        }


def packed_codings(codings: Iterable[Coding]) -> dict[str, Any]:
    """Codings of a bulk import for its event: names once, and a short row for each coding."""
    return _packed(
        {
            "guid": c.guid,
            "source": c.selection.source_guid,
            "version": c.selection.version,
            "start_char": c.selection.start_char,
            "end_char": c.selection.end_char,
            "code": c.code_guid,
            "coder": c.coder.strip(),
            **{name: getattr(c, name) for name in FACETS},
        }
        for c in codings
    )


def checkpoint(db: Database) -> dict[str, Any]:
    """The state as it stands, for the event of an act that erases: ``after={"checkpoint": ...}``."""
    state = stored_state(db)
    return {
        **packed_states(state.codings),
        "memos": state.memos,
        "codebook_version": state.codebook_version,
    }


def packed_states(codings: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Codings as ``State`` holds them, packed for an event; removed ones are named beside."""
    return {
        **_packed({"guid": guid, **coding} for guid, coding in codings.items()),
        "removed": [guid for guid, coding in codings.items() if coding["removed"]],
    }


def _packed(codings: Iterable[dict[str, Any]]) -> dict[str, Any]:
    names: dict[str, dict[str, int]] = {"source": {}, "code": {}, "coder": {}}
    rows: list[list[Any]] = []
    for coding in codings:
        at = {kind: known.setdefault(coding[kind], len(known)) for kind, known in names.items()}
        row = [coding["guid"], at["source"], *(coding[p] for p in _PLACE), at["code"], at["coder"]]
        facets = [coding[name] for name in FACETS]
        while facets and facets[-1] is None:
            facets.pop()
        rows.append([*row, *facets])
    return {**{f"{kind}s": list(known) for kind, known in names.items()}, "rows": rows}


def unpacked_codings(after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Codings of the event of a bulk import or a merge, by GUID, as ``State`` holds them."""
    found: dict[str, dict[str, Any]] = {}
    for guid, source, version, start, end, code, coder, *facets in after["rows"]:
        found[guid] = {
            "source": after["sources"][source],
            "version": version,
            "start_char": start,
            "end_char": end,
            "code": after["codes"][code],
            "coder": after["coders"][coder],
            **dict(zip(FACETS, [*facets, *[None] * (4 - len(facets))], strict=True)),
            "removed": False,
        }
    for guid in after.get("removed", ()):
        found[guid]["removed"] = True
    return found


def stored_state(db: Database) -> State:
    """The state as the tables hold it now."""
    codings = {
        row.pop("guid"): {**row, "removed": bool(row["removed"])}
        for row in db.query(
            "SELECT g.guid, s.guid AS source, g.version, g.start_char, g.end_char, c.guid AS code,"
            " k.name AS coder, g.stance, g.valence, g.basis, g.level, g.removed_at IS NOT NULL AS removed"
            " FROM coding g JOIN source s ON s.id = g.source_id JOIN code c ON c.id = g.code_id"
            " JOIN coder k ON k.id = g.coder_id ORDER BY g.id"
        )
    }
    memos = {
        guid: {"on": [kind, target], "coder": coder, "text": text, "removed": bool(removed)}
        for guid, kind, target, coder, text, removed in db.conn.execute(
            "SELECT m.guid, m.target_kind, m.target_guid, k.name, m.text, m.removed_at IS NOT NULL"
            " FROM memo m JOIN coder k ON k.id = m.coder_id ORDER BY m.id"
        )
    }
    version = db.conn.execute("SELECT coalesce(max(version), 0) FROM codebook_version").fetchone()[0]
    return State(codings=codings, memos=memos, codebook_version=int(version))


def state_at(db: Database, event_id: int) -> State:
    """The state right after an event: every event up to it is applied, in order."""
    state, replayed = State(), _Replay(db)
    for row in db.query(
        "SELECT id, at, by, kind, target_guid, before, after FROM event WHERE id <= ? ORDER BY id",
        (event_id,),
    ):
        replayed.apply(state, row)
    return state


class _Replay:
    """Applies events; knows what the tables hold, for events of studies that told less."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._first: dict[str, dict[str, Any]] | None = None
        self._made_at: dict[str, list[str]] = {}

    def memo_target(self, guid: str) -> list[str]:
        """What a memo is on, by the table: older events do not tell."""
        sql = "SELECT target_kind, target_guid FROM memo WHERE guid = ?"
        return list(self._db.conn.execute(sql, (guid,)).fetchone() or ("study", ""))

    def apply(self, state: State, row: dict[str, Any]) -> None:
        after = json.loads(row["after"]) if row["after"] else {}
        if "checkpoint" in after:
            _go_on_from(state, after["checkpoint"])
        act = _ACTS.get(row["kind"])
        if act is not None:
            act(self, state, row, after)

    def first_of(self, guid: str) -> dict[str, Any] | None:
        """A coding as it was when it was made."""
        return self._firsts().get(guid)

    def made_at(self, at: str) -> list[str]:
        """GUIDs of the codings made at a time."""
        self._firsts()
        return self._made_at.get(at, [])

    def _firsts(self) -> dict[str, dict[str, Any]]:
        if self._first is not None:
            return self._first
        found = {g: {**c, "removed": False} for g, c in stored_state(self._db).codings.items()}
        for guid, at in self._db.conn.execute("SELECT guid, made_at FROM coding ORDER BY id"):
            self._made_at.setdefault(at, []).append(guid)
        for kind, target, before in self._db.conn.execute(
            "SELECT kind, target_guid, before FROM event WHERE before IS NOT NULL AND kind IN (?, ?, ?, ?)"
            " ORDER BY id DESC",
            ("coding_facets", text_edits.EDITED, text_edits.DECIDED, merge_log.MERGED),
        ):
            was = json.loads(before)
            if kind == merge_log.MERGED:
                for guid, coding in unpacked_codings(was).items():
                    found.get(guid, {}).update({**coding, "removed": False})
                continue
            if kind == text_edits.EDITED:
                for guid, start, end in was["codings"]:
                    place: dict[str, Any] = dict(zip(_PLACE, (was["version"], start, end), strict=True))
                    found.get(guid, {}).update(place)
            else:
                found.get(target, {}).update(was)
        self._first = found
        return found


def _go_on_from(state: State, packed: dict[str, Any]) -> None:
    state.codings = unpacked_codings(packed)
    state.memos = {guid: dict(memo) for guid, memo in packed["memos"].items()}
    state.codebook_version = packed["codebook_version"]


def _added(replay: _Replay, state: State, row: dict[str, Any], after: dict[str, Any]) -> None:
    first = replay.first_of(row["target_guid"]) if "coder" not in after else None
    known = {name: after[name] for name in ("source", *_PLACE, "code")}
    facets = {name: (first or after).get(name) for name in FACETS}
    coder = after.get("coder") or (first or {}).get("coder") or row["by"]
    state.codings[row["target_guid"]] = {**known, "coder": coder, **facets, "removed": False}


def _imported(replay: _Replay, state: State, row: dict[str, Any], after: dict[str, Any]) -> None:
    if "rows" in after:
        state.codings |= unpacked_codings(after)
        return
    for guid in replay.made_at(row["at"]):
        first = replay.first_of(guid)
        if guid not in state.codings and first is not None:
            state.codings[guid] = dict(first)


def _merged(replay: _Replay, state: State, row: dict[str, Any], after: dict[str, Any]) -> None:
    state.codings |= unpacked_codings(after)
    state.memos |= {guid: dict(memo) for guid, memo in after["memos"].items()}
    state.codebook_version = after["codebook_version"]


def _removed(replay: _Replay, state: State, row: dict[str, Any], after: dict[str, Any]) -> None:
    if row["target_guid"] in state.codings:
        state.codings[row["target_guid"]]["removed"] = row["kind"] == "coding_removed"


def _changed(replay: _Replay, state: State, row: dict[str, Any], after: dict[str, Any]) -> None:
    if row["target_guid"] in state.codings:
        state.codings[row["target_guid"]].update(after)


def _edited(replay: _Replay, state: State, row: dict[str, Any], after: dict[str, Any]) -> None:
    for guid, start, end in after["codings"]:
        _place(state, guid, (after["version"], start, end))


def _edit_undone(replay: _Replay, state: State, row: dict[str, Any], after: dict[str, Any]) -> None:
    for guid, *place in after["codings"]:
        _place(state, guid, place)


def _place(state: State, guid: str, place: Sequence[int]) -> None:
    if guid in state.codings:
        state.codings[guid].update(zip(_PLACE, place, strict=True))


def _memo(replay: _Replay, state: State, row: dict[str, Any], after: dict[str, Any]) -> None:
    guid, text = row["target_guid"], after["text"]
    known = state.memos.get(guid)
    if known is None:
        on = after.get("on") or replay.memo_target(guid)
        # A new memo stands even when it is blank; writing blank over one removes it.
        state.memos[guid] = {"on": on, "coder": row["by"].strip(), "text": text, "removed": False}
        return
    known.update(text=text, removed=not text.strip())


def _codebook(replay: _Replay, state: State, row: dict[str, Any], after: dict[str, Any]) -> None:
    state.codebook_version = int(row["target_guid"])


_Act = Callable[[_Replay, State, dict[str, Any], dict[str, Any]], None]
_ACTS: dict[str, _Act] = {
    "coding_added": _added,
    "codings_imported": _imported,
    merge_log.MERGED: _merged,
    "coding_removed": _removed,
    "coding_restored": _removed,
    "coding_facets": _changed,
    text_edits.DECIDED: _changed,
    text_edits.EDITED: _edited,
    text_edits.UNDONE: _edit_undone,
    "memo_written": _memo,
    "codebook_saved": _codebook,
}
