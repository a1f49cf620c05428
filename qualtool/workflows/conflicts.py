"""Was a thing changed since somebody looked at it? The comparison, and the words for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ConflictError, Problem, UserInputError
from ..store import Database
from ..store.log.conflicts import suggestion_decision
from ..store.log.events import Stamp
from ..store.records import sources

NEXT = "Look at both versions, then decide."
_CHANGED = {
    "memo": "This memo was changed",
    "participant": "Their consent was changed",
    "set": "This set was changed",
    "topic": "The link of this topic was changed",
}


def conflict(
    what: str,
    guid: str,
    where: str,
    *,
    theirs: Mapping[str, Any],
    yours: Mapping[str, Any],
    change: Mapping[str, Any],
    message: str | None = None,
    me: str | None = None,
) -> ConflictError:
    """The error that carries both versions; ``change`` has ``by`` and ``at`` of theirs.

    Its problems describe both, without a word of either: whose, when, and which fields.
    """
    by, at = change.get("by"), change.get("at")
    whose = "by you, in another window" if by is not None and by == me else f"by {by}" if by else "elsewhere"
    when = f" on {at[:16].replace('T', ' ')} UTC" if at else ""
    happened = message or f"{_CHANGED.get(what, 'It was changed')} while you had it open"
    told = f"{happened}, {whose}{when}; nothing was overwritten."
    fields = ", ".join(name.replace("_", " ") for name in yours) or what
    problems = (
        Problem(where=where, message=told, next=NEXT),
        Problem(where=f"{where}, theirs", message=f"What stands: {fields}, {whose}{when}.", next=""),
        Problem(where=f"{where}, yours", message=f"What you wanted and was not stored: {fields}.", next=""),
    )
    return ConflictError(
        str(problems[0]),
        problems=problems,
        what=what,
        guid=guid,
        theirs=theirs,
        yours=yours,
        by=by,
        at=at,
    )


def merged(
    seen: Mapping[str, Any], stands: Mapping[str, Any], wanted: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Fields to change so that both people's changes hold, and the fields both changed differently.

    A field that only one of them changed, or both to the same, is no question.
    """
    changes = {name: value for name, value in wanted.items() if value != seen[name]}
    torn = [name for name, value in changes.items() if stands[name] not in (seen[name], value)]
    return {name: value for name, value in changes.items() if name not in torn}, torn


def require_open(
    db: Database, row: Mapping[str, Any], wanted: str, made: Stamp, *, despite: str | None = None
) -> None:
    """Refuse a decision on what somebody decided meanwhile, unless they decided what the person knows.

    A suggestion that the machine withdrew while the person was reading it is still theirs to decide, as
    long as its words stand in the text.

    Raises:
        ConflictError: with both decisions, ``wanted`` being this person's.
        UserInputError: the text it was made for was corrected, or erased.
    """
    if row["status"] in ("open", despite):
        return
    if row["status"] == "superseded":
        if _stands(db, row):
            return
        raise UserInputError("The text was corrected meanwhile: this suggestion was for words that are gone.")
    raise conflict(
        "suggestion",
        str(row["guid"]),
        "suggestion",
        theirs={"decision": row["status"]},
        yours={"decision": wanted},
        change=suggestion_decision(db, row["guid"]),
        message="This suggestion was decided meanwhile",
        me=made.by,
    )


def _stands(db: Database, row: Mapping[str, Any]) -> bool:
    if row["version"] != sources.find_source(db, row["source_guid"])["current_version"]:
        return False
    text = sources.text_of(db, row["source_id"], row["version"])
    return bool(row["quote"]) and text[row["start_char"] : row["end_char"]] == row["quote"]


def both_texts(first: str, second: str) -> str:
    """Two texts of one memo, one below the other; each only once."""
    parts = [part.strip() for part in (first, second) if part.strip()]
    return "\n\n".join(dict.fromkeys(parts))
