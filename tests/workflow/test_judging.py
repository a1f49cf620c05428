"""Judging a blind audit: each answer once and in order, never over another, and not a word of the machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.store.file import connection
from qualtool.workflows.auditing.audit_drawing import draw_audit
from qualtool.workflows.auditing.auditing import audit_status, finish_audit, running_audit
from qualtool.workflows.auditing.judging import (
    MAX_OPERATIONS,
    apply_judgements,
    passages_to_judge,
)
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.people.people import greet_coder
from qualtool.workflows.suggestions.suggesting import open_suggestions, suggest_codes
from qualtool.workflows.undoing.history import events_of


@pytest.fixture(scope="module")
def drawn_master(tiny_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study with suggestions, and an audit of everything in it drawn for Zoe."""
    study = tmp_path_factory.mktemp("judging") / "drawn.db"
    connection.back_up(tiny_master, study)
    suggest_codes(study, by="Ada")
    greet_coder(study, "Zoe")
    draw_audit(study, coder="Zoe", n=1_000, seed=3)
    return study


@pytest.fixture
def drawn(drawn_master: Path, tmp_path: Path) -> Path:
    connection.back_up(drawn_master, tmp_path / "drawn.db")
    return tmp_path / "drawn.db"


def shown(study: Path, **more: Any) -> dict[str, Any]:
    found = passages_to_judge(study, "Zoe", **more)
    assert found is not None
    return found


def own(study: Path, position: int) -> set[str | None]:
    """The answers that stand at a passage."""
    return set(
        next(c for c in shown(study, at=position)["cards"] if c["position"] == position)["answers"].values()
    )


def op(
    study: Path, number: int, kind: str, position: int | None = None, said: str = "no", **more: Any
) -> dict[str, Any]:
    found = shown(study)
    codes = [code["guid"] for code in found["codes"]]
    made = {"op_id": f"operation-{number}", "kind": kind, "audit": found["audit"], "position": position}
    if kind == "judge":
        made["answers"] = dict.fromkeys(codes, said)
    return {**made, "had": dict.fromkeys(codes), **more}


def results(study: Path, *ops: Any, coder: str = "Zoe") -> list[Any]:
    return [found for _, found in apply_judgements(study, coder, ops)]


def rows(study: Path) -> list[tuple[int, str]]:
    """Position and answer of the first code, in the order in which they were stored."""
    with connection.reading(study) as db:
        return db.conn.execute(
            "SELECT u.position, x.answer FROM audit_answer x JOIN audit_unit u ON u.id = x.unit_id"
            " WHERE x.code_id = (SELECT min(code_id) FROM audit_answer) ORDER BY x.id"
        ).fetchall()


# --- what is shown --------------------------------------------------------------------------------


def test_passages_come_without_the_machine_s_word(drawn: Path) -> None:
    """What the page gets holds text, codes and the coder's own answers: no score, call, stratum, coding."""
    found = shown(drawn)
    assert set(found) == {"audit", "n", "n_read", "n_skipped", "first", "next", "codes", "cards"}
    assert {key for code in found["codes"] for key in code} == {
        *("guid", "name", "definition", "apply_when", "do_not_apply_when")
    }
    assert {key for card in found["cards"] for key in card} == {
        *("position", "source", "speaker", "asked", "before", "quote", "after", "is_changed", "answers")
    }
    assert {answer for card in found["cards"] for answer in card["answers"].values()} == {None}


def test_the_same_is_shown_whatever_the_machine_and_others_made(drawn: Path, tmp_path: Path) -> None:
    """With every call, score, suggestion and coding of others turned round, not a byte of it changes."""
    before = json.dumps(shown(drawn))
    assert open_suggestions(drawn, coder="Ada")
    with connection.reading(drawn) as db:
        assert db.conn.execute("SELECT count(DISTINCT is_called) FROM audit_call").fetchone()[0] == 2
    turned = tmp_path / "turned.db"
    connection.back_up(drawn, turned)
    with connection.writing(turned) as db:
        for table in ("audit_call", "audit_unit"):
            for trigger in db.conn.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
            ).fetchall():
                db.conn.execute(f"DROP TRIGGER {trigger[0]}")
        db.conn.execute("UPDATE audit_call SET is_called = 1 - is_called, score = 1 - score")
        db.conn.execute("UPDATE suggestion SET score = 0.123, reason = 'Nothing.', status = 'superseded'")
        db.conn.execute("UPDATE coding SET removed_at = '2020-01-01T00:00:00' WHERE removed_at IS NULL")
    assert json.dumps(shown(turned)) == before


