"""Evaluation: nobody in train and test, honest baselines, undefined told with a reason."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import qualtool.suggest.evaluation as evaluation
from qualtool.errors import SuggestionError
from qualtool.model import Code
from qualtool.suggest import CodeProfile, WordCountEncoder, encode_study, evaluate, group_folds
from qualtool.suggest.measures import code_measures, predicted, recall_at

CODES = (Code(guid="f", name="Lunch"), Code(guid="b", name="Bus"), Code(guid="z", name="Zebra"))


def made_up(n: int = 60) -> tuple[list[str], list[tuple[int, str]], list[str]]:
    """Segments on lunch or buses by ten persons."""
    rng = np.random.default_rng(0)
    words = {"f": ["lunch", "canteen", "cold", "plate"], "b": ["bus", "late", "driver", "stop"]}
    texts, labels, persons = [], [], []
    for row in range(n):
        guid = "fb"[row % 2]
        texts.append(" ".join(rng.choice(words[guid], 3)) + f" {row}")
        labels.append((row, guid))
        persons.append(f"person {row % 10 // 2 * 2 + (row // 10) % 2}")
    return texts, labels, persons


@pytest.fixture(scope="module")
def study() -> tuple[list[str], np.ndarray, list[CodeProfile], list[tuple[int, str]], list[str]]:
    texts, labels, persons = made_up()
    vectors, profiles = encode_study(texts, CODES, WordCountEncoder())
    return texts, vectors, profiles, labels, persons


def test_easy_codes_are_learnt(study: Any) -> None:
    """Two codes with words of their own are found nearly always, by more than the baseline of frequency."""
    result = evaluate(*study)
    assert result["folds"] == 5
    assert result["macro_f1"] > 0.9
    assert result["macro_f1"] > result["baselines"]["most_frequent_codes"]["macro_f1"]
    assert set(result["baselines"]) == {"most_frequent_codes", "tfidf_logistic"}
    for row in result["rows"][:2]:
        assert row["n"] == 30
        assert row["average_precision"] > 0.95


def test_code_without_cases(study: Any) -> None:
    """A code nobody used has no measures but a reason, and does not pull the mean down."""
    row = evaluate(*study)["rows"][2]
    assert (row["code"], row["n"]) == ("z", 0)
    assert row["recall"] is row["f1"] is row["average_precision"] is None
    assert row["reason"]


def test_ready_for_json(study: Any) -> None:
    """The result is JSON as it stands, without nan or infinity."""
    assert json.loads(json.dumps(evaluate(*study), allow_nan=False))["folds"] == 5


def test_nobody_is_in_train_and_test(study: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No person whose segments are tested has a segment among those learnt from, words included."""
    texts, vectors, profiles, labels, persons = study
    seen: list[tuple[set[str], set[str]]] = []
    told: list[set[str]] = []
    worded: list[tuple[set[str], set[str]]] = []
    real_suggested, real_lexicon = evaluation._suggested, evaluation.Lexicon
    real_baseline = evaluation.tfidf_logistic

    def spy(tested: Any, train: Any, test: Any, *rest: Any, **options: Any) -> Any:
        seen.append(({tested.groups[r] for r in train}, {tested.groups[r] for r in test}))
        return real_suggested(tested, train, test, *rest, **options)

    def lexicon(words: list[str]) -> Any:
        told.append({persons[texts.index(text)] for text in words if text in texts})
        return real_lexicon(words)

    def baseline(train: list[str], known: Any, test: list[str]) -> Any:
        worded.append(({persons[texts.index(t)] for t in train}, {persons[texts.index(t)] for t in test}))
        return real_baseline(train, known, test)

    monkeypatch.setattr(evaluation, "_suggested", spy)
    monkeypatch.setattr(evaluation, "Lexicon", lexicon)
    monkeypatch.setattr(evaluation, "tfidf_logistic", baseline)
    evaluate(texts, vectors, profiles, labels, persons)
    assert len(told) == len(worded) == 5
    assert len(seen) >= 5 * 3  # the result and two points of the curve, at least
    for train, test in (*seen, *worded):
        assert train.isdisjoint(test)
    tested = [frozenset(test) for _, test in worded]
    for train, test in seen:
        # Nobody tested in a fold taught that fold anything, words, thresholds and curve included.
        outer = [held for held in tested if held == test] or [held for held in tested if not held & train]
        assert outer
    assert sorted(map(sorted, told)) == sorted(sorted(train) for train, _ in worded)
    assert set().union(*tested) == set(persons)


