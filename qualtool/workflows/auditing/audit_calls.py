"""What the machine would say of every passage of a study, never learnt from the person's own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import SuggestionError
from ...suggest import CodeProfile, Learner, encode_study
from ...suggest.classifier import above_of
from ..suggestions.machine_units import notes_of, short_note
from ..suggestions.study_evidence import StudyEvidence, study_evidence
from ..suggestions.vectors import StoredEncoder, study_encoder

Progress = Callable[[int, int], None]
# A code is called where its score is at least this: half way between sure no and sure yes.
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calls:
    """``scores`` float and ``called`` bool, both (passages, codes), for ``known.units`` and ``profiles``."""

    known: StudyEvidence
    profiles: Sequence[CodeProfile]
    scores: np.ndarray
    called: np.ndarray
    encoder: StoredEncoder
    notes: list[str]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.known.units.rows


def calls_of(study: Path, sources: str = "all", *, progress: Progress | None = None) -> Calls:
    """Score every code for every passage; a code is called from ``THRESHOLD`` up, or with one below it.

    Passages that people decided on are scored by what was learnt from other participants only, so that
    no call repeats an answer it was taught.

    Raises:
        SuggestionError: no codes, nothing to read, or all that was decided is of one participant.
    """
    known = study_evidence(study, sources)
    if not known.codes:
        raise SuggestionError("There are no codes to audit: import or make a codebook first.")
    if not known.units.rows:
        raise SuggestionError("There is nothing to audit: import transcripts or a survey first.")
    encoder, note = study_encoder(study)
    texts = known.units.texts
    vectors, profiles = encode_study(texts, known.book.codes, encoder, progress=progress)
    allowed = {c.guid for c in known.codes}
    profiles = [p for p in profiles if p.guid in allowed]
    more = encoder.encode(list(known.wider)) if known.wider else None
    learner = Learner(texts, vectors, profiles, wider=known.wider, wider_vectors=more)
    scores = _scores(learner, known)
    called = scores >= THRESHOLD
    called |= called.astype(np.float32) @ above_of(profiles).astype(np.float32) > 0
    return Calls(
        known=known,
        profiles=profiles,
        scores=np.clip(scores, 0.0, 1.0),
        called=called,
        encoder=encoder,
        notes=notes_of(note, short_note(known.units), encoder.language_note(texts)),
    )


def _scores(learner: Learner, known: StudyEvidence) -> np.ndarray:
    table = learner.table(known.evidence)
    n = len(known.units.rows)
    decided = [row for row in table.rows if row < n]
    scores = np.zeros((n, len(learner.profiles)))
    rest = sorted(set(range(n)) - set(decided))
    if rest:
        scores[rest] = learner.fit_table(table, rest).values
    if decided:
        groups = [known.groups[row] if row < n else known.wider_groups[row - n] for row in table.rows]
        held = learner.out_of_fold(table, groups)
        if held is None:
            raise SuggestionError(
                "All that was coded or read so far is one participant's: a fair audit needs words of another."
            )
        at = [i for i, row in enumerate(table.rows) if row < n]
        scores[[table.rows[i] for i in at]] = held[0][at]
    return scores
