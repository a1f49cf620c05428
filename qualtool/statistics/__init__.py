"""Pure statistics: numbers in, numbers out, undefined with a reason."""

from .effect import CliffsDelta, cliffs_delta
from .intervals import (
    MIN_SCHOOLS_FOR_BOOTSTRAP,
    Interval,
    bootstrap_difference,
    mean_share,
    newcombe,
    stratified_welch,
    welch,
    wilson,
)
from .multiplicity import benjamini_hochberg
from .ordinal import Association, bonett_wright, kendall_tau_b, spearman_interval, spearman_rho
from .permutation import permute_groups, usable_strata
from .proportions import WeightedProportion, weighted_proportion
from .relabelling import PermutationResult
from .undefined import Undefined

__all__ = [
    "MIN_SCHOOLS_FOR_BOOTSTRAP",
    "Association",
    "CliffsDelta",
    "Interval",
    "PermutationResult",
    "Undefined",
    "WeightedProportion",
    "benjamini_hochberg",
    "bonett_wright",
    "bootstrap_difference",
    "cliffs_delta",
    "kendall_tau_b",
    "mean_share",
    "newcombe",
    "permute_groups",
    "spearman_interval",
    "spearman_rho",
    "stratified_welch",
    "usable_strata",
    "weighted_proportion",
    "welch",
    "wilson",
]
