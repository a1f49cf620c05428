"""The blind audit: the same draw again, nothing shown before it is over, and what it says then."""

from __future__ import annotations

import base64
import json
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import SuggestionError, UserInputError
from qualtool.store.file import connection
from qualtool.store.machine import machine
from qualtool.store.records import answers, audits
from qualtool.workflows.auditing.audit_drawing import CALLED, KIND, draw_audit, drawn_of
from qualtool.workflows.auditing.auditing import (
    audit_result,
    audit_status,
    finish_audit,
    has_withheld,
    quotes_without_withheld,
    running_audit,
    without_withheld,
)
from qualtool.workflows.auditing.judging import answer_passage, passages_to_judge, skip_passage
from qualtool.workflows.coding.answers_page import open_answers
from qualtool.workflows.coding.code_answers import rows_now
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.coding.panel_reading import changes_since, open_panel
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.keeping.merge import merge
from qualtool.workflows.keeping.purge import purge
from qualtool.workflows.people.people import greet_coder
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study.studies import create_study
from qualtool.workflows.suggestions.deciding import accept_suggestion, reject_suggestion
from qualtool.workflows.suggestions.suggesting import open_suggestions, suggest_codes
from qualtool.workflows.suggestions.suggestion_page import suggestion_context, suggestion_queue_of
from qualtool.workflows.suggestions.suggestion_why import suggestion_why
from qualtool.workflows.themes.quote_groups import passages_of
from qualtool.workflows.themes.themes import quotes

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def drawn_master(tiny_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study with suggestions, and an audit of everything in it drawn for Zoe."""
    study = tmp_path_factory.mktemp("audit") / "drawn.db"
    copied(tiny_master, study)
    suggest_codes(study, by="Ada")
    greet_coder(study, "Zoe")
    draw_audit(study, coder="Zoe", n=1_000, seed=3)
    return study


def copied(original: Path, copy: Path) -> None:
    source, target = sqlite3.connect(original), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


@pytest.fixture
def drawn(drawn_master: Path, tmp_path: Path) -> Path:
    copied(drawn_master, tmp_path / "drawn.db")
    return tmp_path / "drawn.db"


def units_of(study: Path) -> list[tuple[int, str]]:
    with connection.reading(study) as db:
        return db.conn.execute("SELECT segment_id, stratum FROM audit_unit ORDER BY position").fetchall()


def codes_of(study: Path) -> list[str]:
    found = passages_to_judge(study, "Zoe")
    assert found is not None
    return [code["guid"] for code in found["codes"]]


# --- the draw -------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_passages(tiny: Path, tmp_path: Path) -> None:
    """Passages, order, calls and population are those of the seed; another seed draws others."""
    found = []
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        copied(tiny, tmp_path / f"{name}.db")
        told = draw_audit(tmp_path / f"{name}.db", coder="Zoe", n=8, seed=seed)
        assert told["n"] == 8
        found.append((units_of(tmp_path / f"{name}.db"), told["strata"]))
    assert found[0] == found[1]
    assert found[0][0] != found[2][0]
    assert found[0][1] == found[2][1]


def test_rows_in_another_order_draw_the_same() -> None:
    """The draw hangs on where a passage stands, not on the order in which passages are read."""
    strata = {
        i: ("interviews" if i % 3 else "answers", "called" if i % 7 == 0 else "not called") for i in range(90)
    }
    places = {i: (f"source {i % 5}", i) for i in range(90)}
    turned = {i: strata[i] for i in reversed(range(90))}
    assert drawn_of(strata, places, n=20, seed=1) == drawn_of(turned, places, n=20, seed=1)


def test_half_of_the_sample_is_called() -> None:
    """A stratified draw takes as many called as not called passages, as far as there are enough."""
    strata = {i: ("", "called" if i < 30 else "not called") for i in range(1_000)}
    places = {i: ("s", i) for i in strata}
    found = drawn_of(strata, places, n=40, seed=0)
    assert len(set(found)) == 40
    assert sum(i < 30 for i in found) == 20
    assert sum(i < 30 for i in drawn_of(strata, places, n=200, seed=0)) == 30


def test_a_plain_draw_has_one_stratum(tiny: Path) -> None:
    """Without strata every passage is as likely as another."""
    told = draw_audit(tiny, coder="Zoe", n=5, strata=())
    assert [s["name"] for s in told["strata"]] == ["every passage"]


def test_one_audit_at_a_time(drawn: Path) -> None:
    """A coder in the middle of an audit cannot draw another; somebody else can."""
    with pytest.raises(UserInputError, match="finish it"):
        draw_audit(drawn, coder="Zoe", n=5)
    assert draw_audit(drawn, coder="Ben", n=5, strata=(KIND,))["n"] == 5


def test_who_decided_a_suggestion_is_not_asked_about_it(tiny: Path) -> None:
    """Passages on which the coder decided a suggestion are in neither sample nor population."""
    suggest_codes(tiny, by="Ada")
    row = open_suggestions(tiny)[0]
    accept_suggestion(tiny, row["guid"], coder="Zoe")
    told = draw_audit(tiny, coder="Zoe", n=1_000, strata=(CALLED,))
    assert told["n_left_out"] == 1
    assert told["n"] == told["n_population"]


def test_nothing_to_audit_is_said_plainly(tmp_path: Path, tiny: Path) -> None:
    """An empty study, no passage asked for and a code that is not there each give one sentence."""
    create_study(tmp_path / "empty.db", by="Ada")
    with pytest.raises(SuggestionError, match="no codes"):
        draw_audit(tmp_path / "empty.db", coder="Zoe")
    with pytest.raises(UserInputError, match="At least one passage"):
        draw_audit(tiny, coder="Zoe", n=0)
    with pytest.raises(UserInputError, match="no such code"):
        draw_audit(tiny, coder="Zoe", codes=["NOBODY"])
    with pytest.raises(UserInputError, match="needs a person"):
        draw_audit(tiny, coder=" ")
    with pytest.raises(UserInputError, match="No audit was drawn"):
        audit_result(tiny)


# --- nothing is shown before ----------------------------------------------------------------------


def test_no_suggestion_reaches_the_auditor(drawn: Path) -> None:
    """The queue, the list and the panel hold no suggestion for Zoe, and all of them for Ada."""
    n = len(open_suggestions(drawn, coder="Ada"))
    assert n > 0
    assert open_suggestions(drawn, coder="Zoe") == []
    queue = suggestion_queue_of(drawn, coder="Zoe")
    assert (queue["n"], queue["upcoming"], queue["codes"]) == (0, [], {})
    assert suggestion_queue_of(drawn, coder="Ada")["n"] == n
    seen = {"Ada": 0, "Zoe": 0}
    with connection.reading(drawn) as db:
        guids = [r[0] for r in db.conn.execute("SELECT guid FROM source")]
    for guid in guids:
        for who in seen:
            seen[who] += len(open_panel(drawn, guid, who)["suggestions"]["rows"])
            seen[who] += len(changes_since(drawn, guid, -1, who)["suggestions"] or [])
    assert seen["Zoe"] == 0
    assert seen["Ada"] >= n


def test_the_auditor_can_decide_no_suggestion(drawn: Path) -> None:
    """Accepting, rejecting and reading a withheld suggestion is refused, and nothing is written."""
    guid = open_suggestions(drawn, coder="Ada")[0]["guid"]
    for act in (
        lambda: accept_suggestion(drawn, guid, coder="Zoe"),
        lambda: reject_suggestion(drawn, guid, coder="Zoe"),
        lambda: suggestion_context(drawn, guid, coder="Zoe"),
    ):
        with pytest.raises(UserInputError, match="withheld"):
            act()
    accept_suggestion(drawn, guid, coder="Ada")


def test_others_codings_are_hidden_and_ones_own_are_not(drawn: Path) -> None:
    """On audited passages the panel and the quotes show Zoe her own codings alone."""
    with connection.reading(drawn) as db:
        row = machine.machine_segments(db, sources="transcripts")[0]
        theirs = db.conn.execute(
            "SELECT count(*) FROM coding WHERE source_id = ?", (row["source_id"],)
        ).fetchone()
    assert theirs[0] > 0
    code = quotes(drawn)[0]["code"]
    code_selection(drawn, row["source"], row["start_char"], row["end_char"], code, coder="Zoe")
    shown = open_panel(drawn, row["source_guid"], "Zoe")["codings"]["rows"]
    hidden = [r for r in open_panel(drawn, row["source_guid"], "Ada")["codings"]["rows"] if r not in shown]
    assert {r[4] for r in shown} == {"Zoe"}
    assert hidden
    assert {r[4] for r in changes_since(drawn, row["source_guid"], 0, "Zoe")["codings"]} == {"Zoe"}
    assert {r["coder"] for r in quotes_without_withheld(drawn, quotes(drawn), "Zoe")} == {"Zoe"}
    assert len(quotes_without_withheld(drawn, quotes(drawn), "Ada")) == len(quotes(drawn))
    cards = without_withheld(drawn, passages_of(quotes(drawn)), "Zoe")
    assert {name for card in cards for name in card.coders} == {"Zoe"}
    assert len(without_withheld(drawn, passages_of(quotes(drawn)), "Ada")) > len(cards)


def test_the_grid_of_answers_hides_others_codings(drawn: Path) -> None:
    """On audited answers Zoe's grid holds no coding of others; Ada's holds all."""
    with connection.reading(drawn) as db:
        question = answers.text_questions(db)[0]["id"]
        row = next(s for s in machine.machine_segments(db) if s["kind"] == "answer")
    code = quotes(drawn)[0]["code"]
    code_selection(drawn, row["source"], row["start_char"], row["end_char"], code, coder="Ada")
    found = {}
    for who in ("Ada", "Zoe"):
        packed = open_answers(drawn, question, who)["packed"]
        found[who] = json.loads(zlib.decompress(base64.b64decode(packed)))["coders"]
        now = rows_now(drawn, question, who, [row["source_id"]], up_to=10**6, blind=False)
        assert bool(now[row["source_id"]]["codings"]) == (who == "Ada")
    assert "Ada" in found["Ada"]
    assert found["Zoe"] == []


def test_why_a_code_is_suggested_names_no_withheld_coding(drawn: Path) -> None:
    """The reasons shown to Zoe are refused on audited passages; has_withheld marks sources to save blind."""
    one = open_suggestions(drawn, coder="Ada")[0]
    with pytest.raises(UserInputError, match="withheld"):
        suggestion_why(drawn, one["guid"], coder="Zoe")
    assert suggestion_why(drawn, one["guid"], coder="Ada")["encoder"]
    assert has_withheld(drawn, one["source_guid"], "Zoe")
    assert not has_withheld(drawn, one["source_guid"], "Ada")


def test_a_running_audit_gives_no_result(drawn: Path) -> None:
    """Its result, and counts of its answers by code, wait until it is finished."""
    answer_passage(drawn, "Zoe", 0, dict.fromkeys(codes_of(drawn), True))
    with pytest.raises(UserInputError, match="when it is finished"):
        audit_result(drawn)
    with pytest.raises(UserInputError, match="when it is finished"):
        audit_result(drawn, audit_status(drawn)["audits"][0]["audit"])


# --- answers and result ---------------------------------------------------------------------------


def test_unread_is_unread_and_skipped_is_skipped(drawn: Path) -> None:
    """Neither counts as no: only judged passages are in the result."""
    codes = codes_of(drawn)
    answer_passage(drawn, "Zoe", 0, dict.fromkeys(codes, True))
    answer_passage(drawn, "Zoe", 1, dict.fromkeys(codes, False))
    skip_passage(drawn, "Zoe", 2)
    running = running_audit(drawn, "Zoe")
    assert running is not None
    assert (running["n_answered"], running["n_skipped"], running["next"]) == (2, 1, 3)
    assert running["n_unread"] == running["n"] - 3
    finish_audit(drawn, "Zoe")
    found = audit_result(drawn)
    assert {row["n_read"] for row in found["rows"]} == {2}
    assert {row["n_yes"] for row in found["rows"]} == {1}
    assert any("Nothing was read of" in note for note in found["notes"])


def test_a_later_answer_stands_and_the_earlier_stays(drawn: Path) -> None:
    """Answers are only added; the last one of a passage counts."""
    codes = codes_of(drawn)
    answer_passage(drawn, "Zoe", 0, dict.fromkeys(codes, True))
    answer_passage(drawn, "Zoe", 0, dict.fromkeys(codes, False))
    found = passages_to_judge(drawn, "Zoe", at=0)
    assert found is not None
    assert set(found["cards"][0]["answers"].values()) == {"no"}
    with connection.reading(drawn) as db:
        assert db.conn.execute("SELECT count(*) FROM audit_answer").fetchone()[0] == 2 * len(codes)
    with pytest.raises(UserInputError, match="every code"):
        answer_passage(drawn, "Zoe", 0, {codes[0]: True})


def test_an_auditor_who_agrees_with_every_call_finds_it_perfect(drawn: Path) -> None:
    """Sensitivity and specificity are 1, and the corrected share is the share called; a code never
    found is undefined with its reason. Accepting suggestions beside changes nothing."""
    with connection.reading(drawn) as db:
        row = audits.audits(db)[0]
        called = audits.answers(db, row["id"])
        guids = dict(db.conn.execute("SELECT id, guid FROM code"))
    given: dict[int, dict[str, bool]] = {}
    for answer in called:
        given.setdefault(answer["position"], {})[guids[answer["code_id"]]] = bool(answer["is_called"])
    for position, said in given.items():
        answer_passage(drawn, "Zoe", position, said)
    for one in open_suggestions(drawn, coder="Ada")[:5]:
        accept_suggestion(drawn, one["guid"], coder="Ada")
    finish_audit(drawn, "Zoe")
    rows = audit_result(drawn)["rows"]
    for one in rows:
        if one["n_yes"]:
            assert one["sensitivity"]["estimate"] == one["specificity"]["estimate"] == 1.0
            assert one["corrected"]["estimate"] == pytest.approx(one["apparent"]["estimate"], abs=1e-4)
            assert one["judged"]["estimate"] == pytest.approx(one["apparent"]["estimate"], abs=1e-4)
        else:
            assert one["sensitivity"]["estimate"] is None
            assert "no passage to which the code applies" in one["corrected"]["reason"]
    assert any(one["n_yes"] for one in rows)


def test_a_finished_audit_is_over(drawn: Path) -> None:
    """It takes no answers, hides nothing any longer, and the study is sound."""
    finish_audit(drawn, "Zoe")
    with pytest.raises(UserInputError, match="No audit of yours"):
        skip_passage(drawn, "Zoe", 0)
    assert len(open_suggestions(drawn, coder="Zoe")) == len(open_suggestions(drawn, coder="Ada")) > 0
    assert check_study(drawn)["problems"] == []


def test_what_was_drawn_and_answered_cannot_be_changed(drawn: Path) -> None:
    """The study itself refuses to change or delete calls and answers."""
    skip_passage(drawn, "Zoe", 0)
    for sql in (
        "UPDATE audit_call SET is_called = 1 - is_called",
        "DELETE FROM audit_answer",
        "UPDATE audit_answer SET answer = 'yes'",
        "DELETE FROM audit_unit",
    ):
        with pytest.raises(Exception, match="stays"), connection.writing(drawn) as db:
            db.conn.execute(sql)


def test_the_command_line_draws_and_tells(tiny: Path, qualtool: Run) -> None:
    """``audit draw``, ``status`` and ``result`` speak of numbers only."""
    made = qualtool("audit", tiny, "draw", "--coder", "Zoe", "--n", "6", "--seed", "2", "--json")
    assert made.json["n"] == 6
    assert qualtool("audit", tiny, "status", "--json").json["audits"][0]["n_unread"] == 6
    assert qualtool("audit", tiny, "result").code == 1
    assert qualtool("audit", tiny, "draw").code == 1
    for position in range(6):
        skip_passage(tiny, "Zoe", position)
    finish_audit(tiny, "Zoe")
    found = qualtool("audit", tiny, "result", "--json").json
    assert found["n_skipped"] == 6
    assert all(row["sensitivity"]["estimate"] is None for row in found["rows"])
    assert "undefined" in qualtool("audit", tiny, "result").out


# --- copies, and people who withdraw --------------------------------------------------------------


def test_a_merge_brings_audits_and_answers(drawn: Path, tmp_path: Path) -> None:
    """Answers given in another copy, and an audit drawn there, come along whole; twice adds nothing."""
    other = tmp_path / "other.db"
    connection.back_up(drawn, other)
    codes = codes_of(drawn)
    answer_passage(other, "Zoe", 0, dict.fromkeys(codes, True))
    draw_audit(other, coder="Ben", n=4)
    skip_passage(other, "Ben", 1)
    merge(drawn, other, by="Ada")
    assert audit_status(drawn) == audit_status(other)
    assert units_of(drawn) == units_of(other)
    assert check_study(drawn)["problems"] == []
    before = len(events(drawn))
    merge(drawn, other, by="Ada")
    assert len(events(drawn)) == before


def events(study: Path) -> list[Any]:
    with connection.reading(study) as db:
        return db.conn.execute("SELECT id FROM event").fetchall()


def test_who_withdraws_leaves_the_audit(drawn: Path) -> None:
    """Their passages, calls and answers go; the rest of the audit stays and the study is sound."""
    with connection.reading(drawn) as db:
        participant, n = db.conn.execute(
            "SELECT p.name, count(*) FROM audit_unit u JOIN segment g ON g.id = u.segment_id"
            " JOIN speaker w ON w.id = g.speaker_id JOIN participant p ON p.id = w.participant_id"
            " WHERE g.kind = 'sentence' GROUP BY p.id ORDER BY 2 DESC LIMIT 1"
        ).fetchone()
    for position in range(5):
        skip_passage(drawn, "Zoe", position)
    was = audit_status(drawn)["audits"][0]["n"]
    purge(drawn, participant, by="Ada")
    assert audit_status(drawn)["audits"][0]["n"] == was - n
    assert check_study(drawn)["problems"] == []
    with pytest.raises(UserInputError, match="no such passage"):
        for position in range(was):
            skip_passage(drawn, "Zoe", position)


def test_one_passage_and_one_code_are_enough(tmp_path: Path) -> None:
    """A study of one sentence is audited to its end; what it cannot tell is undefined with its reason."""
    (tmp_path / "codes.yaml").write_text(
        "codes:\n  - {name: Home, short_id: HOME, definition: Where they live.}\n"
    )
    study = tmp_path / "one.db"
    create_study(study, codebook=tmp_path / "codes.yaml", by="Ada")
    import_loaded(
        study, [("a.txt", b"I: So?\nAnn: We moved house twice last year.\n")], ImportReport(), by="Ada"
    )
    assert draw_audit(study, coder="Zoe")["n"] == 1
    answer_passage(study, "Zoe", 0, dict.fromkeys(codes_of(study), True))
    finish_audit(study, "Zoe")
    (row,) = audit_result(study)["rows"]
    assert row["sensitivity"]["estimate"] is not None
    assert "in every passage" in row["specificity"]["reason"]
    assert row["corrected"]["estimate"] is None


def test_two_running_audits_of_one_coder_meet(tiny: Path, tmp_path: Path) -> None:
    """Where each copy has a running audit of one coder, theirs comes as finished where it stood."""
    greet_coder(tiny, "Zoe")
    other = tmp_path / "other.db"
    connection.back_up(tiny, other)
    draw_audit(tiny, coder="Zoe", n=3, seed=1)
    draw_audit(other, coder="Zoe", n=4, seed=2)
    skip_passage(other, "Zoe", 0)
    report = merge(tiny, other, by="Ada")
    assert [c["kind"] for c in report.conflicts] == ["audit"]
    found = {a["n"]: a for a in audit_status(tiny)["audits"]}
    assert found[3]["finished_at"] is None
    assert found[4]["finished_at"] is not None
    assert found[4]["n_skipped"] == 1
    assert check_study(tiny)["problems"] == []


def test_equal_answers_share_what_is_hidden(
    tmp_path: Path, answer_studies: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two people who wrote the same one is audited: others' codings of the other are hidden with it."""
    lines = [
        ("1", "primary", "1", "More staff please, now."),
        ("2", "primary", "2", "More staff please, now."),
    ]
    made = answer_studies.make_study(tmp_path / "answers.db", lines)
    study, question = made["path"], made["question"]
    with connection.reading(study) as db:
        first, second = [s for s in machine.machine_segments(db) if s["kind"] == "answer"]
    code_selection(study, second["source"], 0, 10, codebook_of(study).codes[1].short_id, coder="Anna")

    def coders(who: str) -> list[str]:
        packed = open_answers(study, question, who)["packed"]
        return json.loads(zlib.decompress(base64.b64decode(packed)))["coders"]

    assert coders("Zoe") == ["Anna"]
    hidden = audits.Withheld({first["source_id"]: [(1, 0, 10)]})
    monkeypatch.setattr("qualtool.store.records.audits.withheld_from", lambda db, coder_id: hidden)
    assert coders("Zoe") == []
    now = rows_now(study, question, "Zoe", [first["source_id"]], up_to=10**6, blind=False)
    assert now[first["source_id"]]["codings"] == []
    assert coders("Anna") == ["Anna"]
