"""Texts rewritten where they stand, in every version, and everything that hangs on them moved along.

No version is added, for the old words must not stay; so offsets of segments, codings (removed ones
too) and suggestions are moved by the very edits, and quotes are read anew. No coding is lost: one that
began or ended inside replaced words reaches over what stands there now, and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlite_utils import Database

from ...text import Edit, Reanchoring, count_words, sha256, word_starts
from ..log.identity import scalar
from ..records.sources import bump_rev, pack_offsets


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPlace:
    """One text version; ``barriers`` are the offsets, rising, at which turns begin and end."""

    source_id: int
    guid: str
    source: str
    version: int
    is_current: bool
    text: str
    barriers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A coding, suggestion or segment before and after. ``is_cut``: it began or ended inside an edit."""

    table: str
    key: str | int
    version: int
    old: tuple[int, int]
    new: tuple[int, int]
    is_standing: bool
    is_touched: bool
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """One rewritten text version and what hung on it."""

    place: TextPlace
    edit: Reanchoring
    placed: tuple[Placed, ...]
    merged: tuple[str, ...]


Change = Callable[[TextPlace], Sequence[Edit]]
# (table, key, version, start_char, end_char) -> where it was before a name was put over its border.
Exact = Mapping[tuple[str, str | int, int, int, int], tuple[int, int]]


@dataclass(slots=True)
class Texts:
    """What was rewritten, by source id and version."""

    done: dict[tuple[int, int], Rewritten] = field(default_factory=dict)

    def by_guid(self) -> dict[tuple[str, int], Reanchoring]:
        """The mapping of each rewritten version by GUID of its source and number."""
        return {(r.place.guid, r.place.version): r.edit for r in self.done.values()}


def texts_of(db: Database, source_id: int | None = None) -> Iterator[TextPlace]:
    """Every text version of the study, or of one source, in the order of sources and versions."""
    where, bound = ("", ()) if source_id is None else (" WHERE s.id = ?", (source_id,))
    rows = db.conn.execute(
        "SELECT s.id, s.guid, s.name, v.version, s.current_version FROM text_version v"
        f" JOIN source s ON s.id = v.source_id{where} ORDER BY s.id, v.version",
        bound,
    ).fetchall()
    for number, guid, name, version, current in rows:
        text = scalar(
            db, "SELECT text FROM text_version WHERE source_id = ? AND version = ?", (number, version)
        )
        yield TextPlace(
            source_id=number,
            guid=guid,
            source=name,
            version=version,
            is_current=version == current,
            text=text,
            barriers=_barriers(db, number, version),
        )


def _barriers(db: Database, source_id: int, version: int) -> tuple[int, ...]:
    rows = db.conn.execute(
        "SELECT start_char FROM segment WHERE source_id = ? AND version = ? AND kind <> 'sentence'"
        " UNION SELECT end_char FROM segment WHERE source_id = ? AND version = ? AND kind <> 'sentence'"
        " ORDER BY 1",
        (source_id, version, source_id, version),
    )
    return tuple(int(row[0]) for row in rows)


def rewrite_texts(db: Database, change: Change, exact: Exact) -> Texts:
    """Rewrite every text version for which ``change`` gives edits; the guards must be lifted."""
    found = Texts()
    revisions: dict[int, int] = {}
    for place in texts_of(db):
        edits = change(place)
        edit = Reanchoring(place.text, edits) if edits else None
        if edit is None or edit.new == edit.old:
            continue
        if place.source_id not in revisions:
            revisions[place.source_id] = bump_rev(db, place.source_id)
        _store_text(db, place, edit.new)
        placed, merged = _move_codings(db, place, edit, exact, revisions[place.source_id])
        placed += _move_suggestions(db, place, edit, exact)
        placed += _move_segments(db, place, edit, exact)
        found.done[place.source_id, place.version] = Rewritten(
            place=place, edit=edit, placed=tuple(placed), merged=tuple(merged)
        )
    return found


def foreseen(db: Database, place: TextPlace, edit: Reanchoring) -> Rewritten:
    """What would come of an edit for the codings on a version; nothing is written."""
    rows = db.conn.execute(
        "SELECT guid, start_char, end_char, removed_at IS NULL FROM coding WHERE source_id = ? AND version = ?",
        (place.source_id, place.version),
    )
    placed = tuple(
        _placed(edit, "coding", guid, place.version, (start, end), bool(standing))
        for guid, start, end, standing in rows
    )
    return Rewritten(place=place, edit=edit, placed=placed, merged=())