def test_a_leak_would_show(study: Any) -> None:
    """A code that only marks who speaks is not found when nobody is in both train and test."""
    _, _, profiles, _, _ = study
    persons = [f"person {row % 6}" for row in range(60)]
    signed = [f"signature{row % 6} of text {row}" for row in range(60)]
    labels = [(row, "f" if row % 6 < 3 else "b") for row in range(60)]
    vectors, profiles = encode_study(signed, CODES, WordCountEncoder())
    honest = evaluate(signed, vectors, profiles, labels, persons)
    leaking = evaluate(signed, vectors, profiles, labels, [str(row) for row in range(60)])
    assert leaking["macro_f1"] > 0.95
    assert honest["macro_f1"] < 0.75


def test_progress_is_told_a_fold_at_a_time(study: Any) -> None:
    """The bar runs from the first fold to the last."""
    told: list[tuple[int, int]] = []
    found = evaluate(*study, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, found["folds"]) for done in range(1, found["folds"] + 1)]


def test_row_order(study: Any) -> None:
    """Segments in another order give the same result."""
    texts, vectors, profiles, labels, persons = study
    order = np.random.default_rng(2).permutation(len(texts)).tolist()
    place = {old: new for new, old in enumerate(order)}
    again = evaluate(
        [texts[i] for i in order],
        vectors[order],
        profiles,
        [(place[s], g) for s, g in labels],
        [persons[i] for i in order],
    )
    assert again == evaluate(*study)


def test_one_participant(study: Any) -> None:
    """With one participant every measure is undefined and the reason says why."""
    texts, vectors, profiles, labels, persons = study
    result = evaluate(texts, vectors, profiles, labels, ["only"] * len(persons))
    assert result["folds"] == 0
    assert result["macro_f1"] is None
    assert result["recall_at_3"] is None
    assert "one participant" in result["reason"]
    assert all("one participant" in row["reason"] for row in result["rows"])
    assert [row["n"] for row in result["rows"]] == [30, 30, 0]


def test_nothing_coded(study: Any) -> None:
    """Without codings every measure is undefined and the reason says so."""
    texts, vectors, profiles, _, persons = study
    result = evaluate(texts, vectors, profiles, [], persons, read=[0, 1])
    assert (result["macro_f1"], result["reason"]) == (None, "Nothing has been coded yet.")
    assert evaluate([], np.zeros((0, 3), np.float32), [], [], [])["rows"] == []


@pytest.mark.parametrize(
    "labels", [[(0, "f"), (3, "b")], [(0, "f"), (4, "f")], [(0, "f"), (0, "b"), (3, "f")]]
)
def test_two_labels(study: Any, labels: list[tuple[int, str]]) -> None:
    """Two labels by two persons give finite measures or reasons."""
    texts, vectors, profiles, _, persons = study
    result = evaluate(texts, vectors, profiles, labels, persons)
    assert result["folds"] == 2
    json.dumps(result, allow_nan=False)


def test_wrong_arguments(study: Any) -> None:
    """One fold, or groups of another length, are refused."""
    texts, vectors, profiles, labels, persons = study
    with pytest.raises(SuggestionError, match="at least 2 folds"):
        evaluate(texts, vectors, profiles, labels, persons, n_folds=1)
    with pytest.raises(SuggestionError, match="one participant"):
        evaluate(texts, vectors, profiles, labels, persons[:-1])


def test_fewer_groups_than_folds() -> None:
    """There are never more folds than groups, and none with one group."""
    assert len(group_folds(["a", "b", "a"], 5)) == 2
    assert group_folds(["a", "a"], 5) == []
    assert group_folds([], 5) == []


