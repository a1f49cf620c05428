"""The sample study against answers counted by other means: ``sample_expected.py`` knows no qualtool."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from qualtool.store.file import connection
from qualtool.workflows.exports import exporting
from qualtool.workflows.gathering import sources
from qualtool.workflows.propositions import triangulating
from qualtool.workflows.schools import derived
from qualtool.workflows.study import studies
from qualtool.workflows.themes import themes

HERE = Path(__file__).parent
GROUPS = {"by_group": "group", "by_phase": "phase"}


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((HERE / "expected_sample.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tables(sample_study: Path) -> Callable[[str], list[Any]]:
    """Run a query on the study file, without qualtool."""

    def query(sql: str) -> list[Any]:
        conn = sqlite3.connect(f"file:{sample_study}?mode=ro", uri=True)
        try:
            return conn.execute(sql).fetchall()
        finally:
            conn.close()

    return query


def test_the_expected_answers_are_up_to_date(tmp_path: Path) -> None:
    """The stored answers are those that the counting script gives for the sample as it is."""
    copy = tmp_path / "tests" / "golden" / "sample_expected.py"
    copy.parent.mkdir(parents=True)
    copy.write_bytes((HERE / "sample_expected.py").read_bytes())
    (tmp_path / "corpora").symlink_to(HERE.parents[1] / "corpora", target_is_directory=True)
    subprocess.run([sys.executable, "-I", str(copy)], check=True, capture_output=True)
    made = json.loads(copy.with_name("expected_sample.json").read_text(encoding="utf-8"))
    assert made == json.loads((HERE / "expected_sample.json").read_text(encoding="utf-8"))


# --- interviews -----------------------------------------------------------------------------------


def test_turns_per_speaker(tables: Callable[[str], list[Any]], expected: dict[str, Any]) -> None:
    """Each speaker of each interview has as many turns as lines that begin with their label."""
    counted: dict[str, Counter[str]] = {}
    for name, label, n in tables(
        "SELECT s.name, p.label, count(*) FROM segment g JOIN source s ON s.id = g.source_id"
        " JOIN speaker p ON p.id = g.speaker_id WHERE g.kind = 'turn' GROUP BY 1, 2"
    ):
        counted.setdefault(name, Counter())[label] = n
    wanted = {name: Counter(file["turns"]) for name, file in expected["interviews"]["files"].items()}
    assert counted == wanted
    sizes = dict(
        tables(
            "SELECT s.name, v.n_chars FROM source s JOIN text_version v ON v.source_id = s.id"
            " WHERE s.kind = 'transcript'"
        )
    )
    assert sizes == {name: file["n_chars"] for name, file in expected["interviews"]["files"].items()}


def test_people_and_cases(tables: Callable[[str], list[Any]], expected: dict[str, Any]) -> None:
    """Participants, their roles and consent, and the cases by kind are those of the sheet."""
    known = expected["interviews"]
    rows = tables(
        "SELECT DISTINCT p.name, p.role, p.consent, p.case_id FROM participant p JOIN speaker k"
        " ON k.participant_id = p.id JOIN source s ON s.id = k.source_id WHERE s.kind = 'transcript'"
    )
    assert len(rows) == known["n_participants"] == 31
    assert Counter(role for _, role, _, _ in rows) == known["participants_by_role"]
    consents = {k.replace("(blank)", "unknown"): n for k, n in known["consent_quote"].items()}
    assert Counter(consent for _, _, consent, _ in rows) == consents
    kinds = dict(tables("SELECT kind, count(*) FROM study_case GROUP BY kind"))
    assert kinds == {"school": known["n_school_cases"], "la": known["n_la_cases"]}
    assert len({case for *_, case in rows}) == known["n_cases"]


def test_interviewers_are_no_participants(tables: Callable[[str], list[Any]]) -> None:
    """No interviewer is anybody's participant, and every other speaker of an interview is one."""
    rows = tables(
        "SELECT k.is_interviewer, k.participant_id IS NULL, count(*) FROM speaker k JOIN source s"
        " ON s.id = k.source_id WHERE s.kind = 'transcript' GROUP BY 1, 2"
    )
    # 27 interviews with one participant each, one focus group of four.
    assert rows == [(0, 0, 31), (1, 1, 28)]


