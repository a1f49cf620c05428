"""A participant withdraws: no byte of their words is left, and the study stays whole."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.importing import SurveyMapping
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.store.machine import machine
from qualtool.store.reading import replay
from qualtool.store.tables.structure import schema_of, wanted_schema
from qualtool.text.pseudonyms import Pseudonym, PseudonymTable
from qualtool.workflows.coding import coding
from qualtool.workflows.coding.panel_coding import apply_operations
from qualtool.workflows.editing import edit_source, memos
from qualtool.workflows.gathering import import_codebook, import_survey, import_transcripts
from qualtool.workflows.keeping import backups, checking, pseudonymise, purge
from qualtool.workflows.people import consent
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies
from qualtool.workflows.themes import themes

SECRET = "the violet heron sleeps beneath our kitchen table"
OTHER = "my neighbour sells umbrellas on rainy Sundays"
ALONE = (
    f"Interviewer: Was it true that {SECRET}?\n"
    f"Wilhelmina: Yes, {SECRET}. Nobody knows it.\n"
    "Interviewer: Thank you.\n"
)
GROUP = f"Moderator: So?\nWilhelmina: Well, {SECRET}. Truly.\nOsbert: And {OTHER}. Really.\n"
SHEET_NAMES = ("Wilhelmina (alone_wilhelmina.txt)", "Wilhelmina (group.txt)", "Osbert (group.txt)")
CODE = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """An interview, a group and a survey, coded, with memos and everything that repeats words."""
    path = tmp_path / "home" / "study.db"
    path.parent.mkdir()
    studies.create_study(path, by="Ada")
    example = Code(guid=CODE, name="Home", short_id="C0", example=f"“{SECRET.capitalize()}”, she said")
    import_codebook.save_codebook(path, Codebook(title="T", codes=(example,)), by="Ada", note="first")
    files = [("alone_wilhelmina.txt", ALONE.encode()), ("group.txt", GROUP.encode())]
    import_transcripts.import_loaded(path, files, ImportReport(), by="Ada")
    data = f"id,t,c,role\nR1,{SECRET},yes,Head\nR2,{OTHER},no,Head\n".encode()
    mapping = SurveyMapping(id="id", text=("t",), single=("c",), role="role")
    import_survey.import_survey(path, Path("s.csv"), mapping, data=data, by="Ada")
    for source, text in (("alone_wilhelmina.txt", ALONE), ("group.txt", GROUP), ("s.csv#R1#t", SECRET)):
        at = text.rindex(SECRET)
        made = coding.code_selection(path, source, at, at + len(SECRET), "C0", coder="Ada")
        coding.code_selection(path, source, at, at + 10, "C0", coder="Ada")
        memos.write_memo(path, "coding", made["guid"], f"striking: {SECRET}", coder="Ada")
    both = GROUP.index("violet")
    coding.code_selection(path, "group.txt", both, GROUP.index(" on rainy"), "C0", coder="Ben")
    at = GROUP.index(OTHER)
    coding.code_selection(path, "group.txt", at, at + len(OTHER), "C0", coder="Ben")
    memos.write_memo(path, "study", "study", f"Compare “{SECRET.upper()}” with Osbert.", coder="Ada")
    edit_source.edit_source(path, "alone_wilhelmina.txt", replace=("Thank you", "Thanks"), by="Ada")
    with connection.writing(path) as db:
        guid, number = db.conn.execute("SELECT guid, id FROM source WHERE name = 'group.txt'").fetchone()
        db.conn.execute(
            "INSERT INTO run (guid, kind, parameters, libraries, made_by, made_at)"
            " VALUES ('r', 'codes', ?, '{}', 'Ada', 'now')",
            (json.dumps({"q": SECRET}),),
        )
        for n, (start, end) in enumerate(((both, both + 12), (at, at + 12))):
            db.conn.execute(
                "INSERT INTO suggestion (guid, run_id, source_id, version, start_char, end_char, quote,"
                " code_id, score, reason) VALUES (?, 1, ?, 1, ?, ?, ?, 1, 0.5, ?)",
                (f"u{n}", number, start, end, GROUP[start:end], f"Close to: “{SECRET}”."),
            )
        db.conn.execute(
            "INSERT INTO embedding (text_sha256, model_digest, backend, vector) VALUES ('k', 'm', 'b', x'00')"
        )
    memo = {"kind": "memo", "target_kind": "code", "target_guid": CODE, "text": f"says {SECRET}"}
    act = {"act": {"guid": str(uuid.uuid4()), "name": SECRET, "undo": memo, "redo": memo}}
    ops = [{"op_id": str(uuid.uuid4()), **memo, **act}, {"op_id": str(uuid.uuid4()), **memo, "before": ""}]
    apply_operations(path, guid, "Ada", ops, at="2026-03-01T09:00:00.000+00:00")
    return path


def run(study: Path, participant: str, **options: Any) -> dict[str, Any]:
    return purge.purge(study, participant, keep_backups=True, by="Ada", **options)


def run_all(study: Path, **options: Any) -> None:
    for name in (*SHEET_NAMES[:2], "s.csv#R1"):
        run(study, name, **options)


def found_in(folder: Path, words: str) -> list[str]:
    """Files below a folder that hold a run of some words, in any case and in two encodings."""
    parts = [words[n : n + 16] for n in range(len(words) - 15)]
    forms = {
        f.lower() for p in parts for f in (p.encode(), p.encode("utf-16-le"), json.dumps(p)[1:-1].encode())
    }
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(form in path.read_bytes().lower() for form in forms)
    ]


@pytest.mark.parametrize("keep_counts", [False, True])
def test_no_byte_of_their_words_or_name_is_left(study: Path, keep_counts: bool) -> None:
    """After the withdrawals no file holds 16 characters in a row of what they said, or their name."""
    assert found_in(study.parent, SECRET)
    run_all(study, keep_counts=keep_counts)
    assert found_in(study.parent, SECRET) == []
    data = study.read_bytes().lower()
    assert b"wilhelmina" not in data
    assert b"R1" not in study.read_bytes()
    assert OTHER.encode() in study.read_bytes()


@pytest.mark.parametrize("keep_counts", [False, True])
def test_the_study_is_whole_and_replays(study: Path, keep_counts: bool) -> None:
    """Check finds nothing, every guard is there, and the log goes on from the state after."""
    run_all(study, keep_counts=keep_counts)
    assert checking.check_study(study)["problems"] == []
    with connection.reading(study) as db:
        assert schema_of(db) == wanted_schema()
        newest = db.conn.execute("SELECT max(id) FROM event").fetchone()[0]
        assert replay.state_at(db, newest).standing() == replay.stored_state(db).standing()


def test_in_a_group_only_their_turns_go(study: Path) -> None:
    """Others' words and codings stay; a coding that reaches over both stays and needs review."""
    found = run(study, SHEET_NAMES[1])
    text = coding.text_of(study, "group.txt")
    assert text == GROUP.replace("Wilhelmina", "withdrawn 1").replace(
        f"Well, {SECRET}. Truly.", "[withdrawn]"
    )
    row = next(r for r in found["sources"] if r["source"] == "group.txt")
    assert (row["kept"], row["moved"], row["withdrawn"], row["lost"]) == (0, 1, 2, 0)
    assert [one["after"] for one in row["needs_review"]] == [f"[withdrawn]\nOsbert: And {OTHER[:28]}"]
    rows = themes.quotes(study)
    assert OTHER in [r["quote"] for r in rows]


