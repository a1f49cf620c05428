"""Mancl and DeRouen's standard errors against published output, by a plain twin of their formula.

The twin is general. It gives the published errors of a linear model with autocorrelation and of a
logistic model of a trial, whose people correlate more within a period than between two; so does
statsmodels, whose routine ``gee_logit`` calls; and the twin gives those of ``gee_logit``, on the same
trial too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from qualtool.statistics import GeeRow, gee_logit

# Reaction time in ms of 18 people (rows) on days 0 to 9 without enough sleep: Belenky and others 2003,
# J Sleep Res 12:1, the data "sleepstudy" of R's lme4.
REACTIONS = """
249.56 258.7047 250.8006 321.4398 356.8519 414.6901 382.2038 290.1486 430.5853 466.3535
222.7339 205.2658 202.9778 204.707 207.7161 215.9618 213.6303 217.7272 224.2957 237.3142
199.0539 194.3322 234.32 232.8416 229.3074 220.4579 235.4208 255.7511 261.0125 247.5153
321.5426 300.4002 283.8565 285.133 285.7973 297.5855 280.2396 318.2613 305.3495 354.0487
287.6079 285 301.8206 320.1153 316.2773 293.3187 290.075 334.8177 293.7469 371.5811
234.8606 242.8118 272.9613 309.7688 317.4629 309.9976 454.1619 346.8311 330.3003 253.8644
283.8424 289.555 276.7693 299.8097 297.171 338.1665 332.0265 348.8399 333.36 362.0428
265.4731 276.2012 243.3647 254.6723 279.0244 284.1912 305.5248 331.5229 335.7469 377.299
241.6083 273.9472 254.4907 270.8021 251.4519 254.6362 245.4523 235.311 235.7541 237.2466
312.3666 313.8058 291.6112 346.1222 365.7324 391.8385 404.2601 416.6923 455.8643 458.9167
236.1032 230.3167 238.9256 254.922 250.7103 269.7744 281.5648 308.102 336.2806 351.6451
256.2968 243.4543 256.2046 255.5271 268.9165 329.7247 379.4445 362.9184 394.4872 389.0527
250.5265 300.0576 269.8939 280.5891 271.8274 304.6336 287.7466 266.5955 321.5418 347.5655
221.6771 298.1939 326.8785 346.8555 348.7402 352.8287 354.4266 360.4326 375.6406 388.5417
271.9235 268.4369 257.2424 277.6566 314.8222 317.2135 298.1353 348.1229 340.28 366.5131
225.264 234.5235 238.9008 240.473 267.5373 344.1937 281.1481 347.5855 365.163 372.2288
269.8804 272.4428 277.8989 281.7895 279.1705 284.512 259.2658 304.6306 350.7807 369.4692
269.4117 273.474 297.5968 310.6316 287.1726 329.6076 334.4818 343.2199 369.1417 364.1236
"""
CORRELATION = 0.7670316895600812  # of one day to the next, as printed with the results


def plain_gee_step(
    x: list[np.ndarray],
    y: list[np.ndarray],
    beta: np.ndarray,
    mean: Callable[[np.ndarray], np.ndarray],
    variance: Callable[[np.ndarray], np.ndarray],
    correlations: list[np.ndarray],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One scoring step from ``beta``, plain and corrected sandwich errors; a list entry is a cluster.

    Mancl & DeRouen 2001: B (sum of D'V⁻¹(I - H)⁻¹ r r' (I - H)⁻ᵀ V⁻¹D) B, H = D B D'V⁻¹, B = (sum
    of D'V⁻¹D)⁻¹. The link is canonical, so D is the variance times x.
    """
    parts = []
    for one, answers, correlation in zip(x, y, correlations, strict=True):
        mu = mean(one @ beta)
        v = np.sqrt(np.outer(variance(mu), variance(mu))) * correlation
        d = variance(mu)[:, np.newaxis] * one
        parts.append((d, np.linalg.inv(v), answers - mu))
    bread = np.linalg.inv(sum(d.T @ inverse @ d for d, inverse, _ in parts))
    step = bread @ sum(d.T @ inverse @ r for d, inverse, r in parts)
    errors = []
    for is_corrected in (False, True):
        meat = np.zeros((len(beta), len(beta)))
        for d, inverse, r in parts:
            leverage = d @ bread @ d.T @ inverse
            kept = np.linalg.solve(np.eye(len(r)) - leverage, r) if is_corrected else r
            score = d.T @ inverse @ kept
            meat += np.outer(score, score)
        errors.append(np.sqrt(np.diag(bread @ meat @ bread)))
    return beta + step, errors[0], errors[1]


