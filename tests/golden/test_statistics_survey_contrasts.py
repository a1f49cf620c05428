"""Differences and slopes of a survey against the published output of Stata (UCLA, OARC).

"How can I do a t-test with survey data?", Stata FAQ: 200 pupils of High School and Beyond (hsb2), their
writing score by sex, with the social studies score taken as a weight and ses as strata. Printed: the means
of both sexes with their linearised errors, and F(1, 197) = 10.45, p = 0.0014, of their difference.
"""

from __future__ import annotations

import pytest
from scipy import stats

from qualtool.statistics import Design, Estimate, weighted_difference, weighted_mean, weighted_slope

# score/weight of the boys and of the girls, by stratum
PUPILS = {
    1: (
        "52/57 57/56 49/56 44/41 31/36 41/41 59/46 37/32 44/46 39/26 43/44 40/31 49/36 65/56 49/46",
        "44/48 44/51 62/51 44/41 46/41 35/33 54/56 50/51 65/56 57/56 47/51 54/51 62/46 35/26 65/56 "
        "59/66 46/51 41/41 55/41 37/46 62/61 62/61 44/31 54/36 60/37 57/43 49/51 60/66 65/51 65/71 "
        "46/66 54/41",
    ),
    2: (
        "52/61 52/61 59/61 46/36 57/51 55/51 46/61 65/61 57/56 39/46 49/41 63/66 40/56 44/46 37/31 "
        "57/46 31/51 41/31 54/66 31/51 47/51 59/51 54/51 59/51 59/46 54/51 61/56 44/46 59/71 62/66 "
        "39/46 57/41 49/51 46/61 33/36 41/26 54/66 33/36 44/51 67/66 59/66 45/51 36/46 59/56 41/41 "
        "31/31 62/46",
        "59/61 65/56 59/51 54/56 52/56 44/41 52/56 52/56 46/46 41/56 53/41 59/56 62/51 54/46 59/46 "
        "52/56 41/41 49/61 42/51 57/41 59/66 62/31 52/51 57/51 54/61 62/66 59/71 55/61 57/61 39/41 "
        "50/58 59/61 59/61 62/41 46/61 67/71 54/41 62/51 49/51 65/61 54/51 44/36 52/56 65/56 59/56 "
        "46/46 41/52 62/61",
    ),
    3: (
        "33/31 44/56 60/71 63/46 52/56 65/61 52/61 65/66 38/46 52/61 67/71 59/61 65/66 62/66 65/66 "
        "40/47 33/41 39/42 62/66 42/61 54/61 61/61 59/66 41/56 59/56 62/66 41/56 49/56 49/56",
        "62/61 65/71 63/61 60/66 59/61 52/51 62/56 65/71 59/66 61/66 54/46 67/66 57/61 49/46 63/66 "
        "54/52 52/61 54/56 67/66 61/31 36/39 59/51 52/36 67/61 67/56 62/61 57/41 59/51 65/61",
    ),
}


@pytest.fixture(scope="module")
def pupils() -> tuple[list[float], list[bool], Design]:
    """Scores, whether a girl wrote, and the design."""
    scores: list[float] = []
    weights: list[float] = []
    strata: list[int] = []
    is_girl: list[bool] = []
    for stratum, sexes in PUPILS.items():
        for girls, told in enumerate(sexes):
            for pair in told.split():
                score, weight = pair.split("/")
                scores.append(float(score))
                weights.append(float(weight))
                strata.append(stratum)
                is_girl.append(bool(girls))
    return scores, is_girl, Design(n=200, weights=weights, strata=strata)


@pytest.mark.parametrize(
    ("is_wanted", "mean", "error"), [(True, 55.81467, 0.721354), (False, 51.65351, 1.041066)]
)
def test_means_of_domains_are_statas(
    pupils: tuple[list[float], list[bool], Design], is_wanted: bool, mean: float, error: float
) -> None:
    """svy: mean write, over(female): 51.65351 (1.041066) and 55.81467 (.721354)."""
    scores, is_girl, design = pupils
    found = weighted_mean(scores, design, [girl is is_wanted for girl in is_girl])
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(mean, abs=5e-6)
    assert found.standard_error == pytest.approx(error, abs=5e-7)


def test_the_difference_has_statas_f(pupils: tuple[list[float], list[bool], Design]) -> None:
    """test [write]male = [write]female: F(1, 197) = 10.45, Prob > F = 0.0014."""
    scores, is_girl, design = pupils
    found = weighted_difference(scores, design, is_girl, [not girl for girl in is_girl])
    assert isinstance(found, Estimate) and found.standard_error is not None
    f = (found.value / found.standard_error) ** 2
    assert found.df == 197
    assert round(f, 2) == 10.45
    assert round(float(stats.f.sf(f, 1, found.df)), 4) == 0.0014


def test_a_line_over_two_groups_is_their_difference(pupils: tuple[list[float], list[bool], Design]) -> None:
    """svy: regress write female is, with a predictor of 0 and 1, the same test: 4.16116 points."""
    scores, is_girl, design = pupils
    found = weighted_slope(scores, [float(girl) for girl in is_girl], design, [True] * 200)
    assert isinstance(found, Estimate) and found.standard_error is not None
    assert found.value == pytest.approx(55.81467 - 51.65351, abs=1e-5)
    assert round((found.value / found.standard_error) ** 2, 2) == 10.45
