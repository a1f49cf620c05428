"""Every kind of event there is: it can be undone, or the person is told why it stays."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import event_kinds
import pytest

from qualtool.errors import UserInputError
from qualtool.importing import SurveyMapping
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.machine import machine
from qualtool.store.records.codings import set_facets
from qualtool.workflows.coding import code_answers, coding
from qualtool.workflows.coding.panel_coding import apply_operations
from qualtool.workflows.editing import edit_codebook, edit_source, memos, review
from qualtool.workflows.gathering import (
    import_codebook,
    import_codings,
    import_survey,
    import_transcripts,
    sources,
)
from qualtool.workflows.keeping import backups, checking
from qualtool.workflows.people import consent
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies
from qualtool.workflows.suggestions.finding_topics import link_topic
from qualtool.workflows.undoing import undo_edit
from qualtool.workflows.undoing.history import events_of
from qualtool.workflows.undoing.undo_event import NOT_UNDOABLE, can_undo, undo_event, why_not

AT = "2026-03-01T09:00:00.000+00:00"
STAMP = Stamp(by="Ada", at=AT)
TEXT = b"Interviewer: How is it?\nRuth: Good here, and all. We like it here.\n"
CODES = tuple(
    Code(guid=f"00000000-0000-4000-8000-00000000000{n}", name=f"Code {n}", short_id=f"C{n}") for n in range(3)
)
SUGGESTION = "00000000-0000-4000-8000-0000000000ff"
ACCEPTED = "00000000-0000-4000-8000-0000000000aa"


def test_every_kind_of_event_is_undoable_or_has_its_reason() -> None:
    """Each kind that any module records can be taken back, or a person is told why not."""
    written = event_kinds.written_kinds()
    silent = {k: where for k, where in written.items() if not can_undo(k) and not _is_told(k)}
    assert silent.pop("?", _MERGED) == _MERGED  # a merge repeats the other copy's events, of any kind
    assert len(written) > 25
    assert silent == {}


_MERGED = "store/merging/merging.py"


def _is_told(pattern: str) -> bool:
    if pattern == "suggestion_*":
        return all(can_undo(f"suggestion_{s}") for s in ("accepted", "edited", "rejected", "open"))
    return any(fnmatchcase(pattern, known) for known in NOT_UNDOABLE)


def test_the_search_for_kinds_finds_what_it_should() -> None:
    """Kinds written as words, as one of two, made of parts, and as constants are all found."""
    found = event_kinds.written_kinds()
    wanted = {"coding_added", "coding_restored", "coding_placed", "*_run", "answer_state_cleared"}
    assert wanted <= found.keys()
    assert found.get("?", _MERGED) == _MERGED
    odd = "def f(db):\n    record(db, s, 'never_heard', target_kind='x', target_guid='y')\n"
    assert list(event_kinds.kinds_in(ast.parse(odd))) == ["never_heard"]


def test_a_reason_says_what_to_do_instead() -> None:
    """Whoever cannot take an event back reads why, and a next step."""
    for kind in (*NOT_UNDOABLE, "something_new"):
        reason, following = why_not(kind.replace("*", "topics"))
        assert reason.endswith(".")
        assert following.endswith(".")


# --- each kind, there and back --------------------------------------------------------------------


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study with a talk, two equal answers, codings of Ada's, a suggestion and a topic."""
    path = tmp_path / "study.db"
    studies.create_study(path, by="Ada")
    import_codebook.save_codebook(path, Codebook(title="T", codes=CODES), by="Ada", note="first")
    import_transcripts.import_loaded(path, [("talk.txt", TEXT)], ImportReport(), by="Ada")
    table = b"id,t\n1,It is good.\n2,\n3,It is good.\n"
    import_survey.import_survey(
        path, Path("s.csv"), SurveyMapping(id="id", text=("t",)), data=table, by="Ada"
    )
    for words, code in (("Good here", "C0"), ("We like it", "C1"), ("like it here", "C0")):
        code_words(path, words, code)
    _add_machine(path)
    return path


def code_words(path: Path, words: str, code: str, coder: str = "Ada") -> None:
    at = coding.text_of(path, "talk.txt").index(words)
    coding.code_selection(path, "talk.txt", at, at + len(words), code, coder=coder)


