"""Made-up schools: rates, references, flags, bases, trend."""

from __future__ import annotations

from typing import Any

import pytest

from qualtool.indicators import (
    derive,
    describe_quartiles,
    quartile,
    quartile_cuts,
    quartile_stability,
    read_indicator_file,
    urns_by_laestab,
)
from qualtool.indicators.bases import BaseStatus
from qualtool.indicators.rates import rates
from qualtool.indicators.school_years import Cell
from qualtool.model import IndicatorFile

HEADER = "URN,LA,Estab,SCHOOLTYPE,NOR,TSENELSE,TSENELK,NUMFSM,NUMFSMEVER,NORFSMEVER"


def school(urn: int, *, la: int = 850, kind: str = "primary", roll: object = 100, ehcp: object = 2) -> str:
    return f"{urn},{la},{urn % 10000},State-funded {kind},{roll},{ehcp},10,5,6,90"


def census(
    lines: list[str], *, name: str = "2022-2023_england_census.csv", total: bool = False
) -> IndicatorFile:
    if total:
        cells = [line.split(",") for line in lines]
        sums = [sum(int(c[i]) for c in cells) for i in (4, 5, 6)]
        row = ",".join(map(str, sums))
        lines = [*lines, f"NAT,,PRI,State-funded primary,{row},0,0,0"]
    return read_indicator_file("\n".join([HEADER, *lines]).encode(), name=name)


def row(found: dict[str, Any], urn: int, name: str, year: str = "2022/23") -> dict[str, Any]:
    return next(r for r in found["rows"] if (r["urn"], r["name"], r["year"]) == (str(urn), name, year))


def many(n: int, n_las: int) -> list[str]:
    return [school(100000 + i, la=801 + i % n_las, ehcp=i % 12) for i in range(n)]


def cells(**given: tuple[float | None, str]) -> dict[str, Cell]:
    return {name: Cell(value, status, "") for name, (value, status) in given.items()}


@pytest.mark.parametrize(
    ("roll", "status", "reason"),
    [
        (None, "blank", "roll is blank"),
        (None, "suppressed", "roll is suppressed"),
        (0.0, "zero", "roll is 0"),
    ],
)
def test_a_rate_without_pupils_is_undefined(roll: float | None, status: str, reason: str) -> None:
    """Without a number of pupils above nought there is no rate, and the reason is told."""
    found = rates(cells(roll=(roll, status), ehcp_count=(2.0, "numeric")))["ehcp_rate"]
    assert found.value is None and found.reason == reason


def test_a_suppressed_part_suppresses_the_sum() -> None:
    """Any SEN is undefined where one of its two counts is withheld."""
    found = rates(
        cells(roll=(100, "numeric"), ehcp_count=(None, "suppressed"), sen_support_count=(10, "numeric"))
    )
    assert (found["any_sen_rate"].value, found["any_sen_rate"].status) == (None, "suppressed")
    assert found["sen_support_rate"].value == 10


def test_free_meals_in_six_years_need_their_own_base() -> None:
    """The rate is not made of the whole roll where the base is not published."""
    found = rates(cells(roll=(100, "numeric"), fsm6_count=(20, "numeric")))["fsm6_rate"]
    assert found.value is None and found.reason == "fsm6_base is not available"


def test_no_plans_are_a_rate_of_zero() -> None:
    """Nought plans among pupils is the number 0 and not missing."""
    found = rates(cells(roll=(100, "numeric"), ehcp_count=(0, "zero")))["ehcp_rate"]
    assert (found.value, found.status) == (0, "zero")


def test_a_rate_on_a_cut_is_in_the_lower_quartile() -> None:
    """Of five rates the second, third and fourth are the cuts and belong below them."""
    cuts = quartile_cuts([1, 2, 3, 4, 5])
    assert cuts == (2, 3, 4)
    assert [quartile(rate, cuts) for rate in (1, 2, 3, 4, 5)] == [1, 1, 2, 3, 4]


