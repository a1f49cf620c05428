"""The raw values of files regrouped: one school in one census year, with its phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..model import IndicatorFile

CENSUS_DATASETS = ("cscp_census", "sen_school")
"""Files that count the pupils of the whole school; where two tell of one year the first is used."""
MAINSTREAM = ("primary", "secondary")
_CENSUS_NAMES = frozenset(
    {
        "school_type",
        "roll",
        "ehcp_count",
        "sen_support_count",
        "fsm_count",
        "fsm6_count",
        "fsm6_base",
        "region",
    }
)
# Middle schools are printed as deemed; all-through schools are printed as secondary.
_PHASES = {
    "state-funded primary": "primary",
    "state-funded secondary": "secondary",
    "state-funded nursery": "nursery",
    "state-funded special school": "special",
    "non-maintained special school": "special",
    "state-funded ap school": "alternative provision",
    "pupil referral unit": "alternative provision",
    "independent school": "independent",
}


class Cell(NamedTuple):
    """A stored cell: ``value`` is a number only where ``status`` is numeric or zero."""

    value: float | None
    status: str
    raw: str


class SchoolYear(NamedTuple):
    """A school in a census year; ``phase`` is None where the file prints no known kind of school."""

    urn: str
    la_code: str | None
    phase: str | None
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class CensusYear:
    """All schools of one census file."""

    year: str
    dataset: str
    name: str
    sha256: str
    is_national: bool
    schools: Mapping[str, SchoolYear]


def phase_of(school_type: str) -> str | None:
    """``primary``, ``secondary``, ``special`` ... for the printed kind of school, or None."""
    return _PHASES.get(school_type.strip().lower())


def census_years(files: Sequence[IndicatorFile]) -> list[CensusYear]:
    """One census a year, in the order of years; files without a year are left out."""
    found: dict[str, CensusYear] = {}
    for dataset in CENSUS_DATASETS:
        for file in files:
            if file.dataset == dataset and file.year is not None and file.year not in found:
                found[file.year] = _census_year(file, file.year)
    return [found[year] for year in sorted(found)]


def _census_year(file: IndicatorFile, year: str) -> CensusYear:
    cells: dict[str, dict[str, Cell]] = {}
    las: dict[str, str | None] = {}
    for urn, la_code, name, value, status, raw in file.values:
        if name in _CENSUS_NAMES:
            cells.setdefault(urn, {})[name] = Cell(value, status, raw)
            las[urn] = la_code
    schools = {
        urn: SchoolYear(
            urn, las[urn], phase_of(found["school_type"].raw) if "school_type" in found else None, found
        )
        for urn, found in cells.items()
    }
    return CensusYear(
        year=year,
        dataset=file.dataset,
        name=file.name,
        sha256=file.bytes_sha256,
        is_national=file.is_national,
        schools=schools,
    )
