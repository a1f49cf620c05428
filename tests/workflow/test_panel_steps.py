"""Undo and redo in the study file: what is kept, what is performed, and what is refused in words."""

from __future__ import annotations

import random
import uuid
from pathlib import Path
from typing import Any

import panel_studies as studies
import pytest
from panel_acts import AT, act, spot

from qualtool.workflows.coding.panel_coding import apply_operations, changes_since, open_panel


@pytest.fixture
def study(tmp_path: Path) -> dict[str, Any]:
    return studies.make_study(tmp_path / "study.qtool")


def new() -> str:
    return str(uuid.uuid4())


def kept(name: str, undo: dict[str, Any], redo: dict[str, Any]) -> dict[str, Any]:
    return {"guid": new(), "name": name, "undo": undo, "redo": redo}


def add(study: dict[str, Any], words: str, code: str = "Pride") -> dict[str, Any]:
    guid = new()
    return {
        "kind": "add",
        "guid": guid,
        "code": study["codes"][code],
        **spot(study, words),
        "act": kept(f"coded {words}", {"kind": "remove", "guid": guid}, {"kind": "restore", "guid": guid}),
    }


def step(op: dict[str, Any], to: str) -> dict[str, Any]:
    return {"kind": "step", "act": op["act"]["guid"], "to": to}


def shown(study: dict[str, Any], coder: str = "Anna", **options: Any) -> dict[str, Any]:
    return open_panel(study["path"], study["source"], coder, **options)


def line(study: dict[str, Any], coder: str = "Anna") -> list[tuple[str, str]]:
    return [(row[1], row[4]) for row in shown(study, coder)["acts"]]


def standing(study: dict[str, Any]) -> list[str]:
    return [row["quote"] for row in studies.stored(study["path"])]


def test_an_act_is_undone_and_done_again_from_the_study(study: dict[str, Any]) -> None:
    """A step needs the act's GUID alone: the study performs what it kept, and says where the line stands."""
    op = add(study, "We were full")
    assert act(study, op) == [{"guid": op["guid"]}]
    assert line(study) == [("coded We were full", "done")]
    assert act(study, step(op, "undone")) == [{"guid": op["guid"]}]
    assert (standing(study), line(study)) == ([], [("coded We were full", "undone")])
    assert [row[0] for row in shown(study)["gone"]["codings"]] == [op["guid"]]
    act(study, step(op, "done"))
    assert (standing(study), line(study)) == (["We were full"], [("coded We were full", "done")])
    assert shown(study)["gone"]["codings"] == []


def test_a_new_act_drops_what_was_undone(study: dict[str, Any]) -> None:
    """After a new act nothing undone before it can be done again, and asking for it is refused."""
    first, second = add(study, "We were full"), add(study, "Tired, mostly")
    act(study, first, step(first, "undone"), second)
    assert line(study) == [("coded Tired, mostly", "done")]
    (answer,) = act(study, step(first, "done"))
    assert "no longer among the acts" in answer["error"]
    assert standing(study) == ["Tired, mostly"]


def test_lines_are_per_coder_and_a_stranger_undoes_nothing(study: dict[str, Any]) -> None:
    """Another coder has a line of their own, and cannot step in somebody else's."""
    op = add(study, "We were full")
    act(study, op)
    act(study, add(study, "Tired, mostly"), coder="Ben")
    assert line(study, "Ben") == [("coded Tired, mostly", "done")]
    (answer,) = act(study, step(op, "undone"), coder="Ben")
    assert "error" in answer
    assert line(study) == [("coded We were full", "done")]


def test_a_step_twice_is_explained_and_a_repeated_message_is_not(study: dict[str, Any]) -> None:
    """The same message again gets the first answer; a second undo from another window is told so."""
    op = add(study, "We were full")
    act(study, op)
    back = {"op_id": new(), **step(op, "undone")}
    first = apply_operations(study["path"], study["source"], "Anna", [back], at=AT)
    assert apply_operations(study["path"], study["source"], "Anna", [back], at=AT) == first
    (answer,) = act(study, step(op, "undone"))
    assert "another window" in answer["error"]


