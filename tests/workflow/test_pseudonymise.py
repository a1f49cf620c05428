"""Real names leave a study for the key file, byte for byte, and come back only with it."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import tempfile
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.importing import SurveyMapping
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.store.reading import replay
from qualtool.store.records.people import set_variables
from qualtool.store.records.sets import save_set
from qualtool.store.tables.structure import schema_of, wanted_schema
from qualtool.text.pseudonyms import Kind, Pseudonym, PseudonymTable
from qualtool.workflows.clock import stamp
from qualtool.workflows.coding import coding
from qualtool.workflows.coding.panel_coding import apply_operations
from qualtool.workflows.editing import edit_source, memos
from qualtool.workflows.gathering import import_codebook, import_survey, import_transcripts
from qualtool.workflows.keeping import backups, checking, erasing, key_file, pseudonymise
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies
from qualtool.workflows.undoing import undo_edit

PASS = "correct horse battery staple"
REAL = ("Quennella", "Brightwater Academy", "Zoë-Marie O’Dell")
TEXT = (
    "Interviewer: Hello Quennella, is this about Brightwater Academy?\n"
    "Quennella: Yes. QUENNELLA's son met Zoe\u0308-Marie O'Dell at Brightwater\nAcademy, "
    "and quennella.b@example.org wrote.\n"
    "Interviewer: And then?\n"
    "Quennella: Then Quennella’s friends left. \U0001f469 caf\u00e9.\n"
)
TABLE = PseudonymTable(
    (
        Pseudonym(real="Quennella", pseudonym="[P-01]"),
        Pseudonym(real="Brightwater Academy", pseudonym="School A", kind=Kind.SCHOOL),
        Pseudonym(real="Zoë-Marie O’Dell", pseudonym="Ann", kind=Kind.PERSON),
    )
)
CODE = "00000000-0000-4000-8000-000000000001"


def steps(text: str) -> dict[str, Any]:
    """How a coder's act is taken back and done again: what it says is of no matter here."""
    memo = {"kind": "memo", "target_kind": "code", "target_guid": CODE, "text": text[:40]}
    return {"undo": memo, "redo": memo}


