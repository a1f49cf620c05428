"""Each statistic against a twin written straight from its definition."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from qualtool.statistics import (
    Association,
    CliffsDelta,
    Interval,
    PermutationResult,
    WeightedProportion,
    benjamini_hochberg,
    bonett_wright,
    cliffs_delta,
    kendall_tau_b,
    mean_share,
    newcombe,
    permute_groups,
    spearman_rho,
    weighted_proportion,
    welch,
    wilson,
)

shares = st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 2 / 3, 0.75, 1.0])
RNG = np.random.default_rng(5)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_wilson_limits_solve_the_score_equation(kn: tuple[int, int]) -> None:
    """At a Wilson limit the score statistic is exactly z."""
    k, n = kn
    found = wilson(k, n)
    assert isinstance(found, Interval)
    z = stats.norm.ppf(0.975)

    def gap(p: float) -> float:
        return (k / n - p) - z * math.sqrt(p * (1 - p) / n)

    assert found.low == pytest.approx(optimize.brentq(gap, 1e-9, k / n - 1e-9), abs=1e-7)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_newcombe_agrees_with_statsmodels(n1: int, n0: int, data: st.DataObject) -> None:
    """statsmodels' 'newcomb' interval for a difference is the same."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    k1, k0 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n0))
    found = newcombe(k1, n1, k0, n0)
    assert isinstance(found, Interval)
    twin = confint_proportions_2indep(k1, n1, k0, n0, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(twin, abs=1e-9)


# scipy warns where all schools of one group agree; its numbers are right there.
@pytest.mark.filterwarnings("ignore:Precision loss:RuntimeWarning")
@settings(max_examples=60, deadline=None)
@given(st.lists(shares, min_size=2, max_size=8), st.lists(shares, min_size=2, max_size=8))
def test_welch_agrees_with_scipy(first: list[float], other: list[float]) -> None:
    """Where there is spread, the limits are scipy's Welch interval clipped to [-1, 1]."""
    if np.ptp(first) + np.ptp(other) == 0:
        return
    found = welch(first, other)
    assert isinstance(found, Interval)
    twin = stats.ttest_ind(first, other, equal_var=False).confidence_interval()
    assert found.low == pytest.approx(max(twin.low, -1), abs=1e-9)
    assert found.high == pytest.approx(min(twin.high, 1), abs=1e-9)


def test_mean_share_agrees_with_scipy() -> None:
    """The interval of a group's mean share is Student's, clipped to [0, 1]."""
    y = [0.2, 0.5, 0.4, 0.3]
    found = mean_share(y)
    assert isinstance(found, Interval)
    low, high = stats.t.interval(0.95, 3, loc=np.mean(y), scale=stats.sem(y))
    assert (found.low, found.high) == pytest.approx((max(low, 0.0), high))


@settings(max_examples=40, deadline=None)
@given(st.lists(shares, min_size=2, max_size=4), st.lists(shares, min_size=2, max_size=4))
def test_permutation_agrees_with_a_plain_loop(first: list[float], other: list[float]) -> None:
    """p and the smallest p are shares of all ways to choose which schools are in the first group."""
    y = first + other
    found = permute_groups(y, [True] * len(first) + [False] * len(other), rng=RNG)
    assert isinstance(found, PermutationResult)
    distances = []
    for chosen in itertools.combinations(range(len(y)), len(first)):
        inside = [y[i] for i in chosen]
        outside = [y[i] for i in range(len(y)) if i not in chosen]
        distances.append(abs(sum(inside) / len(inside) - sum(outside) / len(outside)))
    observed = abs(sum(first) / len(first) - sum(other) / len(other))
    assert found.p == sum(d >= observed - 1e-9 for d in distances) / len(distances)
    assert found.min_p == sum(d >= max(distances) - 1e-9 for d in distances) / len(distances)


def test_stratified_permutation_agrees_with_a_plain_loop() -> None:
    """Within strata every pair of choices is one labelling, weighted by the strata's sizes."""
    y = [0.9, 0.4, 0.2, 0.7, 0.6, 0.1, 0.5]
    group = [True, False, False, True, True, False, False]
    phase = ["primary"] * 3 + ["secondary"] * 4
    found = permute_groups(y, group, strata=phase, rng=RNG)
    assert isinstance(found, PermutationResult)

    def t(first: tuple[int, ...], second: tuple[int, ...]) -> float:
        def part(rows: range, chosen: tuple[int, ...]) -> float:
            rest = [y[i] for i in rows if i not in chosen]
            return sum(y[i] for i in chosen) / len(chosen) - sum(rest) / len(rest)

        return 3 / 7 * part(range(3), first) + 4 / 7 * part(range(3, 7), second)

    pairs = itertools.product(itertools.combinations(range(3), 1), itertools.combinations(range(3, 7), 2))
    null = [abs(t(a, b)) for a, b in pairs]
    observed = abs(t((0,), (3, 4)))
    assert found.n_labellings == len(null) == 18
    assert found.p == sum(d >= observed - 1e-9 for d in null) / 18


def test_seeded_draws_come_close_to_the_exact_p() -> None:
    """9,999 draws and the exact test agree to within Monte Carlo error, and a seed repeats itself."""
    y = [0.9, 0.7, 0.8, 0.5, 0.4, 0.6, 0.3, 0.5, 0.2, 0.4]
    group = [True] * 5 + [False] * 5
    exact = permute_groups(y, group, rng=RNG)
    drawn = permute_groups(y, group, rng=np.random.default_rng(8), max_exact=10)
    again = permute_groups(y, group, rng=np.random.default_rng(8), max_exact=10)
    assert isinstance(exact, PermutationResult)
    assert isinstance(drawn, PermutationResult)
    assert not drawn.is_exact
    assert drawn.p == pytest.approx(exact.p, abs=0.006)
    assert drawn.min_p == pytest.approx(exact.min_p, abs=0.004)
    assert drawn == again


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), shares), min_size=3, max_size=6))
def test_ordinal_coefficients_agree_with_scipy(points: list[tuple[int, float]]) -> None:
    """tau-b and rho are scipy's, and p counts all distinct orders of the first variable."""
    x, y = [float(a) for a, _ in points], [b for _, b in points]
    if len(set(x)) < 2 or len(set(y)) < 2:
        return
    tau, rho = kendall_tau_b(x, y, rng=RNG), spearman_rho(x, y, rng=RNG)
    assert isinstance(tau, Association)
    assert isinstance(rho, Association)
    assert tau.coefficient == pytest.approx(stats.kendalltau(x, y).statistic)
    assert rho.coefficient == pytest.approx(stats.spearmanr(x, y).statistic)
    orders = set(itertools.permutations(x))
    for found, twin in ((tau, stats.kendalltau), (rho, stats.spearmanr)):
        null = [abs(twin(order, y).statistic) for order in orders]
        observed = abs(twin(x, y).statistic)
        assert found.test.n_labellings == len(orders)
        assert found.test.p == pytest.approx(sum(d >= observed - 1e-9 for d in null) / len(null))


