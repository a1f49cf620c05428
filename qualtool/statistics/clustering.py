"""How alike people of one school are, and what that costs in precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .undefined import Undefined, missing_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """Intraclass correlation of people within schools, and the design effect it brings.

    ``size`` is the size of a school that stands for all where they differ; the design effect is
    1 + (size - 1) times the correlation, not below 1 where that is negative.
    """

    icc: float
    size: float
    design_effect: float
    n_clusters: int
    n: int


def anova_icc(values: Sequence[float], clusters: Sequence[object]) -> Clustering | Undefined:
    """Intraclass correlation from one-way analysis of variance: (MSB - MSW) / (MSB + (m0 - 1) MSW).

    m0 = (N - sum of m²/N) / (k - 1) for k clusters of sizes m. It can be negative, where people of a
    school are less alike than people of different schools. Donner & Koval 1980, Biometrics 36:19;
    ICC(1,1) of Shrout & Fleiss 1979, Psychol Bull 86:420. Design effect: Kish 1965, section 5.4.
    """
    y = np.asarray(values, dtype=float)
    names, which = np.unique(np.asarray([str(c) for c in clusters]), return_inverse=True)
    k, n = len(names), len(y)
    if len(which) != n:
        raise ValueError("every person has a value and a school")
    missing = missing_number(y)
    if missing:
        return missing
    if k < 2 or n <= k:
        return Undefined(reason="it takes two schools or more, and several people in one of them")
    y = y / (float(np.abs(y).max()) or 1.0)  # the correlation does not depend on the unit
    sizes = np.bincount(which).astype(float)
    means = np.bincount(which, weights=y) / sizes
    between = float((sizes * (means - y.mean()) ** 2).sum()) / (k - 1)
    within = float(((y - means[which]) ** 2).sum()) / (n - k)
    size = (n - float((sizes**2).sum()) / n) / (k - 1)
    if between + (size - 1) * within <= 1e-24:
        return Undefined(reason="all people answer alike")
    icc = (between - within) / (between + (size - 1) * within)
    return Clustering(icc=icc, size=size, design_effect=max(1.0, design_effect(icc, size)), n_clusters=k, n=n)


def design_effect(icc: float, size: float) -> float:
    """How much wider variances are for clusters of a size: 1 + (size - 1) icc. Kish 1965."""
    return 1 + (size - 1) * icc


def kish_n(weights: Sequence[float]) -> float | Undefined:
    """Effective number of respondents under weights: (sum w)² / sum w². Kish 1965, section 11.7.

    Raises:
        ValueError: a weight below 0.
    """
    w = np.asarray(weights, dtype=float)
    missing = missing_number(w)
    if missing:
        return missing
    if (w < 0).any():
        raise ValueError("a weight is 0 or more")
    if not len(w) or float(w.max()) == 0:
        return Undefined(reason="nobody has a weight above 0")
    w = w / w.max()  # squares of tiny or huge weights would vanish or overflow
    return float(w.sum() ** 2 / (w**2).sum())