def test_a_refused_operation_keeps_no_act(study: dict[str, Any]) -> None:
    """What could not be done is not in the list of what can be undone."""
    bad = add(study, "We were full") | {"quote": "We were fool"}
    assert "error" in act(study, bad)[0]
    assert line(study) == []


@pytest.mark.parametrize(
    "change",
    [
        {"undo": {"kind": "add"}},
        {"undo": {"kind": "step"}},
        {"undo": {"kind": ["remove"]}},
        {"undo": None},
        {"redo": {"kind": "new_code"}},
        {"name": ""},
        {"name": 7},
        {"guid": "x"},
        {"redo": {"kind": "memo", "text": "x" * 70_000}},
    ],
)
def test_an_act_that_cannot_be_undone_is_refused_whole(study: dict[str, Any], change: Any) -> None:
    """An act with a wrong name, GUID or way back stores neither itself nor its coding."""
    op = add(study, "We were full")
    op["act"] = {**op["act"], **change}
    assert "error" in act(study, op)[0]
    assert standing(study) == [] and line(study) == []


def test_changes_of_the_same_thing_meanwhile_are_told(study: dict[str, Any]) -> None:
    """Facets, memos, favourites, marks and removals changed elsewhere stay, and the answer says why."""
    op = add(study, "We were full")
    guid = op["guid"]
    act(study, op)

    def facets(value: str | None, expect: str | None) -> dict[str, Any]:
        return {"kind": "facets", "guid": guid, "values": {"stance": value}, "expect": {"stance": expect}}

    def memo(text: str, expect: str) -> dict[str, Any]:
        return {"kind": "memo", "target_kind": "coding", "target_guid": guid, "text": text, "expect": expect}

    def slot(code: str | None, expect: str | None) -> dict[str, Any]:
        return {"kind": "favourite", "slot": 3, "code": code, "expect": expect}

    def read(state: str, expect: str) -> dict[str, Any]:
        return {"kind": "read", "state": state, "expect": expect}

    pride, money = study["codes"]["Pride"], study["codes"]["Funding gap"]
    cases = [
        (
            facets("denies", None),
            facets(None, "denies"),
            facets("mixed", "denies"),
            "stance was set to 'mixed'",
        ),
        (memo("one", ""), memo("", "one"), memo("two", ""), "memo was written anew"),
        (slot(pride, None), slot(None, pride), slot(money, pride), "Another code was put on this key"),
        (read("read", "reading"), read("reading", "read"), read("reading", "read"), "marked otherwise"),
    ]
    for done, undo, elsewhere, words in cases:
        wanted = {**done, "act": kept("it", undo, done)}
        act(study, wanted)
        act(study, elsewhere)
        (answer,) = act(study, step(wanted, "undone"))
        assert words in answer["error"], answer
    act(study, {"kind": "remove", "guid": guid})
    (answer,) = act(study, step(op, "undone"))
    assert "removed meanwhile, by you" in answer["error"]
    assert line(study) == []


def test_a_twin_made_meanwhile_is_told(study: dict[str, Any]) -> None:
    """Redoing a coding beside the same one made anew is refused, not counted as brought back."""
    op = add(study, "We were full")
    act(study, op, step(op, "undone"))
    twin = add(study, "We were full")
    del twin["act"]
    act(study, twin)
    (answer,) = act(study, step(op, "done"))
    assert "same code again" in answer["error"]
    assert standing(study) == ["We were full"]


def test_a_code_removed_meanwhile_is_told(study: dict[str, Any]) -> None:
    """A coding whose code left the codebook cannot be brought back, and the answer says so."""
    op = add(study, "We were full")
    act(study, op, step(op, "undone"))
    left = tuple(code for code in studies.codes() if code.name != "Pride")
    with studies.connection.writing(study["path"]) as db:
        studies.code_store.save_codebook(db, studies.Codebook(title="B", codes=left), studies.STAMP, note="x")
    (answer,) = act(study, step(op, "done"))
    assert "no longer in the codebook" in answer["error"]


