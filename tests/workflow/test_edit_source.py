"""Correcting the text of a coded source: nothing lost, nothing shifted, and taken back exactly."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import SelectionError, UserInputError
from qualtool.model import Selection, Suggestion
from qualtool.model.suggestion import Topic
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.machine import machine, suggestion_rows
from qualtool.store.records import codes as code_store
from qualtool.store.records import codings as coding_store
from qualtool.workflows.coding.coding import code_selection, text_of
from qualtool.workflows.coding.panel_reading import changes_since, open_panel
from qualtool.workflows.editing.edit_source import edit_source, edit_stretch
from qualtool.workflows.editing.memos import write_memo
from qualtool.workflows.editing.review import accept_all, resolve_review, review_worklist
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study.studies import create_study
from qualtool.workflows.themes.themes import frequencies, quotes
from qualtool.workflows.undoing.undo_edit import last_edit, undo_edit

Run = Callable[..., Any]
TALK = (
    b"Interviewer: How did Alice come to the school?\n"
    b"Ruth: Alice came in May. The school felt right, and Alice's mother said so. We like the base.\n"
    b"Interviewer: And the bus?\n"
    b"Ruth: The bus is late. Alicee waits for it every day.\n"
)
BOOK = "title: T\ncodes:\n  - id: A\n    name: One\n  - id: B\n    name: Two\n"
STAMP = Stamp(by="ada", at="2026-01-01T00:00:00.000+00:00")


@pytest.fixture(scope="module")
def talk_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One interview with codings of two coders, a removed one, a memo, suggestions and a topic."""
    folder = tmp_path_factory.mktemp("talk")
    (folder / "codes.yaml").write_text(BOOK, encoding="utf-8")
    study = folder / "talk.db"
    create_study(study, codebook=folder / "codes.yaml", by="ada")
    import_loaded(study, [("talk.txt", TALK)], ImportReport(), by="ada")
    for quote, code, coder in CODED:
        code_words(study, quote, code, coder)
    removed = code_words(study, "every day", "B", "ada")
    with connection.writing(study) as db:
        coding_store.set_removed(db, removed, STAMP, removed=True)
    write_memo(study, "coding", code_words(study, "The bus is late.", "A", "ben"), "Ask.", coder="ben")
    add_machine(study)
    return study


CODED = (
    ("Alice came in May.", "A", "ada"),
    ("Alice", "B", "ada"),
    ("The school felt right", "A", "ada"),
    ("The school felt right", "A", "ben"),
    ("We like the base.", "B", "ben"),
    ("How did", "B", "ada"),
)


def code_words(study: Path, quote: str, code: str, coder: str) -> str:
    at = text_of(study, "talk.txt").index(quote)
    found = code_selection(study, "talk.txt", at, at + len(quote), code, coder=coder, quote=quote)
    return str(found["guid"])


def add_machine(study: Path) -> None:
    """An open, a rejected and a hopeless suggestion, and a topic of all sentences."""
    with connection.writing(study) as db:
        units = machine.machine_segments(db)
        run, _ = machine.add_run(db, "suggest", STAMP, parameters={}, seed=0, libraries={})
        ids = code_store.code_ids(db)
        guid = code_store.find_code(db, "A")["guid"]
        wanted = [
            Suggestion(
                selection=Selection(
                    source_guid=u["source_guid"],
                    version=u["version"],
                    start_char=u["start_char"],
                    end_char=u["end_char"],
                    quote=u["text"],
                ),
                code_guid=guid,
                score=0.5,
                reason="words",
            )
            for u in units
        ]
        machine.add_suggestions(
            db, run, wanted, source_ids={units[0]["source_guid"]: units[0]["source_id"]}, code_ids=ids
        )
        rejected = db.execute("SELECT guid FROM suggestion ORDER BY id LIMIT 1").fetchone()[0]
        machine.decide(db, rejected, "rejected", 1, STAMP)
        topics, _ = machine.add_run(db, "topics", STAMP, parameters={}, seed=0, libraries={})
        members = tuple(range(len(units)))
        topic = Topic(number=0, words=("bus",), members=members, representatives=(0,), stability=1.0)
        machine.add_topics(db, topics, [topic], [u["id"] for u in units])


@pytest.fixture
def talk(talk_master: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(talk_master, tmp_path / "talk.db"))


def codings(study: Path) -> dict[str, tuple[Any, ...]]:
    """Every coding by GUID: version, offsets, quote, code, coder, removed."""
    return rows(
        study,
        "SELECT guid, version, start_char, end_char, quote, code_id, coder_id, removed_at FROM coding",
    )


