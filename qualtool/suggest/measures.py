"""Precision, recall, F1, average precision and recall among the first few suggestions."""

from __future__ import annotations

import numpy as np

_THRESHOLD = 0.5
_PLACES = 4


def predicted(scores: np.ndarray, *, most: int | None = None) -> np.ndarray:
    """Bool (segments, codes): scores of at least 0.5 and the best of each segment.

    With ``most``, the ``most`` highest of each segment instead.
    """
    if most is not None:
        return _among_first(scores, most)
    return (scores >= _THRESHOLD) | _among_first(scores, 1)


def _among_first(scores: np.ndarray, n: int) -> np.ndarray:
    """The ``n`` highest of each row; of equal scores the first codes."""
    first = np.argsort(-scores, axis=1, kind="stable")[:, :n]
    found = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(found, first, True, axis=1)
    return found


def code_measures(marks: np.ndarray, chosen: np.ndarray, scores: np.ndarray) -> dict[str, float | str | None]:
    """Measures of one code over (segments,); None with a ``reason`` where a code has no cases."""
    hits = int((marks & chosen).sum())
    n, n_chosen = int(marks.sum()), int(chosen.sum())
    measured: dict[str, float | str | None] = {
        "precision": round(hits / n_chosen, _PLACES) if n_chosen else None,
        "recall": round(hits / n, _PLACES) if n else None,
        "f1": round(2 * hits / (n + n_chosen), _PLACES) if n else None,
        "average_precision": round(average_precision(marks, scores), _PLACES) if n else None,
    }
    if not n:
        measured["reason"] = "No tested segment carries this code."
    elif not n_chosen:
        measured["reason"] = "It was never suggested, so its precision is undefined."
    return measured


def average_precision(marks: np.ndarray, scores: np.ndarray) -> float:
    """Mean precision over the places of true cases, equal scores taken as one step.

    The step-wise sum of (recall gained x precision), as in Manning, Raghavan & Schuetze (2008),
    Introduction to Information Retrieval, chapter 8; ``marks`` must hold a true case.
    """
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(marks[order])
    # Only the last place of each run of equal scores is a place where one could stop.
    last = np.append(np.diff(scores[order]) != 0, True)
    precision = hits[last] / (np.flatnonzero(last) + 1)
    gained = np.diff(hits[last] / hits[-1], prepend=0.0)
    return float((precision * gained).sum())


def macro_f1(marks: np.ndarray, chosen: np.ndarray) -> float | None:
    """Mean F1 over the codes that have cases; None where none has."""
    has_cases = marks.any(axis=0)
    if not has_cases.any():
        return None
    hits = (marks & chosen).sum(axis=0)[has_cases]
    sizes = (marks.sum(axis=0) + chosen.sum(axis=0))[has_cases]
    return round(float((2 * hits / sizes).mean()), _PLACES)


def recall_at(marks: np.ndarray, scores: np.ndarray, n: int) -> float | None:
    """Mean share of a segment's codes among its ``n`` highest scores, over segments with codes."""
    coded = marks.any(axis=1)
    if not coded.any():
        return None
    found = (marks & _among_first(scores, n))[coded].sum(axis=1) / marks[coded].sum(axis=1)
    return round(float(found.mean()), _PLACES)
