"""How a survey was drawn, and the linearised covariance that follows from it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How a survey was drawn: one entry a respondent; None for no weights, strata or clusters.

    ``n_clusters_in_population`` counts the clusters a stratum was drawn from (key None without
    strata), for the finite population correction; a stratum it does not name has none.
    """

    n: int
    weights: Sequence[float] | None = None
    strata: Sequence[Hashable] | None = None
    clusters: Sequence[Hashable] | None = None
    n_clusters_in_population: Mapping[Hashable, float] | None = None

    def weights_within(self, in_domain: Sequence[bool]) -> tuple[np.ndarray, np.ndarray]:
        """Weights, the largest of them 1, and membership of the domain, both of shape (n,).

        Raises:
            ValueError: lists of another length than ``n``, or weights below 0 or not finite.
        """
        w = np.ones(self.n) if self.weights is None else np.asarray(self.weights, dtype=float)
        inside = np.asarray(in_domain, dtype=bool)
        named = [names for names in (self.strata, self.clusters) if names is not None]
        if any(len(entries) != self.n for entries in (w, inside, *named)):
            raise ValueError("answers, weights, strata, clusters and domain have one entry a respondent")
        if not np.isfinite(w).all() or (w < 0).any():
            raise ValueError("a weight is a number of 0 or more")
        return unit_weights(w), inside


def unit_weights(w: np.ndarray) -> np.ndarray:
    """The same weights with 1 for the largest: no sum of them overflows, and no statistic changes.

    What weighs less than a millionth of a millionth of that is lost in rounding and counts as 0.
    """
    largest = float(w.max(initial=0.0))
    scaled = w / largest if largest > 0 else w
    return np.where(scaled < 1e-12, 0.0, scaled)


def linearised_covariance(z: np.ndarray, design: Design, counted: np.ndarray) -> tuple[np.ndarray, int, bool]:
    """Covariance of totals of ``z`` (respondents, statistics); degrees of freedom; any lone cluster?

    Sum over strata of (1 - f_h) n_h / (n_h - 1) times the spread of the clusters' totals about their
    mean. A lone cluster is centred at the mean of all clusters. Degrees of freedom are clusters minus
    strata among the ``counted`` respondents. Binder 1983, Int Stat Rev 51:279; Lumley 2004, J Stat
    Softw 9(8).

    Raises:
        ValueError: a stratum with fewer clusters in the population than in the sample.
    """
    names = [None] * design.n if design.strata is None else list(design.strata)
    stratum, places = numbered(names)
    cluster = numbered(range(design.n) if design.clusters is None else design.clusters)[0]
    width = design.n + 1
    pair = stratum * width + cluster
    keys, which = np.unique(pair, return_inverse=True)
    totals = np.zeros((len(keys), z.shape[1]))
    np.add.at(totals, which, z)
    overall = totals.mean(axis=0)
    found, has_single = np.zeros((z.shape[1], z.shape[1])), False
    for name, number in places.items():
        mine = totals[keys // width == number]
        m = len(mine)
        has_single |= m == 1
        centred = mine - (overall if m == 1 else mine.mean(axis=0))
        scale = _not_drawn(name, m, design) * (1.0 if m == 1 else m / (m - 1))
        found += scale * centred.T @ centred
    here = np.unique(pair[counted])
    return found, len(here) - len(np.unique(here // width)), has_single


def _not_drawn(stratum: Hashable, n_drawn: int, design: Design) -> float:
    """1 - f: the share of the clusters of a stratum that the sample left out; 1 where none is told."""
    there = (design.n_clusters_in_population or {}).get(stratum)
    if there is None:
        return 1.0
    if not n_drawn <= there:
        raise ValueError(f"{n_drawn} clusters were drawn from {there}")
    return 1 - n_drawn / there


def numbered(names: Sequence[Hashable]) -> tuple[np.ndarray, dict[Hashable, int]]:
    """Numbers from 0 in place of names, of shape (n,), and which name has which."""
    places = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([places[name] for name in names], dtype=np.intp), places