def rows(study: Path, sql: str) -> dict[str, tuple[Any, ...]]:
    conn = sqlite3.connect(study)
    try:
        return {r[0]: tuple(r[1:]) for r in conn.execute(sql)}
    finally:
        conn.close()


def work(study: Path) -> dict[str, Any]:
    """All that a person or machine made on the text, as it stands now."""
    return {
        "codings": codings(study),
        "suggestions": rows(
            study, "SELECT guid, version, start_char, end_char, quote, status FROM suggestion"
        ),
        "memos": rows(study, "SELECT guid, target_guid, text FROM memo"),
        "speakers": rows(study, "SELECT id, label, participant_id FROM speaker"),
        "current": rows(study, "SELECT guid, current_version FROM source"),
        "turns": open_panel(study, "talk.txt", "ada")["turns"],
        "topics": [q["quote"] for q in topic_quotes(study)],
    }


def topic_quotes(study: Path) -> list[dict[str, Any]]:
    with connection.reading(study) as db:
        return machine.topic_quotes(db, 1)


def is_clean(study: Path) -> bool:
    return bool(check_study(study)["ok"])


# --- the faults seen in other programs ------------------------------------------------------------


def test_a_pseudonym_shifts_no_coding(talk: Path) -> None:
    """QualCoder: replacing a name by a longer pseudonym leaves all quotes identical but for the name."""
    before = codings(talk)
    report = edit_source(talk, "talk.txt", replace=("Alice", "[PUPIL-01]"), whole_word=True, by="ada")
    after = codings(talk)
    assert set(after) == set(before)
    text = text_of(talk, "talk.txt")
    assert text == TALK.decode().replace("Alice", "[PUPIL-01]").replace("[PUPIL-01]e waits", "Alicee waits")
    waiting = {one["guid"]: one for one in report["needs_review"]}
    for guid, (version, start, end, quote, *_) in after.items():
        if guid in waiting:
            assert version == 1
            assert "Alice" in quote
            assert waiting[guid] == {
                "guid": guid,
                "before": quote,
                "after": quote.replace("Alice", "[PUPIL-01]"),
            }
        else:
            assert version == 2
            assert quote == before[guid][3] == text[start:end]
    assert (report["kept"], report["moved"], report["lost"]) == (1, 4, 0)
    assert report["kept"] + report["moved"] + len(waiting) == 7
    assert is_clean(talk)


@pytest.mark.parametrize("how", ["text", "replace", "stretch", "file"])
def test_open_and_save_without_a_change_changes_nothing(
    talk: Path, how: str, tmp_path: Path, state_of: Run, qualtool: Run
) -> None:
    """QualCoder: saving an unchanged text keeps every row of the study, the event log included."""
    before, text = state_of(talk), text_of(talk, "talk.txt")
    if how == "text":
        report = edit_source(talk, "talk.txt", text=text, by="ada")
    elif how == "replace":
        report = edit_source(talk, "talk.txt", replace=("school", "school"), by="ada")
    elif how == "stretch":
        report = edit_stretch(talk, "talk.txt", 13, 46, text[13:46], by="ada", version=1)
    else:
        (tmp_path / "new.txt").write_bytes(b"\xef\xbb\xbf" + TALK.replace(b"\n", b"\r\n"))
        report = qualtool("edit", talk, "talk", "--from", tmp_path / "new.txt", "--json").json
    assert state_of(talk) == before
    assert (report["version"], report["kept"], report["moved"], report["needs_review"]) == (1, 7, 0, [])


def test_a_typing_error_is_mended_without_losing_codings_or_notes(talk: Path) -> None:
    """OpenQDA: correcting a word of a locked source deletes no coding, memo or removed coding."""
    before = work(talk)
    edit_source(talk, "talk.txt", replace=("Alicee", "Alice"), by="ada")
    after = work(talk)
    assert set(after["codings"]) == set(before["codings"])
    assert after["memos"] == before["memos"]
    assert [c[3:] for c in after["codings"].values()] == [c[3:] for c in before["codings"].values()]
    assert {c[0] for c in after["codings"].values()} == {2}
    assert is_clean(talk)