def test_a_ratio_to_almost_nothing_is_undefined() -> None:
    """With fewer than one pupil on average in Q1 there is no ratio, but a gap."""
    found = describe_quartiles([(0, 0, 10), (1, 2, 10), (2, 4, 10), (3, 8, 10)], (0.5, 1.5, 2.5))
    assert found["ratio"]["mean_count"] is None and "fewer than one pupil" in found["reason"]
    assert found["gap"]["mean_count"] == 8


def test_stability_counts_schools_of_both_years() -> None:
    """Only schools with a quartile in both years count."""
    found = quartile_stability({"100001": 1, "100002": 2, "100003": 3}, {"100001": 1, "100002": 4})
    assert found == {"n": 2, "n_changed": 1, "share_changed": 0.5}
    assert quartile_stability({}, {})["share_changed"] is None


def test_a_file_with_its_own_totals_is_a_country() -> None:
    """Few schools of few authorities are a national reference if the file's totals say so."""
    found = derive([census(many(24, 3), total=True)])
    assert found["reference"]["by_year"]["2022/23"]["primary"]["kind"] == "national"
    assert found["cuts"]["2022/23"]["primary"] is not None
    assert found["cuts"]["2022/23"]["secondary"] is None


@pytest.mark.parametrize(
    ("n", "n_las", "name", "kind"),
    [
        (60, 20, "2022-2023_england_census.csv", "loaded_set"),
        (39, 20, "2022-2023_england_census.csv", "refused"),
        (60, 4, "2022-2023_england_census.csv", "refused"),
        (60, 20, "2022-2023_850_census.csv", "refused"),
    ],
)
def test_a_file_without_totals_is_labelled_or_refused(n: int, n_las: int, name: str, kind: str) -> None:
    """Under 40 schools or of named authorities no cuts are made; else they are labelled."""
    found = derive([census(many(n, n_las), name=name)])
    reference = found["reference"]["by_year"]["2022/23"]["primary"]
    assert reference["kind"] == kind
    placed = row(found, 100000, "ehcp_quartile")
    if kind == "loaded_set":
        assert reference["label"] == "within loaded set (n=60)" == placed["reference"]
        assert placed["value"] == 1
    else:
        assert placed["value"] is None and reference["reason"] in placed["reason"]


def test_unusable_schools_are_in_no_reference() -> None:
    """A school without pupils is not counted, and its quartile has the reason."""
    lines = [*many(60, 20), school(200000, roll=0, ehcp=0)]
    found = derive([census(lines)])
    assert found["reference"]["by_year"]["2022/23"]["primary"]["n"] == 60
    assert row(found, 200000, "ehcp_quartile")["reason"] == "roll is 0"
    assert row(found, 200000, "q4_ehcp")["value"] is None


def test_the_proxy_needs_both_pooled_rates() -> None:
    """Above the country but not above its own authority a school is not high."""
    rich = [school(100000 + i, la=801, ehcp=10) for i in range(5)]
    rich.append(school(100010, la=801, ehcp=11))
    poor = [school(100100 + i, la=802 + i % 10, ehcp=1) for i in range(60)]
    few = [school(100300 + i, la=900, ehcp=50) for i in range(4)]
    enough = [school(100400 + i, la=901, ehcp=1) for i in range(5)]
    found = derive([census([*rich, *poor, *few, *enough], total=True)])
    assert row(found, 100400, "high_ehcp_proxy")["raw"] == "no"
    assert row(found, 100000, "high_ehcp_proxy")["raw"] == "no"
    assert row(found, 100010, "high_ehcp_proxy")["raw"] == "yes"
    assert row(found, 100300, "high_ehcp_proxy")["value"] is None
    assert row(found, 100300, "high_ehcp_proxy")["reason"].startswith("4 schools")


