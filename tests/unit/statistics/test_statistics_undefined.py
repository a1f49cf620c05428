"""Undefined is a result with a reason; nothing is NaN and nothing crashes."""

import numpy as np
import pytest

from qualtool.errors import UserInputError
from qualtool.statistics import (
    Association,
    CliffsDelta,
    Interval,
    PermutationResult,
    Undefined,
    WeightedProportion,
    benjamini_hochberg,
    bonett_wright,
    bootstrap_difference,
    cliffs_delta,
    kendall_tau_b,
    mean_share,
    newcombe,
    permute_groups,
    spearman_interval,
    spearman_rho,
    stratified_welch,
    weighted_proportion,
    welch,
    wilson,
)


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_an_empty_group_has_no_proportion() -> None:
    """0 of 0 is undefined, alone and as one side of a difference."""
    assert wilson(0, 0) == Undefined(reason="nobody to take a share of")
    assert newcombe(0, 0, 1, 2) == Undefined(reason="a group is empty")


def test_an_impossible_count_is_a_mistake_of_the_caller() -> None:
    """Five of four is refused."""
    with pytest.raises(ValueError, match="5 of 4"):
        wilson(5, 4)


def test_welch_falls_back_to_presence_and_says_so() -> None:
    """All schools 1 against all schools 0: Newcombe on presence, 0.37 to 1 for three a side."""
    found = welch([1, 1, 1], [0, 0, 0])
    other = newcombe(3, 3, 0, 3)
    assert isinstance(found, Interval)
    assert isinstance(other, Interval)
    assert (found.low, found.high) == (other.low, other.high)
    assert found.method.startswith("Newcombe interval (method 10) on presence")


def test_welch_does_not_pass_presence_off_as_a_difference_of_shares() -> None:
    """Half of everybody against nobody: presence differs by 1, the shares by .5, so no interval."""
    found = welch([0.5, 0.5, 0.5], [0, 0, 0])
    assert isinstance(found, Undefined)
    assert "spread" in found.reason


@pytest.mark.parametrize("sides", [([1.0], [0.0, 0.5]), ([], [0.0, 0.5])])
def test_one_school_a_side_has_no_welch_interval(sides: tuple[list[float], list[float]]) -> None:
    """A variance needs two schools."""
    assert welch(*sides) == Undefined(reason="fewer than two schools in a group")


def test_welch_is_clipped_to_possible_differences() -> None:
    """A difference of shares lies between -1 and 1."""
    found = welch([1.0, 0.6], [0.0, 0.3])
    assert isinstance(found, Interval)
    assert -1 < found.low < 0
    assert found.high == 1.0


def test_a_mean_of_equal_shares_has_no_interval() -> None:
    """Three schools at one third, whatever rounding does, have no spread."""
    assert isinstance(mean_share([1 / 3, 1 / 3, 1 / 3]), Undefined)
    assert isinstance(mean_share([0.5]), Undefined)


def test_bootstrap_waits_for_ten_schools_a_side() -> None:
    """With nine schools a side the bootstrap is undefined; with ten it holds the difference."""
    high, low = list(np.linspace(0.4, 0.9, 10)), list(np.linspace(0.1, 0.6, 10))
    assert isinstance(bootstrap_difference(high[:9], low, rng=rng()), Undefined)
    found = bootstrap_difference(high, low, rng=rng())
    assert isinstance(found, Interval)
    assert -1 < found.low < 0.3 < found.high < 1
    assert found == bootstrap_difference(high, low, rng=rng())
    assert isinstance(bootstrap_difference([0.5] * 10, [0.2] * 10, rng=rng()), Undefined)


def test_strata_need_two_schools_of_each_group_for_an_interval() -> None:
    """One school of a group in a stratum has no variance."""
    assert isinstance(stratified_welch([([0.5], [0.1, 0.2]), ([0.4, 0.6], [0.2, 0.1])]), Undefined)
    assert isinstance(stratified_welch([([0.5, 0.5], [0.2, 0.2])]), Undefined)
    found = stratified_welch([([0.5, 0.7], [0.1, 0.2]), ([0.4, 0.6], [0.2, 0.1])])
    assert isinstance(found, Interval)
    assert found.low < (0.45 + 0.35) / 2 < found.high


def test_one_stratum_is_plain_welch() -> None:
    """With a single stratum the stratified interval is Welch's."""
    plain, layered = welch([0.5, 0.7], [0.1, 0.4]), stratified_welch([([0.5, 0.7], [0.1, 0.4])])
    assert isinstance(plain, Interval)
    assert isinstance(layered, Interval)
    assert (plain.low, plain.high) == pytest.approx((layered.low, layered.high))


def test_permutation_without_two_groups_is_undefined() -> None:
    """No school on one side, or none within any stratum, leaves nothing to permute."""
    assert isinstance(permute_groups([0.1, 0.2], [True, True], rng=rng()), Undefined)
    found = permute_groups([0.1, 0.2], [True, False], strata=["a", "b"], rng=rng())
    assert found == Undefined(reason="no stratum has schools of both groups")


def test_ties_raise_the_smallest_attainable_p() -> None:
    """One voicing school of six: every labelling is as far out as the observed one, so p can only be 1."""
    found = permute_groups([1, 0, 0, 0, 0, 0], [True] * 3 + [False] * 3, rng=rng())
    assert isinstance(found, PermutationResult)
    assert (found.p, found.min_p) == (1.0, 1.0)


