"""Means, differences, slopes and tests of a survey against plain twins."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import linalg, stats

from qualtool.statistics import (
    Design,
    Estimate,
    RaoScott,
    WeightedProportion,
    rao_scott,
    weighted_difference,
    weighted_mean,
    weighted_proportion,
    weighted_slope,
)


def made_survey(seed: int) -> tuple[Design, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = 120
    stratum = np.repeat([0, 1, 2], 40)
    cluster = np.arange(n) // 4
    group = rng.integers(0, 2, n)
    y = (rng.random(n) < 0.3 + 0.3 * group).astype(float)
    design = Design(
        n=n, weights=rng.uniform(0.5, 2, n).tolist(), strata=stratum.tolist(), clusters=cluster.tolist()
    )
    return design, group, y


@pytest.mark.parametrize("seed", range(4))
def test_weighted_mean_has_the_error_of_weighted_proportion(seed: int) -> None:
    """For answers of 0 and 1 the mean and its standard error are those of the proportion."""
    design, group, y = made_survey(seed)
    mean = weighted_mean(y.tolist(), design, (group == 1).tolist())
    share = weighted_proportion(
        (y == 1).tolist(),
        weights=design.weights,
        strata=design.strata,
        clusters=design.clusters,
        in_domain=(group == 1).tolist(),
    )
    assert isinstance(mean, Estimate)
    assert isinstance(share, WeightedProportion)
    assert (mean.value, mean.standard_error) == pytest.approx((share.estimate, share.standard_error))


@pytest.mark.parametrize("seed", range(4))
def test_weighted_difference_is_the_slope_of_a_weighted_regression(seed: int) -> None:
    """The difference is the weighted slope on the group, and its error that of the sandwich by cluster."""
    design, group, y = made_survey(seed)
    found = weighted_difference(y.tolist(), design, (group == 1).tolist(), (group == 0).tolist())
    w = np.array(design.weights)
    x = np.column_stack([np.ones(design.n), group])
    bread = np.linalg.inv(x.T @ (w[:, None] * x))
    beta = bread @ x.T @ (w * y)
    scores = (x * (w * (y - x @ beta))[:, None]) @ bread
    meat = np.zeros((2, 2))
    assert design.strata is not None
    assert design.clusters is not None
    for s in range(3):
        totals = np.array(
            [
                scores[np.array(design.clusters) == c].sum(axis=0)
                for c in sorted({c for c, h in zip(design.clusters, design.strata, strict=True) if h == s})
            ]
        )
        centred = totals - totals.mean(axis=0)
        meat += len(totals) / (len(totals) - 1) * centred.T @ centred
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(beta[1])
    assert found.standard_error == pytest.approx(np.sqrt(meat[1, 1]))
    assert found.df == 27


def plain_rao_scott(a: np.ndarray, b: np.ndarray, design: Design) -> float:
    """F of a 2 x 2 table: X² over the design effect of the log odds ratio, respondent by respondent."""
    assert design.weights is not None
    assert design.strata is not None
    assert design.clusters is not None
    w = [x / sum(design.weights) for x in design.weights]
    p = {(i, j): sum(w[k] for k in range(design.n) if (a[k], b[k]) == (i, j)) for i in (0, 1) for j in (0, 1)}
    row, column = p[1, 0] + p[1, 1], p[0, 1] + p[1, 1]
    delta = p[1, 1] - row * column
    x2 = design.n * delta**2 / (row * (1 - row) * column * (1 - column))
    # log p11 + log p00 - log p10 - log p01 moves by +/- w / p with each respondent.
    part = [w[k] * (1 if a[k] == b[k] else -1) / p[a[k], b[k]] for k in range(design.n)]
    variance = 0.0
    for s in set(design.strata):
        names = sorted({c for c, h in zip(design.clusters, design.strata, strict=True) if h == s})
        t = [sum(x for x, c in zip(part, design.clusters, strict=True) if c == name) for name in names]
        middle = sum(t) / len(t)
        variance += len(t) / (len(t) - 1) * sum((x - middle) ** 2 for x in t)
    return x2 / (variance / (sum(1 / share for share in p.values()) / design.n))


def test_rao_scott_of_a_simple_sample_is_pearsons_test_but_for_its_variance() -> None:
    """Without weights and clusters the generalised design effects are near 1, so F is near X² by its df."""
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 3, 3000), rng.integers(0, 2, 3000)
    found = rao_scott(a.tolist(), b.tolist(), Design(n=3000))
    table = np.array([[((a == i) & (b == j)).sum() for j in range(2)] for i in range(3)])
    pearson: Any = stats.chi2_contingency(table, correction=False)
    assert isinstance(found, RaoScott)
    assert found.pearson == pytest.approx(pearson.statistic, rel=1e-9)
    assert found.f * 2 == pytest.approx(pearson.statistic, rel=0.02)
    assert found.p == pytest.approx(pearson.pvalue, abs=0.01)


def test_rao_scott_does_not_fall_for_copies() -> None:
    """Ten copies of each respondent, marked as one cluster, leave F as it was; Pearson's X² rises tenfold."""
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 2, 80), rng.integers(0, 3, 80)
    once = rao_scott(a.tolist(), b.tolist(), Design(n=80))
    ten = rao_scott(
        np.repeat(a, 10).tolist(),
        np.repeat(b, 10).tolist(),
        Design(n=800, clusters=np.repeat(np.arange(80), 10).tolist()),
    )
    assert isinstance(once, RaoScott)
    assert isinstance(ten, RaoScott)
    assert ten.pearson == pytest.approx(10 * once.pearson)
    assert (ten.f, ten.p) == pytest.approx((once.f, once.p))


