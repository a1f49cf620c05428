"""Figures counted independently of this program, reproduced on the command line or by its readers."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pytest

from qualtool.indicators import links_of, quartile, quartile_cuts, read_indicator_file, read_indicator_years

CENSUS = "cscp/2022-2023_england_census.csv"
KS2 = "cscp/2018-2019_850_ks2final.csv"
SEARCH = "gias/gias_search_results_full_850_936_20220419.csv"
EXCLUSIONS = "ees/exclusions_by_geographic_level__201516-201617_nonschool_and_LA202_373_850_936.csv"
ABSENCE = "ees/absence_3term_201718-201819_nat_reg_LA202_850_936__reserialised.csv"
School = dict[str, dict[str, Any]]


def data_of(shared_data: Path, path: str) -> bytes:
    return (shared_data / "schools" / path).read_bytes()


def records(shared_data: Path, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data_of(shared_data, path).decode("utf-8-sig"))))


@pytest.fixture(scope="module")
def derived(
    shared_data: Path, qualtool: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """The census of 2022/23 as ``qualtool indicators --derive --json`` tells it."""
    study = tmp_path_factory.mktemp("provenance") / "study.db"
    assert qualtool("init", study).code == 0
    assert qualtool("import", "indicators", study, shared_data / "schools" / CENSUS).code == 0
    return dict(qualtool("indicators", study, "--derive", "--json").json)


@pytest.fixture(scope="module")
def schools(derived: dict[str, Any]) -> dict[str, School]:
    found: dict[str, School] = defaultdict(dict)
    for row in derived["rows"]:
        found[row["urn"]][row["name"]] = row
    return found


def counts(row: dict[str, Any]) -> tuple[float, float]:
    above, below = row["raw"].split("/")
    return float(above), float(below)


def pooled(schools: list[School], name: str) -> float:
    parts = [counts(school[name]) for school in schools]
    return 100 * sum(above for above, _ in parts) / sum(below for _, below in parts)


def usable(schools: dict[str, School], phase: str, la: str | None = None) -> list[School]:
    return [
        s
        for s in schools.values()
        if s["phase"]["raw"] == phase
        and s["any_sen_rate"]["value"] is not None
        and (la is None or s["la_code"]["raw"] == la)
    ]


@pytest.mark.parametrize(
    ("phase", "n", "roll", "ehcp", "support", "pooled_rate", "mean_rate"),
    [
        ("primary", 16778, 4647851, 117757, 629184, 2.5336, 2.5666),
        ("secondary", 3443, 3630171, 87219, 448967, 2.4026, 2.5433),
    ],
)
def test_a_phase_of_the_country(
    derived: dict[str, Any],
    schools: dict[str, School],
    phase: str,
    n: int,
    roll: int,
    ehcp: int,
    support: int,
    pooled_rate: float,
    mean_rate: float,
) -> None:
    """Pupils, plans and support of the usable schools, the pooled rate, and beside it the mean of rates."""
    told = derived["reference"]["by_year"]["2022/23"][phase]
    assert (told["kind"], told["n"]) == ("national", n)
    assert told["pooled"]["ehcp_rate"] == pytest.approx(pooled_rate, abs=5e-5)
    assert told["mean"]["ehcp_rate"] == pytest.approx(mean_rate, abs=5e-5)
    found = usable(schools, phase)
    assert len(found) == n
    assert sum(counts(s["ehcp_rate"])[1] for s in found) == roll
    assert sum(counts(s["ehcp_rate"])[0] for s in found) == ehcp
    assert sum(counts(s["sen_support_rate"])[0] for s in found) == support


def test_small_primaries_are_counted(derived: dict[str, Any], schools: dict[str, School]) -> None:
    """439 usable primaries have fewer than 50 pupils and 1,999 fewer than 100; their rows say so."""
    told = derived["reference"]["by_year"]["2022/23"]["primary"]
    assert (told["n_low_n"], told["n_caution"]) == (439, 1999)
    cautions = Counter(s["ehcp_rate"].get("caution") for s in usable(schools, "primary"))
    assert (cautions["low_n"], cautions["caution"]) == (439, 1999 - 439)


@pytest.mark.parametrize(
    ("la", "phase", "n", "ehcp", "support", "q4", "q1", "proxy"),
    [
        ("202", "primary", 39, 3.217, 15.7288, 10, 7, 10),
        ("202", "secondary", 10, 3.0389, 12.8846, 4, 3, 4),
        ("373", "primary", 133, 2.045, 15.754, 20, 55, 31),
        ("373", "secondary", 31, 2.1237, 13.5908, 2, 7, 9),
        ("850", "primary", 424, 3.3459, 12.4813, 177, 51, 174),
        ("850", "secondary", 69, 3.2209, 11.9589, 32, 3, 32),
        ("936", "primary", 299, 3.2249, 12.5825, 99, 36, 105),
        ("936", "secondary", 58, 2.7626, 13.0405, 20, 4, 32),
    ],
)
def test_a_phase_of_an_authority(
    schools: dict[str, School],
    la: str,
    phase: str,
    n: int,
    ehcp: float,
    support: float,
    q4: int,
    q1: int,
    proxy: int,
) -> None:
    """Schools, pooled rates, those in the national Q4 and Q1, the proxy of an authority are as counted."""
    found = usable(schools, phase, la)
    assert len(found) == n
    assert pooled(found, "ehcp_rate") == pytest.approx(ehcp, abs=6e-5)
    assert pooled(found, "sen_support_rate") == pytest.approx(support, abs=6e-5)
    assert sum(s["ehcp_quartile"]["value"] == 4 for s in found) == q4
    assert sum(s["ehcp_quartile"]["value"] == 1 for s in found) == q1
    assert sum(s["high_ehcp_proxy"]["value"] == 1 for s in found) == proxy


def test_published_per_cents_misplace_371_primaries(shared_data: Path) -> None:
    """Quartiles of the printed per cent put 371 of 16,778 primaries elsewhere; 1,099 lie on a rounded cut."""
    exact: dict[str, float] = {}
    printed: dict[str, float] = {}
    for row in records(shared_data, CENSUS):
        is_primary = row["SCHOOLTYPE"] == "State-funded primary" and row["URN"] != "NAT"
        if is_primary and row["NOR"] not in ("", "0", "NA") and row["TSENELSE"].isdigit():
            exact[row["URN"]] = 100 * int(row["TSENELSE"]) / int(row["NOR"])
            printed[row["URN"]] = float(row["PSENELSE"].rstrip("%"))
    assert len(exact) == 16778
    cuts, rounded = quartile_cuts(list(exact.values())), quartile_cuts(list(printed.values()))
    assert sum(quartile(exact[u], cuts) != quartile(printed[u], rounded) for u in exact) == 371
    assert sum(rate in rounded for rate in printed.values()) == 1099
    assert sum(any(abs(rate - cut) < 1e-12 for cut in cuts) for rate in exact.values()) == 19


def test_figures_of_one_decimal_tell_a_school(schools: dict[str, School]) -> None:
    """Rates of one decimal single out a third of mainstream schools, with free meals nearly all of them."""
    mainstream = [*usable(schools, "primary"), *usable(schools, "secondary")]
    assert len(mainstream) == 20221

    def alone(key: Callable[[School], Hashable]) -> float:
        return sum(n == 1 for n in Counter(map(key, mainstream)).values()) / len(mainstream)

    def of(school: School, *names: str) -> tuple[Hashable, ...]:
        shown = [school[name]["value"] for name in names]
        return (school["phase"]["raw"], *(None if v is None else round(v, 1) for v in shown))

    assert alone(lambda s: of(s, "ehcp_rate", "sen_support_rate")) == pytest.approx(0.354, abs=5e-4)
    all_three = alone(lambda s: of(s, "ehcp_rate", "sen_support_rate", "fsm6_rate"))
    assert all_three == pytest.approx(0.992, abs=5e-4)
    assert alone(lambda s: (*of(s, "roll"), counts(s["ehcp_rate"])[0])) == pytest.approx(0.332, abs=5e-4)


def test_authorities_are_known_by_code_and_never_by_name(
    shared_data: Path, schools: dict[str, School]
) -> None:
    """339 schools still bear the code of an authority that the list of codes of the same year has no more."""
    codes = {s["la_code"]["raw"] for s in schools.values() if "la_code" in s}
    known = {row["LEA"] for row in records(shared_data, "cscp/meta/2022-2023_la_and_region_codes_meta.csv")}
    assert codes - known == {"909"}
    assert sum(s.get("la_code", {}).get("raw") == "909" for s in schools.values()) == 339
    assert len(known) == 153


def test_key_stage_2_schools_are_found_in_the_register(shared_data: Path) -> None:
    """305 of the 331 schools of the key stage 2 file are in the register of open schools three years on."""
    register = {v[0] for v in read_indicator_file(data_of(shared_data, SEARCH), name=SEARCH).values}
    ks2 = {v[0] for v in read_indicator_file(data_of(shared_data, KS2), name=KS2).values}
    assert (len(register), len(ks2), len(register & ks2)) == (728, 331, 305)


def test_links_of_the_register_by_kind(shared_data: Path) -> None:
    """The search export has 244 links of four kinds, most of them predecessors."""
    file = read_indicator_file(data_of(shared_data, SEARCH), name=SEARCH)
    assert Counter(link.kind for link in links_of(file.values)) == {
        "Predecessor": 239,
        "Merged - change in age range": 1,
        "Successor": 2,
        "Predecessor - amalgamated": 2,
    }


def test_exclusions_of_two_years(shared_data: Path) -> None:
    """With every number known there are 1,147 schools; x is suppressed as often as counted; sums agree."""
    numbers = {row["laestab"] for row in records(shared_data, EXCLUSIONS)} - {""}
    assert len(numbers) == 1147
    urns = {number: f"{n:06d}" for n, number in enumerate(sorted(numbers), start=100000)}
    files = read_indicator_years(data_of(shared_data, EXCLUSIONS), name=EXCLUSIONS, urn_by_laestab=urns)
    assert [f.year for f in files] == ["2016/17", "2015/16"]
    # A sum of two rows of one school in one year hides one of its tokens.
    twice = Counter((r["time_period"], r["laestab"]) for r in records(shared_data, EXCLUSIONS))
    n_further = sum(n - 1 for (_, number), n in twice.items() if number)
    n_schools = sum(f.n_schools for f in files)
    assert n_schools + n_further == 2276
    for name, x in (("permanent_exclusions", 138), ("suspensions", 322), ("pupils_suspended", 589)):
        found = sum(f.status_counts[name].get("suppressed", 0) for f in files)
        assert found == x
    assert all("suppressed" not in f.status_counts["exclusions_headcount"] for f in files)
    latest = {(a["la_code"], a["name"]): a["raw"] for a in files[0].aggregates if a["phase"] == "Total"}
    expected = {
        "202": ("22387", "30", "1005"),
        "330": ("198136", "256", "8503"),
        "373": ("79542", "120", "6817"),
        "380": ("98883", "38", "3504"),
        "850": ("174429", "57", "7424"),
        "888": ("168919", "354", "7474"),
        "936": ("153483", "49", "5302"),
    }
    names = ("exclusions_headcount", "permanent_exclusions", "suspensions")
    assert {la: tuple(latest[la, name] for name in names) for la in expected} == expected
    rows = [r for r in records(shared_data, EXCLUSIONS) if r["time_period"] == "201617" and r["laestab"]]
    assert sum(float(r["fixed_excl"]) for r in rows if r["fixed_excl"] != "x") == 20331


def test_no_suppressed_group_is_told_by_the_import(shared_data: Path) -> None:
    """Eleven groups with one x could be undone from the authority's total: no check prints such a sum."""
    numbers = {row["laestab"] for row in records(shared_data, EXCLUSIONS)} - {""}
    urns = {number: f"{n:06d}" for n, number in enumerate(sorted(numbers), start=100000)}
    for file in read_indicator_years(data_of(shared_data, EXCLUSIONS), name=EXCLUSIONS, urn_by_laestab=urns):
        assert {check["name"] for check in file.checksums} == {"exclusions_headcount"}
        assert all(check["agrees"] for check in file.checksums)


