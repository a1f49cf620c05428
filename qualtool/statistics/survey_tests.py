"""Weighted means, differences between groups of a survey, and a weighted line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np
from scipy import special

from .design import Design, linearised_covariance
from .intervals import Interval
from .undefined import Undefined, missing_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A weighted mean or difference with its linearised standard error and t interval on ``df``."""

    value: float
    standard_error: float | None
    interval: Interval | None
    df: int
    reason: str | None
    flags: tuple[str, ...] = ()


def weighted_mean(y: Sequence[float], design: Design, in_domain: Sequence[bool]) -> Estimate | Undefined:
    """Weighted mean over a domain: sum(wy)/sum(w), linearised. For y of -1, 0, 1 a paired difference.

    z_i = w_i (y_i - mean) / sum(w) in the domain, 0 outside. Binder 1983, Int Stat Rev 51:279. Limits
    are clipped to [-1, 1], where such answers lie.
    """
    values, w, inside = _arrays(y, design, in_domain)
    missing = missing_number(values)
    if missing:
        return missing
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
    in_first, in_other = np.asarray(first, dtype=bool), np.asarray(other, dtype=bool)
    values, w, inside = _arrays(y, design, (in_first | in_other).tolist())
    missing = missing_number(values)
    if missing:
        return missing
    sizes = [float(w[d].sum()) for d in (in_first, in_other)]
    if min(sizes) <= 0:
        return Undefined(reason="a group is empty")
    z, means = np.zeros(len(w)), []
    for sign, domain, size in ((1, in_first, sizes[0]), (-1, in_other, sizes[1])):
        mean = float((w * values)[domain].sum() / size)
        means.append(mean)
        z += np.where(domain, sign * w * (values - mean) / size, 0.0)
    method = "Taylor linearisation, t interval on the difference"
    return _estimated(means[0] - means[1], z[:, np.newaxis], design, inside & (w > 0), method)


def weighted_slope(
    y: Sequence[float], x: Sequence[float], design: Design, in_domain: Sequence[bool]
) -> Estimate | Undefined:
    """Slope of a weighted straight line of y on x over a domain, with its linearised standard error.

    z_i = w_i (x_i - mean x)(y_i - line_i) / sum of w (x - mean x)². Binder 1983, Int Stat Rev 51:279.
    A slope is per unit of x, so its limits are not clipped.
    """
    values, w, inside = _arrays(y, design, in_domain)
    at = np.where(inside, np.asarray(x, dtype=float), 0.0)
    missing = missing_number(values, at)
    if missing:
        return missing
    w = np.where(inside, w, 0.0)
    total = float(w.sum())
    if total <= 0:
        return Undefined(reason="nobody in this group has a weight above 0")
    centred = np.where(w > 0, at - float((w * at).sum() / total), 0.0)
    unit = float(np.abs(centred).max())
    if unit <= 1e-12 * float(np.abs(at).max()):
        return Undefined(reason="all respondents stand in one group")
    centred = centred / unit
    spread = float((w * centred**2).sum())
    mean = float((w * values).sum() / total)
    slope = float((w * centred * values).sum() / spread)
    z = w * centred * (values - mean - slope * centred) / spread
    method = "weighted line, Taylor linearisation, t interval"
    found = _estimated(slope, z[:, np.newaxis], design, inside & (w > 0), method, bound=inf)
    return _in_units(found, unit)


def _arrays(
    y: Sequence[float], design: Design, in_domain: Sequence[bool]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    values = np.asarray(y, dtype=float)
    w, inside = design.weights_within(in_domain)
    if len(values) != design.n:
        raise ValueError("answers have one entry a respondent")
    return np.where(inside, values, 0.0), w, inside


def _in_units(slope: Estimate, unit: float) -> Estimate:
    """A slope along ``unit`` steps of x as the slope along one."""
    error, limits = slope.standard_error, slope.interval
    return replace(
        slope,
        value=slope.value / unit,
        standard_error=None if error is None else error / unit,
        interval=limits and replace(limits, low=limits.low / unit, high=limits.high / unit),
    )


def _estimated(
    value: float,
    z: np.ndarray,
    design: Design,
    counted: np.ndarray,
    method: str,
    *,
    bound: float = 1.0,
) -> Estimate:
    """The estimate with its error and limits, which stay within -/+ ``bound``."""
    covariance, df, has_single = linearised_covariance(z, design, counted)
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
    interval = Interval(low=max(value - half, -bound), high=min(value + half, bound), method=method)
    return Estimate(value=value, standard_error=error, interval=interval, df=df, reason=None, flags=flags)
