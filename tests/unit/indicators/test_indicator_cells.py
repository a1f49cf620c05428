"""Cells, tokens, years and headers."""

from __future__ import annotations

import pytest

from qualtool.indicators.cells import Kind, cell_reader, day_of
from qualtool.indicators.dataset import header_index, normalise_header
from qualtool.indicators.symbols import PERFORMANCE_TABLES, STATISTICS, vocabulary
from qualtool.indicators.years import normalise_year, year_of_name
from qualtool.model import ValueStatus

TABLES = vocabulary(PERFORMANCE_TABLES, dataset="cscp_census", year="2022/23")


@pytest.mark.parametrize(
    ("kind", "raw", "value", "status"),
    [
        ("count", "8", 8, "numeric"),
        ("count", "1,029", 1029, "numeric"),
        ("count", "0", 0, "zero"),
        ("count", "-3", None, "unknown_token"),
        ("count", " ", None, "blank"),
        ("count", "", None, "blank"),
        ("percent", "3.0%", 3, "numeric"),
        ("percent", "3", 3, "numeric"),
        ("percent", "0%", 0, "zero"),
        ("percent", "0.0%", 0, "zero"),
        ("number", "-1.9", -1.9, "numeric"),
        ("number", "1e3", None, "unknown_token"),
        ("number", "nan", None, "unknown_token"),
        ("number", "٣", None, "unknown_token"),
        ("money", "£44,385", 44385, "numeric"),
        ("money", "\ufffd0", 0, "zero"),
        ("money", "\ufffd21,52", None, "unknown_token"),
        ("flag", "1", 1, "numeric"),
        ("flag", "0", 0, "zero"),
        ("flag", "2", None, "unknown_token"),
        ("text", "None", None, "text"),
        ("text", "NA", None, "text"),
        ("number", "-1,234.5", -1234.5, "numeric"),
        ("number", "1,23", None, "unknown_token"),
        ("percent", "-2.5%", -2.5, "numeric"),
        ("count", "-3", None, "unknown_token"),
        ("category", "Average", None, "text"),
        ("category", "SUPP", None, "suppressed"),
        ("date", "31-01-2020", None, "text"),
        ("date", "01-01-1900", None, "not_available"),
        ("date", "31-02-2020", None, "unknown_token"),
    ],
)
def test_a_cell_is_read_by_its_kind(kind: Kind, raw: str, value: float | None, status: str) -> None:
    """Each kind of column has its own spelling of numbers; what it does not know is an unknown token."""
    assert cell_reader(kind, TABLES)(raw) == (value, status)


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("SUPP", ValueStatus.SUPPRESSED),
        ("NE", ValueStatus.NO_ENTRIES),
        ("NA", ValueStatus.NOT_APPLICABLE),
        ("NP", ValueStatus.NOT_AVAILABLE),
        ("NEW", ValueStatus.NEW_SCHOOL),
        ("LOWCOV", ValueStatus.LOW_COVERAGE),
        ("SP", ValueStatus.SMALL_NONZERO),
        ("RE", ValueStatus.REDACTED),
        ("UNAVAIL", ValueStatus.NOT_AVAILABLE),
        ("SN", ValueStatus.UNKNOWN_TOKEN),
        ("c", ValueStatus.UNKNOWN_TOKEN),
    ],
)
def test_tokens_of_the_performance_tables(token: str, status: ValueStatus) -> None:
    """The performance tables have a vocabulary of their own, without the statistics' letters."""
    assert cell_reader("count", TABLES)(token) == (None, status)


@pytest.mark.parametrize(
    ("dataset", "year", "token", "status", "is_unsure"),
    [
        ("ees_ks4_information", "2023/24", "z", ValueStatus.NOT_APPLICABLE, False),
        ("ees_ks4_information", "2023/24", "c", ValueStatus.SUPPRESSED, False),
        ("ees_ks4_information", "2023/24", "low", ValueStatus.SMALL_NONZERO, False),
        ("ees_exclusions", "2016/17", "x", ValueStatus.SUPPRESSED, False),
        ("ees_exclusions", "2021/22", "x", ValueStatus.NOT_AVAILABLE, False),
        ("ees_exclusions", None, "x", ValueStatus.NOT_AVAILABLE, True),
        ("ees_exclusions", "2019/20", ":", ValueStatus.NOT_APPLICABLE, False),
        ("ees_absence", "2018/19", ":", ValueStatus.NOT_AVAILABLE, False),
        ("ees_absence", "2022/23", ":", ValueStatus.NOT_AVAILABLE, True),
        ("sen_school", "2020/21", "z", ValueStatus.NOT_AVAILABLE, False),
        ("spc_school", "2022/23", "x", ValueStatus.NOT_APPLICABLE, False),
    ],
)
def test_a_token_means_what_its_release_says(
    dataset: str, year: str | None, token: str, status: ValueStatus, is_unsure: bool
) -> None:
    """One token means different things in different releases; a guess is marked as unsure."""
    words = vocabulary(STATISTICS, dataset=dataset, year=year)
    assert words.status_of(token) is status
    assert (token in words.unsure) == is_unsure


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("202223", "2022/23"),
        ("2022-2023", "2022/23"),
        ("2022/23", "2022/23"),
        ("199900", None),
        ("2024", "2024"),
        ("202426", None),
        ("2022-2024", None),
        ("20250422", "2025-04-22"),
        ("", None),
        ("last year", None),
    ],
)
def test_years_have_one_spelling(text: str, year: str | None) -> None:
    """School years become 2022/23; years that do not follow each other are none."""
    assert normalise_year(text) == year


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2022-2023_england_census.csv", "2022/23"),
        ("2018-2019_850_ks2final.csv", "2018/19"),
        ("edubasealldata20250422.csv", "2025-04-22"),
        ("pupil_premium_2021.csv", "2021"),
        ("202324_performance_tables_schools_final.csv", "2023/24"),
        ("england_census.csv", None),
        ("latest_inspections_as_at_31_Jan_2026.csv", "2026-01-31"),
        ("latest inspections as at 31 August 2026.csv", "2026-08-31"),
        ("as_at_31_Feb_2026.csv", "2026"),
        ("compare_2018-2019_with_2022-2023.csv", None),
        ("edubasealldata20251399.csv", None),
    ],
)
def test_a_year_is_told_by_a_name(name: str, year: str | None) -> None:
    """A name tells one year or none; two years in a name tell nothing."""
    assert year_of_name(name) == year


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("\ufeffURN", "urn"),
        ("ï»¿URN", "urn"),
        (" Phase-Type  Grouping ", "phase_type_grouping"),
        ("Number of  Secondary pupils on roll (10)", "number_of_secondary_pupils_on_roll"),
        ("statement/ ehc plan", "statement_ehc_plan"),
        ("LA (code)", "la_(code)"),
    ],
)
def test_headers_are_compared_without_their_dress(header: str, name: str) -> None:
    """Case, byte-order marks, joints and footnote numbers make no difference."""
    assert normalise_header(header) == name


def test_a_second_column_of_a_name_is_kept_apart() -> None:
    """Two columns of one name get two names, in order."""
    assert header_index(["Allocation (11)", "Allocation (12)"]) == {"allocation": 0, "allocation#2": 1}


def test_days_are_read_in_three_spellings() -> None:
    """The same day is read with hyphens, strokes and in ISO; the register's unknown day is none."""
    assert day_of("02-01-2021") == day_of("02/01/2021") == day_of("2021-01-02")
    assert day_of("01/01/1900") is None
