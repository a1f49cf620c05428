"""What people said never reaches a message, a log, a cache or a temporary folder: a canary is looked for."""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostile_files
import hostile_study
import pytest
from openpyxl import Workbook
from streamlit.testing.v1 import AppTest

from qualtool.errors import QualtoolError
from qualtool.workflows.suggestions.finding_topics import find_topics
from qualtool.workflows.suggestions.suggesting import suggest_codes

CANARY = "Kanarienvogelgesang"
TESTS = Path(__file__).resolve().parents[1]
PAGES = TESTS.parent / "qualtool" / "pages"
# The page of members is there only with login: tests/browser/test_login.py looks into its log.
NO_PAGES = {"__init__.py", "entry.py", "login.py", "main.py", "members.py", "state.py", "quiet_log.py"}


@pytest.fixture(scope="module")
def canary_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study in which every text, answer and memo holds the canary, with topics and suggestions."""
    study = hostile_study.build_hostile(tmp_path_factory.mktemp("canary"), "W", "f", said=CANARY)
    suggest_codes(study, by="Ada W")
    find_topics(study, seed=0, by="Ada W")
    return study


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this program may leave files: home, caches, state, temporary files; no canary at the end."""
    places = tmp_path / "places"
    for name in ("tmp", "home", "cache", "state", "config", "data"):
        (places / name).mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(places / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(places / "tmp"))
    monkeypatch.setenv("HOME", str(places / "home"))
    for name in ("cache", "state", "config", "data"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(places / name))
    monkeypatch.setenv("QUALTOOL_FOLDER", str(tmp_path))
    monkeypatch.delenv("QUALTOOL_STUDY", raising=False)
    yield places
    left = [p for p in places.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]
    assert left == []


@pytest.fixture
def study(canary_original: Path, tmp_path: Path) -> Path:
    """A copy of the study with the canary."""
    copy = tmp_path / "canary.db"
    copy.write_bytes(canary_original.read_bytes())
    return copy