@settings(max_examples=40, deadline=None)
@given(st.lists(shares, min_size=2, max_size=7), st.lists(shares, min_size=2, max_size=7))
def test_cliffs_delta_agrees_with_mann_whitney(first: list[float], other: list[float]) -> None:
    """delta = 2U/(mn) - 1."""
    found = cliffs_delta(first, other)
    assert isinstance(found, CliffsDelta)
    u = sum((a > b) + 0.5 * (a == b) for a in first for b in other)
    assert found.delta == pytest.approx(2 * u / (len(first) * len(other)) - 1)


def test_bonett_wright_agrees_with_its_formula() -> None:
    """The limits transform back from Fisher's z with the Bonett-Wright standard error."""
    found = bonett_wright(0.5, 9)
    assert isinstance(found, Interval)
    half = 1.959963985 * math.sqrt((1 + 0.125) / 6)
    assert found.low == pytest.approx(math.tanh(math.atanh(0.5) - half))
    assert found.high == pytest.approx(math.tanh(math.atanh(0.5) + half))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_benjamini_hochberg_agrees_with_scipy(p_values: list[float]) -> None:
    """q-values are scipy's false_discovery_control, and untested cells do not count."""
    q = benjamini_hochberg([*p_values, None])
    assert q[-1] is None
    assert q[:-1] == pytest.approx(list(stats.false_discovery_control(p_values)))


def test_weighted_proportion_agrees_with_a_plain_loop() -> None:
    """Strata, clusters, weights and a domain: variance by explicit loops over all clusters."""
    rng = np.random.default_rng(12)
    n = 60
    stratum = rng.integers(0, 3, n)
    cluster = rng.integers(0, 4, n)
    weight = rng.uniform(0.5, 2.0, n)
    inside = rng.random(n) < 0.6
    yes = rng.random(n) < 0.4
    found = weighted_proportion(
        yes.tolist(),
        weights=weight.tolist(),
        strata=stratum.tolist(),
        clusters=cluster.tolist(),
        in_domain=inside.tolist(),
    )
    assert isinstance(found, WeightedProportion)
    total = sum(weight[i] for i in range(n) if inside[i])
    p = sum(weight[i] * yes[i] for i in range(n) if inside[i]) / total
    variance = 0.0
    for h in set(stratum.tolist()):
        names = sorted({int(c) for c, s in zip(cluster, stratum, strict=True) if s == h})
        sums = [
            sum(
                weight[i] * (yes[i] - p) / total
                for i in range(n)
                if stratum[i] == h and cluster[i] == c and inside[i]
            )
            for c in names
        ]
        middle = sum(sums) / len(sums)
        variance += len(sums) / (len(sums) - 1) * sum((s - middle) ** 2 for s in sums)
    assert found.estimate == pytest.approx(p)
    assert found.standard_error == pytest.approx(math.sqrt(variance))
    assert found.n_effective == pytest.approx(total**2 / sum(weight[inside] ** 2))