def _add_machine(path: Path) -> None:
    with connection.writing(path) as db:
        units = [u["id"] for u in machine.machine_segments(db)]
        run, _ = machine.add_run(db, "suggest", STAMP, parameters={}, seed=1, libraries={})
        db.conn.execute(
            "INSERT INTO suggestion (guid, run_id, source_id, version, start_char, end_char, quote, code_id,"
            " score, reason) SELECT ?, ?, g.source_id, g.version, g.start_char, g.end_char, substr(v.text,"
            " g.start_char + 1, g.end_char - g.start_char), 3, 0.5, 'near' FROM segment g JOIN text_version v"
            " ON v.source_id = g.source_id WHERE g.source_id = 1 AND g.kind = 'sentence' LIMIT 1",
            (SUGGESTION, run),
        )
        db.conn.execute(
            "INSERT INTO topic (guid, run_id, number, words, size) VALUES ('topic', ?, 1, '[\"it\"]', 2)",
            (run,),
        )
        db.conn.executemany("INSERT INTO topic_member VALUES (1, ?, 1, 0)", [(u,) for u in units[:2]])


def panel(path: Path, **op: Any) -> None:
    with connection.reading(path) as db:
        source = db.conn.execute("SELECT guid FROM source WHERE name = 'talk.txt'").fetchone()[0]
    op = {"op_id": f"operation-{len(events_of(path))}-{op['kind']}", **op}
    (result,) = apply_operations(path, source, "Ada", [op], at=AT)
    assert "error" not in result[1], result


def coding_guid(path: Path, n: int = 0) -> str:
    with connection.reading(path) as db:
        return str(db.conn.execute("SELECT guid FROM coding ORDER BY id").fetchall()[n][0])


def someone(path: Path) -> str:
    return str(consent.consent_table(path)[0]["name"])


def accept(path: Path) -> None:
    with connection.reading(path) as db:
        row = machine.suggestion(db, SUGGESTION)
    place = {k: row[k] for k in ("start_char", "end_char", "quote", "version")}
    panel(path, kind="accept", suggestion=SUGGESTION, guid=ACCEPTED, **place)


def reopen(path: Path) -> None:
    accept(path)
    panel(path, kind="reopen", suggestion=SUGGESTION)


def decide(path: Path) -> None:
    edit_source.edit_source(path, "talk.txt", replace=("We like", "We do like"), by="Ada")
    waiting = review.review_worklist(path)
    review.resolve_review(path, waiting[0]["guid"], "accept", by="Ada")


def correct_and_back(path: Path) -> None:
    edit_source.edit_source(path, "talk.txt", replace=("like", "love"), by="Ada")
    undo_edit.undo_edit(path, "talk.txt", by="Ada")


def mark_answer(path: Path, *, then_clear: bool = False) -> None:
    with connection.reading(path) as db:
        question, row, newest = db.conn.execute(
            "SELECT question_id, min(source_id), max(source_id) FROM answer WHERE source_id IS NOT NULL"
        ).fetchone()
    for n, empty in enumerate((True, False) if then_clear else (True,)):
        op = {"op_id": f"answer-operation-{n}", "kind": "empty", "row": row, "empty": empty}
        ((_, result),) = code_answers.apply_answer_operations(
            path, "Ada", [{**op, "question": question, "up_to": newest}], at=AT
        )
        assert result["n"] == 2


def import_file(path: Path) -> None:
    rows = b"talk.txt,0,11,C2,Ben,affirms\ntalk.txt,13,20,C2,Cy,\n"
    data = b"source,start_char,end_char,code,coder,stance\n" + rows
    import_codings.import_codings(path, Path("c.csv"), data=data, by="Ada")


def import_read(path: Path) -> None:
    read = path.parent / "read.csv"
    read.write_text("source,coder\ntalk.txt,Ben\n")
    data = b"source,start_char,end_char,code,coder\ntalk.txt,0,11,C2,Ben\n"
    import_codings.import_codings(path, Path("c.csv"), data=data, read=read, by="Ada")


def import_asked(path: Path) -> None:
    for marks in (b"talk.txt,C0,yes\n", b"talk.txt,C0,no\ntalk.txt,C1,unclear\n"):
        import_codings.import_asked(path, Path("a.csv"), data=b"source,code,asked\n" + marks, by="Ada")


