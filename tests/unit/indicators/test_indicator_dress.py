"""The same figures in other dresses, files cut short, and the inspections' real header."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable

import openpyxl
import pytest

from qualtool.errors import IndicatorError
from qualtool.indicators import NotASchoolFile, read_indicator_file, read_indicator_years
from qualtool.indicators.register import laestab_of

NAME = "2022-2023_england_census.csv"
HEADER = ["URN", "LA", "ESTAB", "SCHOOLTYPE", "NOR", "TSENELSE", "PSENELSE", "TSENELK", "NUMFSM"]
ROWS = [
    ["100001", "850", "2000", "State-funded primary", "1,204", "8", "0.7%", "SUPP", "0"],
    ["100002", "850", "2001", "State-funded secondary", "900", "NA", "NA", "41", "??"],
    ["100003", "936", "2002", "State-funded primary", "77", "-3", "1%", "NP", "SP"],
    ["NAT", "", "PRI", "State-funded primary", "1281", "8", "0.6%", "0", "0"],
]
Cells = dict[tuple[str, str], tuple[float | None, str, str]]


def as_csv(table: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(table)
    return out.getvalue()


def as_workbook(table: list[list[str]], *sheets_before: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for title in sheets_before:
        sheet.title = title
        sheet.append(["Contents", "of this workbook"])
        sheet = book.create_sheet("Data")
    for row in table:
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def shuffled(table: list[list[str]]) -> list[list[str]]:
    order = list(range(len(table[0])))
    random.Random(4).shuffle(order)
    return [[row[at] for at in order] for row in table]


def wide(table: list[list[str]]) -> list[list[str]]:
    """Fifty-one columns that nobody knows, before and after those that are known."""
    before = [[f"x{n}" for n in range(25)]] + [["?"] * 25] * (len(table) - 1)
    return [[*a, *b, *a, ""] for a, b in zip(before, table, strict=True)]


TABLE = [HEADER, *ROWS]
DRESSES: dict[str, Callable[[], bytes]] = {
    "plain": lambda: as_csv(TABLE).encode(),
    "other order": lambda: as_csv(shuffled(TABLE)).encode(),
    "semicolons": lambda: as_csv(TABLE, ";").encode(),
    "semicolons below a title": lambda: b"Schools, pupils, plans\n" + as_csv(TABLE, ";").encode(),
    "Excel's own declaration": lambda: b"sep=;\r\n" + as_csv(TABLE, ";").encode(),
    "tabs in UTF-16": lambda: as_csv(TABLE, "\t").encode("utf-16"),
    "byte-order mark": lambda: as_csv(TABLE).encode("utf-8-sig"),
    "old Macintosh": lambda: as_csv(TABLE).replace("\r\n", "\r").encode(),
    "60 columns": lambda: as_csv(wide(TABLE)).encode(),
    "workbook": lambda: as_workbook(TABLE),
    "second sheet": lambda: as_workbook(TABLE, "Cover"),
    "blank lines after": lambda: as_csv([*TABLE, [""] * 9, [""] * 9]).encode(),
    "no last line end": lambda: as_csv(TABLE).rstrip("\r\n").encode(),
}


def cells_of(data: bytes) -> Cells:
    return {(v[0], v[2]): v[3:] for v in read_indicator_file(data, name=NAME).values}


@pytest.mark.parametrize("dress", DRESSES)
def test_a_figure_is_the_same_in_every_dress(dress: str) -> None:
    """Order, separator, encoding, sheets and strange columns change no value, no status and no token."""
    found = cells_of(DRESSES[dress]())
    assert found["100001", "ehcp_count"] == (8, "numeric", "8")
    assert found["100001", "roll"] == (1204, "numeric", "1,204")
    assert found["100001", "sen_support_count"] == (None, "suppressed", "SUPP")
    assert found["100001", "fsm_count"] == (0, "zero", "0")
    assert found["100002", "ehcp_count"] == (None, "not_applicable", "NA")
    assert found["100002", "fsm_count"] == (None, "unknown_token", "??")
    assert found["100003", "ehcp_count"] == (None, "unknown_token", "-3")
    assert found["100003", "sen_support_count"] == (None, "not_available", "NP")
    assert found["100003", "fsm_count"] == (None, "small_nonzero", "SP")
    assert found == cells_of(DRESSES["plain"]())


def test_a_suppressed_cell_is_not_told_by_a_total() -> None:
    """Where a school is suppressed the sum of the others is not put beside the published total."""
    checks = {c["name"]: c for c in read_indicator_file(DRESSES["plain"](), name=NAME).checksums}
    assert (checks["sen_support_count"]["summed"], checks["sen_support_count"]["agrees"]) == (None, None)
    assert checks["sen_support_count"]["n_withheld"] == 1
    assert checks["roll"]["agrees"]


@pytest.mark.parametrize("keep", [0.3, 0.55, 0.8, 0.97])
def test_half_a_file_is_refused_or_is_no_country(keep: float) -> None:
    """A file that was cut off within a line is refused with the line; between lines it proves nothing."""
    data = as_csv([HEADER, ROWS[0], *([f"2{n:05d}", *ROWS[2][1:]] for n in range(50)), ROWS[3]]).encode()
    cut = data[: int(len(data) * keep)].rsplit(b",", 2)[0]
    with pytest.raises(IndicatorError) as refused:
        read_indicator_file(cut, name=NAME)
    (problem,) = refused.value.problems
    assert problem.where.startswith(f"{NAME}, line ") and "ends in the middle" in problem.message
    whole_lines = cut[: cut.rindex(b"\r\n") + 2]
    assert not read_indicator_file(whole_lines, name=NAME).is_national


def test_a_quote_mark_that_never_closes_swallows_nothing() -> None:
    """The file is refused with the line where the mark opens, and no row after it is lost unseen."""
    data = as_csv(TABLE).replace("State-funded secondary", '"State-funded secondary', 1).encode()
    with pytest.raises(IndicatorError) as refused:
        read_indicator_file(data, name=NAME)
    assert refused.value.problems[0].where == f"{NAME}, line 3"
    assert "never closes" in refused.value.problems[0].message


def test_sheets_that_look_alike_are_told_of() -> None:
    """Of a workbook with two sheets of school figures the first is read and the other is named."""
    book = openpyxl.Workbook()
    for title in ("2021", "2022"):
        sheet = book.create_sheet(title)
        for row in (["LA", "ESTAB", "URN", "PERCTOT", "PPERSABS10"], [850, 2000, 100001, 5.1, 16]):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    file = read_indicator_file(out.getvalue(), name="2021-2022_abs.xlsx")
    assert "Its sheet '2021' was read; for 2022 save each as a file." in file.warnings


def test_merged_header_rows_are_told_by_line() -> None:
    """A second line of the header is no school: the file is refused with that line."""
    data = as_csv([HEADER, ["unique number", *[""] * 8], *ROWS]).encode()
    with pytest.raises(IndicatorError) as refused:
        read_indicator_file(data, name=NAME)
    assert [p.where for p in refused.value.problems] == [f"{NAME}, line 2"]


def test_a_file_of_areas_alone_has_no_school() -> None:
    """Rows of authorities and the country are kept apart; none becomes a school."""
    header = "time_period,geographic_level,old_la_code,la_name,school_urn,headcount,perm_excl,suspension"
    rows = ["202223,National,,,,100,1,5", "202223,Local authority,850,Hampshire,,40,0,2"]
    file = read_indicator_file("\n".join([header, *rows, ""]).encode(), name="exc.csv")
    assert (file.n_schools, file.n_aggregate_rows, file.values) == (0, 2, [])


def test_terms_are_not_added_up_to_schools() -> None:
    """A row of a term is left out and counted: three rolls of one school would be one three times as big."""
    header = "time_period,time_identifier,geographic_level,school_urn,headcount,perm_excl,suspension"
    rows = [f"202223,{t} term,School,100001,100,0,3" for t in ("Autumn", "Spring", "Summer")]
    rows.append("202223,Academic year,School,100001,100,0,9")
    file = read_indicator_file("\n".join([header, *rows, ""]).encode(), name="exc.csv")
    assert {v[2]: v[3] for v in file.values}["exclusions_headcount"] == 100
    assert {"item": "3 rows", "reason": "of a term and not of the whole year"} in file.skipped


def test_a_time_period_that_is_no_year_is_told() -> None:
    """Rows of 202426 are in no year: they are left out and told of, also in a file of several years."""
    header = "time_period,geographic_level,school_urn,headcount,perm_excl,suspension"
    rows = ["202223,School,100001,1,0,0", "202324,School,100001,1,0,0", "202426,School,100001,1,0,0"]
    files = read_indicator_years("\n".join([header, *rows, ""]).encode(), name="exc.csv")
    assert [f.year for f in files] == ["2023/24", "2022/23"]
    for file in files:
        assert {"item": "1 rows", "reason": "the time period 202426 is no year"} in file.skipped


@pytest.mark.parametrize("text", ["8501234", "850/1234", "850-1234", " 850 1234 "])
def test_a_school_number_has_three_spellings(text: str) -> None:
    """The number of a school within its authority is one number however it is written."""
    assert laestab_of(text) == "8501234"
    assert laestab_of("850/12") == "8500012"


def test_a_folder_tells_the_year_where_nothing_else_does() -> None:
    """A school year in the folder's name is taken and told of; other numbers there are not believed."""
    data = as_csv(TABLE).encode()
    (file,) = read_indicator_years(data, name="england_census.csv", folder="2022-2023")
    assert file.year == "2022/23"
    assert "The folder '2022-2023' tells the year, 2022/23." in file.warnings
    (file,) = read_indicator_years(data, name="england_census.csv", folder="2024")
    assert file.year is None
    (file,) = read_indicator_years(data, name=NAME, folder="2018-2019")
    assert file.year == "2022/23"


