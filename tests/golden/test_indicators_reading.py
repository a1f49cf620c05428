"""Real published files read: the figures an independent count of the same files gave."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.indicators import links_of, read_indicator_file, urns_by_laestab
from qualtool.model import IndicatorFile

CENSUS = "cscp/2022-2023_england_census.csv"
CENSUS_2019 = "cscp/2018-2019_england_census__LA202_373_850_936_and_NAT.csv"
SEARCH = "gias/gias_search_results_full_850_936_20220419.csv"
LINKS = "gias/links_edubasealldata20250422.csv"
EXCLUSIONS = "ees/exclusions_by_geographic_level__201516-201617_nonschool_and_LA202_373_850_936.csv"
EES_ABSENCE = "ees/absence_3term_201718-201819_nat_reg_LA202_850_936__reserialised.csv"


def read(
    shared_data: Path, path: str, *, year: str | None = None, numbers: dict[str, str] | None = None
) -> IndicatorFile:
    file = shared_data / "schools" / path
    return read_indicator_file(file.read_bytes(), name=file.name, year=year, urn_by_laestab=numbers)


def texts(file: IndicatorFile, name: str) -> Counter[str]:
    return Counter(raw for _, _, found, _, _, raw in file.values if found == name)


def total(file: IndicatorFile, name: str) -> float:
    return sum(v[3] or 0 for v in file.values if v[2] == name)


def cell(file: IndicatorFile, urn: str, name: str) -> tuple[float | None, str, str]:
    return next(v[3:] for v in file.values if v[0] == urn and v[2] == name)


def in_all_rows(file: IndicatorFile, status: str) -> int:
    of_schools = sum(counts.get(status, 0) for counts in file.status_counts.values())
    return of_schools + sum(a["status"] == status for a in file.aggregates)


def test_the_national_census_is_read_whole(shared_data: Path) -> None:
    """The 2022/23 census has 24,433 schools of seven kinds and three national rows."""
    file = read(shared_data, CENSUS)
    assert (file.dataset, file.year, file.encoding) == ("cscp_census", "2022/23", "utf-8-sig")
    assert (file.n_rows, file.n_schools, file.n_aggregate_rows, file.n_blank_rows) == (24436, 24433, 3, 0)
    assert texts(file, "school_type") == {
        "State-funded primary": 16783,
        "Independent school": 2408,
        "State-funded nursery": 383,
        "State-funded AP school": 335,
        "State-funded secondary": 3444,
        "State-funded special school": 1026,
        "Non-maintained special school": 54,
    }
    assert file.unknown_tokens == {} and file.warnings == []


def test_statuses_of_the_national_census_are_counted(shared_data: Path) -> None:
    """Only independent schools have NA, 2,408 in each free-meals column and none in EHC plans."""
    file = read(shared_data, CENSUS)
    assert file.status_counts["fsm6_count"]["not_applicable"] == 2408
    assert "not_applicable" not in file.status_counts["ehcp_count"]
    ehcp = [v[3] or 0 for v in file.values if v[2] == "ehcp_count"]
    assert sum(1 <= n <= 4 for n in ehcp) == 7668
    assert sum(1 <= n <= 9 for n in ehcp) == 13636


def test_the_national_census_proves_itself(shared_data: Path) -> None:
    """Pupils, plans and support summed by phase equal the national rows, so the file is national."""
    file = read(shared_data, CENSUS)
    found = {(c["where"], c["name"]): c["summed"] for c in file.checksums}
    assert found["national primary", "roll"] == 4647851
    assert found["national primary", "ehcp_count"] == 117757
    assert found["national primary", "sen_support_count"] == 629184
    assert found["national secondary", "roll"] == 3630171
    assert found["national secondary", "ehcp_count"] == 87219
    assert found["national secondary", "sen_support_count"] == 448967
    assert len(file.checksums) == 9 and all(c["agrees"] for c in file.checksums)
    assert file.is_national


def test_an_extract_of_the_census_is_not_national(shared_data: Path) -> None:
    """The 2018/19 extract has 1,354 schools, a header spelt otherwise, and totals it does not reach."""
    file = read(shared_data, CENSUS_2019)
    assert (file.year, file.n_schools, file.n_aggregate_rows) == ("2018/19", 1354, 3)
    assert len(texts(file, "school_type")) == 7 and texts(file, "school_type")["Pupil referral unit"]
    assert "fsm6_base" not in file.status_counts
    assert len(file.checksums) == 9 and not any(c["agrees"] for c in file.checksums)
    assert not file.is_national


def test_absence_rates_of_2022_23(shared_data: Path) -> None:
    """The absence file has 21,281 schools, no suppressed cell, and three national rows by phase."""
    file = read(shared_data, "cscp/2022-2023_england_abs.csv")
    assert (file.dataset, file.n_schools, file.n_aggregate_rows) == ("cscp_absence", 21281, 3)
    national = {(a["phase"], a["name"]): a["value"] for a in file.aggregates}
    assert national["primary", "absence_rate"] == 5.9
    assert national["primary", "persistent_absence_rate"] == 16.2
    assert national["secondary", "persistent_absence_rate"] == 26.5
    assert national["special", "absence_rate"] == 13
    assert in_all_rows(file, "suppressed") == 0
    census = {v[0] for v in read(shared_data, CENSUS).values}
    own = {v[0] for v in file.values}
    assert (len(own & census), len(own - census)) == (21248, 33)


def test_the_search_export_joins_its_ragged_rows(shared_data: Path) -> None:
    """The register's search export has 728 schools, 35 of whose rows run over into the last column."""
    file = read(shared_data, SEARCH)
    assert (file.dataset, file.year, file.n_schools) == ("gias_search", "2022-04-19", 728)
    assert file.warnings == ["35 times: rows ran over into further columns: joined into the last one."]
    assert texts(file, "status") == {"Open": 726, "Open, but proposed to close": 2}
    assert texts(file, "la_name") == {"Hampshire": 427, "Surrey": 301}
    assert texts(file, "phase_gias") == {"Primary": 724, "All-through": 4}
    assert texts(file, "ofsted_grade") == {
        "Good": 478,
        "Outstanding": 135,
        "Requires improvement": 33,
        "Serious Weaknesses": 5,
        "": 77,
    }
    links = list(links_of(file.values))
    assert len(links) == 244
    assert Counter(link.kind for link in links)["Predecessor"] == 239
    assert texts(file, "linked_establishments")["Does not have links"] == 521


