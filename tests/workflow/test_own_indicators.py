"""Tables of the team, files of several years, schools known by number, inspections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.indicators import read_indicator_file
from qualtool.workflows.gathering.own_tables import look_at_table
from qualtool.workflows.propositions.contrast_page import pairs_of

Run = Callable[..., Any]

MAPPING = """\
table: trust_moves
label: Managed moves, from the trusts
publisher: Northfield Trust
licence: school_supplied
school: School URN
year: {column: Year}
tokens: {c: suppressed, n/a: not_available}
indicators:
  - name: managed_moves_in
    column: Moves in
    kind: count
    unit: pupils
    population: all pupils on roll
  - {name: tribunal_share, column: "Tribunals, %", kind: percent}
"""
TABLE = """\
School URN,Year,Moves in,"Tribunals, %",Note
900001,2022/23,4,12.5%,x
900002,2022/23,c,0,
900001,2023/24,6,??,
900002,2023/24,0,n/a,
"""


def put(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


@pytest.fixture
def study(qualtool: Run, tmp_path: Path) -> Path:
    path = tmp_path / "study.db"
    assert qualtool("init", path).code == 0
    return path


def test_a_table_of_the_team_is_read_by_its_mapping(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """Each year is kept, suppressed and unknown cells keep their token, the unit and the licence stay."""
    table, mapping = put(tmp_path, "moves.csv", TABLE), put(tmp_path, "moves.yaml", MAPPING)
    found = qualtool("import", "indicators", study, table, "--map", mapping, "--json").json
    assert [(f["year"], f["n_schools"], f["licence"]) for f in found["files"]] == [
        ("2023/24", 2, "school_supplied"),
        ("2022/23", 2, "school_supplied"),
    ]
    assert found["files"][0]["unknown_tokens"] == {"??": 1}
    assert found["files"][0]["about"]["indicators"]["managed_moves_in"]["unit"] == "pupils"
    shown = qualtool("indicators", study, "--derive", "--name", "managed_moves_in", "--json").json
    rows = {(r["urn"], r["year"]): (r["value"], r["status"], r["raw"], r["source"]) for r in shown["rows"]}
    assert rows == {
        ("900001", "2022/23"): (4, "numeric", "4", "own:trust_moves"),
        ("900002", "2022/23"): (None, "suppressed", "c", "own:trust_moves"),
        ("900001", "2023/24"): (6, "numeric", "6", "own:trust_moves"),
        ("900002", "2023/24"): (0, "zero", "0", "own:trust_moves"),
    }
    again = qualtool("import", "indicators", study, table, "--map", mapping, "--json").json
    assert (again["accepted"], again["skipped"][0]["item"]) == (0, "moves.csv")
    assert qualtool("check", study).code == 0


def test_a_later_delivery_is_a_new_version(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """The same table with other bytes supersedes the older one, year by year."""
    mapping = put(tmp_path, "moves.yaml", MAPPING)
    qualtool("import", "indicators", study, put(tmp_path, "moves.csv", TABLE), "--map", mapping)
    newer = put(tmp_path, "moves.csv", TABLE.replace("2022/23,4,", "2022/23,5,"))
    assert qualtool("import", "indicators", study, newer, "--map", mapping).code == 0
    shown = qualtool("indicators", study, "--derive", "--name", "managed_moves_in", "--json").json
    assert [r["value"] for r in shown["rows"] if (r["urn"], r["year"]) == ("900001", "2022/23")] == [5]


def test_faults_of_a_mapping_are_all_told_at_once(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """Every fault has its place, nothing is imported, and no name of a published indicator can be taken."""
    mapping = put(
        tmp_path,
        "bad.yaml",
        "table: Moves\nlicence: mine\nyear: 2022/24\ncolour: red\ntokens: {c: hidden}\nindicators:\n"
        "  - {name: ehcp_rate, column: a, kind: count}\n  - {name: x, kind: odd}\n  - {name: ab}\n",
    )
    ran = qualtool("import", "indicators", study, put(tmp_path, "t.csv", TABLE), "--map", mapping, "--json")
    assert ran.code == 1
    told = " | ".join(p["where"] + ": " + p["message"] for p in ran.problems)
    for part in ("table", "licence", "year", "colour", "tokens, c", "school", "'ehcp_rate' is the name"):
        assert part in told
    assert "number 2: 'column' is missing" in told
    assert "number 3: 'kind' is missing" in told
    assert qualtool("indicators", study, "--json").json["rows"] == []


def test_tokens_may_look_like_numbers_and_must_be_text(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """A table's own sign for what is missing wins over the number it looks like; a bare no is a fault."""
    text = "table: scores\nlicence: OGL3\nschool: URN\nyear: 2022/23\ntokens: {TOKENS}\nindicators:\n"
    text += "  - {name: own_score, column: Score, kind: number}\n"
    table = put(tmp_path, "t.csv", "URN,Score\n900001,-9\n900002,-8.5\n900003,no\n")
    bad = put(tmp_path, "bad.yaml", text.replace("TOKENS", "no: suppressed"))
    ran = qualtool("import", "indicators", study, table, "--map", bad, "--json")
    assert ran.code == 1 and "quotes" in ran.problems[0]["next"]
    good = put(tmp_path, "good.yaml", text.replace("TOKENS", "-9: not_available, 'no': suppressed"))
    assert qualtool("import", "indicators", study, table, "--map", good).code == 0
    rows = qualtool("indicators", study, "--json").json["rows"]
    assert {r["urn"]: (r["value"], r["status"]) for r in rows} == {
        "900001": (None, "not_available"),
        "900002": (-8.5, "numeric"),
        "900003": (None, "suppressed"),
    }


