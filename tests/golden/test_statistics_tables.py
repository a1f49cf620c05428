"""Exact tests, odds ratios and trends against printed examples."""

import numpy as np
import pytest

from qualtool.statistics import (
    Clustering,
    ExactTest,
    OddsRatio,
    TrendTest,
    Undefined,
    anova_icc,
    cochran_armitage,
    conditional_odds_ratio,
    design_effect,
    fisher_exact,
    freeman_halton,
    kish_n,
    risk_ratio_of_odds,
    woolf_odds_ratio,
)

# R's fisher.test page, "Job Satisfaction" of Agresti (2002), table 2.8.
JOB = [[1, 2, 1, 0], [3, 3, 6, 1], [10, 10, 14, 9], [6, 7, 12, 11]]


def test_fisher_gives_the_convictions_example() -> None:
    """R's fisher.test page: convictions of twins, two-sided p = 0.0005367."""
    found = fisher_exact(2, 17, 10, 13)
    assert isinstance(found, ExactTest)
    assert found.p == pytest.approx(0.0005367, abs=5e-8)


def test_conditional_odds_ratio_gives_the_convictions_example() -> None:
    """R's fisher.test page: odds ratio 0.04693661, 95% from 0.0033 to 0.3632 (R solves to 1e-4)."""
    found = conditional_odds_ratio(2, 17, 10, 13)
    assert isinstance(found, OddsRatio)
    assert found.estimate == pytest.approx(0.04693661, rel=1e-5)
    assert (found.low, found.high) == pytest.approx((0.003325764, 0.363182271), abs=1e-5)


def test_fisher_gives_the_tea_example() -> None:
    """Fisher's tea tasting, three of four cups right: two-sided p = 34/70 and odds ratio 6.408."""
    tested = fisher_exact(3, 4, 1, 4)
    ratio = conditional_odds_ratio(3, 4, 1, 4)
    assert isinstance(tested, ExactTest)
    assert isinstance(ratio, OddsRatio)
    assert tested.p == pytest.approx(34 / 70)
    assert tested.min_p == pytest.approx(2 / 70)
    assert ratio.estimate == pytest.approx(6.408309, rel=1e-5)


def test_freeman_halton_gives_the_job_example_exactly() -> None:
    """R's fisher.test page: p = 0.7827 for the 4 x 4 table, of which a random draw may give .7779."""
    found = freeman_halton(JOB)
    assert isinstance(found, ExactTest)
    assert found.p == pytest.approx(0.7827, abs=5e-5)


def test_cochran_armitage_gives_the_smokers_example() -> None:
    """R's prop.trend.test page: smokers in four groups of patients, X² = 8.2249, p = 0.004132."""
    found = cochran_armitage([83, 90, 129, 70], [86, 93, 136, 82])
    assert isinstance(found, TrendTest)
    assert found.chi_squared == pytest.approx(8.2249, abs=5e-5)
    assert found.p == pytest.approx(0.004132, abs=5e-7)


def test_cochran_armitage_is_undefined_for_a_handful_of_schools() -> None:
    """With twelve schools there is no test of large numbers, and the reason says so."""
    found = cochran_armitage([1, 1, 2, 3], [3, 3, 3, 3])
    assert isinstance(found, Undefined)
    assert "fewer than 30" in found.reason


def test_woolf_adds_a_half_to_an_empty_cell() -> None:
    """With an empty cell the ratio is that of the counts plus 0.5 and is flagged."""
    found = woolf_odds_ratio(4, 4, 1, 4)
    assert isinstance(found, OddsRatio)
    assert found.estimate == pytest.approx((4.5 * 3.5) / (0.5 * 1.5))
    assert found.flags == ("zero_cell",)
    exact = conditional_odds_ratio(4, 4, 1, 4)
    assert isinstance(exact, OddsRatio)
    assert exact.estimate == float("inf")
    assert exact.flags == ("zero_cell",)


def test_woolf_gives_the_aspirin_example() -> None:
    """Agresti 1996, section 2.3: heart attacks on placebo and aspirin, OR 1.832, 95% 1.44 to 2.33."""
    found = woolf_odds_ratio(189, 11034, 104, 11037)
    assert isinstance(found, OddsRatio)
    assert found.estimate == pytest.approx(1.832, abs=5e-4)
    assert (found.low, found.high) == pytest.approx((1.44, 2.33), abs=5e-3)


@pytest.mark.parametrize(("risk", "ratio"), [(0.02, 2.43), (0.25, 1.82)])
def test_one_odds_ratio_means_several_risk_ratios(risk: float, ratio: float) -> None:
    """Odds of 2.5 are a risk ratio of 2.43 at a baseline of 2% and of 1.82 at 25%."""
    assert risk_ratio_of_odds(2.5, risk) == pytest.approx(ratio, abs=5e-3)


def test_odds_become_the_risk_of_zhang_and_yu() -> None:
    """Zhang & Yu 1998: odds ratio 14.1 at a risk of .05 is a risk of .426 (help of R's MKclass::or2rr)."""
    ratio = risk_ratio_of_odds(14.1, 0.05)
    assert isinstance(ratio, float)
    assert ratio * 0.05 == pytest.approx(0.426, abs=5e-4)


def test_odds_become_the_ratio_of_two_risks() -> None:
    """Risks of .7 and .4 are an odds ratio of 3.5 and a risk ratio of 1.75 (help of R's effectsize)."""
    assert risk_ratio_of_odds((0.7 / 0.3) / (0.4 / 0.6), 0.4) == pytest.approx(1.75)


def test_icc_gives_the_example_of_shrout_and_fleiss() -> None:
    """Six targets rated by four judges: ICC(1,1) = .17 (Shrout & Fleiss 1979, table 4)."""
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    values = [float(v) for target in ratings for v in target]
    found = anova_icc(values, [t for t in range(6) for _ in range(4)])
    assert isinstance(found, Clustering)
    assert found.icc == pytest.approx(0.17, abs=5e-3)
    assert found.size == 4
    assert found.design_effect == pytest.approx(design_effect(found.icc, 4))


def test_kish_counts_respondents_of_two_weights() -> None:
    """Weights of 1 and 3 in equal numbers leave 80% of the respondents (Kish 1965, 11.7)."""
    assert kish_n([1.0, 3.0] * 50) == pytest.approx(80)


def test_kish_gives_a_printed_example() -> None:
    """askvity.com, "Kish formula": fifty weights of 1 and fifty of 2 are worth 90 respondents."""
    assert kish_n([1.0] * 50 + [2.0] * 50) == pytest.approx(90)


def test_empty_groups_are_undefined() -> None:
    """Nothing is tested where a group is empty or everybody answers alike."""
    assert isinstance(fisher_exact(0, 0, 1, 3), Undefined)
    assert isinstance(fisher_exact(3, 3, 2, 2), Undefined)
    assert isinstance(freeman_halton(np.array([[1, 2], [0, 0]])), Undefined)
    assert isinstance(anova_icc([1.0, 0.0], ["a", "b"]), Undefined)
