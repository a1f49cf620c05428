"""Sources, named sets of them, and how far each was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import UserInputError
from ...store import Database
from ...store.file import connection
from ...store.log.conflicts import last_change, writing_or_setting_aside
from ...store.log.events import Stamp
from ...store.records import audits, sets
from ...store.records import sources as source_store
from ..clock import stamp
from ..conflicts import conflict


def sources_of(
    study: Path, *, kind: str | None = "transcript", coder: str | None = None
) -> list[dict[str, Any]]:
    """Sources with n_chars, n_codings, n_turns, and per source who coded it and who finished reading it.

    ``coder`` is who looks: in sources with passages of their running audit only their own work counts.
    """
    with connection.reading(study) as db:
        rows = source_store.sources(db, kind=kind)
        coders = sets.coders_by_source(db)
        readers = sets.readers_by_source(db)
        hidden = audits.withheld_from_name(db, coder)
        own = sets.codings_by_source(db, coder) if hidden and coder else {}
    found = [
        {**row, "coders": coders.get(row["id"], []), "read_by": readers.get(row["id"], [])} for row in rows
    ]
    return [_own_part(row, own, coder) if hidden.has_source(row["id"]) else row for row in found]


def _own_part(row: Mapping[str, Any], own: Mapping[int, int], coder: str | None) -> dict[str, Any]:
    mine = {key: [name for name in row[key] if name == coder] for key in ("coders", "read_by")}
    return {**row, **mine, "n_codings": own.get(row["id"], 0)}


def source_sets(study: Path) -> list[dict[str, Any]]:
    """Named sets of sources: name, n, members (source names)."""
    with connection.reading(study) as db:
        return sets.source_sets(db)


def save_source_set(
    study: Path,
    name: str,
    members: Sequence[str],
    *,
    by: str,
    seen: Sequence[str] | None = None,
) -> None:
    """Make a set of sources, or change the one of this name; without members it is removed.

    ``seen`` are the members as the person saw them, none where there was no such set. What others put
    in or took out since stays so: only the person's own changes are made.

    Raises:
        ConflictError: it was removed or made meanwhile, or changed before this removal.
        UserInputError: a blank name, or one that means something else.
    """
    wanted = " ".join(name.split())
    if not wanted or wanted in ("all", "transcripts", "answers"):
        raise UserInputError("A set needs a name of its own (not all, transcripts or answers).")
    made = stamp(by)
    with writing_or_setting_aside(study, made) as db:
        kept = members if seen is None else _joined(db, wanted, members, seen, made)
        ids = [source_store.find_source(db, member)["id"] for member in kept]
        sets.save_set(db, wanted, ids, made)


def _joined(
    db: Database, name: str, members: Sequence[str], seen: Sequence[str], made: Stamp
) -> Sequence[str]:
    """The members after this person's changes and everybody's since."""
    stands = next((row["members"] for row in sets.source_sets(db) if row["name"] == name), [])
    if set(stands) == set(seen) or set(stands) == set(members):
        return members
    if not stands or not members or not seen:
        raise conflict(
            "set",
            name,
            f"set '{name}'",
            theirs={"members": stands},
            yours={"members": list(members)},
            change=last_change(db, name, "set_saved"),
            me=made.by,
        )
    taken, put = set(seen) - set(members), [m for m in members if m not in seen]
    return [*(m for m in stands if m not in taken), *(m for m in put if m not in stands)]
