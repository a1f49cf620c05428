"""Whatever is put in, a statistic is a number or a reason: no NaN, no crash, no warning."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Hashable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualtool.statistics import (
    Design,
    Estimate,
    ExactTest,
    Interval,
    OddsRatio,
    PermutationResult,
    RaoScott,
    Undefined,
    anova_icc,
    benjamini_hochberg,
    bonett_wright,
    bootstrap_difference,
    cliffs_delta,
    cochran_armitage,
    conditional_odds_ratio,
    fieller_interval,
    fisher_exact,
    freeman_halton,
    gee_logit,
    kendall_tau_b,
    kish_n,
    logit_interval,
    mean_share,
    newcombe,
    permute_groups,
    rao_scott,
    spearman_interval,
    spearman_rho,
    stratified_welch,
    tost_permutation,
    tost_proportions,
    weighted_difference,
    weighted_mean,
    weighted_proportion,
    weighted_slope,
    welch,
    wilson,
    woolf_odds_ratio,
)
from qualtool.statistics.misclassification import accuracy, rogan_gladen

HARD = st.sampled_from([0.0, 1e-300, 1e-9, 1 / 3, 0.5, 1 - 1e-9, 1.0, math.nan, math.inf])
SHARES = st.lists(HARD, max_size=6)
COUNTS = st.sampled_from([0, 1, 2, 29, 400, 10**5, 10**9])
WEIGHTS = st.sampled_from([0.0, 1e-300, 1.0, 3.5, 1e308])
EXACT = settings(max_examples=80, deadline=None)


def rng() -> np.random.Generator:
    return np.random.default_rng(2)


def is_sound(found: object) -> bool:
    """No NaN in it, limits in order about the estimate, and a reason where there is no number."""
    if isinstance(found, Undefined):
        return bool(found.reason) and not found.reason.endswith(".")
    if isinstance(found, float):
        return not math.isnan(found)
    if isinstance(found, list | tuple):
        return all(is_sound(one) for one in found)
    if not dataclasses.is_dataclass(found):
        return True
    parts = {f.name: getattr(found, f.name) for f in dataclasses.fields(found)}
    low, high = parts.get("low"), parts.get("high")
    in_order = low is None or high is None or low <= high
    has_reason = "reason" not in parts or parts["reason"] is None or bool(parts["reason"])
    return in_order and has_reason and all(is_sound(part) for part in parts.values())


@EXACT
@given(SHARES, SHARES)
def test_shares_of_schools_give_a_number_or_a_reason(first: list[float], other: list[float]) -> None:
    """Intervals, Cliff's delta, permutation and equivalence over schools take any shares."""
    both = [*first, *other]
    group = [True] * len(first) + [False] * len(other)
    strata = [str(i % 2) for i in range(len(both))]
    assert is_sound(mean_share(first))
    assert is_sound(welch(first, other))
    assert is_sound(stratified_welch([(first, other), (other, first)]))
    assert is_sound(stratified_welch([]))
    assert is_sound(bootstrap_difference(first * 4, other * 4, rng=rng(), n_resamples=99))
    assert is_sound(cliffs_delta(first, other))
    assert is_sound(permute_groups(both, group, rng=rng()))
    assert is_sound(permute_groups(both, group, strata=strata, rng=rng()))
    assert is_sound(tost_permutation(both, group, margin=0.1, rng=rng()))
    assert is_sound(anova_icc(both, strata))


@EXACT
@given(st.lists(st.tuples(HARD, HARD), max_size=6))
def test_indicators_give_a_number_or_a_reason(points: list[tuple[float, float]]) -> None:
    """tau-b, rho and its interval take any pair of lists."""
    x, y = [a for a, _ in points], [b for _, b in points]
    assert is_sound(kendall_tau_b(x, y, rng=rng()))
    assert is_sound(spearman_rho(x, y, rng=rng()))
    assert is_sound(spearman_interval(x, y, rng=rng()))
    assert is_sound(spearman_interval(x * 3, y * 3, rng=rng(), n_resamples=50))