def planted(folder: Path) -> Path:
    """A study with real names in every place that can hold some."""
    study = folder / "study.db"
    studies.create_study(study, by="Ada")
    book = Codebook(
        title="About Quennella",
        codes=(
            Code(
                guid=CODE,
                name="Quennella's code",
                short_id="C0",
                definition="What Quennella said",
                example="Then Quennella’s friends left.",
                citation="Brightwater Academy (2020)",
            ),
        ),
    )
    import_codebook.save_codebook(study, book, by="Ada", note="from Brightwater Academy")
    name = "Quennella_Brightwater Academy.txt"
    import_transcripts.import_loaded(study, [(name, TEXT.encode())], ImportReport(), by="Ada")
    survey = "id,t,c,s\nQuennella,Ask Quennella,Brightwater Academy,Quennella\n2,fine,x,y\n"
    mapping = SurveyMapping(id="id", text=("t",), single=("c",), stratum="s")
    import_survey.import_survey(study, Path("Quennella.csv"), mapping, data=survey.encode(), by="Ada")
    whole = coding.code_selection(study, name, 0, len(TEXT), "C0", coder="Ada")
    at = TEXT.index("Quennella: Yes")
    coding.code_selection(study, name, at, at + 5, "C0", coder="Ada")
    coding.code_selection(study, name, at, at + 4, "C0", coder="Ada")
    coding.code_selection(study, name, at + 11, at + 14, "C0", coder="Ben")
    memos.write_memo(study, "coding", whole["guid"], "first about Quennella", coder="Ada")
    memos.write_memo(study, "coding", whole["guid"], "Quennella, again", coder="Ada")
    edit_source.edit_source(study, name, replace=("And then?", "Quennella, and then?"), by="Ada")
    made = stamp("Ada")
    with connection.writing(study) as db:
        source_id, guid = db.conn.execute("SELECT id, guid FROM source WHERE name = ?", (name,)).fetchone()
        set_variables(db, "source", source_id, {"place of Quennella": "Brightwater Academy"})
        save_set(db, "Set of Quennella", [source_id], made)
        db.conn.execute(
            "INSERT INTO study_case (guid, name, kind, urn, pseudonym, made_by, made_at)"
            " VALUES ('c', 'Brightwater Academy', 'school', '900001', 'Brightwater Academy!', 'Ada', 'now')"
        )
        db.conn.execute(
            "INSERT INTO run (guid, kind, parameters, libraries, note, made_by, made_at) VALUES"
            " ('r', 'codes', ?, '{}', 'Quennella', 'Ada', 'now')",
            (json.dumps({"about": "Zoë-Marie O’Dell"}),),
        )
        text, version = db.conn.execute(
            "SELECT v.text, v.version FROM text_version v JOIN source s ON s.id = v.source_id"
            " AND s.current_version = v.version WHERE s.id = ?",
            (source_id,),
        ).fetchone()
        start = text.index("Quennella: Then")
        db.conn.execute(
            "INSERT INTO suggestion (guid, run_id, source_id, version, start_char, end_char, quote,"
            " code_id, score, reason) VALUES ('u', 1, ?, ?, ?, ?, ?, 1, 0.5,"
            " 'Close to “Quennella’s friends”.')",
            (source_id, version, start, start + 20, text[start : start + 20]),
        )
        db.conn.execute(
            "INSERT INTO topic (guid, run_id, number, words, size, label) VALUES"
            " ('t', 1, 0, ?, 3, 'Quennella')",
            (json.dumps(["quennella", "school"]),),
        )
        db.conn.execute(
            "INSERT INTO embedding (text_sha256, model_digest, backend, vector) VALUES ('k', 'm', 'b', ?)",
            (b"\x00\x01Quennella",),
        )
    memo = {"kind": "memo", "target_kind": "source", "target_guid": guid, "text": "met Quennella"}
    acts = [
        {"op_id": str(uuid.uuid4()), **memo},
        {"op_id": str(uuid.uuid4()), **memo, "before": "", "text": "and Quennella left"},
        {"op_id": str(uuid.uuid4()), "kind": "add", "guid": str(uuid.uuid4()), "code": CODE}
        | {"start_char": start, "end_char": start + 9, "quote": "Quennella", "version": version}
        | {"act": {"guid": str(uuid.uuid4()), "name": "Code Quennella", **steps(text)}},
    ]
    apply_operations(study, guid, "Ada", acts, at="2026-03-01T09:00:00.000+00:00")
    return study


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a guess of a passphrase costs is of no matter here."""
    monkeypatch.setattr(key_file, "_N", 2)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return planted(tmp_path / "home")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "names.key"


def forms(name: str) -> Iterator[bytes]:
    """A name as bytes of a file could hold it."""
    for form in ("NFC", "NFD"):
        for one in {name, name.replace("’", "'"), name.split()[0]}:
            composed = unicodedata.normalize(form, one)
            for cased in (composed, composed.upper(), composed.lower(), composed.title()):
                yield cased.encode()
                yield cased.encode("utf-16-le")
                yield json.dumps(cased)[1:-1].encode()


def found_in(folder: Path, names: tuple[str, ...] = REAL) -> list[tuple[str, bytes]]:
    """Files below a folder that hold a name in any form, by bytes."""
    hits: list[tuple[str, bytes]] = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            lowered = data.lower()
            hits += [
                (path.name, form)
                for name in names
                for form in forms(name)
                if form in data or form.lower() in lowered
            ]
    return hits


def run(study: Path, key: Path, **options: Any) -> dict[str, Any]:
    return pseudonymise.apply(study, TABLE, key=key, passphrase=PASS, keep_backups=True, by="Ada", **options)


def rows_of(study: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of a study, without what only counts changes."""
    conn = sqlite3.connect(study)
    try:
        names = [r[0] for r in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(map(tuple, conn.execute(f'SELECT * FROM "{name}"')), key=repr)
            for name in names
            if name not in ("seal", "sqlite_sequence")
        }
    finally:
        conn.close()