def test_waiting_codings_are_counted_but_not_among_the_findings(talk: Path, qualtool: Run) -> None:
    """A coding that waits is in no frequency, quote or panel, and each of them says how many wait."""
    edit_source(talk, "talk.txt", replace=("felt right", "was right"), by="ada")
    assert len(review_worklist(talk)) == 2
    assert frequencies(talk)["stale"] == 2
    assert {q["quote"] for q in quotes(talk, code="A")} == {"Alice came in May.", "The bus is late."}
    assert qualtool("quotes", talk, "--json").json["stale"] == 2
    panel = open_panel(talk, "talk.txt", "ada")
    assert (panel["n_other_version"], panel["source"]["version"]) == (2, 2)
    assert "was right" in panel["text"]
    assert len(panel["codings"]["rows"]) == 5


def test_exports_leave_waiting_codings_out_and_say_so(talk: Path, tmp_path: Path, qualtool: Run) -> None:
    """A working copy holds the codings that do not wait, and names how many do; a transfer holds all."""
    edit_source(talk, "talk.txt", replace=("felt right", "was right"), by="ada")
    for what, name in (("codings", "c.csv"), ("quotes", "q.csv")):
        found = qualtool("export", talk, tmp_path / name, "--what", what, "--json").json
        assert found["rows"] == 5
        assert "2 codings wait for a decision" in " ".join(found["notes"])
    qualtool("export", talk, tmp_path / "all.json")
    whole = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert "The school felt right" in json.dumps(whole)


# --- what an edit moves ---------------------------------------------------------------------------


def test_turns_speakers_and_sentences_are_those_of_the_new_text(talk: Path) -> None:
    """The new version has the turns and sentences of a fresh import of the corrected text."""
    edit_source(talk, "talk.txt", replace=("Alice", "Bo. And Jo"), by="ada")
    import_loaded(talk, [("fresh.txt", text_of(talk, "talk.txt").encode())], ImportReport(), by="ada")
    cut = (
        "SELECT g.kind || g.position, g.start_char, g.end_char, g.turn, g.n_words, w.label FROM segment g"
        " JOIN source s ON s.id = g.source_id AND s.current_version = g.version"
        " JOIN speaker w ON w.id = g.speaker_id WHERE s.name = '{}'"
    )
    assert rows(talk, cut.format("talk.txt")) == rows(talk, cut.format("fresh.txt"))
    assert is_clean(talk)


def test_a_corrected_label_renames_its_speaker(talk: Path) -> None:
    """A label corrected everywhere is the speaker's, who stays the same participant; undo gives it back."""
    before = work(talk)
    edit_source(talk, "talk.txt", replace=("Ruth:", "Ruth Ann:"), by="ada")
    panel = open_panel(talk, "talk.txt", "ada")
    assert [s["label"] for s in panel["speakers"]] == ["Interviewer", "Ruth Ann"]
    assert len(panel["turns"]) == 4
    assert [s[1] for s in work(talk)["speakers"].values()] == [s[1] for s in before["speakers"].values()]
    undo_edit(talk, "talk.txt", by="ada")
    assert work(talk) == before


def test_a_turn_given_to_another_speaker_is_theirs(talk: Path) -> None:
    """A label changed to one the source knows gives that turn, and no other, to its speaker."""
    text = text_of(talk, "talk.txt").replace("Interviewer: And the", "Ruth: And the")
    report = edit_source(talk, "talk.txt", text=text, by="ada")
    panel = open_panel(talk, "talk.txt", "ada")
    assert [panel["speakers"][t[2]]["label"] for t in panel["turns"]] == [
        "Interviewer",
        "Ruth",
        "Ruth",
        "Ruth",
    ]
    assert report["warnings"] == []
    unknown = text.replace("Ruth: And the", "Omar: And the")
    assert "1 turns carry a label" in edit_source(talk, "talk.txt", text=unknown, by="ada")["warnings"][0]


def test_new_lines_are_told_to_be_nobodys(talk: Path) -> None:
    """Words added outside every turn are kept, shown and told."""
    text = text_of(talk, "talk.txt") + "Omar: Three new words.\n"
    report = edit_source(talk, "talk.txt", text=text, by="ada")
    assert report["warnings"][0].startswith("4 new words stand outside")
    assert "Omar: Three new words." in [text[t[0] : t[1]] for t in open_panel(talk, "talk.txt", "a")["turns"]]


