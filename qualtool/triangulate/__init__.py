"""Themes set beside school indicators: shares, contrasts, propositions, sentences, charts."""

from .charts import cooccurrence_chart, frequency_chart, group_means, school_points, theme_by_group_chart
from .contrast import theme_contrast
from .expressions import Expression, codes_of, is_voiced, parse_theme
from .grouping import CONTRASTS, Contrast, place_schools
from .propositions import Direction, Proposition, PropositionSet, Strand, StrandKind, Unit
from .reading import read_propositions
from .sentences import finding_sentences, percent, quantifier
from .shares import SchoolShare, Shares, school_shares
from .theme_contrast import GroupShare, ThemeContrast

__all__ = [
    "CONTRASTS",
    "Contrast",
    "Direction",
    "Expression",
    "GroupShare",
    "Proposition",
    "PropositionSet",
    "SchoolShare",
    "Shares",
    "Strand",
    "StrandKind",
    "ThemeContrast",
    "Unit",
    "codes_of",
    "cooccurrence_chart",
    "finding_sentences",
    "frequency_chart",
    "group_means",
    "is_voiced",
    "parse_theme",
    "percent",
    "place_schools",
    "quantifier",
    "read_propositions",
    "school_points",
    "school_shares",
    "theme_by_group_chart",
    "theme_contrast",
]
