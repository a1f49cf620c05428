"""Themes set beside school indicators: shares, contrasts, propositions, sentences.

Charts are in ``triangulate.charts``, imported on their own so that the command line does not load Altair.
"""

from .contrast import theme_contrast
from .contrast_result import GroupShare, ThemeContrast
from .expressions import Expression, codes_of, is_voiced, parse_theme
from .grouping import CONTRASTS, Contrast, place_schools
from .propositions import Direction, Proposition, PropositionSet, Strand, StrandKind, Unit
from .reading import read_propositions
from .sentences import finding_sentences, percent, quantifier
from .shares import SchoolShare, Shares, school_shares

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
    "finding_sentences",
    "is_voiced",
    "parse_theme",
    "percent",
    "place_schools",
    "quantifier",
    "read_propositions",
    "school_shares",
    "theme_contrast",
]