def test_predictions() -> None:
    """A code is suggested from a score of one half, and the best of a segment always."""
    scores = np.array([[0.6, 0.5, 0.1], [0.2, 0.3, 0.1]])
    assert predicted(scores).tolist() == [[True, True, False], [False, True, False]]
    assert predicted(scores, most=2).tolist() == [[True, True, False], [True, True, False]]


def test_measures_by_hand() -> None:
    """Two hits of three suggestions and four cases: precision 2/3, recall 1/2, F1 4/7."""
    marks = np.array([1, 1, 1, 1, 0], dtype=bool)
    chosen = np.array([1, 1, 0, 0, 1], dtype=bool)
    scores = np.array([0.9, 0.8, 0.3, 0.2, 0.85])
    measured = code_measures(marks, chosen, scores)
    assert measured["precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert measured["recall"] == 0.5
    assert measured["f1"] == pytest.approx(4 / 7, abs=1e-4)
    expected = (1 / 1 + 2 / 3 + 3 / 4 + 4 / 5) / 4
    assert measured["average_precision"] == pytest.approx(expected, abs=1e-4)


def test_never_suggested() -> None:
    """A code with cases that is never suggested has no precision, a recall of nought, and a reason."""
    measured = code_measures(np.array([True, False]), np.zeros(2, dtype=bool), np.array([0.1, 0.2]))
    assert measured["precision"] is None
    assert measured["recall"] == 0.0
    assert "never suggested" in str(measured["reason"])


def test_recall_among_the_first() -> None:
    """Recall among the first n is a mean over coded segments of the share of their codes found."""
    marks = np.array([[1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]], dtype=bool)
    scores = np.array([[0.9, 0.1, 0.8, 0.7], [0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4]])
    assert recall_at(marks, scores, 3) == 0.75
    assert recall_at(marks[2:], scores[2:], 3) is None


# --- accepted suggestions -------------------------------------------------------------------------


def test_accepted_suggestions_are_no_evidence(study: Any) -> None:
    """Labels of accepted suggestions are learnt from and not tested on, nor are segments with no others."""
    texts, vectors, profiles, labels, persons = study
    # Wrong labels everywhere on the second half: tested on, they would spoil the result.
    spoilt = [(i, guid if i < 30 else {"f": "b", "b": "f"}[guid]) for i, guid in labels]
    prompted = [pair for pair in spoilt if pair[0] >= 30]
    tested = evaluate(texts, vectors, profiles, spoilt, persons, prompted=prompted)
    assert tested["n_segments"] == 30
    assert [row["n"] for row in tested["rows"]] == [15, 15, 0]
    assert evaluate(texts, vectors, profiles, spoilt, persons)["n_segments"] == 60


def test_a_cell_that_was_accepted_counts_neither_as_yes_nor_as_no(study: Any) -> None:
    """Beside a label of a person's own, an accepted one on the same segment is left out of its code."""
    texts, vectors, profiles, labels, persons = study
    more = [*labels, (0, "z"), (1, "z")]
    row = evaluate(texts, vectors, profiles, more, persons, prompted=[(0, "z"), (1, "z")])["rows"][2]
    assert (row["code"], row["n"], row["f1"]) == ("z", 0, None)
    own = evaluate(texts, vectors, profiles, more, persons, prompted=[(0, "z")])["rows"][2]
    assert own["n"] == 1


def test_nothing_but_accepted_suggestions_is_told(study: Any) -> None:
    """Where every coding was accepted, nothing is measured, and the reason says why."""
    texts, vectors, profiles, labels, persons = study
    found = evaluate(texts, vectors, profiles, labels, persons, prompted=labels)
    assert found["macro_f1"] is None
    assert "cannot tell how good" in found["reason"]
    json.dumps(found, allow_nan=False)


def test_without_accepted_ones_nothing_changes(study: Any) -> None:
    """An empty list of accepted labels gives the very same document."""
    assert evaluate(*study, prompted=[]) == evaluate(*study)
