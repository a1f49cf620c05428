"""Suggestions of a study: what a run records, what decisions do, and what comes back."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qualtool.errors import SuggestionError
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.machine import machine, suggestion_rows
from qualtool.store.records import codes as code_store
from qualtool.suggest import Calibration, Encoder
from qualtool.workflows.auditing.evaluating import evaluate_suggestions
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.suggestions import study_evidence as evidence_module
from qualtool.workflows.suggestions.deciding import accept_suggestion, reject_suggestion, undo_decision
from qualtool.workflows.suggestions.learning import (
    Learning,
    LearningState,
    keep_learning,
    stop_learning,
    store_refit,
)
from qualtool.workflows.suggestions.study_evidence import study_evidence
from qualtool.workflows.suggestions.study_model import StudyModel
from qualtool.workflows.suggestions.suggesting import open_suggestions, suggest_codes
from qualtool.workflows.suggestions.suggestion_why import calibration_shown, run_shown, suggestion_why
from qualtool.workflows.suggestions.vectors import StoredEncoder, study_encoder

Run = Callable[..., Any]


def parameters(study: Path, kind: str = "suggest") -> dict[str, Any]:
    with connection.reading(study) as db:
        found = machine.latest_run(db, kind)
    assert found is not None
    return found["parameters"]


def counted(study: Path, sql: str) -> int:
    with connection.reading(study) as db:
        return int(db.conn.execute(sql).fetchone()[0])


@pytest.fixture
def suggested(tiny: Path) -> Path:
    """The small study with a run of suggestions."""
    suggest_codes(tiny, by="Ada")
    return tiny


def test_a_run_records_what_it_was_learnt_from(suggested: Path) -> None:
    """The record names encoder and digest, and the number of labels of each code by its id."""
    with connection.reading(suggested) as db:
        run = machine.latest_run(db, "suggest")
        ids = set(code_store.code_ids(db).values())
    assert run is not None
    assert run["libraries"]["encoder"] == "all-MiniLM-L6-v2"
    assert len(run["libraries"]["encoder_digest"]) == 64
    labels = run["parameters"]["labels"]
    assert {int(code) for code in labels} <= ids
    # Fewer than the labels where a segment carries several codes; each label counts once.
    assert sum(labels.values()) == run["parameters"]["n_labels"]
    assert run_shown(suggested) == {
        "encoder": "all-MiniLM-L6-v2",
        "made_at": run["made_at"],
        "n_labels": run["parameters"]["n_labels"],
        "note": run["note"],
    }


def test_runs_are_deterministic(tiny: Path) -> None:
    """The same study gives the same suggestions, scores and places again."""
    first = suggest_codes(tiny, by="Ada")["suggestions"]
    places = [(r["quote"], r["code_guid"], r["place"]) for r in open_suggestions(tiny)]
    assert suggest_codes(tiny, by="Ada")["suggestions"] == first
    assert [(r["quote"], r["code_guid"], r["place"]) for r in open_suggestions(tiny)] == places
    assert sorted(p for _, _, p in places) == list(range(len(places)))


# --- decisions ------------------------------------------------------------------------------------


def test_a_rejected_suggestion_does_not_come_back(suggested: Path) -> None:
    """However often suggestions are made anew, what was rejected stays away and is counted rejected."""
    first = open_suggestions(suggested)[0]
    reject_suggestion(suggested, first["guid"], coder="Ben")
    for _ in range(2):
        suggest_codes(suggested)
        again = {(r["source"], r["start_char"], r["code_guid"]) for r in open_suggestions(suggested)}
        assert (first["source"], first["start_char"], first["code_guid"]) not in again


def test_it_comes_back_when_the_machine_has_changed_much(
    suggested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With twice the labels and ten more, a rejected one returns at a much higher score, as a new row."""
    first = open_suggestions(suggested)[-1]
    reject_suggestion(suggested, first["guid"], coder="Ben")
    with connection.reading(suggested) as db:
        (row,) = suggestion_rows.rejections(db)
    then = row["labels"].get(str(row["code_id"]), 0)
    floor = evidence_module._floor
    assert floor(0.3, {"7": 4}, 7, 13) == evidence_module.NEVER  # not ten more
    assert floor(0.3, {"7": 20}, 7, 35) == evidence_module.NEVER  # not twice as many
    assert floor(0.3, {"7": 4}, 7, 14) == pytest.approx(0.55)
    assert floor(0.3, {}, 7, 500) == evidence_module.NEVER  # an old run does not tell
    monkeypatch.setattr(evidence_module, "_floor", lambda *_: 0.0)
    suggest_codes(suggested, top=5)
    back = [
        r
        for r in open_suggestions(suggested)
        if (r["source"], r["start_char"], r["code_guid"])
        == (first["source"], first["start_char"], first["code_guid"])
    ]
    assert then >= 0
    assert [r["guid"] != first["guid"] for r in back] == [True]
    assert counted(suggested, "SELECT count(*) FROM suggestion WHERE status = 'rejected'") == 1