def test_suggestions_and_topics_follow_their_sentence(talk: Path) -> None:
    """A suggestion moves with its sentence, corrected or not; one whose text is gone is withdrawn."""
    edit_source(talk, "talk.txt", replace=("felt", "was"), by="ada")
    now = rows(talk, "SELECT guid, version, quote, status FROM suggestion")
    assert {v[0] for v in now.values()} == {2}
    assert "The school was right, and Alice's mother said so." in {v[1] for v in now.values()}
    assert "The school was right, and Alice's mother said so." in {q["quote"] for q in topic_quotes(talk)}
    report = edit_source(talk, "talk.txt", replace=(" The bus is late.", ""), by="ada")
    assert report["suggestions"] == {"moved": 4, "changed": 0, "withdrawn": 1}
    assert (
        list(rows(talk, "SELECT guid, status, version FROM suggestion").values()).count(("superseded", 2))
        == 1
    )
    assert len(topic_quotes(talk)) == 4


def test_a_rejected_suggestion_does_not_come_back_after_an_edit(talk: Path) -> None:
    """What a person rejected stays rejected on the corrected text."""
    edit_source(talk, "talk.txt", replace=("How did", "So how did"), by="ada")
    with connection.reading(talk) as db:
        units = {u["id"] for u in machine.machine_segments(db)}
        rejected = {row["segment_id"] for row in suggestion_rows.rejections(db)}
        assert len(rejected) == 1
        assert rejected <= units


def test_an_answer_is_one_segment_still(tiny: Path) -> None:
    """A corrected survey answer is one segment over its whole text, and its coding waits."""
    text = text_of(tiny, "survey.csv#3#comment")
    report = edit_source(tiny, "survey.csv#3#comment", text=text + " Really.", by="ada")
    assert (report["kept"], report["needs_review"]) == (1, [])
    report = edit_source(tiny, "survey.csv#3#comment", text="Well. " + text[:-3] + "!", by="ada")
    assert len(report["needs_review"]) == 1
    assert len(open_panel(tiny, "survey.csv#3#comment", "ada")["turns"]) == 1
    assert is_clean(tiny)


def test_the_cell_of_a_survey_follows_its_answer(tiny: Path) -> None:
    """The value of a corrected answer is the corrected text, also after the correction is taken back."""
    cell = "SELECT s.name, a.value FROM answer a JOIN source s ON s.id = a.source_id"
    before, name = rows(tiny, cell), "survey.csv#5#comment"
    text = text_of(tiny, name)
    for words in (text + " Truly.", text[:-1]):
        edit_source(tiny, name, text=words, by="ada")
        assert rows(tiny, cell) == before | {name: (words,)}
    for _ in range(2):
        undo_edit(tiny, name, by="ada")
    assert rows(tiny, cell) == before


# --- decisions ------------------------------------------------------------------------------------


def test_decisions_on_waiting_codings(talk: Path) -> None:
    """A waiting coding is accepted at its new place, put at another, or removed; then nothing waits."""
    first, second = code_words(talk, "bus is late. Ali", "B", "ben"), code_words(talk, "Alicee", "B", "ben")
    report = edit_source(talk, "talk.txt", replace=("Alicee waits", "Ali queues"), by="ada")
    assert {n["guid"] for n in report["needs_review"]} == {second}
    edit_source(talk, "talk.txt", replace=("is late", "comes late"), by="ada")
    text = text_of(talk, "talk.txt")
    listed = {w["guid"]: w for w in review_worklist(talk)}
    assert listed[first]["proposed"]["quote"] == "bus comes late. Ali"
    assert (listed[second]["before"], listed[second]["version"]) == ("Alicee", 1)
    assert listed[second]["proposed"]["quote"] == "Ali"
    assert (listed[second]["code"], listed[second]["coder"]) == ("B", "ben")
    moved = resolve_review(talk, second, "accept", by="ada")
    assert text[moved["start_char"] : moved["end_char"]] == "Ali"
    with pytest.raises(SelectionError):
        resolve_review(talk, first, "place", by="ada", start_char=0, end_char=len(text) + 1)
    with pytest.raises(SelectionError):
        resolve_review(talk, first, "place", by="ada", start_char=0, end_char=3, quote="no")
    resolve_review(talk, first, "place", by="ada", start_char=0, end_char=11, quote="Interviewer")
    late = next(w for w in review_worklist(talk) if w["before"] == "The bus is late.")
    resolve_review(talk, late["guid"], "remove", by="ada")
    assert review_worklist(talk) == []
    assert len(quotes(talk)) == 8
    assert is_clean(talk)
    with pytest.raises(UserInputError, match="decided on meanwhile"):
        resolve_review(talk, first, "accept", by="ada")


