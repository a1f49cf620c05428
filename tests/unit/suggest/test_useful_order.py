"""The order in which decisions teach most: doubt about all codes, rare codes first, unlike passages."""

from __future__ import annotations

import numpy as np
import pytest

from qualtool.errors import SuggestionError
from qualtool.suggest import CodeProfile, Evidence, Learner
from qualtool.suggest.queue import useful_order

APART = np.eye(4, dtype=np.float32)


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_doubt_about_several_codes_counts_together() -> None:
    """A passage that may hold two codes comes before one that may hold one, and both before a sure one."""
    values = np.array([[0.99, 0.01], [0.5, 0.01], [0.5, 0.5]])
    assert useful_order([0, 1, 2], [0, 0, 0], APART, [5, 5], values=values) == [2, 1, 0]


def test_doubt_about_a_rare_code_comes_first() -> None:
    """Of two passages in equal doubt that of the code with fewer labels is asked for first."""
    values = np.array([[0.5, 0.0], [0.0, 0.5]])
    assert useful_order([0, 1], [0, 1], APART, [50, 2], values=values) == [1, 0]
    assert useful_order([0, 1], [0, 1], APART, [2, 50], values=values) == [0, 1]


def test_what_is_expected_of_a_batch_counts_already() -> None:
    """After a passage that probably holds the rare code, the other code's turn comes."""
    values = np.array([[0.7, 0.0], [0.7, 0.0], [0.0, 0.6]])
    assert useful_order([0, 1, 2], [0, 0, 1], APART, [0, 0], values=values) == [2, 0, 1]
    assert useful_order([0, 1, 2], [0, 0, 1], APART, [0, 1], values=values)[0] == 0


def test_unlike_passages_come_first() -> None:
    """Of equally doubtful passages the one unlike those placed before comes next."""
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    values = np.array([[0.5], [0.45], [0.45]])
    assert useful_order([0, 1, 2], [0, 0, 0], vectors, [0], values=values) == [0, 2, 1]


def test_a_code_that_is_always_rejected_is_asked_for_less() -> None:
    """Many rejections turn the questions to another code, as labels do; few do not."""
    values = np.array([[0.5, 0.0], [0.0, 0.45]])
    told = [useful_order([0, 1], [0, 1], APART, [0, 0], values=values, n_rejected=[n, 0]) for n in (0, 30)]
    assert told == [[0, 1], [1, 0]]


def test_suggestions_of_one_passage_stand_together() -> None:
    """A passage is read once: its suggestions follow each other, the likeliest first."""
    values = np.array([[0.3, 0.6], [0.9, 0.0], [0.3, 0.6]])
    assert useful_order([2, 0, 2], [0, 0, 1], APART, [1, 1], values=values) == [2, 0, 1]


def test_places_beyond_those_chosen() -> None:
    """Passages that are not placed one by one follow by what they are worth; none is lost."""
    rng = np.random.default_rng(3)
    values = rng.random((40, 5))
    vectors = unit(rng.normal(size=(40, 8)))
    codes = values.argmax(axis=1).tolist()
    order = useful_order(list(range(40)), codes, vectors, [1] * 5, values=values, n_chosen=4)
    assert sorted(order) == list(range(40))
    whole = useful_order(list(range(40)), codes, vectors, [1] * 5, values=values)
    assert order[:4] == whole[:4]


def test_the_order_does_not_depend_on_how_suggestions_are_listed() -> None:
    """Suggestions given in another order get the same places, equal ones by segment and code."""
    rng = np.random.default_rng(5)
    segments = np.repeat(np.arange(30), 2)
    codes = np.tile([0, 3], 30)
    values = np.repeat(np.round(rng.random((30, 4)), 1), 2, axis=0)  # many are equal
    vectors = unit(rng.normal(size=(30, 6)))
    pairs = list(zip(segments.tolist(), codes.tolist(), strict=True))
    straight = useful_order(segments.tolist(), codes.tolist(), vectors, [0, 2, 1, 9], values=values)
    mixed = rng.permutation(60)
    turned = useful_order(
        segments[mixed].tolist(), codes[mixed].tolist(), vectors, [0, 2, 1, 9], values=values[mixed]
    )
    assert [pairs[mixed[i]] for i in turned] == [pairs[i] for i in straight]
    again = useful_order(segments.tolist(), codes.tolist(), vectors, [0, 2, 1, 9], values=values)
    assert again == straight


def test_row_order_of_the_study_changes_nothing() -> None:
    """The same study with its passages in another order asks for the same passages."""
    rng = np.random.default_rng(7)
    texts = [f"passage {i} about {word}" for i, word in enumerate(["lunch", "bus", "noise"] * 10)]
    vectors = unit(rng.normal(size=(33, 16)))
    names = ("lunch", "bus", "noise")
    profiles = [
        CodeProfile(guid=name, name=name, parts=(name,), vectors=vectors[[30 + at]])
        for at, name in enumerate(names)
    ]

    def asked(order: list[int]) -> list[str]:
        mine = [texts[i] for i in order]
        labels = [(mine.index(texts[i]), names[i % 3]) for i in (0, 1, 4)]
        left = [i for i in range(30) if mine[i] not in {texts[0], texts[1], texts[4]}]
        values = Learner(mine, vectors[order], profiles).fit(Evidence.of(labels), left).values
        best = values.argmax(axis=1).tolist()
        return [mine[left[i]] for i in useful_order(left, best, vectors[order], [1, 2, 0], values=values)]

    assert asked(list(range(30))) == asked(list(reversed(range(30))))


def test_one_code_no_label_and_nothing_to_place() -> None:
    """With one code the doubtful passage comes first; nothing to place gives an empty order."""
    assert useful_order([0, 1], [0, 0], APART, [0], values=np.array([[0.9], [0.5]])) == [1, 0]
    assert useful_order([], [], APART, [0, 0], values=np.zeros((0, 2))) == []
    assert useful_order([0, 1], [0, 0], APART, [0], values=np.array([[1.0], [0.0]])) == [0, 1]


def test_arguments_that_do_not_fit_are_refused() -> None:
    """Scores, codes or rejections of another length are refused with a sentence."""
    values = np.full((2, 3), 0.5)
    with pytest.raises(SuggestionError, match="score of every code"):
        useful_order([0, 1], [0, 0], APART, [0, 0], values=values)
    with pytest.raises(SuggestionError, match="score of every code"):
        useful_order([0, 1], [0], APART, [0, 0, 0], values=values)
    with pytest.raises(SuggestionError, match="score of every code"):
        useful_order([0, 1], [0, 0], APART, [0, 0, 0], values=values, n_rejected=[1])