def is_at(row: dict[str, Any], one: dict[str, Any]) -> bool:
    return (row["source_guid"], row["start_char"]) == (one["source_guid"], one["start_char"])


def test_right_code_wrong_words_is_learnt_and_can_be_taken_back(suggested: Path) -> None:
    """The turn becomes evidence for the code and the sentence against it, until the decision is undone."""
    first = next(r for r in open_suggestions(suggested) if not r["source"].startswith("survey"))
    reject_suggestion(suggested, first["guid"], coder="Ben", is_code_right=True)
    known = study_evidence(suggested)
    assert len(known.wider) == 1
    assert first["quote"] in known.wider[0]
    assert {guid for _, guid in known.evidence.around} == {first["code_guid"]}
    assert {guid for _, guid in known.evidence.denied} == {first["code_guid"]}
    # In whose words: kept out of what is learnt wherever that person's sentences are tested.
    whose = next(g for row, g in zip(known.units.rows, known.groups, strict=True) if is_at(row, first))
    assert known.wider_groups == (whose,)
    assert suggest_codes(suggested)["suggestions"]
    assert check_study(suggested)["problems"] == []
    undo_decision(suggested, first["guid"], coder="Ben")
    assert study_evidence(suggested).wider == ()


def test_a_coding_of_edited_words_keeps_its_origin(suggested: Path) -> None:
    """Other words of the turn are coded as edited, remember the suggestion, and pass every check."""
    first = open_suggestions(suggested)[0]
    words = " ".join(first["quote"].split()[:3])
    guid = accept_suggestion(suggested, first["guid"], coder="Ben", words=words)
    with connection.reading(suggested) as db:
        row = db.conn.execute(
            "SELECT c.origin, c.quote, s.guid, s.status FROM coding c"
            " JOIN suggestion s ON s.id = c.suggestion_id WHERE c.guid = ?",
            (guid,),
        ).fetchone()
    assert row == ("edited", words, first["guid"], "edited")
    assert check_study(suggested)["problems"] == []


def test_why_names_quotes_words_and_definition(suggested: Path) -> None:
    """The full reason holds nearest coded passages in order, likenesses, and a sentence of the codebook."""
    for row in open_suggestions(suggested)[:5]:
        why = suggestion_why(suggested, row["guid"])
        likeness = [q["likeness"] for q in why["quotes"]]
        assert likeness == sorted(likeness, reverse=True)
        assert len(likeness) <= 3
        assert why["definition"] is not None
        assert why["definition"]["words"]
        assert why["encoder"] == "all-MiniLM-L6-v2"
        assert all(word in row["reason"] for word in why["words"])
    assert any(suggestion_why(suggested, r["guid"])["quotes"] for r in open_suggestions(suggested))


# --- learning in the background -------------------------------------------------------------------


@pytest.fixture
def learning(suggested: Path) -> Iterator[Path]:
    yield suggested
    stop_learning(suggested)


