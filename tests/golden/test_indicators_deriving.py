"""Rates, quartiles, flags, succession and trend of real schools, to the published digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from qualtool.indicators import census_years, derive, match, read_indicator_file, succession_of_values
from qualtool.model import IndicatorFile

YEAR = "2022/23"
PATHS = {
    "2019": "cscp/2018-2019_england_census__LA202_373_850_936_and_NAT.csv",
    "2023": "cscp/2022-2023_england_census.csv",
    "links": "gias/links_edubasealldata20250422.csv",
    "gias": "gias/gias_search_results_full_850_936_20220419.csv",
}


@pytest.fixture(scope="module")
def files(shared_data: Path) -> dict[str, IndicatorFile]:
    folder = shared_data / "schools"
    return {
        key: read_indicator_file((folder / path).read_bytes(), name=Path(path).name)
        for key, path in PATHS.items()
    }


@pytest.fixture(scope="module", params=["functions", "command line"])
def derived(
    request: pytest.FixtureRequest,
    files: dict[str, IndicatorFile],
    shared_data: Path,
    qualtool: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """The figures as the functions make them, and as ``qualtool indicators --derive --json`` prints them."""
    if request.param == "functions":
        return derive(list(files.values()))
    study = tmp_path_factory.mktemp("derived") / "study.db"
    paths = [shared_data / "schools" / path for path in PATHS.values()]
    assert qualtool("init", study).code == 0
    assert qualtool("import", "indicators", study, *paths).code == 0
    return qualtool("indicators", study, "--derive", "--json").json


@pytest.fixture(scope="module")
def schools(derived: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in derived["rows"]:
        if row["year"] == YEAR:
            found.setdefault(row["urn"], {})[row["name"]] = row
    return found


def test_national_cuts_of_2022_23(derived: dict[str, Any]) -> None:
    """The cuts of the EHCP rate are the published six digits, and the quartiles have the known sizes."""
    cuts, sizes = derived["cuts"][YEAR], derived["quartile_n"][YEAR]
    assert cuts["primary"] == pytest.approx([1.214575, 2.118644, 3.314917], abs=5e-7)
    assert cuts["secondary"] == pytest.approx([1.423898, 2.245250, 3.239664], abs=5e-7)
    assert sizes == {"primary": [4197, 4197, 4190, 4194], "secondary": [861, 861, 860, 861]}
    assert derived["reference"]["kind"] == "national"
    assert derived["reference"]["n"] == 16778 + 3443


def test_quartiles_are_described(derived: dict[str, Any]) -> None:
    """Mean pupils per school and the three ratios of Q4 to Q1 are those counted independently."""
    found = derived["quartiles"][YEAR]
    means = [q["mean_count"] for q in found["primary"]["ehcp"]["quartiles"]]
    assert means == pytest.approx([1.7846, 4.9752, 7.9506, 13.3698], abs=5e-5)
    means = [q["mean_count"] for q in found["secondary"]["ehcp"]["quartiles"]]
    assert means == pytest.approx([9.5784, 20.5575, 28.5279, 42.669], abs=5e-5)
    expected = {
        ("primary", "ehcp"): (7.4917, 8.6494, 7.2567),
        ("secondary", "ehcp"): (4.4547, 5.4697, 5.2182),
        ("primary", "any_sen"): (2.4413, 2.8711, 2.7614),
        ("secondary", "any_sen"): (2.0779, 2.9055, 2.8210),
    }
    for (phase, name), ratios in expected.items():
        shown = found[phase][name]["ratio"]
        assert [shown["mean_count"], shown["mean_rate"], shown["pooled_rate"]] == pytest.approx(
            ratios, abs=5e-5
        )


def test_an_extract_gets_no_cuts(derived: dict[str, Any]) -> None:
    """The extract of four authorities is refused as a reference, with the reason, and rates remain."""
    assert derived["cuts"]["2018/19"] == {"primary": None, "secondary": None}
    of_year = derived["reference"]["by_year"]["2018/19"]["primary"]
    assert of_year["kind"] == "refused" and "named local authorities" in of_year["reason"]
    rows = {r["name"]: r for r in derived["rows"] if r["urn"] == "115851" and r["year"] == "2018/19"}
    assert rows["ehcp_rate"]["value"] is not None
    assert (
        rows["ehcp_quartile"]["value"] is None
        and "named local authorities" in rows["ehcp_quartile"]["reason"]
    )


@pytest.mark.parametrize(
    ("la", "phase", "q4", "proxy"),
    [
        ("202", "primary", 10, 10),
        ("202", "secondary", 4, 4),
        ("373", "primary", 20, 31),
        ("373", "secondary", 2, 9),
        ("850", "primary", 177, 174),
        ("850", "secondary", 32, 32),
        ("936", "primary", 99, 105),
        ("936", "secondary", 20, 32),
    ],
)
def test_high_schools_of_an_authority(
    schools: dict[str, dict[str, dict[str, Any]]], la: str, phase: str, q4: int, proxy: int
) -> None:
    """Schools above the national upper cut, and above both pooled rates, are as many as counted."""
    of_la = [s for s in schools.values() if s["la_code"]["raw"] == la and s["phase"]["raw"] == phase]
    assert sum(s["q4_ehcp"]["value"] == 1 for s in of_la) == q4
    assert sum(s["high_ehcp_proxy"]["value"] == 1 for s in of_la) == proxy


def test_an_authority_with_few_schools_has_no_proxy(schools: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Where an authority has fewer than five schools of the phase the proxy is undefined, with a reason."""
    few = [s["high_ehcp_proxy"] for s in schools.values() if s["la_code"]["raw"] == "420"]
    assert few and all(row["value"] is None and row["reason"] for row in few)


