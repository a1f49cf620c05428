"""Are two answers of a survey independent? The Rao-Scott test."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from .design import Design, linearised_covariance, numbered
from .undefined import Undefined


@dataclass(frozen=True, slots=True, kw_only=True)
class RaoScott:
    """Rao-Scott F with its degrees of freedom, the Pearson X² behind it, and p."""

    f: float
    df_1: float
    df_2: float
    pearson: float
    p: float
    method: str


def rao_scott(
    rows: Sequence[Hashable],
    columns: Sequence[Hashable],
    design: Design,
    *,
    in_domain: Sequence[bool] | None = None,
) -> RaoScott | Undefined:
    """Rao-Scott F test that two answers are independent, second order (Satterthwaite).

    Pearson's X² of the weighted shares times n, over the trace of the generalised design effects
    D = (C' P⁻¹ C / n)⁻¹ C' P⁻¹ V P⁻¹ C; F = X² / tr(D) on tr(D)² / tr(D²) and that times (clusters -
    strata) degrees of freedom. C holds the contrasts free of rows and columns, P the shares as they
    were observed, V their linearised covariance. Rao & Scott 1984, Ann Stat 12:46; Thomas & Rao 1987,
    J Am Stat Assoc 82:630; the default of svychisq in R's survey package, whose published output the
    tests recompute. Respondents outside the domain lend their clusters only.
    """
    w, inside = design.weights_within([True] * design.n if in_domain is None else in_domain)
    if not len(rows) == len(columns) == design.n:
        raise ValueError("rows and columns have one entry a respondent")
    counted = inside & (w > 0)
    here = np.flatnonzero(counted)
    which_row, row_names = numbered([rows[i] for i in here.tolist()])
    which_column, column_names = numbered([columns[i] for i in here.tolist()])
    shape = len(row_names), len(column_names)
    if min(shape) < 2:
        return Undefined(reason="one group or one answer only, so there is nothing to test")
    members = np.zeros((design.n, shape[0] * shape[1]))
    members[here, which_row * shape[1] + which_column] = 1.0
    part = np.where(counted, w, 0.0) / float(w[counted].sum())
    shares = part @ members
    z = part[:, np.newaxis] * (members - shares)
    v, df, _ = linearised_covariance(z, design, counted)
    if df < 1:
        return Undefined(reason="no more clusters than strata, so there is no test")
    return _tested(shares.reshape(shape), v, len(here), df)


def _tested(shares: np.ndarray, v: np.ndarray, n: int, df: int) -> RaoScott | Undefined:
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    pearson = n * float(((shares - expected) ** 2 / expected).sum())
    flat = shares.ravel()
    inverse = np.divide(1.0, flat, out=np.zeros_like(flat), where=flat > 0)
    contrast = _interaction(*shares.shape)
    scaled = contrast * inverse[:, np.newaxis]
    base = contrast.T @ scaled / n  # their covariance in a simple random sample of n
    if np.linalg.matrix_rank(base) < len(base):
        return Undefined(reason="too many pairs of answers were given by nobody")
    d = np.linalg.solve(base, scaled.T @ v @ scaled)
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