@EXACT
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_counts_give_a_number_or_a_reason(a: int, b: int, c: int, d: int) -> None:
    """Tables of any size, also of a thousand million people, are tested or refused in good time."""
    table = (a, a + b, c, c + d)
    assert is_sound(wilson(a, a + b))
    for statistic in (newcombe, fisher_exact, conditional_odds_ratio, woolf_odds_ratio):
        assert is_sound(statistic(*table))
    assert is_sound(tost_proportions(*table, margin=0.2))
    assert is_sound(freeman_halton([[a, b], [c, d]]))
    assert is_sound(cochran_armitage([a, c, 0], [a + b, c + d, 0]))
    assert is_sound(cochran_armitage([a, c], [a + b, c + d], scores=[1e200, 1.0]))


@EXACT
@given(st.floats(-1, 1), st.integers(0, 12))
def test_coefficients_give_limits_that_hold_them(coefficient: float, n: int) -> None:
    """Both intervals of a coefficient hold it, within -1 and 1."""
    for statistic in (bonett_wright, fieller_interval):
        found = statistic(coefficient, n)
        assert is_sound(found)
        if isinstance(found, Interval):
            assert -1 <= found.low <= coefficient + 1e-12
            assert coefficient - 1e-12 <= found.high <= 1


def surveys() -> st.SearchStrategy[list[tuple[float, float, str, str, bool]]]:
    """Answer, weight, stratum, cluster and membership, respondent by respondent."""
    one = st.tuples(
        st.sampled_from([0.0, 0.5, 1.0]),
        WEIGHTS,
        st.sampled_from("ab"),
        st.sampled_from("uvw"),
        st.booleans(),
    )
    return st.lists(one, max_size=9)


@EXACT
@given(surveys(), st.booleans(), st.booleans())
def test_surveys_give_a_number_or_a_reason(
    people: list[tuple[float, float, str, str, bool]], has_strata: bool, has_clusters: bool
) -> None:
    """Zero and huge weights, lone clusters and empty domains leave no NaN in any survey statistic."""
    y, weights = [p[0] for p in people], [p[1] for p in people]
    strata: list[Hashable] | None = [p[2] for p in people] if has_strata else None
    clusters: list[Hashable] | None = [p[3] for p in people] if has_clusters else None
    inside = [p[4] for p in people]
    design = Design(n=len(y), weights=weights, strata=strata, clusters=clusters)
    assert is_sound(weighted_mean(y, design, inside))
    assert is_sound(weighted_difference(y, design, inside, [not here for here in inside]))
    assert is_sound(weighted_slope(y, [1e7 * v for v in y], design, inside))
    assert is_sound(weighted_slope([p[4] for p in people], y, design, [True] * len(y)))
    assert is_sound(rao_scott(y, inside, design))
    assert is_sound(rao_scott(y, [p[2] for p in people], design, in_domain=inside))
    assert is_sound(kish_n(weights))
    assert is_sound(
        weighted_proportion(
            [v > 0 for v in y], weights=weights, strata=strata, clusters=clusters, in_domain=inside
        )
    )


JUDGED = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.sampled_from([1e-9, 1.0, 1e6]), st.sampled_from("ab")),
    max_size=8,
)
RATES = st.sampled_from([0.0, 1e-12, 0.5, 1 - 1e-12, 1.0, math.nan])
SIZES = st.sampled_from([0.0, 1.0, 30.0, 1e12, math.nan])


@EXACT
@given(JUDGED)
def test_judged_passages_give_a_share_or_a_reason(judged: list[tuple[bool, bool, float, str]]) -> None:
    """Sensitivity, specificity and prevalence of any sample."""
    true, called, weights, strata = ([j[i] for j in judged] for i in range(4))
    assert is_sound(accuracy(true, called))  # pyright: ignore
    assert is_sound(accuracy(true, called, weights=weights, strata=strata))  # pyright: ignore


@EXACT
@given(RATES, SIZES, RATES, SIZES, RATES, SIZES)
def test_a_corrected_share_is_a_share_or_a_reason(
    apparent: float, n: float, se: float, n_se: float, sp: float, n_sp: float
) -> None:
    """Whatever the rates and sizes, the corrected share and its limits lie within 0 and 1 in order."""
    found = rogan_gladen(apparent, n, sensitivity=se, n_sensitivity=n_se, specificity=sp, n_specificity=n_sp)
    assert is_sound(found)
    if not isinstance(found, Undefined):
        assert 0 <= found.low <= found.estimate <= found.high <= 1


