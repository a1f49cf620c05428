"""Codings as a merge reads them from either copy, and what must be there when it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ...errors import StudyIntegrityError
from ..reading.replay import FACETS
from .merge_kit import Merging

CODING_COLUMNS = (
    "guid",
    "source_id",
    "version",
    "start_char",
    "end_char",
    "code_id",
    "coder_id",
    *FACETS,
    "removed_at",
    "removed_by",
    "made_at",
)
OTHER_COLUMNS = ("suggestion_id", "codebook_version")

Place = tuple[int, int, int]  # version, start_char, end_char


@dataclass(slots=True)
class Coding:
    """One coding in our ids: as it is in one copy, or as it is to be."""

    guid: str
    source_id: int
    place: Place
    code_id: int
    coder_id: int
    facets: tuple[str | None, ...]
    removed_at: str | None
    removed_by: str | None
    made_at: str
    rest: tuple[Any, ...] = ()

    @property
    def words(self) -> tuple[Any, ...]:
        """What may stand once only."""
        return self.source_id, self.place, self.code_id, self.coder_id

    def said(self) -> tuple[Any, ...]:
        return self.place, self.code_id, self.coder_id, self.facets, self.removed_at is None


def read_codings(db: Database, *, rest: Sequence[str] = ()) -> list[Coding]:
    columns = (*CODING_COLUMNS, *rest)
    found: list[Coding] = []
    n = 7 + len(FACETS)
    for row in db.conn.execute(f"SELECT {', '.join(columns)} FROM coding ORDER BY id"):
        guid, source_id, version, start, end, code_id, coder_id = row[:7]
        place = (version, start, end)
        found.append(
            Coding(guid, source_id, place, code_id, coder_id, row[7:n], *row[n : n + 3], rest=row[n + 3 :])
        )
    return found


def require_all(m: Merging, before: Iterable[str]) -> None:
    """Every coding and memo of either copy is there.

    Raises:
        StudyIntegrityError: one would be lost; nothing is stored.
    """
    wanted = set(before)
    for table in ("coding", "memo"):
        wanted |= {row[0] for row in m.theirs.conn.execute(f"SELECT guid FROM {table}")}
    known = {row[0] for row in m.ours.conn.execute("SELECT guid FROM coding UNION ALL SELECT guid FROM memo")}
    lost = wanted - known
    if lost:
        told = f"The merge would lose {len(lost)} codings or memos; nothing was stored."
        raise StudyIntegrityError(told, problems=())


def all_guids(db: Database) -> list[str]:
    """GUIDs of all codings and memos."""
    sql = "SELECT guid FROM coding UNION ALL SELECT guid FROM memo"
    return [row[0] for row in db.conn.execute(sql)]
