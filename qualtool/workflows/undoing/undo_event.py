"""Take back one act of the event log, whichever it was; the undo is itself an event.

An act can be taken back as long as nothing done later stands in its way: what it left must still be
as it left it. Everybody takes back their own acts only.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ...model import Role
from ...store.file import acting, connection
from ...store.log import history
from ...store.log.identity import one, scalar
from ...store.machine import machine
from ...store.reading import panel_rows
from ...store.records import answers, codebook_versions, people, sets
from ...store.records import codes as code_store
from ...store.records import codings as coding_store
from ...store.records import sources as source_store
from ..clock import stamp
from ..suggestions.finding_topics import put_link
from .undo_bulk import take_asked_back, take_codings_back, take_read_back
from .undo_marks import take_answer_back, take_reading_back, take_setting_back, take_turns_back
from .undo_texts import put_edit_back, take_edit_back, take_place_back
from .undoing import OLDER, Undo, bring_back


def can_undo(kind: str) -> bool:
    """Is this a kind of event that ``undo_event`` knows to take back?"""
    return kind in _UNDO


def why_not(kind: str) -> tuple[str, str]:
    """Why an event of a kind that ``can_undo`` denies cannot be taken back, and what to do instead."""
    return next((told for pattern, told in NOT_UNDOABLE.items() if fnmatchcase(kind, pattern)), _NEVER)


def undo_event(study: Path, event_id: int, by: str) -> dict[str, Any]:
    """Take one event back; returns ``{"undone": event, "kind", "events": [numbers of the undo]}``.

    Raises:
        UserInputError: there is no such event, it is somebody else's or was undone before, it is of a
            kind that cannot be taken back, or later work stands in the way. Nothing is changed then.
    """
    made = stamp(by)
    with connection.writing(study, least=Role.CODER) as db:
        undo = Undo(db=db, event=history.event(db, event_id), stamp=made)
        _require_undoable(undo)
        newest = int(scalar(db, "SELECT max(id) FROM event"))
        _UNDO[undo.event["kind"]](undo)
        written = [r[0] for r in db.conn.execute("SELECT id FROM event WHERE id > ? ORDER BY id", (newest,))]
        if not written:
            raise undo.refuse("It is as it was before already; nothing was changed.")
    return {"undone": event_id, "kind": undo.event["kind"], "events": written}


def _require_undoable(undo: Undo) -> None:
    event = undo.event
    if event["kind"] not in _OF_CODERS:
        acting.require(Role.OWNER, "take such an act back")
    if event["by"].strip() != undo.stamp.by.strip():
        raise undo.refuse(f"This was done by {event['by']}.", "Everybody takes back their own acts only.")
    if event["kind"] not in _UNDO:
        raise undo.refuse(*why_not(event["kind"]))
    if event["id"] in history.undone_events(undo.db):
        raise undo.refuse("This was taken back before.", "Nothing was changed.")
    if event["id"] <= history.last_erasure(undo.db):
        raise undo.refuse(
            "Words were erased from the study since, on purpose and for good.",
            "Nothing before that can be undone.",
        )


# --- codings --------------------------------------------------------------------------------------


def _uncode(undo: Undo) -> None:
    row = coding_store.coding(undo.db, undo.guid)
    if row["removed_at"]:
        raise undo.refuse("This coding was removed since.", "There is nothing left to take back.")
    coding_store.set_removed(undo.db, undo.guid, undo.stamp, removed=True, undoes=undo.event["id"])
    answers.mark_again(undo.db, undo.guid, undo.stamp)


def _recode(undo: Undo) -> None:
    row = coding_store.coding(undo.db, undo.guid)
    if not row["removed_at"]:
        raise undo.refuse("This coding stands again already.", "There is nothing left to take back.")
    bring_back(undo, undo.guid)


def _facets(undo: Undo) -> None:
    row = coding_store.coding(undo.db, undo.guid)
    if row["removed_at"]:
        raise undo.refuse("This coding was removed since.", "Take the removal back first.")
    if any(row[name] != value for name, value in undo.after.items()):
        raise undo.refuse("Its facets were changed again since.", "Take the later change back first.")
    coding_store.set_facets(undo.db, undo.guid, dict(undo.before), undo.stamp, undoes=undo.event["id"])


# --- memos ----------------------------------------------------------------------------------------


def _memo(undo: Undo) -> None:
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


def _consent(undo: Undo) -> None:
    row = one(undo.db, "SELECT name, consent FROM participant WHERE guid = ?", (undo.guid,))
    if row is None:
        raise undo.refuse("This participant is no longer in the study.")
    if row["consent"] != undo.after["consent"]:
        raise undo.refuse(
            "Consent was changed again since.", "Take the later change back first, or set it by hand."
        )
    people.set_consent(undo.db, row["name"], undo.before["consent"], undo.stamp, undoes=undo.event["id"])


def _codebook(undo: Undo) -> None:
    version, now = int(undo.guid), code_store.current_version(undo.db)
    # Where later versions were taken back, the newest is this one again under another number.
    if version != now and codebook_versions.digest_of(undo.db, version) != codebook_versions.digest_of(
        undo.db, now
    ):
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


def _decision(undo: Undo) -> None:
    row = machine.suggestion(undo.db, undo.guid)
    if row["status"] != undo.after["status"]:
        raise undo.refuse("This suggestion was decided anew since.", "Take the later decision back first.")
    coder_id = people.ensure_coder(undo.db, undo.stamp.by, undo.stamp)
    for guid in machine.codings_of_suggestion(undo.db, row["id"], coder_id):
        coding_store.set_removed(undo.db, guid, undo.stamp, removed=True, undoes=undo.event["id"])
        answers.mark_again(undo.db, guid, undo.stamp)
    machine.decide(undo.db, undo.guid, "open", coder_id, undo.stamp, undoes=undo.event["id"])
    panel_rows.mark_changed(undo.db, row["source_id"], None)


def _redecide(undo: Undo) -> None:
    """Decide a reopened suggestion as it was decided, with the coding that went when it was reopened."""
    row = machine.suggestion(undo.db, undo.guid)
    if row["status"] != "open":
        raise undo.refuse("This suggestion was decided anew since.", "Take the later decision back first.")
    coder_id = people.ensure_coder(undo.db, undo.stamp.by, undo.stamp)
    gone = machine.codings_removed_at(undo.db, row["id"], coder_id, undo.event["at"])
    for guid in gone:
        bring_back(undo, guid)
    machine.decide(
        undo.db,
        undo.guid,
        undo.before["status"],
        coder_id,
        undo.stamp,
        coding_guid=gone[0] if gone else None,
        undoes=undo.event["id"],
    )
    panel_rows.mark_changed(undo.db, row["source_id"], None)


def _topic(undo: Undo) -> None:
    now = scalar(undo.db, "SELECT code_id FROM topic WHERE guid = ?", (undo.guid,))
    if now != undo.after["code_id"]:
        raise undo.refuse("This topic was linked anew since.", "Take the later change back first.")
    code = one(undo.db, "SELECT * FROM code WHERE id = ?", (undo.before["code_id"],))
    if code is not None and (code["removed_at"] or not code["is_codable"]):
        raise undo.refuse("Its code is no longer in the codebook.", "Bring the code back first.")
    put_link(undo.db, undo.guid, code, undo.stamp, undoes=undo.event["id"])


def _set(undo: Undo) -> None:
    if "members" not in undo.after:
        raise undo.refuse(OLDER, "Set the members by hand.")
    if sets.members_of(undo.db, undo.guid) != undo.after["members"]:
        raise undo.refuse("This set was changed again since.", "Take the later change back first.")
    ids = [source_store.find_source(undo.db, guid)["id"] for guid in undo.before["members"] or ()]
    sets.save_set(undo.db, undo.guid, ids, undo.stamp, undoes=undo.event["id"])


# What a coder does, and so may take back, in a study served with login; the rest is an owner's.
_OF_CODERS = frozenset(
    (
        "coding_added",
        "coding_restored",
        "coding_removed",
        "coding_facets",
        "coding_placed",
        "memo_written",
        "suggestion_accepted",
        "suggestion_edited",
        "suggestion_rejected",
        "suggestion_open",
        "source_read",
        "turns_read",
        "answer_not_substantive",
        "answer_state_cleared",
    )
)
_UNDO: dict[str, Callable[[Undo], None]] = {
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
    "suggestion_open": _redecide,
    "set_saved": _set,
    "topic_linked": _topic,
    "coding_placed": take_place_back,
    "source_edited": take_edit_back,
    "source_edit_undone": put_edit_back,
    "source_read": take_reading_back,
    "turns_read": take_turns_back,
    "answer_not_substantive": take_answer_back,
    "answer_state_cleared": take_answer_back,
    "setting_changed": take_setting_back,
    "codings_imported": take_codings_back,
    "sources_marked_read": take_read_back,
    "asked_imported": take_asked_back,
}
_NEVER = (
    "Such an act cannot be taken back one by one.",
    "Restore a backup from before it ('qualtool restore').",
)
_STAYS = "What was imported stays: codings, memos and notes of other people may hang on it."
# Kinds of events that stay, by pattern. A kind that is neither here nor in ``_UNDO`` fails a test.
NOT_UNDOABLE: dict[str, tuple[str, str]] = {
    "study_merged": (
        "A merge is taken back as a whole.",
        "Restore the backup that was made before it ('qualtool restore').",
    ),
    "merged_act": ("This was done in another copy of the study.", "Take it back there, and merge again."),
    "source_imported": (_STAYS, "Correct its text, or restore a backup from before ('qualtool restore')."),
    "survey_imported": (_STAYS, "Restore a backup from before the import ('qualtool restore')."),
    "indicators_imported": (
        "Published figures stay as they were read.",
        "Import a newer file of the same data, or restore a backup from before ('qualtool restore').",
    ),
    "case_added": (
        "A case stays: participants may belong to it.",
        "One that nobody belongs to does no harm.",
    ),
    "coder_added": ("A coder's name stays in the study.", "One who never coded does no harm."),
    "*_run": (
        "A machine's run is a record: nothing that people made was changed by it.",
        "Leave what it proposes undecided, or run it anew.",
    ),
    "topic_*": (
        "What was decided on topics stands until it is decided anew.",
        "Name, link or set the topic aside anew, or find topics again.",
    ),
    "proposition_*": (
        "What was stated of a proposition is kept as it was stated.",
        "Save it anew: the newest version counts, and all are shown.",
    ),
    "verdict*": (
        "Verdicts and overrides are kept as they were given.",
        "Evaluate or override anew: the newest counts, and all are shown.",
    ),
    "audit_*": (
        "A blind audit is kept as it went: an answer taken back would no longer be blind.",
        "Answer the passage anew while the audit runs, or draw another one.",
    ),
    "release_signed_off": (
        "A release that was signed off may have left already.",
        "Make the output anew: every sign-off is kept.",
    ),
    "findings_imported": (
        "Published findings stay as they were read.",
        "Restore a backup from before the import ('qualtool restore').",
    ),
    "suggestion_superseded": ("It was replaced by a newer run.", "Decide on the newer suggestion."),
    "member_*": (
        "Who may do what in a study is decided by its owner.",
        "Give the member the role they had, by hand.",
    ),
    "*_set_aside": (
        "It keeps what two people wrote at once; nothing was changed by it.",
        "Both texts are in this event: write the memo, or save the code, as it should be.",
    ),
    "study_restored": (
        "A restored study is as its backup was.",
        "What it was before lies beside it, as .before-restore: 'qualtool restore --from' that file.",
    ),
    "names_replaced": (
        "Real names were taken out of the study; only the key file has them.",
        "Put them back with it: 'qualtool pseudonymise --reverse'.",
    ),
    "names_put_back": (
        "Real names were put back with the key file.",
        "Replace them anew: 'qualtool pseudonymise'.",
    ),
    "participant_withdrawn": (
        "What a participant said was erased on purpose and for good.",
        "Nothing brings it back.",
    ),
}
