"""Pure statistics: numbers in, numbers out, undefined with a reason."""

from .clustering import Clustering, anova_icc, design_effect, kish_n
from .design import Design
from .effect import CliffsDelta, cliffs_delta
from .equivalence import Equivalence, is_within, tost_permutation, tost_proportions
from .freeman_halton import freeman_halton
from .gee import GeeRow, gee_logit
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
from .proportions import WeightedProportion, logit_interval, weighted_proportion
from .rao_scott import RaoScott, rao_scott
from .relabelling import N_DRAWS, PermutationResult
from .survey_tests import Estimate, weighted_difference, weighted_mean, weighted_slope
from .tables import (
    ExactTest,
    OddsRatio,
    conditional_odds_ratio,
    fisher_exact,
    risk_ratio_of_odds,
    woolf_odds_ratio,
)
from .trend import MIN_SCHOOLS_FOR_TREND, TrendTest, cochran_armitage, fieller_interval
from .undefined import Undefined

__all__ = [
    "MIN_SCHOOLS_FOR_BOOTSTRAP",
    "MIN_SCHOOLS_FOR_TREND",
    "N_DRAWS",
    "Association",
    "CliffsDelta",
    "Clustering",
    "Design",
    "Equivalence",
    "Estimate",
    "ExactTest",
    "GeeRow",
    "Interval",
    "OddsRatio",
    "PermutationResult",
    "RaoScott",
    "TrendTest",
    "Undefined",
    "WeightedProportion",
    "anova_icc",
    "benjamini_hochberg",
    "bonett_wright",
    "bootstrap_difference",
    "cliffs_delta",
    "cochran_armitage",
    "conditional_odds_ratio",
    "design_effect",
    "fieller_interval",
    "fisher_exact",
    "freeman_halton",
    "gee_logit",
    "is_within",
    "kendall_tau_b",
    "kish_n",
    "logit_interval",
    "mean_share",
    "newcombe",
    "permute_groups",
    "rao_scott",
    "risk_ratio_of_odds",
    "spearman_interval",
    "spearman_rho",
    "stratified_welch",
    "tost_permutation",
    "tost_proportions",
    "usable_strata",
    "weighted_difference",
    "weighted_mean",
    "weighted_proportion",
    "weighted_slope",
    "welch",
    "wilson",
    "woolf_odds_ratio",
]
