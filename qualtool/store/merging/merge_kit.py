"""What the parts of a merge share: the two studies, who knows whom, and what is told afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlite_utils import Database

from ..log.events import Stamp
from ..log.identity import scalar
from ..log.merge_log import Since

Side = Literal["ours", "theirs"]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What a person decided: on the codebook as a whole, on single codes by GUID, on people alike in name."""

    codebook: Side = "ours"
    codes: Mapping[str, Side] = field(default_factory=dict)
    same_coders: bool = False

    def on(self, code_guid: str) -> Side:
        return self.codes.get(code_guid, self.codebook)


@dataclass(slots=True)
class Told:
    """Everything that a merge found and did."""

    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    equal: Counter[str] = field(default_factory=Counter)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    codebook: list[dict[str, Any]] = field(default_factory=list)
    matched: list[dict[str, Any]] = field(default_factory=list)
    renamed: list[dict[str, Any]] = field(default_factory=list)
    duplicates: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    consents: list[list[str]] = field(default_factory=list)
    before: dict[str, dict[str, Any]] = field(default_factory=dict)
    codings: dict[str, dict[str, Any]] = field(default_factory=dict)
    memos: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        return not (self.added.total() or self.changed.total())


@dataclass(slots=True)
class Merging:
    """One merge inside its transaction. ``ids`` maps their row ids to ours by table, ``guids`` their GUIDs."""

    ours: Database
    theirs: Database
    stamp: Stamp
    since: Since
    decisions: Decisions
    told: Told = field(default_factory=Told)
    ids: dict[str, dict[int, int]] = field(default_factory=dict)
    guids: dict[str, str] = field(default_factory=dict)
    _next: dict[str, int] = field(default_factory=dict)

    def guid(self, theirs: str) -> str:
        """Our GUID of a thing of theirs."""
        return self.guids.get(theirs, theirs)

    def map_of(self, table: str) -> dict[int, int]:
        return self.ids.setdefault(table, {})

    def take_id(self, table: str) -> int:
        """The next free row id: rows go in by one statement, and others name them before."""
        if table not in self._next:
            self._next[table] = int(scalar(self.ours, f"SELECT coalesce(max(id), 0) FROM {table}"))
        self._next[table] += 1
        return self._next[table]

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Insert rows; returns how many."""
        found = list(rows)
        marks = ", ".join("?" for _ in columns)
        self.ours.conn.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", found)
        return len(found)

    def add(self, table: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert whole rows, with whatever columns the table has; returns how many."""
        if not rows:
            return 0
        columns = tuple(rows[0])
        return self.insert(table, columns, [[row[c] for c in columns] for row in rows])

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a table."""
        return tuple(row[1] for row in self.ours.conn.execute(f"PRAGMA table_info({table})"))

    def conflict(self, kind: str, what: str, where: str, kept: str, **more: Any) -> None:
        """Both sides changed one thing: what it is, where, and which version stands."""
        self.told.conflicts.append({"kind": kind, "guid": what, "where": where, "kept": kept, **more})

    def match(self, kind: str, name: str, ours: str, theirs: str) -> None:
        """A thing made apart in both copies that is one and the same."""
        self.guids[theirs] = ours
        self.told.matched.append({"kind": kind, "name": name, "ours": ours, "theirs": theirs})

    def free_name(self, kind: str, name: str, guid: str, taken: set[str]) -> str:
        """A name nobody has yet; what had to be renamed is told."""
        free, number = name, 2
        while free in taken:
            free, number = f"{name} ({number})", number + 1
        taken.add(free)
        if free != name:
            self.told.renamed.append({"kind": kind, "guid": guid, "name": name, "now": free})
        return free


def by_guid(db: Database, table: str) -> dict[str, dict[str, Any]]:
    """The rows of a table by GUID."""
    return {row["guid"]: row for row in db.query(f"SELECT * FROM {table} ORDER BY id")}
