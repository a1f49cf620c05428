"""Mancl and DeRouen's standard errors against published output, by a plain twin of their formula.

No published example of the logistic model with exchangeable schools was found (docs/statistics.md says
where it was looked for). The twin below is general: it gives the published errors of a linear model with
autocorrelation, those of statsmodels, whose routine ``gee_logit`` calls, and those of ``gee_logit``.
"""

from __future__ import annotations

from collections.abc import Callable
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
    correlation: Callable[[int], np.ndarray],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One scoring step from ``beta``, plain and corrected sandwich errors; a list entry is a cluster.

    Mancl & DeRouen 2001: B (sum of D'V⁻¹(I - H)⁻¹ r r' (I - H)⁻ᵀ V⁻¹D) B, H = D B D'V⁻¹, B = (sum
    of D'V⁻¹D)⁻¹. The link is canonical, so D is the variance times x.
    """
    parts = []
    for one, answers in zip(x, y, strict=True):
        mu = mean(one @ beta)
        v = np.sqrt(np.outer(variance(mu), variance(mu))) * correlation(len(answers))
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


def autoregressive(size: int) -> np.ndarray:
    return CORRELATION ** np.abs(np.subtract.outer(np.arange(size), np.arange(size)))


def sleep() -> tuple[np.ndarray, np.ndarray]:
    """Reactions (people, days) and the design (days, terms) of each person."""
    y = np.array([[float(v) for v in line.split()] for line in REACTIONS.split("\n") if line])
    return y, np.column_stack([np.ones(10), np.arange(10.0)])


def test_the_twin_gives_the_published_errors_of_sleepers() -> None:
    """253.489 and 10.4668; robust errors 6.35647, 1.43944; Mancl-DeRouen 6.73038, 1.52411.

    The documentation of the Julia package EstimatingEquationsRegression.jl (K. Shedden) prints them.
    """
    y, x = sleep()
    beta, robust, corrected = plain_gee_step(
        [x] * 18, list(y), np.zeros(2), lambda eta: eta, np.ones_like, autoregressive
    )
    _, robust, corrected = plain_gee_step(
        [x] * 18, list(y), beta, lambda eta: eta, np.ones_like, autoregressive
    )
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


def exchangeable_of(rows: tuple[GeeRow, ...]) -> tuple[list[np.ndarray], list[np.ndarray], float]:
    """The schools' designs and answers, and the correlation by moments at these coefficients."""
    y, x, school = schools()
    design = np.column_stack([np.ones(len(x)), x])
    mu = logistic(design @ np.array([row.coefficient for row in rows]))
    pearson = (y - mu) / np.sqrt(binomial(mu))
    within = [pearson[school == s] for s in range(40)]
    pairs = sum((r.sum() ** 2 - (r**2).sum()) / 2 for r in within)
    n_pairs = sum(len(r) * (len(r) - 1) / 2 for r in within)
    alpha = pairs / ((pearson**2).sum() / (len(y) - 2)) / (n_pairs - 2)
    designs = [design[school == s] for s in range(40)]
    return designs, [y[school == s].astype(float) for s in range(40)], float(alpha)


def fitted() -> tuple[GeeRow, ...]:
    y, x, school = schools()
    rows = gee_logit(y.tolist(), {"x": x.tolist()}, school.tolist())
    assert isinstance(rows, tuple)
    return rows


def test_gee_logit_solves_the_equations_with_the_errors_of_the_twin() -> None:
    """At its coefficients a scoring step stands still, and its errors are the corrected ones."""
    rows = fitted()
    designs, answers, alpha = exchangeable_of(rows)
    beta = np.array([row.coefficient for row in rows])
    after, robust, corrected = plain_gee_step(
        designs, answers, beta, logistic, binomial, lambda m: alpha + (1 - alpha) * np.eye(m)
    )
    assert after == pytest.approx(beta, abs=1e-6)
    assert [row.standard_error for row in rows] == pytest.approx(corrected.tolist(), rel=1e-5)
    assert (corrected > robust).all()


def test_gee_errors_are_those_of_leaving_out_one_school_at_a_time() -> None:
    """The corrected sandwich is the sum of squared one-step changes when a school is left out."""
    rows = fitted()
    designs, answers, alpha = exchangeable_of(rows)
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
