"""Decisions on suggestions: each once, whole or not at all, never over somebody else's."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from qualtool.errors import SelectionError, UserInputError
from qualtool.store.file import connection
from qualtool.store.machine import machine, suggestion_rows
from qualtool.workflows.editing.edit_source import edit_source
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.suggestions.deciding import (
    MAX_OPERATIONS,
    accept_suggestion,
    apply_decisions,
    reject_suggestion,
)
from qualtool.workflows.suggestions.suggesting import open_suggestions, suggest_codes
from qualtool.workflows.themes.themes import quotes
from qualtool.workflows.undoing.history import events_of


@pytest.fixture
def study(tmp_path: Path, answer_studies: ModuleType) -> Path:
    path: Path = answer_studies.make_study(tmp_path / "answers.db")["path"]
    suggest_codes(path, by="Anna")
    return path


@pytest.fixture
def one(study: Path) -> dict[str, Any]:
    return open_suggestions(study)[0]


def op(kind: str, guid: object, number: int = 0, **more: Any) -> dict[str, Any]:
    return {"op_id": f"operation-{number}", "kind": kind, "guid": guid, **more}


def result(study: Path, *ops: Any, coder: str = "Anna") -> list[Any]:
    """What the operations gave, but for the GUIDs of codings, which are new each time."""
    given = apply_decisions(study, coder, ops)
    return [{name: value for name, value in found.items() if name != "guid"} for _, found in given]


def status(study: Path, guid: str) -> str:
    with connection.reading(study) as db:
        return str(machine.suggestion(db, guid)["status"])


def mine(study: Path, coder: str = "Anna") -> list[tuple[str, str]]:
    return [(q["origin"], q["quote"]) for q in quotes(study, coder=coder) if q["origin"] != "typed"]


def test_accept_and_undo_leave_what_was(study: Path, one: dict[str, Any]) -> None:
    """Accepting makes one coding that remembers its origin; taking it back removes it and opens the rest."""
    before = mine(study)
    assert result(study, op("accept", one["guid"])) == [{}]
    assert mine(study) == [*before, ("accepted", one["quote"])]
    assert result(study, op("undo", one["guid"], 1)) == [{}]
    assert mine(study) == before
    assert status(study, one["guid"]) == "open"
    assert check_study(study)["problems"] == []


def test_a_decision_and_its_undo_in_one_message_are_done_in_their_order(
    study: Path, one: dict[str, Any]
) -> None:
    """What was pressed fast arrives together and ends as it was pressed."""
    ops = [op("accept", one["guid"], 0), op("undo", one["guid"], 1), op("reject", one["guid"], 2)]
    assert result(study, *ops) == [{}, {}, {}]
    assert status(study, one["guid"]) == "rejected"


def test_a_repeated_operation_does_nothing(study: Path, one: dict[str, Any]) -> None:
    """Sent again with its id, an operation gives what it gave and changes nothing, refusals too."""
    sent = [op("accept", one["guid"], 0), op("reject", "unknown", 1)]
    first = apply_decisions(study, "Anna", sent)
    n_events = len(events_of(study))
    assert apply_decisions(study, "Anna", sent) == first
    assert len(events_of(study)) == n_events
    assert "no such suggestion" in first[1][1]["error"]


def test_wrong_words_are_remembered_for_the_turn(study: Path, one: dict[str, Any]) -> None:
    """Right code, wrong words: rejected, and the machine is told that the code is right nearby."""
    assert result(study, op("wrong", one["guid"])) == [{}]
    with connection.reading(study) as db:
        assert len(suggestion_rows.wrong_word_turns(db)) == 1
    result(study, op("undo", one["guid"], 1))
    with connection.reading(study) as db:
        assert suggestion_rows.wrong_word_turns(db) == []


def test_other_words_of_the_turn_are_coded_as_edited(study: Path) -> None:
    """Words of the turn, however they are spaced, are coded, as edited."""
    one = next(s for s in open_suggestions(study) if len(s["quote"].split()) > 2)
    some = one["quote"].split()[:2]
    assert result(study, op("accept", one["guid"], words="  ".join(some))) == [{}]
    assert ("edited", " ".join(some)) in mine(study)
    assert status(study, one["guid"]) == "edited"


def test_words_that_do_not_stand_in_the_turn_are_refused(study: Path, one: dict[str, Any]) -> None:
    """Other words are refused with what to do, and nothing is coded; the suggestion stays open."""
    (found,) = result(study, op("accept", one["guid"], words="Not what anybody said"))
    assert "do not stand in this turn" in found["error"]
    assert status(study, one["guid"]) == "open"
    for words in ("", "   "):
        with pytest.raises(SelectionError):
            accept_suggestion(study, one["guid"], coder="Anna", words=words)


def test_what_somebody_else_decided_is_not_overwritten(study: Path, one: dict[str, Any]) -> None:
    """Both decisions are told, theirs stands, ours is in the log; knowing it, one may still accept."""
    reject_suggestion(study, one["guid"], coder="Ben")
    (found,) = result(study, op("accept", one["guid"]))
    told = found["conflict"]
    assert (told["theirs"], told["yours"], told["by"]) == ("rejected", "accepted", "Ben")
    assert status(study, one["guid"]) == "rejected"
    assert len(events_of(study, kinds=["suggestion_set_aside"])) == 1
    assert result(study, op("accept", one["guid"], 1, despite="rejected")) == [{}]
    assert status(study, one["guid"]) == "accepted"


def test_beside_another_s_coding_ours_is_made_too(study: Path, one: dict[str, Any]) -> None:
    """Where a colleague accepted, both have the coding, and theirs stays theirs."""
    accept_suggestion(study, one["guid"], coder="Ben")
    assert "conflict" in result(study, op("accept", one["guid"]))[0]
    assert result(study, op("accept", one["guid"], 1, despite="accepted")) == [{}]
    assert ("accepted", one["quote"]) in mine(study)
    assert mine(study, "Ben") == [("accepted", one["quote"])]
    (found,) = result(study, op("undo", one["guid"], 2))
    assert "Only your own decision" in found["error"]


def test_what_the_machine_withdrew_while_it_was_read_can_still_be_decided(
    study: Path, one: dict[str, Any]
) -> None:
    """A person's word on a passage counts, though the machine has changed its mind meanwhile."""
    with connection.writing(study) as db:
        machine.supersede_open(db, ["suggest"])
    assert status(study, one["guid"]) == "superseded"
    assert result(study, op("accept", one["guid"])) == [{}]
    assert ("accepted", one["quote"]) in mine(study)
    assert check_study(study)["problems"] == []


