"""Bad input: each says what, where and what next, and leaves the study as it was, event log included."""

from __future__ import annotations

import io
import json
import socket
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.importing import SurveyMapping
from qualtool.workflows.gathering import import_survey

Run = Callable[..., Any]
State = Callable[[Path], dict[str, Any]]
CANARY = "Zweiundvierzigkanarienvogel"
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def refused(ran: Any, *, words: str = "") -> list[dict[str, str]]:
    """The problems of a refusal; each has its place, its fault and a next step, and no canary."""
    assert ran.code == 1, ran.out + ran.err
    document = ran.json
    assert set(document) == {"error"}
    assert set(document["error"]) == {"message", "problems"}
    problems = document["error"]["problems"]
    assert problems
    for problem in problems:
        assert set(problem) == {"where", "message", "next"}
        assert all(problem.values()), problem
    assert words in json.dumps(document, ensure_ascii=False)
    assert CANARY not in ran.out + ran.err
    assert "Traceback" not in ran.err
    return problems


def listed(ran: Any) -> list[dict[str, str]]:
    """The problems of an import in which a file was refused: exit 1, and a report all the same."""
    assert ran.code == 1, ran.out + ran.err
    report = ran.json
    assert report["accepted"] == 0
    assert report["skipped"]
    for problem in report["problems"]:
        assert all(problem[k] for k in ("where", "message", "next")), problem
    assert CANARY not in ran.out + ran.err
    assert "Traceback" not in ran.err
    return report["problems"]


# --- transcripts ----------------------------------------------------------------------------------