def test_no_byte_of_a_real_name_is_left(study: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After pseudonyms were put in, no file of the study or of the temporary folder holds a real name."""
    places = study.parent / "tmp"
    places.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(places))
    monkeypatch.setenv("SQLITE_TMPDIR", str(places))
    assert found_in(study.parent)
    found = run(study, key)
    assert found["finished"]
    assert found["left"] == []
    assert found_in(study.parent) == []
    assert found_in(key.parent) == []


def test_the_study_is_whole_with_all_its_guards(study: Path, key: Path) -> None:
    """With pseudonyms, check finds nothing, and triggers and indexes are those of a new study."""
    run(study, key)
    assert checking.check_study(study)["problems"] == []
    with connection.reading(study) as db:
        assert schema_of(db) == wanted_schema()
    with pytest.raises(Exception, match="never changes"), connection.writing(study) as db:
        db.conn.execute("UPDATE text_version SET text = 'x', n_chars = 1")


def test_every_coding_is_told_and_none_is_lost(study: Path, key: Path) -> None:
    """Each standing coding is kept, moved or needs review, and its quote is the text with pseudonyms."""
    with connection.reading(study) as db:
        before = dict(db.conn.execute("SELECT guid, quote FROM coding WHERE removed_at IS NULL").fetchall())
    found = run(study, key)
    told = sum(r["kept"] + r["moved"] + len(r["needs_review"]) for r in found["sources"])
    assert told == len(before)
    assert {row["lost"] for row in found["sources"]} == {0}
    cut = {one["guid"] for row in found["sources"] for one in row["needs_review"]}
    assert len(cut) == 2
    with connection.reading(study) as db:
        after = dict(db.conn.execute("SELECT guid, quote FROM coding WHERE removed_at IS NULL").fetchall())
    assert set(after) == set(before)
    for guid, quote in before.items():
        if guid not in cut:
            assert after[guid] == quote or "[P-01]" in after[guid] or "School A" in after[guid]


def test_the_log_goes_on_from_the_state_after(study: Path, key: Path) -> None:
    """The state rebuilt from the log is the stored one, and nothing before the erasure can be undone."""
    run(study, key)
    with connection.reading(study) as db:
        newest = db.conn.execute("SELECT max(id) FROM event").fetchone()[0]
        assert replay.state_at(db, newest).standing() == replay.stored_state(db).standing()
        acts = db.conn.execute("SELECT name, undo, redo, state FROM coder_act").fetchall()
        source = db.conn.execute("SELECT name FROM source WHERE kind = 'transcript'").fetchone()[0]
    assert set(acts) == {("erased", "{}", "{}", "dropped")}
    with pytest.raises(UserInputError, match="no correction"):
        undo_edit.undo_edit(study, source, by="Ada")


def test_with_the_key_everything_is_as_it_was(study: Path, key: Path) -> None:
    """Put back with the key file, every row is as before, but for vectors, acts to undo, and two events."""
    before = rows_of(study)
    run(study, key)
    found = pseudonymise.reverse(study, key=key, passphrase=PASS, by="Ada")
    assert found["not_put_back"] == 0
    assert checking.check_study(study)["problems"] == []
    after = rows_of(study)
    for table, rows in before.items():
        if table in ("embedding", "coder_act", "study"):
            continue
        now = after[table]
        if table == "event":
            now = [row for row in now if row[3] not in (erasing.REPLACED, erasing.PUT_BACK)]
        assert [_uncounted(table, r) for r in now] == [_uncounted(table, r) for r in rows], table


def _uncounted(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    at = {"source": 9, "coding": 18}.get(table)
    return row if at is None else (*row[:at], *row[at + 1 :])


def test_work_done_meanwhile_moves_back_with_the_text(study: Path, key: Path) -> None:
    """A coding, an edit and a memo made while pseudonyms stood are there after the names came back."""
    run(study, key)
    with connection.reading(study) as db:
        name = db.conn.execute("SELECT name FROM source WHERE kind = 'transcript'").fetchone()[0]
    text = coding.text_of(study, name)
    start = text.index("friends left")
    coding.code_selection(study, name, start, start + 12, "C0", coder="Ben")
    edit_source.edit_source(study, name, replace=("friends left", "friends went"), by="Ada")
    memos.write_memo(study, "study", "study", "[P-01] typed by hand", coder="Ben")
    pseudonymise.reverse(study, key=key, passphrase=PASS, by="Ada")
    with connection.reading(study) as db:
        name = db.conn.execute("SELECT name FROM source WHERE kind = 'transcript'").fetchone()[0]
    now = coding.text_of(study, name)
    wanted = TEXT.replace("And then?", "Quennella, and then?").replace("friends left", "friends went")
    assert now == wanted
    assert checking.check_study(study)["problems"] == []
    with connection.reading(study) as db:
        texts = [r[0] for r in db.conn.execute("SELECT text FROM memo WHERE target_kind = 'study'")]
    assert texts == ["[P-01] typed by hand"]


def test_two_layers_come_off_in_order(study: Path, key: Path) -> None:
    """A second table with the same key file is a second layer; one reverse takes off both."""
    before = coding.text_of(study, "Quennella_Brightwater Academy.txt")
    run(study, key)
    more = PseudonymTable((Pseudonym(real="friends", pseudonym="mates", kind=Kind.OTHER),))
    pseudonymise.apply(study, more, key=key, passphrase=PASS, keep_backups=True)
    found = pseudonymise.reverse(study, key=key, passphrase=PASS)
    assert found["layers"] == 2
    assert coding.text_of(study, "Quennella_Brightwater Academy.txt") == before


def test_a_wrong_passphrase_changes_nothing(study: Path, key: Path) -> None:
    """With another passphrase neither a second layer nor the way back touches study or key file."""
    run(study, key)
    data, held = study.read_bytes(), key.read_bytes()
    more = PseudonymTable((Pseudonym(real="friends", pseudonym="mates"),))
    for act in (
        lambda: pseudonymise.reverse(study, key=key, passphrase="wrong"),
        lambda: pseudonymise.apply(study, more, key=key, passphrase="wrong", keep_backups=True),
        lambda: pseudonymise.apply(study, more, key=key, passphrase=" ", keep_backups=True),
    ):
        with pytest.raises(UserInputError, match=r"[Pp]assphrase"):
            act()
    assert (study.read_bytes(), key.read_bytes()) == (data, held)


def test_the_key_file_is_for_its_owner_and_holds_no_name_in_clear(study: Path, key: Path) -> None:
    """The key file can be read by its owner alone, and no name is in its bytes."""
    run(study, key)
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600
    assert found_in(key.parent) == []


def test_a_file_that_is_no_key_is_never_overwritten(study: Path, key: Path) -> None:
    """A file of another kind, and the study itself, are refused as key file and stay as they are."""
    key.write_text("my thesis")
    for wrong in (key, study):
        with pytest.raises(UserInputError):
            pseudonymise.apply(study, TABLE, key=wrong, passphrase=PASS, keep_backups=True)
    assert key.read_text() == "my thesis"
    assert checking.check_study(study)["problems"] == []


def test_a_failure_midway_leaves_the_study_untouched(
    study: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the key file cannot be written, or the program fails, every row and guard is as it was."""
    before = rows_of(study)

    def full(*arguments: object) -> None:
        raise UserInputError("The disk is full.")

    monkeypatch.setattr(pseudonymise, "write_key", full)
    with pytest.raises(UserInputError, match="full"):
        run(study, key)
    assert rows_of(study) == before
    assert checking.check_study(study)["problems"] == []
    assert not key.exists()


def test_an_unfinished_erasure_is_finished_before_the_next_backup(
    study: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between commit and the rewriting of the file, it is rewritten before a backup copies it."""
    monkeypatch.setattr(pseudonymise, "finish", lambda study: False)
    assert not run(study, key)["finished"]
    assert erasing.is_unfinished(study)
    monkeypatch.undo()
    copy = backups.back_up_now(study)
    assert not erasing.is_unfinished(study)
    assert found_in(study.parent) == []
    assert found_in(copy.parent) == []


def test_backups_are_named_kept_or_deleted_as_decided(study: Path, key: Path) -> None:
    """Undecided, nothing happens; on confirmation old backups go after a new, clean one was verified."""
    old = backups.back_up_now(study)
    with pytest.raises(UserInputError, match="still hold"):
        pseudonymise.apply(study, TABLE, key=key, passphrase=PASS)
    kept = run(study, key)
    assert kept["backups_kept"] == [str(old)]
    assert old.exists()
    again = pseudonymise.apply(study, TABLE, key=key, passphrase=PASS, delete_backups=True)
    assert again["replaced"] == 0
    assert again["backups_deleted"] == [str(old)]
    assert Path(again["new_backup"]).is_file()
    assert found_in(study.parent) == []


def test_a_second_run_changes_nothing(study: Path, key: Path) -> None:
    """Where no name is left, nothing is written: no event, no layer."""
    run(study, key)
    data, held = rows_of(study), key.read_bytes()
    found = run(study, key)
    assert (found["replaced"], found["sources"]) == (0, [])
    assert (rows_of(study), key.read_bytes()) == (data, held)


def test_a_preview_tells_the_same_and_writes_nothing(study: Path, key: Path) -> None:
    """The preview's report of codings is that of the act itself, and the study stays as it is."""
    before = rows_of(study)
    seen = pseudonymise.preview(study, TABLE)
    assert rows_of(study) == before
    found = run(study, key)

    def counts(rows: list[dict[str, Any]]) -> list[tuple[int, int, int]]:
        return [(r["kept"], r["moved"], len(r["needs_review"])) for r in rows]

    assert counts(seen["sources"]) == counts(found["sources"])
    assert [row["n"] for row in seen["rows"]] == [8, 2, 1]
    assert seen["rows"][0]["examples"][0]["words"] == "Quennella"


def test_the_command_follows_the_contract(
    study: Path, key: Path, tmp_path: Path, qualtool: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command prints the rows of the contract, and refuses a faulty table with every fault."""
    monkeypatch.setenv("QUALTOOL_PASSPHRASE", PASS)
    table = tmp_path / "t.csv"
    table.write_text("real,pseudonym,kind\nQuennella,[P-01],person\nBrightwater Academy,School A,school\n")
    rows = qualtool("pseudonymise", study, "--table", table, "--key", key, "--json").json
    assert isinstance(rows, list)
    for row in rows:
        assert {"source", "version", "kept", "moved", "needs_review", "lost"} <= set(row)
    assert [one["file"] for one in rows[0]["run"]["holds_names"]] == [str(key), str(table)]
    back = qualtool("pseudonymise", study, "--reverse", "--key", key, "--json")
    assert back.code == 0
    table.write_text("real,pseudonym,kind\nBob,,person\nbob,Al,dog\n,Bob,place\n")
    refused = qualtool("pseudonymise", study, "--table", table, "--key", key, "--json")
    assert refused.code == 1
    assert [p["where"] for p in refused.problems] == ["row 1", "row 2", "row 2", "row 3", "row 3", "row 3"]
    assert "Bob" not in refused.out


def test_the_sample_study_without_its_names(sample_copy: Path, tmp_path: Path) -> None:
    """In the sample study no coding is lost, no name is left, and with the key every text is as it was."""
    names = (("Imran", "[P-02]"), ("Okafor", "Ms Head"), ("Thornbeck", "Northby"))
    table = PseudonymTable(tuple(Pseudonym(real=real, pseudonym=by) for real, by in names))
    before = rows_of(sample_copy)
    key = tmp_path / "sample.key"
    found = pseudonymise.apply(sample_copy, table, key=key, passphrase=PASS, keep_backups=True)
    told = sum(r["kept"] + r["moved"] + len(r["needs_review"]) for r in found["sources"])
    assert told > 200
    assert found["left"] == []
    assert found_in(sample_copy.parent, tuple(real for real, _ in names)) == []
    assert checking.check_study(sample_copy)["problems"] == []
    pseudonymise.reverse(sample_copy, key=key, passphrase=PASS)
    after = rows_of(sample_copy)
    assert after["text_version"] == before["text_version"]
    assert after["participant"] == before["participant"]
    assert after["segment"] == before["segment"]
    assert checking.check_study(sample_copy)["problems"] == []
