"""Faults of other programs when two people work on one thing, each as a test of ours."""

from __future__ import annotations

import threading
import time
import uuid
from pathlib import Path
from typing import Any

import panel_studies as studies
import pytest
from panel_acts import act, add, spot

from qualtool.store.file import connection
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.coding.panel_coding import open_panel
from qualtool.workflows.editing.edit_codebook import change_code, code_as_shown
from qualtool.workflows.editing.edit_source import edit_source
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.undoing.history import events_of


@pytest.fixture
def study(tmp_path: Path) -> dict[str, Any]:
    return studies.make_study(tmp_path / "study.qtool")


def test_taguette_two_people_edit_one_highlight(study: dict[str, Any]) -> None:
    """Taguette: two windows edit one highlight, last write wins. Here both stretches are shown, both kept."""
    made = add(study, "We were full before it opened.")
    act(study, made)
    first = {
        "kind": "resize",
        "guid": made["guid"],
        "new_guid": str(uuid.uuid4()),
        **spot(study, "We were full"),
    }
    undo = {"kind": "swap", "off": first["new_guid"], "on": made["guid"]}
    redo = {"kind": "swap", "off": made["guid"], "on": first["new_guid"]}
    first["act"] = {"guid": str(uuid.uuid4()), "name": "shorter", "undo": undo, "redo": redo}
    second = {
        "kind": "resize",
        "guid": made["guid"],
        "new_guid": str(uuid.uuid4()),
        **spot(study, "before it opened."),
    }
    act(study, first)
    (answer,) = act(study, second)
    assert [row["quote"] for row in studies.stored(study["path"])] == ["We were full"]
    shown = answer["conflict"]
    assert (shown["by"], shown["guid"]) == ("Anna", first["new_guid"])
    spans = [
        study["text"][version["start_char"] : version["end_char"]]
        for version in (shown["theirs"], shown["yours"])
    ]
    assert spans == ["We were full", "before it opened."]
    kept = [e for e in events_of(study["path"]) if e["kind"] == "coding_set_aside"]
    assert [e["after"] for e in kept] == [shown["yours"]]


def test_taguette_two_people_code_one_stretch(study: dict[str, Any]) -> None:
    """Two people's codings of the same words are two codings, and neither can change the other's."""
    act(study, add(study, "We were full"))
    act(study, add(study, "We were full"), coder="Ben")
    anna, ben = studies.stored(study["path"])
    assert {anna["coder"], ben["coder"]} == {"Anna", "Ben"}
    for kind in ("remove", "facets"):
        op = {"kind": kind, "guid": anna["guid"], "values": {"stance": "denies"}}
        (answer,) = act(study, op, coder="Ben")
        assert "another coder's" in answer["error"]
    assert studies.stored(study["path"]) == [anna, ben]


CODES = ("Pride", "Recruitment", "Funding gap", "Belonging", "Shared lessons", "Top-up delays")
WORDS = {"Ben": "We were full", "Cai": "Tired, mostly.", "Dee": "nobody wants to close it"}


def code_all(study: dict[str, Any], coder: str) -> None:
    """Code one stretch with every code, as a person would: where the text was changed, look again."""
    for code in CODES:
        answer: dict[str, Any] = {"error": "not tried"}
        while "error" in answer:
            now = open_panel(study["path"], study["source"], coder)
            at = now["text"].index(WORDS[coder])
            op = {**add(study, WORDS[coder], code), "version": now["source"]["version"]}
            (answer,) = act(study, {**op, "start_char": at, "end_char": at + len(WORDS[coder])}, coder=coder)
            assert "error" not in answer or "changed meanwhile" in answer["error"], answer


def correct_text(study: dict[str, Any], coder: str) -> None:
    old, new = "The head asked", "The headteacher asked"
    for _ in range(4):
        edit_source(study["path"], study["source"], replace=(old, new), by=coder)
        edit_source(study["path"], study["source"], replace=(new, old), by=coder)


def define_codes(study: dict[str, Any], coder: str) -> None:
    for code in CODES:
        was = code_as_shown(study["path"], study["codes"][code])
        assert was is not None
        change_code(study["path"], was, {"definition": f"{code}, as {coder} sees it"}, by=coder)


