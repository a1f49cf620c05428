"""How well each topic is found again when a fifth of the texts is missing.

Cluster-wise assessment of stability by resampling (Hennig 2007, doi 10.1016/j.csda.2006.11.025):
the Jaccard index of each topic with the most similar group of a refit, averaged over resamples.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..errors import SuggestionError
from .reducing import KnnSmoothing, cut_merges, neighbours_for, smoothed, ward_merges

_SHARE = 0.8
_MIN_POINTS = 5


def stabilities(
    vectors: np.ndarray,
    smoothing: KnnSmoothing,
    numbers: np.ndarray,
    *,
    rounds: int,
    seed: int,
    cancelled: Callable[[], bool] | None = None,
) -> list[float | None]:
    """One mean Jaccard index in [0, 1] per topic; None where there is too little to resample.

    Above 8,000 texts the small clusters are resampled, and count by the texts in them.

    Raises:
        SuggestionError: ``cancelled`` said yes.
    """
    n_topics = int(numbers.max()) + 1
    n_points = len(smoothing.points_)
    if n_points < _MIN_POINTS:
        return [None] * n_topics
    weights = np.bincount(smoothing.point_of_, minlength=n_points).astype(float)
    topic_of = np.zeros(n_points, dtype=np.intp)
    topic_of[smoothing.point_of_] = numbers
    is_exact = n_points == len(smoothing.point_of_)
    rng = np.random.default_rng(seed)
    totals = np.zeros(n_topics)
    seen = np.zeros(n_topics)
    for _ in range(rounds):
        if cancelled is not None and cancelled():
            raise SuggestionError("Stopped while measuring the stability of topics.")
        sample = np.sort(rng.choice(n_points, round(_SHARE * n_points), replace=False))
        rows = smoothed_again(vectors[sample]) if is_exact else smoothing.points_[sample]
        groups = cut_merges(ward_merges(rows), min(n_topics, len(sample)), len(sample))
        best, present = _best_jaccard(topic_of[sample], groups, weights[sample], n_topics)
        totals += best
        seen += present
    return [round(float(t / s), 4) if s else None for t, s in zip(totals, seen, strict=True)]


def smoothed_again(vectors: np.ndarray) -> np.ndarray:
    """A resample smoothed as the whole was."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return smoothed(vectors, n_neighbours=neighbours_for(len(vectors)))


def _best_jaccard(
    topics: np.ndarray, groups: np.ndarray, weights: np.ndarray, n_topics: int
) -> tuple[np.ndarray, np.ndarray]:
    both = np.zeros((n_topics, int(groups.max()) + 1))
    np.add.at(both, (topics, groups), weights)
    in_topic = both.sum(axis=1, keepdims=True)
    either = in_topic + both.sum(axis=0, keepdims=True) - both
    index = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return index.max(axis=1), (in_topic[:, 0] > 0).astype(float)