AUTOREGRESSIVE = CORRELATION ** np.abs(np.subtract.outer(np.arange(10), np.arange(10)))


def sleep() -> tuple[np.ndarray, np.ndarray]:
    """Reactions (people, days) and the design (days, terms) of each person."""
    y = np.array([[float(v) for v in line.split()] for line in REACTIONS.split("\n") if line])
    return y, np.column_stack([np.ones(10), np.arange(10.0)])


def test_the_twin_gives_the_published_errors_of_sleepers() -> None:
    """253.489 and 10.4668; robust errors 6.35647, 1.43944; Mancl-DeRouen 6.73038, 1.52411.

    The documentation of the Julia package EstimatingEquationsRegression.jl (K. Shedden) prints them.
    """
    y, x = sleep()
    working = [AUTOREGRESSIVE] * 18
    beta, _, _ = plain_gee_step([x] * 18, list(y), np.zeros(2), lambda eta: eta, np.ones_like, working)
    _, robust, corrected = plain_gee_step([x] * 18, list(y), beta, lambda eta: eta, np.ones_like, working)
    assert beta == pytest.approx([253.489, 10.4668], rel=5e-6)
    assert robust == pytest.approx([6.35647, 1.43944], rel=2e-6)
    assert corrected == pytest.approx([6.73038, 1.52411], rel=2e-6)


def test_statsmodels_gives_the_published_errors_of_sleepers() -> None:
    """The routine behind ``gee_logit`` prints the same errors at the same correlation."""
    import statsmodels.api as sm

    class Known(sm.cov_struct.Autoregressive):
        def update(self, params: np.ndarray) -> None:
            self.dep_params = CORRELATION

    y, x = sleep()
    model: Any = sm.GEE(
        y.ravel(),
        np.tile(x, (18, 1)),
        np.repeat(np.arange(18), 10),
        time=np.tile(np.arange(10.0), 18),
        family=sm.families.Gaussian(),
        cov_struct=Known(grid=True),
    )
    found: Any = model.fit(cov_type="bias_reduced")
    assert found.params == pytest.approx([253.489, 10.4668], rel=5e-6)
    assert found.bse == pytest.approx([6.73038, 1.52411], rel=2e-6)