def test_a_column_that_the_table_lacks_is_named(qualtool: Run, study: Path, tmp_path: Path) -> None:
    """The file is refused whole, and each missing column is told."""
    table = put(tmp_path, "moves.csv", TABLE.replace("Moves in", "Moves"))
    mapping = put(tmp_path, "moves.yaml", MAPPING)
    ran = qualtool("import", "indicators", study, table, "--map", mapping, "--json")
    assert ran.code == 1
    assert "moves_in" in str(ran.json)


def test_an_authority_s_figure_is_each_of_its_schools(
    qualtool: Run, sample_copy: Path, tmp_path: Path
) -> None:
    """A table by local authority joins the schools by their code, and may be contrasted, on the page too."""
    with_codes = qualtool("indicators", sample_copy, "--derive", "--name", "la_code", "--json").json
    codes = sorted({r["raw"] for r in with_codes["rows"]})
    lines = "\n".join(f"{code},{n}" for n, code in enumerate(codes, start=1))
    mapping = put(
        tmp_path,
        "las.yaml",
        "table: tribunals\nlicence: OGL3\nla: LA\nyear: 2023/24\nindicators:\n"
        "  - {name: tribunal_appeals, column: Appeals, kind: count, unit: appeals}\n",
    )
    table = put(tmp_path, "las.csv", f"LA,Appeals\n{lines}\n")
    found = qualtool("import", "indicators", sample_copy, table, "--map", mapping, "--json").json
    assert (found["files"][0]["n_aggregate_rows"], found["files"][0]["n_schools"]) == (len(codes), 0)
    derived = qualtool("indicators", sample_copy, "--derive", "--name", "tribunal_appeals", "--json").json
    assert {r["la_code"]: r["value"] for r in derived["la_rows"]} == dict(
        zip(codes, range(1, 999), strict=False)
    )
    contrast = qualtool(
        "triangulate", sample_copy, "--theme", "MAGNET", "--indicator", "tribunal_appeals",
        "--contrast", "continuous", "--json",
    )  # fmt: skip
    assert contrast.code == 0
    assert len(contrast.json["cases"]) > 1
    pairs = {pair.indicator: pair for pair in pairs_of(sample_copy)}
    assert pairs["tribunal_appeals"].label == "tribunal appeals (your table)"
    assert pairs["tribunal_appeals"].contrast == "continuous"
    twice = put(tmp_path, "twice.csv", f"LA,Appeals\n{codes[0]},1\n{codes[0]},2\nLeeds,3\n")
    refused = qualtool("import", "indicators", sample_copy, twice, "--map", mapping, "--json")
    assert refused.code == 1
    assert [p["where"] for p in refused.json["problems"]] == ["twice.csv, line 3", "twice.csv, line 4"]


def test_every_year_of_a_published_file_is_taken(qualtool: Run, study: Path, shared_data: Path) -> None:
    """Absence of two years in one file: both are stored, and the second import is a no-op."""
    path = shared_data / "schools/ees/absence_3term_201718-201819_nat_reg_LA202_850_936__reserialised.csv"
    found = qualtool("import", "indicators", study, path, "--json").json
    years = [(f["year"], f["n_schools"]) for f in found["files"]]
    assert years == [("2018/19", 55 + 517 + 385), ("2017/18", 55 + 516 + 386)]
    assert qualtool("import", "indicators", study, path, "--json").json["accepted"] == 0