def test_the_search_export_tells_of_bases(shared_data: Path) -> None:
    """Of 728 schools 30 have a unit and 49 resourced provision; 584 blanks are unknown, not no."""
    file = read(shared_data, SEARCH)
    assert texts(file, "sen_unit_gias") == {"yes": 30, "no": 70 + 44, "unknown": 584}
    assert texts(file, "resourced_provision_gias") == {"yes": 49, "no": 70 + 25, "unknown": 584}
    assert total(file, "resourced_provision_on_roll") == 491
    assert total(file, "sen_unit_on_roll") == 461
    rolls = {v[0]: v[3] for v in file.values if v[2] == "roll_gias"}
    capacities = {v[0]: v[3] for v in file.values if v[2] == "school_capacity"}
    assert sum((rolls[u] or 0) > (capacities[u] or 1e9) for u in rolls) == 135
    assert file.status_counts["roll_gias"]["blank"] == 11
    assert file.status_counts["open_date"]["not_available"] == 4


@pytest.mark.parametrize(
    "path",
    [
        SEARCH,
        "gias/edubasealldata_2018header_4rows.csv",
        "gias/edubasealldata_2024header_fbit_60rows_anonymised.csv",
    ],
)
def test_personal_data_of_the_register_is_never_kept(shared_data: Path, path: str) -> None:
    """No telephone number of a register is among the values, and six personal columns are told of."""
    file = read(shared_data, path)
    text = (shared_data / "schools" / path).read_text("cp1252")
    numbers = {row["TelephoneNum"] for row in csv.DictReader(io.StringIO(text))} - {""}
    assert numbers
    assert not numbers & {value[5] for value in file.values}
    assert {"item": "6 columns", "reason": "personal data is never kept"} in file.skipped


