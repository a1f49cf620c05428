"""Exact tests, equivalence and models against plain twins."""

from __future__ import annotations

import itertools
from math import comb, exp, factorial, prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qualtool.statistics import (
    Equivalence,
    ExactTest,
    Interval,
    TrendTest,
    Undefined,
    anova_icc,
    cochran_armitage,
    fieller_interval,
    fisher_exact,
    freeman_halton,
    gee_logit,
    spearman_interval,
    tost_permutation,
    tost_proportions,
)

counts = st.integers(0, 7)


@given(st.tuples(counts, counts, counts, counts))
def test_fisher_agrees_with_scipy(cells: tuple[int, int, int, int]) -> None:
    """Two-sided p is scipy's for every 2 x 2 table that can be tested."""
    a, b, c, d = cells
    found = fisher_exact(a, a + b, c, c + d)
    if isinstance(found, Undefined):
        assert 0 in (a + b, c + d, a + c, b + d)
        return
    assert found.p == pytest.approx(stats.fisher_exact([[a, b], [c, d]]).pvalue, rel=1e-6)
    assert found.min_p <= found.p + 1e-12


def plain_freeman_halton(table: list[list[int]]) -> tuple[float, float]:
    """p and smallest p by filling cell after cell."""
    rows, columns = [sum(r) for r in table], [sum(c) for c in zip(*table, strict=True)]
    chances: list[float] = []

    def fill(done: list[int], used: list[int]) -> None:
        if len(done) == len(rows) * len(columns):
            chances.append(1 / prod(factorial(x) for x in done))
            return
        row, column = divmod(len(done), len(columns))
        in_row = rows[row] - sum(done[row * len(columns) :])
        in_column = columns[column] - used[column]
        is_last_row, is_last = row == len(rows) - 1, column == len(columns) - 1
        for x in range(min(in_row, in_column) + 1):
            if (is_last and x != in_row) or (is_last_row and x != in_column):
                continue
            used[column] += x
            fill([*done, x], used)
            used[column] -= x

    fill([], [0] * len(columns))
    seen = 1 / prod(factorial(x) for row in table for x in row)
    total = sum(chances)
    least = min(chances)
    near = 1 + 1e-7
    return (
        sum(c for c in chances if c <= seen * near) / total,
        sum(c for c in chances if c <= least * near) / total,
    )


@settings(max_examples=60)
@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=4))
def test_freeman_halton_agrees_with_plain_enumeration(table: list[list[int]]) -> None:
    """p and the smallest p are those of filling every table cell by cell."""
    found = freeman_halton(table)
    if isinstance(found, Undefined):
        array = np.array(table)
        assert min((array.sum(axis=0) > 0).sum(), (array.sum(axis=1) > 0).sum()) < 2
        return
    p, least = plain_freeman_halton(table)
    assert (found.p, found.min_p) == pytest.approx((p, least), rel=1e-6)


def test_freeman_halton_is_fishers_test_for_two_by_two() -> None:
    """On 2 x 2 tables the two exact tests give one p."""
    for a, b in itertools.product(range(6), range(6)):
        whole, pair = freeman_halton([[a, 5 - a], [b, 6 - b]]), fisher_exact(a, 5, b, 6)
        if isinstance(pair, ExactTest):
            assert isinstance(whole, ExactTest)
            assert (whole.p, whole.min_p) == pytest.approx((pair.p, pair.min_p), rel=1e-6)


def test_scipy_beyond_two_by_two_is_a_random_draw() -> None:
    """scipy's default for a 2 x 4 table is a Monte Carlo p, so ours is enumerated and not taken from it."""
    table = [[1, 2, 1, 5], [3, 3, 6, 1]]
    draws = {
        stats.fisher_exact(table, method=stats.MonteCarloMethod(rng=np.random.default_rng(seed))).pvalue
        for seed in range(3)
    }
    exact = freeman_halton(table)
    assert isinstance(exact, ExactTest)
    assert len(draws) > 1
    assert exact.p == pytest.approx(plain_freeman_halton(table)[0], rel=1e-6)


def test_too_large_a_table_is_undefined() -> None:
    """A table with more fillings than can be gone through gives a reason and no number."""
    assert isinstance(freeman_halton(np.full((5, 6), 40)), Undefined)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2, max_size=5))
def test_cochran_armitage_agrees_with_a_correlation(groups: list[tuple[int, int]]) -> None:
    """X² is N times the squared correlation of score and answer, unit by unit."""
    k, n = [a for a, _ in groups], [a + b for a, b in groups]
    found = cochran_armitage(k, n)
    if isinstance(found, Undefined):
        return
    score = np.repeat(np.arange(1, len(n) + 1), n)
    answer = np.concatenate([np.r_[np.ones(a), np.zeros(b)] for a, b in groups])
    r = np.corrcoef(score, answer)[0, 1]
    assert isinstance(found, TrendTest)
    assert found.chi_squared == pytest.approx(len(score) * r * r, rel=1e-6, abs=1e-9)


def test_fieller_covers_what_it_promises() -> None:
    """In 800 samples of 20 from a normal pair the interval holds the true tau about 95 times in 100."""
    rng = np.random.default_rng(5)
    rho, n_held = 0.5, 0
    tau = 2 / np.pi * np.arcsin(rho)
    for _ in range(800):
        x = rng.standard_normal(20)
        y = rho * x + np.sqrt(1 - rho * rho) * rng.standard_normal(20)
        found = fieller_interval(float(stats.kendalltau(x, y).statistic), 20)
        assert isinstance(found, Interval)
        n_held += found.low <= tau <= found.high
    assert 0.92 <= n_held / 800 <= 0.98