def test_guids_stay_and_nothing_is_named_by_the_event(study: Path) -> None:
    """Participant, source, codings and suggestions keep their GUIDs; the event has offsets and GUIDs only."""

    def guids() -> set[str]:
        with connection.reading(study) as db:
            return {
                r[0]
                for table in ("participant", "source", "coding", "suggestion", "memo")
                for r in db.conn.execute(f"SELECT guid FROM {table}")
            }

    before = guids()
    found = run(study, SHEET_NAMES[0])
    assert guids() == before
    with connection.reading(study) as db:
        kind, target, after = db.conn.execute(
            "SELECT kind, target_guid, after FROM event ORDER BY id DESC"
        ).fetchone()
    assert (kind, target) == ("participant_withdrawn", found["guid"])
    assert set(json.loads(after)) == {"checkpoint", "edits", "keeps_counts"}


def test_without_counts_they_are_in_no_number(study: Path) -> None:
    """Without counts their codings are gone from frequencies and they are in no denominator."""
    run_all(study)
    (row,) = [r for r in themes.frequencies(study)["rows"] if r["code"] == "C0"]
    assert (row["n_participants"], row["denominator_participants"]) == (1, 2)
    with connection.reading(study) as db:
        values = [
            r[0] for r in db.conn.execute("SELECT value FROM answer ORDER BY respondent_id, question_id")
        ]
    assert values == [None, None, OTHER, "no"]


def test_with_counts_they_are_counted_as_before(study: Path) -> None:
    """With counts frequencies are those of before, number of words included, and no quote may leave."""
    before = themes.frequencies(study)["rows"]
    run_all(study, keep_counts=True)
    assert themes.frequencies(study)["rows"] == before
    assert {r["consent"] for r in consent.consent_table(study) if r["name"].startswith("withdrawn")} == {
        "withdrawn"
    }