def test_exclusions_find_their_schools_through_the_register(
    qualtool: Run, study: Path, shared_data: Path
) -> None:
    """The file knows no URN: with the register in the study its schools are found, x stays suppressed."""
    schools = shared_data / "schools"
    register = schools / "gias/gias_search_results_full_850_936_20220419.csv"
    exclusions = next((schools / "ees").glob("exclusions_by_geographic_level__*.csv"))
    ran = qualtool("import", "indicators", study, exclusions, register, "--json")
    assert ran.code == 0
    by_year = {f["year"]: f for f in ran.json["files"] if f["dataset"] == "ees_exclusions"}
    assert set(by_year) == {"2015/16", "2016/17"}
    assert 500 < by_year["2016/17"]["n_schools"] < 728
    assert by_year["2016/17"]["status_counts"]["suspensions"]["suppressed"] > 0
    assert any("left out, so sums of its schools fall short" in w for w in ran.json["warnings"])


def test_the_stability_of_quartiles_is_told(qualtool: Run, sample_study: Path) -> None:
    """Of schools in two years it is told how many changed quartile, and what leaving bases out changes."""
    found = qualtool("indicators", sample_study, "--derive", "--json").json
    assert {row["phase"] for row in found["stability"]} == {"primary", "secondary"}
    for row in found["stability"]:
        assert 0 <= row["n_by_two"] <= row["n_changed"] <= row["n"]
        assert row["share_changed"] == row["n_changed"] / row["n"]
    for row in found["without_bases"]:
        assert (row["cuts"] is None) == (row["reason"] is not None)


OLD = (
    "URN,School name,Overall effectiveness,Category of concern,Inspection start date,"
    "URN at time of latest graded inspection,"
    "Does the latest graded inspection relate to the URN of the current school?\n"
    "900001,A,2,NULL,03/05/2022,900001,Yes\n900002,B,1,NULL,03/05/2012,899999,No\n"
    "900003,C,Not judged,NULL,03/10/2024,900003,NULL\n,,,,,,\n"
)
NEW = (
    "URN,School name,Latest OEIF overall effectiveness,"
    "Inspection start date of latest OEIF graded inspection,"
    "Report card inspection start date,Inclusion,Achievement,Safeguarding standards,"
    "URN at time of latest graded inspection\n"
    "900001,A,2,03/05/2022,02/12/2025,Strong standard,Needs attention,Met,900001\n"
    "900002,B,1,03/05/2012,NULL,NULL,NULL,NULL,899999\n"
)


def attributes(text: str, name: str) -> dict[tuple[str, str], str]:
    file = read_indicator_file(text.encode("cp1252"), name=name)
    assert file.dataset == "ofsted_mi"
    return {(urn, what): raw for urn, _, what, _, status, raw in file.values if status == "text"}


def test_grades_say_their_framework_and_whose_they_are() -> None:
    """A grade is tagged OEIF, one of a predecessor is inherited, one not judged is not available."""
    found = attributes(OLD, "inspections 2024-10-31.csv")
    assert found["900001", "ofsted_framework"] == "OEIF"
    assert found["900001", "ofsted_grade_inherited"] == "no"
    assert found["900002", "ofsted_grade_inherited"] == "yes"
    assert ("900003", "ofsted_grade") not in found
    assert ("900003", "ofsted_grade_inherited") in found


def test_report_cards_have_an_axis_of_their_own() -> None:
    """Areas of a report card are apart from the older grade, and the latest framework is said."""
    found = attributes(NEW, "inspections 2026-01-31.csv")
    assert found["900001", "ofsted_framework"] == "report_card"
    assert found["900001", "ofsted_grade"] == "2"
    assert found["900001", "ofsted_card_inclusion"] == "Strong standard"
    assert found["900002", "ofsted_framework"] == "OEIF"
    assert ("900002", "ofsted_card_inclusion") not in found


def test_minus_nine_among_counts_is_offered_as_a_missing_answer() -> None:
    """-9 beside numbers of which none is below 0 is listed as a sign, and the column stays one of counts."""
    look = look_at_table(b"URN,Moves\n900001,7\n900002,-9\n900003,11\n", "moves.csv")
    assert list(look.tokens) == [{"token": "-9", "n": 1, "meaning": "not_available"}]
    assert [c["kind"] for c in look.columns] == ["count"]


def test_minus_nine_among_differences_is_a_number() -> None:
    """Where any column holds other numbers below 0 it may be one, and nothing is guessed of it."""
    look = look_at_table(b"URN,Moves,Change\n900001,7,-4\n900002,-9,-9\n900003,11,3\n", "moves.csv")
    assert look.tokens == ()
