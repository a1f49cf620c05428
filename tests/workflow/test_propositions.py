"""Propositions on a real study file: stated, judged, recorded, stale, overridden, held against layers."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool import __version__
from qualtool.errors import UserInputError
from qualtool.store.file import connection
from qualtool.workflows.gathering.import_codings import import_codings
from qualtool.workflows.propositions import proposition_acts as acts
from qualtool.workflows.propositions import propositions as workflow
from qualtool.workflows.propositions import verdicts
from qualtool.workflows.propositions.sensitivity import sensitivity

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
FILE = EXAMPLES / "propositions.yaml"
Run = Callable[..., Any]


def rows_of(ran: Any) -> dict[str, Any]:
    assert ran.code == 0, ran.err
    return {row["id"]: row for row in ran.json["rows"]}


def judged(qualtool: Run, study: Path, *options: str) -> dict[str, Any]:
    return rows_of(qualtool("triangulate", study, "--propositions", FILE, *options, "--json"))


def test_the_interviews_and_a_published_study_agree(stated: Path, qualtool: Run) -> None:
    """Three of three against none of three schools, and a published difference of 25 points: agreement."""
    row = judged(qualtool, stated)["P01"]
    assert (row["convergence"], row["detail"], row["status"]) == ("agreement", "clear", "supported")
    interview, published = row["strands"]
    assert (interview["finding"], interview["estimate"], interview["n_cases"]) == ("supports", 1.0, 6)
    assert (interview["p"], interview["min_p"]) == (0.1, 0.1)
    assert published["finding"] == "supports"
    assert published["study"] == "County panel (2023)"


def test_looking_keeps_propositions_and_first_verdicts(stated: Path, qualtool: Run) -> None:
    """After the first look the study holds the propositions, a verdict each, and one event; all is whole."""
    again = judged(qualtool, stated)
    assert not any(row["stale"] for row in again.values())
    history = qualtool("history", stated, "--kind", "verdicts_recorded", "--json").json["events"]
    assert len(history) == 1
    assert [p.id for p in workflow.propositions_of(stated).propositions] == ["P01", "P02"]
    assert qualtool("check", stated, "--json").json["problems"] == []


def test_a_recorded_verdict_keeps_what_its_figures_are(stated: Path, qualtool: Run) -> None:
    """Definition with its words, version of the tool and hashes of the files are stored with the verdict."""
    (kept,) = judged(qualtool, stated)["P01"]["recorded"]["derivations"]
    assert (kept["name"], kept["definition"]) == ("ehcp_quartile", "ehcp_quartile.1")
    assert kept["words"].startswith("Quartile of the EHCP rate")
    assert kept["version"] == __version__
    census = EXAMPLES / "2024-2025_england_census.csv"
    assert [file["bytes_sha256"] for file in kept["files"]] == [
        hashlib.sha256(census.read_bytes()).hexdigest()
    ]


def test_one_coding_makes_the_right_verdict_stale_and_names_the_event(stated: Path, qualtool: Run) -> None:
    """A coding of WORKLOAD makes P02 stale and not P01; the event is named, and recording clears it."""
    assert qualtool("code", stated, "ferryhill", 49, 60, "WORKLOAD", "--coder", "Ada").code == 0
    rows = judged(qualtool, stated)
    assert (rows["P01"]["stale"], rows["P02"]["stale"]) == (False, True)
    assert rows["P02"]["stale_because"] == ["codings"]
    (event,) = rows["P02"]["stale_events"]
    assert (event["kind"], event["by"]) == ("coding_added", "Ada")
    newest = qualtool("history", stated, "--kind", "coding_added", "--json").json["events"][0]
    assert event["id"] == newest["id"]
    assert rows["P02"]["changed"] is True
    anew = judged(qualtool, stated, "--record")
    assert not anew["P02"]["stale"]
    assert len(acts.history_of(stated, "P02")["verdicts"]) == 2


def test_an_imported_file_of_codings_is_named_too(stated: Path, tmp_path: Path, qualtool: Run) -> None:
    """A bulk import touches the verdicts of the codes in it and no others."""
    file = tmp_path / "more.csv"
    file.write_text("source,start_char,end_char,code,coder\nferryhill.txt,49,60,MAGNET,Ada\n")
    import_codings(stated, file, by="Ada")
    rows = judged(qualtool, stated)
    assert (rows["P01"]["stale"], rows["P02"]["stale"]) == (True, False)
    assert [e["kind"] for e in rows["P01"]["stale_events"]] == ["codings_imported"]


def test_a_second_coding_of_the_same_person_changes_no_number(stated: Path, qualtool: Run) -> None:
    """A person who voiced a theme voices it as much with two codings: stale, but no other verdict."""
    before = judged(qualtool, stated)["P01"]
    assert qualtool("code", stated, "ashgrove", 66, 100, "MAGNET", "--coder", "Ada").code == 0
    after = judged(qualtool, stated)["P01"]
    assert (after["stale"], after["changed"]) == (True, False)
    for name in ("estimate", "ci_low", "ci_high", "p", "min_p", "finding"):
        assert before["strands"][0][name] == after["strands"][0][name]


def test_only_what_a_coding_touches_is_computed_anew(
    stated: Path, qualtool: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After one coding of WORKLOAD the strand of MAGNET comes from memory."""
    verdicts.forget()
    workflow.judge(stated)
    worked: list[str] = []
    real = verdicts.text_result

    def counted(proposition: Any, strand: Any, evidence: Any) -> Any:
        worked.append(proposition.id)
        return real(proposition, strand, evidence)

    monkeypatch.setattr(verdicts, "text_result", counted)
    assert qualtool("code", stated, "ferryhill", 49, 60, "WORKLOAD", "--coder", "Ada").code == 0
    workflow.judge(stated)
    assert worked == ["P02"]