def test_it_can_be_repeated_by_guid_and_tightened(study: Path) -> None:
    """Withdrawn with counts first, a second time without; a third time by GUID finds nothing left."""
    first = run(study, SHEET_NAMES[0], keep_counts=True)
    second = run(study, first["guid"])
    assert second["participant"] == first["participant"] == "withdrawn 1"
    assert second["n_codings"] == 2
    with connection.reading(study) as db:
        n = db.conn.execute("SELECT max(id) FROM event").fetchone()[0]
    assert run(study, first["guid"])["sources"] == []
    with connection.reading(study) as db:
        assert db.conn.execute("SELECT max(id) FROM event").fetchone()[0] == n
    assert checking.check_study(study)["problems"] == []


def test_unknown_and_ambiguous_participants_are_refused(study: Path) -> None:
    """A name nobody has, and an id that two surveys have, are refused and nothing changes."""
    data = b"id,t\nR1,other words\n"
    mapping = SurveyMapping(id="id", text=("t",))
    import_survey.import_survey(study, Path("v.csv"), mapping, data=data, by="Ada")
    with pytest.raises(UserInputError, match="no such participant"):
        run(study, "Nobody")
    with pytest.raises(UserInputError, match="Several"):
        run(study, "R1")
    assert found_in(study.parent, SECRET)


def test_old_backups_are_deleted_on_confirmation_only(study: Path) -> None:
    """Undecided, nothing is erased; confirmed, old backups go and the new one holds nothing of them."""
    old = backups.back_up_now(study)
    with pytest.raises(UserInputError, match="still hold"):
        purge.purge(study, SHEET_NAMES[0], by="Ada")
    run(study, SHEET_NAMES[1])
    run(study, "s.csv#R1")
    found = purge.purge(study, SHEET_NAMES[0], delete_backups=True, by="Ada")
    assert found["backups_deleted"] == [str(old)]
    assert found_in(study.parent, SECRET) == []


def test_a_preview_counts_and_writes_nothing(study: Path) -> None:
    """The preview tells sources, turns, codings and memos, and leaves the file as it is."""
    before = study.read_bytes()
    seen = purge.preview(study, SHEET_NAMES[1])
    assert study.read_bytes() == before
    assert seen["sources"] == [
        {"source": "group.txt", "whole": False, "n_turns": 1, "n_codings": 2, "n_memos": 1}
    ]


def test_the_command_follows_the_contract(study: Path, qualtool: Callable[..., Any]) -> None:
    """The command prints the row of the one text it touched, and a clear error for nobody."""
    row = qualtool("purge", study, "--participant", SHEET_NAMES[0], "--json").json
    assert {"source", "version", "kept", "moved", "needs_review", "lost", "run"} <= set(row)
    assert row["source"] == "withdrawn 1.txt"
    assert qualtool("purge", study, "--participant", "Nobody", "--json").code == 1


def test_putting_names_back_brings_no_withdrawn_word_back(study: Path, tmp_path: Path) -> None:
    """Names replaced, a participant withdrawn, names put back: the others' are there, theirs are not."""
    names = PseudonymTable(
        tuple(Pseudonym(real=real, pseudonym=by) for real, by in (("Wilhelmina", "P1"), ("Osbert", "P2")))
    )
    key = tmp_path / "names.key"
    pseudonymise.apply(study, names, key=key, passphrase="p w", keep_backups=True, by="Ada")
    found = run(study, "P1 (group.txt)")
    assert any("key file" in warning for warning in found["warnings"])
    run(study, "P1 (alone_P1.txt)")
    run(study, "s.csv#R1")
    pseudonymise.reverse(study, key=key, passphrase="p w", by="Ada")
    assert coding.text_of(study, "group.txt") == (
        f"Moderator: So?\nwithdrawn 1: [withdrawn]\nOsbert: And {OTHER}. Really.\n"
    )
    assert b"Wilhelmina" not in study.read_bytes()
    assert found_in(study.parent, SECRET) == []
    assert checking.check_study(study)["problems"] == []


def test_while_somebody_reads_the_old_pages_are_told(study: Path) -> None:
    """With a reader in the way the words are erased and the rest is told; a second run does it."""
    with connection.reading(study) as db:
        db.conn.execute("SELECT count(*) FROM coding").fetchone()
        first = run(study, SHEET_NAMES[0])
    assert not first["finished"]
    assert any("anew" in warning for warning in first["warnings"])
    assert run(study, first["guid"])["finished"]
    run(study, SHEET_NAMES[1])
    run(study, "s.csv#R1")
    assert found_in(study.parent, SECRET) == []


@pytest.mark.parametrize("keep_counts", [False, True])
def test_no_machine_works_on_what_stands_in_their_place(study: Path, keep_counts: bool) -> None:
    """Placeholders are no units of topics and suggestions; others' words still are."""
    run_all(study, keep_counts=keep_counts)
    with connection.reading(study) as db:
        units = [one["text"] for one in machine.machine_segments(db)]
    assert sorted(units) == sorted([f"And {OTHER}.", "Really.", OTHER])
