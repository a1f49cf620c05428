"""Who did what and when, and what the study was at any moment before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from ...errors import UserInputError
from ...store.file import connection
from ...store.log import history as history_store
from ...store.log.identity import scalar
from ...store.reading import replay
from ...store.records import codebook_versions
from ...store.records import sources as source_store
from .undo_event import can_undo


def moment_of(text: str, *, where: str = "time") -> str:
    """A time a person gave, as ISO 8601 in UTC; a date alone means the end of that day.

    Raises:
        UserInputError: it is neither a date nor a time.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as err:
        raise UserInputError.single(
            where,
            f"'{text}' is no time.",
            "Write it as 2026-01-31 or 2026-01-31T14:30 (UTC), or with an offset as +01:00.",
        ) from err
    if len(text.strip()) <= len("2026-01-31"):
        moment = datetime.combine(moment.date(), time.max)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def events_of(
    study: Path,
    *,
    by: str | None = None,
    kinds: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    target: str | None = None,
    limit: int = -1,
) -> list[dict[str, Any]]:
    """Events that fit, oldest first: the log's columns, ``target`` (a name), ``is_undone``, ``can_undo``.

    ``target`` is a GUID, or the name of a source. ``can_undo`` says that its kind can be taken back;
    whether later work stands in the way shows when it is tried.
    """
    with connection.reading(study) as db:
        wanted = target
        if target is not None:
            found = scalar(db, "SELECT guid FROM source WHERE name = ?", (target,))
            wanted = str(found) if found else target
        rows = history_store.find_events(
            db,
            by=by,
            kinds=kinds,
            since=None if since is None else moment_of(since),
            until=None if until is None else moment_of(until),
            target=wanted,
            limit=limit,
        )
        names = history_store.names_of_targets(db)
        last = history_store.last_erasure(db)
    return [
        {
            **row,
            "target": names.get(row["target_guid"], row["target_guid"]),
            "can_undo": can_undo(row["kind"]) and not row["is_undone"] and row["id"] > last,
        }
        for row in rows
    ]


def acts_told(study: Path, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Events (``id``, ``at``, ``by``, ``kind``) as rows of a table: when, who, what, and on what, by name."""
    if not events:
        return []
    first = min(str(event["at"]) for event in events)[:10]
    names = {event["id"]: event["target"] for event in events_of(study, since=f"{first}T00:00:00")}
    return [
        {
            "when (UTC)": str(event["at"])[:16].replace("T", " "),
            "who": event["by"],
            "what": str(event["kind"]).replace("_", " "),
            "on": names.get(event["id"], ""),
            "no. in History": event["id"],
        }
        for event in events
    ]


def history(study: Path, *, at: str | None = None, **filters: Any) -> dict[str, Any]:
    """The document of ``qualtool history``: ``{"events": [...]}``, and with ``at`` the state at that time.

    ``state`` holds codings and memos that stood, and the codebook, rebuilt from the log; only events up
    to that time are given then.

    Raises:
        UserInputError: a time cannot be read.
    """
    if at is None:
        return {"events": events_of(study, **filters)}
    moment = moment_of(at, where="--at")
    filters["until"] = min(moment_of(filters["until"]), moment) if filters.get("until") else moment
    return {"at": moment, "events": events_of(study, **filters), "state": state_at(study, moment)}


def state_at(study: Path, at: str) -> dict[str, Any]:
    """What stood at a time: ``{"event", "codings", "memos", "codebook": {"version", "title", "codes"}}``."""
    with connection.reading(study) as db:
        number = history_store.event_at(db, moment_of(at))
        state = replay.state_at(db, number).standing()
        version = state["codebook_version"]
        book = codebook_versions.codebook_at(db, version) if version else None
        paths = {code.guid: book.path(code) for code in book.codes} if book else {}
        keys = {code.guid: code.key for code in book.codes} if book else {}
        names = {row["guid"]: row["name"] for row in source_store.sources(db)}
    codings = [
        {
            "guid": guid,
            **{k: v for k, v in coding.items() if k != "removed"},
            "source": names.get(coding["source"], coding["source"]),
            "code": keys.get(coding["code"], coding["code"]),
            "code_path": paths.get(coding["code"]),
        }
        for guid, coding in state["codings"].items()
    ]
    memos = [
        {"guid": guid, "target_kind": memo["on"][0], "target_guid": memo["on"][1], **_shown(memo)}
        for guid, memo in state["memos"].items()
    ]
    codes = [{"guid": c.guid, "code": c.key, "code_path": paths[c.guid]} for c in book.codes] if book else []
    return {
        "event": number,
        "codings": codings,
        "memos": memos,
        "codebook": {"version": version, "title": book.title if book else None, "codes": codes},
    }


def _shown(memo: dict[str, Any]) -> dict[str, Any]:
    return {"coder": memo["coder"], "text": memo["text"]}


def log_summary(study: Path) -> dict[str, Any]:
    """Who is in the log, and which kinds of events: ``{"by", "kinds", "n"}``."""
    with connection.reading(study) as db:
        return history_store.log_summary(db)
