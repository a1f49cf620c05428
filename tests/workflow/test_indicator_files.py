"""School files as researchers have them: zips and folders, releases, corrections, authorities apart."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.store.file import connection
from qualtool.store.reading.overview import case_urns
from qualtool.workflows.schools.derived import case_indicators

Run = Callable[..., Any]

HEADER = "URN,LA,ESTAB,SCHOOLTYPE,NOR,TSENELSE,PSENELSE,TSENELK,NUMFSM"


def census(la: int, n: int, *, first: int = 0, ehcp: int = 3, national: bool = False) -> str:
    """A census of ``n`` primaries of one authority; with ``national`` its own totals."""
    urns = range(la * 1000 + first, la * 1000 + first + n)
    lines = [f"{urn},{la},{urn % 9000},State-funded primary,100,{ehcp + urn % 5},3%,10,5" for urn in urns]
    if national:
        total = sum(ehcp + urn % 5 for urn in urns)
        lines.append(f"NAT,,PRI,State-funded primary,{n * 100},{total},3%,{n * 10},{n * 5}")
    return "\n".join([HEADER, *lines, ""])


def put(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


@pytest.fixture
def study(qualtool: Run, tmp_path: Path) -> Path:
    path = tmp_path / "study.db"
    assert qualtool("init", path).code == 0
    return path


def bring(qualtool: Run, study: Path, *paths: object) -> dict[str, Any]:
    ran = qualtool("import", "indicators", study, *paths, "--json")
    assert ran.code == 0, ran.json
    return dict(ran.json)


def derived(qualtool: Run, study: Path) -> dict[str, Any]:
    return dict(qualtool("indicators", study, "--derive", "--json").json)


def standing(found: dict[str, Any]) -> dict[str, str | None]:
    return {file["file"]: file["replaced_by"] for file in found["files"]}


def test_a_download_of_several_years_is_taken_from_its_zip(
    qualtool: Run, study: Path, tmp_path: Path
) -> None:
    """Files of one name in folders of years are those years'; descriptions and litter are left out, told."""
    archive = tmp_path / "Performancetables_1.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("2021-2022/england_census.csv", census(850, 4))
        file.writestr("2022-2023/england_census.csv", census(850, 5))
        file.writestr("2022-2023/census_meta.csv", "Field,Label\nURN,School\n")
        file.writestr("2022-2023/notes.pdf", "%PDF")
        file.writestr("__MACOSX/2022-2023/._england_census.csv", "x")
    found = bring(qualtool, study, archive)
    assert [(f["year"], f["n_schools"]) for f in found["files"]] == [("2021/22", 4), ("2022/23", 5)]
    left = {s["item"]: s["reason"] for s in found["skipped"]}
    assert left["census_meta.csv"] == "not one of the known school files"
    assert left["Performancetables_1.zip: notes.pdf"].startswith("not a table")
    assert bring(qualtool, study, archive)["accepted"] == 0


