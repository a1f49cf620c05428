"""A study made ready for suggestions, kept in memory so that it can learn anew after each decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import SuggestionError
from ...store.machine.suggestion_rows import Proposal
from ...suggest import Calibration, Learner, ScoredCode, encode_study
from ...suggest.calibration import calibrate
from ...suggest.classifier import marks_of
from ...suggest.evidence import Table, closed_of, unprompted
from ...suggest.nearest import best_codes
from ...suggest.queue import useful_order
from .machine_units import notes_of, selection_of, short_note
from .study_evidence import StudyEvidence, study_evidence
from .vectors import study_encoder

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Key = tuple[int, int, int, int, int]
PER_CODE = 50
# Calibrated anew once there are a tenth more labels than at the last time.
_MORE_LABELS = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What one fit gave: suggestions in the order of the units, and what they were learnt from."""

    proposals: tuple[Proposal, ...]
    known: StudyEvidence
    calibration: Calibration | None
    returning: frozenset[Key]
    is_calibrated_anew: bool = False

    @property
    def labels(self) -> dict[str, int]:
        """Labels by id of the code, for the record of the run."""
        return {str(self.known.code_ids[guid]): n for guid, n in sorted(self.known.n_labels.items()) if n}


class StudyModel:
    """Texts, vectors and words of a study; ``fit`` learns from what people decided by now."""

    def __init__(
        self,
        study: Path,
        *,
        sources: str = "all",
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        calibration: Calibration | None = None,
        n_calibrated: int = 0,
    ) -> None:
        """``calibration`` is one made before, of ``n_calibrated`` labels.

        Raises:
        SuggestionError: no segments or no codes to suggest, or ``cancelled`` said yes.
        """
        self._study, self.sources = study, sources
        known = study_evidence(study, sources)
        if not known.codes:
            raise SuggestionError("There are no codes to suggest: import or make a codebook first.")
        if not known.units.rows:
            raise SuggestionError("There is nothing to suggest for: import transcripts or a survey first.")
        self.encoder, note = study_encoder(study)
        self._units = known.units
        self._codes = known.codes
        self._book = known.book
        texts = known.units.texts
        self._vectors, self._profiles = encode_study(
            texts, known.book.codes, self.encoder, progress=progress, cancelled=cancelled
        )
        allowed = {c.guid for c in known.codes}
        self._profiles = [p for p in self._profiles if p.guid in allowed]
        self._wider: tuple[str, ...] = ()
        self._learner = Learner(texts, self._vectors, self._profiles)
        self._weights: Any = None
        self._calibration, self._n_calibrated = calibration, n_calibrated
        self.notes = notes_of(
            note, short_note(known.units), self.encoder.language_note(texts, known.units.files)
        )

    def fit(self, *, top: int = 3, calibrating: bool = True) -> Made:
        """Learn from what people decided by now, and propose codes for units nobody has looked at."""
        known = study_evidence(self._study, self.sources, units=self._units)
        self._take_wider(known)
        targets = [i for i in range(len(self._units.rows)) if i not in known.done]
        table = self._learner.table(known.evidence)
        scores = self._learner.fit_table(table, targets, start=self._weights)
        self._weights = scores.weights
        is_due = calibrating and len(known.evidence.labels) >= self._n_calibrated * _MORE_LABELS
        if is_due:
            self._calibrate(known, table)
        closed = closed_of(known.evidence, self._profiles, dict(known.floors))
        found = best_codes(self._learner, table, scores, targets, closed, top, per_code=PER_CODE)
        places = self._places(found, targets, scores.values, known)
        return Made(
            proposals=tuple(self._proposal(one, place) for one, place in zip(found, places, strict=True)),
            known=known,
            calibration=self._calibration,
            returning=self._returning(found, known),
            is_calibrated_anew=is_due and self._calibration is not None,
        )

    def _take_wider(self, known: StudyEvidence) -> None:
        """Turns that people's decisions are about: embedded when they first come up."""
        if known.wider == self._wider:
            return
        self._wider = known.wider
        more = self.encoder.encode(list(known.wider)) if known.wider else None
        self._learner = Learner(
            self._units.texts, self._vectors, self._profiles, wider=known.wider, wider_vectors=more
        )
        self._weights = None  # the words are counted anew, so the old weights lie elsewhere

    def _calibrate(self, known: StudyEvidence, table: Table) -> None:
        n = self._learner.n_segments
        # Turns of "right code, wrong words" are their speakers' words, as the sentences in them are.
        groups = [known.groups[i] if i < n else known.wider_groups[i - n] for i in table.rows]
        held = self._learner.out_of_fold(table, groups)
        self._n_calibrated = len(known.evidence.labels)
        if held is not None:
            self._calibration = calibrate(
                held[0],
                table.marks,
                table.known,
                held[1],
                groups,
                self._profiles,
                counted=self._counted(known, table),
            )

    def _counted(self, known: StudyEvidence, table: Table) -> np.ndarray:
        """Where people answered without having seen a suggestion: neither accepted nor rejected ones."""
        evidence = known.evidence
        own = evidence.labels - known.prompted
        answered = {i for i, _ in own} | evidence.read
        rows = np.array([i in answered for i in table.rows], dtype=bool).reshape(-1, 1)
        denied = marks_of(evidence.denied, table.rows, self._profiles) & ~table.marks
        return rows & ~denied & unprompted(own, table.rows, table.marks, self._profiles)

    def _places(
        self, found: Sequence[ScoredCode], targets: Sequence[int], values: np.ndarray, known: StudyEvidence
    ) -> list[int]:
        """The place of each suggestion in the most useful order."""
        if not found:
            return []
        code_at = {p.guid: at for at, p in enumerate(self._profiles)}
        row_of = {segment: row for row, segment in enumerate(targets)}
        rejected = Counter(guid for _, guid in known.evidence.denied)
        order = useful_order(
            [one.segment for one in found],
            [code_at[one.code_guid] for one in found],
            self._vectors,
            [known.n_labels[p.guid] for p in self._profiles],
            values=values[[row_of[one.segment] for one in found]],
            n_rejected=[rejected[p.guid] for p in self._profiles],
        )
        places = [0] * len(found)
        for place, at in enumerate(order):
            places[at] = place
        return places

    def _proposal(self, one: ScoredCode, place: int) -> Proposal:
        told = None if self._calibration is None else self._calibration.probability(one.code_guid, one.score)
        return Proposal(
            selection=selection_of(self._units.rows[one.segment]),
            code_guid=one.code_guid,
            score=one.score,
            reason=one.reason,
            probability=told,
            place=place,
        )

    def _returning(self, found: Sequence[ScoredCode], known: StudyEvidence) -> frozenset[Key]:
        """Rejected suggestions that may come back, as the store keys them."""
        keys: list[Key] = []
        for one in found:
            if (one.segment, one.code_guid) in known.floors:
                row = self._units.rows[one.segment]
                at = (row["source_id"], row["version"], row["start_char"], row["end_char"])
                keys.append((*at, known.code_ids[one.code_guid]))
        return frozenset(keys)