def test_an_override_stands_beside_the_computed_code(stated: Path, qualtool: Run) -> None:
    """The researcher's code and note are shown beside the computed one, which is not erased."""
    note = "The panel asked heads only."
    ran = qualtool("override", stated, "P01", "partial agreement", "--note", note, "--by", "Ruth", "--json")
    assert ran.code == 0, ran.err
    row = judged(qualtool, stated)["P01"]
    assert row["convergence"] == "agreement"
    assert (row["override"]["code"], row["override"]["note"]) == ("partial agreement", note)
    assert row["override"]["by"] == "Ruth"
    assert row["override"]["stale"] is False


def test_an_override_goes_stale_with_its_verdict(stated: Path, qualtool: Run) -> None:
    """When codings change the override is marked, with the events; it stays as it was written."""
    acts.override(stated, "P02", "inconclusive", "Too few were asked.", by="Ruth")
    assert qualtool("code", stated, "ferryhill", 49, 60, "WORKLOAD", "--coder", "Ada").code == 0
    own = judged(qualtool, stated, "--record")["P02"]["override"]
    assert own["code"] == "inconclusive"
    assert own["stale"] is True
    assert [e["kind"] for e in own["stale_events"]] == ["coding_added"]


def test_an_override_needs_a_note_and_a_code(stated: Path, qualtool: Run) -> None:
    """A blank note, an unknown code and an unknown proposition are refused; nothing is written."""
    with pytest.raises(UserInputError) as refused:
        acts.override(stated, "P01", "maybe", "  ")
    assert [p.where for p in refused.value.problems] == ["code 'maybe'", "note"]
    assert qualtool("override", stated, "P99", "silence", "--note", "x").code == 1
    assert acts.history_of(stated, "P01")["overrides"] == []