def _store_text(db: Database, place: TextPlace, text: str) -> None:
    db.conn.execute(
        "UPDATE text_version SET text = ?, sha256 = ?, n_chars = ?, word_starts = ?"
        " WHERE source_id = ? AND version = ?",
        (
            text,
            sha256(text.encode()),
            len(text),
            pack_offsets(word_starts(text)),
            place.source_id,
            place.version,
        ),
    )


# --- codings and suggestions ----------------------------------------------------------------------


def moved_stretch(edit: Reanchoring, start: int, end: int) -> tuple[int, int]:
    """Where a marked stretch is in the new text; it always has a place there."""
    to = edit.place(start, end)
    if to.start_char is not None and to.end_char is not None:
        return to.start_char, to.end_char
    at = min(moved_border(edit, start), len(edit.new) - 1)
    return at, at + 1


def _placed(
    edit: Reanchoring, table: str, key: str | int, version: int, span: tuple[int, int], standing: bool
) -> Placed:
    start, end = span
    first, past = edit.before(start), edit.through(end)
    touching = [e for e in edit.edits[first:past] if e.start_char < end and e.end_char > start]
    is_cut = any(e.start_char < start or e.end_char > end for e in touching)
    return Placed(
        table=table,
        key=key,
        version=version,
        old=span,
        new=moved_stretch(edit, start, end),
        is_standing=standing,
        is_touched=bool(touching),
        is_cut=is_cut,
    )


def _with_exact(placed: Placed, exact: Exact, n_chars: int) -> Placed:
    wanted = exact.get((placed.table, placed.key, placed.version, *placed.old))
    if wanted is None or not 0 <= wanted[0] <= wanted[1] <= n_chars:
        return placed
    return replace(placed, new=wanted, is_cut=False)


def _move_codings(
    db: Database, place: TextPlace, edit: Reanchoring, exact: Exact, rev: int
) -> tuple[list[Placed], list[str]]:
    rows = db.conn.execute(
        "SELECT guid, start_char, end_char, removed_at IS NULL, code_id, coder_id FROM coding"
        " WHERE source_id = ? AND version = ? ORDER BY id",
        (place.source_id, place.version),
    ).fetchall()
    found: list[tuple[Placed, tuple[int, int]]] = []
    for guid, start, end, standing, code, coder in rows:
        one = _placed(edit, "coding", guid, place.version, (start, end), bool(standing))
        found.append((_with_exact(one, exact, len(edit.new)), (code, coder)))
    # Whole stretches first: one that was cut gives way to them.
    found.sort(key=lambda f: (f[0].is_cut, not f[0].is_standing))
    taken: set[tuple[int, int, int, int]] = set()
    placed: list[Placed] = []
    merged: list[str] = []
    for one, owner in found:
        free = _free(one, owner, taken) if one.is_standing else one.new
        if free is None:
            merged.append(str(one.key))
            free = one.new
        elif one.is_standing:
            taken.add((*free, *owner))
        placed.append(replace(one, new=free))
    db.conn.executemany(
        "UPDATE coding SET start_char = ?, end_char = ?, quote = ?, rev = ? WHERE guid = ?",
        ((*p.new, edit.new[slice(*p.new)], rev, p.key) for p in placed if _is_changed(p)),
    )
    return placed, merged


def _is_changed(placed: Placed) -> bool:
    return placed.is_touched or placed.new != placed.old


def _free(
    placed: Placed, owner: tuple[int, int], taken: set[tuple[int, int, int, int]]
) -> tuple[int, int] | None:
    """The stretch itself, or the widest part of it that the same code and coder do not hold already."""
    start, end = placed.new
    for length in range(end - start, 0, -1):
        for first in range(start, end - length + 1):
            if (first, first + length, *owner) not in taken:
                return first, first + length
        if not placed.is_touched:
            break
    return None