def test_what_comes_next_and_what_was_before(drawn: Path) -> None:
    """The unread ones come in their order, and a few before the place one is at, to go back to."""
    n = shown(drawn)["n"]
    assert results(drawn, *(op(drawn, at, "skip", at) for at in range(6))) == [{}] * 6
    found = shown(drawn, n_ahead=3, n_back=2)
    assert [card["position"] for card in found["cards"]] == [4, 5, 6, 7, 8]
    assert (found["n"], found["n_read"], found["n_skipped"], found["first"], found["next"]) == (n, 6, 6, 0, 6)
    found = shown(drawn, at=2, n_ahead=2, n_back=1)
    assert [card["position"] for card in found["cards"]] == [1, 2, 6, 7]
    assert own(drawn, 2) == {"skipped"}


def test_when_all_is_read_the_last_ones_are_there_to_go_back_to(drawn: Path) -> None:
    """At the end nothing is next, and the passages before are those read last."""
    n = shown(drawn)["n"]
    results(drawn, *(op(drawn, at, "judge", at) for at in range(n)))
    found = shown(drawn, n_back=2)
    assert (found["next"], found["n_read"]) == (None, n)
    assert [card["position"] for card in found["cards"]] == [n - 2, n - 1]


def test_without_an_audit_there_is_nothing(drawn: Path) -> None:
    """Who has no running audit, or has finished it, is given no passage."""
    assert passages_to_judge(drawn, "Ada") is None
    assert passages_to_judge(drawn, "Nobody") is None
    finish_audit(drawn, "Zoe")
    assert passages_to_judge(drawn, "Zoe") is None


# --- what is sent ---------------------------------------------------------------------------------


def test_answers_are_stored_in_their_order(drawn: Path) -> None:
    """What was pressed fast arrives together, and is stored as it was pressed, a change of mind last."""
    skipped = dict.fromkeys((code["guid"] for code in shown(drawn)["codes"]), "skipped")
    ops = [
        op(drawn, 0, "judge", 0, "yes"),
        op(drawn, 1, "skip", 1),
        op(drawn, 2, "judge", 2),
        op(drawn, 3, "judge", 1, "no", had=skipped),
    ]
    assert results(drawn, *ops) == [{}] * 4
    assert rows(drawn) == [(0, "yes"), (1, "skipped"), (2, "no"), (1, "no")]
    assert check_study(drawn)["problems"] == []


def test_a_repeated_operation_does_nothing(drawn: Path) -> None:
    """Sent again with its id, an answer gives what it gave and changes nothing, refusals too."""
    sent = [op(drawn, 0, "judge", 0), op(drawn, 1, "judge", 10**6), op(drawn, 2, "skip", 1)]
    first = apply_judgements(drawn, "Zoe", sent)
    before = (rows(drawn), len(events_of(drawn)))
    assert apply_judgements(drawn, "Zoe", sent) == first
    assert (rows(drawn), len(events_of(drawn))) == before
    assert "no such passage" in first[1][1]["error"]


def test_an_answer_of_another_window_is_not_overwritten(drawn: Path) -> None:
    """Both answers are told, the one that stands stays, ours is in the log; knowing it, ours is stored."""
    results(drawn, op(drawn, 0, "judge", 0, "yes"))
    late = op(drawn, 1, "judge", 0, "no")
    (found,) = results(drawn, late)
    codes = [code["guid"] for code in shown(drawn)["codes"]]
    assert found["conflict"]["theirs"] == dict.fromkeys(codes, "yes")
    assert found["conflict"]["yours"] == dict.fromkeys(codes, "no")
    assert own(drawn, 0) == {"yes"}
    (kept,) = events_of(drawn, kinds=["audit_set_aside"])
    assert kept["after"] == {"answers": dict.fromkeys(codes, "no"), "position": 0}
    assert results(drawn, {**late, "op_id": "operation-2", "had": found["conflict"]["theirs"]}) == [{}]
    assert own(drawn, 0) == {"no"}
    assert check_study(drawn)["problems"] == []


def test_the_same_said_in_two_windows_is_no_conflict(drawn: Path) -> None:
    """The same answer sent from a second window is stored once and told as stored."""
    results(drawn, op(drawn, 0, "judge", 0, "yes"))
    assert results(drawn, op(drawn, 1, "judge", 0, "yes")) == [{}]
    assert rows(drawn) == [(0, "yes")]


def test_the_end_comes_in_its_order(drawn: Path) -> None:
    """Answers sent before the end are stored; one sent after it is refused in words; a second end is none."""
    ops = [op(drawn, 0, "judge", 0), op(drawn, 1, "finish"), op(drawn, 2, "judge", 1), op(drawn, 3, "finish")]
    found = results(drawn, *ops)
    assert (found[0], found[1], found[3]) == ({}, {}, {})
    assert "finished" in found[2]["error"]
    assert running_audit(drawn, "Zoe") is None
    assert audit_status(drawn)["audits"][0]["n_answered"] == 1
    assert rows(drawn) == [(0, "no")]