def test_taking_an_override_back_keeps_it(stated: Path) -> None:
    """'computed' takes the last word back; the history still holds both."""
    acts.override(stated, "P01", "silence", "First thought.", by="Ruth")
    row = acts.override(stated, "P01", None, "Read again: the study does speak.", by="Ruth")
    assert row.override is None
    assert [o["convergence"] for o in acts.history_of(stated, "P01")["overrides"]] == ["silence", None]


def test_examples_that_disagree_propose_one_step_down(stated: Path) -> None:
    """Where the researcher says that examples disagree, agreement is proposed as partial."""
    row = next(r for r in workflow.judge(stated).rows if r.verdict.id == "P01")
    assert acts.proposed_code(row, "yes") == "agreement"
    assert acts.proposed_code(row, "no") == "partial agreement"


@pytest.mark.parametrize(
    "table",
    ["proposition", "verdict", "verdict_override", "meta_inference", "negative_case", "external_finding"],
)
def test_the_tables_of_verdicts_only_grow(stated: Path, table: str) -> None:
    """No program can change or delete a proposition, verdict, override, inference or published finding."""
    acts.override(stated, "P01", "silence", "A note.")
    acts.write_meta_inference(stated, "P01", "They go together.")
    acts.settle_negative_case(stated, "P01", "900104", "explained")
    conn = sqlite3.connect(stated)
    try:
        for act in (f"DELETE FROM {table}", f"UPDATE {table} SET made_by = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="kept as it was written"):
                conn.execute(act)
    finally:
        conn.close()


def test_a_proposition_changed_after_its_verdict_is_exploratory(stated: Path, tmp_path: Path) -> None:
    """A new wording after results were seen is a new version of the exploratory family."""
    assert all(r.verdict.is_confirmatory for r in workflow.judge(stated).rows)
    changed = tmp_path / "changed.yaml"
    changed.write_text(
        FILE.read_text().replace("mid: 0.20\n    theme: MAGNET", "mid: 0.05\n    theme: MAGNET")
    )
    report = workflow.import_propositions(stated, changed)
    assert (report.accepted, [s["item"] for s in report.skipped]) == (1, ["P02"])
    by_id = {r.verdict.id: r for r in workflow.judge(stated).rows}
    assert by_id["P01"].verdict.is_confirmatory is False
    assert by_id["P02"].verdict.is_confirmatory is True
    assert by_id["P01"].stale_because == ("statement",)
    assert len(acts.history_of(stated, "P01")["versions"]) == 2


def test_the_same_file_twice_is_a_no_op(stated: Path, qualtool: Run) -> None:
    """Propositions and findings imported again change nothing and say so."""
    again = qualtool("import", "propositions", stated, FILE, "--json").json
    assert (again["accepted"], len(again["skipped"])) == (0, 2)
    again = qualtool("import", "findings", stated, EXAMPLES / "findings.csv", "--json").json
    assert (again["accepted"], len(again["skipped"])) == (0, 2)


def test_no_record_writes_nothing(tiny: Path, state_of: Callable[[Path], Any], qualtool: Run) -> None:
    """With --no-record the study file holds what it held before."""
    before = state_of(tiny)
    judged(qualtool, tiny, "--no-record")
    assert state_of(tiny) == before


def test_a_theme_with_an_unknown_code_is_refused_with_its_place(
    tiny: Path, tmp_path: Path, qualtool: Run
) -> None:
    """A proposition on a code that the codebook lacks is named; nothing is stored."""
    file = tmp_path / "wrong.yaml"
    file.write_text(FILE.read_text().replace("theme: MAGNET", "theme: MAGNETS"))
    ran = qualtool("triangulate", tiny, "--propositions", file, "--json")
    assert ran.code == 1
    assert ran.problems[0]["where"] == "proposition P01, code 'MAGNETS'"
    assert workflow.propositions_of(tiny).propositions == ()


def test_sensitivity_has_every_layer(stated: Path, qualtool: Run) -> None:
    """Each coder, both, their union, without suggestions, without bases, and either denominator."""
    ran = qualtool("triangulate", stated, "--stated", "--sensitivity", "--json")
    row = next(r for r in ran.json["sensitivity"] if r["id"] == "P01")
    names = [v["name"] for v in row["variants"]]
    assert names == [
        "union",
        "coder:amira",
        "coder:tom",
        "intersection",
        "union of both, where both read",
        "without accepted suggestions",
        "without base schools",
        "denominator: all",
        "denominator: asked",
    ]
    by_name = {v["name"]: v for v in row["variants"]}
    assert by_name["union"]["status"] == "supported"
    assert by_name["union"]["differs"] is False
    # tom coded one interview only: alone he cannot carry a contrast.
    assert by_name["coder:tom"]["findings"][0] == "too_thin"
    assert by_name["coder:tom"]["differs"] is True
    assert row["holds"] is False


def test_accepted_suggestions_can_be_left_out(stated: Path) -> None:
    """A coding that began as a suggestion is in the plain verdict and not in the layer without them."""
    with connection.writing(stated) as db:
        db.conn.execute(
            "UPDATE coding SET origin = 'accepted' WHERE source_id ="
            " (SELECT id FROM source WHERE name = 'coldharbour.txt')"
        )
    workflow.judge(stated)
    row = next(r for r in sensitivity(stated) if r["id"] == "P01")
    by_name = {v["name"]: v for v in row["variants"]}
    assert by_name["union"]["estimates"][0] == pytest.approx(1.0)
    assert by_name["without accepted suggestions"]["estimates"][0] == pytest.approx(2 / 3)


def test_negative_cases_have_dispositions(stated: Path, qualtool: Run) -> None:
    """Schools that contradict, and people who deny, are listed; a written disposition is shown."""
    row = next(r for r in workflow.judge(stated).rows if r.verdict.id == "P01")
    cases = acts.negative_cases_of(stated, row)
    assert {c["why"] for c in cases} == {"denies"}
    assert {c["label"] for c in cases} == {"School D", "School E"}
    assert {c["disposition"] for c in cases} == {"unexplained"}
    acts.settle_negative_case(stated, "P01", cases[0]["case"], "scope condition", note="No base.", by="Ruth")
    settled = acts.negative_cases_of(stated, row)[0]
    assert (settled["disposition"], settled["note"], settled["by"]) == ("scope condition", "No base.", "Ruth")


def test_meta_inference_and_feedback_are_kept(stated: Path, qualtool: Run) -> None:
    """What the strands say together, and what a stakeholder answered, stand with who and when."""
    acts.write_meta_inference(stated, "P01", "Reputation grows with practice.", by="Ruth")
    acts.write_feedback(stated, "P01", "Heads' forum", "We know it.", by="Ruth")
    assert judged(qualtool, stated)["P01"]["meta_inference"] == "Reputation grows with practice."
    kinds = [t["kind"] for t in acts.history_of(stated, "P01")["texts"]]
    assert kinds == ["meta_inference", "feedback"]


def test_a_finding_with_faults_is_refused_whole(tiny: Path, tmp_path: Path, qualtool: Run) -> None:
    """Every fault of a file of findings is told with its line, and nothing is stored."""
    file = tmp_path / "wrong.csv"
    file.write_text(
        "study_id,effect_type,estimate,ci_low,ci_high\n,OR,2,1,3\nA,perhaps,2,,\nB,OR,-2,,\nC,RD,0.1,0.3,0.2\n"
    )
    ran = qualtool("import", "findings", tiny, file, "--json")
    assert ran.code == 1
    assert [p["where"] for p in ran.problems] == ["wrong.csv, line 2", "wrong.csv, line 3"]
    file.write_text("study_id,effect_type,estimate,ci_low,ci_high\nB,OR,-2,,\nC,RD,0.1,0.3,0.2\nD,OR,2,1,\n")
    ran = qualtool("import", "findings", tiny, file, "--json")
    assert [p["where"][-6:] for p in ran.problems] == ["line 2", "line 3", "line 4"]
    assert len(ran.problems) == 3


def test_findings_are_read_from_yaml_and_intervals_in_one_cell(
    tiny: Path, tmp_path: Path, qualtool: Run
) -> None:
    """A list of maps, other names of columns and an interval as words are understood."""
    file = tmp_path / "f.yaml"
    file.write_text(
        "findings:\n  - {study: County (2020), effect: odds ratio, measure: suspension_rate, estimate: 2.5,"
        " interval: 1.2 to 3.4, n: 900, propositions: [P01, P02]}\n"
    )
    ran = qualtool("import", "findings", tiny, file, "--json")
    assert ran.json["accepted"] == 1, ran.out
    with connection.reading(tiny) as db:
        (stored,) = db.query("SELECT content FROM external_finding")
    assert '"low": 1.2' in stored["content"]
    assert '"propositions": ["P01", "P02"]' in stored["content"]


def test_an_older_study_takes_propositions(tmp_path: Path, qualtool: Run) -> None:
    """A study saved by version 0.1 opens, is migrated, and judges propositions."""
    saved = Path(__file__).resolve().parents[1] / "migration" / "study_0.1.sql"
    study = tmp_path / "old.db"
    conn = sqlite3.connect(study)
    conn.executescript(saved.read_text(encoding="utf-8"))
    conn.close()
    rows = judged(qualtool, study)
    assert rows["P01"]["strands"][0]["finding"] == "supports"
    assert qualtool("check", study, "--json").json["problems"] == []


def test_codings_read_after_single_acts_are_those_read_anew(stated: Path, qualtool: Run) -> None:
    """Coding, removing and changing facets, read one by one, give the frame of a whole reading."""
    from qualtool.store.reading import frames as frame_store
    from qualtool.store.records import codings as coding_store
    from qualtool.workflows import frames
    from qualtool.workflows.clock import stamp

    with connection.reading(stated) as db:
        frames.frame_of(db)
        guids = [r["guid"] for r in db.query("SELECT guid FROM coding ORDER BY id LIMIT 2")]
    assert qualtool("code", stated, "ferryhill", 49, 60, "WORKLOAD", "--coder", "Ada").code == 0
    with connection.writing(stated) as db:
        coding_store.set_removed(db, guids[0], stamp("Ada"), removed=True)
    with connection.reading(stated) as db:
        known = frames.frame_of(db).codings
        anew = frame_store.study_frame(db).codings
        assert known.to_numpy().tolist() == anew.to_numpy().tolist()
    with connection.writing(stated) as db:
        coding_store.set_removed(db, guids[0], stamp("Ada"), removed=False)
    with connection.reading(stated) as db:
        known = frames.frame_of(db).codings
        assert known.to_numpy().tolist() == frame_store.study_frame(db).codings.to_numpy().tolist()


def test_a_mark_of_secondary_accounts_is_understood(tiny: Path, tmp_path: Path, qualtool: Run) -> None:
    """Rows of one study_id marked as accounts are one study; unknown columns are left out and told."""
    file = tmp_path / "f.csv"
    file.write_text(
        "study_id,is_secondary_account,measure,effect_type,estimate,ci_low,ci_high,n,method\n"
        "NFER (2026),no,ehcp_quartile,RD,0.3,0.2,0.4,800,linkage\n"
        "NFER (2026),yes,ehcp_quartile,RD,0.3,,,,press\n"
    )
    ran = qualtool("import", "findings", tiny, file, "--json").json
    assert ran["accepted"] == 2
    assert "1 unknown column left out" in ran["warnings"][0]
    assert any("count as one" in warning for warning in ran["warnings"])
    strand = judged(qualtool, tiny)["P01"]["strands"][1]
    assert (strand["finding"], strand["is_account"]) == ("supports", False)
