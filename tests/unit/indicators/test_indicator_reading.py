"""Made-up files: what is refused, with its line, and what is read all the same."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from qualtool.errors import IndicatorError
from qualtool.indicators import read_indicator_file, recognise

HEADER = "URN,LA,Estab,SCHOOLTYPE,NOR,TSENELSE,PSENELSE,TSENELK,NUMFSM,NUMFSMEVER,NORFSMEVER"
SCHOOL = "{urn},850,2000,State-funded primary,100,2,2.0%,10,5,6,90"
NAME = "2022-2023_england_census.csv"
SEARCH_HEADER = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),"
    "EstablishmentStatus (name),PhaseOfEducation (name),HeadLastName,TypeOfResourcedProvision (name),"
    "ResourcedProvisionOnRoll,SenUnitOnRoll,SEN1 (name),SEN2 (name)"
)


def census(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def rows_of(*urns: str) -> list[str]:
    return [SCHOOL.format(urn=urn) for urn in urns]


def refusal(data: bytes, name: str = NAME, **more: Any) -> IndicatorError:
    with pytest.raises(IndicatorError) as caught:
        read_indicator_file(data, name=name, **more)
    return caught.value


def test_rows_of_schools_areas_and_blanks_add_up() -> None:
    """Every row is a school, an area, blank or left out."""
    total = "NAT,,PRI,State-funded primary,200,4,2.0%,20,10,12,180"
    file = read_indicator_file(census(*rows_of("100001", "100002"), ",,,,,,,,,,", "", total), name=NAME)
    assert (file.n_rows, file.n_schools, file.n_aggregate_rows, file.n_blank_rows) == (5, 2, 1, 2)
    assert [c["agrees"] for c in file.checksums] == [True, True, True]
    assert file.is_national


def test_a_total_that_is_not_the_sum_is_shown() -> None:
    """A national row that differs from its schools makes the file not national."""
    total = "NAT,,PRI,State-funded primary,200,5,2.5%,20,10,12,180"
    file = read_indicator_file(census(*rows_of("100001", "100002"), total), name=NAME)
    wrong = [c for c in file.checksums if not c["agrees"]]
    assert [(c["name"], c["published"], c["summed"]) for c in wrong] == [("ehcp_count", 5, 4)]
    assert not file.is_national


def test_a_file_without_totals_is_not_national() -> None:
    """Without a national row nothing proves a file complete."""
    assert not read_indicator_file(census(*rows_of("100001")), name=NAME).is_national


def test_a_urn_twice_refuses_the_file_with_both_lines() -> None:
    """A repeated URN is never resolved by taking the last row."""
    error = refusal(census(*rows_of("100001", "100002", "100001", "100002")))
    assert [p.where for p in error.problems] == [f"{NAME}, line 4", f"{NAME}, line 5"]
    assert "line 2" in error.problems[0].message and "line 3" in error.problems[1].message


@pytest.mark.parametrize("urn", ["10001", "1000001", "100001.0", "1E+05", "", "١٠٠٠٠١"])
def test_a_urn_that_is_not_six_digits_refuses_the_file(urn: str) -> None:
    """A URN is six ASCII digits; anything else is a fault with its line."""
    error = refusal(census(*rows_of("100002"), SCHOOL.format(urn=urn)))
    assert [p.where for p in error.problems] == [f"{NAME}, line 3"]


def test_all_faults_are_told_at_once() -> None:
    """A long row, a wrong URN and a repeated one are three problems of one refusal."""
    long = SCHOOL.format(urn="100003") + ",extra"
    error = refusal(census(*rows_of("100001", "X"), long, *rows_of("100001")))
    assert [p.where.rsplit(" ", 1)[1] for p in error.problems] == ["3", "4", "5"]
    assert all(p.next for p in error.problems)


def test_short_rows_are_filled_with_blanks() -> None:
    """A row that ends early is a school whose last cells are blank."""
    file = read_indicator_file(census("100001,850,2000,State-funded primary,100,2", ""), name=NAME)
    assert file.status_counts["fsm_count"] == {"blank": 1}
    assert file.warnings == ["1 times: short rows were filled with blanks."]


def test_a_line_is_counted_where_its_row_starts() -> None:
    """A quoted line break in one row does not move the line told of a fault in it."""
    broken = '100001,850,2000,"State-funded\nprimary",100,2,2.0%,10,5,6,90'
    error = refusal(census(broken, *rows_of("X")))
    assert [p.where for p in error.problems] == [f"{NAME}, line 4"]


def test_unknown_tokens_are_counted_and_kept() -> None:
    """A token nobody knows is listed with its count, and its cell keeps it."""
    file = read_indicator_file(census("100001,850,2000,State-funded primary,??,2,2%,??,5,6,90"), name=NAME)
    assert file.unknown_tokens == {"??": 2}
    assert ("100001", "850", "roll", None, "unknown_token", "??") in file.values


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"\r\n \n", "empty"),
        (HEADER.encode(), "no rows"),
        (b"a,b\n1,2\n", "none of a known school file"),
        (b"col_name,col_type,label\nsex,Filter,Sex\n", "describes the columns"),
        (b"\xd0\xcf\x11\xe0rest", "old .xls format"),
        (b"PK\x03\x04rest", "workbook cannot be read"),
        (b"URN,LA\x00,NOR\n", "zero bytes"),
        (b"URN,NOR\n1,\x81\x8d\xff\n", "cannot be read as cp1252"),
    ],
)
def test_a_wrong_file_is_refused_with_a_reason(data: bytes, told: str) -> None:
    """What is no school file says why, and what to do."""
    error = refusal(data)
    assert told in error.message and error.problems[0].next


def test_a_missing_column_is_named() -> None:
    """A census without its kinds of school is refused, naming the column."""
    error = refusal(b"URN,LA,NOR,TSENELSE,TSENELK\n100001,850,1,1,1\n")
    assert "schooltype" in error.problems[0].message


def test_the_dataset_is_recognised_whatever_the_name_or_the_dress() -> None:
    """Tabs, capitals, a byte-order mark and Windows line ends make no difference; nor does the name."""
    text = census(*rows_of("100001")).decode().replace(",", "\t").replace("\n", "\r\n").lower()
    file = read_indicator_file(b"\xef\xbb\xbf" + text.encode(), name="download(3).txt")
    assert (file.dataset, file.encoding, file.n_schools) == ("cscp_census", "utf-8-sig", 1)
    assert file.year is None and "tells the year" in file.warnings[0]


def test_a_year_can_be_given() -> None:
    """A given year wins over the name, in any spelling; a wrong one is refused."""
    data = census(*rows_of("100001"))
    assert read_indicator_file(data, name=NAME, year="2020-21").year == "2020/21"
    assert "no year" in refusal(data, year="soon").message


def test_titles_above_the_header_are_passed_over() -> None:
    """Lines above a header are counted in a warning, and line numbers stay those of the file."""
    data = b"Published tables\n\n" + census(*rows_of("100001"))
    file = read_indicator_file(data, name=NAME)
    assert file.warnings == ["2 lines above the header were passed over."]
    assert file.n_schools == 1


def test_a_workbook_is_read_like_the_csv() -> None:
    """Numbers of a workbook are printed as a CSV prints them, percent formats included."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["LA", "ESTAB", "URN", "PERCTOT", "PPERSABS10"])
    sheet.append([850, 2000, 100001.0, 0.052, "SUPP"])
    sheet.append(["NAT", "PRI", None, 5.9, 16.2])
    sheet["D2"].number_format = "0.0%"
    out = io.BytesIO()
    book.save(out)
    file = read_indicator_file(out.getvalue(), name="2022-2023_england_abs.xlsx")
    assert (file.dataset, file.encoding, file.n_schools, file.n_aggregate_rows) == (
        "cscp_absence",
        "xlsx",
        1,
        1,
    )
    cells = {v[2]: v[3:] for v in file.values}
    assert cells["absence_rate"] == (pytest.approx(5.2), "numeric", "5.2%")
    assert cells["persistent_absence_rate"] == (None, "suppressed", "SUPP")


