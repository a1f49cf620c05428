"""The ten traps of published school files that silently give wrong results: each is one test."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import IndicatorError
from qualtool.indicators import (
    census_years,
    derive,
    quartile,
    quartile_cuts,
    read_indicator_file,
    urns_by_laestab,
)
from qualtool.indicators.succession import match, succession_of_values
from qualtool.model import IndicatorFile

HEADER = "URN,LA,Estab,SCHOOLTYPE,NOR,TSENELSE,PSENELSE,TSENELK,NUMFSM,NUMFSMEVER,NORFSMEVER"
NAME = "2022-2023_england_census.csv"


def line(urn: object, *, la: int = 850, estab: object = 2000, roll: object = 100, ehcp: object = 3) -> str:
    return f"{urn},{la},{estab},State-funded primary,{roll},{ehcp},3%,10,5,6,90"


def census(*lines: str, encoding: str = "utf-8", name: str = NAME) -> IndicatorFile:
    return read_indicator_file("\n".join([HEADER, *lines]).encode(encoding), name=name)


def real(shared_data: Path, path: str) -> IndicatorFile:
    file = shared_data / "schools" / path
    return read_indicator_file(file.read_bytes(), name=file.name)


def rows(found: dict[str, Any], name: str, year: str = "2022/23") -> dict[str, dict[str, Any]]:
    return {r["urn"]: r for r in found["rows"] if r["name"] == name and r["year"] == year}


def test_1_a_urn_is_text_and_never_a_number() -> None:
    """100000.0, as gaps turn a column of numbers, is refused with its line; a URN keeps its digits."""
    with pytest.raises(IndicatorError) as refused:
        census(line("100000.0"), line("1e5"))
    assert [p.where for p in refused.value.problems] == [f"{NAME}, line 2", f"{NAME}, line 3"]
    assert {v[0] for v in census(line("100001")).values} == {"100001"}


@pytest.mark.parametrize("number", ["8500012", "850/0012", "850-0012"])
def test_1_a_school_number_is_one_number_in_every_spelling(number: str) -> None:
    """A file without URNs finds the school by authority and number, with or without a stroke or noughts."""
    numbers = urns_by_laestab(census(line("100001", estab="12")).values)
    header = "time_period,geographic_level,old_la_code,laestab,headcount,perm_excl,fixed_excl"
    data = f"{header}\n201819,School,850,{number},100,0,3\n".encode()
    file = read_indicator_file(data, name="exclusions.csv", urn_by_laestab=numbers)
    assert {v[0] for v in file.values} == {"100001"}


def test_2_rows_of_areas_are_no_schools() -> None:
    """The national rows are apart, count as no school, and enter no rate."""
    national = "NAT,,PRI,State-funded primary,200,6,3%,20,10,12,180"
    file = census(line("100001"), line("100002"), national)
    assert (file.n_schools, file.n_aggregate_rows) == (2, 1)
    assert set(rows(derive([file]), "ehcp_rate")) == {"100001", "100002"}
    assert [(c["published"], c["summed"], c["agrees"]) for c in file.checksums] == [
        (200, 200, True),
        (6, 6, True),
        (20, 20, True),
    ]


def test_2_areas_are_told_by_record_type_and_by_level(shared_data: Path) -> None:
    """Key stage files mark areas by their type of record, tidy files by their level: none is a school."""
    key_stage = real(shared_data, "cscp/2022-2023_england_ks4-pupdest.csv")
    assert Counter(a["level"] for a in key_stage.aggregates if a["name"] == "ks4_dest_cohort") == {
        "la": 150,
        "national": 1,
    }
    tidy = real(shared_data, "ees/absence_3term_201718-201819_nat_reg_LA202_850_936__reserialised.csv")
    levels = {a["level"] for a in tidy.aggregates}
    assert levels == {"national", "region", "la"}
    assert all(len(v[0]) == 6 and v[0].isdigit() for file in (key_stage, tidy) for v in file.values)


def test_3_a_cohort_is_not_the_school(shared_data: Path) -> None:
    """The Year 6 cohort's TSENELSE, of the census column's very name, makes no rate of a school."""
    cohort = real(shared_data, "cscp/2017-2018_850_ks2final.csv")
    assert not rows(derive([cohort]), "ehcp_rate", "2017/18")
    names = {v[2] for v in cohort.values}
    assert "ks2_cohort_ehcp_count" in names and "ehcp_count" not in names


def test_4_rates_come_from_counts_and_not_from_rounded_per_cents(shared_data: Path) -> None:
    """Published per cents with one decimal would put hundreds of primaries into another quartile."""
    found = derive([real(shared_data, "cscp/2022-2023_england_census.csv")])
    phase = {urn: row["raw"] for urn, row in rows(found, "phase").items()}
    rates = {u: r["value"] for u, r in rows(found, "ehcp_rate").items() if phase[u] == "primary"}
    exact = {u: v for u, v in rates.items() if v is not None}
    cuts = quartile_cuts(list(exact.values()))
    rounded = {u: round(v, 1) for u, v in exact.items()}
    other_cuts = quartile_cuts(list(rounded.values()))
    moved = sum(quartile(exact[u], cuts) != quartile(rounded[u], other_cuts) for u in exact)
    assert moved > 300
    placed = rows(found, "ehcp_quartile")
    usable = [u for u in exact if placed[u]["value"] is not None]
    assert len(usable) == 16778
    assert all(placed[u]["value"] == quartile(exact[u], cuts) for u in usable)


def test_5_a_per_cent_is_read_as_its_dataset_prints_it(shared_data: Path) -> None:
    """Pupil premium prints shares of 1 in one release and per cents in another: neither is guessed at."""
    for path in (
        "pupil_premium/pupil_premium_2019-2020__LA202_373_850_936.csv",
        "pupil_premium/pupil_premium_2021__LA202_373_850_936.csv",
    ):
        names = {v[2] for v in real(shared_data, path).values}
        assert not {n for n in names if "percent" in n}
        assert "pupil_premium_count" in names
    header = "LA,ESTAB,URN,PERCTOT,PPERSABS10"
    absence = read_indicator_file(f"{header}\n850,2000,100001,5.9,16.2%\n".encode(), name="abs.csv")
    assert {v[2]: v[3] for v in absence.values if v[3]} == {
        "absence_rate": 5.9,
        "persistent_absence_rate": 16.2,
    }


@pytest.mark.parametrize(
    ("token", "status"), [("SUPP", "suppressed"), ("NA", "not_applicable"), ("", "blank")]
)
def test_6_a_token_is_no_nought(token: str, status: str) -> None:
    """What is withheld or missing keeps its token and status, has no value, and makes no rate."""
    found = derive([census(line("100001", ehcp=token), line("100002", ehcp=0))])
    rate = rows(found, "ehcp_rate")
    assert rate["100001"]["value"] is None and rate["100001"]["reason"]
    assert rate["100002"]["value"] == 0
    cells = {v[0]: v[3:] for v in census(line("100001", ehcp=token)).values if v[2] == "ehcp_count"}
    assert cells["100001"] == (None, status, token)


@pytest.mark.parametrize(("year", "status"), [("201617", "suppressed"), ("202223", "not_available")])
def test_6_one_token_means_what_its_release_says(year: str, status: str) -> None:
    """An x of the exclusions was one or two pupils until 2016/17 and is not available today."""
    header = "time_period,geographic_level,old_la_code,school_urn,headcount,perm_excl,suspension"
    data = f"{header}\n{year},School,850,100001,100,0,x\n".encode()
    (cell,) = [v for v in read_indicator_file(data, name="exc.csv").values if v[2] == "suspensions"]
    assert cell[3:] == (None, status, "x")


def test_7_words_that_pandas_takes_for_nothing_stay(shared_data: Path) -> None:
    """None is a religious character of 261 schools, and NA is counted by its meaning."""
    file = real(shared_data, "ees/202324_information_about_schools_final__LA201-213_373_850_936.csv")
    kinds = Counter(v[5] for v in file.values if v[2] == "religious_denomination")
    assert kinds["None"] == 261
    assert census(line("100001", ehcp="NA")).status_counts["ehcp_count"] == {"not_applicable": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_8_the_encoding_is_found_and_recorded(encoding: str) -> None:
    """A byte-order mark is no part of the first header; Windows-1252 is taken only where UTF-8 is not."""
    text = line("100001").replace("State-funded primary", "State-funded primary\u2019s")
    file = census(text, encoding=encoding)
    assert file.encoding == encoding
    assert [v[5] for v in file.values if v[2] == "school_type"] == ["State-funded primary\u2019s"]


def test_9_an_academy_has_a_new_urn_and_is_not_lost(shared_data: Path) -> None:
    """The links find a successor; a split, one old URN with two live ones, is left to a person."""
    header = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"
    links = [
        "100001,100011,A,Successor,01-09-2020",
        "100002,100012,B,Successor - Split School,01-09-2020",
        "100002,100013,C,Successor - Split School,01-09-2020",
        "100004,100014,D,Successor,01-09-2020",
        "100014,100004,D,Successor,01-09-2021",
    ]
    file = read_indicator_file("\n".join([header, *links]).encode("cp1252"), name="links.csv")
    found = match(
        ["100001", "100002", "100003", "100004", "100005"],
        {"100011", "100012", "100013", "100005"},
        succession_of_values(file.values),
    )
    assert found.counts == {"same": 1, "linked": 1, "ambiguous": 1, "lost": 2}
    assert found.target_of["100001"] == "100011"


def test_9_bare_urns_lose_schools_that_the_links_find(shared_data: Path) -> None:
    """Of 1,069 mainstream schools 76 have gone after four years by their URN, and 9 by the links."""
    earlier, later = census_years(
        [
            real(shared_data, "cscp/2018-2019_england_census__LA202_373_850_936_and_NAT.csv"),
            real(shared_data, "cscp/2022-2023_england_census.csv"),
        ]
    )
    urns = [s.urn for s in earlier.schools.values() if s.phase in ("primary", "secondary")]
    links = real(shared_data, "gias/links_edubasealldata20250422.csv")
    bare = match(urns, later.schools.keys(), succession_of_values([])).counts
    linked = match(urns, later.schools.keys(), succession_of_values(links.values)).counts
    assert bare == {"same": 993, "linked": 0, "ambiguous": 0, "lost": 76}
    assert linked == {"same": 993, "linked": 67, "ambiguous": 0, "lost": 9}


def test_10_a_blank_about_a_base_is_not_a_no(shared_data: Path) -> None:
    """The register's 584 blanks are unknown, in neither group; both sources stay beside the answer."""
    file = real(shared_data, "gias/gias_search_results_full_850_936_20220419.csv")
    answers = Counter(r["raw"] for r in derive([file])["rows"] if r["name"] == "has_base")
    assert answers == {"yes": 74, "no": 70, "unknown": 584}
    row = next(r for r in derive([file])["rows"] if r["name"] == "has_base" and r["raw"] == "unknown")
    assert row["value"] is None
    assert (row["unit_census"], row["unit_gias"]) == ("unknown", "unknown")