def test_pooled_rates_stand_beside_the_proxy(schools: dict[str, dict[str, dict[str, Any]]]) -> None:
    """The parameters of the proxy are the pooled rates of the country and of the authority."""
    parameters = schools["115851"]["high_ehcp_proxy"]["parameters"]
    assert parameters["pooled"] == pytest.approx(2.5336, abs=5e-5)
    assert parameters["pooled_la"] == pytest.approx(3.3459, abs=5e-5)
    assert parameters["n_la"] == 424


def test_bases_of_two_counties(
    files: dict[str, IndicatorFile], schools: dict[str, dict[str, dict[str, Any]]]
) -> None:
    """74 schools of the register have a base, 72 of them in the census, with a mean EHCP rate of 7.9351."""
    register = {r["urn"]: r["raw"] for r in derive([files["gias"]])["rows"] if r["name"] == "has_base"}
    assert Counter(register.values()) == {"yes": 74, "no": 70, "unknown": 584}
    counted = {urn: answer for urn, answer in register.items() if urn in schools}
    assert len(counted) == 719
    rate = {urn: schools[urn]["ehcp_rate"]["value"] for urn in counted}
    with_base = [rate[urn] for urn, answer in counted.items() if answer == "yes"]
    without = [rate[urn] for urn, answer in counted.items() if answer != "yes"]
    assert (len(with_base), len(without)) == (72, 647)
    assert fmean(with_base) == pytest.approx(7.9351, abs=5e-5)
    assert fmean(without) == pytest.approx(2.862, abs=5e-4)
    assert all(schools[urn]["has_base"]["raw"] == answer for urn, answer in counted.items())
    assert {schools[urn]["has_base"]["source"] for urn, a in counted.items() if a == "yes"} == {"gias"}


@pytest.mark.parametrize("reversed_predecessors", [False, True])
def test_succession_of_four_authorities(files: dict[str, IndicatorFile], reversed_predecessors: bool) -> None:
    """Same, linked and lost mainstream schools between January 2019 and 2023 are as counted by hand."""
    succession = succession_of_values(files["links"].values, reversed_predecessors=reversed_predecessors)
    earlier, later = census_years([files["2019"], files["2023"]])
    found = {}
    for la in ("202", "373", "850", "936"):
        urns = [
            s.urn for s in earlier.schools.values() if s.la_code == la and s.phase in ("primary", "secondary")
        ]
        found[la] = match(urns, later.schools.keys(), succession).counts
    assert found == {
        "202": {"same": 50, "linked": 1, "ambiguous": 0, "lost": 1},
        "373": {"same": 147, "linked": 17, "ambiguous": 0, "lost": 1},
        "850": {"same": 478, "linked": 11, "ambiguous": 0, "lost": 4},
        "936": {"same": 318, "linked": 38, "ambiguous": 0, "lost": 3},
    }


def test_trend_of_four_authorities(derived: dict[str, Any]) -> None:
    """Under one URN the EHCP rate rose by 1.3200 points in 830 primaries and 1.2288 in 162 secondaries."""
    trend = derived["trend"]
    assert (trend["from"], trend["to"]) == ("2018/19", "2022/23")
    rows = {row["phase"]: row for row in trend["rows"] if row["name"] == "ehcp_rate"}
    assert (rows["primary"]["n"], rows["secondary"]["n"]) == (830, 162)
    assert rows["primary"]["mean_change"] == pytest.approx(1.3200, abs=5e-5)
    assert rows["secondary"]["mean_change"] == pytest.approx(1.2288, abs=5e-5)
    assert all(row["n_phase_changed"] == 0 for row in rows.values())
    assert derived["succession"] == {"same": 993, "linked": 67, "ambiguous": 0, "lost": 9}
    assert rows["primary"]["n_with_linked"] > 830
    parts = ("n_with_linked", "n_merged", "n_phase_changed", "n_unusable")
    assert sum(row[part] for row in rows.values() for part in parts) == 993 + 67


def test_rates_of_one_school_by_hand(schools: dict[str, dict[str, dict[str, Any]]]) -> None:
    """School 100000 has 8 plans and 59 supported among 271 pupils, and 50 of 228 eligible in six years."""
    school = schools["100000"]
    assert school["ehcp_rate"]["value"] == pytest.approx(100 * 8 / 271)
    assert school["ehcp_rate"]["raw"] == "8/271"
    assert school["any_sen_rate"]["value"] == pytest.approx(100 * 67 / 271)
    assert school["fsm6_rate"]["value"] == pytest.approx(100 * 50 / 228)


def test_independent_schools_are_placed_nowhere(schools: dict[str, dict[str, dict[str, Any]]]) -> None:
    """An independent school has a rate of plans, no quartile, and no rate of free meals."""
    school = schools["100001"]
    assert school["ehcp_rate"]["status"] == "zero"
    assert school["fsm_rate"]["value"] is None and school["fsm_rate"]["status"] == "not_applicable"
    assert school["ehcp_quartile"]["value"] is None and school["ehcp_quartile"]["reason"]