def test_an_act_on_a_standing_twin_means_the_twin(study: dict[str, Any]) -> None:
    """Coding the same words with the same code again gives the old coding, and undo takes that one away."""
    first, second = add(study, "We were full"), add(study, "We were full")
    assert act(study, first, second)[1] == {"guid": first["guid"]}
    act(study, step(second, "undone"))
    assert standing(study) == []


def test_a_stretch_goes_back_whole_or_not_at_all(study: dict[str, Any]) -> None:
    """Undoing a changed stretch swaps both codings in one step, and changes nothing when one is gone."""
    op, made = add(study, "We were full"), new()
    act(study, op)
    at = study["text"].index("We were")
    resize = {
        "kind": "resize",
        "guid": op["guid"],
        "new_guid": made,
        "start_char": at,
        "end_char": at + 7,
        "quote": "We were",
        "version": 1,
        "act": kept(
            "changed",
            {"kind": "swap", "off": made, "on": op["guid"]},
            {"kind": "swap", "off": op["guid"], "on": made},
        ),
    }
    act(study, resize, step(resize, "undone"))
    assert standing(study) == ["We were full"]
    act(study, step(resize, "done"))
    assert standing(study) == ["We were"]
    act(study, {"kind": "remove", "guid": made})
    (answer,) = act(study, step(resize, "undone"))
    assert "removed meanwhile" in answer["error"]
    assert standing(study) == []


def test_decisions_on_suggestions_go_back_and_forward(study: dict[str, Any]) -> None:
    """Accepting and rejecting are undone, listed as gone, and done again with the same coding."""
    at = study["text"].index("Tired")
    studies.add_suggestions(study, [(at, at + 5, "Pride", 0.8)])
    ((suggestion, *_),) = shown(study)["suggestions"]["rows"]
    made = new()
    accept = {
        "kind": "accept",
        "suggestion": suggestion,
        "guid": made,
        "start_char": at,
        "end_char": at + 5,
        "quote": "Tired",
        "version": 1,
        "act": kept(
            "accepted",
            {"kind": "reopen", "suggestion": suggestion, "made": made},
            {"kind": "accept_again", "suggestion": suggestion, "guid": made},
        ),
    }
    act(study, accept)
    assert [row[0] for row in shown(study)["gone"]["suggestions"]] == [suggestion]
    assert shown(study, blind=True)["gone"]["suggestions"] == []
    act(study, step(accept, "undone"))
    assert standing(study) == [] and len(shown(study)["suggestions"]["rows"]) == 1
    assert act(study, step(accept, "done")) == [{"guid": made}]
    assert shown(study)["suggestions"]["rows"] == []
    assert [row["origin"] for row in studies.stored(study["path"])] == ["accepted"]
    act(study, step(accept, "undone"))
    act(study, {"kind": "reject", "suggestion": suggestion}, coder="Ben")
    (answer,) = act(study, step(accept, "done"))
    assert "decided meanwhile" in answer["error"]


def test_three_hundred_acts_are_served_and_newer_ones_told(study: dict[str, Any]) -> None:
    """A panel opens with the last 300 acts, and hears of later ones by the revision it has."""
    rng = random.Random(4)
    text, ops = study["text"], []
    for _ in range(320):
        start = rng.randrange(len(text) - 30)
        op = add(study, text[start : start + 1])
        words = text[start : start + 20]
        ops.append(op | {"start_char": start, "end_char": start + 20, "quote": words})
    act(study, *ops)
    opened = shown(study)
    assert len(opened["acts"]) == 300
    rev = opened["acts_rev"]
    assert "own" not in changes_since(study["path"], study["source"], 0, "Anna", acts=rev)
    act(study, step(ops[-1], "undone"))
    own = changes_since(study["path"], study["source"], 0, "Anna", acts=rev)["own"]
    assert [(row[0], row[4]) for row in own["acts"]] == [(ops[-1]["act"]["guid"], "undone")]
    assert own["rev"] > rev


