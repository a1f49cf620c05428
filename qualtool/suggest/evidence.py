"""What people decided, as rows a machine learns from: yes, no, and not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .classifier import above_of, known_of, marks_of
from .profiles import CodeProfile

Pair = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What people decided about segments (indexes) and codes (GUIDs).

    ``labels``: coded; ``read``: read and left without any code; ``denied``: a suggestion of this code
    was rejected for this segment; ``around``: the code is right for this wider passage (an index among
    the passages given beside the segments), though not for the words that were suggested.
    """

    labels: frozenset[Pair] = frozenset()
    read: frozenset[int] = frozenset()
    denied: frozenset[Pair] = frozenset()
    around: frozenset[Pair] = frozenset()

    @classmethod
    def of(
        cls,
        labels: Iterable[Pair],
        *,
        read: Iterable[int] = (),
        denied: Iterable[Pair] = (),
        around: Iterable[Pair] = (),
    ) -> Evidence:
        """Where a person coded what another rejected, the coding stands."""
        marked = frozenset(labels)
        return cls(
            labels=marked,
            read=frozenset(read),
            denied=frozenset(denied) - marked,
            around=frozenset(around),
        )

    def among(self, segments: Iterable[int]) -> Evidence:
        """Only what concerns these segments."""
        kept = set(segments)
        return Evidence(
            labels=frozenset(p for p in self.labels if p[0] in kept),
            read=self.read & kept,
            denied=frozenset(p for p in self.denied if p[0] in kept),
        )

    @property
    def segments(self) -> set[int]:
        return {i for i, _ in self.labels} | self.read | {i for i, _ in self.denied}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Evidence as arrays: ``rows`` (segments, then wider passages numbered on from ``n_segments``),
    ``marks`` and ``known``, bool (rows, codes)."""

    rows: list[int]
    marks: np.ndarray
    known: np.ndarray


def table_of(
    evidence: Evidence, profiles: Sequence[CodeProfile], *, order: Mapping[int, object], n_segments: int
) -> Table:
    """The evidence as a table; ``order`` gives each segment its place, so that rows given in another
    order teach the same."""
    rows = sorted(evidence.segments, key=lambda i: (order[i], i))
    marks = marks_of(evidence.labels, rows, profiles)
    seen = np.array([i in evidence.read for i in rows], dtype=bool).reshape(-1, 1) | marks.any(
        axis=1, keepdims=True
    )
    known = known_of(marks, profiles) & seen
    known |= _denied(evidence, rows, profiles) & ~marks
    wide = sorted({i for i, _ in evidence.around})
    more = marks_of(evidence.around, wide, profiles)
    return Table(
        rows=[*rows, *(n_segments + i for i in wide)],
        marks=np.vstack([marks, more]),
        known=np.vstack([known, more]),
    )


def unprompted(
    own: Iterable[Pair], rows: Sequence[int], marks: np.ndarray, profiles: Sequence[CodeProfile]
) -> np.ndarray:
    """Bool (rows, codes): where an answer tells how good suggestions are.

    ``own`` are labels that were given without a suggestion: cells that only accepted ones gave are left
    out, and segments that have no other labels. A segment without any label counts whole.
    """
    told = marks_of(own, rows, profiles)
    return (told | ~marks) & (told.any(axis=1) | ~marks.any(axis=1)).reshape(-1, 1)


def _denied(evidence: Evidence, rows: Sequence[int], profiles: Sequence[CodeProfile]) -> np.ndarray:
    """Bool (rows, codes): rejected there, itself or by a code above it."""
    row_of = {segment: row for row, segment in enumerate(rows)}
    code_of = {profile.guid: at for at, profile in enumerate(profiles)}
    denied = np.zeros((len(rows), len(profiles)), dtype=bool)
    for segment, guid in evidence.denied:
        if guid in code_of:
            denied[row_of[segment], code_of[guid]] = True
    return denied | (denied.astype(np.float32) @ above_of(profiles).T.astype(np.float32) > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What is not to be suggested: pairs, and the score from which a rejected one may come back."""

    pairs: frozenset[Pair] = frozenset()
    floors: Mapping[Pair, float] = field(default_factory=dict)

    def is_open(self, pair: Pair, score: float) -> bool:
        return pair not in self.pairs and score >= self.floors.get(pair, 0.0)


NEVER = 2.0


def closed_of(
    evidence: Evidence, profiles: Sequence[CodeProfile], rejected: Mapping[Pair, float] | None = None
) -> Closed:
    """A coded code is closed with all above it; a rejected one, until its floor, with all below it."""
    above = {profile.guid: profile.above for profile in profiles}
    pairs = {(i, guid) for i, code in evidence.labels for guid in (code, *above.get(code, ()))}
    floors: dict[Pair, float] = dict(rejected or {})
    for pair in evidence.denied:
        floors.setdefault(pair, NEVER)
    for (segment, code), floor in list(floors.items()):
        for profile in profiles:
            if code in profile.above:
                pair = (segment, profile.guid)
                floors[pair] = max(floor, floors.get(pair, 0.0))
    return Closed(pairs=frozenset(pairs), floors=floors)
