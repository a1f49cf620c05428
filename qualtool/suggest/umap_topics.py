"""BERTopic's usual pipeline, UMAP and HDBSCAN, as an option where both are installed.

Slower than the tree, not the same on every machine, and it leaves texts without a topic; offered for
comparison with published work. Nothing is installed or fetched for it. (McInnes, Healy and Melville 2018,
arXiv 1802.03426; Campello, Moulavi and Sander 2013, doi 10.1007/978-3-642-37456-2_14.)
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from ..errors import SuggestionError
from ..model import Topic
from .reducing import KnnSmoothing
from .topic_words import require_bertopic, topic_words
from .topics import Corpus, check_texts, described, numbered_by_size

LIBRARIES = ("umap-learn", "hdbscan", "numba")
_NEIGHBOURS, _COMPONENTS, _LEAST = 15, 5, 10


def is_installed() -> bool:
    """Whether UMAP and HDBSCAN can be used on this computer."""
    return all(importlib.util.find_spec(name) is not None for name in ("umap", "hdbscan"))


def require_umap() -> None:
    """Stop where UMAP's topics cannot be made, before any work is done.

    Raises:
        SuggestionError: UMAP, HDBSCAN or BERTopic is not installed.
    """
    require_bertopic()
    if not is_installed():
        raise SuggestionError("UMAP is not installed here: use the tree, which needs nothing more.")


def find_umap_topics(
    texts: Sequence[str], vectors: np.ndarray, *, seed: int = 0, left_out: Collection[str] = ()
) -> tuple[tuple[Topic, ...], np.ndarray, tuple[str, ...]]:
    """Topics, the topic of each row (-1 for none), and notes; arguments as ``find_topics``.

    Raises:
        SuggestionError: UMAP or BERTopic is not installed, there is too little text, or no topic is found.
    """
    require_umap()
    check_texts(texts, vectors, None)
    corpus = Corpus.of(texts, vectors)
    if len(corpus.texts) <= _NEIGHBOURS:
        raise SuggestionError(f"UMAP needs more than {_NEIGHBOURS} texts that differ: use the tree.")
    umap: Any = importlib.import_module("umap")
    hdbscan: Any = importlib.import_module("hdbscan")
    reduced = np.asarray(umap.UMAP(**_settings(seed)).fit_transform(corpus.vectors))
    if not np.isfinite(reduced).all():
        raise SuggestionError("UMAP finds no place for some of these texts: use the tree.")
    least = min(_LEAST, max(2, len(corpus.texts) // 20))
    labels = np.asarray(hdbscan.HDBSCAN(min_cluster_size=least).fit_predict(reduced))
    inside = np.flatnonzero(labels >= 0)
    if not len(inside):
        raise SuggestionError("UMAP and HDBSCAN found no topic in these texts: use the tree.")
    part, at = _only(corpus, inside)
    numbers = numbered_by_size(np.unique(labels[inside], return_inverse=True)[1], part)
    smoothing = KnnSmoothing(seed=seed).fit(part.vectors)
    words = topic_words(part.texts, part.vectors, numbers, smoothing, left_out=left_out)
    assignment = np.where(at >= 0, numbers[at], -1)
    notes = ["Stability is measured for the tree only."]
    n_left = int((assignment < 0).sum())
    if n_left:
        told = "1 text is" if n_left == 1 else f"{n_left} texts are"
        notes.append(f"{told} in no topic: HDBSCAN took {'it' if n_left == 1 else 'them'} for noise.")
    return described(part, numbers, words, assignment), assignment, tuple(notes)


def _settings(seed: int) -> dict[str, Any]:
    """BERTopic's own settings; a seed wants one thread, and UMAP complains unless it is told."""
    return {
        "n_neighbors": _NEIGHBOURS,
        "n_components": _COMPONENTS,
        "min_dist": 0.0,
        "metric": "cosine",
        "random_state": seed,
        "n_jobs": 1,
    }


def _only(corpus: Corpus, inside: np.ndarray) -> tuple[Corpus, np.ndarray]:
    """The corpus of these distinct texts, and the new number of each row's text (-1 for others)."""
    place = np.full(len(corpus.texts) + 1, -1, dtype=np.intp)
    place[inside] = np.arange(len(inside))
    rows = place[corpus.row_text]
    part = Corpus(
        texts=tuple(corpus.texts[i] for i in inside.tolist()), vectors=corpus.vectors[inside], row_text=rows
    )
    return part, rows
