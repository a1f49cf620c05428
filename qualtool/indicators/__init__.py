"""Published school files of England: readers, symbols, succession, rates, quartiles, flags."""

from .bases import BaseStatus, base_statuses
from .catalogue import BY_NUMBER, DATASETS, recognise
from .dataset import OWN_PREFIX
from .definitions import DEFINITIONS
from .deriving import derive, school_rows
from .links import Link, links_of
from .own_tables import OwnTable, read_own_table
from .quartiles import describe_quartiles, quartile, quartile_cuts, quartile_stability
from .rates import RATES, rates
from .reading import read_indicator_file, read_indicator_years
from .reference import Reference, reference_population
from .register import urns_by_laestab
from .school_years import CensusYear, SchoolYear, census_years, phase_of
from .succession import Matches, Succession, match, succession_of, succession_of_values
from .tables import NotASchoolFile
from .years import normalise_year

__all__ = [
    "BY_NUMBER",
    "DATASETS",
    "DEFINITIONS",
    "OWN_PREFIX",
    "RATES",
    "BaseStatus",
    "CensusYear",
    "Link",
    "Matches",
    "NotASchoolFile",
    "OwnTable",
    "Reference",
    "SchoolYear",
    "Succession",
    "base_statuses",
    "census_years",
    "derive",
    "describe_quartiles",
    "links_of",
    "match",
    "normalise_year",
    "phase_of",
    "quartile",
    "quartile_cuts",
    "quartile_stability",
    "rates",
    "read_indicator_file",
    "read_indicator_years",
    "read_own_table",
    "recognise",
    "reference_population",
    "school_rows",
    "succession_of",
    "succession_of_values",
    "urns_by_laestab",
]