# --- codings --------------------------------------------------------------------------------------


def test_codings_by_coder(tables: Callable[[str], list[Any]], expected: dict[str, Any]) -> None:
    """Every distinct coding of the interviews is stored with its coder, once."""
    rows = tables(
        "SELECT k.name, count(*) FROM coding g JOIN coder k ON k.id = g.coder_id JOIN source s"
        " ON s.id = g.source_id WHERE s.kind = 'transcript' GROUP BY 1"
    )
    assert dict(rows) == expected["codings"]["by_coder"]


@pytest.mark.parametrize("layer", ["union", "amira", "tom"])
@pytest.mark.parametrize("block", ["all", "by_group", "by_phase"])
def test_frequencies(sample_study: Path, expected: dict[str, Any], layer: str, block: str) -> None:
    """Codings, participants, cases and denominators of every code and group are those counted."""
    chosen = layer if layer == "union" else f"coder:{layer}"
    found = themes.frequencies(sample_study, by=GROUPS.get(block, "all"), layer=chosen, sources="transcripts")
    known = expected["frequencies"][layer][block]
    groups = (
        {"all": known} if block == "all" else {k.replace("(blank)", "(none)"): v for k, v in known.items()}
    )
    assert {row["group"] for row in found["rows"]} == set(groups)
    nothing = {"n_codings": 0, "n_participants": 0, "n_cases": 0}
    for row in found["rows"]:
        group = groups[row["group"]]
        counted = {name: row[name] for name in nothing}
        wanted = group["codes"].get(row["code"], nothing)
        assert counted == {name: wanted[name] for name in nothing}, (row["code"], row["group"])
        assert row["denominator_participants"] == group["denominator_participants"]
        assert row["denominator_cases"] == group["denominator_cases"]
    for name, group in groups.items():
        shown = {r["code"] for r in found["rows"] if r["group"] == name and r["n_codings"]}
        assert shown == set(group["codes"])


def test_frequencies_of_answers(sample_study: Path, expected: dict[str, Any]) -> None:
    """Whole-answer codings count once an answer, and both surveys together give the sum."""
    found = themes.frequencies(sample_study, sources="answers")["rows"]
    known = expected["survey_codings"]
    wanted = Counter(known["codes_senco"]) + Counter(known["codes_parent"])
    assert Counter({r["code"]: r["n_codings"] for r in found if r["n_codings"]}) == wanted
    parents = expected["parent_survey"]
    people = expected["senco_survey"]["n_comments"] + parents["n_respondents"] - parents["n_neither"]
    assert {r["denominator_participants"] for r in found} == {people}


def test_quotes_are_the_text(sample_study: Path, expected: dict[str, Any]) -> None:
    """Every quote of the interviews is the slice of the file that its offsets name."""
    folder = HERE.parents[1] / "corpora" / "sample" / "transcripts"
    texts = {p.name: p.read_text(encoding="utf-8-sig") for p in folder.glob("*.txt")}
    rows = [r for r in themes.quotes(sample_study) if r["source"] in texts]
    assert len(rows) == expected["codings"]["n"] == 924
    assert all(texts[r["source"]][r["start_char"] : r["end_char"]] == r["quote"] for r in rows)
    assert all(r["participant"] and r["role"] for r in rows)


# --- indicators and contrasts ---------------------------------------------------------------------


def test_quartiles_of_case_schools(sample_study: Path, expected: dict[str, Any]) -> None:
    """Each case school's EHCP rate and quartile are those of its census row, in all three years."""
    found = derived.indicators(sample_study, derive=True)
    values = {(r["urn"], r["year"], r["name"]): r["value"] for r in found["rows"]}
    n = 0
    for year, block in expected["indicators"]["years"].items():
        short = f"{year[:4]}/{year[-2:]}"
        for phase in ("primary", "secondary"):
            kind = f"State-funded {phase}"
            assert found["cuts"][short][phase] == pytest.approx(block["cuts"][kind], abs=1e-9)
            assert list(found["quartile_n"][short][phase]) == block["quartile_n"][kind]
        for urn, school in block["case_schools"].items():
            assert values[urn, short, "ehcp_rate"] == pytest.approx(school["ehcp_rate"], abs=1e-9)
            assert values[urn, short, "ehcp_quartile"] == school["ehcp_quartile"]
            n += 1
    assert n == 36


