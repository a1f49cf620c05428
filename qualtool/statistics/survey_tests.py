"""Weighted means, differences between groups of a survey, and the Rao-Scott test."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from .intervals import Interval
from .undefined import Undefined


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How a survey was drawn: one entry a respondent; None for no weights, strata or clusters."""

    n: int
    weights: Sequence[float] | None = None
    strata: Sequence[Hashable] | None = None
    clusters: Sequence[Hashable] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A weighted mean or difference with its linearised standard error and t interval on ``df``."""

    value: float
    standard_error: float | None
    interval: Interval | None
    df: int
    reason: str | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RaoScott:
    """Rao-Scott F with its degrees of freedom, the Pearson X² behind it, and p."""

    f: float
    df_1: float
    df_2: float
    pearson: float
    p: float
    method: str


def weighted_mean(y: Sequence[float], design: Design, in_domain: Sequence[bool]) -> Estimate | Undefined:
    """Weighted mean over a domain: sum(wy)/sum(w), linearised. For y of -1, 0, 1 a paired difference.

    z_i = w_i (y_i - mean) / sum(w) in the domain, 0 outside. Binder 1983, Int Stat Rev 51:279.
    """
    values, w, inside = _arrays(y, design, in_domain)
    total = float(w[inside].sum())
    if total <= 0:
        return Undefined(reason="nobody in this group has a weight above 0")
    mean = float((w * values)[inside].sum() / total)
    z = np.where(inside, w * (values - mean) / total, 0.0)
    return _estimated(mean, z[:, np.newaxis], design, inside & (w > 0), "Taylor linearisation, t interval")


def weighted_difference(
    y: Sequence[float], design: Design, first: Sequence[bool], other: Sequence[bool]
) -> Estimate | Undefined:
    """Weighted mean in one domain minus that in another, with their covariance by linearisation.

    The two domains' z of ``weighted_mean`` are subtracted respondent by respondent, so respondents of
    one cluster in both domains count. Lumley 2010, Complex Surveys, section 2.
    """
    values, w, in_first = _arrays(y, design, first)
    in_other = np.asarray(other, dtype=bool)
    sizes = [float(w[d].sum()) for d in (in_first, in_other)]
    if min(sizes) <= 0:
        return Undefined(reason="a group is empty")
    z, means = np.zeros(len(w)), []
    for sign, inside, size in ((1, in_first, sizes[0]), (-1, in_other, sizes[1])):
        mean = float((w * values)[inside].sum() / size)
        means.append(mean)
        z += np.where(inside, sign * w * (values - mean) / size, 0.0)
    counted = (in_first | in_other) & (w > 0)
    method = "Taylor linearisation, t interval on the difference"
    return _estimated(means[0] - means[1], z[:, np.newaxis], design, counted, method)


def weighted_slope(
    y: Sequence[float], x: Sequence[float], design: Design, in_domain: Sequence[bool]
) -> Estimate | Undefined:
    """Slope of a weighted straight line of y on x over a domain, with its linearised standard error.

    z_i = w_i (x_i - mean x)(y_i - line_i) / sum of w (x - mean x)². Binder 1983, Int Stat Rev 51:279.
    """
    values, w, inside = _arrays(y, design, in_domain)
    at = np.where(inside, np.asarray(x, dtype=float), 0.0)
    w = np.where(inside, w, 0.0)
    total = float(w.sum())
    if total <= 0:
        return Undefined(reason="nobody in this group has a weight above 0")
    centred = at - float((w * at).sum() / total)
    spread = float((w * centred**2).sum())
    if spread <= 1e-12:
        return Undefined(reason="all respondents stand in one group")
    mean = float((w * values).sum() / total)
    slope = float((w * centred * values).sum() / spread)
    z = w * centred * (values - mean - slope * centred) / spread
    method = "weighted line, Taylor linearisation, t interval"
    return _estimated(slope, z[:, np.newaxis], design, inside & (w > 0), method)


def rao_scott(rows: Sequence[Hashable], columns: Sequence[Hashable], design: Design) -> RaoScott | Undefined:
    """Rao-Scott F test that two answers are independent, second order (Satterthwaite).

    Pearson's X² of the weighted table scaled to n, divided by the trace of the generalised design
    effects D = (C' S0 C)^-1 (C' V C); F = X² / tr(D) on tr(D)² / tr(D²) and that times
    (clusters - strata) degrees of freedom. V is the linearised covariance of the cell shares. Rao &
    Scott 1984, Ann Stat 12:46; Thomas & Rao 1987; the default of svychisq in R's survey package.
    """
    a, which_a = np.unique(np.array([str(r) for r in rows]), return_inverse=True)
    b, which_b = np.unique(np.array([str(c) for c in columns]), return_inverse=True)
    if min(len(a), len(b)) < 2:
        return Undefined(reason="one group or one answer only, so there is nothing to test")
    n = design.n
    w = np.ones(n) if design.weights is None else np.asarray(design.weights, dtype=float)
    cell = which_a * len(b) + which_b
    members = np.zeros((n, len(a) * len(b)))
    members[np.arange(n), cell] = 1.0
    shares = (w[:, np.newaxis] * members).sum(axis=0) / w.sum()
    z = w[:, np.newaxis] * (members - shares) / w.sum()
    v, df, _ = _covariance(z, design, w > 0)
    row, column = shares.reshape(len(a), len(b)).sum(axis=1), shares.reshape(len(a), len(b)).sum(axis=0)
    expected = np.outer(row, column).ravel()
    if (expected <= 0).any() or df < 1:
        return Undefined(reason="no more clusters than strata, or an answer that nobody gave")
    pearson = n * float(((shares - expected) ** 2 / expected).sum())
    contrast = _interaction(len(a), len(b)) / expected[:, np.newaxis]
    # The covariance of the cell shares under independence in a simple random sample of n.
    base = (np.diag(expected) - np.outer(expected, expected)) / n
    d = np.linalg.solve(contrast.T @ base @ contrast, contrast.T @ v @ contrast)
    trace, square = float(np.trace(d)), float(np.trace(d @ d))
    if trace <= 1e-12:
        return Undefined(reason="the clusters do not differ, so there is no spread")
    f, df_1 = pearson / trace, trace**2 / square
    return RaoScott(
        f=f,
        df_1=df_1,
        df_2=df_1 * df,
        pearson=pearson,
        p=float(special.fdtrc(df_1, df_1 * df, f)),
        method="Rao-Scott F, second-order correction",
    )


def _interaction(n_rows: int, n_columns: int) -> np.ndarray:
    """Contrasts of the cells that are free of row and column effects."""
    left = np.vstack([np.eye(n_rows - 1), -np.ones(n_rows - 1)])
    right = np.vstack([np.eye(n_columns - 1), -np.ones(n_columns - 1)])
    return np.kron(left, right)


def _arrays(
    y: Sequence[float], design: Design, in_domain: Sequence[bool]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    values = np.asarray(y, dtype=float)
    w = np.ones(design.n) if design.weights is None else np.asarray(design.weights, dtype=float)
    if not len(values) == len(w) == len(in_domain) == design.n:
        raise ValueError("answers, weights and domain have one entry a respondent")
    return values, w, np.asarray(in_domain, dtype=bool)


def _covariance(z: np.ndarray, design: Design, counted: np.ndarray) -> tuple[np.ndarray, int, bool]:
    """Sum over strata of n/(n-1) times the spread of the clusters' totals; df; lone clusters."""
    n = design.n
    stratum = _numbered(design.strata, n, alone=False)
    cluster = _numbered(design.clusters, n, alone=True)
    pair = stratum * (int(cluster.max()) + 1) + cluster
    keys, which = np.unique(pair, return_inverse=True)
    totals = np.zeros((len(keys), z.shape[1]))
    np.add.at(totals, which, z)
    of = keys // (int(cluster.max()) + 1)
    overall = totals.mean(axis=0)
    found, has_single = np.zeros((z.shape[1], z.shape[1])), False
    for number in np.unique(of):
        mine = totals[of == number]
        m = len(mine)
        has_single |= m == 1
        centred = mine - (overall if m == 1 else mine.mean(axis=0))
        found += (1.0 if m == 1 else m / (m - 1)) * centred.T @ centred
    here = np.unique(pair[counted])
    df = len(here) - len(np.unique(here // (int(cluster.max()) + 1)))
    return found, df, has_single


def _numbered(names: Sequence[Hashable] | None, n: int, *, alone: bool) -> np.ndarray:
    if names is None:
        return np.arange(n) if alone else np.zeros(n, dtype=int)
    return np.unique(np.array([str(x) for x in names]), return_inverse=True)[1]


def _estimated(value: float, z: np.ndarray, design: Design, counted: np.ndarray, method: str) -> Estimate:
    covariance, df, has_single = _covariance(z, design, counted)
    variance = float(covariance[0, 0])
    flags = ("single-cluster stratum",) if has_single else ()
    reason = None
    if df < 1:
        reason = "no more clusters than strata, so there is no standard error"
    elif variance <= 1e-24:
        reason = "the groups do not differ within themselves, so there is no spread"
    if reason is not None:
        return Estimate(value=value, standard_error=None, interval=None, df=df, reason=reason, flags=flags)
    error = sqrt(variance)
    half = float(special.stdtrit(df, 0.975)) * error
    interval = Interval(low=max(value - half, -1.0), high=min(value + half, 1.0), method=method)
    return Estimate(value=value, standard_error=error, interval=interval, df=df, reason=None, flags=flags)
