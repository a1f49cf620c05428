"""Thread (D6): one theme through all strands, in the order of time.

After O'Cathain, Murphy & Nicholl 2010: a theme found in one strand is followed through the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ("code", "coding", "memo", "proposition", "verdict", "override", "meta-inference", "feedback")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEntry:
    """Something that happened with the theme: ISO time, kind, strand (or blank), what, and who."""

    at: str
    kind: str
    strand: str
    what: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadCount:
    """Codings of the theme in one span of time and one strand. ``n_people`` is None in a release."""

    when: str
    strand: str
    n_codings: int
    n_people: int | None
    n_sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The display: counts by time and strand, and by strand; entries in order of time."""

    theme: str
    name: str
    span: str
    counts: tuple[ThreadCount, ...]
    strands: tuple[ThreadCount, ...]
    entries: tuple[ThreadEntry, ...]
    n_suppressed: int = 0


def thread(
    theme: str, name: str, codings: Sequence[Mapping[str, Any]], entries: Sequence[ThreadEntry]
) -> Thread:
    """The display of ``codings`` (made_at, strand, source, participant) and other ``entries``.

    Time runs by month, or by day where all was coded within one month.
    """
    months = {str(row["made_at"])[:7] for row in codings}
    width, span = (7, "month") if len(months) > 1 else (10, "day")
    counted: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    by_strand: dict[str, list[Mapping[str, Any]]] = {}
    for row in codings:
        counted.setdefault((str(row["made_at"])[:width], row["strand"]), []).append(row)
        by_strand.setdefault(row["strand"], []).append(row)
    told = [
        ThreadEntry(
            at=when,
            kind="coding",
            strand=strand,
            what=_told(rows),
            by=", ".join(sorted({row["coder"] for row in rows})),
        )
        for (when, strand), rows in counted.items()
    ]
    return Thread(
        theme=theme,
        name=name,
        span=span,
        counts=tuple(_count(when, strand, rows) for (when, strand), rows in sorted(counted.items())),
        strands=tuple(_count("all", strand, rows) for strand, rows in sorted(by_strand.items())),
        entries=tuple(sorted([*told, *entries], key=lambda e: (e.at[:width], _place(e), e.at))),
    )


def _place(entry: ThreadEntry) -> int:
    return KINDS.index(entry.kind) if entry.kind in KINDS else len(KINDS)


def _count(when: str, strand: str, rows: Sequence[Mapping[str, Any]]) -> ThreadCount:
    return ThreadCount(
        when=when,
        strand=strand,
        n_codings=len(rows),
        n_people=len({row["participant"] for row in rows if row["participant"]}),
        n_sources=len({row["source"] for row in rows}),
    )


def _told(rows: Sequence[Mapping[str, Any]]) -> str:
    sources = Counter(row["source"] for row in rows)
    n = len(rows)
    return f"{n} coding{'s' if n != 1 else ''} in {len(sources)} source{'s' if len(sources) != 1 else ''}"
