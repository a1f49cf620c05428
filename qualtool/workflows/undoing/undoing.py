"""One undo inside its transaction, and what every kind of undo asks of a coding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ...store.log.events import Stamp
from ...store.log.identity import one, scalar
from ...store.records import codings as coding_store

OLDER = "An older qualtool wrote this event, without what is needed to take it back."
_SPOT = ("source_id", "version", "start_char", "end_char", "code_id", "coder_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """The event that is taken back, and who takes it back when."""

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
        return UserInputError.single(f"event {self.event['id']}", message, next)


def bring_back(undo: Undo, guid: str) -> None:
    """Restore a removed coding, where its words, its code and its place are free for it.

    Raises:
        UserInputError: the text was corrected, the code is gone, or the same coding was made anew.
    """
    place = one(
        undo.db,
        "SELECT g.source_id, g.version, g.start_char, g.end_char, g.code_id, g.coder_id, s.current_version,"
        " c.removed_at AS code_removed, c.is_codable FROM coding g JOIN source s ON s.id = g.source_id"
        " JOIN code c ON c.id = g.code_id WHERE g.guid = ?",
        (guid,),
    )
    if place is None or place["version"] != place["current_version"]:
        raise undo.refuse(
            "The words of this coding were corrected since.", "Code them anew in the text as it is now."
        )
    if place["code_removed"] or not place["is_codable"]:
        raise undo.refuse("Its code is no longer in the codebook.", "Bring the code back first.")
    if has_twin(undo.db, place):
        raise undo.refuse("You coded the very same words with this code again since.", "That coding stands.")
    coding_store.set_removed(undo.db, guid, undo.stamp, removed=False, undoes=undo.event["id"])


def has_twin(db: Database, place: Mapping[str, Any]) -> bool:
    """Does a coding of the same coder and code stand on exactly this stretch?"""
    found = scalar(
        db,
        "SELECT 1 FROM coding WHERE source_id = ? AND version = ? AND start_char = ? AND end_char = ?"
        " AND code_id = ? AND coder_id = ? AND removed_at IS NULL",
        [place[name] for name in _SPOT],
    )
    return found is not None
