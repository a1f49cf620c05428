"""Smoothing, tree, regression and measures against their plain definitions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import GroupKFold

from qualtool.suggest.evaluation import group_folds
from qualtool.suggest.measures import average_precision, macro_f1
from qualtool.suggest.reducing import cut_merges, smoothed, ward_merges
from qualtool.suggest.regression import regressions


def unit(values: np.ndarray) -> np.ndarray:
    return values / np.linalg.norm(values, axis=1, keepdims=True)


@pytest.fixture
def rows() -> np.ndarray:
    return unit(np.random.default_rng(2).normal(size=(700, 12))).astype(np.float32)


def test_smoothing(rows: np.ndarray) -> None:
    """Smoothing in blocks equals the mean over the nearest rows taken one row at a time."""
    expected = rows
    for _ in range(2):
        means = [expected[np.argsort(-(expected @ row), kind="stable")[:6]].mean(axis=0) for row in expected]
        expected = unit(np.array(means))
    assert np.abs(smoothed(rows, n_neighbours=6) - expected).max() < 1e-5


@pytest.mark.parametrize("k", [1, 2, 7, 30, 700])
def test_tree_and_cut(rows: np.ndarray, k: int) -> None:
    """The tree from blocks of cosines and its cut equal scipy's own on the coordinates."""
    theirs = fcluster(linkage(rows.astype(np.float64), method="ward"), k, criterion="maxclust")
    ours = cut_merges(ward_merges(rows), k, len(rows))
    assert len(set(ours.tolist())) == k
    assert len(set(zip(ours.tolist(), theirs.tolist(), strict=True))) == k


def test_regression() -> None:
    """All codes solved at once equal scikit-learn's regression of each code alone."""
    rng = np.random.default_rng(0)
    features = unit(rng.normal(size=(80, 40)))
    answers = (features[:, :3] + rng.normal(scale=0.05, size=(80, 3))) > 0.1
    weights = np.where(np.arange(80) > 70, 4.0, 1.0)
    coefficients, intercepts = regressions(features, answers, weights, is_exact=True)
    for at in range(3):
        yes = answers[:, at]
        half = weights.sum() / 2
        balanced = weights * np.where(yes, half / weights[yes].sum(), half / weights[~yes].sum())
        model = LogisticRegression(C=2.0, tol=1e-10, max_iter=5000).fit(features, yes, sample_weight=balanced)
        ours = 1 / (1 + np.exp(-(features @ coefficients[:, at] + intercepts[at])))
        assert np.abs(ours - model.predict_proba(features)[:, 1]).max() < 1e-3


def test_measures() -> None:
    """Average precision and macro-F1 equal scikit-learn's, ties among scores included."""
    rng = np.random.default_rng(1)
    marks = rng.random((200, 4)) < 0.3
    scores = np.round(rng.random((200, 4)), 1)
    chosen = scores > 0.6
    for at in range(4):
        theirs = average_precision_score(marks[:, at], scores[:, at])
        assert average_precision(marks[:, at], scores[:, at]) == pytest.approx(theirs)
    assert macro_f1(marks, chosen) == pytest.approx(f1_score(marks, chosen, average="macro"), abs=5e-5)


def test_folds_have_the_sizes_of_group_k_fold() -> None:
    """Folds are as even as scikit-learn's GroupKFold makes them."""
    groups = [f"p{n}" for n in np.random.default_rng(3).integers(0, 23, size=300)]
    theirs = sorted(len(test) for _, test in GroupKFold(4).split(groups, groups=groups))
    assert sorted(len(fold.test) for fold in group_folds(groups, 4)) == theirs
