"""Balanced logistic regressions, many at once, in the space of their training rows.

The penalty is a length, which a rotation keeps, and no weight outside the span of the rows can
help; so the problem is turned into that span (by the Cholesky factor of the rows' products), where
it has as many features as rows and exactly the same answer. Above ``_MAX_EXACT`` rows the wording is
seen through its likeness to some of the rows (the method of Nystroem; Williams & Seeger 2001).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

# Inverse strength of the penalty; results are flat between 1 and 10.
PENALTY = 2.0
_MAX_ITERATIONS = 500
# Where the descent stops: scores then differ from the exact optimum by about 0.005 at most.
_GRADIENT = 1e-5
_CHANGE = 1e-6
_MAX_EXACT = 1_200
_N_LANDMARKS = 600
# Rows of codes with so few answers are landmarks before others.
_RARE = 5
# Keeps the factor of the products defined where rows repeat.
_RIDGE = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Training rows: float32 vectors (rows, d) and their wording (sparse)."""

    vectors: np.ndarray
    lexical: Any

    def at(self, wanted: np.ndarray) -> Rows:
        return Rows(vectors=self.vectors[wanted], lexical=self.lexical[wanted])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """What was learnt: a column of weights for each of ``codes`` (indexes), and its intercept."""

    codes: np.ndarray
    on_vectors: np.ndarray
    on_lexical: np.ndarray
    intercepts: np.ndarray

    def decisions(self, vectors: np.ndarray, lexical: Any) -> np.ndarray:
        """Log-odds, float64 (rows, codes)."""
        from_vectors = np.asarray(vectors, np.float64) @ self.on_vectors
        return from_vectors + np.asarray(lexical @ self.on_lexical) + self.intercepts

    def scores(self, vectors: np.ndarray, lexical: Any) -> np.ndarray:
        """Scores in [0, 1], float64 (rows, codes)."""
        return logistic(self.decisions(vectors, lexical))


def fit(
    rows: Rows, answers: np.ndarray, weights: np.ndarray, *, codes: np.ndarray, start: Weights | None = None
) -> Weights:
    """One balanced regression for each column of ``answers``, bool (rows, codes).

    Args:
        weights: how much each answer counts, float64 (rows, codes); nought where it is unknown.
        codes: the index of each column, by which ``start`` is told which is which.
        start: what was learnt before from nearly the same rows.
    """
    n = len(answers)
    axes = _Axes(rows, _landmarks(answers) if n > _MAX_EXACT else None)
    begin = np.zeros((axes.features.shape[1] + 1, answers.shape[1]))
    if start is not None:
        column = {int(code): at for at, code in enumerate(start.codes)}
        both = [(at, column[int(code)]) for at, code in enumerate(codes) if int(code) in column]
        if both:
            new, old = (list(side) for side in zip(*both, strict=True))
            begin[:-1, new] = axes.coefficients_of(start)[:, old]
            begin[-1, new] = start.intercepts[old]
    found, intercepts = regressions(axes.features, answers, weights, start=begin)
    on_vectors, on_lexical = axes.weights_of(found)
    return Weights(codes=codes, on_vectors=on_vectors, on_lexical=on_lexical, intercepts=intercepts)


