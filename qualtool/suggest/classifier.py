"""One yes-or-no question per code, learnt from what a person coded and what the codebook says.

Balanced logistic regression on [vector | wording]; each definition takes part as a passage that
counts four times, a yes for its own code and a no for the others. That makes the first few
codings go much further. A code nobody has used is scored by its likeness to its definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .lexical import Lexicon
from .profiles import CodeProfile

# Inverse strength of the penalty; results are flat between 1 and 10.
_C = 2.0
_DEFINITION_WEIGHT = 4.0
_MAX_ITERATIONS = 500
# Where the descent stops; scores then differ from the exact optimum in the third place or later.
_GRADIENT = 1e-6
_CHANGE = 1e-9
# Up to here the problem is turned into the space of its rows, which is exact and much smaller;
# above, the wording is reduced to its main directions.
_MAX_ROTATED = 2000
_N_DIRECTIONS = 300
# Likeness (cosine) to a score: 0.5 at the middle.
_MIDDLE = 0.5
_STEEPNESS = 8.0
_MIN_LENGTH = 1e-6


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
    on the words of the lexicon, from which a reason names the words that counted."""

    values: np.ndarray
    pulls: Mapping[int, np.ndarray]


def likeness_score(cosine: np.ndarray) -> np.ndarray:
    """A cosine as a score in [0, 1], rising."""
    return 1.0 / (1.0 + np.exp(-_STEEPNESS * (np.clip(cosine, -1.0, 1.0) - _MIDDLE)))


def score_codes(
    passages: Passages,
    profiles: Sequence[CodeProfile],
    marks: np.ndarray,
    targets: Passages,
    lexicon: Lexicon,
) -> Scores:
    """Scores of every code for every target.

    Args:
        passages: what has been read and coded.
        marks: bool (passages, codes), what was coded there.
        targets: what is to be scored.
    """
    from threadpoolctl import threadpool_limits

    # One thread: the same codings give the same scores on any number of cores.
    with threadpool_limits(1):
        definitions = np.stack([profile.vectors[0] for profile in profiles])
        values = likeness_score(np.asarray(targets.vectors, np.float64) @ definitions.T.astype(np.float64))
        learnable = _learnable(marks, len(profiles))
        if not len(learnable):
            return Scores(values=values, pulls={})
        rows = _training_rows(passages, profiles, definitions, lexicon)
        answers = np.vstack([marks, np.eye(len(profiles), dtype=bool)])
        weights = np.ones(len(answers))
        weights[len(marks) :] = _DEFINITION_WEIGHT
        learnt = _fit(rows, answers[:, learnable], weights)
        decisions = (
            targets.vectors.astype(np.float64) @ learnt.on_vectors
            + targets.lexical @ learnt.on_lexical
            + learnt.intercepts
        )
        values[:, learnable] = _logistic(decisions)
        n_words = len(lexicon.words)
        pulls = {int(code): learnt.on_lexical[:n_words, at] for at, code in enumerate(learnable)}
        return Scores(values=values, pulls=pulls)


def _learnable(marks: np.ndarray, n_codes: int) -> np.ndarray:
    """Codes with a yes, and a no to set against it."""
    has_yes = marks.any(axis=0) if len(marks) else np.zeros(n_codes, dtype=bool)
    has_no = (~marks).any(axis=0) if n_codes == 1 else np.ones(n_codes, dtype=bool)
    return np.flatnonzero(has_yes & has_no)