# A stepped-wedge trial that the authors of the R package geeCRT simulate with a fixed seed (1234, R's
# generator since 3.6) and analyse: Li, Yu, Rathouz, Turner & Preisser 2022, Biostatistics 23:772, with
# ``example_analysis.R`` of their repository clusterperiod_GEE. A row is a cluster; yes/people in periods
# 1 to 5. Of twelve clusters three at a time begin treatment in period 2, 3, 4, 5.
TRIAL = """
5/29 1/23 0/21 0/30 2/27
12/25 2/27 13/27 5/21 8/29
7/24 3/23 6/30 6/24 3/20
3/28 6/23 7/23 2/25 0/30
15/24 12/24 10/22 10/20 7/27
8/25 12/27 4/26 6/25 9/29
6/23 5/23 1/28 5/27 7/25
7/21 5/27 5/22 5/22 5/22
12/26 10/22 8/25 2/25 4/28
6/25 1/23 4/23 4/20 4/22
8/29 3/29 5/27 1/20 0/25
10/25 16/24 11/29 9/28 7/28
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """Coefficients (log odds in five periods, effect of treatment), correlations and standard errors."""

    within: float
    between: float
    beta: tuple[float, ...]
    robust: tuple[float, ...]
    corrected: tuple[float, ...]


PLAIN_GEE = Printed(
    within=0.07922396,
    between=0.06015348,
    beta=(-0.7064384, -0.9786578, -0.9750309, -1.1638213, -1.1936248, -0.3395339),
    robust=(0.1787601, 0.2925892, 0.2827734, 0.2705990, 0.3409917, 0.2523288),
    corrected=(0.1950422, 0.3270288, 0.3226023, 0.3054902, 0.3941003, 0.3008924),
)
ADJUSTED_GEE = Printed(  # their correlations are corrected for small samples as well
    within=0.09140198,
    between=0.06534831,
    beta=(-0.7063758, -0.9776584, -0.9749175, -1.1629618, -1.1932122, -0.3387314),
    robust=(0.1786765, 0.2925541, 0.2816550, 0.2701559, 0.3397117, 0.2519009),
    corrected=(0.1949465, 0.3269758, 0.3212165, 0.3050911, 0.3924780, 0.3002816),
)


def trial() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Answers, the six terms, the period and the cluster of each of the trial's people."""
    answers, terms, periods, clusters = [], [], [], []
    for cluster, line in enumerate(TRIAL.split("\n")[1:-1]):
        for period, counts in enumerate(line.split()):
            k, n = (int(count) for count in counts.split("/"))
            answers += [1.0] * k + [0.0] * (n - k)
            terms += [[*np.eye(5)[period], float(period > cluster // 3)]] * n
            periods += [period] * n
            clusters += [cluster] * n
    return np.array(answers), np.array(terms), np.array(periods), np.array(clusters)


def nested(periods: np.ndarray, printed: Printed) -> np.ndarray:
    """One correlation for two people of a period, another for two people of different periods."""
    is_same = np.equal.outer(periods, periods)
    found = np.where(is_same, printed.within, printed.between)
    np.fill_diagonal(found, 1.0)
    return found


@pytest.mark.parametrize("printed", [PLAIN_GEE, ADJUSTED_GEE], ids=["plain", "adjusted"])
def test_the_twin_gives_the_published_errors_of_a_trial(printed: Printed) -> None:
    """At the printed coefficients and correlations all 24 errors of two logistic models are as printed.

    Robust ones ("BC0") and those of Mancl and DeRouen ("BC2"), to the seven decimals given. A scoring
    step from there moves no coefficient by more than .0002, as the authors stop at .001.
    """
    y, x, period, cluster = trial()
    rows = [cluster == c for c in range(12)]
    after, robust, corrected = plain_gee_step(
        [x[r] for r in rows],
        [y[r] for r in rows],
        np.array(printed.beta),
        logistic,
        binomial,
        [nested(period[r], printed) for r in rows],
    )
    assert after == pytest.approx(printed.beta, abs=2e-4)
    assert robust == pytest.approx(printed.robust, abs=1.5e-7)
    assert corrected == pytest.approx(printed.corrected, abs=1.5e-7)


@pytest.mark.parametrize("printed", [PLAIN_GEE, ADJUSTED_GEE], ids=["plain", "adjusted"])
def test_statsmodels_gives_the_published_errors_of_a_trial(printed: Printed) -> None:
    """The routine behind ``gee_logit`` gives them where it converges, which is a little further on."""
    import statsmodels.api as sm

    y, x, period, cluster = trial()

    class Known(sm.cov_struct.CovStruct):
        def update(self, params: np.ndarray) -> None:
            self.dep_params = np.array([printed.within, printed.between])

        def covariance_matrix(self, endog_expval: np.ndarray, index: int) -> tuple[np.ndarray, bool]:
            return nested(period[cluster == index], printed), True

    model: Any = sm.GEE(y, x, cluster, family=sm.families.Binomial(), cov_struct=Known())
    found: Any = model.fit(cov_type="bias_reduced")
    assert found.params == pytest.approx(printed.beta, abs=2e-4)
    assert found.bse == pytest.approx(printed.corrected, abs=2e-5)


def schools() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Answers, a term and the school of the people of forty schools of two to eight."""
    rng = np.random.default_rng(11)
    school = np.repeat(np.arange(40), rng.integers(2, 9, 40))
    x = (school % 3 == 0) + rng.normal(0, 0.3, len(school))
    level = rng.normal(0, 0.8, 40)[school]
    return rng.random(len(school)) < 1 / (1 + np.exp(-(-0.4 + 0.7 * x + level))), x, school


def logistic(eta: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-eta))


def binomial(mu: np.ndarray) -> np.ndarray:
    return mu * (1 - mu)


def exchangeable_of(
    rows: tuple[GeeRow, ...], y: np.ndarray, x: np.ndarray, school: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray], float]:
    """The schools' designs and answers, and the correlation by moments at these coefficients."""
    design = np.column_stack([np.ones(len(x)), x])
    n_terms = design.shape[1]
    mu = logistic(design @ np.array([row.coefficient for row in rows]))
    pearson = (y - mu) / np.sqrt(binomial(mu))
    names = range(school.max() + 1)
    within = [pearson[school == s] for s in names]
    pairs = sum((r.sum() ** 2 - (r**2).sum()) / 2 for r in within)
    n_pairs = sum(len(r) * (len(r) - 1) / 2 for r in within)
    alpha = pairs / ((pearson**2).sum() / (len(y) - n_terms)) / (n_pairs - n_terms)
    designs = [design[school == s] for s in names]
    return designs, [y[school == s].astype(float) for s in names], float(alpha)


def fitted_trial() -> tuple[GeeRow, ...]:
    """The trial by ``gee_logit``: the first period is its intercept, the others are differences from it."""
    y, x, _, cluster = trial()
    terms = {f"period {j + 1}": x[:, j].tolist() for j in range(1, 5)} | {"treated": x[:, 5].tolist()}
    rows = gee_logit((y == 1).tolist(), terms, [f"{c:02}" for c in cluster], min_clusters=12)
    assert isinstance(rows, tuple)
    return rows


def fitted() -> tuple[GeeRow, ...]:
    y, x, school = schools()
    rows = gee_logit(y.tolist(), {"x": x.tolist()}, school.tolist())
    assert isinstance(rows, tuple)
    return rows


@pytest.mark.parametrize("is_trial", [False, True], ids=["schools", "trial"])
def test_gee_logit_solves_the_equations_with_the_errors_of_the_twin(is_trial: bool) -> None:
    """At its coefficients a scoring step stands still, and its errors are the corrected ones."""
    if is_trial:
        rows = fitted_trial()
        y, x, _, cluster = trial()
        designs, answers, alpha = exchangeable_of(rows, y, x[:, 1:], cluster)
    else:
        rows = fitted()
        designs, answers, alpha = exchangeable_of(rows, *schools())
    beta = np.array([row.coefficient for row in rows])
    working = [alpha + (1 - alpha) * np.eye(len(one)) for one in answers]
    after, robust, corrected = plain_gee_step(designs, answers, beta, logistic, binomial, working)
    assert after == pytest.approx(beta, abs=1e-6)
    assert [row.standard_error for row in rows] == pytest.approx(corrected.tolist(), rel=1e-5)
    assert (corrected > robust).all()


def test_gee_errors_are_those_of_leaving_out_one_school_at_a_time() -> None:
    """The corrected sandwich is the sum of squared one-step changes when a school is left out."""
    rows = fitted()
    designs, answers, alpha = exchangeable_of(rows, *schools())
    beta = np.array([row.coefficient for row in rows])
    changes = []
    for out in range(40):
        others = [s for s in range(40) if s != out]
        bread, score = np.zeros((2, 2)), np.zeros(2)
        for s in others:
            mu = logistic(designs[s] @ beta)
            a = np.sqrt(binomial(mu))
            v = np.outer(a, a) * (alpha + (1 - alpha) * np.eye(len(mu)))
            d = binomial(mu)[:, np.newaxis] * designs[s]
            bread += d.T @ np.linalg.inv(v) @ d
            score += d.T @ np.linalg.inv(v) @ (answers[s] - mu)
        changes.append(np.linalg.solve(bread, score))
    errors = np.sqrt((np.array(changes) ** 2).sum(axis=0))
    assert [row.standard_error for row in rows] == pytest.approx(errors.tolist(), rel=1e-5)
