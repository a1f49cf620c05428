"""A code on an answer that its coder had called without substance: the mark goes, is told, and comes back."""

from __future__ import annotations

import uuid
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from qualtool.model import Code
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.records import answers, people
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.coding.find_text import code_hits, find_text, hits_in_place, uncode_hits
from qualtool.workflows.coding.panel_coding import apply_operations
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.keeping.merge import merge
from qualtool.workflows.suggestions.deciding import accept_suggestion, apply_decisions, undo_decision
from qualtool.workflows.suggestions.suggesting import open_suggestions, suggest_codes
from qualtool.workflows.undoing.history import events_of
from qualtool.workflows.undoing.undo_event import undo_event

AT = "2026-01-02T09:00:00+00:00"
CLEARED = "answer_state_cleared"


@pytest.fixture
def study(tmp_path: Path, answer_studies: ModuleType) -> Path:
    path: Path = answer_studies.make_study(tmp_path / "answers.db")["path"]
    suggest_codes(path, by="Anna")
    return path


@pytest.fixture
def one(study: Path) -> dict[str, Any]:
    """A suggestion on an answer that Anna called without substance, having not read it to the end before."""
    found = open_suggestions(study)[0]
    stamp = Stamp(by="Anna", at=AT)
    with connection.writing(study) as db:
        coder = people.ensure_coder(db, "Anna", stamp)
        answers.set_state(db, found["source_id"], found["source_guid"], coder, stamp, empty=True)
    return found


def codable(study: Path) -> Code:
    return next(code for code in codebook_of(study).codes if code.is_codable)


def state(study: Path) -> list[tuple[int]]:
    with connection.reading(study) as db:
        return db.conn.execute("SELECT was_read FROM answer_state").fetchall()


def n_cleared(study: Path) -> int:
    return len(events_of(study, kinds=[CLEARED]))


def test_an_accepted_suggestion_takes_the_mark_and_undo_brings_it(study: Path, one: dict[str, Any]) -> None:
    """The page is told, the history has it, and taking the decision back marks the answer as it was."""
    op = {"op_id": "of-the-queue", "kind": "accept", "guid": one["guid"]}
    assert apply_decisions(study, "Anna", [op])[0][1]["took_mark"]
    assert state(study) == []
    assert n_cleared(study) == 1
    undo_decision(study, one["guid"], coder="Anna")
    assert state(study) == [(0,)]
    assert check_study(study)["problems"] == []


def test_somebody_elses_code_takes_no_mark(study: Path, one: dict[str, Any]) -> None:
    """Ben's code on the answer leaves Anna's mark alone, and nothing is told."""
    op = {"op_id": "of-the-queue", "kind": "accept", "guid": one["guid"]}
    assert set(apply_decisions(study, "Ben", [op])[0][1]) == {"guid"}
    assert state(study) == [(0,)]
    assert n_cleared(study) == 0


def test_undo_in_the_history_brings_the_mark_back(study: Path, one: dict[str, Any]) -> None:
    """A coding taken back, or a decision, marks the answer again; not while another code stands on it."""
    code = codable(study).name
    code_selection(study, one["source"], one["start_char"], one["end_char"], code, coder="Anna")
    assert state(study) == []
    added = events_of(study, kinds=["coding_added"])[-1]
    code_selection(study, one["source"], one["start_char"], one["end_char"] - 1, code, coder="Anna")
    undo_event(study, added["id"], "Anna")
    assert state(study) == []
    undo_event(study, events_of(study, kinds=["coding_added"])[-1]["id"], "Anna")
    assert state(study) == []  # this one took no mark
    accept_suggestion(study, one["guid"], coder="Anna")
    with connection.reading(study) as db:
        assert db.conn.execute("SELECT count(*) FROM answer_state").fetchone() == (0,)


def test_a_decision_undone_in_the_history_brings_it_back(study: Path, one: dict[str, Any]) -> None:
    """The event of an accepted suggestion, taken back, marks the answer again."""
    accept_suggestion(study, one["guid"], coder="Anna")
    undo_event(study, events_of(study, kinds=["suggestion_accepted"])[-1]["id"], "Anna")
    assert state(study) == [(0,)]
    assert check_study(study)["problems"] == []


def test_removing_a_code_by_itself_brings_nothing_back(study: Path, one: dict[str, Any]) -> None:
    """Whoever takes a code off later has an answer without a code, not one without substance."""
    made = panel(study, one)
    remove(study, one, made)
    assert state(study) == []


def panel(study: Path, one: dict[str, Any], **more: Any) -> str:
    guid = str(uuid.uuid4())
    op = {
        "op_id": str(uuid.uuid4()),
        "kind": "accept",
        "guid": guid,
        "suggestion": one["guid"],
        "version": one["version"],
        **{name: one[name] for name in ("start_char", "end_char", "quote")},
        **more,
    }
    ((_, result),) = apply_operations(study, one["source_guid"], "Anna", [op], at=AT)
    assert result.get("cleared") is True
    return guid


def remove(study: Path, one: dict[str, Any], guid: str) -> None:
    op = {"op_id": str(uuid.uuid4()), "kind": "remove", "guid": guid}
    ((_, result),) = apply_operations(study, one["source_guid"], "Anna", [op], at=AT)
    assert "error" not in result


def test_the_panel_is_told_and_its_undo_brings_it_back(study: Path, one: dict[str, Any]) -> None:
    """The result of an accept in the panel says so; a step back marks the answer again."""
    act = str(uuid.uuid4())
    panel(
        study,
        one,
        act={
            "guid": act,
            "name": "accepted",
            "undo": {"kind": "reopen", "suggestion": one["guid"]},
            "redo": {"kind": "reopen", "suggestion": one["guid"]},
        },
    )
    op = {"op_id": str(uuid.uuid4()), "kind": "step", "act": act, "to": "undone"}
    ((_, result),) = apply_operations(study, one["source_guid"], "Anna", [op], at=AT)
    assert "error" not in result
    assert state(study) == [(0,)]


@pytest.mark.parametrize("takes_back", [True, False])
def test_hits_of_a_search_taken_back(study: Path, one: dict[str, Any], takes_back: bool) -> None:
    """Codes made from a search take the mark; taken back, they bring it."""
    word = one["quote"].split()[0]
    found = [h for h in find_text(study, word).hits if h.source_guid == one["source_guid"]]
    code = codable(study).guid
    made = code_hits(study, hits_in_place(study, found, "Anna"), code, coder="Anna")
    assert state(study) == []
    if takes_back:
        uncode_hits(study, made, coder="Anna")
    assert state(study) == ([(0,)] if takes_back else [])


def test_a_merge_takes_each_coders_mark_by_itself(study: Path, one: dict[str, Any], tmp_path: Path) -> None:
    """Anna's code here took her mark; Ben's mark on the same answer, made in the other copy, comes."""
    other = tmp_path / "other.db"
    connection.back_up(study, other)
    accept_suggestion(study, one["guid"], coder="Anna")
    stamp = Stamp(by="Ben", at="2026-01-03T09:00:00+00:00")
    with connection.writing(other) as db:
        coder = people.ensure_coder(db, "Ben", stamp)
        answers.set_state(db, one["source_id"], one["source_guid"], coder, stamp, empty=True)
    merge(study, other, by="Anna")
    with connection.reading(study) as db:
        marked = db.conn.execute(
            "SELECT k.name FROM answer_state t JOIN coder k ON k.id = t.coder_id"
        ).fetchall()
    assert marked == [("Ben",)]
    assert check_study(study)["problems"] == []
