"""How often a call is right, from a sample a person judged, and a share corrected for its mistakes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from .proportions import weighted_proportion
from .undefined import Undefined

METHOD = "Rogan-Gladen estimate, Lang-Reiczigel interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share in [0, 1] with Wilson's interval; ``n`` counts judged passages, ``n_effective`` what they
    are worth once their weights are reckoned with."""

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
    the sample was drawn in. Each share is a domain mean; its interval is Wilson's with the number of
    passages that the linearised variance is worth (Wilson 1927, J Am Stat Assoc 22:209; effective
    number as in Korn & Graubard 1998, Surv Methodol 24:193). Without weights and strata it is Wilson's.

    Returns:
        Undefined shares where the person found no true, or no false, passage.
    """
    true, called = np.asarray(is_true, dtype=bool), np.asarray(is_called, dtype=bool)
    drawn = _Drawn(weights=weights, strata=strata, level=level)
    return Accuracy(
        sensitivity=_share(called, true, drawn, "the person found no passage to which the code applies"),
        specificity=_share(~called, ~true, drawn, "the person found the code in every passage"),
        prevalence=_share(true, np.ones(len(true), dtype=bool), drawn, "no passage was judged yet"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    weights: Sequence[float] | None
    strata: Sequence[Hashable] | None
    level: float


def _share(is_yes: np.ndarray, inside: np.ndarray, drawn: _Drawn, reason: str) -> Share | Undefined:
    n = int(inside.sum())
    if n == 0:
        return Undefined(reason=reason)
    found = weighted_proportion(
        is_yes.tolist(), weights=drawn.weights, strata=drawn.strata, in_domain=inside.tolist()
    )
    if isinstance(found, Undefined):
        return Undefined(reason=reason)
    p, worth = found.estimate, found.n_effective
    if drawn.strata is not None and found.standard_error is not None:
        worth = p * (1 - p) / found.standard_error**2
    worth = min(float(n), worth)
    low, high = wilson_of_share(p, worth, level=drawn.level)
    return Share(estimate=p, low=low, high=high, n=n, n_effective=worth)


def wilson_of_share(p: float, n: float, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of Wilson's score interval for a share ``p`` of ``n`` passages, which need not be whole."""
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
    """
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
