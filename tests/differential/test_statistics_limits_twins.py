"""Limits and conversions against twins written straight from their definitions."""

from __future__ import annotations

import math
from math import comb

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from qualtool.statistics import (
    CliffsDelta,
    Equivalence,
    Interval,
    OddsRatio,
    Undefined,
    bootstrap_difference,
    cliffs_delta,
    conditional_odds_ratio,
    design_effect,
    fieller_interval,
    is_within,
    kish_n,
    logit_interval,
    risk_ratio_of_odds,
    stratified_welch,
    tost_proportions,
    wilson,
    woolf_odds_ratio,
)

Z = 1.959963984540054
shares = st.sampled_from([0.0, 0.2, 1 / 3, 0.5, 0.75, 1.0])
tables = st.tuples(st.integers(0, 9), st.integers(1, 9), st.integers(0, 9), st.integers(1, 9)).filter(
    lambda t: t[0] <= t[1] and t[2] <= t[3]
)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_wilsons_upper_limit_is_the_lower_one_of_the_others(kn: tuple[int, int]) -> None:
    """The upper limit solves the score equation from above, and mirrors the limit of those who said no."""
    k, n = kn
    found, mirrored = wilson(k, n), wilson(n - k, n)
    assert isinstance(found, Interval)
    assert isinstance(mirrored, Interval)
    high = optimize.brentq(lambda p: (p - k / n) - Z * math.sqrt(p * (1 - p) / n), k / n + 1e-9, 1 - 1e-12)
    assert found.high == pytest.approx(high, abs=1e-7)
    assert found.high == pytest.approx(1 - mirrored.low, abs=1e-12)


def tail(odds: float, k1: int, n1: int, k0: int, n0: int, *, is_upper: bool) -> float:
    """Chance of as many yes in the first group, or more, given the margins and an odds ratio."""
    total = k1 + k0
    support = range(max(0, total - n0), min(n1, total) + 1)
    chance = {x: comb(n1, x) * comb(n0, total - x) * odds**x for x in support}
    far = [x for x in support if (x >= k1 if is_upper else x <= k1)]
    return sum(chance[x] for x in far) / sum(chance.values())


@settings(max_examples=60, deadline=None)
@given(tables)
def test_exact_odds_limits_leave_a_fortieth_in_each_tail(table: tuple[int, int, int, int]) -> None:
    """At either limit the observed count or a farther one has chance .025; the estimate has that mean."""
    found = conditional_odds_ratio(*table)
    if isinstance(found, Undefined):
        assert table[0] + table[2] in (0, table[1] + table[3])
        return
    k1, n1, k0, n0 = table
    if found.low > 0:
        assert tail(found.low, *table, is_upper=True) == pytest.approx(0.025, abs=1e-6)
    if found.high < math.inf:
        assert tail(found.high, *table, is_upper=False) == pytest.approx(0.025, abs=1e-6)
    if not found.flags:
        total = k1 + k0
        support = range(max(0, total - n0), min(n1, total) + 1)
        weight = [comb(n1, x) * comb(n0, total - x) * found.estimate**x for x in support]
        mean = sum(x * w for x, w in zip(support, weight, strict=True)) / sum(weight)
        assert mean == pytest.approx(k1, abs=1e-5)


@settings(deadline=None)
@given(tables)
def test_woolf_agrees_with_statsmodels(table: tuple[int, int, int, int]) -> None:
    """Odds ratio and limits are those of Table2x2 there, with half a case more a cell if one is empty."""
    from statsmodels.stats.contingency_tables import Table2x2

    k1, n1, k0, n0 = table
    cells = np.array([[k1, n1 - k1], [k0, n0 - k0]], dtype=float)
    cells = cells + 0.5 if (cells == 0).any() else cells
    found = woolf_odds_ratio(*table)
    assert isinstance(found, OddsRatio)
    twin = Table2x2(cells, shift_zeros=False)
    assert found.estimate == pytest.approx(twin.oddsratio)
    assert (found.low, found.high) == pytest.approx(twin.oddsratio_confint())


@given(st.lists(shares, min_size=2, max_size=7), st.lists(shares, min_size=2, max_size=7))
def test_cliffs_limits_agree_with_loops(first: list[float], other: list[float]) -> None:
    """Cliff 1993: the unbiased variance of delta by loops, and his limits about it."""
    found = cliffs_delta(first, other)
    assert isinstance(found, CliffsDelta)
    d = [[float((a > b) - (a < b)) for b in other] for a in first]
    m, n = len(first), len(other)
    delta = sum(map(sum, d)) / (m * n)
    rows = sum((sum(row) / n - delta) ** 2 for row in d)
    columns = sum((sum(d[i][j] for i in range(m)) / m - delta) ** 2 for j in range(n))
    cells = sum((x - delta) ** 2 for row in d for x in row)
    variance = (n * n * rows + m * m * columns - cells) / (m * n * (m - 1) * (n - 1))
    if variance <= 1e-12:
        assert abs(delta) == 1 or found.reason is not None
        return
    assume(abs(delta) < 1)
    spread = stats.t.ppf(0.975, m + n - 2) ** 2 * variance
    roots = [
        (delta - delta**3 + side * math.sqrt(spread * ((1 - delta**2) ** 2 + spread)))
        / (1 - delta**2 + spread)
        for side in (-1, 1)
    ]
    assert (found.low, found.high) == pytest.approx((max(roots[0], -1), min(roots[1], 1)))


