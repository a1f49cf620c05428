"""Vectors to a tree: smoothing over nearest neighbours, then Ward's method.

Every vector is replaced by the mean over its nearest neighbours, twice; groups come apart much
more clearly then, and nothing about it is random. Ward's tree (Ward 1963, doi
10.1080/01621459.1963.10500845) is built once and cut at any number of groups at once.

Above 8,000 rows the tree is built over 1,500 small clusters (k-means with a fixed seed), whose
centres are smoothed instead of the rows. Both classes have the methods BERTopic asks of its
``umap_model`` and ``hdbscan_model``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .forward import unit_rows

MAX_EXACT = 8_000
N_MICRO = 1_500
_ROUNDS = 2
_NEIGHBOURS = 10
_NEIGHBOURS_MICRO = 5
# Of each twenty rows at most one is asked as a neighbour, so that small sets are not blurred into one.
_ROWS_PER_NEIGHBOUR = 20
_MIN_NEIGHBOURS = 2
_BLOCK = 256
_MICRO_BATCH = 4096
# Merges below this distance join vectors that are the same but for the last bits.
_SAME = 1e-5
# Cosines are ranked to this precision: equal texts tie exactly, and ties go to the earlier row.
_PLACES = 6


class KnnSmoothing:
    """Rows to smoothed points: the ``umap_model`` of BERTopic.

    After ``fit``: ``points_`` float32 (points, d), unit rows, and ``point_of_`` (rows,) the point
    each row belongs to. Up to 8,000 rows every row is its own point.
    """

    def __init__(self, *, seed: int = 0, max_exact: int = MAX_EXACT, n_micro: int = N_MICRO) -> None:
        self.seed = seed
        self.max_exact = max_exact
        self.n_micro = n_micro

    def fit(self, vectors: np.ndarray, y: object = None) -> KnnSmoothing:
        from threadpoolctl import threadpool_limits

        # One thread: the same vectors give the same points on any number of cores.
        with threadpool_limits(1):
            n_rows = len(vectors)
            if n_rows <= self.max_exact:
                self.point_of_ = np.arange(n_rows)
                self.points_ = smoothed(vectors, n_neighbours=neighbours_for(n_rows))
            else:
                self.point_of_, centres = micro_clusters(vectors, n_micro=self.n_micro, seed=self.seed)
                self.points_ = smoothed(centres, n_neighbours=_NEIGHBOURS_MICRO)
        return self

    def transform(self, vectors: np.ndarray) -> np.ndarray:
        """The smoothed rows; other vectors than those fitted stay as they are."""
        return self.points_[self.point_of_] if len(vectors) == len(self.point_of_) else unit_rows(vectors)

    def fit_transform(self, vectors: np.ndarray, y: object = None) -> np.ndarray:
        return self.fit(vectors).transform(vectors)


def neighbours_for(n_rows: int) -> int:
    """How many neighbours (the row itself among them) a set of this size can bear."""
    wanted = min(_NEIGHBOURS, max(_MIN_NEIGHBOURS, n_rows // _ROWS_PER_NEIGHBOUR))
    return min(wanted, n_rows)


def smoothed(vectors: np.ndarray, *, n_neighbours: int, rounds: int = _ROUNDS) -> np.ndarray:
    """Each row the mean of its nearest rows by cosine, itself included, ``rounds`` times.

    Works in blocks of 256 rows, so memory grows with the number of rows and not its square.
    """
    rows = unit_rows(vectors)
    if n_neighbours < 2:
        return rows
    for _ in range(rounds):
        means = np.empty_like(rows)
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            cosines = np.round(block @ rows.T, _PLACES)
            nearest = _largest(cosines, n_neighbours)
            means[start : start + _BLOCK] = rows[nearest].mean(axis=1)
        rows = unit_rows(means)
    return rows


def _largest(values: np.ndarray, n: int) -> np.ndarray:
    """Columns of the ``n`` largest values of each row; of equal ones the first columns."""
    if n >= values.shape[1]:
        return np.tile(np.arange(values.shape[1]), (len(values), 1))
    limit = -np.partition(-values, n - 1, axis=1)[:, n - 1 : n]
    above = values > limit
    at_limit = values == limit
    room = n - above.sum(axis=1, keepdims=True)
    taken = above | (at_limit & (np.cumsum(at_limit, axis=1) <= room))
    return np.nonzero(taken)[1].reshape(len(values), n)


def micro_clusters(vectors: np.ndarray, *, n_micro: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Small clusters of many rows: the cluster of each row, and unit centres float32."""
    from sklearn.cluster import MiniBatchKMeans

    settings: dict[str, Any] = {"init": "random", "n_init": 1, "batch_size": _MICRO_BATCH}
    model = MiniBatchKMeans(n_micro, random_state=seed, **settings)
    labels = model.fit_predict(np.ascontiguousarray(vectors, np.float32))
    # Clusters that lost all their rows are left out, the others keep their order.
    used, labels = np.unique(labels, return_inverse=True)
    centres = np.zeros((len(used), vectors.shape[1]), np.float64)
    np.add.at(centres, labels, vectors)
    return labels, unit_rows(centres)