def test_an_answer_to_an_earlier_audit_goes_nowhere(drawn: Path) -> None:
    """What waited for a finished audit is not put on the passages of the next one, and does not end it."""
    late = [op(drawn, 0, "judge", 0), op(drawn, 1, "finish")]
    finish_audit(drawn, "Zoe")
    draw_audit(drawn, coder="Zoe", n=4, seed=8)
    assert "finished" in results(drawn, late[0])[0]["error"]
    assert results(drawn, late[1]) == [{}]
    assert rows(drawn) == []
    assert running_audit(drawn, "Zoe") is not None


def test_a_code_taken_out_meanwhile_is_skipped(drawn: Path) -> None:
    """The other codes are answered, the missing one counts as skipped, and the passage as judged."""
    sent = op(drawn, 0, "judge", 0, "yes")
    gone = next(c for c in codebook_of(drawn).codes if c.guid in sent["answers"])
    with connection.writing(drawn) as db:
        db.conn.execute("UPDATE code SET removed_at = '2026-01-01T00:00:00' WHERE guid = ?", (gone.guid,))
    assert results(drawn, sent, op(drawn, 1, "judge", 1, "yes")) == [{}, {}]
    assert gone.guid not in {code["guid"] for code in shown(drawn)["codes"]}
    with connection.reading(drawn) as db:
        found = dict(
            db.conn.execute(
                "SELECT c.guid, x.answer FROM audit_answer x JOIN code c ON c.id = x.code_id"
                " JOIN audit_unit u ON u.id = x.unit_id WHERE u.position = 0"
            )
        )
    assert found.pop(gone.guid) == "skipped"
    assert set(found.values()) == {"yes"}
    told = audit_status(drawn)["audits"][0]
    assert (told["n_answered"], told["n_skipped"]) == (2, 0)


@pytest.mark.parametrize(
    ("strange", "told"),
    [
        ({"kind": "delete everything"}, "does not know"),
        ({"kind": ["judge"]}, "does not know"),
        ({"position": None}, "which passage"),
        ({"position": True}, "which passage"),
        ({"position": -1}, "which passage"),
        ({"position": "0"}, "which passage"),
        ({"position": 10**30}, "which passage"),
        ({"position": 10**5}, "no such passage"),
        ({"answers": None}, "yes or no to every code"),
        ({"answers": {}}, "yes or no to every code"),
        ({"answers": {"unknown": "yes"}}, "yes or no to every code"),
        ({"said": "maybe"}, "yes or no to every code"),
        ({"said": "skipped"}, "yes or no to every code"),
        ({"audit": "another"}, "finished"),
        ({"op_id": "short"}, "no id"),
    ],
)
def test_a_strange_operation_is_refused_alone(drawn: Path, strange: dict[str, Any], told: str) -> None:
    """What is no answer is refused in words; the others of the message are stored."""
    sent = op(drawn, 0, "judge", 0, strange.get("said", "no"))
    found = results(drawn, {**sent, **strange}, None, op(drawn, 2, "judge", 1))
    assert told in found[0]["error"]
    assert "no id" in found[1]["error"]
    assert found[2] == {}
    assert rows(drawn) == [(1, "no")]


def test_an_answer_that_says_not_what_was_seen_goes_over_none(drawn: Path) -> None:
    """Without the answers that were shown an operation is taken as for an unread passage."""
    sent = op(drawn, 0, "judge", 0, "yes", had="nothing")
    assert results(drawn, sent) == [{}]
    assert "conflict" in results(drawn, {**sent, "op_id": "operation-1", "kind": "skip"})[0]


def test_a_long_message_is_answered_in_part(drawn: Path) -> None:
    """What lies beyond the most for one message is not answered, so that it comes again."""
    sent = {"kind": "skip", "audit": "another", "position": 0}
    ops = [{**sent, "op_id": f"operation-{number}"} for number in range(MAX_OPERATIONS + 3)]
    assert len(apply_judgements(drawn, "Zoe", ops)) == MAX_OPERATIONS


def test_a_coder_has_a_name(drawn: Path) -> None:
    """Nobody judges without a name, and nothing is stored."""
    with pytest.raises(UserInputError):
        apply_judgements(drawn, "  ", [op(drawn, 0, "skip", 0)])
    assert rows(drawn) == []


def test_somebody_else_does_not_answer_for_the_auditor(drawn: Path) -> None:
    """An operation that another coder sends is refused: the audit is Zoe's."""
    (found,) = results(drawn, op(drawn, 0, "judge", 0), coder="Ada")
    assert "finished" in found["error"]
    assert rows(drawn) == []