def test_tost_agrees_with_statsmodels() -> None:
    """The two one-sided z tests are statsmodels' Wald tests on the difference."""
    from statsmodels.stats.proportion import tost_proportions_2indep

    found = tost_proportions(65, 100, 70, 100, margin=0.1)
    theirs: Any = tost_proportions_2indep(65, 100, 70, 100, -0.1, 0.1, method="wald", compare="diff")
    assert isinstance(found, Equivalence)
    assert found.p == pytest.approx(theirs.pvalue, rel=1e-9)


def test_permutation_equivalence_agrees_with_a_plain_loop() -> None:
    """Each side is the share of labellings at least as far as seen, after shifting by the margin."""
    shares = [0.5, 0.55, 0.45, 0.5, 0.52, 0.48, 0.5]
    group = [True, True, True, False, False, False, False]
    found = tost_permutation(shares, group, margin=0.2, rng=np.random.default_rng(0))
    sides = []
    for sign in (1, -1):
        y = [sign * (s + sign * 0.2 * g) for s, g in zip(shares, group, strict=True)]
        seen = np.mean(y[:3]) - np.mean(y[3:])
        all_ = [
            np.mean([y[i] for i in c]) - np.mean([y[i] for i in range(7) if i not in c])
            for c in itertools.combinations(range(7), 3)
        ]
        sides.append(sum(d >= seen - 1e-12 for d in all_) / comb(7, 3))
    assert isinstance(found, Equivalence)
    assert (found.p_low, found.p_high) == pytest.approx(tuple(sides))
    assert found.p == pytest.approx(1 / 35)


def made_schools(n_schools: int = 36) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(n_schools), 6)
    x = np.repeat(np.arange(n_schools) % 2, 6).astype(float)
    level = np.repeat(rng.normal(0, 0.7, n_schools), 6)
    y = rng.random(len(x)) < 1 / (1 + np.exp(-(-0.5 + 0.8 * x + level)))
    return y, x, school


def test_gee_has_the_errors_of_mancl_and_derouen() -> None:
    """The standard errors are the sandwich with residuals (I - H_ii)^-1 r_i, written out by hand."""
    import statsmodels.api as sm

    y, x, school = made_schools()
    rows = gee_logit(y.tolist(), {"x": x.tolist()}, school.tolist())
    assert not isinstance(rows, Undefined)
    design = np.column_stack([np.ones(len(x)), x])
    model: Any = sm.GEE(
        y.astype(float),
        design,
        school,
        family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Exchangeable(),
    )
    fitted: Any = model.fit()
    alpha = float(fitted.cov_struct.dep_params)
    mu = fitted.fittedvalues
    parts = []
    bread = np.zeros((2, 2))
    for s in np.unique(school):
        mine = school == s
        a = np.sqrt(mu[mine] * (1 - mu[mine]))
        size = mine.sum()
        v = np.outer(a, a) * (alpha + (1 - alpha) * np.eye(size))
        d = design[mine] * (mu[mine] * (1 - mu[mine]))[:, None]
        inverse = np.linalg.inv(v)
        bread += d.T @ inverse @ d
        parts.append((d, inverse, y[mine] - mu[mine]))
    naive = np.linalg.inv(bread)
    meat = np.zeros((2, 2))
    for d, inverse, r in parts:
        leverage = d @ naive @ d.T @ inverse
        score = d.T @ inverse @ np.linalg.solve(np.eye(len(r)) - leverage, r)
        meat += np.outer(score, score)
    errors = np.sqrt(np.diag(naive @ meat @ naive))
    assert [r.coefficient for r in rows] == pytest.approx(list(fitted.params), rel=1e-6)
    assert [r.standard_error for r in rows] == pytest.approx(errors.tolist(), rel=1e-3)
    assert rows[1].odds_ratio == pytest.approx(exp(rows[1].coefficient))


def test_gee_is_undefined_for_few_schools_and_for_split_groups() -> None:
    """Below 30 schools, and where a group is all yes, there is a reason in place of a model."""
    y, x, school = made_schools(12)
    few = gee_logit(y.tolist(), {"x": x.tolist()}, school.tolist())
    split = gee_logit((x == 1).tolist(), {"x": x.tolist()}, school.tolist(), min_clusters=2)
    assert isinstance(few, Undefined)
    assert "12 schools" in few.reason
    assert isinstance(split, Undefined)


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=4, max_size=20))
def test_icc_agrees_with_scipys_analysis_of_variance(people: list[tuple[int, bool]]) -> None:
    """F = MSB / MSW of scipy gives the same correlation: (F - 1) / (F - 1 + m0)."""
    by: dict[int, list[float]] = {}
    for school, answer in people:
        by.setdefault(school, []).append(float(answer))
    found = anova_icc([float(a) for _, a in people], [s for s, _ in people])
    if isinstance(found, Undefined) or all(np.ptp(v) == 0 for v in by.values()):
        return
    f = float(stats.f_oneway(*by.values()).statistic)
    assert found.icc == pytest.approx((f - 1) / (f - 1 + found.size), rel=1e-6, abs=1e-9)


def test_the_bootstrap_of_rho_resamples_pairs() -> None:
    """The BCa limits are scipy's with a statistic that is called resample by resample."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=14)
    y = np.clip(0.4 + 0.1 * x + rng.normal(0, 0.1, 14), 0, 1)
    found = spearman_interval(x.tolist(), y.tolist(), rng=np.random.default_rng(9))
    plain: Any = stats.bootstrap(
        (x, y),
        lambda a, b: stats.spearmanr(a, b).statistic,
        paired=True,
        vectorized=False,
        n_resamples=2000,
        method="BCa",
        rng=np.random.default_rng(9),
    )
    assert isinstance(found, Interval)
    assert (found.low, found.high) == pytest.approx(tuple(plain.confidence_interval), abs=1e-9)