def test_full_register_headers_of_two_vintages(shared_data: Path) -> None:
    """The 2018 and 2024 headers of the full register are read; a code that contradicts its name is told."""
    old = read(shared_data, "gias/edubasealldata_2018header_4rows.csv")
    new = read(shared_data, "gias/edubasealldata_2024header_fbit_60rows_anonymised.csv")
    assert (old.dataset, old.n_schools, new.dataset, new.n_schools) == ("gias", 4, "gias", 60)
    assert texts(old, "phase_gias")["All through"] == 1
    assert cell(old, "100492", "roll_gias") == (237, "numeric", "237")
    assert any("code and name of the establishment status differ" in w for w in new.warnings)


def test_links_are_read_from_windows_1252(shared_data: Path) -> None:
    """The links file has 33,801 rows in Windows-1252, 8,253 of them without a day."""
    file = read(shared_data, LINKS)
    assert (file.dataset, file.encoding, file.year) == ("gias_links", "cp1252", "2025-04-22")
    assert file.n_rows == 33801
    links = list(links_of(file.values))
    assert len(links) == 33801
    assert sum(not link.day for link in links) == 8253 == file.status_counts["link_date"]["blank"]
    kinds = Counter(link.kind for link in links)
    assert kinds == file.status_counts["link_type"]
    assert (kinds["Successor"], kinds["Predecessor"], kinds["Successor - Split School"]) == (16451, 16264, 48)


@pytest.mark.parametrize(
    ("path", "n_rows", "n_schools", "cohort", "short", "rwm", "progress", "academies"),
    [
        (
            "cscp/2018-2019_850_ks2final.csv",
            334,
            331,
            14855,
            5,
            {"numeric": 323, "suppressed": 3, "blank": 5},
            {"numeric": 321, "suppressed": 4, "not_applicable": 1, "blank": 5},
            1,
        ),
        (
            "cscp/2017-2018_850_ks2final.csv",
            331,
            328,
            14463,
            4,
            {"numeric": 315, "suppressed": 9, "blank": 4},
            {"numeric": 311, "suppressed": 11, "not_applicable": 1, "low_coverage": 1, "blank": 4},
            2,
        ),
    ],
)
def test_key_stage_2_of_one_authority(
    shared_data: Path,
    path: str,
    n_rows: int,
    n_schools: int,
    cohort: int,
    short: int,
    rwm: dict[str, int],
    progress: dict[str, int],
    academies: int,
) -> None:
    """Short rows are filled up, three rows are areas, and the cohort equals the authority's row."""
    file = read(shared_data, path)
    assert (file.dataset, file.n_rows, file.n_schools) == ("cscp_ks2", n_rows, n_schools)
    assert file.warnings == [f"{short} times: short rows were filled with blanks."]
    (check,) = file.checksums
    assert (check["where"], check["published"], check["summed"]) == ("la 850", cohort, cohort)
    assert check["agrees"] and not file.is_national
    la_row = [a for a in file.aggregates if a["level"] == "la" and a["name"] == "ks2_rwm_expected"]
    assert [a["value"] for a in la_row] == [68]
    # The independent count took every zero as a number.
    found = Counter(file.status_counts["ks2_rwm_expected"])
    found["numeric"] += found.pop("zero", 0)
    assert found == rwm
    found = Counter(file.status_counts["ks2_reading_progress"])
    found["numeric"] += found.pop("zero", 0)
    assert found == progress
    assert (
        sum(n for urn, n in texts(file, "academy_urn").items() if urn.strip() not in ("", "0")) == academies
    )


def test_the_cohort_of_a_key_stage_is_not_the_school(shared_data: Path) -> None:
    """TSENELSE of the 2017/18 key stage 2 file is the Year 6 cohort and gets a name of its own."""
    file = read(shared_data, "cscp/2017-2018_850_ks2final.csv")
    assert "ks2_cohort_ehcp_count" in file.status_counts
    assert "ehcp_count" not in file.status_counts