class _Axes:
    """Training rows in few dense features, and how weights on these lead back to the real ones."""

    def __init__(self, rows: Rows, landmarks: np.ndarray | None) -> None:
        self._marks = rows if landmarks is None else rows.at(landmarks)
        wording = (rows.lexical @ self._marks.lexical.T).toarray().astype(np.float64)
        self._is_exact = landmarks is None
        if landmarks is None:
            self._factor = _factor(wording + rows.vectors.astype(np.float64) @ rows.vectors.T)
            self.features = self._factor
        else:
            self._factor = _factor(wording[landmarks])
            self.features = np.hstack([rows.vectors, _solved(self._factor, wording.T).T])

    def weights_of(self, found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coefficients (features, codes) as weights on the vectors and on the wording."""
        width = self._marks.vectors.shape[1]
        own = found if self._is_exact else found[width:]
        back = _solved(self._factor, own, turned=True)
        on_lexical = np.asarray(self._marks.lexical.T @ back)
        on_vectors = self._marks.vectors.T.astype(np.float64) @ back if self._is_exact else found[:width]
        return on_vectors, on_lexical

    def coefficients_of(self, start: Weights) -> np.ndarray:
        """The coefficients that give the decisions of ``start`` on these rows."""
        from_wording = np.asarray(self._marks.lexical @ start.on_lexical)
        if self._is_exact:
            return _solved(self._factor, from_wording + self._marks.vectors @ start.on_vectors)
        return np.vstack([start.on_vectors, _solved(self._factor, from_wording)])


def _factor(products: np.ndarray) -> np.ndarray:
    return np.linalg.cholesky(products + _RIDGE * np.eye(len(products)))


def _solved(factor: np.ndarray, wanted: np.ndarray, *, turned: bool = False) -> np.ndarray:
    from scipy.linalg import solve_triangular

    return solve_triangular(factor, wanted, lower=True, trans=1 if turned else 0, check_finite=False)


def _landmarks(answers: np.ndarray) -> np.ndarray:
    """Rows through which the wording is seen: those of rare codes, then evenly among the others."""
    sizes = answers.sum(axis=0)
    rare = np.flatnonzero((answers & (sizes <= _RARE)).any(axis=1))[:_N_LANDMARKS]
    others = np.setdiff1d(np.arange(len(answers)), rare)
    n_more = min(_N_LANDMARKS - len(rare), len(others))
    even = others[np.linspace(0, len(others) - 1, n_more).astype(np.intp)] if n_more else others[:0]
    return np.unique(np.concatenate([rare, even]))


def regressions(
    features: np.ndarray,
    answers: np.ndarray,
    weights: np.ndarray,
    *,
    start: np.ndarray | None = None,
    penalty: float = PENALTY,
    is_exact: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (features, codes) and intercepts of balanced, L2-penalised logistic regressions.

    All codes are solved in one descent, because one product with all of them is many times faster
    than one product for each; the optimum is that of scikit-learn's LogisticRegression(C=penalty).

    Args:
        weights: (rows,) or (rows, codes).
        is_exact: go on to the exact optimum in double precision; else single, and sooner.
    """
    from scipy.optimize import minimize

    kind = np.float64 if is_exact else np.float32
    spread = np.broadcast_to(weights[:, None] if weights.ndim == 1 else weights, answers.shape)
    given = np.ascontiguousarray(features, dtype=kind)
    signs = np.where(answers, 1.0, -1.0).astype(kind)
    total = spread.sum(axis=0)
    yes = np.where(answers, spread, 0.0).sum(axis=0)
    share = np.where(
        answers, total / np.maximum(2 * yes, 1e-12), total / np.maximum(2 * (total - yes), 1e-12)
    )
    balanced = (spread * share).astype(kind)
    scale = 1.0 / (penalty * float(total.max()))
    shape = (features.shape[1] + 1, answers.shape[1])

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        values = flat.reshape(shape).astype(kind)
        margins = signs * (given @ values[:-1] + values[-1])
        slopes = -penalty * balanced * signs * logistic(-margins)
        cost = penalty * (balanced * np.logaddexp(0.0, -margins)).sum(dtype=np.float64)
        cost += (values[:-1] ** 2).sum(dtype=np.float64) / 2
        gradient = np.vstack([given.T @ slopes + values[:-1], slopes.sum(axis=0)])
        return float(cost * scale), gradient.ravel().astype(np.float64) * scale

    stop = (1e-6, 1e-9) if is_exact else (_GRADIENT, _CHANGE)
    options = {"maxiter": _MAX_ITERATIONS, "gtol": stop[0], "ftol": stop[1], "maxcor": 20}
    begin = np.zeros(shape) if start is None else start
    found = minimize(loss, begin.ravel(), jac=True, method="L-BFGS-B", options=options)
    values = found.x.reshape(shape)
    return values[:-1], values[-1]


def logistic(values: np.ndarray) -> np.ndarray:
    from scipy.special import expit

    return np.asarray(expit(values))