def _training_rows(
    passages: Passages, profiles: Sequence[CodeProfile], definitions: np.ndarray, lexicon: Lexicon
) -> Passages:
    import scipy.sparse as sp

    told = [profile.parts[0] for profile in profiles]
    return Passages(
        texts=[*passages.texts, *told],
        vectors=np.vstack([passages.vectors, definitions]).astype(np.float64),
        lexical=sp.csr_matrix(sp.vstack([passages.lexical, lexicon.features(told)], format="csr")),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Learnt:
    on_vectors: np.ndarray
    on_lexical: np.ndarray
    intercepts: np.ndarray


def _fit(rows: Passages, answers: np.ndarray, weights: np.ndarray) -> _Learnt:
    """Weights (features, codes) of one balanced regression per code."""
    axes = _rotated(rows) if len(weights) <= _MAX_ROTATED else _compressed(rows)
    coefficients, intercepts = regressions(axes.features, answers, weights)
    return _Learnt(
        on_vectors=axes.to_vectors @ coefficients,
        on_lexical=np.asarray(axes.to_lexical @ coefficients),
        intercepts=intercepts,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Axes:
    """Training rows in few dense features, and how weights on these lead back to the real ones."""

    features: np.ndarray
    to_vectors: np.ndarray
    to_lexical: np.ndarray


def _rotated(rows: Passages) -> _Axes:
    """The rows in axes of their own: as many features as rows, and exactly the same regression.

    The penalty is a length, which a rotation keeps, and no weight outside the span of the rows
    can help.
    """
    products = rows.vectors @ rows.vectors.T + (rows.lexical @ rows.lexical.T).toarray()
    sizes, axes = np.linalg.eigh(products)
    kept = sizes > _MIN_LENGTH
    roots = np.sqrt(sizes[kept])
    back = axes[:, kept] / roots
    return _Axes(
        features=axes[:, kept] * roots,
        to_vectors=rows.vectors.T @ back,
        to_lexical=np.asarray(rows.lexical.T @ back),
    )


def _compressed(rows: Passages) -> _Axes:
    """The vectors as they are beside the main directions of the wording: for many rows."""
    from sklearn.decomposition import TruncatedSVD

    wording = rows.lexical.astype(np.float64)
    directions = np.zeros((0, wording.shape[1]))
    if wording.shape[1]:
        n_kept = min(_N_DIRECTIONS, *wording.shape)
        directions = np.asarray(TruncatedSVD(n_kept, random_state=0).fit(wording).components_)
    width, n_kept = rows.vectors.shape[1], len(directions)
    return _Axes(
        features=np.hstack([rows.vectors, wording @ directions.T]),
        to_vectors=np.eye(width, width + n_kept),
        to_lexical=np.hstack([np.zeros((wording.shape[1], width)), directions.T]),
    )


def regressions(
    features: np.ndarray, answers: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (features, codes) and intercepts of balanced, L2-penalised logistic regressions.

    All codes are solved in one descent, because one product with all of them is many times faster
    than one product for each; the optimum is that of scikit-learn's LogisticRegression(C=2).
    """
    from scipy.optimize import minimize

    signs = np.where(answers, 1.0, -1.0)
    mass = np.where(answers, weights[:, None], 0.0).sum(axis=0)
    half = weights.sum() / 2
    balanced = weights[:, None] * np.where(answers, half / mass, half / (weights.sum() - mass))
    scale = 1.0 / (_C * weights.sum())
    shape = (features.shape[1] + 1, answers.shape[1])

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        values = flat.reshape(shape)
        margins = signs * (features @ values[:-1] + values[-1])
        slopes = -_C * balanced * signs * _logistic(-margins)
        total = _C * (balanced * np.logaddexp(0.0, -margins)).sum() + (values[:-1] ** 2).sum() / 2
        gradient = np.vstack([features.T @ slopes + values[:-1], slopes.sum(axis=0)])
        return float(total * scale), gradient.ravel() * scale

    options = {"maxiter": _MAX_ITERATIONS, "gtol": _GRADIENT, "ftol": _CHANGE, "maxcor": 20}
    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options=options)
    values = found.x.reshape(shape)
    return values[:-1], values[-1]


def _logistic(values: np.ndarray) -> np.ndarray:
    from scipy.special import expit

    return np.asarray(expit(values))


def marks_of(
    labels: Iterable[tuple[int, str]], read: Sequence[int], profiles: Sequence[CodeProfile]
) -> np.ndarray:
    """Bool (read, codes): which code stands on which of the read segments."""
    row_of = {segment: row for row, segment in enumerate(read)}
    code_of = {profile.guid: at for at, profile in enumerate(profiles)}
    marks = np.zeros((len(read), len(profiles)), dtype=bool)
    for segment, guid in labels:
        if segment in row_of and guid in code_of:
            marks[row_of[segment], code_of[guid]] = True
    return marks
