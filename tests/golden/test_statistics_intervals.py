"""Published worked examples of the intervals."""

import math

import numpy as np
import pytest
from scipy import stats

from qualtool.statistics import (
    Interval,
    bonett_wright,
    bootstrap_difference,
    fieller_interval,
    mean_share,
    newcombe,
    stratified_welch,
    welch,
    wilson,
)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_table(k: int, n: int, low: float, high: float) -> None:
    """Wilson's limits equal method 3 of table I in Newcombe 1998 (Stat Med 17:857) to four decimals."""
    found = wilson(k, n)
    assert isinstance(found, Interval)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("k1", "n1", "k0", "n0", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_newcombe_gives_his_table(k1: int, n1: int, k0: int, n0: int, low: float, high: float) -> None:
    """Method 10 gives all eight contrasts of table II in Newcombe 1998 (Stat Med 17:873)."""
    found = newcombe(k1, n1, k0, n0)
    assert isinstance(found, Interval)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_nobody_of_twenty_can_still_be_sixteen_per_cent() -> None:
    """A theme voiced by none of 20 people asked may be held by up to 16% of such people."""
    found = wilson(0, 20)
    assert isinstance(found, Interval)
    assert round(found.high, 2) == 0.16


# Student's sleep data, hours gained by ten people under two drugs; here in tenths, as limits are clipped.
DRUG_1 = [x / 10 for x in (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)]
DRUG_2 = [x / 10 for x in (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)]


def test_welch_gives_the_sleep_example_of_the_r_help_page() -> None:
    """R's t.test page, Student's sleep data: 95% from -3.3654832 to 0.2054832 hours."""
    found = welch(DRUG_1, DRUG_2)
    assert isinstance(found, Interval)
    assert (found.low, found.high) == pytest.approx((-0.33654832, 0.02054832), abs=5e-9)


def test_a_mean_has_the_limits_of_the_sleep_example() -> None:
    """W. Chang's Cookbook for R, one-sample t of the same data: mean 1.54, 95% 0.5955845 to 2.4844155."""
    found = mean_share([*DRUG_1, *DRUG_2])
    assert isinstance(found, Interval)
    assert (found.low, found.high) == pytest.approx((0.05955845, 0.24844155), abs=5e-9)


# Scores of ten people in each of four cells, factor A by factor B; here in hundredths.
CELLS = {
    (1, 1): (14, 15, 11, 7, 16, 12, 15, 16, 10, 9),
    (1, 2): (18, 24, 14, 18, 22, 21, 16, 17, 14, 13),
    (2, 1): (16, 11, 10, 17, 13, 18, 12, 16, 6, 15),
    (2, 2): (18, 17, 11, 9, 9, 13, 18, 15, 14, 11),
}


@pytest.mark.parametrize(
    ("is_b", "low", "high"), [(False, -0.6072632, 3.9072632), (True, -4.9072632, -0.3927368)]
)
def test_strata_of_welch_give_the_main_effects_of_two_factors(is_b: bool, low: float, high: float) -> None:
    """The help of ci.2x2.mean.bs in R's statpsych (D. Bonett): the effects of A and of B, over the other.

    Unequal variances, 35.47894 degrees of freedom after Satterthwaite, 95% limits to seven decimals. A
    main effect is the difference averaged over strata of one size.
    """
    cells = {key: [score / 100 for score in scores] for key, scores in CELLS.items()}
    pairs = [((level, 1), (level, 2)) if is_b else ((1, level), (2, level)) for level in (1, 2)]
    found = stratified_welch([(cells[first], cells[other]) for first, other in pairs])
    assert isinstance(found, Interval)
    assert (100 * found.low, 100 * found.high) == pytest.approx((low, high), abs=6e-8)


# Weekly hours of television in households of two towns and the country around, sampled in proportion.
HOURS = (
    (35, 43, 36, 39, 28, 28, 29, 25, 38, 27, 26, 32, 29, 40, 35, 41, 37, 31, 45, 34),
    (27, 15, 4, 41, 49, 25, 10, 30),
    (8, 14, 12, 15, 30, 32, 21, 20, 34, 7, 11, 24),
)


def test_unequal_strata_give_the_textbook_mean_of_television_hours() -> None:
    """Scheaffer, Mendenhall & Ott, three strata: 27.675 hours, variance 1.969519, so in a package's tests.

    The package is advstats. Against households without television the difference is the stratified mean;
    the printed variance is lessened by the 20 of 155 sampled, alike in each stratum, and t has
    Satterthwaite's degrees of freedom of the parts (Cochran 1977, section 5.4).
    """
    found = stratified_welch([([h / 100 for h in hours], [0.0] * len(hours)) for hours in HOURS])
    parts = [(len(h) / 40) ** 2 * float(np.var(h, ddof=1)) / len(h) for h in HOURS]
    df = sum(parts) ** 2 / sum(part**2 / (len(h) - 1) for part, h in zip(parts, HOURS, strict=True))
    half = float(stats.t.ppf(0.975, df)) * math.sqrt(1.969519 / (1 - 20 / 155))
    assert isinstance(found, Interval)
    assert (100 * found.low, 100 * found.high) == pytest.approx((27.675 - half, 27.675 + half), abs=2e-6)


# Ratings by twenty patients of each of two hospitals: Minitab's sample data HospitalComparison.
HOSPITAL_A = [81, 77, 75, 74, 86, 90, 62, 73, 91, 98, 81, 85, 77, 78, 83, 90, 78, 76, 71, 80]
HOSPITAL_B = [89, 64, 35, 68, 69, 55, 37, 57, 42, 49, 59, 58, 65, 71, 67, 58, 63, 68, 55, 57]


def test_the_bootstrap_gives_minitabs_example_of_two_hospitals() -> None:
    """Minitab's help, bootstrapping for 2-sample means: 95% from 14.4 to 27.6 by 1,000 resamples.

    With a tail of 2.5% and an error of 3.2 a percentile of 1,000 draws has a standard error of .28, so
    the printed limits are held to half a point; a million draws give 14.65 and 27.40.
    """
    assert (np.mean(HOSPITAL_A), np.mean(HOSPITAL_B)) == pytest.approx((80.3, 59.3))
    assert (np.std(HOSPITAL_A, ddof=1), np.std(HOSPITAL_B, ddof=1)) == pytest.approx((8.18, 12.43), abs=5e-3)
    found = bootstrap_difference(HOSPITAL_A, HOSPITAL_B, rng=np.random.default_rng(1), n_resamples=50_000)
    assert isinstance(found, Interval)
    assert (found.low, found.high) == pytest.approx((14.4, 27.6), abs=0.5)
    assert (found.low, found.high) == pytest.approx((14.65, 27.40), abs=0.1)


@pytest.mark.parametrize(
    ("tau", "n", "low", "high"), [(-0.0859, 784, -0.1318, -0.0397), (-0.1235, 70, -0.2762, 0.0354)]
)
def test_fieller_gives_the_colorectal_cancer_example(tau: float, n: int, low: float, high: float) -> None:
    """Fagerland, Lydersen & Laake 2017, table 7.7, and a tenth of it: tau-b and limits as their R package
    contingencytables prints them."""
    found = fieller_interval(tau, n)
    assert isinstance(found, Interval)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_bonett_wright_gives_the_colorectal_cancer_example() -> None:
    """A tenth of table 7.7 of Fagerland, Lydersen & Laake 2017: rho -0.1358, 95% from -0.3603 to 0.1035."""
    found = bonett_wright(-0.1358, 70)
    assert isinstance(found, Interval)
    assert (found.low, found.high) == pytest.approx((-0.3603, 0.1035), abs=1e-4)
