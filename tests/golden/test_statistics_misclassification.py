"""Published examples of shares corrected for misclassification."""

from __future__ import annotations

import pytest

from qualtool.statistics.misclassification import Corrected, Share, accuracy, rogan_gladen


def test_lang_and_reiczigel_give_their_first_example() -> None:
    """Lang & Reiczigel 2014, example 1: 4060 of 11284 positive, Se 178/179, Sp 358/359: 34.9 to 37.2 %."""
    found = rogan_gladen(
        4060 / 11284,
        11284,
        sensitivity=178 / 179,
        n_sensitivity=179,
        specificity=358 / 359,
        n_specificity=359,
    )
    assert isinstance(found, Corrected)
    assert (round(found.low, 3), round(found.high, 3)) == (0.349, 0.372)
    assert found.estimate == pytest.approx(0.3600, abs=5e-5)


def test_rogan_and_gladen_correct_the_herd() -> None:
    """23 of 150 cows positive, Se 0.96 and Sp 0.89 known: 5.1 of 100 (the example of R's epiR)."""
    found = rogan_gladen(
        23 / 150, 150, sensitivity=0.96, n_sensitivity=1e9, specificity=0.89, n_specificity=1e9
    )
    assert isinstance(found, Corrected)
    assert round(100 * found.estimate, 1) == 5.1
    assert not found.is_clipped


def test_accuracy_gives_the_liver_scans_of_altman_and_bland() -> None:
    """Altman & Bland 1994, BMJ 308:1552: 231 of 258 ill and 54 of 86 well told by a scan: 0.90 and 0.63."""
    is_ill = [True] * 258 + [False] * 86
    is_called = [True] * 231 + [False] * 27 + [True] * 32 + [False] * 54
    found = accuracy(is_ill, is_called)
    assert isinstance(found.sensitivity, Share)
    assert isinstance(found.specificity, Share)
    assert isinstance(found.prevalence, Share)
    assert (round(found.sensitivity.estimate, 2), round(found.specificity.estimate, 2)) == (0.90, 0.63)
    assert found.prevalence.estimate == pytest.approx(258 / 344)