def test_destinations_keep_an_undocumented_token(shared_data: Path) -> None:
    """Destinations print SUPP 56,889, NA 1,926, SP 907 times, and SN, which nobody documents, 29 times."""
    file = read(shared_data, "cscp/2022-2023_england_ks4-pupdest.csv")
    assert (file.n_rows, file.n_schools, file.n_aggregate_rows) == (4089, 3146 + 792, 151)
    assert in_all_rows(file, "suppressed") == 56889
    assert in_all_rows(file, "not_applicable") == 1926
    assert in_all_rows(file, "small_nonzero") == 907
    assert file.unknown_tokens == {"SN": 29}
    assert in_all_rows(file, "unknown_token") == 29
    assert file.status_counts["ks4_dest_sustained_percent"]["suppressed"] == 102
    assert total(file, "ks4_dest_cohort") == 565188
    national = [
        a["value"] for a in file.aggregates if a["level"] == "national" and a["name"] == "ks4_dest_cohort"
    ]
    assert national == [576305]


def test_the_information_file_of_2023_24(shared_data: Path) -> None:
    """Symbols of the 628 schools are counted by meaning, and the literal None stays a word."""
    file = read(shared_data, "ees/202324_information_about_schools_final__LA201-213_373_850_936.csv")
    assert (file.dataset, file.year, file.n_schools) == ("ees_ks4_information", "2023/24", 628)

    def symbols(name: str) -> tuple[int, int, int]:
        found = Counter(file.status_counts[name])
        return found["numeric"] + found["zero"], found["suppressed"], found["not_applicable"]

    assert symbols("ks4_cohort") == (618, 0, 10)
    assert symbols("ks4_cohort_disadvantaged_count") == (403, 5, 220)
    assert symbols("ks4_cohort_ehcp_count") == (315, 0, 313)
    assert symbols("ks4_cohort_ehcp_percent") == (315, 0, 313)
    assert symbols("attainment8_difference") == (334, 61, 233)
    assert symbols("progress8_difference") == (332, 65, 231)
    assert symbols("ks4_cohort_boys") == (517, 31, 80)
    assert symbols("ks4_cohort_ks2_score") == (400, 5, 223)
    assert texts(file, "is_closed") == {"0": 615, "1": 11, "2": 2}
    assert (
        texts(file, "progress8_banding")["z"]
        == 276
        == file.status_counts["progress8_banding"]["not_applicable"]
    )
    assert texts(file, "religious_denomination")["None"] == 261
    assert total(file, "ks4_cohort_ehcp_count") == 1974
    assert sum(v[2] == "ks4_cohort_ehcp_count" and 1 <= (v[3] or 0) <= 4 for v in file.values) == 112


def test_special_needs_by_school(shared_data: Path) -> None:
    """The 60 rows of the special-needs file sum as counted, and exchanged region columns are put right."""
    file = read(shared_data, "sen/sen_school_level_ud_202223_fbit_60rows_anonymised.csv")
    assert (file.dataset, file.year, file.n_schools) == ("sen_school", "2022/23", 60)
    assert total(file, "roll") == 61876
    assert total(file, "sen_support_count") == 3603
    assert total(file, "ehcp_count") == 734
    needs = {v[2] for v in file.values if v[2].startswith("ehcp_need_")}
    assert len(needs) == 13 and sum(total(file, n) for n in needs) == 673
    support = {v[2] for v in file.values if v[2].startswith("sen_support_need_")}
    assert sum(total(file, n) for n in support) == 3225
    assert (total(file, "resourced_provision_census"), total(file, "sen_unit_census")) == (7, 0)
    assert not any(region.startswith("E1") for region in texts(file, "region"))


def test_pupil_census_with_cut_headers(shared_data: Path) -> None:
    """Header names cut at 64 characters are still recognised."""
    file = read(shared_data, "sen/spc_census_pupils_202223_fbit_60rows_anonymised.csv")
    assert (file.dataset, file.n_schools) == ("spc_school", 60)
    assert cell(file, "130000", "roll_spc")[0] == 781
    assert cell(file, "130000", "fsm_performance_base")[0] == 780
    assert cell(file, "130000", "fsm_performance_count")[0] == 474