def test_another_table_is_no_school_file() -> None:
    """What bears no signature is told apart from a school file with faults."""
    with pytest.raises(NotASchoolFile):
        read_indicator_file(b"name,age\nx,1\n", name="people.csv")


# As public code that loads the publisher's CSV files of January to August 2026 lists it.
OFSTED = [
    "Web Link (opens in new window)", "URN", "LAESTAB", "School name", "Ofsted phase", "Type of education",
    "School open date", "Admissions policy", "Sixth form", "Designated religious character",
    "Religious ethos", "Faith grouping", "Ofsted region", "Region", "Local authority",
    "Parliamentary constituency", "Postcode", "Multi-academy trust UID", "Multi-academy trust name",
    "Academy sponsor UID", "Academy sponsor name",
    "The income deprivation affecting children index (IDACI) quintile", "Total number of pupils",
    "Statutory lowest age", "Statutory highest age", "Inspection number of latest full inspection",
    "Inspection type", "Inspection type grouping", "Event type grouping", "Inspection start date",
    "Publication date", "Does the latest full inspection relate to the URN of the current school?",
    "URN at time of latest full inspection", "LAESTAB at time of latest full inspection",
    "School name at time of latest full inspection", "School type at time of latest full inspection",
    "Category of concern", "Safeguarding standards", "Safeguarding standards - date of grade", "Inclusion",
    "Inclusion - date of grade", "Curriculum and teaching", "Curriculum and teaching - date of grade",
    "Achievement", "Achievement - date of grade", "Attendance and behaviour",
    "Attendance and behaviour - date of grade", "Personal development and wellbeing",
    "Personal development and wellbeing - date of grade", "Early years (where applicable)",
    "Early years - date of grade", "Post-16 provision (where applicable)",
    "Post-16 provision - date of grade", "Leadership and governance",
    "Leadership and governance - date of grade", "Inspection number of latest OEIF graded inspection",
    "Inspection type of latest OEIF graded inspection",
    "Inspection type grouping of latest OEIF graded inspection",
    "Event type grouping of latest OEIF graded inspection",
    "Inspection start date of latest OEIF graded inspection",
    "Publication date of latest OEIF graded inspection",
    "Does the latest OEIF graded inspection relate to the URN of the current school?",
    "URN at time of latest OEIF graded inspection", "LAESTAB at time of latest OEIF graded inspection",
    "School name at time of latest OEIF graded inspection",
    "School type at time of latest OEIF graded inspection", "Latest OEIF category of concern",
    "Latest OEIF overall effectiveness", "Latest OEIF quality of education",
    "Latest OEIF behaviour and attitudes", "Latest OEIF personal development",
    "Latest OEIF effectiveness of leadership and management", "Latest OEIF  safeguarding is effective?",
    "Latest OEIF early years provision (where applicable)",
    "Latest OEIF sixth form provision (where applicable)", "Latest ungraded inspection number",
    "Date of latest ungraded inspection", "Ungraded inspection publication date",
    "Does the ungraded inspection relate to the URN of the current school?",
    "URN at time of the ungraded inspection", "LAESTAB at time of the ungraded inspection",
    "School name at time of the ungraded inspection", "School type at time of the ungraded inspection",
    "Ungraded inspection overall outcome", "Most recent category of concern",
]  # fmt: skip


