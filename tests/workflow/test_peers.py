"""Faults of other programs, each as a test of ours; ``PEERS`` says which test stands for which fault.

Faults of merging, of two people at once and of pseudonyms have files of their own.
"""

from __future__ import annotations

import ast
import csv
import functools
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import QualtoolError
from qualtool.importing import SurveyMapping
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.records.codes import save_codebook
from qualtool.workflows.coding import coding
from qualtool.workflows.coding.code_answers import apply_answer_operations
from qualtool.workflows.coding.panel_coding import apply_operations
from qualtool.workflows.coding.panel_reading import open_panel
from qualtool.workflows.gathering import import_codings, import_survey, import_transcripts
from qualtool.workflows.keeping import backups, checking
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies
from qualtool.workflows.themes import themes
from qualtool.workflows.undoing.undo_event import undo_event

TESTS = Path(__file__).resolve().parents[1]
AT = "2026-03-01T09:00:00.000+00:00"
NAMES = ("support", "support staff overload", "support / training", "nan", "null", "None")
TEXT = b"Interviewer: How is it?\nRuth: We get support. The support staff are overloaded. Good here.\n"
Run = Callable[..., Any]

# Program and fault -> the tests that would fail if we had it. A name before "::" is a file of tests.
PEERS: dict[str, tuple[str, ...]] = {
    "QualCoder: replacing a name shifts every later coding": (
        "test_edit_source.py::test_a_pseudonym_shifts_no_coding",
        "test_edit_workflow_properties.py::test_corrections_keep_every_coding",
    ),
    "QualCoder: open in the editor, change nothing, press OK": (
        "test_edit_source.py::test_open_and_save_without_a_change_changes_nothing",
        "test_edit_workflow_properties.py::test_saving_without_a_change_changes_nothing",
    ),
    "QualCoder: a coder's duplicate coding": ("test_peers.py::test_qualcoder_duplicates_are_impossible",),
    "QualCoder: numeric 0 of a survey becomes blank": ("test_peers.py::test_qualcoder_zero_is_not_blank",),
    "QualCoder: 6,400 answers, a text of 300,000 characters": (
        "test_peers.py::test_qualcoder_thousands_of_answers_cost_no_more_an_act",
        "test_peers.py::test_qualcoder_a_long_text_costs_no_more_an_act",
    ),
    "Taguette: a highlight without a tag is missing from the export": (
        "test_peers.py::test_taguette_no_selection_is_missing_from_the_export",
    ),
    "Taguette: exporting `support` brings `support staff overload`": (
        "test_peers.py::test_taguette_a_code_is_not_a_prefix",
    ),
    "Taguette: saving a highlight costs with the length of the document": (
        "test_peers.py::test_qualcoder_a_long_text_costs_no_more_an_act",
    ),
    "Taguette: no coder is stored": ("test_peers.py::test_taguette_every_coding_has_its_coder",),
    "OpenQDA: unlocking a source deletes codings and notes": (
        "test_edit_source.py::test_a_typing_error_is_mended_without_losing_codings_or_notes",
    ),
    "INCEpTION: a concurrent change loses all annotations": (
        "test_kill.py::test_four_writers_at_once_lose_nothing",
        "test_edit_source.py::test_random_work_loses_nothing",
    ),
    "consult: scrolling past machine labels makes them correct": (
        "test_peers.py::test_consult_what_nobody_decided_counts_for_nothing",
    ),
    "themefinder: a response too long or broken is skipped silently": (
        "test_peers.py::test_themefinder_every_answer_is_counted",
    ),
    "Dedoose: a server's crash loses weeks of work": (
        "test_peers.py::test_dedoose_a_lost_study_comes_back",
        "test_backups.py::test_a_damaged_study_is_restored",
        "test_app_kills.py::test_a_killed_app_loses_nothing",
    ),
    "krippendorff: a code named `nan` is missing": ("test_peers.py::test_krippendorff_a_code_named_nan",),
    "any: two people in a cell of a table": ("test_exports.py::test_released_tables_hide_small_numbers",),
}


