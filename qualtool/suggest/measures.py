"""Precision, recall, F1, average precision and recall among the first few suggestions."""

from __future__ import annotations

import numpy as np

THRESHOLD = 0.5
# Thresholds that are tried on people left out.
_TRIED = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55)
# At so many labels a code the threshold goes half the way.
_FEW = 10.0
_PLACES = 4
# A lower code is told rather than the one above it from this score.
_POSSIBLE = 0.4


def predicted(
    scores: np.ndarray,
    *,
    most: int | None = None,
    threshold: float = THRESHOLD,
    above: np.ndarray | None = None,
) -> np.ndarray:
    """Bool (segments, codes): scores of at least the threshold and the best of each segment.

    With ``most``, the ``most`` highest of each segment instead. With ``above``, bool (codes, codes), a
    code counts for every code above it.
    """
    if most is not None:
        return among_first(scores, most, above)
    return _closed((scores >= threshold) | among_first(scores, 1), above)


def among_first(scores: np.ndarray, n: int, above: np.ndarray | None = None) -> np.ndarray:
    """The ``n`` highest of each row; of equal scores the first codes.

    With ``above``, of a code and one below it only the lower takes a place, and counts for both.
    """
    found = np.zeros(scores.shape, dtype=bool)
    order = np.argsort(-scores, axis=1, kind="stable")
    if above is None or not above.any():
        np.put_along_axis(found, order[:, :n], True, axis=1)
        return found
    related = above | above.T
    for row, ranked in enumerate(order.tolist()):
        taken: list[int] = []
        for code in ranked:
            near = [at for at, other in enumerate(taken) if related[code, other]]
            if not near and len(taken) < n:
                taken.append(code)
            elif near and above[code, taken[near[0]]] and scores[row, code] >= _POSSIBLE:
                taken[near[0]] = code
        found[row, taken] = True
    return _closed(found, above)


def _closed(chosen: np.ndarray, above: np.ndarray | None) -> np.ndarray:
    if above is None:
        return chosen
    return chosen | (chosen.astype(np.float32) @ above.astype(np.float32) > 0)


def best_threshold(marks: np.ndarray, scores: np.ndarray) -> float:
    """A threshold from out-of-fold scores: between that of the highest macro-F1 and 0.5.

    With few labels a code, scores lie below what they will be and a lower threshold finds more; the
    more labels, the nearer to 0.5.
    """
    tried = [(macro_f1(marks, predicted(scores, threshold=t)) or 0.0, t) for t in _TRIED]
    best = max(tried, key=lambda found: (found[0], -abs(found[1] - THRESHOLD)))
    return THRESHOLD + (best[1] - THRESHOLD) * _FEW / (_FEW + labels_a_code(marks))


def labels_a_code(marks: np.ndarray) -> float:
    """Mean number of labels over the codes that have any."""
    sizes = marks.sum(axis=0)
    return float(sizes[sizes > 0].mean()) if sizes.any() else 0.0


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


def recall_at(marks: np.ndarray, scores: np.ndarray, n: int, above: np.ndarray | None = None) -> float | None:
    """Mean share of a segment's codes among its ``n`` highest scores, over segments with codes."""
    coded = marks.any(axis=1)
    if not coded.any():
        return None
    found = (marks & among_first(scores, n, above))[coded].sum(axis=1) / marks[coded].sum(axis=1)
    return round(float(found.mean()), _PLACES)
