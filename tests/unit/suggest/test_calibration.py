"""Probabilities: from scores of people left out, and how true they are."""

from __future__ import annotations

import json

import numpy as np
import pytest

from qualtool.suggest import Calibration, CodeProfile
from qualtool.suggest.calibration import MIN_GROUPS, MIN_LABELS, calibrate, log_odds, ready_codes, reliability
from qualtool.suggest.regression import logistic

PROFILES = [
    CodeProfile(guid=g, name=g, parts=(g,), vectors=np.ones((1, 1), np.float32)) for g in ("common", "rare")
]


def made_up(n: int = 2000) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Scores that promise far too much: the true probability is known."""
    rng = np.random.default_rng(0)
    odds = rng.normal(size=(n, 2))
    true = logistic(0.5 * odds - 1.5)
    marks = rng.random((n, 2)) < true
    marks[:, 1] = False
    marks[: MIN_LABELS - 1, 1] = True
    groups = [f"person {i % 20}" for i in range(n)]
    return logistic(odds), marks, np.ones((n, 2), dtype=bool), np.arange(n) % 20 % 5, groups


def test_true_probabilities_are_found() -> None:
    """From many answers the curve of a code gives back the probability that lies behind them."""
    scores, marks, known, folds, groups = made_up()
    found = calibrate(scores, marks, known, folds, groups, PROFILES, top=2)
    assert found is not None
    for score in (0.1, 0.3, 0.5, 0.7, 0.9):
        true = float(logistic(0.5 * log_odds(np.array(score)) - 1.5))
        assert found.probability("common", score) == pytest.approx(true, abs=0.04)
    assert found.error is not None
    assert found.error < 0.03
    raw = reliability(scores[:, 0], marks[:, 0])[1]
    assert raw is not None
    assert raw > 0.2


def test_a_code_with_few_labels_has_no_probability() -> None:
    """One label too few, or all by two people, and a code is told in words only."""
    scores, marks, known, folds, groups = made_up()
    found = calibrate(scores, marks, known, folds, groups, PROFILES)
    assert found is not None
    assert found.probability("rare", 0.9) is None
    two = [f"person {i % (MIN_GROUPS - 1)}" for i in range(len(groups))]
    assert not len(ready_codes(marks, two))
    assert calibrate(scores, marks, known, folds, two, PROFILES) is None


def test_probabilities_rise_with_scores() -> None:
    """Within a code a higher score is never told as a lower probability, even where labels contradict."""
    scores, marks, known, folds, groups = made_up(400)
    found = calibrate(scores, ~marks, known, folds, groups, PROFILES)
    assert found is not None
    told = [found.probability("common", s) or 0.0 for s in (0.0, 0.2, 0.5, 0.8, 1.0)]
    assert told == sorted(told)
    assert all(0 < p < 1 for p in told)


def test_reliability_by_hand() -> None:
    """Four told 0.25 of which one is right, and one told 0.95 that is wrong: an error of 0.19."""
    bins, error = reliability(np.array([0.25] * 4 + [0.95]), np.array([True, False, False, False, False]))
    assert [(b["n"], b["told"], b["right"]) for b in bins] == [(4, 0.25, 0.25), (1, 0.95, 0.0)]
    assert error == pytest.approx(0.95 / 5)
    assert reliability(np.array([]), np.array([], dtype=bool)) == ([], None)


def test_a_calibration_survives_the_record_of_a_run() -> None:
    """Stored as JSON and read again it tells the same probabilities."""
    scores, marks, known, folds, groups = made_up(300)
    found = calibrate(scores, marks, known, folds, groups, PROFILES)
    assert found is not None
    again = Calibration.from_dict(json.loads(json.dumps(found.as_dict(), allow_nan=False)))
    assert again.probability("common", 0.4) == pytest.approx(found.probability("common", 0.4), abs=1e-3)
    assert (again.error, again.n_suggestions) == (found.error, found.n_suggestions)


def test_what_was_prompted_does_not_measure() -> None:
    """Answers that suggestions prompted bend the curves and are not counted in how true these are."""
    scores, marks, known, folds, groups = made_up()
    marks[:500, 0] = True  # accepted, whatever the score
    counted = known.copy()
    counted[:500, 0] = False
    every = calibrate(scores, marks, known, folds, groups, PROFILES)
    own = calibrate(scores, marks, known, folds, groups, PROFILES, counted=counted)
    assert every is not None
    assert own is not None
    assert own.curves == every.curves
    assert (every.n_suggestions, own.n_suggestions) == (2000, 1500)


def test_a_code_without_a_curve_is_placed_by_the_one_of_all() -> None:
    """It has no probability; its place among others is that of the common curve, or its score without one."""
    found = Calibration(curves={"a": (1.0, 0.0)}, common=(1.0, -2.0))
    assert found.probability("b", 0.5) is None
    assert found.rank("b", 0.5) == pytest.approx(float(logistic(np.array(-2.0))))
    assert found.rank("a", 0.5) == pytest.approx(0.5)
    assert Calibration(curves={}).rank("b", 0.7) == 0.7
    assert Calibration.from_dict(found.as_dict()).common == (1.0, -2.0)