def test_unequal_groups_reach_half_the_p() -> None:
    """With 3 against 4 schools the smallest two-sided p is 1 / 35, as the far side is less extreme."""
    found = permute_groups([0.9, 0.8, 0.7, 0.3, 0.2, 0.1, 0.0], [True] * 3 + [False] * 4, rng=rng())
    assert isinstance(found, PermutationResult)
    assert found.min_p == pytest.approx(1 / 35)


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([1, 1, 1], [0.1, 0.2, 0.3], "all schools stand at the same point of the indicator"),
        ([1, 2, 3], [0.5, 0.5, 0.5], "all schools have the same share"),
        ([1], [0.5], "fewer than two schools"),
    ],
)
def test_no_variation_leaves_no_coefficient(x: list[float], y: list[float], reason: str) -> None:
    """tau-b, rho and its interval say why they are undefined."""
    for found in (
        kendall_tau_b(x, y, rng=rng()),
        spearman_rho(x, y, rng=rng()),
        spearman_interval(x, y, rng=rng()),
    ):
        assert found == Undefined(reason=reason)


def test_rho_uses_bonett_wright_for_few_schools_and_the_bootstrap_for_ten() -> None:
    """Six schools: Bonett-Wright; twelve: BCa, which repeats itself with the same seed."""
    x = [float(i) for i in range(12)]
    y = [0.1, 0.3, 0.2, 0.4, 0.3, 0.6, 0.5, 0.4, 0.7, 0.6, 0.9, 0.8]
    few, many = spearman_interval(x[:6], y[:6], rng=rng()), spearman_interval(x, y, rng=rng())
    assert isinstance(few, Interval)
    assert isinstance(many, Interval)
    assert few.method == "Bonett-Wright interval"
    assert many.method.startswith("BCa")
    assert many == spearman_interval(x, y, rng=rng())
    rho = spearman_rho(x, y, rng=rng())
    assert isinstance(rho, Association)
    assert many.low < rho.coefficient < many.high <= 1


def test_a_perfect_order_has_no_interval() -> None:
    """rho = 1 leaves Fisher's z infinite, also where the bootstrap would be asked first."""
    x = [float(i) for i in range(11)]
    assert isinstance(spearman_interval(x, x, rng=rng()), Undefined)
    assert isinstance(bonett_wright(0.2, 3), Undefined)


def test_cliffs_delta_without_spread_says_why() -> None:
    """Complete separation, a single school, equal schools: delta stands, the limits do not."""
    apart = cliffs_delta([0.9, 0.8], [0.1, 0.2])
    single = cliffs_delta([0.5], [0.1, 0.9])
    level = cliffs_delta([0.5, 0.5], [0.5, 0.5])
    for found, delta, reason in (
        (apart, 1.0, "complete separation"),
        (single, 0.0, "fewer than two schools in a group"),
        (level, 0.0, "the estimated variance is not above 0"),
    ):
        assert isinstance(found, CliffsDelta)
        assert (found.delta, found.low, found.reason) == (delta, None, reason)
    assert isinstance(cliffs_delta([], [0.1]), Undefined)


def test_untested_cells_stay_untested() -> None:
    """None in, None out, and an impossible p is refused."""
    assert benjamini_hochberg([None, None]) == [None, None]
    assert benjamini_hochberg([0.04, None, 0.04]) == [0.04, None, 0.04]
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg([1.2])


def test_a_unanimous_survey_has_no_interval() -> None:
    """Everybody says yes: the share is 1, and there is no spread to estimate."""
    found = weighted_proportion([True] * 40)
    assert isinstance(found, WeightedProportion)
    assert (found.estimate, found.standard_error, found.low) == (1.0, None, None)
    assert found.reason == "everybody or nobody said yes, so the spread cannot be estimated"


def test_small_samples_are_flagged() -> None:
    """Under 30 answers the share is indicative, under 10 too few to show."""
    few = weighted_proportion([True, False] * 4)
    some = weighted_proportion([True, False] * 12)
    many = weighted_proportion([True, False] * 20)
    flags = [found.flags for found in (few, some, many) if isinstance(found, WeightedProportion)]
    assert flags == [("too few to show",), ("indicative",), ()]


def test_a_lone_cluster_in_a_stratum_is_flagged_and_not_dropped() -> None:
    """A stratum of one cluster adds its distance from the mean of all clusters."""
    yes = [True, False, True, True, False, False, True]
    found = weighted_proportion(yes, strata=["a"] * 6 + ["b"], clusters=list("uuvvwwz"))
    assert isinstance(found, WeightedProportion)
    assert "single-cluster stratum" in found.flags
    assert found.standard_error is not None
    assert found.df == 2


def test_one_cluster_alone_has_no_standard_error() -> None:
    """Clusters minus strata is 0, so the share stands without limits."""
    found = weighted_proportion([True, False], clusters=["a", "a"])
    assert isinstance(found, WeightedProportion)
    assert (found.df, found.low) == (0, None)
    assert found.reason == "no more clusters than strata, so there is no standard error"


def test_an_empty_domain_is_undefined() -> None:
    """Nobody of the group answered."""
    assert isinstance(weighted_proportion([True], in_domain=[False]), Undefined)


def test_bad_weights_are_named_all_at_once() -> None:
    """Negative and missing weights are listed by respondent."""
    with pytest.raises(UserInputError) as caught:
        weighted_proportion([True] * 3, weights=[-1, 1, float("nan")])
    assert [p.where for p in caught.value.problems] == ["respondent 1", "respondent 3"]


def test_equal_weights_have_a_design_effect_of_one() -> None:
    """Simple random sampling is the yardstick: effect n/(n-1) x (n-1)/n = 1, Kish n = n."""
    found = weighted_proportion([True] * 10 + [False] * 30, weights=[2.0] * 40)
    assert isinstance(found, WeightedProportion)
    assert found.design_effect == pytest.approx(1.0)
    assert found.n_effective == pytest.approx(40)
