"""Topics and suggestions on 1,744 real answers with people's own labels (NHS England, MIT licence)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from nhs_answers import N_TEST, encoded_answers, labelled_answers, labels_of, rows_with

from qualtool.suggest import CodeProfile, evaluate, find_topics, suggest_codes

Answers = tuple[list[str], list[str], np.ndarray, list[str]]


@pytest.fixture(scope="module")
def answers(shared_data: Path) -> Answers:
    return labelled_answers(shared_data / "labelled")


@pytest.fixture(scope="module")
def encoded(answers: Answers) -> tuple[np.ndarray, list[CodeProfile]]:
    codes, texts, *_ = answers
    return encoded_answers(codes, texts)


def test_ten_labels_beat_the_most_frequent_codes(
    answers: Answers, encoded: tuple[np.ndarray, list[CodeProfile]]
) -> None:
    """With ten labels a code, three suggestions hold at least two thirds of a person's codes, the three
    most frequent codes a third, and strong ones are right more often than possible and weak ones."""
    _, texts, marks, _ = answers
    vectors, profiles = encoded
    order = np.random.default_rng(0).permutation(len(texts))
    test, pool = order[:N_TEST].tolist(), order[N_TEST:]
    train = rows_with(marks, pool, 10)
    found = suggest_codes(texts, vectors, profiles, labels_of(marks, train), targets=test, min_score=0.0)
    hits = np.zeros(len(texts))
    right: dict[str, list[bool]] = {"strong": [], "possible": [], "weak": []}
    for one in found:
        is_right = bool(marks[one.segment, int(one.code_guid)])
        hits[one.segment] += is_right
        right[one.strength].append(is_right)
    ours = float(np.mean(hits[test] / marks[test].sum(axis=1)))
    frequent = np.argsort(-marks[train].sum(axis=0), kind="stable")[:3]
    baseline = float(np.mean(marks[test][:, frequent].sum(axis=1) / marks[test].sum(axis=1)))
    assert baseline == pytest.approx(0.33, abs=0.05)
    assert ours >= 0.67
    shares = [float(np.mean(right[word])) for word in ("strong", "possible", "weak")]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.7


def test_evaluation_of_a_subset(answers: Answers, encoded: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """Cross-validated by respondent on 400 answers the suggestions beat both baselines."""
    _, texts, marks, persons = answers
    vectors, profiles = encoded
    rows = np.sort(np.random.default_rng(1).permutation(len(texts))[:400])
    labels = labels_of(marks[rows], range(len(rows)))
    result = evaluate(
        [texts[row] for row in rows],
        vectors[rows],
        profiles,
        labels,
        [persons[row] for row in rows],
        n_folds=3,
    )
    for baseline in result["baselines"].values():
        assert result["macro_f1"] > baseline["macro_f1"]
        assert result["recall_at_3"] > baseline["recall_at_3"]
    assert json.dumps(result, allow_nan=False)


def test_topics(answers: Answers, encoded: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """Real answers give at least five topics with words, in which a person's codes are concentrated."""
    _, texts, marks, _ = answers
    vectors, _ = encoded
    result = find_topics(texts, vectors)
    assert result.n_topics >= 5
    assert all(len(topic.words) >= 5 for topic in result.topics)
    food = marks[:, 16]
    shares = sorted((float(np.mean(food[list(topic.members)])) for topic in result.topics), reverse=True)
    assert shares[0] > 0.7
    assert food.mean() < 0.1
