"""Sources, named sets of them, and how far each was read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import UserInputError
from ..store import connection, sets
from ..store import sources as source_store
from .clock import stamp


def sources_of(study: Path, *, kind: str | None = "transcript") -> list[dict[str, Any]]:
    """Sources with n_chars, n_codings, n_turns, and per source who coded it and who finished reading it."""
    with connection.reading(study) as db:
        rows = source_store.sources(db, kind=kind)
        coders = sets.coders_by_source(db)
        readers = sets.readers_by_source(db)
    return [
        {**row, "coders": coders.get(row["id"], []), "read_by": readers.get(row["id"], [])} for row in rows
    ]


def source_sets(study: Path) -> list[dict[str, Any]]:
    """Named sets of sources: name, n, members (source names)."""
    with connection.reading(study) as db:
        return sets.source_sets(db)


def save_source_set(study: Path, name: str, members: Sequence[str], *, by: str) -> None:
    """Make a set of sources, or change the one of this name; without members it is removed.

    Raises:
        UserInputError: a blank name, or one that means something else.
    """
    wanted = " ".join(name.split())
    if not wanted or wanted in ("all", "transcripts", "answers"):
        raise UserInputError("A set needs a name of its own (not all, transcripts or answers).")
    with connection.writing(study) as db:
        ids = [source_store.find_source(db, member)["id"] for member in members]
        sets.save_set(db, wanted, ids, stamp(by))
