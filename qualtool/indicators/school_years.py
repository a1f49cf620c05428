"""The raw values of files regrouped: one school in one census year, with its phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..model import IndicatorFile, ValueStatus

CENSUS_DATASETS = ("cscp_census", "sen_school")
"""Files that count the pupils of the whole school. Where both tell of one year, one that is national by
its own totals is used, else the one of more schools; of equals the first."""
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
    """All schools of the census of one year: of one file, or of several of one dataset, such as the
    downloads of single authorities; ``files`` are their hashes, and ``name`` and ``sha256`` of the last."""

    year: str
    dataset: str
    name: str
    sha256: str
    files: frozenset[str]
    is_national: bool
    schools: Mapping[str, SchoolYear]


def phase_of(school_type: str) -> str | None:
    """``primary``, ``secondary``, ``special`` ... for the printed kind of school, or None."""
    return _PHASES.get(school_type.strip().lower())


def census_years(files: Sequence[IndicatorFile]) -> list[CensusYear]:
    """One census a year, in the order of years; files without a year are left out.

    Where two files of one dataset and year tell of one school, the later in ``files`` is used, but for
    cells that the other suppresses.
    """
    by_year: dict[str, dict[str, list[IndicatorFile]]] = {}
    for file in files:
        if file.dataset in CENSUS_DATASETS and file.year is not None:
            by_year.setdefault(file.year, {}).setdefault(file.dataset, []).append(file)
    return [_of_year(year, by_year[year]) for year in sorted(by_year)]


def _of_year(year: str, by_dataset: Mapping[str, Sequence[IndicatorFile]]) -> CensusYear:
    made = [_census_year(by_dataset[name], year) for name in CENSUS_DATASETS if name in by_dataset]
    return max(made, key=lambda census: (census.is_national, len(census.schools)))


def _census_year(files: Sequence[IndicatorFile], year: str) -> CensusYear:
    cells: dict[str, dict[str, Cell]] = {}
    las: dict[str, str | None] = {}
    for file in files:
        for urn, la_code, name, value, status, raw in file.values:
            if name in _CENSUS_NAMES:
                of_school = cells.setdefault(urn, {})
                las[urn] = la_code
                if name not in of_school or of_school[name].status != ValueStatus.SUPPRESSED.value:
                    of_school[name] = Cell(value, status, raw)
    schools = {
        urn: SchoolYear(
            urn, las[urn], phase_of(found["school_type"].raw) if "school_type" in found else None, found
        )
        for urn, found in cells.items()
    }
    # Of the whole country is what one file proves by its own totals, whatever came beside it.
    main = next((file for file in reversed(files) if file.is_national), files[-1])
    return CensusYear(
        year=year,
        dataset=main.dataset,
        name=main.name,
        sha256=main.bytes_sha256,
        files=frozenset(file.bytes_sha256 for file in files),
        is_national=main.is_national,
        schools=schools,
    )