def test_inception_2038_concurrent_change_loses_no_annotation(study: dict[str, Any]) -> None:
    """INCEpTION: a concurrent change loses all annotations. Here five people at once lose nothing."""
    faults: list[BaseException] = []

    def run(work: Any, who: str) -> None:
        try:
            work(study, who)
        except BaseException as err:  # a fault in a thread would pass unseen
            faults.append(err)

    people = [(code_all, name) for name in WORDS] + [(correct_text, "Ada"), (define_codes, "Eve")]
    workers = [threading.Thread(target=run, args=one) for one in people]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    rows = studies.stored(study["path"])
    found = {(row["coder"], row["code"], row["quote"]) for row in rows}
    assert found == {(coder, code, words) for coder, words in WORDS.items() for code in CODES}
    assert len(rows) == len(found)
    book = {c["name"]: c["definition"] for c in open_panel(study["path"], study["source"], "Ben")["codes"]}
    assert all(book[code] == f"{code}, as Eve sees it" for code in CODES)
    assert check_study(study["path"])["ok"]


def test_taguette_one_highlight_in_a_long_document_costs_no_more(tmp_path: Path) -> None:
    """Taguette: one highlight in a 1 MB document re-parses it. Here it costs about what it does in 10 kB."""

    def study_of(n_words: int, name: str) -> dict[str, Any]:
        made = studies.make_study(tmp_path / name, studies.long_dialogue(n_words))
        assert len(made["text"]) > 5 * n_words
        return made

    def seconds(made: dict[str, Any], start: int) -> float:
        """Of work, and not of waiting for others who use the machine."""
        began = time.process_time()
        code_selection(made["path"], made["source"], start, start + 25, "C-5", coder="Anna")
        return time.process_time() - began

    two = study_of(1_500, "short.qtool"), study_of(160_000, "long.qtool")
    # In turns, so that both meet the same moments of the machine.
    times = [[seconds(made, 500 + 40 * n) for made in two] for n in range(30)]
    short, long = (sorted(column)[len(times) // 4] for column in zip(*times, strict=True))
    # A hundred times the text; reading it whole from the file once is all that may grow.
    assert long < 4 * short + 0.02, (short, long)


def test_qualcoder_pressing_ok_without_a_change_changes_nothing(study: dict[str, Any]) -> None:
    """QualCoder: open a coded thing, press OK, codings go. Here no row changes, the event log included."""
    end = len(study["text"].rstrip())
    words = study["text"][end - 15 : end]
    act(study, add(study, words))

    def rows() -> list[Any]:
        with connection.reading(study["path"]) as db:
            tables = [r[0] for r in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return [(t, db.conn.execute(f'SELECT * FROM "{t}"').fetchall()) for t in tables]

    before = rows()
    edit_source(study["path"], study["source"], text=study["text"], by="Anna", version=1)
    was = code_as_shown(study["path"], study["codes"]["Pride"])
    assert was is not None
    assert (
        change_code(study["path"], was, {"name": was.name, "definition": was.definition}, by="Anna") is None
    )
    assert rows() == before


def test_openqda_unlocking_a_source_to_fix_a_typo_loses_nothing(study: dict[str, Any]) -> None:
    """OpenQDA: unlock a source to fix a typo, all is deleted. Here none is, a colleague's neither."""
    act(study, add(study, "We were full"))
    open_panel(study["path"], study["source"], "Ben")  # Ben reads version 1
    report = edit_source(study["path"], study["source"], replace=("mostly", "mainly"), by="Anna")
    assert (report["lost"], report["kept"] + report["moved"]) == (0, 1)
    (late,) = act(study, add(study, "Parents move house"), coder="Ben")
    assert "changed meanwhile" in late["error"]  # told, and not put on other words
    now = {**add(study, "Parents move house"), "version": 2}
    act(study, now, coder="Ben")
    assert [row["quote"] for row in studies.stored(study["path"])] == ["We were full", "Parents move house"]