def test_every_flag_carries_where_it_comes_from() -> None:
    """A flag has its definition, the hash of its file, its cuts and the school's base status."""
    file = census(many(60, 20), total=True)
    found = derive([file])
    flag = row(found, 100000, "q4_ehcp")
    assert flag["definition"] in found["definitions"]
    assert flag["sha256"] == file.bytes_sha256 and flag["cuts"] == found["cuts"]["2022/23"]["primary"]
    assert flag["has_base"] == "unknown"
    assert {r["definition"] for r in found["rows"]} == set(found["definitions"])


def test_values_and_statuses_agree_in_every_row() -> None:
    """A row has a value if and only if its status is numeric or zero, and no school a name twice."""
    found = derive([census([*many(60, 20), school(200000, roll="NA", ehcp="SUPP")], total=False)])
    assert all((r["value"] is not None) == (r["status"] in ("numeric", "zero")) for r in found["rows"])
    places = [(r["urn"], r["year"], r["name"]) for r in found["rows"]]
    assert len(places) == len(set(places))


def test_small_schools_are_marked() -> None:
    """Under 50 and under 100 pupils a rate carries a caution."""
    lines = [school(100001, roll=49), school(100002, roll=99), school(100003, roll=100)]
    found = derive([census(lines)])
    cautions = [row(found, urn, "ehcp_rate").get("caution") for urn in (100001, 100002, 100003)]
    assert cautions == ["low_n", "caution", None]


def test_rows_can_be_limited_without_moving_the_cuts() -> None:
    """Asked for one school, the rows are its own and the cuts are those of all."""
    file = census(many(60, 20), total=True)
    one, all_of_them = derive([file], urns={"100007"}), derive([file])
    assert {r["urn"] for r in one["rows"]} == {"100007"}
    assert one["cuts"] == all_of_them["cuts"]


@pytest.mark.parametrize(
    ("status", "answer", "source", "is_conflict"),
    [
        (BaseStatus(), "unknown", None, False),
        (BaseStatus(unit_census="no", rp_census="no"), "no", "census", False),
        (BaseStatus(unit_census="yes"), "yes", "census", False),
        (BaseStatus(unit_gias="no", rp_gias="yes"), "yes", "gias", False),
        (BaseStatus(unit_census="no", rp_census="no", unit_gias="yes", rp_gias="no"), "no", "census", True),
        (BaseStatus(unit_census="no", unit_gias="no", rp_gias="no"), "no", "gias", False),
    ],
)
def test_the_census_is_asked_before_the_register(
    status: BaseStatus, answer: str, source: str | None, is_conflict: bool
) -> None:
    """The first source that answers is used and named, and a contradiction is flagged."""
    assert status.has_base == (answer, source)
    assert status.is_conflict is is_conflict


def test_bases_from_both_sources_are_shown() -> None:
    """The row of a base shows all four answers and the conflict."""
    sen = (
        "time_period,geographic_level,old_la_code,URN,phase_type_grouping,Total pupils,SEN support,EHC plan,"
        "SEN_Unit,RP_Unit\n202223,School,850,100001,State-funded primary,100,10,2,0,0\n"
    )
    register = (
        "URN,LA (code),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),"
        "EstablishmentStatus (name),PhaseOfEducation (name),TypeOfResourcedProvision (name)\n"
        "100001,850,2000,A,Community school,Open,Primary,SEN unit\n"
        "100002,850,2001,B,Community school,Open,Primary,SEN unit\n"
        "100003,850,2001,C,Community school,Closed,Primary,\n"
    )
    gias = read_indicator_file(register.encode(), name="edubasealldata20240101.csv")
    found = derive([read_indicator_file(sen.encode(), name="sen.csv"), gias])
    base = row(found, 100001, "has_base")
    assert (base["raw"], base["source"], base["is_conflict"]) == ("no", "census", True)
    assert (base["unit_census"], base["rp_census"]) == ("no", "no")
    assert (base["unit_gias"], base["rp_gias"]) == ("yes", "no")
    alone = row(found, 100002, "has_base", "2024-01-01")
    assert (alone["raw"], alone["value"], alone["source"]) == ("yes", 1, "gias")
    assert row(found, 100003, "has_base", "2024-01-01")["value"] is None
    assert urns_by_laestab(gias.values) == {"8502000": "100001"}