def test_progress_is_told_to_the_end() -> None:
    """The caller hears of rows as they are read, and at last of all of them."""
    heard: list[tuple[int, int]] = []
    data = census(*rows_of(*(str(n) for n in range(100000, 104500))))
    read_indicator_file(data, name=NAME, progress=lambda done, of: heard.append((done, of)))
    assert [done for done, _ in heard] == [2000, 4000, 4500]
    assert all(done <= of for done, of in heard)


def test_absence_rows_of_one_school_are_added_up() -> None:
    """An all-through school with a row per phase has summed counts and rates made of the sums."""
    header = (
        "time_period,geographic_level,old_la_code,school_urn,education_phase,enrolments,sess_possible,"
        "sess_overall,sess_overall_percent,enrolments_pa_10_exact,enrolments_pa_10_exact_percent,enrolments_pa_50_exact"
    )
    primary = "202223,School,850,100001,Primary,100,1000,50,5,10,10,z"
    secondary = "202223,School,850,100001,Secondary,300,3000,350,11.67,c,c,c"
    file = read_indicator_file(f"{header}\n{primary}\n{secondary}\n".encode(), name="absence.csv")
    cells = {v[2]: v[3:] for v in file.values}
    assert file.n_schools == 1
    assert cells["severe_absentees"][:2] == (None, "suppressed")
    assert cells["enrolments"] == (400, "numeric", "100 + 300")
    assert cells["absence_rate"][0] == pytest.approx(10)
    assert cells["persistent_absentees"] == (None, "suppressed", "10 + c")
    assert cells["persistent_absence_rate"][:2] == (None, "suppressed")
    again = refusal(f"{header}\n{primary}\n{primary}\n".encode(), name="absence.csv")
    assert "already on line 2" in again.problems[0].message


