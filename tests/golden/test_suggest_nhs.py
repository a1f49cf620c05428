"""Topics and suggestions on 1,744 real answers with people's own labels (NHS England, MIT licence).

The protocol of the labels' own baseline: a test set of 500, N labels a code from the rest, 20 codes.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from qualtool.suggest import CodeProfile, evaluate, find_topics, open_encoder, suggest_codes

Answers = tuple[list[str], np.ndarray, list[str]]


@pytest.fixture(scope="module")
def codes(shared_data: Path) -> list[str]:
    expected = json.loads((shared_data / "labelled" / "expected.json").read_text(encoding="utf-8"))
    return expected["nhs_fft_nhft.csv"]["baseline"]["code_list"]


@pytest.fixture(scope="module")
def answers(shared_data: Path, codes: list[str]) -> Answers:
    """Distinct answers with a code, their marks (answers, codes), and whose they are."""
    texts: dict[str, tuple[str, list[bool], str]] = {}
    with (shared_data / "labelled" / "nhs_fft_nhft.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            text = row["FFT answer"].strip()
            marks = [row[code] == "1" for code in codes]
            if text:
                texts.setdefault(text.lower(), (text, marks, row["Respondent ID"]))
    kept = [found for found in texts.values() if any(found[1])]
    return [f[0] for f in kept], np.array([f[1] for f in kept]), [f[2] for f in kept]


@pytest.fixture(scope="module")
def encoded(answers: Answers, codes: list[str]) -> tuple[np.ndarray, list[CodeProfile]]:
    encoder, why = open_encoder()
    assert why is None
    vectors = encoder.encode([*answers[0], *codes])
    n = len(answers[0])
    profiles = [
        CodeProfile(guid=str(at), name=code, parts=(code,), vectors=vectors[n + at : n + at + 1])
        for at, code in enumerate(codes)
    ]
    return vectors[:n], profiles


def labelled_rows(marks: np.ndarray, pool: np.ndarray, n_labels: int) -> list[int]:
    """Rows of the pool, in its order, until every code has ``n_labels``."""
    chosen: list[int] = []
    counts = np.zeros(marks.shape[1], dtype=int)
    for code in range(marks.shape[1]):
        for row in pool.tolist():
            if counts[code] >= n_labels:
                break
            if marks[row, code] and row not in chosen:
                chosen.append(row)
                counts += marks[row]
    return chosen


def test_ten_labels_beat_the_most_frequent_codes(
    answers: Answers, encoded: tuple[np.ndarray, list[CodeProfile]]
) -> None:
    """With ten labels a code, three suggestions hold at least two thirds of a person's codes, the three
    most frequent codes a third, and strong ones are right more often than possible and weak ones."""
    texts, marks, _ = answers
    vectors, profiles = encoded
    order = np.random.default_rng(0).permutation(len(texts))
    test, pool = order[:500].tolist(), order[500:]
    train = labelled_rows(marks, pool, 10)
    labels = [(row, str(code)) for row in train for code in np.flatnonzero(marks[row]).tolist()]
    found = suggest_codes(texts, vectors, profiles, labels, targets=test, min_score=0.0)
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
    texts, marks, persons = answers
    vectors, profiles = encoded
    rows = np.sort(np.random.default_rng(1).permutation(len(texts))[:400])
    labels = [(at, str(code)) for at, row in enumerate(rows) for code in np.flatnonzero(marks[row]).tolist()]
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
    texts, marks, _ = answers
    vectors, _ = encoded
    result = find_topics(texts, vectors)
    assert result.n_topics >= 5
    assert all(len(topic.words) >= 5 for topic in result.topics)
    food = marks[:, 16]
    shares = sorted((float(np.mean(food[list(topic.members)])) for topic in result.topics), reverse=True)
    assert shares[0] > 0.7
    assert food.mean() < 0.1