def wait_for(study: Path, done: Callable[[LearningState], bool], seconds: float = 300.0) -> LearningState:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        state = keep_learning(study)
        if done(state):
            return state
        time.sleep(0.05)
    pytest.fail(f"it is still {keep_learning(study)}")


def test_a_decision_is_learnt_from_by_itself(learning: Path) -> None:
    """After an accept the open suggestions are renewed without anybody asking, rows that stay as they are."""
    assert keep_learning(learning).n_fits == 0
    before = {r["guid"]: r for r in open_suggestions(learning)}
    first = next(iter(before.values()))
    accept_suggestion(learning, first["guid"], coder="Ben")
    state = wait_for(learning, lambda s: s.n_fits >= 1)
    assert state.fault == ""
    after = {r["guid"]: r for r in open_suggestions(learning)}
    assert first["guid"] not in after
    assert set(after) & set(before)
    assert parameters(learning, "refit")["n_labels"] == state.n_labels
    assert any(after[g]["score"] != before[g]["score"] for g in set(after) & set(before))
    assert check_study(learning)["problems"] == []


def test_coding_in_the_panel_is_learnt_from_too(learning: Path) -> None:
    """A coding made by any way counts, and the segment it covers is no longer suggested for."""
    keep_learning(learning)
    one = open_suggestions(learning)[0]
    code_selection(learning, one["source"], one["start_char"], one["end_char"], one["code"], coder="Cy")
    wait_for(learning, lambda s: s.n_fits >= 1)
    at = {(r["source"], r["start_char"]) for r in open_suggestions(learning)}
    assert (one["source"], one["start_char"]) not in at


def test_what_a_person_decides_meanwhile_stands(suggested: Path) -> None:
    """A suggestion decided while the machine was fitting keeps the person's decision."""
    model = StudyModel(suggested)
    made = model.fit()
    with connection.reading(suggested) as db:
        run = machine.latest_run(db, "suggest")
    assert run is not None
    first = open_suggestions(suggested)[0]
    reject_suggestion(suggested, first["guid"], coder="Ben")
    store_refit(suggested, model, made, run)
    assert counted(suggested, "SELECT count(*) FROM suggestion WHERE status = 'rejected'") == 1
    assert first["guid"] not in {r["guid"] for r in open_suggestions(suggested)}


def test_a_newer_run_is_not_overwritten(suggested: Path) -> None:
    """What was fitted for an older run is thrown away."""
    model = StudyModel(suggested)
    with connection.reading(suggested) as db:
        run = machine.latest_run(db, "suggest")
    assert run is not None
    made = model.fit()
    suggest_codes(suggested)
    found = store_refit(suggested, model, made, run)
    assert (found.added, found.changed, found.withdrawn) == (0, 0, 0)


def test_where_nobody_asked_for_suggestions_nothing_is_made(tiny: Path) -> None:
    """Without a run the background learner looks and does nothing."""
    worker = Learning(tiny)
    looks: list[None] = []
    look = worker._look
    worker._look = lambda: (look(), looks.append(None))
    worker.start()
    ends = time.monotonic() + 300
    while len(looks) < 2 and time.monotonic() < ends:
        time.sleep(0.05)
    assert len(looks) >= 2
    assert worker.is_alive
    worker.stop()
    assert worker.state == LearningState(doing="stopped")
    assert counted(tiny, "SELECT count(*) FROM run") == 0


def test_a_study_that_goes_away_ends_the_learner_with_a_sentence(learning: Path) -> None:
    """When the file is gone the learner stops and says why; asking again does not begin it anew."""
    keep_learning(learning)
    for file in learning.parent.glob(f"{learning.name}*"):
        with contextlib.suppress(FileNotFoundError):  # the log goes when nobody has the study open
            file.rename(file.with_name(f"away-{file.name}"))
    state = wait_for(learning, lambda s: s.doing == "stopped")
    assert "no such study" in state.fault.lower()
    assert keep_learning(learning).fault == state.fault


# --- encoders -------------------------------------------------------------------------------------