def test_a_decision_that_would_double_a_coding_is_refused(talk: Path) -> None:
    """A place where the same coder has the same code already is refused; the coding goes on waiting."""
    edit_source(talk, "talk.txt", replace=("The school felt", "A school felt"), by="ada")
    waiting = review_worklist(talk)
    code_words(talk, "A school felt right", "A", "ada")
    found = accept_all(talk, [w["guid"] for w in waiting], by="ada")
    assert (found["accepted"], len(found["left"])) == (1, 1)
    assert [w["coder"] for w in review_worklist(talk)] == ["ada"]


def test_a_coding_whose_words_are_gone_has_no_proposal(talk: Path) -> None:
    """It keeps its quote and cannot be accepted; words put back later are proposed again."""
    report = edit_source(talk, "talk.txt", replace=(" We like the base.", ""), by="ada")
    (gone,) = report["needs_review"]
    assert (gone["before"], gone["after"]) == ("We like the base.", None)
    assert review_worklist(talk)[0]["proposed"] is None
    with pytest.raises(UserInputError, match="gone"):
        resolve_review(talk, gone["guid"], "accept", by="ada")
    edit_source(talk, "talk.txt", replace=("said so.", "said so. We like the base."), by="ada")
    assert review_worklist(talk)[0]["proposed"]["quote"] == "We like the base."
    resolve_review(talk, gone["guid"], "accept", by="ada")
    assert is_clean(talk)


# --- undo -----------------------------------------------------------------------------------------


def test_undo_restores_the_exact_earlier_state(talk: Path) -> None:
    """Edits taken back one by one give every earlier state to the row, and each check is clean."""
    states = [work(talk)]
    for old, new in (("Alice", "[P1]"), ("The bus is late. ", ""), ("Ruth:", "R:"), ("e", "ee")):
        edit_source(talk, "talk.txt", replace=(old, new), by="ada")
        assert is_clean(talk)
        states.append(work(talk))
    for wanted in reversed(states[:-1]):
        edit = last_edit(talk, "talk.txt")
        assert edit is not None
        undo_edit(talk, "talk.txt", by="ada")
        assert work(talk) == wanted
        assert is_clean(talk)
    assert last_edit(talk, "talk.txt") is None
    with pytest.raises(UserInputError, match="no correction"):
        undo_edit(talk, "talk.txt", by="ada")
    assert edit_source(talk, "talk.txt", replace=("bus", "coach"), by="ada")["version"] == 6


def test_undo_takes_decisions_back_and_later_codings_along(talk: Path) -> None:
    """Decisions the edit asked for fall with it; codings made since on other words go back with the text."""
    before = work(talk)
    edit_source(talk, "talk.txt", replace=("Alice", "[PUPIL-01]"), whole_word=True, by="ada")
    accept_all(talk, [w["guid"] for w in review_worklist(talk)], by="ada")
    later = code_words(talk, "mother said so", "B", "ben")
    found = undo_edit(talk, "talk.txt", by="ada")
    assert found["also_moved"] == 1
    after = work(talk)
    version, start, end, quote, *_ = after["codings"].pop(later)
    assert (version, quote) == (1, TALK.decode()[start:end])
    after["codings"] = {k: after["codings"][k] for k in before["codings"]}
    assert after == before
    assert review_worklist(talk) == []
    assert is_clean(talk)


def test_undo_is_refused_where_corrected_words_were_coded(talk: Path, state_of: Run) -> None:
    """A coding made since on the corrected words stands in the way: nothing changes, and it is told."""
    edit_source(talk, "talk.txt", replace=("Alicee", "Alice"), by="ada")
    at = text_of(talk, "talk.txt").index("Alice waits")
    guid = code_selection(talk, "talk.txt", at, at + 11, "B", coder="ben")["guid"]
    before = state_of(talk)
    with pytest.raises(UserInputError, match="1 codings were made on the corrected words"):
        undo_edit(talk, "talk.txt", by="ada")
    assert state_of(talk) == before
    with connection.writing(talk) as db:
        coding_store.set_removed(db, guid, STAMP, removed=True)
    undo_edit(talk, "talk.txt", by="ada")
    assert is_clean(talk)