def test_a_trend_follows_new_urns_and_leaves_mergers_out() -> None:
    """Same schools are averaged alone, linked ones beside them; mergers and changed phases are counted."""
    earlier = census(
        [
            school(100001, ehcp=1),
            school(100002, ehcp=1),
            school(100003, ehcp=1),
            school(100004, ehcp=1),
            school(100005, ehcp=1),
            school(100006, ehcp=1),
        ],
        name="2018-2019_england_census.csv",
    )
    later = census(
        [school(100001, ehcp=3), school(200002, ehcp=7), school(200003), school(100005, kind="secondary")]
    )
    links = (
        b"URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n100002,200002,A,Successor,\n"
        b"100003,200003,B,Successor - merged,\n100004,200003,B,Successor - merged,\n"
    )
    found = derive([later, earlier, read_indicator_file(links, name="links20230101.csv")])
    assert found["succession"] == {"same": 2, "linked": 3, "ambiguous": 0, "lost": 1}
    assert (found["trend"]["from"], found["trend"]["to"]) == ("2018/19", "2022/23")
    change = next(r for r in found["trend"]["rows"] if (r["phase"], r["name"]) == ("primary", "ehcp_rate"))
    assert (change["n"], change["mean_change"]) == (1, pytest.approx(2))
    assert (change["n_with_linked"], change["mean_change_with_linked"]) == (2, pytest.approx(4))
    assert (change["n_merged"], change["n_phase_changed"]) == (2, 1)
    without = derive([later, earlier])
    assert without["succession"] == {"same": 2, "linked": 0, "ambiguous": 0, "lost": 4}
    assert "No links" in without["trend"]["note"]


def test_one_census_has_no_trend() -> None:
    """Without a second year trend and succession are None."""
    found = derive([census(many(3, 3))])
    assert found["trend"] is None and found["succession"] is None


def test_a_census_without_a_year_is_told_of() -> None:
    """Nothing is derived from a census of no year, and it is listed."""
    found = derive([census(many(3, 3), name="census.csv")])
    assert found["rows"] == []
    assert found["left_out"] == [{"file": "census.csv", "reason": "no year is known of it"}]


def test_one_file_does_not_undo_what_another_withheld() -> None:
    """Of two files on one school and year the suppressed cell is shown, in either order."""
    tables = read_indicator_file(
        b"LA,ESTAB,URN,PERCTOT,PPERSABS10\n850,2000,100001,5.2,SUPP\n", name="2018-2019_england_abs.csv"
    )
    statistics = read_indicator_file(
        b"time_period,geographic_level,old_la_code,urn,enrolments,sess_possible,sess_overall,"
        b"sess_overall_percent,enrolments_pa_10_exact,enrolments_pa_10_exact_percent\n"
        b"201819,School,850,100001,100,1000,52,5.2,2,2\n",
        name="absence.csv",
    )
    for files in ([tables, statistics], [statistics, tables]):
        shown = row(derive(files), 100001, "persistent_absence_rate", "2018/19")
        assert (shown["value"], shown["status"], shown["source"]) == (None, "suppressed", "cscp_absence")


def test_suspensions_are_per_hundred_pupils() -> None:
    """The rate is made of suspensions and headcount and can pass 100."""
    data = (
        b"time_period,geographic_level,old_la_code,school_urn,school_laestab,headcount,perm_excl,suspension\n"
        b"202122,School,850,100001,8502000,50,0,60\n202122,School,850,100002,8502001,50,0,c\n"
    )
    found = derive([read_indicator_file(data, name="exc_school.csv")])
    assert row(found, 100001, "suspension_rate", "2021/22")["value"] == 120
    hidden = row(found, 100002, "suspension_rate", "2021/22")
    assert (hidden["value"], hidden["status"]) == (None, "suppressed")
