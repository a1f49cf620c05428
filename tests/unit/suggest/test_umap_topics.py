"""UMAP and HDBSCAN as an option: wired as BERTopic does, and refused in plain words where they are absent."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from qualtool.errors import SuggestionError
from qualtool.suggest import umap_topics

THEMES = ("bus taxi late", "dinner queue hungry", "plan review meeting")


def corpus() -> tuple[list[str], np.ndarray]:
    rng = np.random.default_rng(1)
    texts = [f"{THEMES[i % 3]} {i}" for i in range(90)]
    return texts, np.eye(8)[[i % 3 for i in range(90)]] + rng.normal(0, 0.02, (90, 8))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A module of UMAP's name and signature that keeps the first columns: it tests our wiring, not UMAP."""
    asked: dict[str, Any] = {}

    class UMAP:
        def __init__(self, **settings: Any) -> None:
            asked.update(settings)

        def fit_transform(self, vectors: np.ndarray) -> np.ndarray:
            return np.asarray(vectors)[:, : asked["n_components"]]

    module = ModuleType("umap")
    module.UMAP = UMAP
    module.__spec__ = __import__("importlib.machinery").machinery.ModuleSpec("umap", None)
    monkeypatch.setitem(sys.modules, "umap", module)
    return asked


def test_groups_are_found_and_told(stand_in: dict[str, Any]) -> None:
    """Three groups of texts become three topics with words of their own, with BERTopic's settings."""
    texts, vectors = corpus()
    topics, assignment, _ = umap_topics.find_umap_topics(texts, vectors, seed=7)
    assert (stand_in["n_neighbors"], stand_in["metric"], stand_in["random_state"]) == (15, "cosine", 7)
    assert len(topics) == 3
    for topic in topics:
        inside = {texts[m].rsplit(" ", 1)[0] for m in topic.members}
        assert len(inside) == 1
        assert set(topic.words) & set(inside.pop().split())
    assert np.array_equal(assignment >= 0, np.ones(90, bool))


def test_texts_in_no_group_are_counted(stand_in: dict[str, Any]) -> None:
    """What HDBSCAN takes for noise has no topic, and a note says how many they are."""
    texts, vectors = corpus()
    stray = [f"quite another thing {i}" for i in range(3)]
    far = np.eye(8)[[5, 6, 7]] * np.array([[1.0], [-1.0], [1.0]]) + 0.3
    far[:, :3] += np.array([[3, 0, 3], [0, 3, 3], [3, 3, 0]])
    topics, assignment, notes = umap_topics.find_umap_topics([*texts, *stray], np.vstack([vectors, far]))
    n_left = int((assignment < 0).sum())
    assert sum(t.size for t in topics) == 93 - n_left
    assert bool(notes) == (n_left > 0)


def test_where_umap_is_absent_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without UMAP one sentence says so and names what to use."""
    monkeypatch.setattr(umap_topics, "is_installed", lambda: False)
    texts, vectors = corpus()
    with pytest.raises(SuggestionError, match="UMAP is not installed"):
        umap_topics.find_umap_topics(texts, vectors)


def test_too_few_texts_are_refused(stand_in: dict[str, Any]) -> None:
    """A handful of texts is refused in one sentence."""
    texts, vectors = corpus()
    with pytest.raises(SuggestionError, match="more than 15 texts"):
        umap_topics.find_umap_topics(texts[:9], vectors[:9])


REAL = pytest.mark.skipif(
    not umap_topics.is_installed(), reason="UMAP is not installed: pip install umap-learn hdbscan"
)


@REAL
@pytest.mark.filterwarnings("ignore:Tensorflow not installed")
def test_umap_itself_finds_the_groups_in_any_order() -> None:
    """UMAP and HDBSCAN find three groups, the same on a second run and in another order of rows."""
    texts, vectors = corpus()
    topics, assignment, _ = umap_topics.find_umap_topics(texts, vectors, seed=3)
    assert len(topics) == 3
    order = np.random.default_rng(2).permutation(len(texts))
    mixed = [texts[i] for i in order]
    _, again, _ = umap_topics.find_umap_topics(mixed, vectors[order], seed=3)
    assert np.array_equal(again, assignment[order])


@REAL
@pytest.mark.filterwarnings("ignore:Tensorflow not installed")
@pytest.mark.parametrize("n", [16, 20, 60])
@pytest.mark.parametrize("kind", ["alike", "no words", "opposite"])
def test_umap_itself_stands_odd_vectors(n: int, kind: str) -> None:
    """Vectors that are all alike, all nought, or opposite give topics or one plain sentence."""
    texts = [f"text {i}" for i in range(n)]
    vectors = {
        "alike": np.ones((n, 8)),
        "no words": np.zeros((n, 1)),
        "opposite": np.array([[1.0, 0.0], [-1.0, 0.0]] * n)[:n],
    }[kind]
    try:
        topics, assignment, _ = umap_topics.find_umap_topics(texts, vectors)
    except SuggestionError as err:
        assert str(err).endswith("use the tree.")
    else:
        assert sum(topic.size for topic in topics) == int((assignment >= 0).sum())