def test_pupil_premium_of_two_years(shared_data: Path) -> None:
    """Eligible pupils sum as counted, and a total cut short upstream is an unknown token."""
    first = read(shared_data, "pupil_premium/pupil_premium_2019-2020__LA202_373_850_936.csv")
    second = read(shared_data, "pupil_premium/pupil_premium_2021__LA202_373_850_936.csv")
    assert (first.year, first.n_schools, total(first, "pupil_premium_count")) == ("2019/20", 1146, 81535)
    assert (second.year, second.n_schools, total(second, "pupil_premium_count")) == ("2021", 847, 63932)
    assert list(second.unknown_tokens.values()) == [1]
    assert cell(second, "125010", "pupil_premium_allocation")[1] == "unknown_token"
    assert cell(second, "125010", "pupil_premium_primary_allocation")[0] == 21520
    assert cell(second, "100006", "pupil_premium_secondary_allocation")[0] == 41065


def test_absence_of_several_years_is_read_one_year_at_a_time(shared_data: Path) -> None:
    """The latest year is read unless one is asked for, and the rows of the others are counted."""
    latest = read(shared_data, EES_ABSENCE)
    assert (latest.dataset, latest.year, latest.n_schools) == ("ees_absence", "2018/19", 55 + 517 + 385)
    earlier = read(shared_data, EES_ABSENCE, year="201718")
    assert (earlier.year, earlier.n_schools) == ("2017/18", 55 + 516 + 386)
    left = [s for s in earlier.skipped if s["reason"].startswith("of 2018/19")]
    assert earlier.n_schools + earlier.n_aggregate_rows + int(left[0]["item"].split()[0]) == earlier.n_rows
    national = [a for a in latest.aggregates if a["level"] == "national" and a["phase"] == "Total"]
    shown = {a["name"]: a["value"] for a in national}
    assert (shown["absence_rate"], shown["persistent_absence_rate"]) == (4.7, 10.9)


def test_exclusions_find_their_schools_by_number(shared_data: Path) -> None:
    """Exclusions know no URN: with the register the schools are found, and x means suppressed."""
    numbers = urns_by_laestab(read(shared_data, SEARCH).values)
    without = read(shared_data, EXCLUSIONS)
    assert (without.year, without.n_schools) == ("2016/17", 0)
    assert any(s["item"] == "1138 rows" and "no URN is known" in s["reason"] for s in without.skipped)
    file = read(shared_data, EXCLUSIONS, numbers=numbers)
    assert 500 < file.n_schools < 728
    assert file.status_counts["suspensions"]["suppressed"] > 0
    totals = {
        a["la_code"]: a["value"]
        for a in file.aggregates
        if a["level"] == "la" and a["phase"] == "Total" and a["name"] == "exclusions_headcount"
    }
    assert (totals["202"], totals["850"], totals["936"]) == (22387, 174429, 153483)


@pytest.mark.parametrize(
    "path",
    [
        "cscp/2018-2019_england_census__LA202_373_850_936_and_NAT.csv",
        "cscp/2018-2019_850_ks2final.csv",
        "cscp/2022-2023_england_ks4-pupdest.csv",
        SEARCH,
        "ees/202324_information_about_schools_final__LA201-213_373_850_936.csv",
        "sen/sen_school_level_ud_202223_fbit_60rows_anonymised.csv",
        "pupil_premium/pupil_premium_2021__LA202_373_850_936.csv",
    ],
)
def test_the_command_line_stores_and_shows_what_was_read(
    shared_data: Path, qualtool: Callable[..., Any], tmp_path: Path, path: str
) -> None:
    """What the import reports, and every cell that is shown afterwards, is what the reader found."""
    file = read(shared_data, path)
    study = tmp_path / "study.db"
    assert qualtool("init", study).code == 0
    (told,) = qualtool("import", "indicators", study, shared_data / "schools" / path, "--json").json["files"]
    for name in ("dataset", "year", "encoding", "n_rows", "n_schools", "n_aggregate_rows", "n_blank_rows"):
        assert told[name] == getattr(file, name)
    assert told["status_counts"] == file.status_counts
    assert told["unknown_tokens"] == file.unknown_tokens
    assert told["checksums"] == file.checksums
    shown = qualtool("indicators", study, "--json").json["rows"]
    cells = [(r["urn"], r["name"], r["value"], r["status"], r["raw"]) for r in shown]
    assert sorted(cells, key=str) == sorted(((v[0], *v[2:]) for v in file.values), key=str)