def test_bases_of_case_schools(sample_study: Path, expected: dict[str, Any]) -> None:
    """A school has a base when the register names its kind; a blank is unknown, not no."""
    found = derived.indicators(sample_study, derive=True, name="has_base")["rows"]
    wanted = expected["indicators"]["has_base"]
    assert {r["urn"]: r["raw"] for r in found if r["urn"] in wanted} == wanted


@pytest.mark.parametrize(("stance", "rule"), [("voiced", "not_denied"), ("own", "own"), ("any", "any")])
def test_magnet_by_quartile(sample_study: Path, expected: dict[str, Any], stance: str, rule: str) -> None:
    """The magnet theme in top-quartile schools against the rest: shares, difference, p and smallest p."""
    found = triangulating.triangulate_theme(sample_study, "MAGNET", "ehcp_quartile", stance=stance)
    known = expected["magnet_q4_v_rest"][f"layer=union stance={rule} denominator=asked sources=coded"]
    compare(found, known)
    coded = expected["codings"]["sources_by_coder"]
    unread = expected["interviews"]["n_interviews"] - len({*coded["amira"], *coded["tom"]})
    assert found["n_unread"] == unread > 0
    assert f"{unread} participants are left out" in found["sentence"]


def compare(found: dict[str, Any], known: dict[str, Any]) -> None:
    schools = {c["urn"]: [c["group"].lower(), c["voiced"], c["asked"]] for c in found["cases"]}
    wanted = {urn: [s["group"], s["voiced"], s["asked"]] for urn, s in known["schools"].items()}
    assert schools == wanted
    shares = {g["label"]: g["share"] for g in found["groups"]}
    assert shares["Q4"] == pytest.approx(known["mean_share_q4"])
    assert shares["rest"] == pytest.approx(known["mean_share_rest"])
    for name in ("difference", "p", "min_p"):
        assert found[name] == pytest.approx(known[name]), name


def test_magnet_where_no_reading_is_marked(sample_copy: Path, expected: dict[str, Any]) -> None:
    """Where nobody has marked anything read, everybody counts: it is not known who was read."""
    with closing(sqlite3.connect(sample_copy)) as db, db:
        db.execute("DELETE FROM reading")
    found = triangulating.triangulate_theme(sample_copy, "MAGNET", "ehcp_quartile")
    compare(
        found, expected["magnet_q4_v_rest"]["layer=union stance=not_denied denominator=asked sources=all"]
    )
    assert found["n_unread"] == 0


# --- surveys --------------------------------------------------------------------------------------


def test_senco_survey(tables: Callable[[str], list[Any]], expected: dict[str, Any]) -> None:
    """Respondents, weights and strata are kept, zeros are answers and blanks are none."""
    known = expected["senco_survey"]
    where = "survey_id = (SELECT id FROM survey WHERE name = 'senco_survey.csv')"
    n, weights = tables(f"SELECT count(*), sum(weight) FROM respondent WHERE {where}")[0]
    assert (n, weights) == (known["n_respondents"], pytest.approx(known["sum_of_weights"]))
    strata = dict(tables(f"SELECT stratum, count(*) FROM respondent WHERE {where} GROUP BY 1"))
    assert strata == known["respondents_by_stratum"]

    def count(question: str, condition: str) -> Any:
        return tables(
            "SELECT count(*), sum(r.weight) FROM answer a JOIN respondent r ON r.id = a.respondent_id"
            f" JOIN question q ON q.id = a.question_id WHERE r.{where} AND q.name = '{question}'"
            f" AND {condition}"
        )[0]

    assert count("comments", "a.source_id IS NOT NULL")[0] == known["n_comments"]
    for value, wanted in known["has_base"].items():
        assert count("has_base", f"a.value = '{value}'")[0] == wanted
    answered, blank = count("exp_rise", "a.value IS NOT NULL"), count("exp_rise", "a.value IS NULL")
    rise = known["exp_rise_top_two"]
    assert (answered[0], blank[0]) == (rise["n"], rise["n_blank"])
    assert count("exp_rise", "a.value IN ('4', '5')")[1] / answered[1] == pytest.approx(rise["share"])
    assert count("training_last_year", "a.value = '0'")[0] == known["training_zero_days"]
    assert count("training_last_year", "a.value IS NULL")[0] == known["training_blank"]
    for column, n_ticked in known["ticks"]["ticked"].items():
        assert count(column, "a.value = '1'")[0] == n_ticked