# ---- marks and keys ----


def turns(positions: list[int], nothing: bool, **more: Any) -> dict[str, Any]:
    return {"kind": "turns", "positions": positions, "nothing": nothing, **more}


def test_turns_with_nothing_to_code_are_a_coders_own(study: dict[str, Any]) -> None:
    """Marks are kept per coder and turn, can be taken back, and are undone as one act."""
    op = turns([1, 3], True, state="read")
    op["act"] = kept(
        "marked 2 turns", turns([1, 3], False, state="reading"), turns([1, 3], True, state="read")
    )
    assert act(study, op) == [{}]
    assert shown(study)["turns_read"] == [1, 3] and shown(study)["reading"]["state"] == "read"
    assert shown(study, "Ben")["turns_read"] == []
    act(study, turns([3], False))
    assert shown(study)["turns_read"] == [1]
    act(study, step(op, "undone"))
    assert shown(study)["turns_read"] == [] and shown(study)["reading"]["state"] == "reading"
    own = changes_since(study["path"], study["source"], 0, "Anna", acts=0)["own"]
    assert own["turns_read"] == []


@pytest.mark.parametrize(
    "op",
    [
        turns([99], True),
        {"kind": "turns", "positions": ["1"], "nothing": True},
        turns([True], True, state="done"),
        {"kind": "turns", "positions": [1]},
        {"kind": "turns", "positions": 1, "nothing": True},
        {"kind": "keys"},
        {"kind": "keys", "keys": {"remove": "pp"}},
        {"kind": "keys", "keys": {"remove": " "}},
        {"kind": "keys", "keys": {"": "p"}},
        {"kind": "keys", "keys": {"remove": "p", "memo": "P"}},
    ],
)
def test_wrong_marks_and_keys_are_refused(study: dict[str, Any], op: dict[str, Any]) -> None:
    """Turns the source does not have and keys that are none are answered in words; nothing is stored."""
    assert "error" in act(study, op)[0]
    assert shown(study)["turns_read"] == [] and shown(study)["keys"] == {}


def test_keys_are_kept_per_coder(study: dict[str, Any]) -> None:
    """A coder's keys replace the ones before, and an empty record brings the defaults back."""
    act(study, {"kind": "keys", "keys": {"remove": "P", "memo": "y"}})
    assert shown(study)["keys"] == {"remove": "p", "memo": "y"}
    assert shown(study, "Ben")["keys"] == {}
    act(study, {"kind": "keys", "keys": {}})
    assert shown(study)["keys"] == {}


# ---- memos ----


def memo(study: dict[str, Any], kind: str, text: str, before: str) -> dict[str, Any]:
    guid = study["source"] if kind == "source" else study["codes"]["Pride"]
    return {"kind": "memo", "target_kind": kind, "target_guid": guid, "text": text, "before": before}


def test_memos_on_source_and_code_are_served(study: dict[str, Any]) -> None:
    """The panel opens with memos on the source and on codes, own and others'; blind with one's own only."""
    act(study, memo(study, "source", "mine", ""), memo(study, "code", "of the code", ""))
    act(study, memo(study, "source", "Ben's", ""), coder="Ben")
    found = {(row[0], row[2], row[3], row[4]) for row in shown(study)["memos"]}
    assert found == {
        ("source", "Anna", True, "mine"),
        ("code", "Anna", True, "of the code"),
        ("source", "Ben", False, "Ben's"),
    }
    assert {row[2] for row in shown(study, blind=True)["memos"]} == {"Anna"}


def test_two_windows_memos_are_joined(study: dict[str, Any]) -> None:
    """A memo written over one that changed meanwhile keeps both texts and says so."""
    act(study, memo(study, "source", "first", ""))
    (answer,) = act(study, memo(study, "source", "second", ""))
    assert answer["text"] == "first\n\nsecond" and "both texts" in answer["note"]
    (answer,) = act(study, memo(study, "source", "third", "first\n\nsecond"))
    assert "note" not in answer
    assert [row[4] for row in shown(study)["memos"]] == ["third"]