def inspected(urn: str, **cells: str) -> list[str]:
    given = {"URN": urn, **{name.replace("_", " "): cell for name, cell in cells.items()}}
    return [given.get(name, "NULL") for name in OFSTED]


def test_the_real_header_of_report_cards_is_read_whole() -> None:
    """Every area, the older grade, both questions of whose it is, and outcomes in words are found."""
    areas = {name: "Strong standard" for name in OFSTED[39:55:2]} | {"Safeguarding standards": "Met"}
    areas["Post-16 provision (where applicable)"] = "Not applicable"
    card = inspected(
        "100001",
        **areas,
        **{
            "Inspection start date": "13/01/2026",
            "URN at time of latest full inspection": "100001",
            "Latest OEIF overall effectiveness": "2",
            "Inspection start date of latest OEIF graded inspection": "03/05/2022",
            "Does the latest OEIF graded inspection relate to the URN of the current school?": "No",
            "Most recent category of concern": "SM",
        },
    )
    ungraded = inspected(
        "100002",
        **{
            "Ungraded inspection overall outcome": "School remains Good (Concerns) - S5 Next",
            "Date of latest ungraded inspection": "20/10/2023",
            "Latest OEIF overall effectiveness": "Not judged",
            "URN at time of latest OEIF graded inspection": "100002",
        },
    )
    data = as_csv([OFSTED, card, ungraded, [""] * len(OFSTED)]).encode("cp1252")
    file = read_indicator_file(data, name="latest_inspections_as_at_31_Jan_2026.csv")
    found = {(v[0], v[2]): v[5] for v in file.values if v[4] == "text"}
    names = {name for urn, name in found if urn == "100001" and name.startswith("ofsted_card_")}
    assert names == {
        *(f"ofsted_card_{area}" for area in (
            "inclusion", "curriculum", "achievement", "attendance_behaviour", "development",
            "early_years", "leadership", "safeguarding", "date", "inherited",
        ))
    }  # fmt: skip
    assert found["100001", "ofsted_framework"] == "report_card"
    assert found["100001", "ofsted_card_inherited"] == "no"
    assert found["100001", "ofsted_grade_inherited"] == "yes"
    assert found["100001", "ofsted_category_of_concern"] == "SM"
    assert found["100002", "ofsted_ungraded_outcome"].startswith("School remains Good")
    assert ("100002", "ofsted_grade") not in found
    assert file.status_counts["ofsted_card_post_16"] == {"not_applicable": 1, "blank": 1}
    assert (file.n_schools, file.n_blank_rows) == (2, 1)