def test_a_suggestion_whose_words_were_corrected_is_not_accepted_unseen(study: Path) -> None:
    """Words that were other when the person read them are not coded; read anew, they are."""
    one = next(s for s in open_suggestions(study) if len(s["quote"].split()) > 2)
    edit_source(study, one["source"], replace=(one["quote"].split()[0], "Corrected"), by="Anna")
    (found,) = result(study, op("accept", one["guid"], quote=one["quote"]))
    assert "corrected while you were reading" in found["error"]
    assert one["quote"] not in found["error"]
    with connection.reading(study) as db:
        now = machine.suggestion(db, one["guid"])
    assert (now["status"], now["quote"].split()[0]) == ("open", "Corrected")
    assert result(study, op("accept", one["guid"], 1, quote=now["quote"])) == [{}]
    assert ("accepted", now["quote"]) in mine(study)


def test_a_suggestion_for_words_that_are_gone_is_refused_in_words(study: Path) -> None:
    """Where the words are gone no code is put anywhere, and the person is told why."""
    one = open_suggestions(study)[0]
    edit_source(study, one["source"], replace=(one["quote"].split()[0], "Corrected"), by="Anna")
    stays = (one["version"], one["start_char"], one["end_char"], one["quote"], one["guid"])
    with connection.writing(study) as db:  # as a suggestion whose sentence was taken out is left behind
        db.conn.execute(
            "UPDATE suggestion SET status = 'superseded', version = ?, start_char = ?, end_char = ?,"
            " quote = ? WHERE guid = ?",
            stays,
        )
    for number, kind in enumerate(("accept", "reject")):
        (found,) = result(study, op(kind, one["guid"], number))
        assert "words that are gone" in found["error"]
    assert check_study(study)["problems"] == []


@pytest.mark.parametrize(
    ("strange", "told"),
    [
        (None, "no id"),
        ({}, "no id"),
        ({"op_id": "short"}, "no id"),
        ({"op_id": "x" * 65, "kind": "accept"}, "no id"),
        ({"op_id": "operation-1", "kind": "accept"}, "which suggestion"),
        ({"op_id": "operation-1", "kind": "accept", "guid": 3}, "which suggestion"),
        ({"op_id": "operation-1", "kind": ["accept"], "guid": "x"}, "does not know"),
        ({"op_id": "operation-1", "kind": "delete everything", "guid": "x"}, "does not know"),
    ],
)
def test_a_strange_operation_is_refused_alone(
    study: Path, one: dict[str, Any], strange: Any, told: str
) -> None:
    """What is no operation is refused in words; the others of the message are done."""
    found = result(study, strange, op("reject", one["guid"], 2))
    assert told in found[0]["error"]
    assert found[1] == {}


def test_a_long_message_is_answered_in_part(study: Path) -> None:
    """What lies beyond the most for one message is not answered, so that it comes again."""
    ops = [op("reject", "unknown", number) for number in range(MAX_OPERATIONS + 3)]
    assert len(apply_decisions(study, "Anna", ops)) == MAX_OPERATIONS


def test_a_coder_has_a_name(study: Path, one: dict[str, Any]) -> None:
    """Nobody decides without a name, and nothing is stored."""
    with pytest.raises(UserInputError):
        apply_decisions(study, "  ", [op("accept", one["guid"])])
    assert status(study, one["guid"]) == "open"