def _move_suggestions(db: Database, place: TextPlace, edit: Reanchoring, exact: Exact) -> list[Placed]:
    rows = db.conn.execute(
        "SELECT guid, start_char, end_char, status = 'open' FROM suggestion WHERE source_id = ? AND version = ?",
        (place.source_id, place.version),
    ).fetchall()
    placed = [
        _with_exact(
            _placed(edit, "suggestion", guid, place.version, (start, end), bool(is_open)),
            exact,
            len(edit.new),
        )
        for guid, start, end, is_open in rows
    ]
    db.conn.executemany(
        "UPDATE suggestion SET start_char = ?, end_char = ?, quote = ? WHERE guid = ?",
        ((*p.new, edit.new[slice(*p.new)], p.key) for p in placed if _is_changed(p)),
    )
    return placed


# --- segments -------------------------------------------------------------------------------------


def moved_border(edit: Reanchoring, offset: int) -> int:
    """Where a border between segments is now; one inside replaced words goes to their nearer end."""
    n = edit.before(offset)
    if _is_inside(edit, offset):
        over = edit.edits[n]
        is_late = 2 * (offset - over.start_char) >= over.end_char - over.start_char
        return over.start_char + edit.shift(n) + (len(over.text) if is_late else 0)
    return offset + edit.shift(n)


def _is_inside(edit: Reanchoring, offset: int) -> bool:
    n = edit.before(offset)
    return n < len(edit.edits) and edit.edits[n].start_char < offset


def _move_segments(db: Database, place: TextPlace, edit: Reanchoring, exact: Exact) -> list[Placed]:
    rows = db.conn.execute(
        "SELECT id, start_char, end_char FROM segment WHERE source_id = ? AND version = ? ORDER BY id",
        (place.source_id, place.version),
    ).fetchall()
    placed: list[Placed] = []
    for number, start, end in rows:
        now = (moved_border(edit, start), moved_border(edit, end))
        one = Placed(
            table="segment",
            key=number,
            version=place.version,
            old=(start, end),
            new=now,
            is_standing=True,
            is_touched=edit.through(end) > edit.before(start),
            is_cut=_is_inside(edit, start) or _is_inside(edit, end),
        )
        placed.append(_with_exact(one, exact, len(edit.new)))
    db.conn.executemany(
        "UPDATE segment SET start_char = ?, end_char = ?, n_words = ? WHERE id = ?",
        ((*p.new, count_words(edit.new[slice(*p.new)]), p.key) for p in placed if _is_changed(p)),
    )
    return placed


def report_rows(
    db: Database, texts: Texts, *, gone: Collection[str] = (), reviews_touched: bool = False
) -> list[dict[str, Any]]:
    """One row a source whose texts were rewritten, as the contract has it, counting standing codings.

    ``gone`` are codings that went with the words; they are counted as ``withdrawn`` alone. With
    ``reviews_touched`` every other coding whose quote changed needs review, not only one that was cut.
    """
    by_source: dict[int, dict[str, Any]] = {}
    for one in texts.done.values():
        row = by_source.setdefault(one.place.source_id, _blank_row(one.place))
        if one.place.is_current:
            row["version"] = one.place.version
            row["n_replaced"] += len(one.edit.edits)
        row["merged"] += one.merged
        for p in one.placed:
            if p.table == "coding" and p.is_standing:
                if p.key in gone:
                    row["withdrawn"] += 1
                else:
                    _count(row, p, one.edit, p.is_cut or (reviews_touched and p.is_touched))
    for number, row in by_source.items():
        row["source"] = scalar(db, "SELECT name FROM source WHERE id = ?", (number,))
        # Codings on a version that held none of the words stayed as they were.
        for version, n in db.conn.execute(
            "SELECT version, count(*) FROM coding WHERE source_id = ? AND removed_at IS NULL GROUP BY version",
            (number,),
        ):
            row["kept"] += 0 if (number, version) in texts.done else n
    return list(by_source.values())


def _blank_row(place: TextPlace) -> dict[str, Any]:
    return {
        "source": place.source,
        "version": place.version,
        "kept": 0,
        "moved": 0,
        "needs_review": [],
        "lost": 0,
        "withdrawn": 0,
        "renamed": 0,
        "merged": [],
        "n_replaced": 0,
    }


def _count(row: dict[str, Any], placed: Placed, edit: Reanchoring, needs_review: bool) -> None:
    if needs_review:
        # What it was is erased; only what it is can be shown.
        after = edit.new[slice(*placed.new)]
        row["needs_review"].append({"guid": placed.key, "before": None, "after": after})
    elif placed.new == placed.old:
        row["kept"] += 1
    else:
        row["moved"] += 1
    row["renamed"] += placed.is_touched
