"""A model of people within schools, as a second look: GEE with a small-sample correction."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np
from scipy import special

from .undefined import Undefined, missing_number

MIN_CLUSTERS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class GeeRow:
    """One term of the model: odds ratio with limits, and the standard error of its logarithm."""

    name: str
    coefficient: float
    standard_error: float
    odds_ratio: float
    low: float
    high: float


def gee_logit(
    is_yes: Sequence[bool],
    terms: Mapping[str, Sequence[float]],
    clusters: Sequence[object],
    *,
    level: float = 0.95,
    min_clusters: int = MIN_CLUSTERS,
) -> tuple[GeeRow, ...] | Undefined:
    """Logistic GEE, exchangeable within schools, with Mancl-DeRouen standard errors.

    The residual of a cluster enters the sandwich as (I - H_ii)^-1 r_i, which takes out most of the
    bias towards 0 with few clusters: Mancl & DeRouen 2001, Biometrics 57:126 (statsmodels'
    ``cov_type='bias_reduced'``; held against a plain twin, and both against the errors that Li and
    others 2022, Biostatistics 23:772, print of a logistic model). Below ``min_clusters`` schools it is
    undefined: the exact permutation over schools stands alone then. An odds ratio is not a ratio of
    risks; see ``risk_ratio_of_odds``.

    Returns a row a term, the intercept first.
    """
    names = ("intercept", *terms)
    x = np.column_stack([np.ones(len(is_yes)), *(np.asarray(v, dtype=float) for v in terms.values())])
    missing = missing_number(x)
    if missing:
        return missing
    y = np.asarray(is_yes, dtype=float)
    groups = np.unique(np.array([str(c) for c in clusters]), return_inverse=True)[1]
    n_clusters = len(np.unique(groups))
    if n_clusters < min_clusters:
        return Undefined(reason=f"{n_clusters} schools; a model takes at least {min_clusters}")
    if not 0 < y.sum() < len(y) or np.linalg.matrix_rank(x) < x.shape[1]:
        return Undefined(reason="all people answer alike, or a term does not vary")
    import statsmodels.api as sm  # slow to import, and only this model needs it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what statsmodels warns of is told from the result below
        model: Any = sm.GEE(
            y, x, groups, family=sm.families.Binomial(), cov_struct=sm.cov_struct.Exchangeable()
        )
        found: Any = model.fit(cov_type="bias_reduced", maxiter=200)
    errors = np.asarray(found.bse, dtype=float)
    if not found.converged or not np.isfinite(errors).all() or (np.abs(found.params) > 15).any():
        return Undefined(reason="the model does not converge, as happens where a group is all yes or all no")
    z = float(special.ndtri(0.5 + level / 2))
    return tuple(
        GeeRow(
            name=name,
            coefficient=float(b),
            standard_error=float(error),
            odds_ratio=exp(b),
            low=exp(b - z * error),
            high=exp(b + z * error),
        )
        for name, b, error in zip(names, found.params, errors, strict=True)
    )
