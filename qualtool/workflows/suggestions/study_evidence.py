"""What a machine may learn from in a study: units, codes, and what people decided about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...model import Code, Codebook
from ...store import Database
from ...store.file import connection
from ...store.machine import machine, suggestion_rows
from ...store.reading import frames
from ...store.records import codes as code_store
from ...suggest import Evidence
from ...suggest.evidence import NEVER
from .machine_units import Units, units_of

# A rejected suggestion may come back when the machine has changed much since: its code has twice the
# labels the run knew that made it, and ten more at least, and the score is a quarter of the scale higher.
RETURN_TIMES = 2
RETURN_MORE = 10
RETURN_HIGHER = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyEvidence:
    """``units`` and the codes that may be suggested; evidence by index of the unit and GUID of the code.

    ``wider`` are turns that evidence is about beside the units. ``groups`` and ``wider_groups`` tell whose
    words they are. ``floors`` tells of rejected pairs the
    score from which they may come back. ``n_labels`` counts segments by code GUID. ``prompted`` are labels
    that only accepted suggestions gave.
    """

    units: Units
    book: Codebook
    codes: tuple[Code, ...]
    code_ids: Mapping[str, int]
    evidence: Evidence
    floors: Mapping[tuple[int, str], float]
    wider: tuple[str, ...]
    wider_groups: tuple[str, ...]
    groups: tuple[str, ...]
    n_labels: Mapping[str, int]
    prompted: frozenset[tuple[int, str]]

    @property
    def done(self) -> set[int]:
        """Units that were coded, or read and left without a code."""
        return {i for i, _ in self.evidence.labels} | self.evidence.read


def study_evidence(study: Path, sources: str = "all", *, units: Units | None = None) -> StudyEvidence:
    """Read it from the study; ``units`` spares reading the texts again where they are the same."""
    with connection.reading(study) as db:
        return evidence_of(db, sources, units=units)


def evidence_of(db: Database, sources: str, *, units: Units | None = None) -> StudyEvidence:
    units = units if units is not None else units_of(db, sources)
    book = code_store.codebook(db)
    # Headings cannot be applied, and restricted codes leave nothing, not even a suggestion.
    codes = tuple(c for c in book.codes if c.is_codable and not c.is_restricted)
    allowed = {c.guid for c in codes}
    ids = code_store.code_ids(db)
    guid_of = {number: guid for guid, number in ids.items()}
    place = {row["id"]: i for i, row in enumerate(units.rows)}
    every = {
        (place[segment], guid_of[code]) for segment, code in machine.coded_segments(db) if segment in place
    }
    marked = {i for i, _ in every}
    read_sources = frames.read_marks(db)
    read = {i for i, row in enumerate(units.rows) if row["source_id"] in read_sources and i not in marked}
    labels = {pair for pair in every if pair[1] in allowed}
    n_labels = dict.fromkeys(allowed, 0)
    for _, guid in labels:
        n_labels[guid] += 1
    floors = _floors(db, place, guid_of, n_labels)
    turns = suggestion_rows.wrong_word_turns(db)
    # The same words by two people are one passage to learn from; it counts as the first one's.
    whose = {text: group for text, _, group in reversed(turns)}
    wider = tuple(sorted(whose))
    return StudyEvidence(
        units=units,
        book=book,
        codes=codes,
        code_ids=ids,
        evidence=Evidence.of(
            labels,
            read=read | {i for i in marked if i not in {s for s, _ in labels}},
            denied=floors,
            around=[
                (wider.index(text), guid_of[code]) for text, code, _ in turns if guid_of[code] in allowed
            ],
        ),
        floors=floors,
        wider=wider,
        wider_groups=tuple(whose[text] for text in wider),
        groups=tuple(str(row["participant_id"] or row["source"]) for row in units.rows),
        n_labels=n_labels,
        prompted=frozenset(
            (place[segment], guid_of[code])
            for segment, code in suggestion_rows.prompted_segments(db)
            if segment in place and guid_of[code] in allowed
        ),
    )


def _floors(
    db: Database, place: Mapping[int, int], guid_of: Mapping[int, str], n_labels: Mapping[str, int]
) -> dict[tuple[int, str], float]:
    found: dict[tuple[int, str], float] = {}
    for row in suggestion_rows.rejections(db):
        guid = guid_of[row["code_id"]]
        if row["segment_id"] not in place or guid not in n_labels:
            continue
        pair = (place[row["segment_id"]], guid)
        found[pair] = max(
            found.get(pair, 0.0), _floor(row["score"], row["labels"], row["code_id"], n_labels[guid])
        )
    return found


def _floor(score: float, labels: Mapping[str, int], code_id: int, now: int) -> float:
    """The score from which a rejected suggestion may come back; out of reach while little has changed."""
    then = labels.get(str(code_id))
    if then is None or now < RETURN_TIMES * then or now < then + RETURN_MORE:
        return NEVER
    return score + RETURN_HIGHER