def test_parent_survey(tables: Callable[[str], list[Any]], expected: dict[str, Any]) -> None:
    """Each of the two questions has as many respondents as answers that are not blank."""
    known = expected["parent_survey"]
    answered: dict[str, set[str]] = {"good": set(), "poor": set()}
    for question, respondent in tables(
        "SELECT q.name, r.respondent_id FROM answer a JOIN respondent r ON r.id = a.respondent_id"
        " JOIN question q ON q.id = a.question_id JOIN survey v ON v.id = r.survey_id"
        " WHERE v.name = 'parent_survey.csv' AND a.source_id IS NOT NULL"
    ):
        answered[question].add(respondent)
    good, poor = answered["good"], answered["poor"]
    assert (len(good), len(poor), len(good & poor)) == (known["n_good"], known["n_poor"], known["n_both"])


# --- the study as a whole -------------------------------------------------------------------------


def test_the_sample_is_whole(sample_study: Path, qualtool: Callable[..., Any]) -> None:
    """``check`` finds no fault in the sample study."""
    ran = qualtool("check", sample_study, "--json")
    assert (ran.code, ran.json["problems"]) == (0, [])


def test_overview_of_the_sample(sample_study: Path, expected: dict[str, Any]) -> None:
    """The overview tells how many interviews are coded and how many nobody has touched."""
    found = studies.overview(sample_study)
    coded = {name for names in expected["codings"]["sources_by_coder"].values() for name in names}
    n = expected["interviews"]["n_interviews"]
    assert found["progress"] == {"coded": len(coded), "read": 0, "unread": n - len(coded)}
    assert found["counts"]["transcripts"] == n
    assert found["counts"]["codings"] == expected["codings"]["n"] + expected["survey_codings"]["n_codings"]
    assert set(found["coders"]) >= {"amira", "tom"}
    assert {s["name"] for s in sources.sources_of(sample_study) if s["n_codings"]} == coded


def test_the_quote_rules_hold_on_the_sample(sample_study: Path, tables: Callable[[str], list[Any]]) -> None:
    """No word of the person who said no is in the working copy, and the file says how many stayed."""
    names = [r[0] for r in tables("SELECT name FROM participant WHERE consent IN ('no', 'withdrawn')")]
    theirs = [r for r in themes.quotes(sample_study) if r["participant"] in names]
    assert theirs
    made = exporting.export_bytes(sample_study, format="csv", what="quotes")
    text = made.content.decode("utf-8-sig")
    assert not any(name in text for name in names)
    assert made.withheld["consent no"] == len(theirs)
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    kept = {(r["source"], r["start_char"], r["end_char"], r["coder"], r["code"]) for r in rows}
    assert not any(
        (r["source"], str(r["start_char"]), str(r["end_char"]), r["coder"], r["code"]) in kept for r in theirs
    )


def test_a_read_of_the_sample_changes_nothing(sample_study: Path) -> None:
    """Looking at a study adds no event."""
    with connection.reading(sample_study) as db:
        before = db.conn.execute("SELECT max(id) FROM event").fetchone()
    themes.frequencies(sample_study, by="role")
    studies.overview(sample_study)
    with connection.reading(sample_study) as db:
        assert db.conn.execute("SELECT max(id) FROM event").fetchone() == before
