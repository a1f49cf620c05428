"""How often a call is right, from a sample a person judged, and a share corrected for its mistakes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from .undefined import Undefined, missing_number

METHOD = "Rogan-Gladen estimate, Lang-Reiczigel interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share in [0, 1] with its interval; ``n`` counts judged passages, ``n_effective`` what they are worth
    once their weights are reckoned with: so many would give Wilson's interval this width."""

    estimate: float
    low: float
    high: float
    n: int
    n_effective: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A share corrected for misclassification. ``is_clipped``: it came out below 0 or above 1."""

    estimate: float
    low: float
    high: float
    is_clipped: bool
    method: str = METHOD


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Sensitivity (called among true), specificity (not called among not true), share of true."""

    sensitivity: Share | Undefined
    specificity: Share | Undefined
    prevalence: Share | Undefined


def accuracy(
    is_true: Sequence[bool],
    is_called: Sequence[bool],
    *,
    weights: Sequence[float] | None = None,
    strata: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> Accuracy:
    """Sensitivity and specificity of calls on a sample judged by a person, design-weighted.

    All sequences run over judged passages; ``weights`` are inverse sampling fractions, ``strata`` those
    the sample was drawn in. From one stratum a share is a count and its interval Wilson's (Wilson 1927,
    J Am Stat Assoc 22:209). From several it is A / (A + B), where A and B are sums over strata; the
    limits of each stratum's share (Wilson's) are recovered in those of the sums and of the ratio (MOVER:
    Zou & Donner 2008, Stat Med 27:1693; Donner & Zou 2012, Stat Methods Med Res 21:347). A linearised
    variance would not do: of a large stratum in which no true passage was met it knows nothing.

    Returns:
        Undefined shares where the person found no true, or no false, passage.

    Raises:
        ValueError: lists of unlike length, or a weight that is not above 0.
    """
    true, called = np.asarray(is_true, dtype=bool), np.asarray(is_called, dtype=bool)
    w = np.ones(len(true)) if weights is None else np.asarray(weights, dtype=float)
    named = list(strata) if strata is not None else [None] * len(true)
    if not len(true) == len(called) == len(w) == len(named):
        raise ValueError("every passage has a judgement, a call, a weight and a stratum")
    if not np.isfinite(w).all() or (w <= 0).any():
        raise ValueError("a weight is a number above 0")
    place = {name: at for at, name in enumerate(dict.fromkeys(named))}
    drawn = _Drawn(
        weights=w, stratum=np.array([place[name] for name in named], dtype=np.intp), n=len(place), level=level
    )
    every = np.ones(len(true), dtype=bool)
    return Accuracy(
        sensitivity=_share(called, true, drawn, "the person found no passage to which the code applies"),
        specificity=_share(~called, ~true, drawn, "the person found the code in every passage"),
        prevalence=_share(true, every, drawn, "no passage was judged yet"),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drawn:
    weights: np.ndarray
    stratum: np.ndarray
    n: int
    level: float

    def total(self, mask: np.ndarray) -> tuple[float, float, float]:
        """What a mask sums to over the population, as a share of it, with its limits."""
        everything = float(self.weights.sum())
        middle = below = above = 0.0
        for at in range(self.n):
            inside = self.stratum == at
            size = float(self.weights[inside].sum()) / everything
            p = float(self.weights[inside & mask].sum()) / float(self.weights[inside].sum())
            low, high = wilson_of_share(p, int(inside.sum()), level=self.level)
            middle += size * p
            below += (size * (p - low)) ** 2
            above += (size * (high - p)) ** 2
        return middle, max(0.0, middle - sqrt(below)), min(1.0, middle + sqrt(above))


def _share(is_yes: np.ndarray, inside: np.ndarray, drawn: _Drawn, reason: str) -> Share | Undefined:
    n = int(inside.sum())
    if n == 0:
        return Undefined(reason=reason)
    if drawn.n == 1:
        w = drawn.weights
        p = float(w[inside & is_yes].sum()) / float(w[inside].sum())
        low, high = wilson_of_share(p, n, level=drawn.level)
        return Share(estimate=p, low=low, high=high, n=n, n_effective=float(n))
    if inside.all():
        p, low, high = drawn.total(is_yes)
    else:
        p, low, high = _ratio(drawn.total(inside & is_yes), drawn.total(inside & ~is_yes))
    worth = min(float(n), _as_wide(p, high - low, drawn.level))
    return Share(estimate=p, low=low, high=high, n=n, n_effective=worth)


def _ratio(
    first: tuple[float, float, float], second: tuple[float, float, float]
) -> tuple[float, float, float]:
    """A / (A + B) with limits, of two sums with theirs."""
    a, b = first[0], second[0]
    low = _least_odds(a, a - first[1], b, second[2] - b)
    high = _least_odds(b, b - second[1], a, first[2] - a)  # odds of the rest
    return a / (a + b), low / (1 + low), 1 / (1 + high)


def _least_odds(a: float, down: float, b: float, up: float) -> float:
    """The least odds A : B where A may lie ``down`` below ``a`` and B ``up`` above ``b``."""
    gap = max(a * a - down * down, 0.0)
    root = sqrt(max(a * a * b * b - (b * b - up * up) * gap, 0.0))
    return gap / (a * b + root) if a * b + root > 0 else 0.0


def _as_wide(p: float, width: float, level: float) -> float:
    """The number of passages for which Wilson's interval of ``p`` is as wide."""
    least, most = 1e-3, 1e9
    for _ in range(80):
        middle = sqrt(least * most)
        low, high = wilson_of_share(p, middle, level=level)
        least, most = (middle, most) if high - low > width else (least, middle)
    return sqrt(least * most)


def wilson_of_share(p: float, n: float, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of Wilson's score interval for a share ``p`` of ``n`` passages, which need not be whole.

    Formula as ``intervals.wilson``: Wilson 1927, J Am Stat Assoc 22:209.
    """
    z = float(special.ndtri(0.5 + level / 2))
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (0.0 if p <= 0 else max(0.0, centre - half)), (1.0 if p >= 1 else min(1.0, centre + half))


def rogan_gladen(
    apparent: float,
    n: float,
    *,
    sensitivity: float,
    n_sensitivity: float,
    specificity: float,
    n_specificity: float,
    level: float = 0.95,
) -> Corrected | Undefined:
    """The true share behind an apparent one: (apparent + Sp - 1) / (Se + Sp - 1), kept in [0, 1].

    ``n`` passages gave the apparent share, ``n_sensitivity`` true and ``n_specificity`` false ones the
    two rates. Rogan & Gladen 1978, Am J Epidemiol 107:71. Interval of Lang & Reiczigel 2014, Prev Vet
    Med 113:13: with z², 2 and 2 pseudo-passages added, P' + d ± z SE(P'), where
    d = 2z² [P' Se'(1-Se')/nSe' - (1-P') Sp'(1-Sp')/nSp'].

    Returns:
        Undefined where Se + Sp is not above 1: the calls say no more than chance, so nothing can be
        corrected by them.

    Raises:
        ValueError: a share or rate outside [0, 1].
    """
    missing = missing_number([apparent, n, sensitivity, n_sensitivity, specificity, n_specificity])
    if missing:
        return missing
    if any(not -1e-9 <= rate <= 1 + 1e-9 for rate in (apparent, sensitivity, specificity)):
        raise ValueError("shares and rates lie between 0 and 1")
    apparent, sensitivity, specificity = map(_inside, (apparent, sensitivity, specificity))
    if min(n, n_sensitivity, n_specificity) <= 0:
        return Undefined(reason="no passage was judged yet")
    if sensitivity + specificity - 1 <= 1e-9:
        return Undefined(reason="sensitivity and specificity add up to 1 or less, no better than chance")
    plain = (apparent + specificity - 1) / (sensitivity + specificity - 1)
    z = float(special.ndtri(0.5 + level / 2))
    n_all, n_se, n_sp = n + z * z, n_sensitivity + 2, n_specificity + 2
    share = (n * apparent + z * z / 2) / n_all
    se = (n_sensitivity * sensitivity + 1) / n_se
    sp = (n_specificity * specificity + 1) / n_sp
    gain = se + sp - 1
    if gain <= 0:
        return Undefined(reason="too few passages were judged to tell the calls from chance")
    middle = (share + sp - 1) / gain
    of_se, of_sp = se * (1 - se) / n_se, sp * (1 - sp) / n_sp
    shift = 2 * z * z * (middle * of_se - (1 - middle) * of_sp)
    error = sqrt(share * (1 - share) / n_all + middle**2 * of_se + (1 - middle) ** 2 * of_sp) / gain
    estimate = _inside(plain)
    return Corrected(
        estimate=estimate,
        low=min(_inside(middle + shift - z * error), estimate),
        high=max(_inside(middle + shift + z * error), estimate),
        is_clipped=not 0 <= plain <= 1,
    )


def _inside(share: float) -> float:
    return min(max(share, 0.0), 1.0)
