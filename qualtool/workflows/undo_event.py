"""Take back one act of the event log, whichever it was; the undo is itself an event.

An act can be taken back as long as nothing done later stands in its way: what it left must still be
as it left it. Everybody takes back their own acts only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ..errors import Problem, UserInputError
from ..store import codebook_versions, connection, history, machine, panel_rows, people, sets
from ..store import codes as code_store
from ..store import codings as coding_store
from ..store import sources as source_store
from ..store.events import Stamp
from ..store.identity import one, scalar
from .clock import stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class _Undo:
    """One undo inside its transaction: the event, and who takes it back."""

    db: Database
    event: Mapping[str, Any]
    stamp: Stamp

    @property
    def guid(self) -> str:
        return str(self.event["target_guid"])

    @property
    def before(self) -> Mapping[str, Any]:
        return self.event["before"] or {}

    @property
    def after(self) -> Mapping[str, Any]:
        return self.event["after"] or {}

    def refuse(self, message: str, next: str = "") -> UserInputError:
        problem = Problem(where=f"event {self.event['id']}", message=message, next=next)
        return UserInputError(str(problem), problems=(problem,))


def can_undo(kind: str) -> bool:
    """Is this a kind of event that ``undo_event`` knows to take back?"""
    return kind in _UNDO


def undo_event(study: Path, event_id: int, by: str) -> dict[str, Any]:
    """Take one event back; returns ``{"undone": event, "kind", "events": [numbers of the undo]}``.

    Raises:
        UserInputError: there is no such event, it is somebody else's or was undone before, it is of a
            kind that cannot be taken back, or later work stands in the way. Nothing is changed then.
    """
    made = stamp(by)
    with connection.writing(study) as db:
        undo = _Undo(db=db, event=history.event(db, event_id), stamp=made)
        _require_undoable(undo)
        newest = int(scalar(db, "SELECT max(id) FROM event"))
        _UNDO[undo.event["kind"]](undo)
        written = [r[0] for r in db.conn.execute("SELECT id FROM event WHERE id > ? ORDER BY id", (newest,))]
        if not written:
            raise undo.refuse("It is as it was before already; nothing was changed.")
    return {"undone": event_id, "kind": undo.event["kind"], "events": written}


def _require_undoable(undo: _Undo) -> None:
    event = undo.event
    if event["by"].strip() != undo.stamp.by.strip():
        raise undo.refuse(f"This was done by {event['by']}.", "Everybody takes back their own acts only.")
    if event["kind"] not in _UNDO:
        raise undo.refuse(*_ELSEWHERE.get(event["kind"], _NEVER))
    if event["id"] in history.undone_events(undo.db):
        raise undo.refuse("This was taken back before.", "Nothing was changed.")
    if event["id"] <= history.last_erasure(undo.db):
        raise undo.refuse(
            "Words were erased from the study since, on purpose and for good.",
            "Nothing before that can be undone.",
        )


# --- codings --------------------------------------------------------------------------------------


def _own_coding(undo: _Undo) -> dict[str, Any]:
    row = coding_store.coding(undo.db, undo.guid)
    if row["coder"] != undo.stamp.by.strip():
        raise undo.refuse(f"This coding is {row['coder']}'s.", "Everybody changes their own codings only.")
    return row


def _uncode(undo: _Undo) -> None:
    row = _own_coding(undo)
    if row["removed_at"]:
        raise undo.refuse("This coding was removed since.", "There is nothing left to take back.")
    coding_store.set_removed(undo.db, undo.guid, undo.stamp, removed=True, undoes=undo.event["id"])


def _recode(undo: _Undo) -> None:
    row = _own_coding(undo)
    if not row["removed_at"]:
        raise undo.refuse("This coding stands again already.", "There is nothing left to take back.")
    place = one(
        undo.db,
        "SELECT g.source_id, g.version, g.start_char, g.end_char, g.code_id, g.coder_id, s.current_version,"
        " c.removed_at AS code_removed, c.is_codable FROM coding g JOIN source s ON s.id = g.source_id"
        " JOIN code c ON c.id = g.code_id WHERE g.guid = ?",
        (undo.guid,),
    )
    if place is None or place["version"] != place["current_version"]:
        raise undo.refuse(
            "The words of this coding were corrected since.", "Code them anew in the text as it is now."
        )
    if place["code_removed"] or not place["is_codable"]:
        raise undo.refuse("Its code is no longer in the codebook.", "Bring the code back first.")
    same = scalar(
        undo.db,
        "SELECT 1 FROM coding WHERE source_id = ? AND version = ? AND start_char = ? AND end_char = ?"
        " AND code_id = ? AND coder_id = ? AND removed_at IS NULL",
        [place[n] for n in ("source_id", "version", "start_char", "end_char", "code_id", "coder_id")],
    )
    if same is not None:
        raise undo.refuse("You coded the very same words with this code again since.", "That coding stands.")
    coding_store.set_removed(undo.db, undo.guid, undo.stamp, removed=False, undoes=undo.event["id"])


def _facets(undo: _Undo) -> None:
    row = _own_coding(undo)
    if row["removed_at"]:
        raise undo.refuse("This coding was removed since.", "Take the removal back first.")
    if any(row[name] != value for name, value in undo.after.items()):
        raise undo.refuse("Its facets were changed again since.", "Take the later change back first.")
    coding_store.set_facets(undo.db, undo.guid, dict(undo.before), undo.stamp, undoes=undo.event["id"])


# --- memos ----------------------------------------------------------------------------------------


def _memo(undo: _Undo) -> None:
    row = coding_store.memo_row(undo.db, undo.guid)
    if row is None or row["coder"] != undo.stamp.by.strip():
        raise undo.refuse("This memo is somebody else's.", "Everybody changes their own memos only.")
    if row["text"] != undo.after["text"] or bool(row["removed_at"]) == bool(str(row["text"]).strip()):
        raise undo.refuse("This memo was written anew since.", "Take the later change back first.")
    other = scalar(
        undo.db,
        "SELECT 1 FROM memo WHERE target_kind = ? AND target_guid = ? AND coder_id = ? AND guid <> ?"
        " AND removed_at IS NULL",
        (row["target_kind"], row["target_guid"], row["coder_id"], undo.guid),
    )
    if other is not None:
        raise undo.refuse("You wrote another memo on the same thing since.", "Take that one back first.")
    coding_store.put_memo_back(
        undo.db, undo.guid, str(undo.before.get("text", "")), undo.stamp, undoes=undo.event["id"]
    )
    if row["target_kind"] == "coding":
        source_id = scalar(undo.db, "SELECT source_id FROM coding WHERE guid = ?", (row["target_guid"],))
        panel_rows.mark_changed(undo.db, int(source_id), row["target_guid"])


# --- the rest -------------------------------------------------------------------------------------


def _consent(undo: _Undo) -> None:
    row = one(undo.db, "SELECT name, consent FROM participant WHERE guid = ?", (undo.guid,))
    if row is None:
        raise undo.refuse("This participant is no longer in the study.")
    if row["consent"] != undo.after["consent"]:
        raise undo.refuse(
            "Consent was changed again since.", "Take the later change back first, or set it by hand."
        )
    people.set_consent(undo.db, row["name"], undo.before["consent"], undo.stamp, undoes=undo.event["id"])


def _codebook(undo: _Undo) -> None:
    version, now = int(undo.guid), code_store.current_version(undo.db)
    if version != now:
        raise undo.refuse(
            f"The codebook was saved again since (it is at version {now}).",
            "Take the later changes back first.",
        )
    if version == 1:
        raise undo.refuse("This is the first codebook: there is none before it.", "Change it code by code.")
    book = codebook_versions.codebook_at(undo.db, version - 1)
    usage = codebook_versions.codings_by_code(undo.db)
    kept = {code.guid: code.is_codable for code in book.codes}
    changed = [c for c in code_store.codebook(undo.db).codes if usage.get(c.guid) and not kept.get(c.guid)]
    if changed:
        raise undo.refuse(
            f"{len(changed)} codes of this version are applied, and would not be there any more: "
            + ", ".join(code.key for code in changed[:5])
            + ".",
            "Remove these codings first, or change the codebook by hand.",
        )
    note = f"version {version} taken back"
    code_store.save_codebook(undo.db, book, undo.stamp, note=note, undoes=undo.event["id"])


def _decision(undo: _Undo) -> None:
    row = machine.suggestion(undo.db, undo.guid)
    if row["status"] != undo.after["status"]:
        raise undo.refuse("This suggestion was decided anew since.", "Take the later decision back first.")
    coder_id = people.ensure_coder(undo.db, undo.stamp.by, undo.stamp)
    for guid in machine.codings_of_suggestion(undo.db, row["id"], coder_id):
        coding_store.set_removed(undo.db, guid, undo.stamp, removed=True, undoes=undo.event["id"])
    machine.decide(undo.db, undo.guid, "open", coder_id, undo.stamp, undoes=undo.event["id"])
    panel_rows.mark_changed(undo.db, row["source_id"], None)


def _set(undo: _Undo) -> None:
    if "members" not in undo.after:
        raise undo.refuse("An older qualtool wrote this event, without the members.", "Set them by hand.")
    if sets.members_of(undo.db, undo.guid) != undo.after["members"]:
        raise undo.refuse("This set was changed again since.", "Take the later change back first.")
    ids = [source_store.find_source(undo.db, guid)["id"] for guid in undo.before["members"] or ()]
    sets.save_set(undo.db, undo.guid, ids, undo.stamp, undoes=undo.event["id"])


_UNDO: dict[str, Callable[[_Undo], None]] = {
    "coding_added": _uncode,
    "coding_restored": _uncode,
    "coding_removed": _recode,
    "coding_facets": _facets,
    "memo_written": _memo,
    "consent_changed": _consent,
    "codebook_saved": _codebook,
    "suggestion_accepted": _decision,
    "suggestion_edited": _decision,
    "suggestion_rejected": _decision,
    "set_saved": _set,
}
_NEVER = (
    "Such an act cannot be taken back one by one.",
    "Restore a backup from before it ('qualtool restore').",
)
_ELSEWHERE = {
    "source_edited": (
        "A correction of a text is taken back at the source itself.",
        "Use its undo on the page Correct a text.",
    ),
    "suggestion_open": ("The suggestion is open again.", "Decide on it anew."),
}