def test_a_decision_in_a_branch_taken_back_leaves_no_trace(talk: Path) -> None:
    """A coding made between two edits, decided on after the second, is put back by undoing both."""
    edit_source(talk, "talk.txt", replace=("How", "And how"), by="ada")
    guid = code_words(talk, "mother said so", "B", "ben")
    edit_source(talk, "talk.txt", replace=("mother", "mum"), by="ada")
    resolve_review(talk, guid, "accept", by="ada")
    undo_edit(talk, "talk.txt", by="ada")
    undo_edit(talk, "talk.txt", by="ada")
    version, start, end, quote, *_ = codings(talk)[guid]
    assert (version, quote, TALK.decode()[start:end]) == (1, "mother said so", "mother said so")
    assert review_worklist(talk) == []
    assert is_clean(talk)


# --- refusals -------------------------------------------------------------------------------------


def test_what_cannot_be_done_changes_nothing(talk: Path, state_of: Run) -> None:
    """Words that are not there, an emptied text, forbidden characters and an old version are refused."""
    before = state_of(talk)
    for arguments in (
        {"replace": ("Zebra", "x")},
        {"replace": ("", "x")},
        {"replace": ("Alic", "x"), "whole_word": True},
        {"replace": ("bus", "b\0s")},
        {"text": " \n"},
        {"text": "a\ud800"},
        {},
        {"text": "x", "replace": ("a", "b")},
        {"text": "x", "version": 2},
    ):
        with pytest.raises(UserInputError) as caught:
            edit_source(talk, "talk.txt", **arguments, by="ada")
        assert "Alice" not in str(caught.value) and "Zebra" not in str(caught.value)
    with pytest.raises(UserInputError):
        edit_stretch(talk, "talk.txt", 0, 10_000, "x", by="ada", version=1)
    assert state_of(talk) == before


def test_the_command_edits_and_takes_back(talk: Path, tmp_path: Path, qualtool: Run) -> None:
    """``qualtool edit`` replaces, reads a file, takes back, and refuses senseless options with 2."""
    before = work(talk)
    found = qualtool("edit", talk, "talk", "--replace", "Alice", "Bo", "--whole-word", "--json").json
    assert (found["version"], len(found["needs_review"]), found["lost"]) == (2, 2, 0)
    (tmp_path / "new.txt").write_text(text_of(talk, "talk.txt").replace("late", "later"))
    assert qualtool("edit", talk, "talk", "--from", tmp_path / "new.txt", "--json").json["version"] == 3
    for _ in range(2):
        assert qualtool("edit", talk, "talk", "--undo", "--by", "ada").code == 0
    assert work(talk) == before
    assert qualtool("edit", talk, "talk", "--undo").code == 1
    assert qualtool("edit", talk, "talk").code == 2
    assert qualtool("edit", talk, "talk", "--undo", "--whole-word").code == 2
    assert qualtool("edit", talk, "talk", "--from", tmp_path / "no.txt").code == 1
    assert "need review" in qualtool("edit", talk, "talk", "--replace", "bus", "coach").out


def test_the_panel_hears_of_an_edit(talk: Path) -> None:
    """An open panel is told of the new version, and gets the moved codings."""
    rev = open_panel(talk, "talk.txt", "ada")["source"]["rev"]
    edit_source(talk, "talk.txt", replace=("Alicee", "Alice"), by="ben")
    found = changes_since(talk, "talk.txt", rev, "ada")
    assert found["version"] == 2
    assert len(found["codings"]) == 8


# --- at random ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_random_work_loses_nothing(talk: Path, seed: int) -> None:
    """Coding, editing, deciding and undoing in any order keeps every coding whole and the file clean."""
    rng = random.Random(seed)
    words = ["Alice", "é", "👩‍👧", "the", "", " of it", "\nRuth: ", "x" * 40]
    known = set(codings(talk))
    for _ in range(25):
        text = text_of(talk, "talk.txt")
        a = rng.randrange(len(text))
        b = min(len(text), a + rng.randrange(12))
        act = rng.choice(("edit", "edit", "code", "decide", "undo"))
        if act == "edit":
            edit_source(talk, "talk.txt", text=text[:a] + rng.choice(words) + text[b:], by="ada")
        elif act == "code" and text[a:b].strip():
            code = rng.choice(("A", "B"))
            known.add(code_selection(talk, "talk.txt", a, b, code, coder="ada")["guid"])
        elif act == "decide":
            accept_all(talk, [w["guid"] for w in review_worklist(talk)][:2], by="ben")
        elif act == "undo":
            try:
                undo_edit(talk, "talk.txt", by="ada")
            except UserInputError:
                continue
        now = codings(talk)
        assert set(now) == known
        current = rows(talk, "SELECT name, current_version FROM source")["talk.txt"][0]
        assert all(v[0] <= current or v[6] for v in now.values())
    assert is_clean(talk)