@pytest.mark.parametrize(
    ("x", "is_defined"),
    [([float("nan")] * 60, False), ([1.0] * 60, False), ([i % 3 * 1e8 for i in range(60)], True)],
)
def test_a_model_gives_rows_or_a_reason(x: list[float], is_defined: bool) -> None:
    """A missing or constant term is refused, one in huge units is not."""
    found = gee_logit([i % 5 < 2 for i in range(60)], {"x": x}, [i // 2 for i in range(60)])
    assert is_sound(found)
    assert isinstance(found, tuple) == is_defined
    assert isinstance(gee_logit([], {}, []), Undefined)


def test_hundreds_of_schools_have_more_labellings_than_a_float_holds() -> None:
    """The number of orders of 400 schools has 869 digits, and is told as a power of ten."""
    x = [float(i) for i in range(400)]
    found = spearman_rho(x, x[::-1], rng=rng(), n_draws=9)
    groups = permute_groups(x * 4, [i % 2 == 0 for i in range(1600)], rng=rng(), n_draws=9)
    assert not isinstance(found, Undefined)
    assert found.test.method.endswith("(9 seeded draws of 6.4e+868 labellings)")
    assert isinstance(groups, PermutationResult)
    assert "e+479 labellings" in groups.method


def test_large_tables_are_tested_in_good_time() -> None:
    """2,200 people in three groups are enumerated, and agree with Fisher where there are two."""
    three = freeman_halton([[500, 300], [300, 600], [200, 300]])
    two, pair = freeman_halton([[5000, 4800], [4700, 4900]]), fisher_exact(5000, 9800, 4700, 9600)
    ratio = conditional_odds_ratio(5000, 9800, 4700, 9600)
    assert isinstance(three, ExactTest)
    assert isinstance(two, ExactTest)
    assert isinstance(pair, ExactTest)
    assert two.p == pytest.approx(pair.p, rel=1e-6)
    assert isinstance(ratio, OddsRatio)
    assert ratio.low < 5000 * 4900 / (4800 * 4700) < ratio.high


def test_a_slope_in_small_units_keeps_its_limits() -> None:
    """A share that rises by .1 for each .01 of the indicator has a slope near 10, inside its limits."""
    x = [0.01 * (i % 6) for i in range(60)]
    y = [0.1 * (i % 6) + (0.03 if i % 7 < 3 else -0.03) for i in range(60)]
    found = weighted_slope(y, x, Design(n=60), [True] * 60)
    assert isinstance(found, Estimate)
    assert found.interval is not None
    assert found.interval.low < found.value < found.interval.high
    assert found.value == pytest.approx(10, abs=0.5)


def test_more_drawn_than_there_are_is_a_mistake_of_the_caller() -> None:
    """Ten clusters cannot come from five, nor a weight be negative, nor lists differ in length."""
    yes = [True, False] * 5
    with pytest.raises(ValueError, match="10 clusters were drawn from 5"):
        weighted_proportion(yes, n_clusters_in_population={None: 5})
    with pytest.raises(ValueError, match="10 clusters were drawn from 5"):
        rao_scott(yes, yes[5:] + yes[:5], Design(n=10, n_clusters_in_population={None: 5}))
    with pytest.raises(ValueError, match="0 or more"):
        weighted_mean([1.0], Design(n=1, weights=[-1.0]), [True])
    with pytest.raises(ValueError, match="one entry a respondent"):
        weighted_mean([1.0, 0.0], Design(n=2, strata=["a"]), [True, True])
    with pytest.raises(ValueError, match="between 0 and 1"):
        logit_interval(1.0, 0.1, df=9)
    with pytest.raises(ValueError, match="between -1 and 1"):
        fieller_interval(float("nan"), 20)
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg([float("nan")])


def test_a_whole_population_has_no_sampling_error() -> None:
    """Where every cluster was taken the finite population correction leaves no spread, and says so."""
    found = rao_scott("aabba", "xyxyx", Design(n=5, n_clusters_in_population={None: 5}))
    assert isinstance(found, Undefined)
    assert not isinstance(found, RaoScott)