ACTS: dict[str, Callable[[Path], Any]] = {
    "coding_added": lambda s: code_words(s, "How", "C2"),
    "coding_removed": lambda s: panel(s, kind="remove", guid=coding_guid(s)),
    "coding_restored": lambda s: [panel(s, kind=k, guid=coding_guid(s)) for k in ("remove", "restore")],
    "coding_facets": lambda s: panel(s, kind="facets", guid=coding_guid(s), values={"stance": "denies"}),
    "coding_placed": decide,
    "memo_written": lambda s: memos.write_memo(s, "study", "study", "a thought", coder="Ada"),
    "consent_changed": lambda s: consent.change_consents(s, [someone(s)], "no", by="Ada"),
    "codebook_saved": lambda s: edit_codebook.add_code(s, {"name": "New"}, by="Ada"),
    "suggestion_accepted": accept,
    "suggestion_rejected": lambda s: panel(s, kind="reject", suggestion=SUGGESTION),
    "suggestion_open": reopen,
    "set_saved": lambda s: sources.save_source_set(s, "first", ["talk.txt"], by="Ada"),
    "topic_linked": lambda s: link_topic(s, "topic", "C1", coder="Ada"),
    "source_edited": lambda s: edit_source.edit_source(s, "talk.txt", replace=("like", "love"), by="Ada"),
    "source_edit_undone": correct_and_back,
    "source_read": lambda s: panel(s, kind="read", state="read"),
    "turns_read": lambda s: panel(s, kind="turns", positions=[0, 1], nothing=True, state="read"),
    "answer_not_substantive": mark_answer,
    "answer_state_cleared": lambda s: mark_answer(s, then_clear=True),
    "setting_changed": lambda s: backups.set_backups_folder(s, str(s.parent), by="Ada"),
    "codings_imported": import_file,
    "sources_marked_read": import_read,
    "asked_imported": import_asked,
}
# These are undone to a state in the middle of the act, which is asserted elsewhere.
_IN_THE_MIDDLE = {
    "coding_restored",
    "coding_placed",
    "suggestion_open",
    "source_edit_undone",
    "answer_not_substantive",
    "answer_state_cleared",
    "asked_imported",
    "sources_marked_read",
}

# What a person made or marked; times, revisions, the log and rows that only grow are left out.
STATE = {
    "codings": "SELECT guid, version, start_char, end_char, quote, code_id, coder_id, stance, valence, basis,"
    " level FROM coding WHERE removed_at IS NULL",
    "memos": "SELECT target_kind, target_guid, text, coder_id FROM memo WHERE removed_at IS NULL",
    "codes": "SELECT guid, name, definition, position FROM code WHERE removed_at IS NULL",
    "suggestions": "SELECT guid, status, version, start_char, quote FROM suggestion WHERE run_id = 1",
    "consent": "SELECT name, consent FROM participant",
    "sets": "SELECT s.name, m.source_id FROM source_set s JOIN source_set_member m ON m.set_id = s.id",
    "topics": "SELECT guid, code_id FROM topic",
    "linked": "SELECT code_id, start_char FROM suggestion WHERE run_id > 1 AND status = 'open'",
    "texts": "SELECT s.name, v.text FROM source s JOIN text_version v ON v.source_id = s.id"
    " AND v.version = s.current_version",
    "reading": "SELECT source_id, coder_id FROM reading WHERE state = 'read'",
    "turns": "SELECT source_id, coder_id, position FROM turn_read",
    "answers": "SELECT source_id, coder_id, state FROM answer_state",
    "settings": "SELECT key, value FROM study WHERE value <> ''",
    "asked": "SELECT source_id, code_id, asked FROM asked",
}


def made(path: Path) -> dict[str, list[Any]]:
    conn = sqlite3.connect(path)
    try:
        return {name: sorted(map(repr, conn.execute(sql))) for name, sql in STATE.items()}
    finally:
        conn.close()


def newest(path: Path, kind: str) -> dict[str, Any]:
    return events_of(path, kinds=[kind])[-1]


def test_each_undoable_kind_is_tried() -> None:
    """Every kind that can be undone is done and undone below; an edited suggestion is an accepted one."""
    tried = ACTS.keys() | {"suggestion_edited"}
    assert {kind for kind in event_kinds.written_kinds() if can_undo(kind)} <= tried
    assert all(can_undo(kind) for kind in tried)


def comparable(state: dict[str, list[Any]], kind: str) -> dict[str, list[Any]]:
    """A text corrected once more is a version of its own, so there the places bear another number."""
    left_out = ("codings", "suggestions") if kind == "source_edit_undone" else ()
    left_out += ("codings", "suggestions", "linked") if kind == "source_edited" else ()
    return {name: rows for name, rows in state.items() if name not in left_out}


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_an_act_is_undone_and_its_undo_as_well(kind: str, study: Path) -> None:
    """Undone, the study is as before the act; with the undo undone it is as after it; check is clean."""
    before = made(study)
    ACTS[kind](study)
    event, after = newest(study, kind), made(study)
    told = undo_event(study, event["id"], event["by"])
    undone = made(study)
    assert undone != after
    if kind not in _IN_THE_MIDDLE:
        assert undone == before
    assert checking.check_study(study)["problems"] == []
    back = [e for e in events_of(study) if e["id"] in told["events"] and e["undoes"] == event["id"]]
    for row in back[::-1]:
        if can_undo(row["kind"]) and not any(
            e["is_undone"] for e in events_of(study) if e["id"] == row["id"]
        ):
            _undo_if_it_is_left(study, row)
    assert comparable(made(study), kind) == comparable(after, kind)
    assert checking.check_study(study)["problems"] == []