def test_the_bootstrap_of_presence_is_a_difference_of_binomials() -> None:
    """For shares of 0 and 1 a resample is a binomial count, so its percentiles are known exactly."""
    first, other = [1.0] * 8 + [0.0] * 4, [1.0] * 3 + [0.0] * 9
    found = bootstrap_difference(first, other, rng=np.random.default_rng(6))
    p1, p0 = stats.binom.pmf(range(13), 12, 8 / 12), stats.binom.pmf(range(13), 12, 3 / 12)
    chance: dict[int, float] = {}
    for a in range(13):
        for b in range(13):
            chance[a - b] = chance.get(a - b, 0.0) + p1[a] * p0[b]
    below = np.cumsum([chance[d] for d in sorted(chance)])
    low, high = (sorted(chance)[int(np.searchsorted(below, q))] / 12 for q in (0.025, 0.975))
    assert isinstance(found, Interval)
    assert (found.low, found.high) == pytest.approx((low, high))


@given(
    st.lists(
        st.tuples(st.lists(shares, min_size=2, max_size=4), st.lists(shares, min_size=2, max_size=4)),
        min_size=1,
        max_size=3,
    )
)
def test_stratified_welch_agrees_with_loops(strata: list[tuple[list[float], list[float]]]) -> None:
    """Differences weighted by schools, variances by squared weights, degrees after Satterthwaite."""
    found = stratified_welch(strata)
    n = sum(len(a) + len(b) for a, b in strata)
    d, parts = 0.0, []
    for a, b in strata:
        w = (len(a) + len(b)) / n
        d += w * (sum(a) / len(a) - sum(b) / len(b))
        for y in (a, b):
            middle = sum(y) / len(y)
            parts.append((w * w * sum((v - middle) ** 2 for v in y) / (len(y) - 1) / len(y), len(y) - 1))
    variance = sum(v for v, _ in parts)
    if variance < 1e-20:
        assert isinstance(found, Undefined)
        return
    df = variance**2 / sum(v**2 / below for v, below in parts)
    half = stats.t.ppf(0.975, df) * math.sqrt(variance)
    assert isinstance(found, Interval)
    assert (found.low, found.high) == pytest.approx((max(d - half, -1), min(d + half, 1)), rel=1e-6)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_risk_ratio_is_found_again_from_its_odds(risk_1: float, risk_0: float) -> None:
    """Two risks make an odds ratio, from which the ratio of the risks comes back."""
    odds = risk_1 / (1 - risk_1) / (risk_0 / (1 - risk_0))
    assert risk_ratio_of_odds(odds, risk_0) == pytest.approx(risk_1 / risk_0)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=20))
def test_kish_is_the_variation_of_the_weights(weights: list[float]) -> None:
    """n over 1 plus the squared coefficient of variation of the weights."""
    cv = np.std(weights) / np.mean(weights)
    assert kish_n(weights) == pytest.approx(len(weights) / (1 + cv**2))


def test_a_design_effect_is_the_variance_of_a_clustered_mean() -> None:
    """m people with correlation rho have a mean with 1 + (m - 1) rho times the variance of m others."""
    m, rho = 7, 0.3
    covariance = rho + (1 - rho) * np.eye(m)
    assert design_effect(rho, m) == pytest.approx(covariance.sum() / m**2 / (1 / m))


@given(tables, st.sampled_from([0.05, 0.1, 0.3, 0.7]))
def test_equivalence_is_a_ninety_per_cent_interval_inside_the_margin(
    table: tuple[int, int, int, int], margin: float
) -> None:
    """p of the two one-sided tests is below .05 just where the 90% Wald interval lies within the margin."""
    k1, n1, k0, n0 = table
    found = tost_proportions(*table, margin=margin)
    p1, p0 = k1 / n1, k0 / n0
    error = math.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    if isinstance(found, Undefined):
        assert error == 0
        return
    half = stats.norm.ppf(0.95) * error
    assert isinstance(found, Equivalence)
    assume(abs(found.p - 0.05) > 1e-9)
    assert (found.p < 0.05) == is_within(p1 - p0 - half, p1 - p0 + half, margin)


@given(st.floats(-0.95, 0.95), st.integers(5, 500))
def test_fieller_agrees_with_its_formula(tau: float, n: int) -> None:
    """Fisher's z written with logarithms, and back, with the variance .437 / (n - 4)."""
    found = fieller_interval(tau, n)
    assert isinstance(found, Interval)
    z = 0.5 * math.log((1 + tau) / (1 - tau))
    limits = [z + side * Z * math.sqrt(0.437 / (n - 4)) for side in (-1, 1)]
    back = [(math.exp(2 * u) - 1) / (math.exp(2 * u) + 1) for u in limits]
    assert (found.low, found.high) == pytest.approx(tuple(back), abs=1e-9)


@given(st.floats(0.02, 0.98), st.floats(0.001, 0.05), st.integers(1, 200))
def test_logit_limits_are_as_far_apart_in_odds(p: float, error: float, df: int) -> None:
    """Both limits have odds apart from those of the share by one and the same factor, exp(t SE / p(1-p))."""
    low, high = logit_interval(p, error, df=df)
    factor = math.exp(stats.t.ppf(0.975, df) * error / (p * (1 - p)))
    odds = p / (1 - p)
    assert low == pytest.approx(odds / factor / (1 + odds / factor), rel=1e-6)
    assert 1 - high == pytest.approx(1 / (1 + odds * factor), rel=1e-6)