def workbook_of(rows: list[list[str]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


SENTENCE = f"They ask around and {CANARY} is what they find"


def wrong_files(folder: Path) -> dict[str, Path]:
    """Files with the canary that are damaged, or are given in another's place."""
    talk = hostile_study.transcript(CANARY, 0)
    files = {
        "talk.txt": talk.encode(),
        "nul.txt": talk.encode() + b"\x00",
        "odd.txt": talk.encode() + b"\x81\x8d\xff",
        "talk.docx": talk.encode(),
        "talk.pdf": b"%PDF-1.4\n" + talk.encode(),
        "talk.odt": b"PK\x03\x04" + talk.encode(),
        "talk.rtf": b"{\\rtf1 \\u99999999999?" + talk.encode(),
        "talk.vtt": talk.encode(),
        "talk.srt": talk.encode(),
        "talk.yaml": talk.encode(),
        "key.yaml": f"title: a\n{SENTENCE}: {SENTENCE}\n".encode(),
        "tag.yaml": f'title: !x "{SENTENCE}"\ncodes: "{SENTENCE}"\n'.encode(),
        "talk.csv": talk.encode(),
        "lines.csv": "\n".join(f"{n},{SENTENCE}" for n in range(9)).encode(),
        "repeated.csv": "\n".join(["id,comment", *(f"{SENTENCE},{SENTENCE}" for _ in range(5))]).encode(),
        "open.csv": f'id,comment\n1,"{SENTENCE}\n2,b\n'.encode(),
        "weights.csv": f"id,comment,weight,urn\n1,{SENTENCE},{SENTENCE},{SENTENCE}\n".encode(),
        "sheet.csv": (
            "file,speaker,urn,date,is_interviewer,consent_quote,case_kind\n"
            + ",".join([SENTENCE, "a", *[SENTENCE] * 5])
        ).encode(),
        "quotes.csv": (
            "source,start_char,end_char,code,coder,quote,stance\n"
            f"0 f.txt,0,9,MAGNET,Ada,{SENTENCE},\n0 f.txt,5,{SENTENCE},MAGNET,Ada,,{SENTENCE}\n"
        ).encode(),
        "asked.csv": f"source,code,asked\n0 f.txt,MAGNET,{SENTENCE}\n".encode(),
        "book.xlsx": workbook_of([["id", "comment", "weight"], ["1", SENTENCE, SENTENCE]]),
        "census.csv": f"URN,Total number of pupils\n100000,{SENTENCE}\n".encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in files}


def commands(study: Path, folder: Path) -> list[tuple[object, ...]]:
    """Every command whose purpose is not to print words, in calls that work and calls that fail."""
    files = wrong_files(folder)
    survey = ("--id", "id", "--text", "comment", "--weight", "weight", "--urn", "urn")
    calls: list[tuple[object, ...]] = [("import", "transcripts", study, path) for path in files.values()]
    for path in files.values():
        calls += [
            ("import", "transcripts", study, files["talk.txt"], "--sheet", path),
            ("import", "survey", study, path, *survey),
            ("import", "survey", study, path, "--id", "id", "--text", "comment"),
            ("import", "codebook", study, path),
            ("import", "codings", study, path),
            ("import", "codings", study, path, "--skip-bad"),
            ("import", "codings", study, files["quotes.csv"], "--skip-bad", "--read", path),
            ("import", "asked", study, path),
            ("import", "indicators", study, path),
            ("import", "findings", study, path),
            ("import", "propositions", study, path),
            ("triangulate", study, "--propositions", path),
            ("init", folder / f"new-{path.name}.db", "--codebook", path),
            ("check", path),
            ("frequencies", path),
        ]
    return [
        *calls,
        ("init", study),
        ("check", study),
        ("code", study, "0 f.txt", 0, 12, "MAGNET", "--coder", "Ben"),
        ("code", study, "0 f.txt", 0, 10**9, "MAGNET", "--coder", "Ben"),
        ("code", study, "none.txt", 0, 3, "MAGNET", "--coder", "Ben"),
        ("text", study, "none.txt"),
        ("text", study, "0 f.txt", "--version", 99),
        ("edit", study, "none.txt", "--replace", "a", "b"),
        ("edit", study, "0 f.txt", "--replace", "not in the text at all", "b"),
        ("edit", study, "0 f.txt", "--undo"),
        ("names", study, folder / "names.csv"),
        ("names", study, folder / "none" / "names.csv"),
        ("pseudonymise", study, "--table", files["quotes.csv"], "--key", folder / "a.key"),
        ("pseudonymise", study, "--table", folder / "none.csv", "--key", folder / "a.key"),
        ("pseudonymise", study, "--reverse", "--key", files["talk.txt"]),
        ("purge", study, "--participant", "Nobody at all"),
        ("history", study, "--at", "yesterday"),
        ("members", study, "list"),
        ("members", study, "add", "ada@example.org", "--role", "owner", "--coder", "Ada"),
        ("members", study, "add", "not an address", "--role", "coder"),
        ("members", study, "remove", "ada@example.org"),
        ("app", study, "--host", "192.0.2.1", "--no-browser", "--secrets", files["talk.csv"]),
        ("restore", study),
        ("restore", study, "--from", folder / "none.db"),
        ("restore", folder / "copy.db", "--from", study),
        ("code", folder / "copy.db", "0 f.txt", 0, 11, "MAGNET", "--coder", "Cy"),
        ("merge", study, folder / "copy.db", "--dry-run"),
        ("merge", study, folder / "copy.db", "--codebook", "theirs", "--same-coders"),
        ("merge", study, folder / "none.db"),
        ("evaluate", study, "--folds", 2),
        ("evaluate", study, "--encoder", folder / "none"),
        ("embed", study),
        ("embed", study, "--encoder", folder),
        ("embed", study, "--workers", 0),
        ("audit", study, "draw", "--coder", "Ada", "--n", 3),
        ("audit", study, "draw", "--coder", "Ada", "--n", 3),
        ("audit", study, "status"),
        ("audit", study, "result"),
        ("frequencies", study),
        ("audit", study, "finish"),
        ("audit", study, "finish", "--coder", "Ada"),
        ("audit", study, "result"),
        ("frequencies", study),
        ("frequencies", study, "--by", "role", "--origin", "person"),
        ("frequencies", study, "--by", "none"),
        ("indicators", study),
        ("indicators", study, "--derive"),
        ("triangulate", study, "--theme", "MAGNET", "--indicator", "ehcp_rate"),
        ("triangulate", study, "--theme", "none", "--indicator", "ehcp_rate"),
        ("triangulate", study, "--stated", "--sensitivity", "--details"),
        ("override", study, "P01", "silence", "--note", "why"),
        ("display", study, folder / "d3.xlsx", "--what", "d3"),
        ("display", study, folder / "d2.docx", "--what", "d2", "--theme", "MAGNET"),
        ("display", study, folder / "d6.csv", "--what", "d6", "--theme", "MAGNET", "--release"),
        ("display", study, folder / "d6.csv", "--what", "d6", "--theme", "none"),
        ("display", study, folder / "d1.pdf", "--what", "d1", "--sign-off", "checked"),
        ("quotes", study, "--code", "none"),
        ("export", study, folder / "out.csv", "--what", "frequencies"),
        ("export", study, folder / "out.json", "--what", "study"),
        ("export", study, folder / "out.xlsx", "--what", "quotes", "--release"),
        ("export", study, folder / "out.pdf", "--what", "quotes"),
    ]


def test_no_command_lets_words_out(
    study: Path,
    watched: Path,
    tmp_path: Path,
    qualtool: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No command but those made to print words prints any, whether it works or fails; nor does a log."""
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "files"
    folder.mkdir()
    n_failed = 0
    told = []
    for call in commands(study, folder):
        for extra in ((), ("--json",)):
            ran = qualtool(*call, *extra)
            n_failed += ran.code == 1
            if CANARY in ran.out + ran.err:
                at = (ran.out + ran.err).index(CANARY)
                told.append((" ".join(str(c) for c in call[:2]), (ran.out + ran.err)[max(0, at - 150) : at]))
    assert told == []
    assert n_failed > 100
    assert CANARY not in caplog.text


def test_commands_for_words_leave_none_elsewhere(
    study: Path, watched: Path, tmp_path: Path, qualtool: Callable[..., Any]
) -> None:
    """Commands that print words print them on stdout alone, and leave none in caches or temporary files."""
    for call in (
        ("text", study, "0 f.txt"),
        ("quotes", study),
        ("suggest", study, "--json"),
        ("topics", study, "--json"),
        ("export", study, tmp_path / "out.xlsx", "--what", "quotes"),
    ):
        ran = qualtool(*call)
        assert ran.code == 0, ran.err
        assert CANARY not in ran.err
    assert CANARY in qualtool("text", study, "0 f.txt").out


@pytest.mark.parametrize("format", sorted(hostile_files.FORMATS))
def test_no_importer_raises_with_words(format: str, tmp_path: Path) -> None:
    """The error of an importer, and those it was made from, show no sentence of the file they refuse."""
    data = {
        "rtf": b"{\\rtf1 \\u99999999999?" + SENTENCE.encode(),
        "pdf": b"%PDF-1.4\n" + SENTENCE.encode(),
    }.get(format, SENTENCE.encode() + b"\n" + SENTENCE.encode() + b"\x00")
    with pytest.raises(QualtoolError) as refused:
        hostile_files.FORMATS[format].take(
            tmp_path / "none.db", f"a{hostile_files.FORMATS[format].suffix}", data
        )
    assert CANARY not in str(refused.value)
    assert CANARY not in repr(refused.value.problems)


@pytest.mark.parametrize("page", sorted(p.name for p in PAGES.glob("*.py") if p.name not in NO_PAGES))
def test_no_page_leaves_words_behind(
    page: str,
    study: Path,
    watched: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Each page of the app shows the study and leaves no word in the log, on the terminal or on disk."""
    caplog.set_level(logging.DEBUG)
    at = AppTest.from_file(str(PAGES / "main.py"), default_timeout=180)
    at.session_state["study"] = str(study)
    at.session_state["coder"] = "Ada W"
    at.run()
    if page != "study.py":
        at.switch_page(page).run()
    assert not at.exception
    out, err = capfd.readouterr()
    assert CANARY not in out + err
    assert CANARY not in caplog.text
