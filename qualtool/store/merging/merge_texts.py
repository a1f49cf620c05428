"""Merging of texts that were corrected in one copy or in both, and where stretches are afterwards.

A version is known by its digest, whatever its number. Where only the other copy corrected a text, from
the one that is ours, the correction is taken over, and our codings move with it. In every other case
our text stays the current one, the other copy's versions are kept beside it, and what they coded moves
onto ours: back along their corrections to the version that both have, and on along ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from ...text import Outcome, Placement, Reanchoring, place_through, reanchoring_between
from ..records import anchors, text_edits
from ..records.sources import text_of
from .merge_kit import Merging

Versions = dict[int, dict[int, str]]  # source id -> version -> digest of its text
_TEXT_ACTS = (text_edits.EDITED, text_edits.UNDONE)
_VERSION = ("source_id", "version", "text", "sha256", "n_chars", "word_starts", "made_by", "made_at")
_SEGMENT = (
    "source_id",
    "version",
    "kind",
    "position",
    "turn",
    "start_char",
    "end_char",
    "speaker_id",
    "n_words",
    "start_ms",
    "end_ms",
)


def versions_of(db: Database) -> Versions:
    """Digests of all text versions."""
    found: Versions = {}
    for source_id, version, digest in db.conn.execute(
        "SELECT source_id, version, sha256 FROM text_version ORDER BY source_id, version"
    ):
        found.setdefault(source_id, {})[version] = digest
    return found


def copy_versions(m: Merging, wanted: Sequence[tuple[int, int, int]]) -> None:
    """Copy text versions with their segments: their source id, their version, the version it becomes."""
    sources, speakers = m.map_of("source"), m.map_of("speaker")
    for source_id, version, number in wanted:
        at = (sources[source_id], number)
        where = "WHERE source_id = ? AND version = ?"
        texts = m.theirs.conn.execute(
            f"SELECT {', '.join(_VERSION[2:])} FROM text_version {where}", (source_id, version)
        )
        m.insert("text_version", _VERSION, [(*at, *row) for row in texts])
        segments = m.theirs.conn.execute(
            f"SELECT {', '.join(_SEGMENT[2:])} FROM segment {where} ORDER BY kind, position",
            (source_id, version),
        )
        m.insert("segment", _SEGMENT, [(*at, *row[:5], speakers[row[5]], *row[6:]) for row in segments])


@dataclass(slots=True, kw_only=True)
class Text:
    """The text of a source both copies have: its versions in each, and how stretches get onto ``current``."""

    source_id: int
    their_id: int
    guid: str
    their_guid: str
    name: str
    was: int
    current: int
    their_current: int
    ours: dict[int, str]
    theirs: dict[int, str]
    versions: dict[int, int] = field(default_factory=dict)  # their version -> ours
    is_taken: bool = False
    _ways: dict[tuple[str, int], tuple[tuple[Reanchoring, ...], ...]] = field(default_factory=dict)

    def settle(self, m: Merging) -> None:
        """Copy their versions we have not, and decide which text is the current one."""
        self.is_taken = self._is_ahead(m)
        self._copy(m)
        if self.is_taken:
            self.current = self.versions[self.their_current]
            anchors.set_current(m.ours, self.source_id, self.current)
            old, new = (text_of(m.ours, self.source_id, v) for v in (self.was, self.current))
            anchors.correct_cell(m.ours, self.source_id, old, new)
            m.told.changed["texts"] += 1

    def _is_ahead(self, m: Merging) -> bool:
        """Did they alone correct the text, beginning from the one that is ours?"""
        if self.ours[self.was] == self.theirs[self.their_current]:
            return False
        there = m.since.acts("theirs", self.their_guid, _TEXT_ACTS)
        if not there or m.since.has("ours", self.guid, _TEXT_ACTS):
            return False
        return self.theirs.get(int(there[0].was["version"])) == self.ours[self.was]

    def _copy(self, m: Merging) -> None:
        by_digest = {digest: version for version, digest in reversed(self.ours.items())}
        by_digest[self.ours[self.was]] = self.was
        new, number = [], max(self.ours)
        for version, digest in self.theirs.items():
            if self.ours.get(version) == digest and digest != self.ours[self.was]:
                self.versions[version] = version
            elif digest in by_digest:
                self.versions[version] = by_digest[digest]
            else:
                number += 1
                new.append((self.their_id, version, number))
                self.versions[version] = by_digest[digest] = number
        copy_versions(m, new)
        m.told.added["text_versions"] += len(new)

    # --- where stretches are ----------------------------------------------------------------------

    def place(self, m: Merging, side: str, version: int, start_char: int, end_char: int) -> Placement:
        """Where a stretch of a version of ``side`` (numbered as there) is in the current text.

        Asked along the corrections first, then by a plain comparison: a quote that is there unchanged
        needs nobody's review.
        """
        found: Placement | None = None
        for way in self._ways_from(m, side, version):
            place = place_through(way, start_char, end_char)
            if place.outcome is not Outcome.NEEDS_REVIEW:
                return place
            if found is None or found.start_char is None:
                found = place
        if found is None:
            raise ValueError("There is no way from one text to the other.")
        return found

    def _ways_from(self, m: Merging, side: str, version: int) -> tuple[tuple[Reanchoring, ...], ...]:
        key = (side, version)
        if key not in self._ways:
            db, source_id = (m.ours, self.source_id) if side == "ours" else (m.theirs, self.their_id)
            old, new = text_of(db, source_id, version), text_of(m.ours, self.source_id, self.current)
            plain = (reanchoring_between(old, new),)
            along = self._along(m, side, version)
            self._ways[key] = (along, plain) if along else (plain,)
        return self._ways[key]

    def _along(self, m: Merging, side: str, version: int) -> tuple[Reanchoring, ...]:
        """The corrections between: theirs backwards to what both have, then those of the text that stays."""
        if self.is_taken:
            start = version if side == "theirs" else self._their_number(version)
            return () if start is None else self._steps(m, "theirs", start, self.their_current)
        if side == "ours":
            return self._steps(m, "ours", version, self.current)
        base = self._common(version)
        back = tuple(s.inverse() for s in reversed(self._steps(m, "theirs", base, version)))
        return (*back, *self._steps(m, "ours", base, self.was))

    def _steps(self, m: Merging, side: str, old: int, new: int) -> tuple[Reanchoring, ...]:
        if old == new:
            return ()
        if side == "theirs":
            return text_edits.steps_between(m.theirs, self.their_id, self.their_guid, old, new)
        return text_edits.steps_between(m.ours, self.source_id, self.guid, old, new)

    def _their_number(self, version: int) -> int | None:
        digest = self.ours.get(version)
        return next((v for v, d in self.theirs.items() if d == digest), None)

    def _common(self, version: int) -> int:
        """The newest version up to theirs that both numbered alike; the first text is one."""
        alike = [v for v, d in self.theirs.items() if self.ours.get(v) == d and v <= version]
        return max(alike)

    # --- a version on top -------------------------------------------------------------------------

    def raise_above(self, m: Merging) -> int:
        """Put the current text on top once more, and return its number; codings are left to the caller.

        Codings that wait lie on an older version than the current one: on a later one they would look
        as if their text had been taken back.
        """
        old, top = self.current, anchors.newest_version(m.ours, self.source_id) + 1
        at, conn = (self.source_id, old), m.ours.conn
        for table, columns in (("text_version", _VERSION), ("segment", _SEGMENT)):
            conn.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT source_id, ?, {', '.join(columns[2:])}"
                f" FROM {table} WHERE source_id = ? AND version = ?",
                (top, *at),
            )
        conn.execute("UPDATE suggestion SET version = ? WHERE source_id = ? AND version = ?", (top, *at))
        pairs = conn.execute(
            "SELECT DISTINCT o.id, n.id FROM topic_member x JOIN segment o ON o.id = x.segment_id"
            " JOIN segment n ON n.source_id = o.source_id AND n.version = ? AND n.kind = o.kind"
            " AND n.position = o.position WHERE o.source_id = ? AND o.version = ?",
            (top, *at),
        ).fetchall()
        anchors.copy_topic_members(m.ours, pairs)
        self.current = top
        anchors.set_current(m.ours, self.source_id, top)
        m.told.added["text_versions"] += 1
        return top