def test_absence_of_two_years(shared_data: Path) -> None:
    """72 schools have one or two persistent absentees; each of the 2,026 rows has a colon somewhere."""
    files = read_indicator_years(data_of(shared_data, ABSENCE), name=ABSENCE)
    few = [v for f in files for v in f.values if v[2] == "persistent_absentees" and v[3] in (1, 2)]
    assert len(few) == 72
    assert sum(f.n_schools for f in files) == 1914
    colons = sum(":" in row.values() for row in records(shared_data, ABSENCE))
    assert colons == 2026


def test_primary_needs_need_not_add_up(shared_data: Path) -> None:
    """In 3 and in 7 of 60 schools primary needs are not the sum of plans and of support: both are kept."""
    path = "sen/sen_school_level_ud_202223_fbit_60rows_anonymised.csv"
    of_school: dict[str, dict[str, float]] = defaultdict(dict)
    for urn, _, name, value, _, _ in read_indicator_file(data_of(shared_data, path), name=path).values:
        of_school[urn][name] = value or 0

    def n_apart(prefix: str, total: str) -> int:
        return sum(
            sum(v for name, v in cells.items() if name.startswith(prefix)) != cells[total]
            for cells in of_school.values()
        )

    assert n_apart("ehcp_need_", "ehcp_count") == 3
    assert n_apart("sen_support_need_", "sen_support_count") == 7
