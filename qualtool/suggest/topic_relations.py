"""How topics lie to each other: near-duplicates over all pairs, a tree, a map, and the same text in two runs.

Everything is computed from unit vectors of segments and the topic of each, without any random number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .forward import unit_rows

NEAR_DUPLICATE = 0.85
"""Cosine of two topics' centres from which they are flagged as nearly the same."""
_PLACES = 6
_SPREAD = 0.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relations:
    """``centres`` (topics, d) unit rows; ``cosines`` (topics, topics); ``merges`` scipy's linkage matrix
    of average cosine distance (topics - 1, 4)."""

    centres: np.ndarray
    cosines: np.ndarray
    merges: np.ndarray

    def near_duplicates(self, threshold: float = NEAR_DUPLICATE) -> list[tuple[int, int, float]]:
        """Pairs of topics at least so near, over all pairs and not only neighbours, nearest first."""
        found = [
            (a, b, float(self.cosines[a, b]))
            for a in range(len(self.cosines))
            for b in range(a + 1, len(self.cosines))
            if self.cosines[a, b] >= threshold
        ]
        return sorted(found, key=lambda pair: (-pair[2], pair[:2]))

    def leaves(self) -> list[int]:
        """Topics in the order of the tree, so that like ones stand together."""
        from scipy.cluster.hierarchy import leaves_list

        return (
            [int(leaf) for leaf in leaves_list(self.merges)] if len(self.merges) else [0] * len(self.centres)
        )


def relations(vectors: np.ndarray, numbers: np.ndarray) -> Relations:
    """Relations of topics 0 to n - 1.

    Args:
        vectors: float (segments, d).
        numbers: int (segments,), the topic of each; every topic has a segment.
    """
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    rows = unit_rows(np.asarray(vectors, np.float32))
    n_topics = int(numbers.max()) + 1 if len(numbers) else 0
    centres = np.zeros((n_topics, rows.shape[1]), np.float64)
    np.add.at(centres, numbers, rows)
    centres = unit_rows(centres)
    cosines = np.round(centres.astype(np.float64) @ centres.T, _PLACES)
    merges = np.zeros((0, 4))
    if n_topics > 1:
        away = np.clip(1 - cosines, 0, None)
        np.fill_diagonal(away, 0)
        merges = linkage(squareform(away, checks=False), method="average", optimal_ordering=True)
    return Relations(centres=centres, cosines=cosines, merges=merges)


def positions(vectors: np.ndarray, numbers: np.ndarray, found: Relations) -> tuple[np.ndarray, np.ndarray]:
    """A map: (segments, 2) and (topics, 2).

    Topics are placed by classical scaling of the cosine distances of their centres (Torgerson 1952,
    doi 10.1007/BF02288916); each segment lies around its topic along the two directions in which the
    topic's segments differ most. Distances within a topic cannot be compared with those between topics.
    """
    rows = unit_rows(np.asarray(vectors, np.float32)).astype(np.float64)
    of_topics = _scaled(np.clip(1 - found.cosines, 0, None))
    points = np.zeros((len(rows), 2))
    size = _least_gap(of_topics)
    for number in range(len(of_topics)):
        inside = np.flatnonzero(numbers == number)
        points[inside] = of_topics[number] + size * _SPREAD * _around(rows[inside])
    return points, of_topics


def _scaled(distances: np.ndarray) -> np.ndarray:
    n = len(distances)
    if n < 2:
        return np.zeros((n, 2))
    centring = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(-0.5 * centring @ distances**2 @ centring)
    order = np.argsort(-values, kind="stable")[:2]
    axes = vectors[:, order] * np.sqrt(np.maximum(values[order], 0))
    return _with_fixed_signs(np.pad(axes, ((0, 0), (0, 2 - axes.shape[1]))))


def _with_fixed_signs(axes: np.ndarray) -> np.ndarray:
    """An axis may be turned round; its largest entry is made positive, so that a map never flips."""
    largest = axes[np.argmax(np.abs(axes).round(_PLACES), axis=0), np.arange(axes.shape[1])]
    return axes * np.where(largest < 0, -1.0, 1.0)


def _least_gap(points: np.ndarray) -> float:
    """The middle distance of a topic to its nearest neighbour on the map."""
    if len(points) < 2:
        return 1.0
    away = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(away, np.inf)
    middle = float(np.median(away.min(axis=1)))
    return middle if middle > 0 else 1.0


def _around(rows: np.ndarray) -> np.ndarray:
    centred = rows - rows.mean(axis=0)
    spread = np.linalg.norm(centred, axis=1).max() if len(rows) else 0.0
    if spread < 1e-6:
        return np.zeros((len(rows), 2))
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    flat = _with_fixed_signs(centred @ axes[:2].T)
    flat = np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))
    return flat / np.linalg.norm(flat, axis=1).max()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsCompared:
    """Two runs over the ``n`` segments both have. ``adjusted_rand`` (Hubert and Arabie 1985, doi
    10.1007/BF01908075) is 1 for the same groups and about 0 by chance; None with a ``reason``.
    ``matches`` are ``(topic of the first, its best topic of the second or None, their Jaccard)``."""

    n: int
    adjusted_rand: float | None
    reason: str | None
    matches: tuple[tuple[int, int | None, float], ...]


def compare_runs(first: dict[int, int], second: dict[int, int]) -> RunsCompared:
    """Compare the topics of two runs, each a map of segment to topic."""
    from sklearn.metrics import adjusted_rand_score

    both = sorted(first.keys() & second.keys())
    matches = tuple(_best_match(topic, first, second, both) for topic in sorted(set(first.values())))
    a, b = [first[s] for s in both], [second[s] for s in both]
    reason = None
    if len(both) < 2:
        reason = "the two runs have no segments in common"
    elif len(set(a)) == 1 and len(set(b)) == 1:
        reason = "both runs have one topic only"
    rand = None if reason else float(adjusted_rand_score(a, b))
    return RunsCompared(n=len(both), adjusted_rand=rand, reason=reason, matches=matches)


def _best_match(
    topic: int, first: dict[int, int], second: dict[int, int], both: Sequence[int]
) -> tuple[int, int | None, float]:
    inside = {s for s in both if first[s] == topic}
    best: tuple[float, int | None] = (0.0, None)
    for other in sorted({second[s] for s in inside}):
        theirs = {s for s in both if second[s] == other}
        share = len(inside & theirs) / len(inside | theirs)
        if share > best[0]:
            best = (share, other)
    return topic, best[1], best[0]