def _undo_if_it_is_left(path: Path, row: dict[str, Any]) -> None:
    """Undoing a reopened suggestion brings its coding back as well: then that is done already."""
    try:
        undo_event(path, row["id"], row["by"])
    except UserInputError as err:
        assert any(w in err.message for w in ("stands again already", "removed since"))


def test_a_decision_taken_back_waits_again(study: Path) -> None:
    """A coding whose place somebody decided on lies in its old text again, and is on the worklist."""
    edit_source.edit_source(study, "talk.txt", replace=("We like", "We do like"), by="Ada")
    waiting = review.review_worklist(study)
    review.resolve_review(study, waiting[0]["guid"], "accept", by="Ben")
    event = newest(study, "coding_placed")["id"]
    with pytest.raises(UserInputError, match="done by Ben"):
        undo_event(study, event, "Ada")
    undo_event(study, event, "Ben")
    assert review.review_worklist(study) == waiting


def test_corrections_are_taken_back_in_order(study: Path) -> None:
    """An older correction is refused while a later one stands; taken back in order both go."""
    text = coding.text_of(study, "talk.txt")
    edit_source.edit_source(study, "talk.txt", replace=("Good", "Fine"), by="Ada")
    first = newest(study, "source_edited")["id"]
    edit_source.edit_source(study, "talk.txt", replace=("like", "love"), by="Ada")
    with pytest.raises(UserInputError, match="corrected again since"):
        undo_event(study, first, "Ada")
    undo_event(study, newest(study, "source_edited")["id"], "Ada")
    undo_event(study, first, "Ada")
    assert coding.text_of(study, "talk.txt") == text


def test_an_import_that_was_worked_on_is_not_taken_back(study: Path) -> None:
    """Where somebody changed one of the imported codings since, the import stays whole."""
    import_file(study)
    event, guid = newest(study, "codings_imported")["id"], coding_guid(study, -2)
    with connection.writing(study) as db:
        set_facets(db, guid, {"valence": "negative"}, Stamp(by="Ben", at=AT))
    was = made(study)
    with pytest.raises(UserInputError, match="1 of these codings were changed since"):
        undo_event(study, event, "Ada")
    assert made(study) == was


def test_an_answer_coded_since_is_not_marked_empty_again(study: Path) -> None:
    """Taking a cleared mark back is refused where the coder has coded the answer since."""
    mark_answer(study, then_clear=True)
    event = newest(study, "answer_state_cleared")
    coding.code_selection(study, event["target"], 0, 5, "C0", coder="Ada")
    with pytest.raises(UserInputError, match="carries codes of yours"):
        undo_event(study, event["id"], "Ada")


def test_a_hundred_events_of_many_kinds_are_undone(study: Path) -> None:
    """A coder's last hundred events, of seven kinds, taken back newest first, leave the study as it was."""
    code_words(study, "How", "C2", coder="Zoe")
    before, first = made(study), events_of(study)[-1]["id"]
    text = coding.text_of(study, "talk.txt")
    for n in range(15):
        coding.code_selection(study, "talk.txt", n, n + 4, "C1", coder="Zoe")
        memos.write_memo(study, "study", "study", f"thought {n}", coder="Zoe")
        consent.change_consents(study, [someone(study)], ("no", "yes")[n % 2], by="Zoe")
        sources.save_source_set(study, f"set {n}", ["talk.txt"], by="Zoe")
        edit_codebook.add_code(study, {"name": f"Zoe's {n}"}, by="Zoe")
        edit_source.edit_source(study, "talk.txt", text=f"{text}PS {n}\n", by="Zoe")
        folder = study.parent / f"backups {n}"
        folder.mkdir()
        backups.set_backups_folder(study, str(folder), by="Zoe")
    own = [e["id"] for e in events_of(study, by="Zoe") if e["id"] > first]
    assert len(own) >= 100
    for event in own[::-1]:
        undo_event(study, event, "Zoe")
    assert made(study) == before
    assert checking.check_study(study)["problems"] == []
