"""Quotes gathered for reading: one card a passage, groups with the most voices first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

FACETS = ("stance", "valence", "basis", "level")
CONSENT_WORDS: Mapping[str, str] = {
    "yes": "may be quoted",
    "paraphrase": "paraphrase only",
    "no": "not to be quoted",
    "withdrawn": "consent withdrawn",
    "unknown": "consent unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of one source with everything coded on exactly it.

    ``facets`` are words such as 'denies' or 'own', each once; ``speaker`` and ``role`` are blank
    where nobody of the study is known to speak there.
    """

    quote: str
    source: str
    source_guid: str
    start_char: int
    speaker: str
    role: str
    case: str
    consent: str
    codes: tuple[str, ...]
    coders: tuple[str, ...]
    facets: tuple[str, ...]

    @property
    def consent_words(self) -> str:
        return CONSENT_WORDS.get(self.consent, self.consent)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteGroup:
    """Passages under one heading, with the number of people they come from."""

    label: str
    n_people: int
    passages: tuple[Passage, ...]


def passages_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Passage, ...]:
    """Rows of ``themes.quotes`` with those on exactly the same stretch joined, in order of the sources."""
    found: dict[tuple[str, int, int], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["source_guid"], row["start_char"], row["end_char"]), []).append(row)
    return tuple(_joined(same) for same in found.values())


def _joined(rows: Sequence[Mapping[str, Any]]) -> Passage:
    first = rows[0]
    facets = [row[name] for name in FACETS for row in rows if row[name]]
    return Passage(
        quote=first["quote"],
        source=first["source"],
        source_guid=first["source_guid"],
        start_char=first["start_char"],
        speaker=first["participant"] or "",
        role=first["role"] or "",
        case=first["case"] or "",
        consent=first["consent"] or "unknown",
        codes=tuple(dict.fromkeys(row["code_path"] for row in rows)),
        coders=tuple(dict.fromkeys(row["coder"] for row in rows)),
        facets=tuple(dict.fromkeys(facets)),
    )


def quote_groups(rows: Sequence[Mapping[str, Any]], by: Literal["code_path", "role"]) -> list[QuoteGroup]:
    """The quotes by theme or by role: most people first, then most passages, then by name."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[by] or "unknown", []).append(row)
    groups = [
        QuoteGroup(
            label=label,
            n_people=len({row["participant"] for row in same if row["participant"]}),
            passages=passages_of(same),
        )
        for label, same in found.items()
    ]
    return sorted(groups, key=lambda group: (-group.n_people, -len(group.passages), group.label))
