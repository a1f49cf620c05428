"""From scores to probabilities: Platt's sigmoid on scores of people the machine had not learnt from.

A score ranks; it becomes a probability by a logistic curve of its log-odds (Platt 1999,
Probabilistic outputs for support vector machines), fitted to what people decided. Each code has a
curve of its own, drawn towards the curve of all codes, so that ten answers do not bend it far. How
true the probabilities are is measured on folds whose curve was fitted on the other folds (Guo et al.
2017, On calibration of modern neural networks: expected calibration error).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .profiles import CodeProfile
from .regression import logistic

# A code is calibrated once so many segments of so many people carry it.
MIN_LABELS = 10
MIN_GROUPS = 3
N_BINS = 10
_PLACES = 4
_EDGE = 1e-6
# How firmly a code's own curve is held to the one of all codes: slope, intercept.
_PRIOR = np.array([4.0, 1.0])
_MIN_SLOPE = 0.05
_STEPS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Curves by code GUID (slope, intercept), and how true they were on people left out.

    ``bins`` are of the suggestions that would have been made: ``low, high, n, told`` (mean
    probability) and ``right`` (share that people had coded); ``error`` is their expected calibration
    error. ``common`` is the curve of all codes together: for codes that have none it tells no probability,
    but where they stand among the others.
    """

    curves: Mapping[str, tuple[float, float]]
    bins: tuple[Mapping[str, float | int], ...] = ()
    error: float | None = None
    n_suggestions: int = 0
    common: tuple[float, float] | None = None

    def rank(self, guid: str, score: float) -> float:
        """Where a suggestion stands among those of all codes, in [0, 1]."""
        known = self.probability(guid, score)
        if known is not None or self.common is None:
            return score if known is None else known
        return float(logistic(self.common[0] * log_odds(np.array(score)) + self.common[1]))

    def probability(self, guid: str, score: float) -> float | None:
        """The probability that a person would apply the code; None where that is not known yet."""
        curve = self.curves.get(guid)
        if curve is None:
            return None
        return round(float(logistic(curve[0] * log_odds(np.array(score)) + curve[1])), _PLACES)

    def as_dict(self) -> dict[str, Any]:
        return {
            "curves": {guid: [round(a, 5), round(b, 5)] for guid, (a, b) in self.curves.items()},
            "bins": [dict(one) for one in self.bins],
            "error": self.error,
            "n_suggestions": self.n_suggestions,
            "common": None if self.common is None else [round(one, 5) for one in self.common],
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Calibration:
        return cls(
            curves={guid: (float(a), float(b)) for guid, (a, b) in told["curves"].items()},
            bins=tuple(told["bins"]),
            error=told["error"],
            n_suggestions=int(told["n_suggestions"]),
            common=None if not told.get("common") else (float(told["common"][0]), float(told["common"][1])),
        )


def in_ten(probability: float) -> str:
    """A probability as people say it; the figure behind it is no more exact than that."""
    if probability < 0.05:
        return "fewer than 1 of 20"
    if probability >= 0.95:
        return "at least 19 of 20"
    return f"about {min(9, max(1, round(probability * 10)))} of 10"


def log_odds(scores: np.ndarray) -> np.ndarray:
    clipped = np.clip(scores, _EDGE, 1 - _EDGE)
    return np.log(clipped / (1 - clipped))


def ready_codes(marks: np.ndarray, groups: Sequence[str]) -> np.ndarray:
    """Indexes of codes with enough labels by enough people."""
    names = np.asarray(groups, dtype=object)
    return np.array(
        [
            at
            for at in range(marks.shape[1])
            if marks[:, at].sum() >= MIN_LABELS and len(set(names[marks[:, at]].tolist())) >= MIN_GROUPS
        ],
        dtype=np.intp,
    )


def calibrate(
    scores: np.ndarray,
    marks: np.ndarray,
    known: np.ndarray,
    fold_of: np.ndarray,
    groups: Sequence[str],
    profiles: Sequence[CodeProfile],
    *,
    counted: np.ndarray | None = None,
    top: int = 3,
) -> Calibration | None:
    """Curves from out-of-fold scores (rows, codes); None where no code has enough labels yet.

    How true they are is measured where ``counted`` (rows, codes) says so; None means everywhere.
    """
    ready = ready_codes(marks & known, groups)
    if not len(ready):
        return None
    curves, common = _curves(scores, marks, known, ready)
    told = cross_fitted(scores, marks, known, fold_of, ready)
    suggested = _first_of(scores, top) & known
    if counted is not None:
        suggested &= counted
    chosen = suggested[:, ready]
    bins, error = reliability(told[chosen], marks[:, ready][chosen])
    return Calibration(
        curves={profiles[at].guid: curve for at, curve in curves.items()},
        bins=tuple(bins),
        error=error,
        n_suggestions=int(chosen.sum()),
        common=common,
    )


def cross_fitted(
    scores: np.ndarray, marks: np.ndarray, known: np.ndarray, fold_of: np.ndarray, ready: np.ndarray
) -> np.ndarray:
    """Probabilities (rows, ready codes), each from curves fitted without its own fold."""
    odds = log_odds(scores[:, ready])
    told = np.zeros(odds.shape)
    for fold in np.unique(fold_of):
        inside, outside = fold_of == fold, fold_of != fold
        curves, _ = _curves(scores[outside], marks[outside], known[outside], ready)
        for column, at in enumerate(ready.tolist()):
            slope, intercept = curves[at]
            told[inside, column] = logistic(slope * odds[inside, column] + intercept)
    return told


def reliability(told: np.ndarray, right: np.ndarray) -> tuple[list[dict[str, float | int]], float | None]:
    """Bins of equal width with their mean probability and share right, and the expected error."""
    if not len(told):
        return [], None
    place = np.minimum((told * N_BINS).astype(int), N_BINS - 1)
    bins: list[dict[str, float | int]] = []
    error = 0.0
    for at in range(N_BINS):
        here = place == at
        if not here.any():
            continue
        mean, share = float(told[here].mean()), float(right[here].mean())
        error += abs(mean - share) * here.sum() / len(told)
        bins.append(
            {
                "low": at / N_BINS,
                "high": (at + 1) / N_BINS,
                "n": int(here.sum()),
                "told": round(mean, _PLACES),
                "right": round(share, _PLACES),
            }
        )
    return bins, round(float(error), _PLACES)


def _curves(
    scores: np.ndarray, marks: np.ndarray, known: np.ndarray, ready: np.ndarray
) -> tuple[dict[int, tuple[float, float]], tuple[float, float]]:
    """The curve of each ready code, and that of all of them together."""
    odds = log_odds(scores)
    seen = known[:, ready]
    common = _fitted(odds[:, ready][seen], marks[:, ready][seen], np.array([1.0, 0.0]), np.zeros(2) + 1e-3)
    found: dict[int, tuple[float, float]] = {}
    for at in ready.tolist():
        here = known[:, at]
        slope, intercept = _fitted(odds[here, at], marks[here, at], common, _PRIOR)
        found[at] = (max(float(slope), _MIN_SLOPE), float(intercept))
    return found, (max(float(common[0]), _MIN_SLOPE), float(common[1]))


def _fitted(odds: np.ndarray, right: np.ndarray, centre: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Slope and intercept by Newton's method, held to ``centre`` by ``prior``; Platt's own targets.

    A yes counts as (n + 1) / (n + 2) and a no as 1 / (m + 2), so no curve becomes a step.
    """
    n_yes, n_no = int(right.sum()), int((~right).sum())
    wanted = np.where(right, (n_yes + 1) / (n_yes + 2), 1 / (n_no + 2))
    rows = np.column_stack([odds, np.ones(len(odds))])
    values = centre.copy()
    for _ in range(_STEPS):
        told = logistic(rows @ values)
        slope = rows.T @ (told - wanted) + prior * (values - centre)
        curvature = (rows.T * (told * (1 - told))) @ rows + np.diag(prior + 1e-9)
        step = np.linalg.solve(curvature, slope)
        size = float(np.abs(step).max())
        values = values - step * min(1.0, 2.0 / size if size else 1.0)
        if size < 1e-6:
            break
    return values


def _first_of(scores: np.ndarray, n: int) -> np.ndarray:
    first = np.argsort(-scores, axis=1, kind="stable")[:, :n]
    found = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(found, first, True, axis=1)
    return found
