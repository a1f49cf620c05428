"""One yes-or-no question per code, learnt from what a person coded and what the codebook says.

Balanced logistic regression on [vector | wording]; each definition takes part as a passage that
counts four times, a yes for its own code and a no for the others. That makes the first few
codings go much further. A code nobody has used is scored by its likeness to its definition.

An answer may be unknown: of a passage coded with a parent nobody can say that its child is absent.
Such a cell takes no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .lexical import Lexicon
from .profiles import CodeProfile
from .regression import Rows, Weights, fit

_DEFINITION_WEIGHT = 4.0
# Likeness (cosine) to a score: 0.5 at the middle.
_MIDDLE = 0.5
_STEEPNESS = 8.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passages:
    """Texts with their vectors (float32, unit rows) and their features in one lexicon."""

    texts: list[str]
    vectors: np.ndarray
    lexical: Any  # scipy.sparse.csr_matrix, whose stubs do not know its methods

    def rows(self, wanted: Sequence[int] | np.ndarray) -> Passages:
        at = np.asarray(wanted, dtype=np.intp)
        return Passages(
            texts=[self.texts[i] for i in at.tolist()], vectors=self.vectors[at], lexical=self.lexical[at]
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """``values`` is float64 (texts, codes) in [0, 1]; ``pulls`` holds per learnt code its weights
    on the words of the lexicon, from which a reason names the words that counted; ``weights`` what
    was learnt, for a later fit to begin with (None where nothing could be)."""

    values: np.ndarray
    pulls: Mapping[int, np.ndarray]
    weights: Weights | None = None


def likeness_score(cosine: np.ndarray) -> np.ndarray:
    """A cosine as a score in [0, 1], rising."""
    return 1.0 / (1.0 + np.exp(-_STEEPNESS * (np.clip(cosine, -1.0, 1.0) - _MIDDLE)))


def score_codes(
    passages: Passages,
    profiles: Sequence[CodeProfile],
    marks: np.ndarray,
    targets: Passages,
    lexicon: Lexicon,
    *,
    known: np.ndarray | None = None,
    start: Weights | None = None,
) -> Scores:
    """Scores of every code for every target.

    Args:
        passages: what has been read and coded.
        marks: bool (passages, codes), what was coded there.
        targets: what is to be scored.
        known: bool (passages, codes), where an answer is known; None means everywhere.
        start: what an earlier fit of the same codes and lexicon learnt, to be quicker.
    """
    from threadpoolctl import threadpool_limits

    # One thread: the same codings give the same scores on any number of cores.
    with threadpool_limits(1):
        definitions = np.stack([profile.vectors[0] for profile in profiles])
        values = likeness_score(np.asarray(targets.vectors, np.float64) @ definitions.T.astype(np.float64))
        told = known if known is not None else np.ones(marks.shape, dtype=bool)
        learnable = _learnable(marks, told, len(profiles))
        if not len(learnable):
            return Scores(values=values, pulls={})
        rows = _training_rows(passages, profiles, definitions, lexicon)
        answers, weights = _answers(marks, told, profiles)
        learnt = fit(rows, answers[:, learnable], weights[:, learnable], codes=learnable, start=start)
        values[:, learnable] = learnt.scores(targets.vectors, targets.lexical)
        n_words = len(lexicon.words)
        pulls = {int(code): learnt.on_lexical[:n_words, at] for at, code in enumerate(learnable)}
        return Scores(values=values, pulls=pulls, weights=learnt)


def _learnable(marks: np.ndarray, known: np.ndarray, n_codes: int) -> np.ndarray:
    """Codes with a yes, and a no to set against it."""
    has_yes = (marks & known).any(axis=0) if len(marks) else np.zeros(n_codes, dtype=bool)
    has_no = (~marks & known).any(axis=0) if n_codes == 1 else np.ones(n_codes, dtype=bool)
    return np.flatnonzero(has_yes & has_no)


def _training_rows(
    passages: Passages, profiles: Sequence[CodeProfile], definitions: np.ndarray, lexicon: Lexicon
) -> Rows:
    import scipy.sparse as sp

    told = [profile.parts[0] for profile in profiles]
    return Rows(
        vectors=np.vstack([passages.vectors, definitions]).astype(np.float32),
        lexical=sp.csr_matrix(sp.vstack([passages.lexical, lexicon.features(told)], format="csr")),
    )


def _answers(
    marks: np.ndarray, known: np.ndarray, profiles: Sequence[CodeProfile]
) -> tuple[np.ndarray, np.ndarray]:
    """Answers and weights (passages and definitions, codes).

    The definition of a child says nothing against its parent, nor that of a parent against its child.
    """
    apart = ~related(profiles)
    np.fill_diagonal(apart, True)
    answers = np.vstack([marks, np.eye(len(profiles), dtype=bool)])
    weights = np.vstack([known.astype(np.float64), _DEFINITION_WEIGHT * apart])
    return answers, weights


def related(profiles: Sequence[CodeProfile]) -> np.ndarray:
    """Bool (codes, codes), symmetric: is one of two codes above the other?"""
    above = above_of(profiles)
    return above | above.T


def above_of(profiles: Sequence[CodeProfile]) -> np.ndarray:
    """Bool (codes, codes): does the code of the column stand above the code of the row?"""
    place = {profile.guid: at for at, profile in enumerate(profiles)}
    above = np.zeros((len(profiles), len(profiles)), dtype=bool)
    for at, profile in enumerate(profiles):
        for guid in profile.above:
            if guid in place:
                above[at, place[guid]] = True
    return above


def marks_of(
    labels: Iterable[tuple[int, str]], read: Sequence[int], profiles: Sequence[CodeProfile]
) -> np.ndarray:
    """Bool (read, codes): which code stands on which of the read segments.

    A child counts for every code above it.
    """
    row_of = {segment: row for row, segment in enumerate(read)}
    code_of = {profile.guid: at for at, profile in enumerate(profiles)}
    marks = np.zeros((len(read), len(profiles)), dtype=bool)
    for segment, guid in labels:
        if segment in row_of and guid in code_of:
            marks[row_of[segment], code_of[guid]] = True
    return with_parents(marks, profiles)


def with_parents(marks: np.ndarray, profiles: Sequence[CodeProfile]) -> np.ndarray:
    """Marks in which a child counts for every code above it."""
    return marks | (marks.astype(np.float32) @ above_of(profiles).astype(np.float32) > 0)


def known_of(marks: np.ndarray, profiles: Sequence[CodeProfile]) -> np.ndarray:
    """Bool (passages, codes): of a passage with a parent but not its child, the child is unknown."""
    parent_stands = marks.astype(np.float32) @ above_of(profiles).T.astype(np.float32) > 0
    return marks | ~parent_stands