def test_each_fault_has_its_test() -> None:
    """Every test that stands for a fault is there, in the file that is named."""
    known = {
        f"{path.name}::{node.name}"
        for path in TESTS.rglob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert [name for names in PEERS.values() for name in names if name not in known] == []


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study with a talk and codes whose names other programs mistake."""
    path = tmp_path / "study.db"
    studies.create_study(path, by="Ada")
    codes = [Code(guid=guid_of(n), name=name, short_id=f"K{n}") for n, name in enumerate(NAMES)]
    codes.append(Code(guid=guid_of(90), name="of staff", parent=guid_of(0), short_id="K90"))
    with connection.writing(path) as db:
        book = Codebook(title="T", codes=tuple(codes))
        save_codebook(db, book, Stamp(by="Ada", at=AT), note="first")
    import_transcripts.import_loaded(path, [("talk.txt", TEXT)], ImportReport(), by="Ada")
    return path


def guid_of(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012}"


def code_words(path: Path, words: str, code: str, coder: str = "Ada") -> str:
    at = coding.text_of(path, "talk.txt").index(words)
    return str(coding.code_selection(path, "talk.txt", at, at + len(words), code, coder=coder)["guid"])


def n_standing(path: Path) -> int:
    with connection.reading(path) as db:
        sql = "SELECT count(*) FROM coding WHERE removed_at IS NULL"
        return int(db.conn.execute(sql).fetchone()[0])


def test_qualcoder_duplicates_are_impossible(study: Path) -> None:
    """The same stretch, code and coder again is the same coding: by hand, by import, by panel, by SQL."""
    guid = code_words(study, "We get support.", "K0")
    assert code_words(study, "We get support.", "K0") == guid
    with connection.reading(study) as db:
        start, end, source = db.conn.execute(
            "SELECT start_char, end_char, s.guid FROM coding g JOIN source s ON s.id = g.source_id"
        ).fetchone()
    row = f"source,start_char,end_char,code,coder\ntalk.txt,{start},{end},K0,Ada\n"
    report = import_codings.import_codings(study, Path("c.csv"), data=row.encode(), by="Ben")
    assert (report.accepted, len(report.skipped)) == (0, 1)
    op = {"op_id": "an operation", "kind": "add", "guid": guid_of(7), "code": guid_of(0), "version": 1}
    op |= {"start_char": start, "end_char": end, "quote": "We get support."}
    ((_, result),) = apply_operations(study, source, "Ada", [op], at=AT)
    assert result["guid"] == guid
    assert n_standing(study) == 1
    columns = "source_id, version, start_char, end_char, quote, code_id, coder_id, origin, codebook_version"
    conn = sqlite3.connect(study)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        conn.execute(
            f"INSERT INTO coding (guid, {columns}, made_by, made_at) SELECT 'twin', {columns}, 'x', 'y'"
            " FROM coding"
        )
    conn.close()
    code_words(study, "We get support.", "K0", coder="Ben")
    assert n_standing(study) == 2


def test_qualcoder_zero_is_not_blank(study: Path) -> None:
    """A numeric 0 of a survey is 0; a blank cell is missing; text cells of 0 are answers."""
    data = b"id,score,comment\n1,0,0\n2,,\n3,0.0,Good.\n"
    mapping = SurveyMapping(id="id", text=("comment",), likert=("score",))
    report = import_survey.import_survey(study, Path("s.csv"), mapping, by="Ada", data=data)
    with connection.reading(study) as db:
        values = dict(
            db.conn.execute(
                "SELECT r.respondent_id, a.value FROM respondent r LEFT JOIN answer a"
                " ON a.respondent_id = r.id AND a.question_id ="
                " (SELECT id FROM question WHERE name = 'score')"
            )
        )
    assert values == {"1": "0", "2": None, "3": "0.0"}
    assert coding.text_of(study, "s.csv#1#comment") == "0"
    assert report.accepted == 2


def steps_of(act: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> int:
    """Steps of SQLite's machine during an act, in hundreds: what it costs, whatever the clock says."""
    n_steps, real = [0], connection._connect

    def counting(*arguments: Any, **options: Any) -> Any:
        db = real(*arguments, **options)
        db.conn.set_progress_handler(lambda: n_steps.__setitem__(0, n_steps[0] + 1), 100)
        return db

    monkeypatch.setattr(connection, "_connect", counting)
    act()
    monkeypatch.setattr(connection, "_connect", real)
    return n_steps[0]


def test_qualcoder_a_long_text_costs_no_more_an_act(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A coding in a text of 1,000,000 characters takes the database no more steps than in a short one."""
    words = "Ruth: We get support, and the staff are tired of being asked about it.\n"
    for name, n in (("short.txt", 40), ("long.txt", 14_000)):
        data = ("Interviewer: How is it?\n" + words * n).encode()
        import_transcripts.import_loaded(study, [(name, data)], ImportReport(), by="Ada")
    with connection.reading(study) as db:
        guids = dict(db.conn.execute("SELECT name, guid FROM source"))
    text = coding.text_of(study, "long.txt")
    assert len(text) > 990_000

    def code(name: str, start: int) -> None:
        op: dict[str, Any] = {"op_id": f"operation {start}", "kind": "add", "version": 1}
        op |= {"guid": guid_of(start), "code": guid_of(0), "start_char": start, "end_char": start + 9}
        whole = coding.text_of(study, name)
        op["quote"] = whole[start : start + 9]
        ((_, result),) = apply_operations(study, guids[name], "Ada", [op], at=AT)
        assert result == {"guid": guid_of(start)}

    code("short.txt", 100)  # the first makes the coder
    costs = [
        steps_of(functools.partial(code, name, start), monkeypatch)
        for name, start in (("short.txt", 1000), ("long.txt", 900_000))
    ]
    assert costs[1] <= costs[0] * 1.5 + 5


def test_qualcoder_thousands_of_answers_cost_no_more_an_act(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Coding one of 6,400 survey answers takes the database no more steps than one of 64."""
    costs = []
    for n in (64, 6400):
        rows = "".join(f"{k},The support number {k} is good.\n" for k in range(n))
        import_survey.import_survey(
            study,
            Path(f"s{n}.csv"),
            SurveyMapping(id="id", text=(f"comment{n}",)),
            by="Ada",
            data=f"id,comment{n}\n{rows}".encode(),
        )
        with connection.reading(study) as db:
            question, row, newest = db.conn.execute(
                "SELECT a.question_id, min(a.source_id) + 30, max(a.source_id) FROM answer a JOIN question q"
                " ON q.id = a.question_id WHERE q.name = ?",
                (f"comment{n}",),
            ).fetchone()
            source = db.conn.execute("SELECT name FROM source WHERE id = ?", (row,)).fetchone()[0]
        op = {"op_id": f"an operation {n}", "kind": "add", "row": row, "question": question, "up_to": newest}
        op |= {"code": guid_of(0), "start_char": 0, "end_char": 11, "quote": "The support"}
        assert coding.text_of(study, source)[:11] == "The support"
        found: list[Any] = []

        def code(op: dict[str, Any] = op, found: list[Any] = found) -> None:
            found += apply_answer_operations(study, "Ada", [op], at=AT)

        costs.append(steps_of(code, monkeypatch))
        assert found[0][1] == {"n": 1}
    assert costs[1] <= costs[0] * 1.5 + 5


def test_taguette_no_selection_is_missing_from_the_export(study: Path, tmp_path: Path, qualtool: Run) -> None:
    """No selection is without a code, and each coding that stands is in the export, whatever became of it."""
    code_words(study, "We get support.", "K0")
    code_words(study, "The support staff", "K1", coder="Ben")
    code_words(study, "Good here.", "K3")
    undone = code_words(study, "overloaded", "K2")
    with connection.reading(study) as db:
        event = db.conn.execute("SELECT max(id) FROM event WHERE target_guid = ?", (undone,)).fetchone()[0]
    undo_event(study, event, "Ada")
    conn = sqlite3.connect(study)
    conn.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        conn.execute("UPDATE coding SET code_id = NULL")
    conn.close()
    file = tmp_path / "codings.csv"
    assert qualtool("export", study, file, "--what", "codings").code == 0
    exported = read_csv(file)
    assert len(exported) == n_standing(study) == 3
    assert all(row["code"] and row["coder"] and row["quote"] for row in exported)


def read_csv(file: Path) -> list[dict[str, str]]:
    """Rows of an export, without the lines before its header."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(("guid,", "source,")))
    return list(csv.DictReader(io.StringIO("\n".join(lines[at:]))))


def test_taguette_a_code_is_not_a_prefix(study: Path, tmp_path: Path, qualtool: Run) -> None:
    """Asking for `support` gives that code and what is under it, and no code that begins alike."""
    code_words(study, "We get support.", "support")
    code_words(study, "The support staff", "support staff overload")
    code_words(study, "staff are", "support / training")
    code_words(study, "Good here.", "support > of staff")
    wanted = {"We get support.", "Good here."}
    assert {row["quote"] for row in themes.quotes(study, code="support")} == wanted
    file = tmp_path / "quotes.csv"
    assert qualtool("export", study, file, "--what", "quotes", "--code", "support").code == 0
    text = file.read_text(encoding="utf-8-sig")
    assert "overload" not in text and "training" not in text


def test_taguette_every_coding_has_its_coder(study: Path) -> None:
    """A coding without a coder is refused, and each quote tells whose it is."""
    code_words(study, "We get support.", "K0")
    code_words(study, "We get support.", "K0", coder="Ben")
    with pytest.raises(QualtoolError):
        code_words(study, "Good here.", "K0", coder="  ")
    assert sorted(row["coder"] for row in themes.quotes(study)) == ["Ada", "Ben"]


def test_consult_what_nobody_decided_counts_for_nothing(study: Path, qualtool: Run) -> None:
    """Suggestions that were only looked at stay open, are no codings, and leave a source unread."""
    before = qualtool("frequencies", study, "--by", "all", "--json").json["rows"]
    with connection.writing(study) as db:
        db.conn.execute(
            "INSERT INTO run (guid, kind, parameters, libraries, made_by, made_at)"
            " VALUES ('r', 'suggest', '{}', '{}', 'x', 'y')"
        )
        db.conn.execute(
            "INSERT INTO suggestion (guid, run_id, source_id, version, start_char, end_char, quote, code_id,"
            " score, reason) SELECT 's' || g.id, 1, g.source_id, g.version, g.start_char, g.end_char,"
            " substr(v.text, g.start_char + 1, g.end_char - g.start_char), 1, 0.9, 'near' FROM segment g"
            " JOIN text_version v ON v.source_id = g.source_id WHERE g.kind = 'sentence'"
        )
    with connection.reading(study) as db:
        source = db.conn.execute("SELECT guid FROM source").fetchone()[0]
    open_panel(study, source, "Ada")
    ops = [{"op_id": f"reading turn {n}", "kind": "reading", "turn": n} for n in range(2)]
    apply_operations(study, source, "Ada", ops, at=AT)
    assert qualtool("frequencies", study, "--by", "all", "--json").json["rows"] == before
    assert studies.overview(study)["progress"] == {"coded": 0, "read": 0, "unread": 1}
    with connection.reading(study) as db:
        assert db.conn.execute("SELECT DISTINCT status FROM suggestion").fetchall() == [("open",)]


def test_themefinder_every_answer_is_counted(study: Path) -> None:
    """Of a survey each cell is taken, or skipped with its reason; a cell too long refuses the whole file."""
    rows = ["1,Good.", "2,", "3,   ", "4,n/a", "5," + "long " * 20_000]
    data = ("id,comment\n" + "\n".join(rows) + "\n").encode()
    mapping = SurveyMapping(id="id", text=("comment",))
    report = import_survey.import_survey(study, Path("s.csv"), mapping, by="Ada", data=data)
    assert report.accepted + report.extra["n_blank_answers"] == len(rows)
    assert [item["item"] for item in report.skipped] == ["2 blank answers"]
    assert len(coding.text_of(study, "s.csv#5#comment")) > 99_000
    too_long = b"id,comment\n1,Good.\n2," + b"x" * 10_000_001 + b"\n"
    with pytest.raises(QualtoolError, match="line 3"):
        import_survey.import_survey(study, Path("t.csv"), mapping, by="Ada", data=too_long)


def test_dedoose_a_lost_study_comes_back(study: Path) -> None:
    """One file is all; lost with everything beside it but its backups, it is there again, and checked."""
    guid = code_words(study, "Good here.", "K0")
    made = backups.back_up_now(study)
    for path in study.parent.glob("study.db*"):
        if path.is_file():
            path.unlink()
    backups.restore(study, made, by="Ada")
    assert checking.check_study(study)["problems"] == []
    with connection.reading(study) as db:
        assert db.conn.execute("SELECT guid FROM coding").fetchall() == [(guid,)]


@pytest.mark.parametrize("name", ["nan", "null", "None"])
def test_krippendorff_a_code_named_nan(name: str, study: Path, tmp_path: Path, qualtool: Run) -> None:
    """A code named `nan` is a code: coded, imported, counted, exported and read back by that name."""
    code_words(study, "Good here.", name)
    text = coding.text_of(study, "talk.txt")
    at = text.index("overloaded")
    rows = f"source,start_char,end_char,code,coder\ntalk.txt,{at},{at + 10},{name},Ben\n"
    assert import_codings.import_codings(study, Path("c.csv"), data=rows.encode(), by="Ben").accepted == 1
    found = qualtool("frequencies", study, "--by", "all", "--json").json["rows"]
    assert [r["n_codings"] for r in found if r["code_path"] == name] == [2]
    file = tmp_path / "codings.csv"
    assert qualtool("export", study, file, "--what", "codings").code == 0
    assert {row["code_path"] if "code_path" in row else row["code"] for row in read_csv(file)} <= {
        name,
        f"K{NAMES.index(name)}",
    }
    whole = tmp_path / "study.json"
    assert qualtool("export", study, whole, "--what", "study").code == 0
    assert json.loads(whole.read_text(encoding="utf-8"))
