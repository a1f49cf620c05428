"""Merging of codings: each GUID of either copy is in the study afterwards, at words that are its quote.

What one side did since the copies parted is taken; what both did is weighed: a coding that one removed
and the other changed stands. One coder's same code on the same words, made apart in both copies, is
one coding: the older stands, the younger is kept as removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...text import Outcome
from ..reading.replay import FACETS
from ..records import text_edits
from ..records.sources import bump_rev, text_of
from .merge_kit import Merging
from .merge_rows import CODING_COLUMNS, OTHER_COLUMNS, Coding, Place, read_codings
from .merge_texts import Text

_REMOVALS = ("coding_removed", "coding_restored")
_CHANGES = ("coding_facets", *_REMOVALS, text_edits.DECIDED)


@dataclass(slots=True)
class _Touched:
    """What happened to the codings of one source."""

    moved: int = 0
    review: list[dict[str, Any]] = field(default_factory=list)


def merge_codings(m: Merging, texts: Mapping[int, Text], versions: Mapping[int, int]) -> None:
    """Bring codings over; ``versions`` gives our number of their codebook versions."""
    _Codings(m, texts, versions).merge()


class _Codings:
    def __init__(self, m: Merging, texts: Mapping[int, Text], versions: Mapping[int, int]) -> None:
        self.m, self.texts, self.book = m, texts, versions
        self.ours = {c.guid: c for c in read_codings(m.ours)}
        self.was = {guid: (c.place, c.said()) for guid, c in self.ours.items()}
        known = {*CODING_COLUMNS, *OTHER_COLUMNS, "id", "quote", "rev"}
        self.rest = (*OTHER_COLUMNS, *(name for name in m.columns("coding") if name not in known))
        self.new: dict[str, Coding] = {}
        self.touched: dict[int, _Touched] = {}
        self._quotes: dict[tuple[int, int], str] = {}

    def merge(self) -> None:
        theirs = [self._in_our_ids(c) for c in read_codings(self.m.theirs, rest=self.rest)]
        known = self._their_places(theirs)
        self._move_ours(known)
        for coding in theirs:
            own = self.ours.get(coding.guid)
            if own is None:
                self._place(coding, "theirs")
                self.new[coding.guid] = coding
            else:
                self._join(own, coding)
        self._twins()
        self._raise_texts()
        self._store()
        self._report()

    def _in_our_ids(self, c: Coding) -> Coding:
        m = self.m
        c.source_id = m.map_of("source")[c.source_id]
        c.code_id, c.coder_id = m.map_of("code")[c.code_id], m.map_of("coder")[c.coder_id]
        suggestion, version, *more = c.rest
        number = None if suggestion is None else m.map_of("suggestion")[suggestion]
        c.rest = (number, self.book[version], *more)
        return c

    # --- places -----------------------------------------------------------------------------------

    def _their_places(self, theirs: Iterable[Coding]) -> dict[str, Place]:
        """Where their text, which is taken over, has codings that we have too."""
        found: dict[str, Place] = {}
        for c in theirs:
            text = self.texts.get(c.source_id)
            if text is not None and text.is_taken and c.guid in self.ours:
                found[c.guid] = (text.versions[c.place[0]], *c.place[1:])
        return found

    def _move_ours(self, known: Mapping[str, Place]) -> None:
        """Ours go along where the other copy's correction is taken over: as it moved them, or by it."""
        for own in self.ours.values():
            text = self.texts.get(own.source_id)
            if text is None or not text.is_taken:
                continue
            there = known.get(own.guid)
            if there is not None and there[0] == text.current and not self._decided("ours", own.guid):
                if there[1] != own.place[1] and own.removed_at is None:
                    self._touch(own.source_id).moved += 1
                own.place = there
            elif own.place[0] == text.was:
                self._place(own, "ours")

    def _decided(self, side: str, guid: str) -> bool:
        return self.m.since.has(side, guid, (text_edits.DECIDED,))

    def _place(self, c: Coding, side: str) -> None:
        """Onto the current text, where the quote is there; else it stays on its own version and waits."""
        text = self.texts.get(c.source_id)
        if text is None:
            return
        version, start, end = c.place
        number = text.versions[version] if side == "theirs" else version
        if number == text.current:
            c.place = (number, start, end)
            return
        to = text.place(self.m, side, version, start, end)
        if to.outcome is Outcome.NEEDS_REVIEW or to.start_char is None or to.end_char is None:
            c.place = (number, start, end)
            was_current = version == (text.their_current if side == "theirs" else text.was)
            if was_current and c.removed_at is None:
                self._touch(c.source_id).review.append(
                    {"guid": c.guid, "before": self._quote(c), "after": to.quote or None}
                )
            return
        c.place = (text.current, to.start_char, to.end_char)
        if to.start_char != start and c.removed_at is None:
            self._touch(c.source_id).moved += 1

    def _touch(self, source_id: int) -> _Touched:
        return self.touched.setdefault(source_id, _Touched())

    def _quote(self, c: Coding) -> str:
        key = (c.source_id, c.place[0])
        if key not in self._quotes:
            self._quotes[key] = text_of(self.m.ours, *key)
        return self._quotes[key][c.place[1] : c.place[2]]

    # --- codings both have ------------------------------------------------------------------------

    def _join(self, own: Coding, other: Coding) -> None:
        since, guid = self.m.since, own.guid
        text = self.texts.get(own.source_id)
        if text is not None and not text.is_taken and self._decided("theirs", guid):
            self._join_places(own, other)
        here, there = since.has("ours", guid, _CHANGES), since.has("theirs", guid, _CHANGES)
        if not there:
            return
        if (own.removed_at is None) != (other.removed_at is None):
            self._join_removal(own, other, here)
        if own.facets != other.facets:
            self._join_facets(own, other)

    def _join_places(self, own: Coding, other: Coding) -> None:
        """The other copy decided where a coding that waited belongs."""
        before = other.place
        self._place(other, "theirs")
        if own.place == other.place:
            return
        if self._decided("ours", own.guid):
            self._told("coding_place", own, "ours", theirs=list(before))
        else:
            own.place = other.place

    def _join_removal(self, own: Coding, other: Coding, here: bool) -> None:
        """Removed by one and left alone by the other: removed. Removed by one, changed by the other: it stands."""
        remover = "ours" if own.removed_at else "theirs"
        stander = "theirs" if own.removed_at else "ours"
        if remover == "theirs" and not here:
            own.removed_at, own.removed_by = other.removed_at, other.removed_by
        elif self.m.since.has(stander, own.guid, _CHANGES):
            own.removed_at = own.removed_by = None
            if self.m.since.has(remover, own.guid, _REMOVALS):
                self._told("coding_removed", own, "standing", removed_by=remover)

    def _join_facets(self, own: Coding, other: Coding) -> None:
        found = list(own.facets)
        for at, name in enumerate(FACETS):
            if own.facets[at] == other.facets[at]:
                continue
            here, there = (self._first(side, own.guid, name) for side in ("ours", "theirs"))
            if there is None:
                continue
            if here is None:
                found[at] = other.facets[at]
            else:
                self._told(
                    "coding_facets", own, "ours", field=name, ours=own.facets[at], theirs=other.facets[at]
                )
        own.facets = tuple(found)

    def _first(self, side: str, guid: str, facet: str) -> str | None:
        """The moment at which a side first changed a facet since the copies parted."""
        acts = self.m.since.acts(side, guid, ("coding_facets",))
        return next((act.at for act in acts if facet in act.now), None)

    def _told(self, kind: str, c: Coding, kept: str, **more: Any) -> None:
        text = self.texts.get(c.source_id)
        where = f"{text.name if text else 'source'} {c.place[1]} to {c.place[2]}"
        self.m.conflict(kind, c.guid, where, kept, **more)

    # --- one coding made in both copies -----------------------------------------------------------

    def _twins(self) -> None:
        """One coder's same code on the same words once only: the oldest stands."""
        standing: dict[tuple[Any, ...], list[Coding]] = {}
        for c in (*self.ours.values(), *self.new.values()):
            if c.removed_at is None:
                standing.setdefault(c.words, []).append(c)
        for same in standing.values():
            if len(same) > 1:
                first, *rest = sorted(same, key=lambda c: (c.made_at, c.guid))
                for c in rest:
                    self._fold(first, c)

    def _fold(self, first: Coding, second: Coding) -> None:
        m = self.m
        second.removed_at, second.removed_by = m.stamp.at, m.stamp.by
        m.guids[second.guid] = first.guid
        m.told.duplicates.append({"kept": first.guid, "other": second.guid})
        for at, name in enumerate(FACETS):
            one, two = first.facets[at], second.facets[at]
            if one is None and two is not None:
                first.facets = (*first.facets[:at], two, *first.facets[at + 1 :])
            elif two is not None and one != two:
                self._told("coding_facets", first, "older", field=name, ours=one, theirs=two)

    # --- storing ----------------------------------------------------------------------------------

    def _raise_texts(self) -> None:
        every = (*self.ours.values(), *self.new.values())
        highest: dict[int, int] = {}
        for c in every:
            if c.removed_at is None and c.source_id in self.texts:
                highest[c.source_id] = max(highest.get(c.source_id, 0), c.place[0])
        raised: dict[int, tuple[int, int]] = {}
        for source_id, version in highest.items():
            text = self.texts[source_id]
            if version > text.current:
                raised[source_id] = (text.current, text.raise_above(self.m))
        for c in every:
            old, top = raised.get(c.source_id, (0, 0))
            if top and c.place[0] == old:
                c.place = (top, *c.place[1:])

    def _store(self) -> None:
        m, changed = self.m, [c for c in self.ours.values() if self.was[c.guid][1] != c.said()]
        sources = {c.source_id for c in (*changed, *self.new.values())}
        revs = {source_id: bump_rev(m.ours, source_id) for source_id in sorted(sources)}
        self._update(changed, revs)
        columns = (
            *CODING_COLUMNS[:7],
            "quote",
            *FACETS,
            "removed_at",
            "removed_by",
            "made_at",
            *self.rest,
            "rev",
        )
        rows = (
            (
                *(c.guid, c.source_id, *c.place, c.code_id, c.coder_id, self._quote(c), *c.facets),
                *(c.removed_at, c.removed_by, c.made_at, *c.rest, revs[c.source_id]),
            )
            # Source by source: every insert reads its text once more, to compare the quote.
            for c in sorted(self.new.values(), key=lambda c: c.source_id)
        )
        m.told.added["codings"] += m.insert("coding", columns, rows)
        m.told.changed["codings"] += len(changed)
        self._remember(changed)

    def _update(self, changed: list[Coding], revs: Mapping[int, int]) -> None:
        """Out of the way first, then to their places, then standing or removed: none meets another on the way."""
        conn, at = self.m.ours.conn, self.m.stamp.at
        moving = [c for c in changed if self.was[c.guid][0] != c.place]
        conn.executemany("UPDATE coding SET removed_at = ? WHERE guid = ?", [(at, c.guid) for c in moving])
        conn.executemany(
            "UPDATE coding SET version = ?, start_char = ?, end_char = ?, quote = ? WHERE guid = ?",
            [(*c.place, self._quote(c), c.guid) for c in moving],
        )
        facets = ", ".join(f"{name} = ?" for name in FACETS)
        conn.executemany(
            f"UPDATE coding SET {facets}, removed_at = ?, removed_by = ?, rev = ? WHERE guid = ?",
            [
                (*c.facets, c.removed_at, c.removed_by, revs[c.source_id], c.guid)
                for c in sorted(changed, key=lambda c: c.removed_at is None)
            ],
        )

    def _remember(self, changed: list[Coding]) -> None:
        """What the event of the merge has to tell, for a replay: the changed ones as they were, and all as they are."""
        m = self.m
        sources, codes, coders = (
            dict(m.ours.conn.execute(f"SELECT id, {name} FROM {table}").fetchall())
            for table, name in (("source", "guid"), ("code", "guid"), ("coder", "name"))
        )

        def told(c: Coding, said: tuple[Any, ...]) -> dict[str, Any]:
            place, code, coder, facets, stands = said
            names = ("version", "start_char", "end_char")
            return {
                "source": sources[c.source_id],
                **dict(zip(names, place, strict=True)),
                "code": codes[code],
                "coder": coders[coder],
                **dict(zip(FACETS, facets, strict=True)),
                "removed": not stands,
            }

        m.told.before = {c.guid: told(c, self.was[c.guid][1]) for c in changed}
        m.told.codings = {c.guid: told(c, c.said()) for c in (*changed, *self.new.values())}

    def _report(self) -> None:
        changed = {c.source_id for c in self.ours.values() if self.was[c.guid][1] != c.said()}
        all_standing = self._standing()
        for source_id in sorted(changed | {c.source_id for c in self.new.values()} | self.touched.keys()):
            name, version = self.m.ours.conn.execute(
                "SELECT name, current_version FROM source WHERE id = ?", (source_id,)
            ).fetchone()
            did, standing = self._touch(source_id), all_standing.get(source_id, set())
            review = [r for r in did.review if r["guid"] in standing]
            self.m.told.sources.append(
                {
                    "source": name,
                    "version": version,
                    "kept": len(standing) - did.moved - len(review),
                    "moved": did.moved,
                    "needs_review": review,
                    "lost": 0,
                }
            )

    def _standing(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for c in (*self.ours.values(), *self.new.values()):
            if c.removed_at is None:
                found.setdefault(c.source_id, set()).add(c.guid)
        return found