def test_breakdowns_are_left_out_and_counted() -> None:
    """Of a performance file only the rows of all pupils are kept; the others are told of."""
    header = "time_period,geographic_level,school_urn,breakdown,sex,avg_att8,avg_p8score"
    lines = ["202324,School,100001,Total,Total,46.1,-0.2", "202324,School,100001,Total,Boys,44.0,z"]
    file = read_indicator_file("\n".join([header, *lines]).encode(), name="ks4.csv")
    assert [v[2:5] for v in file.values] == [("attainment8", 46.1, "numeric"), ("progress8", -0.2, "numeric")]
    assert file.skipped[0]["item"] == "1 rows" and "all pupils" in file.skipped[0]["reason"]


def test_a_register_without_types_of_provision_says_unknown() -> None:
    """A blank type is unknown, pupils on roll make it yes with a warning, and Not applicable is no."""
    line = "{urn},850,Hampshire,2000,A School,Community school,Open,Primary,Smith,{type},{rp},{unit},{need},"
    lines = [
        line.format(urn="100001", type="", rp="", unit="", need="Not Applicable"),
        line.format(urn="100002", type="", rp="5", unit="", need="VI -"),
        line.format(urn="100003", type="Not applicable", rp="", unit="", need=""),
        line.format(urn="100004", type="Resourced provision and SEN unit", rp="3", unit="4", need=""),
    ]
    file = read_indicator_file("\n".join([SEARCH_HEADER, *lines]).encode(), name="edubasealldata20240101.csv")
    found = {(v[0], v[2]): v[5] for v in file.values}
    units = [found[f"10000{n}", "sen_unit_gias"] for n in (1, 2, 3, 4)]
    provisions = [found[f"10000{n}", "resourced_provision_gias"] for n in (1, 2, 3, 4)]
    assert units == ["unknown", "unknown", "no", "yes"]
    assert provisions == ["unknown", "yes", "no", "yes"]
    assert found["100002", "sen_provision"] == "VI -" and found["100001", "sen_provision"] == ""
    assert any("type is blank" in w for w in file.warnings)
    assert "Smith" not in {v[5] for v in file.values}


def test_a_ragged_row_of_the_full_register_is_a_fault() -> None:
    """Only the search export may run over its header."""
    line = "100001,850,Hampshire,2000,A School,Community school,Open,Primary,Smith,,,,,,over"
    assert "15 cells" in refusal(f"{SEARCH_HEADER}\n{line}".encode(), name="gias.csv").problems[0].message


def test_faulty_links_are_told_by_line() -> None:
    """A link to what is no URN refuses the file of links with its line."""
    header = b"URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
    data = header + b"100001,1,A,Successor,\n100001,100002,B,Successor,\n"
    error = refusal(data, name="links.csv")
    assert [p.where for p in error.problems] == ["links.csv, line 2"]


def test_tidy_tables_without_schools_are_not_recognised() -> None:
    """A tidy table that holds no school column is no dataset of schools."""
    assert recognise(["time_period", "geographic_level", "country_code", "number_children"]) is None