def test_a_year_asked_of_a_zip_takes_that_year_alone(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """A given year is not put on files whose folders tell another; of a file named by hand it is told."""
    archive = tmp_path / "tables.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("2021-2022/england_census.csv", census(850, 4))
        file.writestr("2022-2023/england_census.csv", census(850, 5))
    ran = qualtool("import", "indicators", study, archive, "--year", "2022-2023", "--json").json
    assert [(f["year"], f["n_schools"]) for f in ran["files"]] == [("2022/23", 5)]
    assert {s["reason"] for s in ran["skipped"]} >= {"of 2021/22, not of the year asked for"}
    named = put(tmp_path, "2018-2019_census.csv", census(850, 9))
    ran = qualtool("import", "indicators", study, named, "--year", "2019-2020", "--json").json
    assert any("its name tells 2018/19" in w for w in ran["warnings"])


def test_a_folder_is_read_like_its_zip(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """A file unpacked into the folder of its year has that year, given by folder or by itself."""
    path = put(tmp_path / "unpacked", "2022-2023/england_census.csv", census(850, 5))
    assert [f["year"] for f in bring(qualtool, study, path.parent.parent)["files"]] == ["2022/23"]
    assert bring(qualtool, study, path)["accepted"] == 0


@pytest.mark.parametrize("kind", ["torn", "bomb"])
def test_a_zip_that_cannot_be_opened_is_refused(
    qualtool: Run, study: Path, tmp_path: Path, kind: str
) -> None:
    """A torn zip and one that swells are faults with a place and what to do, and store nothing."""
    archive = tmp_path / "tables.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", "0" * (50_000_000 if kind == "bomb" else 50_000))
    if kind == "torn":
        archive.write_bytes(archive.read_bytes()[:60])
    ran = qualtool("import", "indicators", study, archive, "--json")
    assert ran.code == 1
    (problem,) = ran.json["problems"]
    assert problem["where"] == "tables.zip" and problem["next"]


def test_a_newer_release_takes_the_place_of_the_older_under_any_name(
    qualtool: Run, study: Path, tmp_path: Path
) -> None:
    """Both are in the study, the import and the list say which is used, and figures come from the newer."""
    older = put(tmp_path, "2022-2023_england_census.csv", census(850, 50))
    newer = put(tmp_path, "census 2022-2023 revised in May.csv", census(850, 51, ehcp=4))
    bring(qualtool, study, older)
    told = bring(qualtool, study, newer)
    assert any("takes the place of 2022-2023_england_census.csv" in w for w in told["warnings"])
    found = derived(qualtool, study)
    assert standing(found) == {older.name: newer.name, newer.name: None}
    rates = {r["urn"]: r["value"] for r in found["rows"] if r["name"] == "ehcp_rate"}
    assert len(rates) == 51 and rates["850000"] == 4
    shown = qualtool("indicators", study, "--derive").out
    assert "not used: census 2022-2023 revised in May.csv took its place" in shown
    assert bring(qualtool, study, older)["accepted"] == 0
    assert qualtool("check", study).code == 0


def test_a_provisional_release_never_replaces_the_final_one(
    qualtool: Run, study: Path, tmp_path: Path
) -> None:
    """Brought after the final release it is stored, not used, and the import says so."""
    header = "time_period,geographic_level,version,old_la_code,school_urn,avg_att8,t_pupils"

    def release(version: str, score: float) -> str:
        rows = [f"202324,School,{version},850,10000{n},{score},90" for n in range(9)]
        return "\n".join([header, *rows, ""])

    bring(qualtool, study, put(tmp_path, "a.csv", release("Final", 46.5)))
    told = bring(qualtool, study, put(tmp_path, "b.csv", release("Provisional", 45.1)))
    assert any("is stored and not used" in w for w in told["warnings"])
    rows = [r["value"] for r in derived(qualtool, study)["rows"] if r["name"] == "attainment8"]
    assert set(rows) == {46.5}


def test_downloads_of_two_authorities_stand_side_by_side(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """Files of one name and year with other schools replace nothing, and all schools have rates."""
    one = put(tmp_path / "Hampshire", "2022-2023_census.csv", census(850, 20))
    two = put(tmp_path / "Surrey", "2022-2023_census.csv", census(936, 30))
    bring(qualtool, study, one)
    told = bring(qualtool, study, two)
    assert any("stays in use beside it" in w for w in told["warnings"])
    found = derived(qualtool, study)
    assert len({r["urn"] for r in found["rows"] if r["name"] == "ehcp_rate"}) == 50
    assert found["left_out"] == []
    reference = found["reference"]["by_year"]["2022/23"]["primary"]
    assert reference["kind"] == "refused" and "2 local authorities" in reference["reason"]


def test_an_extract_does_not_push_out_the_country(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """An authority's later download beside the national file leaves the cuts national."""
    bring(qualtool, study, put(tmp_path, "2022-2023_census.csv", census(850, 60, national=True)))
    extract = put(tmp_path, "2022-2023_850_census.csv", census(850, 12))
    told = bring(qualtool, study, extract)
    assert any("12 schools are in both" in w for w in told["warnings"])
    reference = derived(qualtool, study)["reference"]["by_year"]["2022/23"]["primary"]
    assert (reference["kind"], reference["n"]) == ("national", 60)


def test_a_wrong_year_can_be_put_right(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """The same bytes with a year given anew replace those without one, or with a wrong one."""
    path = put(tmp_path, "census.csv", census(850, 50))
    (file,) = bring(qualtool, study, path)["files"]
    assert file["year"] is None
    for year in ("2021-2022", "2022-2023"):
        (file,) = bring(qualtool, study, path, "--year", year)["files"]
        assert file["year"] == f"{year[:4]}/{year[-2:]}"
    assert bring(qualtool, study, path, "--year", "2022-2023")["accepted"] == 0
    found = derived(qualtool, study)
    assert {r["year"] for r in found["rows"] if r["name"] == "ehcp_rate"} == {"2022/23"}
    assert [f["stands"] for f in found["files"] if f["year"] == "2022/23"] == [True]
    assert sum(f["stands"] for f in found["files"]) == 1
    assert qualtool("check", study).code == 0


def test_schools_known_by_number_are_found_once_the_register_is_there(
    qualtool: Run, study: Path, tmp_path: Path
) -> None:
    """The file that was told to need a register first can be brought again, and is a no-op after that."""
    header = "time_period,geographic_level,old_la_code,laestab,headcount,perm_excl,fixed_excl"
    rows = "\n".join([header, "201617,School,850,850/0001,100,0,x", ""])
    exclusions = put(tmp_path, "exclusions.csv", rows)
    (file,) = bring(qualtool, study, exclusions)["files"]
    assert file["n_schools"] == 0
    register = HEADER + "\n100001,850,1,State-funded primary,100,3,3%,10,5\n"
    bring(qualtool, study, put(tmp_path, "2016-2017_census.csv", register))
    (file,) = bring(qualtool, study, exclusions)["files"]
    assert file["n_schools"] == 1
    assert bring(qualtool, study, exclusions)["accepted"] == 0
    found = [r for r in derived(qualtool, study)["rows"] if r["name"] == "suspension_rate"]
    assert [(r["urn"], r["value"], r["status"]) for r in found] == [("100001", None, "suppressed")]


def test_what_one_file_withholds_no_listing_shows(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """Raw and derived values of a suppressed share are withheld in both files, and so is its count."""
    tables = "LA,ESTAB,URN,PERCTOT,PPERSABS10\n850,2000,100001,4.1,SUPP\n850,2001,100002,4.1,9.0\n"
    ees = (
        "time_period,time_identifier,geographic_level,old_la_code,school_urn,enrolments,sess_possible,"
        "sess_overall,sess_overall_percent,enrolments_pa_10_exact,enrolments_pa_10_exact_percent\n"
        "202223,Academic year,School,850,100001,20,4000,160,4.0,2,10.0\n"
        "202223,Academic year,School,850,100002,100,9000,369,4.1,9,9.0\n"
    )
    bring(qualtool, study, put(tmp_path, "2022-2023_abs.csv", tables), put(tmp_path, "ees.csv", ees))
    for name in ("persistent_absence_rate", "persistent_absentees"):
        rows = qualtool("indicators", study, "--name", name, "--json").json["rows"]
        assert {r["value"] for r in rows if r["urn"] == "100001"} == {None}
        assert {r["status"] for r in rows if r["urn"] == "100001"} == {"suppressed"}
        assert all(r["value"] == 9 for r in rows if r["urn"] == "100002")
    shares = [r for r in derived(qualtool, study)["rows"] if r["name"] == "persistent_absence_rate"]
    assert {(r["urn"], r["value"]) for r in shares} == {("100001", None), ("100002", 9.0)}


def test_a_year_can_be_put_back(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """A year given wrongly over a right one is mended by giving the right one again."""
    path = put(tmp_path, "2022-2023_census.csv", census(850, 50))
    for year in ("2022-2023", "2021-2022", "2022-2023"):
        assert len(bring(qualtool, study, path, "--year", year)["files"]) == 1
    found = derived(qualtool, study)
    assert [f["year"] for f in found["files"] if f["stands"]] == ["2022/23"]


def test_a_suppressed_year_is_not_filled_from_an_earlier_one(
    qualtool: Run, sample_copy: Path, tmp_path: Path
) -> None:
    """A school suppressed in the latest year has no value, though the year before had its number."""
    with connection.reading(sample_copy) as db:
        own = sorted(case_urns(db))
    mapping = put(
        tmp_path,
        "moves.yaml",
        "table: moves\nlicence: OGL3\nschool: School URN\nyear: {column: Year}\ntokens: {c: suppressed}\n"
        "indicators:\n  - {name: managed_moves, column: Moves, kind: count}\n",
    )
    lines = [f"{urn},2023/24,{n}" for n, urn in enumerate(own, start=1)]
    lines += [f"{urn},2024/25,{'c' if urn == own[0] else n}" for n, urn in enumerate(own, start=40)]
    lines += [f"{urn},2025/26,c" for urn in own]
    table = put(tmp_path, "moves.csv", "\n".join(["School URN,Year,Moves", *lines, ""]))
    bring(qualtool, sample_copy, table, "--map", mapping)
    with connection.reading(sample_copy) as db:
        latest = case_indicators(db, ["managed_moves"])["managed_moves"]
        earlier = case_indicators(db, ["managed_moves"], year="2023-2024")["managed_moves"]
    assert latest == {urn: str(n) for n, urn in enumerate(own[1:], start=41)}
    assert earlier[own[0]] == "1"
