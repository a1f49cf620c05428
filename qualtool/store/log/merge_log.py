"""What each of two copies of a study did since they parted, told by their event logs.

Two logs begin alike; after that, an act of one is known to the other where it was merged before: then
it stands there as a ``merged_act`` with the moment and kind it had. Acts are told apart by all that
they say, so that copies may be merged in any order, over and over, also by way of a third.

    study_merged  one merge. before: the codings it changed, as they were; after: codings and memos it
                  brought or changed, packed as in ``replay``, codebook_version, from, counts
    merged_act    an act of the other copy, by whoever did it. after: at, kind, before, after, number
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from .events import Stamp

MERGED, ACT = "study_merged", "merged_act"
# An act that erased words holds the whole state after it; taken over, it is marked instead.
_BULK, _MARK = "checkpoint", "erased"

Erasure = tuple[str, str, int]  # kind, target, number of names

_COLUMNS = "id, at, by, kind, target_kind, target_guid, before, after, undoes"
_AS_DONE = (
    f"SELECT id, iif(kind = '{ACT}', json_extract(after, '$.at'), at), by,"
    f" iif(kind = '{ACT}', json_extract(after, '$.kind'), kind), target_kind, target_guid,"
    f" iif(kind = '{ACT}', json_extract(after, '$.before'), json(before)),"
    f" iif(kind = '{ACT}', json_extract(after, '$.after'), json(after)), undoes"
    " FROM event WHERE id > ? ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class Act:
    """One act as it was done, in whichever copy; ``before`` and ``after`` are JSON."""

    number: int
    at: str
    by: str
    kind: str
    target_kind: str
    target_guid: str
    before: str | None
    after: str | None
    undoes: int | None

    @property
    def was(self) -> dict[str, Any]:
        return json.loads(self.before) if self.before else {}

    @property
    def now(self) -> dict[str, Any]:
        return json.loads(self.after) if self.after else {}

    @property
    def erases(self) -> bool:
        text = self.after or ""
        return (_BULK in text or _MARK in text) and not {_BULK, _MARK}.isdisjoint(self.now)

    @property
    def n_erased(self) -> int:
        now = self.now
        return int(now.get("n_rows", now.get(_MARK, 0)))

    def key(self) -> bytes:
        said = (self.at, self.by, self.kind, self.target_kind, self.target_guid)
        if self.kind != MERGED and not self.erases:
            said = (*said, self.before or "", self.after or "")
        return hashlib.blake2b("\x1f".join(said).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(slots=True)
class Since:
    """Acts since the copies parted: those only we have, those only they have; when, and after how many."""

    ours: list[Act]
    theirs: list[Act]
    parted_at: str
    n_alike: int
    erased: tuple[list[Erasure], list[Erasure]] = ([], [])  # by us, by them, whether known or not
    _by_target: dict[str, dict[str, list[Act]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for side, acts in (("ours", self.ours), ("theirs", self.theirs)):
            found: dict[str, list[Act]] = {}
            for act in acts:
                found.setdefault(act.target_guid, []).append(act)
            self._by_target[side] = found

    def acts(self, side: str, guid: str, kinds: Iterable[str]) -> list[Act]:
        """Acts of one side on a thing, oldest first."""
        wanted = frozenset(kinds)
        return [act for act in self._by_target[side].get(guid, ()) if act.kind in wanted]

    def has(self, side: str, guid: str, kinds: Iterable[str]) -> bool:
        return bool(self.acts(side, guid, kinds))

    def is_later(self, moment: str) -> bool:
        """Did something happen after the copies parted?"""
        return moment > self.parted_at


def since_parting(ours: Database, theirs: Database) -> Since:
    """Compare two logs."""
    same, parted_at = _alike(ours, theirs)
    mine, other = _rest(ours, same), _rest(theirs, same)
    return Since(
        ours=_unknown(mine, other),
        theirs=_unknown(other, mine),
        parted_at=parted_at,
        n_alike=same,
        erased=(_erasures(mine), _erasures(other)),
    )


def _erasures(acts: list[Act]) -> list[Erasure]:
    """Those done in this very copy: what was taken over from another is only marked."""
    own = (act for act in acts if act.erases and _BULK in act.now)
    return sorted((act.kind, act.target_guid, act.n_erased) for act in own)


def _alike(ours: Database, theirs: Database) -> tuple[int, str]:
    """How many events two logs begin with alike, and when the last of them was."""
    sql = f"SELECT {_COLUMNS} FROM event ORDER BY id"
    last, moment = 0, ""
    for mine, other in zip(ours.conn.execute(sql), theirs.conn.execute(sql), strict=False):
        if mine != other:
            break
        last, moment = int(mine[0]), max(moment, str(mine[1]))
    return last, moment


def _rest(db: Database, since: int) -> list[Act]:
    return [Act(*row) for row in db.conn.execute(_AS_DONE, (since,))]


def _unknown(acts: list[Act], known: list[Act]) -> list[Act]:
    left = Counter(act.key() for act in known)
    found: list[Act] = []
    for act in acts:
        key = act.key()
        if left[key]:
            left[key] -= 1
        else:
            found.append(act)
    return found


def take_over(db: Database, acts: Iterable[Act], stamp: Stamp) -> int:
    """Write the other copy's acts into the log, each by whoever did it; returns how many."""
    rows = [
        (stamp.at, act.by, ACT, act.target_kind, act.target_guid, _packed(act))
        for act in acts
        if act.target_kind != "member"  # who may log in is each copy's own affair
    ]
    db.conn.executemany(
        "INSERT INTO event (at, by, kind, target_kind, target_guid, after) VALUES (?, ?, ?, ?, ?, ?)", rows
    )
    return len(rows)


def _packed(act: Act) -> str:
    """JSON put together from JSON: there may be a hundred thousand."""
    head = json.dumps({"at": act.at, "kind": act.kind, "number": act.number, "undoes": act.undoes})
    if act.kind == MERGED:
        return head
    if act.erases:
        return f'{head[:-1]}, "after": {json.dumps({_MARK: act.n_erased})}}}'
    rest = "".join(
        f', "{name}": {text}' for name, text in (("before", act.before), ("after", act.after)) if text
    )
    return f"{head[:-1]}{rest}}}"
