"""Weighted proportions from a survey with strata and clusters."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt

import numpy as np
from scipy import special

from ..errors import Problem, UserInputError
from .design import unit_weights
from .undefined import Undefined

N_TO_SHOW = 10
N_TO_TRUST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedProportion:
    """A weighted share in [0, 1] with what is needed to judge it.

    ``n`` counts respondents of the domain without weights, ``n_effective`` is Kish's; ``df`` is
    clusters minus strata. ``low`` and ``high`` are None with ``reason`` where there is no spread.
    ``flags`` holds 'indicative' (n < 30), 'too few to show' (n < 10), 'single-cluster stratum'.
    """

    estimate: float
    standard_error: float | None
    low: float | None
    high: float | None
    df: int
    n: int
    n_effective: float
    design_effect: float | None
    flags: tuple[str, ...]
    reason: str | None
    method: str


def weighted_proportion(
    is_yes: Sequence[bool],
    *,
    weights: Sequence[float] | None = None,
    strata: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    in_domain: Sequence[bool] | None = None,
    n_clusters_in_population: Mapping[Hashable, float] | None = None,
    level: float = 0.95,
) -> WeightedProportion | Undefined:
    """Weighted share of yes with a Taylor-linearised standard error and a logit interval.

    All sequences run over respondents. p = sum(wy)/sum(w); z_i = w_i(y_i - p)/sum(w); variance
    sum over strata of (1 - f_h) n_h/(n_h - 1) sum over clusters (z_hc - mean z_h)². Outside the
    domain w and z are 0 but the clusters stay (filtering rows would lose them). Limits on the logit
    scale with t on clusters - strata, counted in the domain as R's survey package does: see
    ``logit_interval``.
    Design effect: variance / [p(1-p)/(n-1)]; Kish n = (sum w)²/sum w² (Kish 1965).
    Without ``clusters`` every respondent is one; a stratum with one cluster is centred at the mean
    of all clusters and flagged. ``n_clusters_in_population`` gives the finite population correction
    per stratum (key None without strata). Lumley 2004, J Stat Softw 9(8); Binder 1983.

    Raises:
        UserInputError: weights that are negative or not finite (all at once, by position).
        ValueError: lists of unlike length, or fewer clusters in a population than in its sample.
    """
    y = np.asarray(is_yes, dtype=float)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    _check_weights(w)
    w = unit_weights(w)
    inside = np.ones(len(y), dtype=bool) if in_domain is None else np.asarray(in_domain, dtype=bool)
    if not len(y) == len(w) == len(inside):
        raise ValueError("answers, weights and domain have one entry a respondent")
    w = np.where(inside, w, 0.0)
    counted = w > 0
    if not counted.any():
        return Undefined(reason="nobody in this group has a weight above 0")
    p = float((w * y).sum() / w.sum())
    z = w * (y - p) / w.sum()
    named_strata = list(strata) if strata is not None else [None] * len(y)
    named_clusters = list(clusters) if clusters is not None else list(range(len(y)))
    totals = _cluster_totals(z, named_strata, named_clusters)
    variance, has_single = _variance(totals, n_clusters_in_population or {})
    seen = {(s, c) for s, c, here in zip(named_strata, named_clusters, counted, strict=True) if here}
    df = len(seen) - len({s for s, _ in seen})
    return _described(p, variance, df, w[counted], has_single, level)


def logit_interval(p: float, standard_error: float, *, df: float, level: float = 0.95) -> tuple[float, float]:
    """Limits of a share in (0, 1) from its standard error, taken on the logit scale.

    logit(limit) = log(p / (1 - p)) -/+ t SE / (p (1 - p)), t on ``df`` degrees of freedom. Korn &
    Graubard 1998, Surv Methodol 24:193; svyciprop(method="logit") of R's survey package, and Stata.

    Raises:
        ValueError: a share of 0 or 1, where the logit is not defined, or no degrees of freedom.
    """
    if not 0 < p < 1 or not df > 0:
        raise ValueError("the logit takes a share between 0 and 1, and t some degrees of freedom")
    half = float(special.stdtrit(df, 0.5 + level / 2)) * standard_error / (p * (1 - p))
    low, high = (_inverse_logit(log(p / (1 - p)) + side * half) for side in (-1, 1))
    return low, high


def _check_weights(w: np.ndarray) -> None:
    bad = np.flatnonzero(~np.isfinite(w) | (w < 0))
    if len(bad):
        problems = [
            Problem(
                where=f"respondent {int(i) + 1}",
                message="The weight is negative or not a number.",
                next="Mend the weight or leave it blank.",
            )
            for i in bad
        ]
        raise UserInputError(f"{len(bad)} weight(s) cannot be used.", problems=problems)


def _cluster_totals(
    z: np.ndarray, strata: Sequence[Hashable], clusters: Sequence[Hashable]
) -> dict[Hashable, dict[Hashable, float]]:
    totals: dict[Hashable, dict[Hashable, float]] = {}
    for value, stratum, cluster in zip(z.tolist(), strata, clusters, strict=True):
        within = totals.setdefault(stratum, {})
        within[cluster] = within.get(cluster, 0.0) + value
    return totals


def _variance(
    totals: dict[Hashable, dict[Hashable, float]], n_in_population: Mapping[Hashable, float]
) -> tuple[float, bool]:
    overall = float(np.mean([t for within in totals.values() for t in within.values()]))
    variance, has_single = 0.0, False
    for stratum, within in totals.items():
        t = np.array(list(within.values()))
        n = len(t)
        there = n_in_population.get(stratum, inf)
        if not n <= there:
            raise ValueError(f"{n} clusters were drawn from {there}")
        fraction = n / there
        if n == 1:
            has_single = True
            variance += (1 - fraction) * float((t[0] - overall) ** 2)
            continue
        variance += (1 - fraction) * n / (n - 1) * float(((t - t.mean()) ** 2).sum())
    return variance, has_single


def _described(
    p: float, variance: float, df: int, w: np.ndarray, has_single: bool, level: float
) -> WeightedProportion:
    n = len(w)
    flags = []
    if n < N_TO_SHOW:
        flags.append("too few to show")
    elif n < N_TO_TRUST:
        flags.append("indicative")
    if has_single:
        flags.append("single-cluster stratum")
    low = high = error = effect = None
    reason = None
    if df < 1:
        reason = "no more clusters than strata, so there is no standard error"
    elif not 0 < p < 1:
        reason = "everybody or nobody said yes, so the spread cannot be estimated"
    elif variance <= 1e-24:
        reason = "the clusters do not differ, so there is no spread"
    else:
        error = sqrt(variance)
        low, high = logit_interval(p, error, df=df, level=level)
        effect = variance / (p * (1 - p) / (n - 1)) if n > 1 else None
    return WeightedProportion(
        estimate=p,
        standard_error=error,
        low=low,
        high=high,
        df=df,
        n=n,
        n_effective=float(w.sum() ** 2 / (w**2).sum()),
        design_effect=effect,
        flags=tuple(flags),
        reason=reason,
        method="Taylor linearisation, logit interval",
    )


def _inverse_logit(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > -700 else 0.0