class Slow:
    """An encoder that counts what it is asked and stops when told."""

    name, digest, backend, is_storable = "slow", "0" * 64, "test", True

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Any, *, progress: Any = None, cancelled: Any = None) -> np.ndarray:
        if cancelled is not None and cancelled():
            raise SuggestionError("Stopped.")
        self.seen += list(texts)
        return np.ones((len(texts), 2), np.float32)


def test_embedding_goes_on_where_it_was_stopped(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was embedded before a person stopped is kept, and is not embedded again."""
    monkeypatch.setattr("qualtool.workflows.suggestions.vectors._BATCH", 3)
    slow = Slow()
    inner: Encoder = slow
    encoder = StoredEncoder(tiny, inner)
    texts = [f"text number {n:02}" for n in range(10)]
    with pytest.raises(SuggestionError, match="6 of 10 texts are embedded and kept"):
        encoder.encode(texts, cancelled=lambda: len(slow.seen) >= 6)
    assert len(slow.seen) == 6
    told: list[tuple[int, int]] = []
    assert encoder.encode(texts, progress=lambda *at: told.append(at)).shape == (10, 2)
    assert sorted(slow.seen) == texts


def test_a_folder_that_is_gone_is_told_and_no_other_model_used(tiny: Path, tmp_path: Path) -> None:
    """When the study's own encoder is not there, word counts serve and screen and record say so."""
    with connection.writing(tiny) as db:
        db.conn.execute("INSERT INTO study VALUES ('encoder_folder', ?)", (str(tmp_path / "gone"),))
        db.conn.execute("INSERT INTO study VALUES ('encoder_digest', 'x')")
    encoder, note = study_encoder(tiny)
    assert not encoder.is_storable
    assert note is not None
    assert "is not on this computer" in note
    made = suggest_codes(tiny)
    assert made["suggestions"]
    assert note in made["notes"]
    assert note in (run_shown(tiny) or {})["note"]
    assert suggestion_why(tiny, open_suggestions(tiny)[0]["guid"])["note"]
    assert suggest_codes(tiny, encoder="default")["encoder"]["name"] == "all-MiniLM-L6-v2"


def test_a_folder_that_cannot_be_used_changes_nothing(tiny: Path, tmp_path: Path, qualtool: Run) -> None:
    """An encoder that is refused leaves the study's choice and suggestions as they were."""
    ran = qualtool("suggest", tiny, "--encoder", tmp_path, "--json")
    assert ran.code == 1
    assert any("tokenizer.json is missing" in p["message"] for p in ran.problems)
    assert counted(tiny, "SELECT count(*) FROM suggestion") == 0
    assert study_encoder(tiny)[0].name == "all-MiniLM-L6-v2"


# --- bad input ------------------------------------------------------------------------------------

TREE = """title: Tiny
codes:
  - id: ONE
    name: Lunch
    definition: What is eaten at school.
"""


def study_of(folder: Path, qualtool: Run, answers: list[str], *, codes: str = TREE) -> Path:
    """A study of survey answers with one code."""
    folder.mkdir(exist_ok=True)
    (folder / "codes.yaml").write_text(codes, encoding="utf-8")
    lines = ["id,comment", *(f'{n},"{answer}"' for n, answer in enumerate(answers, 1))]
    (folder / "answers.csv").write_text("\n".join(lines), encoding="utf-8")
    assert qualtool("init", folder / "s.db", "--codebook", folder / "codes.yaml").code == 0
    if answers:
        told = (
            "import",
            "survey",
            folder / "s.db",
            folder / "answers.csv",
            "--id",
            "id",
            "--text",
            "comment",
        )
        assert qualtool(*told).code == 0
    return folder / "s.db"


HARD = {
    "one segment": ["The lunch is cold."],
    "all alike": ["The lunch is cold."] * 6,
    "one character": ["x", "y", "z"],
    "emoji": ["👍🏽", "😀😀", "🍕"],
    "ten thousand words": ["we talked about lunch " * 2500, "Cold."],
}


@pytest.mark.parametrize("name", HARD)
def test_hard_answers_give_finite_scores(name: str, tmp_path: Path, qualtool: Run) -> None:
    """Such answers give suggestions with finite scores or none, and a measure or its reason; no traceback."""
    study = study_of(tmp_path / "hard", qualtool, HARD[name])
    for labels in (0, 1, 2):
        if labels:
            source = f"answers.csv#{labels}#comment"
            if qualtool("code", study, source, 0, 1, "ONE", "--coder", "Ada").code:
                break
        ran = qualtool("suggest", study, "--json")
        assert ran.code == 0, ran.err
        assert all(0 <= s["score"] <= 1 and s["reason"] for s in ran.json["suggestions"])
        ran = qualtool("evaluate", study, "--json")
        assert ran.code in (0, 1)
        assert "Traceback" not in ran.err
        if ran.code == 0:
            assert all(r["f1"] is not None or r["reason"] for r in ran.json["rows"])
        else:
            assert "Nothing is coded yet" in ran.err


def test_an_empty_study_says_what_to_do(tmp_path: Path, qualtool: Run) -> None:
    """Without texts, or without codes, each command stops with one sentence that names the next step."""
    study = study_of(tmp_path / "empty", qualtool, [])
    assert "import transcripts or a survey" in qualtool("suggest", study).err
    assert "import transcripts or a survey" in qualtool("embed", study).err
    assert "Nothing is coded yet" in qualtool("evaluate", study).err
    bare = study_of(tmp_path / "bare", qualtool, ["Cold lunch."], codes="title: Bare\ncodes: []\n")
    assert "import or make a codebook" in qualtool("suggest", bare).err


def test_labels_that_contradict(tmp_path: Path, qualtool: Run) -> None:
    """The same words coded here and read as nothing there, or accepted and rejected, give finite scores."""
    study = study_of(tmp_path / "both", qualtool, ["The lunch is cold today."] * 4)
    suggest_codes(study)
    found = open_suggestions(study)
    accept_suggestion(study, found[0]["guid"], coder="Ada")
    reject_suggestion(study, found[1]["guid"], coder="Ada")
    made = suggest_codes(study)
    assert len(made["suggestions"]) <= 2
    assert all(np.isfinite(s["score"]) for s in made["suggestions"])
    json.dumps(evaluate_suggestions(study), allow_nan=False)


def test_texts_in_another_language_are_told(tmp_path: Path, qualtool: Run) -> None:
    """German answers give a plain warning with the usual encoder, on screen and in the record."""
    german = "Wir haben zu wenig Platz für die Kinder und niemand sagt uns wann es besser wird."
    study = study_of(tmp_path / "german", qualtool, [f"{german} {n}" for n in range(8)])
    ran = qualtool("suggest", study)
    assert "do not seem to be in English" in ran.out
    assert "do not seem to be in English" in (run_shown(study) or {})["note"]
    assert calibration_shown(study) is None
    assert "do not seem to be in English" in qualtool("topics", study, "--k", 2).out


def test_one_interview_in_another_language_is_told(sample_copy: Path, tmp_path: Path, qualtool: Run) -> None:
    """Among English interviews one in Polish is not drowned: how many files there are of it is told."""
    polish = "Szkoła jest daleko i nikt nam nie powiedział, kiedy nasz syn dostanie miejsce w tej klasie."
    file = tmp_path / "inny.txt"
    file.write_text("".join(f"Rodzic: {polish} {n}.\n\n" for n in range(8)), encoding="utf-8")
    assert qualtool("import", "transcripts", sample_copy, file).code == 0
    ran = qualtool("embed", sample_copy, "--json")
    assert ran.code == 0
    (note,) = ran.json["notes"]
    assert note.startswith("1 of ")
    assert "do not seem to be in English" in note


# --- measured -------------------------------------------------------------------------------------


def test_a_second_human_is_the_ceiling(tiny: Path, qualtool: Run) -> None:
    """Where two people coded the same texts their agreement stands beside the machine's."""
    before = evaluate_suggestions(tiny, folds=2)
    assert before["ceiling"]["macro_f1"] is not None or before["ceiling"]["reason"]
    one = qualtool("quotes", tiny, "--json").json["rows"]
    mine = [r for r in one if r["coder"] == one[0]["coder"]]
    for row in mine:
        code_selection(tiny, row["source"], row["start_char"], row["end_char"], row["code"], coder="Twin")
    pairs = evaluate_suggestions(tiny, folds=2)["ceiling"]["pairs"]
    twin = next(p for p in pairs if set(p["coders"]) == {"Twin", one[0]["coder"]})
    assert twin["macro_f1"] == 1.0


def test_a_code_on_every_tested_passage_proves_nothing(tmp_path: Path, qualtool: Run) -> None:
    """Where all that is tested carries the one code, its perfect measures come with a note that says so."""
    (tmp_path / "b.yaml").write_text("title: T\ncodes:\n  - id: ONE\n    name: One\n")
    (tmp_path / "s.csv").write_text("id,text\n" + "".join(f"{n},We moved house in {n}.\n" for n in range(9)))
    marks = "".join(f"s.csv#{n}#text,,,ONE,ada\n" for n in range(9))
    (tmp_path / "c.csv").write_text("source,start_char,end_char,code,coder\n" + marks)
    study = tmp_path / "one.db"
    qualtool("init", study, "--codebook", tmp_path / "b.yaml")
    qualtool("import", "survey", study, tmp_path / "s.csv", "--id", "id", "--text", "text")
    qualtool("import", "codings", study, tmp_path / "c.csv")
    found = evaluate_suggestions(study, folds=2)
    assert found["macro_f1"] == 1.0
    assert any(note.startswith("Every tested passage carries ONE") for note in found["notes"])


def test_the_measures_are_all_there_or_have_reasons(tiny: Path) -> None:
    """Per code every measure or a reason, the learning curve, and the calibration or its reason."""
    found = evaluate_suggestions(tiny, folds=2)
    for row in found["rows"]:
        wanted = ("precision", "recall", "f1", "average_precision", "recall_at_3")
        assert all(row[key] is not None for key in wanted) or row["reason"]
        assert row["calibration_error"] is not None or row["calibration_reason"]
    assert [point["share"] for point in found["learning_curve"]] == [0.25, 0.5, 1.0]
    assert found["calibration"]["error"] is not None or found["calibration"]["reason"]
    json.dumps(found, allow_nan=False)


def test_accepted_suggestions_do_not_measure_themselves(tiny: Path) -> None:
    """After accepting, the evaluation tests on the same passages as before, and says what it leaves out."""
    before = evaluate_suggestions(tiny, folds=2)
    suggest_codes(tiny, by="Ada")
    rows = open_suggestions(tiny)
    accept_suggestion(tiny, rows[0]["guid"], coder="Ben")
    after = evaluate_suggestions(tiny, folds=2)
    assert [row["n"] for row in after["rows"]] == [row["n"] for row in before["rows"]]
    assert after["n_segments"] == before["n_segments"]
    assert after["notes"] == [
        "1 accepted suggestion is learnt from and not tested on: who accepts one has seen it."
    ]
    # A person who codes the same by hand, without having been asked, is evidence again.
    one = rows[0]
    code_selection(tiny, one["source"], one["start_char"], one["end_char"], one["code"], coder="Cy")
    assert evaluate_suggestions(tiny, folds=2)["notes"] == []


def test_the_calibration_shown_is_the_one_in_use(suggested: Path) -> None:
    """After learning anew the newest record is shown: its labels, and the calibration if it was made anew."""
    assert calibration_shown(suggested) is None
    told = Calibration(curves={"x": (1.0, 0.0)}, bins=(), error=0.1, n_suggestions=5).as_dict()
    record_fit(suggested, "suggest", {"calibration": told, "n_labels": 40})
    assert calibration_shown(suggested) == {
        "n_labels": 40,
        "n_now": 40,
        "bins": [],
        "error": 0.1,
        "n_suggestions": 5,
        "n_codes": 1,
    }
    record_fit(suggested, "refit", {"calibration": None, "n_labels": 42})
    found = calibration_shown(suggested) or {}
    assert (found["n_labels"], found["n_now"], found["error"]) == (40, 42, 0.1)
    assert (run_shown(suggested) or {})["n_labels"] == 42
    record_fit(suggested, "refit", {"calibration": {**told, "error": 0.2}, "n_labels": 50})
    found = calibration_shown(suggested) or {}
    assert (found["n_labels"], found["n_now"], found["error"]) == (50, 50, 0.2)
    record_fit(suggested, "suggest", {"calibration": None, "n_labels": 51})
    assert calibration_shown(suggested) is None  # a whole run with too few labels has none


def record_fit(study: Path, kind: str, parameters: dict[str, Any]) -> None:
    made = Stamp(by="Ada", at="2026-01-01T09:00:00+00:00")
    with connection.writing(study) as db:
        if kind == "refit":
            suggestion_rows.add_refit(db, made, parameters, {}, "")
        else:
            machine.add_run(db, kind, made, parameters=parameters, seed=0, libraries={})


LINKED = """file,speaker,participant,role,case,urn,is_interviewer,consent_quote
talk.txt,Ruth,words.csv#1,{role},,,no,yes
talk.txt,Omar,Omar of the talk,Parent,,,no,yes
"""
TALK = "Ruth: We have far too many pupils this year.\n\nOmar: They come because they heard of us.\n"
WORDS = "id,role,said\n1,Parent,The lunch is cold and nobody minds.\n2,Parent,The bus is late this week.\n"


@pytest.mark.parametrize("survey_first", [True, False])
def test_a_person_in_interview_and_survey_is_one_group(
    tmp_path: Path, qualtool: Run, survey_first: bool
) -> None:
    """Named as the survey names them, somebody's answer and their turns in a focus group are kept together,
    whichever came first; the other speaker of the same source is another."""
    study = linked(tmp_path, qualtool, "Parent", survey_first=survey_first)
    known = study_evidence(study)
    groups: dict[str, set[str]] = {}
    for row, group in zip(known.units.rows, known.groups, strict=True):
        groups.setdefault(row["participant"], set()).add(group)
    assert set(groups) == {"words.csv#1", "words.csv#2", "Omar of the talk"}
    assert all(len(found) == 1 for found in groups.values())
    assert len({next(iter(found)) for found in groups.values()}) == 3
    n_of = [row["participant"] for row in known.units.rows].count("words.csv#1")
    assert n_of == 2
    assert check_study(study)["problems"] == []


def test_a_respondent_of_another_role_is_not_taken_for_the_participant(tmp_path: Path, qualtool: Run) -> None:
    """Where the study has the name with another role the survey is refused in words, and not written."""
    study = linked(tmp_path, qualtool, "Head", survey_first=False)
    assert {row["source"] for row in study_evidence(study).units.rows} == {"talk.txt"}


def linked(tmp_path: Path, qualtool: Run, role: str, *, survey_first: bool) -> Path:
    for name, text in (
        ("talk.txt", TALK),
        ("words.csv", WORDS),
        ("sheet.csv", LINKED.format(role=role)),
        ("codes.yaml", "title: T\ncodes:\n  - name: Lunch\n  - name: Bus\n"),
    ):
        (tmp_path / name).write_text(text)
    study = tmp_path / "linked.db"
    assert qualtool("init", study, "--codebook", tmp_path / "codes.yaml").code == 0
    talk = ("import", "transcripts", study, tmp_path / "talk.txt", "--sheet", tmp_path / "sheet.csv")
    survey = ("import", "survey", study, tmp_path / "words.csv", "--id", "id", "--text", "said")
    steps = [(*survey, "--role", "role"), talk]
    first, second = steps if survey_first else steps[::-1]
    assert qualtool(*first).code == 0
    ran = qualtool(*second)
    if role == "Parent":
        assert ran.code == 0, ran.err
    else:
        assert ran.code == 1
        assert "another role" in ran.err
    return study