@pytest.mark.parametrize("seed", range(4))
def test_rao_scott_is_the_design_effect_of_a_log_odds_ratio_for_two_by_two(seed: int) -> None:
    """For a 2 x 2 table F is X² over the design effect of the log odds ratio, on 1 and 27 degrees."""
    design, group, y = made_survey(seed)
    found = rao_scott(group.tolist(), y.tolist(), design)
    assert isinstance(found, RaoScott)
    assert found.f == pytest.approx(plain_rao_scott(group, y.astype(int), design), rel=1e-9)
    assert (found.df_1, found.df_2) == pytest.approx((1, 27))


@pytest.mark.parametrize("seed", range(3))
def test_rao_scott_does_not_depend_on_its_contrasts(seed: int) -> None:
    """For 3 x 4 answers F and its degrees are those of any basis orthogonal to rows and columns."""
    rng = np.random.default_rng(seed)
    design, _, _ = made_survey(seed)
    a, b = rng.integers(0, 3, design.n), rng.integers(0, 4, design.n)
    found = rao_scott(a.tolist(), b.tolist(), design)
    pairs = list(zip(a, b, strict=True))
    members = np.array([[pair == (i, j) for i in range(3) for j in range(4)] for pair in pairs], float)
    w = np.array(design.weights) / np.sum(design.weights)
    p = w @ members
    z = w[:, np.newaxis] * (members - p)
    totals = np.array([z[np.array(design.clusters) == c].sum(axis=0) for c in range(30)])
    centred = totals - totals.reshape(3, 10, 12).mean(axis=1).repeat(10, axis=0)
    v = 10 / 9 * centred.T @ centred
    main = np.column_stack(
        [np.kron(np.eye(3), np.ones((4, 1))), np.kron(np.ones((3, 1)), np.eye(4))]  # rows, columns
    )
    c = linalg.null_space(main.T)
    shape = np.diag(1 / p)
    d = np.linalg.inv(c.T @ shape @ c / design.n) @ c.T @ shape @ v @ shape @ c
    roots = np.linalg.eigvals(d).real
    assert isinstance(found, RaoScott)
    assert found.f == pytest.approx(found.pearson / roots.sum(), rel=1e-9)
    assert found.df_1 == pytest.approx(roots.sum() ** 2 / (roots**2).sum(), rel=1e-9)
    assert found.df_2 == pytest.approx(27 * found.df_1)


def test_rao_scott_keeps_the_clusters_outside_the_domain() -> None:
    """A domain is a survey in which all others weigh nothing: their clusters still count in the spread."""
    design, group, y = made_survey(5)
    inside = np.arange(design.n) % 8 < 4
    whole = rao_scott(group.tolist(), y.tolist(), design, in_domain=inside.tolist())
    weights = np.where(inside, np.array(design.weights), 0.0).tolist()
    zeros = Design(n=design.n, weights=weights, strata=design.strata, clusters=design.clusters)
    weightless = rao_scott(group.tolist(), y.tolist(), zeros)
    here = np.flatnonzero(inside).tolist()
    alone = Design(
        n=len(here),
        weights=[weights[i] for i in here],
        strata=[(design.strata or [])[i] for i in here],
        clusters=[(design.clusters or [])[i] for i in here],
    )
    filtered = rao_scott(group[inside].tolist(), y[inside].tolist(), alone)
    assert isinstance(whole, RaoScott)
    assert isinstance(weightless, RaoScott)
    assert isinstance(filtered, RaoScott)
    assert (whole.f, whole.df_2) == pytest.approx((weightless.f, weightless.df_2))
    assert whole.pearson == pytest.approx(filtered.pearson)
    assert whole.f != pytest.approx(filtered.f)


@pytest.mark.parametrize("seed", range(3))
def test_weighted_slope_over_two_groups_is_the_difference(seed: int) -> None:
    """On a group of 0 and 1 the slope of the line and its error are those of the difference."""
    design, group, y = made_survey(seed)
    slope = weighted_slope(y.tolist(), group.tolist(), design, [True] * design.n)
    difference = weighted_difference(y.tolist(), design, (group == 1).tolist(), (group == 0).tolist())
    assert isinstance(slope, Estimate)
    assert isinstance(difference, Estimate)
    assert (slope.value, slope.standard_error) == pytest.approx((difference.value, difference.standard_error))