def zip_with(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


BAD_TRANSCRIPTS = {
    "empty.txt": b"",
    "blank.txt": b" \n\n\t\n",
    "nul.txt": b"Interviewer: one\nRuth: " + CANARY.encode() + b"\x00\n",
    "neither.txt": b"Ruth: " + CANARY.encode() + b" \x81\x8d\xff\n",
    "empty.docx": b"",
    "text.docx": f"Ruth: {CANARY}\n".encode(),
    "broken.docx": zip_with(word__document_xml=f"<w>{CANARY}"),
    "cut.docx": zip_with(word__document_xml=CANARY * 50)[:60],
    "text.pdf": f"Ruth: {CANARY}\n".encode(),
    "cut.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + CANARY.encode(),
    "text.odt": f"Ruth: {CANARY}\n".encode(),
    "text.vtt": f"Ruth: {CANARY}\n".encode(),
    "text.srt": f"Ruth: {CANARY}\n".encode(),
    "sound.mp3": b"ID3\x03" + CANARY.encode(),
    "page.html": f"<p>{CANARY}</p>".encode(),
    "picture.txt": b"\x89PNG\r\n\x1a\n" + CANARY.encode() + bytes(range(256)),
}


@pytest.mark.parametrize("name", sorted(BAD_TRANSCRIPTS))
def test_a_bad_transcript_is_refused(
    name: str, tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """An empty, damaged or wrongly named transcript is refused with its name, and nothing is stored."""
    file = tmp_path / name
    file.write_bytes(BAD_TRANSCRIPTS[name])
    before = state_of(tiny)
    problems = listed(qualtool("import", "transcripts", tiny, file, "--json"))
    assert any(name in p["where"] for p in problems)
    assert state_of(tiny) == before


def test_good_files_beside_a_bad_one_are_stored(tiny: Path, tmp_path: Path, qualtool: Run) -> None:
    """With several files the good ones are stored, the bad one is listed, and the exit is 1."""
    for name in ("a.txt", "c.txt"):
        (tmp_path / name).write_text("Interviewer: Well?\nRuth: Well.\n")
    (tmp_path / "b.txt").write_bytes(b"")
    ran = qualtool("import", "transcripts", tiny, *(tmp_path / f"{n}.txt" for n in "abc"), "--json")
    assert (ran.code, ran.json["accepted"]) == (1, 2)
    assert [s["item"] for s in ran.json["skipped"]] == ["b.txt"]
    assert [s["name"] for s in ran.json["sources"]] == ["a.txt", "c.txt"]


def test_a_transcript_without_labels_is_taken_with_a_warning(
    tiny: Path, tmp_path: Path, qualtool: Run
) -> None:
    """A text without speaker labels is one unnamed speaker's, and the report says what to do."""
    file = tmp_path / "plain.txt"
    file.write_text("We moved here in spring.\n\nIt has been good.\n")
    ran = qualtool("import", "transcripts", tiny, file, "--json")
    assert (ran.code, ran.json["accepted"]) == (0, 1)
    assert any("plain.txt" in w and "label" in w for w in ran.json["warnings"])


def test_a_second_file_of_a_name_is_refused(
    tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """Other bytes under a name the study holds are refused, and taken under another name."""
    file = tmp_path / "ashgrove.txt"
    file.write_text(f"Interviewer: Well?\nHead: {CANARY}.\n")
    before = state_of(tiny)
    (problem,) = listed(qualtool("import", "transcripts", tiny, file, "--json"))
    assert "--name" in problem["next"]
    assert state_of(tiny) == before
    assert qualtool("import", "transcripts", tiny, file, "--name", "second.txt").code == 0
    assert CANARY in qualtool("text", tiny, "second").out


def test_a_name_for_two_files_is_refused(tiny: Path, tmp_path: Path, qualtool: Run, state_of: State) -> None:
    """--name names one file only."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Ruth: Well.\n")
    before = state_of(tiny)
    ran = qualtool(
        "import", "transcripts", tiny, tmp_path / "a.txt", tmp_path / "b.txt", "--name", "x", "--json"
    )
    assert ran.code == 1
    assert "one file" in ran.json["error"]["message"]
    assert state_of(tiny) == before


def test_a_missing_file_is_named(tiny: Path, tmp_path: Path, qualtool: Run, state_of: State) -> None:
    """A file that is not there is named, with what to do."""
    before = state_of(tiny)
    (problem,) = listed(qualtool("import", "transcripts", tiny, tmp_path / "gone.txt", "--json"))
    assert "gone.txt" in problem["where"]
    assert state_of(tiny) == before


BAD_SHEETS = {
    "urn": "file,speaker,role,case,urn\nnew.txt,Ruth,Head,New School,12345\n",
    "consent": "file,speaker,role,case,consent_quote\nnew.txt,Ruth,Head,New School,perhaps\n",
    "columns": "speaker,role\nRuth,Head\n",
    "empty": "",
}


@pytest.mark.parametrize("kind", sorted(BAD_SHEETS))
def test_a_bad_sheet_stops_the_import(
    kind: str, tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """A sheet with a fault stops the import before anything is stored."""
    (tmp_path / "new.txt").write_text(f"Interviewer: Well?\nRuth: {CANARY}.\n")
    sheet = tmp_path / "people.csv"
    sheet.write_text(BAD_SHEETS[kind])
    before = state_of(tiny)
    problems = refused(
        qualtool("import", "transcripts", tiny, tmp_path / "new.txt", "--sheet", sheet, "--json")
    )
    assert any("people.csv" in p["where"] for p in problems)
    assert state_of(tiny) == before


def test_a_sheet_that_contradicts_the_study_refuses_the_file(
    tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """A case that has another URN in the study refuses the file, and its participants are not stored."""
    (tmp_path / "new.txt").write_text(f"Interviewer: Well?\nRuth: {CANARY}.\n")
    sheet = tmp_path / "people.csv"
    sheet.write_text(
        "file,speaker,participant,role,case,urn\nnew.txt,Ruth,New person,Head,Ashgrove Primary,900199\n"
    )
    before = state_of(tiny)
    (problem,) = listed(
        qualtool("import", "transcripts", tiny, tmp_path / "new.txt", "--sheet", sheet, "--json")
    )
    assert "900101" in problem["message"]
    assert state_of(tiny) == before


# --- surveys --------------------------------------------------------------------------------------

BAD_SURVEYS = {
    "repeated ids": (f"id,c\n1,a\n1,{CANARY}\n2,b\n2,c\n", 2, "occurs 2 times"),
    "missing id": (f"id,c\n,{CANARY}\n", 1, "id is missing"),
    "bad urn": (f"id,c,urn\n1,{CANARY},12\n2,b,abc\n", 2, "six digits"),
    "bad weight": (f"id,c,w\n1,{CANARY},much\n2,b,-1\n3,c,inf\n4,d,nan\n", 4, "not a number"),
    "no column": (f"id,d\n1,{CANARY}\n", 1, "no column 'c'"),
    "open quote": (f'id,c\n1,"{CANARY}\n2,b\n', 1, "never closes"),
    "long row": (f"id,c\n1,{CANARY},x,y\n", 1, "more cells"),
    "one name twice": (f"id,c,c\n1,{CANARY},b\n", 1, "'c'"),
    "empty": ("", 1, "empty"),
}


@pytest.mark.parametrize("kind", sorted(BAD_SURVEYS))
def test_a_bad_survey_is_refused_whole(
    kind: str, tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """Every fault of a survey is listed at once, with its line, and nothing is stored."""
    content, n, words = BAD_SURVEYS[kind]
    file = tmp_path / "bad.csv"
    file.write_text(content)
    options = ["--id", "id", "--text", "c"]
    options += ["--urn", "urn"] if "urn" in kind else []
    options += ["--weight", "w"] if "weight" in kind else []
    before = state_of(tiny)
    problems = refused(qualtool("import", "survey", tiny, file, *options, "--json"), words=words)
    assert len(problems) == n
    assert all("bad.csv" in p["where"] for p in problems)
    assert state_of(tiny) == before


def test_a_nul_in_an_answer_refuses_the_survey(
    tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """A character that no text can hold refuses the file, and nothing of it is stored."""
    file = tmp_path / "bad.csv"
    file.write_bytes(f"id,c\n1,a\n2,{CANARY}\0\n".encode())
    before = state_of(tiny)
    refused(qualtool("import", "survey", tiny, file, "--id", "id", "--text", "c", "--json"))
    assert state_of(tiny) == before


def test_another_survey_of_the_same_name_is_refused(
    tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """Another file called survey.csv is refused, and the same one again is a no-op that says so."""
    file = tmp_path / "survey.csv"
    file.write_text(f"id,c\n1,{CANARY}\n")
    before = state_of(tiny)
    refused(qualtool("import", "survey", tiny, file, "--id", "id", "--text", "c", "--json"))
    same = qualtool(
        "import", "survey", tiny, EXAMPLES / "survey.csv", "--id", "id", "--text", "comment", "--json"
    )
    assert (same.code, same.json["accepted"]) == (0, 0)
    assert "already" in same.json["skipped"][0]["reason"]
    assert state_of(tiny) == before


def test_a_fault_while_storing_leaves_nothing(
    tiny: Path, state_of: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that dies in the middle of storing a survey leaves the study as it was."""
    before = state_of(tiny)

    class Killed(BaseException):
        pass

    def die(done: int, total: int) -> None:
        raise Killed

    rows = "".join(f"{n},{CANARY} {n}\n" for n in range(600))
    with pytest.raises(Killed):
        import_survey.import_survey(
            tiny,
            Path("large.csv"),
            SurveyMapping(id="id", text=("c",)),
            data=f"id,c\n{rows}".encode(),
            progress=die,
        )
    assert state_of(tiny) == before


# --- codebooks, codings, marks --------------------------------------------------------------------

BAD_CODEBOOKS = {
    "circle": "title: T\ncodes:\n  - {id: A, name: A, parent: B}\n  - {id: B, name: B, parent: A}\n",
    "equal ids": "title: T\ncodes:\n  - {id: A, name: First}\n  - {id: A, name: Second}\n",
    "no yaml": "title: [T\ncodes: {",
    "unknown key": "title: T\ncodes:\n  - {id: A, name: A, colr: red}\n",
    "empty": "",
}


@pytest.mark.parametrize("kind", sorted(BAD_CODEBOOKS))
def test_a_bad_codebook_is_refused(
    kind: str, tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """A codebook with a circle, equal ids or broken YAML is refused with its line."""
    file = tmp_path / "bad.yaml"
    file.write_text(BAD_CODEBOOKS[kind])
    before = state_of(tiny)
    problems = refused(qualtool("import", "codebook", tiny, file, "--json"))
    assert all("bad.yaml" in p["where"] for p in problems)
    assert kind == "empty" or all("line" in p["where"] for p in problems)
    assert state_of(tiny) == before
    study = tmp_path / "fresh.db"
    refused(qualtool("init", study, "--codebook", file, "--json"))
    assert not list(tmp_path.glob("fresh.db*"))


def test_bad_codings_are_all_listed_and_none_is_stored(
    tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """One wrong quote, unknown code or unknown source stores nothing; every fault has its line."""
    file = tmp_path / "bad.csv"
    file.write_text(
        "source,start_char,end_char,code,coder,quote\n"
        "ashgrove.txt,0,11,PUSH,new coder,Interviewer\n"
        f"ashgrove.txt,0,11,PUSH,amira,{CANARY}\n"
        "ashgrove.txt,0,11,NOWHERE,amira,Interviewer\n"
        "nowhere.txt,0,11,PUSH,amira,\n"
        "ashgrove.txt,0,11,Steering,amira,Interviewer\n"
        "ashgrove.txt,0,99999,PUSH,amira,\n"
        "ashgrove.txt,5,5,PUSH,amira,\n"
        "ashgrove.txt,0,11,PUSH,,Interviewer\n"
    )
    before = state_of(tiny)
    problems = refused(qualtool("import", "codings", tiny, file, "--json"))
    assert {p["where"] for p in problems} == {f"bad.csv, line {n}" for n in range(3, 10)}
    assert state_of(tiny) == before
    ran = qualtool("import", "codings", tiny, file, "--skip-bad", "--json")
    assert (ran.code, ran.json["accepted"]) == (0, 1)
    assert {s["item"] for s in ran.json["skipped"]} == {f"bad.csv, line {n}" for n in range(3, 10)}
    assert CANARY not in ran.out + ran.err
    (row,) = qualtool("quotes", tiny, "--coder", "new coder", "--json").json["rows"]
    assert (row["code"], row["quote"], row["origin"]) == ("PUSH", "Interviewer", "imported")


def test_codings_imported_twice_change_nothing(tiny: Path, qualtool: Run, state_of: State) -> None:
    """The same codings and marks again are a no-op that says so, line by line."""
    before = state_of(tiny)
    for kind, n in (("codings", 11), ("asked", 6)):
        ran = qualtool("import", kind, tiny, EXAMPLES / f"{kind}.csv", "--json")
        assert (ran.code, ran.json["accepted"], len(ran.json["skipped"])) == (0, 0, n)
    assert state_of(tiny) == before


def test_bad_asked_marks_are_refused(tiny: Path, tmp_path: Path, qualtool: Run, state_of: State) -> None:
    """Unknown sources, codes and words in a file of asked marks are all listed; nothing is stored."""
    file = tmp_path / "bad.csv"
    before = state_of(tiny)
    file.write_text("source,code,asked\nashgrove.txt,PUSH,yes\nnowhere,PUSH,yes\nashgrove.txt,NO,no\n")
    problems = refused(qualtool("import", "asked", tiny, file, "--json"))
    assert [p["where"] for p in problems] == ["bad.csv, line 3", "bad.csv, line 4"]
    file.write_text("source,code,asked\nashgrove.txt,PUSH,maybe\n")
    refused(qualtool("import", "asked", tiny, file, "--json"))
    assert state_of(tiny) == before


def test_unknown_sources_in_read_marks_are_all_listed(
    tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """Read marks of unknown sources refuse the codings beside them too, and name every line."""
    codings, read = tmp_path / "more.csv", tmp_path / "read.csv"
    codings.write_text("source,start_char,end_char,code,coder\nashgrove.txt,0,11,PUSH,amira\n")
    read.write_text("source\nferryhill.txt\nnowhere.txt\nno\n")
    before = state_of(tiny)
    problems = refused(qualtool("import", "codings", tiny, codings, "--read", read, "--json"))
    assert [p["where"] for p in problems] == ["read.csv, line 3", "read.csv, line 4"]
    assert state_of(tiny) == before
    read.write_text("who\nferryhill.txt\n")
    refused(qualtool("import", "codings", tiny, codings, "--read", read, "--json"), words="source")
    assert state_of(tiny) == before


# --- schools --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"%PDF-1.7 x", b"URN\n1\n\x00"], ids=["empty", "other", "pdf", "nul"]
)
def test_a_bad_school_file_is_refused(
    content: bytes, tiny: Path, tmp_path: Path, qualtool: Run, state_of: State
) -> None:
    """A file that is no published school file is refused with its name."""
    file = tmp_path / "schools.csv"
    file.write_bytes(content)
    before = state_of(tiny)
    problems = listed(qualtool("import", "indicators", tiny, file, "--json"))
    assert any("schools.csv" in p["where"] for p in problems)
    assert state_of(tiny) == before


def test_an_unknown_year_is_refused(tiny: Path, qualtool: Run) -> None:
    """A word that is no year is refused; one way of writing a year is as good as another."""
    refused(qualtool("indicators", tiny, "--year", "lately", "--json"))
    counts = {
        year: len(qualtool("indicators", tiny, "--derive", "--year", year, "--json").json["rows"])
        for year in ("2024-2025", "2024/25", "202425")
    }
    assert len(set(counts.values())) == 1 and counts["2024/25"] > 0


def test_an_unknown_indicator_code_or_group_is_refused(tiny: Path, qualtool: Run) -> None:
    """Findings about things that are not there are refused with what to do."""
    refused(qualtool("triangulate", tiny, "--theme", "MAGNET", "--indicator", "wealth", "--json"))
    refused(qualtool("triangulate", tiny, "--theme", "NOWHERE", "--indicator", "ehcp_quartile", "--json"))
    refused(qualtool("frequencies", tiny, "--by", "wealth", "--json"))
    refused(qualtool("frequencies", tiny, "--layer", "coder:nobody", "--json"))
    refused(qualtool("frequencies", tiny, "--sources", "no set", "--json"))
    refused(qualtool("quotes", tiny, "--code", "NOWHERE", "--json"))


def test_a_wrong_act_of_coding_is_refused(tiny: Path, qualtool: Run, state_of: State) -> None:
    """Offsets outside the text, headings, unknown sources and blank coders leave no coding."""
    before = state_of(tiny)
    for source, start, end, code, coder in (
        ("ashgrove", 10, 5, "MAGNET", "amira"),
        ("ashgrove", 0, 99999, "MAGNET", "amira"),
        ("ashgrove", 0, 5, "Steering", "amira"),
        ("ashgrove", 0, 5, "NOWHERE", "amira"),
        ("nowhere", 0, 5, "MAGNET", "amira"),
    ):
        refused(qualtool("code", tiny, source, start, end, code, "--coder", coder, "--json"))
    assert qualtool("code", tiny, "ashgrove", 0, 5, "MAGNET", "--coder", " ", "--json").code == 1
    assert qualtool("text", tiny, "ashgrove", "--version", "7", "--json").code == 1
    assert state_of(tiny) == before


# --- study files ----------------------------------------------------------------------------------


def not_studies(tmp_path: Path, tiny: Path) -> dict[str, Path]:
    found = {name: tmp_path / f"{name}.db" for name in ("empty", "text", "short", "other", "truncated")}
    found["empty"].write_bytes(b"")
    found["text"].write_text(CANARY * 100)
    found["short"].write_bytes(b"SQLite format 3\0" + b"\1" * 20)
    other = sqlite3.connect(found["other"])
    other.execute("CREATE TABLE x (y)")
    other.commit()
    other.close()
    found["truncated"].write_bytes(tiny.read_bytes()[:9000])
    return found


@pytest.mark.parametrize("kind", ["empty", "text", "short", "other", "truncated", "missing"])
def test_what_is_no_study_is_refused_untouched(
    kind: str, tiny_master: Path, tmp_path: Path, qualtool: Run
) -> None:
    """A file that is no study is refused by every command, and not one byte of it changes."""
    path = not_studies(tmp_path, tiny_master).get(kind, tmp_path / "missing.db")
    before = path.read_bytes() if path.exists() else None
    for arguments in (
        ("check", path),
        ("quotes", path),
        ("frequencies", path),
        ("import", "codebook", path, EXAMPLES / "codes.yaml"),
        ("code", path, "a", "0", "1", "MAGNET", "--coder", "x"),
    ):
        ran = qualtool(*arguments, "--json")
        problems = refused(ran)
        assert any(path.name in p["where"] for p in problems)
    assert (path.read_bytes() if path.exists() else None) == before


def test_init_never_overwrites(tiny: Path, tmp_path: Path, qualtool: Run, state_of: State) -> None:
    """Init on a file that exists is refused, whatever the file is."""
    before = state_of(tiny)
    refused(qualtool("init", tiny, "--json"))
    assert state_of(tiny) == before
    (tmp_path / "note.db").write_text("mine")
    refused(qualtool("init", tmp_path / "note.db", "--json"))
    assert (tmp_path / "note.db").read_text() == "mine"
    refused(qualtool("init", tmp_path / "no" / "folder" / "s.db", "--json"))


def test_a_newer_study_is_refused_untouched(tiny: Path, qualtool: Run) -> None:
    """A study with a step this program does not know is refused by name, and keeps its bytes."""
    conn = sqlite3.connect(tiny)
    conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('qualtool', '999_later', '2030-01-01')"
    )
    conn.commit()
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    before = tiny.read_bytes()
    for arguments in (("check", tiny), ("code", tiny, "ashgrove", "0", "5", "MAGNET", "--coder", "x")):
        (problem,) = refused(qualtool(*arguments, "--json"))
        assert "999_later" in problem["message"]
        assert "newer" in problem["message"]
    assert tiny.read_bytes() == before


def test_damaged_pages_are_told(tiny: Path, qualtool: Run) -> None:
    """A study with overwritten pages is told as damaged, with the advice to restore it."""
    data = bytearray(tiny.read_bytes())
    (page_size,) = struct.unpack(">H", data[16:18])
    for page in range(2, len(data) // page_size):
        data[page * page_size : page * page_size + 64] = b"\xff" * 64
    tiny.write_bytes(data)
    ran = qualtool("check", tiny, "--json")
    assert ran.code == 1
    told = json.dumps(ran.json)
    assert "restore" in told.lower()
    assert "Traceback" not in ran.err


def test_a_study_in_use_is_told(
    tiny: Path, qualtool: Run, monkeypatch: pytest.MonkeyPatch, state_of: State
) -> None:
    """A write that another program blocks ends with the advice to try again."""
    from qualtool.store.file import connection

    monkeypatch.setattr(connection, "_BUSY_SECONDS", 0.1)
    other = sqlite3.connect(tiny, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        (problem,) = refused(qualtool("code", tiny, "ashgrove", "0", "5", "MAGNET", "--coder", "x", "--json"))
        assert "in use" in problem["message"]
        assert qualtool("quotes", tiny).code == 0
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_port_in_use_is_told(tiny: Path, qualtool: Run) -> None:
    """A port that something else holds is named, with another to try."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = qualtool("app", tiny, "--port", port, "--no-browser")
    assert ran.code == 1
    assert str(port) in ran.err and "--port" in ran.err


def test_wrong_calls_exit_2(tiny: Path, qualtool: Run) -> None:
    """A wrong call is a usage error, exit 2, with nothing on stdout."""
    for arguments in (
        ("nonsense",),
        ("init",),
        ("code", tiny, "ashgrove", "zero", "5", "MAGNET", "--coder", "x"),
        ("code", tiny, "ashgrove", "0", "5", "MAGNET"),
        ("triangulate", tiny, "--theme", "MAGNET", "--indicator", "x", "--contrast", "other"),
        ("import", "survey", tiny, EXAMPLES / "survey.csv"),
    ):
        ran = qualtool(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert "Usage" in ran.err


def test_topics_ask_before_they_run_on_word_counts(
    tiny: Path, qualtool: Run, monkeypatch: pytest.MonkeyPatch, state_of: State
) -> None:
    """Without the language model no topics are made unasked; once allowed, the run says what it ran on."""
    from qualtool.suggest import encoder

    monkeypatch.setattr(encoder, "carrier_folder", lambda: None)
    before = state_of(tiny)
    (problem,) = refused(qualtool("topics", tiny, "--json"), words="--on-words")
    assert "word counts" in problem["message"]
    assert state_of(tiny) == before
    ran = qualtool("topics", tiny, "--on-words", "--json")
    assert ran.code == 0
    assert any("word counts" in note for note in ran.json["notes"])
    with sqlite3.connect(tiny) as conn:
        note, libraries = conn.execute("SELECT note, libraries FROM run ORDER BY id DESC LIMIT 1").fetchone()
    conn.close()
    assert "word counts" in note
    assert json.loads(libraries)["encoder"] == "word counts (TF-IDF)"


@pytest.mark.parametrize("method", ["tree", "umap"])
def test_without_bertopic_topics_stop_at_once(
    method: str, tiny: Path, qualtool: Run, monkeypatch: pytest.MonkeyPatch, state_of: State
) -> None:
    """Without BERTopic one sentence names the command that installs it, before anything is embedded."""
    from qualtool.suggest import topic_words

    def gone(name: str) -> None:
        assert name == "bertopic"

    monkeypatch.setattr(topic_words.importlib.util, "find_spec", gone)
    before = state_of(tiny)
    ran = qualtool("topics", tiny, "--method", method)
    assert ran.code == 1
    assert ran.err.strip().splitlines()[-1].endswith("run 'make setup' to install it.")
    assert state_of(tiny) == before


@pytest.mark.parametrize("fault", ["missing", "other bytes"])
def test_without_the_language_model_words_serve(
    fault: str, tiny: Path, tmp_path: Path, qualtool: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its model, or with other bytes in it, suggestions run on words; screen and run say so."""
    from qualtool.suggest import encoder
    from qualtool.suggest.weights import DIGESTS

    place = None if fault == "missing" else tmp_path / "model"
    if place is not None:
        place.mkdir()
        for name in DIGESTS:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(b"something else")
    monkeypatch.setattr(encoder, "carrier_folder", lambda: place)
    ran = qualtool("suggest", tiny, "--json")
    assert ran.code == 0
    assert ran.json["suggestions"]
    assert any("word counts" in note for note in ran.json["notes"])
    assert "word counts" in qualtool("suggest", tiny).out
    conn = sqlite3.connect(tiny)
    note, libraries = conn.execute("SELECT note, libraries FROM run ORDER BY id DESC LIMIT 1").fetchone()
    conn.close()
    assert "word counts" in note
    assert json.loads(libraries)["encoder"] != "all-MiniLM-L6-v2"