class WardTree:
    """Ward's tree over points and a cut through it: the ``hdbscan_model`` of BERTopic.

    ``merges_`` is scipy's linkage matrix (points - 1, 4); ``labels_`` the group of each row at
    ``n_groups``, numbered by their first row.
    """

    def __init__(self, smoothing: KnnSmoothing, *, n_groups: int | None = None) -> None:
        """``n_groups`` None leaves the number to ``default_k`` of the fitted rows."""
        self.smoothing = smoothing
        self.n_groups = n_groups

    def fit(self, reduced: np.ndarray, y: object = None) -> WardTree:
        self.merges_ = ward_merges(self.smoothing.points_)
        wanted = self.n_groups if self.n_groups is not None else default_k(len(reduced))
        self.labels_ = self.cut(min(wanted, self.max_groups))
        return self

    @property
    def max_groups(self) -> int:
        """Points that differ: more groups than these cannot be told apart."""
        return 1 + int((self.merges_[:, 2] > _SAME).sum())

    def cut(self, n_groups: int) -> np.ndarray:
        """The group (0, 1, ...) of each row with exactly ``n_groups`` groups."""
        return cut_merges(self.merges_, n_groups, len(self.smoothing.points_))[self.smoothing.point_of_]

    def predict(self, reduced: np.ndarray) -> np.ndarray:
        """The group of the nearest centre for each row."""
        rows = self.smoothing.points_[self.smoothing.point_of_]
        centres = np.stack([rows[self.labels_ == g].mean(axis=0) for g in range(self.labels_.max() + 1)])
        return np.argmax(unit_rows(reduced) @ unit_rows(centres).T, axis=1)


def default_k(n_texts: int) -> int:
    """Where the slider starts: the root of half the number of texts, between 5 and 40."""
    return int(np.clip(round((n_texts / 2) ** 0.5), 5, 40))


def ward_merges(points: np.ndarray) -> np.ndarray:
    """Ward's tree as scipy's linkage matrix, heights rising."""
    from scipy.cluster.hierarchy import linkage
    from threadpoolctl import threadpool_limits

    if len(points) < 2:
        return np.zeros((0, 4))
    with threadpool_limits(1):
        return linkage(_distances(points), method="ward")


def _distances(points: np.ndarray) -> np.ndarray:
    """Condensed Euclidean distances of unit rows, by blocks of cosines."""
    rows = points.astype(np.float64)
    squares = (rows**2).sum(axis=1)
    n = len(rows)
    condensed = np.empty(n * (n - 1) // 2)
    at = 0
    for start in range(0, n, _BLOCK):
        stop = min(start + _BLOCK, n)
        block = squares[start:stop, None] + squares[start:] - 2 * (rows[start:stop] @ rows[start:].T)
        distances = np.sqrt(np.maximum(block, 0))
        for offset in range(stop - start):
            length = n - start - offset - 1
            condensed[at : at + length] = distances[offset, offset + 1 :]
            at += length
    return condensed


def cut_merges(merges: np.ndarray, n_groups: int, n_points: int) -> np.ndarray:
    """Groups of points after all but the last ``n_groups - 1`` merges, numbered by first point."""
    parent = list(range(2 * n_points - 1)) if n_points else []
    for step in range(n_points - n_groups):
        node = n_points + step
        parent[int(merges[step, 0])] = node
        parent[int(merges[step, 1])] = node
    # Parents have higher numbers than their children, so going down settles every root first.
    for node in reversed(range(len(parent))):
        parent[node] = parent[parent[node]]
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(parent[p], len(numbers)) for p in range(n_points)], dtype=np.intp)
