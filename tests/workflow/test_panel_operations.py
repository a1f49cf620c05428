"""The panel's operations on a real study file, as sent by a browser that is not trusted."""

from __future__ import annotations

import json
import random
import uuid
from pathlib import Path
from typing import Any

import panel_studies as studies
import pytest
from panel_acts import AT, act, add

from qualtool.errors import StudyFileError, UserInputError
from qualtool.store.file import connection
from qualtool.workflows.coding.panel_coding import MAX_OPERATIONS, apply_operations, changes_since, open_panel


@pytest.fixture
def study(tmp_path: Path) -> dict[str, Any]:
    return studies.make_study(tmp_path / "study.qtool")


def only(study: dict[str, Any]) -> dict[str, Any]:
    (row,) = studies.stored(study["path"])
    return row


def events(study: dict[str, Any]) -> list[str]:
    with studies.connection.reading(study["path"]) as db:
        return [row["kind"] for row in db.query("SELECT kind FROM event ORDER BY id")]


def test_adding_stores_the_selection_with_coder_origin_and_event(study: dict[str, Any]) -> None:
    """An added coding has its words, coder and origin, and one event tells of it."""
    op = add(study, "We were full")
    assert act(study, op) == [{"guid": op["guid"]}]
    row = only(study)
    assert (row["quote"], row["coder"], row["origin"]) == ("We were full", "Anna", "typed")
    assert events(study).count("coding_added") == 1


def test_an_operation_sent_again_changes_nothing(study: dict[str, Any]) -> None:
    """The same operation in later messages gets its first answer and no second event."""
    op = {"op_id": str(uuid.uuid4()), **add(study, "We were full")}
    first = apply_operations(study["path"], study["source"], "Anna", [op, op], at=AT)
    before = events(study)
    again = apply_operations(study["path"], study["source"], "Anna", [op], at="2026-03-01T10:00:00+00:00")
    assert first[0] == first[1] == again[0]
    assert events(study) == before
    assert len(studies.stored(study["path"])) == 1


def test_a_refusal_is_remembered_too(study: dict[str, Any]) -> None:
    """A refused operation is refused again with the same words, even if it could be done by then."""
    bad = {"op_id": str(uuid.uuid4()), "kind": "remove", "guid": str(uuid.uuid4())}
    first = apply_operations(study["path"], study["source"], "Anna", [bad], at=AT)
    good = add(study, "We were full", guid=bad["guid"])
    act(study, good)
    assert apply_operations(study["path"], study["source"], "Anna", [bad], at=AT) == first
    assert only(study)["guid"] == bad["guid"]


def test_the_same_words_and_code_twice_are_one_coding(study: dict[str, Any]) -> None:
    """A second coding of the same stretch, code and coder answers with the standing one."""
    one, two = add(study, "We were full"), add(study, "We were full")
    assert act(study, one, two) == [{"guid": one["guid"]}, {"guid": one["guid"]}]
    act(study, add(study, "We were full"), coder="Ben")
    assert sorted(row["coder"] for row in studies.stored(study["path"])) == ["Anna", "Ben"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quote": "We were fool"}, "quote is not the text"),
        ({"start_char": -1}, "do not mark a stretch"),
        ({"end_char": 10**9}, "do not mark a stretch"),
        ({"start_char": 40, "end_char": 40, "quote": "x"}, "do not mark a stretch"),
        ({"quote": " \n "}, "no words"),
        ({"quote": 7}, "'quote'"),
        ({"start_char": True}, "'start_char'"),
        ({"start_char": 1.5}, "'start_char'"),
        ({"start_char": None}, "'start_char'"),
        ({"code": "no-such-code"}, "no longer in the codebook"),
        ({"code": None}, "'code'"),
        ({"guid": "1 OR 1=1"}, "GUID"),
        ({"guid": "x" * 9000}, "'guid'"),
        ({"version": 2}, "changed meanwhile"),
        ({"quote": "We were \ud800full"}, "characters no text may hold"),
        ({"kind": "drop table"}, "does not know"),
        ({"kind": ["add"]}, "does not know"),
    ],
)
def test_a_wrong_coding_is_refused_in_words(
    study: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    """Nothing of a wrong operation is stored, and its answer says why; what stands beside it is stored."""
    wrong, right = {**add(study, "We were full"), **change}, add(study, "Tired, mostly")
    refused, stored = act(study, wrong, right)
    assert words in refused["error"]
    assert "We were" not in refused["error"]
    assert stored == {"guid": right["guid"]}
    assert only(study)["quote"] == "Tired, mostly"


def test_a_heading_cannot_be_applied(study: dict[str, Any]) -> None:
    """A code that is a heading is refused as one."""
    op = add(study, "We were full")
    op["code"] = studies.guid_of("heading Demand")
    assert "heading" in act(study, op)[0]["error"]


def test_what_is_no_operation_is_answered(study: dict[str, Any]) -> None:
    """Things that are no operations are answered with an error and break nothing."""
    answers = apply_operations(
        study["path"], study["source"], "Anna", [None, 3, "x", {}, {"op_id": 5}, {"op_id": "short"}], at=AT
    )
    assert all("no id" in result["error"] for _, result in answers)


def test_at_most_two_thousand_operations_are_taken_at_once(study: dict[str, Any]) -> None:
    """What lies beyond the limit of one message is left for the next one, without an answer."""
    ops = [{"op_id": f"operation-{n}", "kind": "nothing"} for n in range(MAX_OPERATIONS + 5)]
    assert len(apply_operations(study["path"], study["source"], "Anna", ops, at=AT)) == MAX_OPERATIONS


def test_only_ones_own_codings_are_changed(study: dict[str, Any]) -> None:
    """Removing, restoring, facets and stretch of another coder's coding are refused; a memo is one's own."""
    op = add(study, "We were full")
    act(study, op)
    guid = op["guid"]
    new = {**add(study, "We were"), "kind": "resize", "guid": guid, "new_guid": str(uuid.uuid4())}
    refused = act(
        study,
        {"kind": "remove", "guid": guid},
        {"kind": "restore", "guid": guid},
        {"kind": "facets", "guid": guid, "values": {"stance": "denies"}},
        new,
        coder="Ben",
    )
    assert all("another coder's" in result["error"] for result in refused)
    memo = {"kind": "memo", "target_kind": "coding", "target_guid": guid, "text": "see page 2"}
    assert "error" not in act(study, memo, coder="Ben")[0]
    rows = open_panel(study["path"], study["source"], "Anna")["codings"]["rows"]
    assert [row[10] for row in rows] == [""]
    rows = open_panel(study["path"], study["source"], "Ben")["codings"]["rows"]
    assert [row[10] for row in rows] == ["see page 2"]


def test_removed_codings_come_back(study: dict[str, Any]) -> None:
    """Remove then restore leaves the same coding, and both acts are in the log."""
    op = add(study, "We were full")
    act(study, op, {"kind": "remove", "guid": op["guid"]})
    assert studies.stored(study["path"]) == []
    act(study, {"kind": "restore", "guid": op["guid"]})
    assert only(study)["guid"] == op["guid"]
    assert events(study)[-3:] == ["coding_added", "coding_removed", "coding_restored"]


def test_restoring_beside_a_new_twin_gives_the_twin(study: dict[str, Any]) -> None:
    """When the same words were coded anew meanwhile, undo answers with that coding and makes no second."""
    old, new = add(study, "We were full"), add(study, "We were full")
    act(study, old, {"kind": "remove", "guid": old["guid"]}, new)
    assert act(study, {"kind": "restore", "guid": old["guid"]}) == [{"guid": new["guid"]}]
    assert only(study)["guid"] == new["guid"]


def test_facets_are_checked_and_cleared(study: dict[str, Any]) -> None:
    """A facet takes its own values only, and None clears it."""
    op = add(study, "We were full")
    act(study, op)

    def facets(values: Any) -> dict[str, Any]:
        return act(study, {"kind": "facets", "guid": op["guid"], "values": values})[0]

    assert "error" not in facets({"stance": "denies", "level": "school"})
    assert (only(study)["stance"], only(study)["level"]) == ("denies", "school")
    assert "no such value" in facets({"stance": "positive"})["error"]
    assert "no such value" in facets({"stance": 3})["error"]
    assert "no such facet" in facets({"origin": "typed"})["error"]
    assert "no such facet" in facets("stance")["error"]
    facets({"stance": None})
    assert (only(study)["stance"], only(study)["level"]) == (None, "school")


def test_memos_have_a_place_and_a_length(study: dict[str, Any]) -> None:
    """A memo is written on a coding, code or this source, at most 20,000 characters long."""
    op = add(study, "We were full")
    act(study, op)

    def memo(kind: Any, guid: Any, text: Any) -> dict[str, Any]:
        return act(study, {"kind": "memo", "target_kind": kind, "target_guid": guid, "text": text})[0]

    assert "error" not in memo("coding", op["guid"], "x" * 20_000)
    assert "too long" in memo("coding", op["guid"], "x" * 20_001)["error"]
    assert "error" not in memo("source", study["source"], "of the source")
    assert "error" not in memo("code", op["code"], "of the code")
    assert "error" in memo("source", str(uuid.uuid4()), "elsewhere")
    assert "error" in memo("study", study["source"], "elsewhere")
    assert "error" in memo("coding", str(uuid.uuid4()), "nowhere")


def test_a_new_stretch_is_a_new_coding_with_all_that_was_on_it(study: dict[str, Any]) -> None:
    """Resizing keeps code, facets and memo, takes the new words, and marks the old coding removed."""
    op = add(study, "We were full")
    act(
        study,
        op,
        {"kind": "facets", "guid": op["guid"], "values": {"basis": "own"}},
        {"kind": "memo", "target_kind": "coding", "target_guid": op["guid"], "text": "look"},
    )
    new = {**add(study, "We were full before"), "kind": "resize", "guid": op["guid"]}
    new["new_guid"] = str(uuid.uuid4())
    assert act(study, new) == [{"guid": new["new_guid"]}]
    row = only(study)
    assert (row["quote"], row["basis"], row["code"]) == ("We were full before", "own", "Pride")
    (shown,) = open_panel(study["path"], study["source"], "Anna")["codings"]["rows"]
    assert shown[10] == "look"


def test_a_failed_resize_leaves_the_old_coding(study: dict[str, Any]) -> None:
    """When the new stretch is refused, the old coding stands: an act is done whole or not at all."""
    op = add(study, "We were full")
    act(study, op)
    new = {**add(study, "We were", quote="Wrong"), "kind": "resize", "guid": op["guid"]}
    new["new_guid"] = str(uuid.uuid4())
    assert "error" in act(study, new)[0]
    clash = {**add(study, "We were"), "kind": "resize", "guid": op["guid"], "new_guid": op["guid"]}
    assert "refused this change" in act(study, clash)[0]["error"]
    assert only(study)["guid"] == op["guid"]


def _suggest(study: dict[str, Any], words: str) -> str:
    at = study["text"].index(words)
    studies.add_suggestions(study, [(at, at + len(words), "Pride", 0.8)])
    rows = open_panel(study["path"], study["source"], "Anna")["suggestions"]["rows"]
    return next(row[0] for row in rows if row[2] == at)


def test_a_suggestion_tells_a_word_until_it_has_a_probability(study: dict[str, Any]) -> None:
    """The panel gets strong, possible or weak, no score that looks like a share; later the probability."""
    guid = _suggest(study, "We were full")

    def told() -> str:
        rows = open_panel(study["path"], study["source"], "Anna")["suggestions"]["rows"]
        return next(row[4] for row in rows if row[0] == guid)

    assert told() == "strong"
    with connection.writing(study["path"]) as db:
        db.conn.execute("UPDATE suggestion SET probability = 0.62 WHERE guid = ?", (guid,))
    assert told() == "right in about 6 of 10 cases"


def test_an_accepted_suggestion_becomes_a_coding_that_remembers_it(study: dict[str, Any]) -> None:
    """Accept makes origin accepted, another stretch makes it edited, and both close the suggestion."""
    one, two = _suggest(study, "We were full"), _suggest(study, "Tired, mostly")
    same = {**add(study, "We were full"), "kind": "accept", "suggestion": one}
    other = {**add(study, "Tired"), "kind": "accept", "suggestion": two}
    act(study, same, other)
    assert [(r["quote"], r["origin"]) for r in studies.stored(study["path"])] == [
        ("We were full", "accepted"),
        ("Tired", "edited"),
    ]
    assert open_panel(study["path"], study["source"], "Anna")["suggestions"]["rows"] == []
    again = {**add(study, "We were full"), "kind": "accept", "suggestion": one}
    assert "decided meanwhile" in act(study, again, coder="Ben")[0]["error"]


def test_a_decision_is_taken_back_by_its_maker_only(study: dict[str, Any]) -> None:
    """Reopen removes the coding a suggestion became and opens it again; another coder cannot."""
    one = _suggest(study, "We were full")
    act(study, {**add(study, "We were full"), "kind": "accept", "suggestion": one})
    assert "own decision" in act(study, {"kind": "reopen", "suggestion": one}, coder="Ben")[0]["error"]
    assert act(study, {"kind": "reopen", "suggestion": one}) == [{}]
    assert studies.stored(study["path"]) == []
    assert act(study, {"kind": "reject", "suggestion": one}) == [{}]
    assert open_panel(study["path"], study["source"], "Anna")["suggestions"]["rows"] == []
    act(study, {"kind": "reopen", "suggestion": one})
    assert len(open_panel(study["path"], study["source"], "Anna")["suggestions"]["rows"]) == 1


def test_favourites_reading_and_read_state_are_the_coders_own(study: dict[str, Any]) -> None:
    """Keys, place and state of reading are kept per coder."""
    code = study["codes"]["Pride"]
    act(
        study,
        {"kind": "favourite", "slot": 3, "code": code},
        {"kind": "reading", "turn": 4},
        {"kind": "read", "state": "read"},
    )
    mine, theirs = (open_panel(study["path"], study["source"], who) for who in ("Anna", "Ben"))
    assert mine["favourites"] == {"3": code} and theirs["favourites"] == {}
    assert mine["reading"] == {"turn": 4, "state": "read"}
    assert theirs["reading"] == {"turn": 0, "state": "unread"}
    act(study, {"kind": "favourite", "slot": 3, "code": None})
    assert open_panel(study["path"], study["source"], "Anna")["favourites"] == {}
    assert "1 to 9" in act(study, {"kind": "favourite", "slot": 0, "code": code})[0]["error"]
    assert "error" in act(study, {"kind": "read", "state": "unread"})[0]


def test_a_new_code_enters_the_codebook_as_a_new_version(study: dict[str, Any]) -> None:
    """A code made while coding can be applied in the same message; a second of its name joins the first."""
    guid = str(uuid.uuid4())
    new = {"kind": "new_code", "guid": guid, "name": "  Empty   chairs ", "parent": None, "definition": "d"}
    made, coded = act(study, new, {**add(study, "We were full"), "code": guid})
    assert made == {"guid": guid} and "error" not in coded
    shown = open_panel(study["path"], study["source"], "Anna")
    assert [c["name"] for c in shown["codes"]][-1] == "Empty chairs"
    assert shown["codebook_version"] == 2
    twin = {**new, "guid": str(uuid.uuid4()), "name": "empty chairs"}
    assert act(study, twin) == [{"guid": guid, "joined": True}]
    assert "error" in act(study, {**new, "guid": str(uuid.uuid4()), "name": "X", "colour": "red;}"})[0]
    assert "error" in act(study, {**new, "guid": str(uuid.uuid4()), "name": "Y", "parent": "nobody"})[0]
    changes = changes_since(study["path"], study["source"], 0, "Anna", codebook_version=1)
    assert changes["codes"][-1]["guid"] == guid


def test_a_locked_study_applies_nothing_and_can_be_tried_again(
    study: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program writes, the whole message fails and nothing of it is answered or stored."""
    monkeypatch.setattr("qualtool.store.file.connection._BUSY_SECONDS", 0.05)
    op = {"op_id": str(uuid.uuid4()), **add(study, "We were full")}
    with (
        studies.connection.writing(study["path"]),
        pytest.raises(StudyFileError, match="in use"),
    ):
        apply_operations(study["path"], study["source"], "Anna", [op], at=AT)
    assert studies.stored(study["path"]) == []
    apply_operations(study["path"], study["source"], "Anna", [op], at=AT)
    assert len(studies.stored(study["path"])) == 1


def test_an_unknown_source_is_an_error(study: dict[str, Any]) -> None:
    """A source that is not in the study cannot be opened or coded."""
    with pytest.raises(UserInputError, match="no such source"):
        open_panel(study["path"], str(uuid.uuid4()), "Anna")
    with pytest.raises(UserInputError, match="no such source"):
        apply_operations(study["path"], "nowhere", "Anna", [], at=AT)


def test_the_payload_is_json_and_holds_every_word(study: dict[str, Any]) -> None:
    """All of what the panel opens with is JSON, and its turns are the words of the dialogue."""
    shown = open_panel(study["path"], study["source"], "Anna")
    json.dumps(shown, allow_nan=False)
    words = [shown["text"][start:end] for start, end, _, _ in shown["turns"]]
    assert words == [said for _, said in studies.DIALOGUE]
    assert [shown["speakers"][who]["label"] for _, _, who, _ in shown["turns"]] == [
        label for label, _ in studies.DIALOGUE
    ]
    assert shown["turns"][1][3] == 14_000


def test_changes_are_told_once_and_blind_coders_see_their_own(study: dict[str, Any]) -> None:
    """A revision feed tells what changed after it, removed codings too; blind, only one's own."""
    op = add(study, "We were full")
    act(study, op)
    rev = open_panel(study["path"], study["source"], "Anna")["source"]["rev"]
    assert changes_since(study["path"], study["source"], rev, "Anna")["codings"] == []
    act(study, {"kind": "remove", "guid": op["guid"]})
    act(study, add(study, "Tired, mostly"), coder="Ben")
    changes = changes_since(study["path"], study["source"], rev, "Anna")
    assert [(row[4], row[11]) for row in changes["codings"]] == [("Anna", 1), ("Ben", 0)]
    assert changes["rev"] > rev
    blind = changes_since(study["path"], study["source"], rev, "Anna", blind=True)
    assert [row[4] for row in blind["codings"]] == ["Anna"]
    _suggest(study, "Thank you")
    assert open_panel(study["path"], study["source"], "Anna", blind=True)["suggestions"]["rows"] == []


def test_random_interleavings_leave_what_a_plain_model_says(study: dict[str, Any]) -> None:
    """Two coders' random acts, sent in overlapping and repeated messages, end as a simple list says."""
    rng = random.Random(20)
    text, names = study["text"], [name for _, name, _ in studies.NAMES]
    model: dict[str, dict[str, tuple[int, int, str]]] = {"Anna": {}, "Ben": {}}
    removed: dict[str, dict[str, tuple[int, int, str]]] = {"Anna": {}, "Ben": {}}
    sent: dict[str, list[dict[str, Any]]] = {"Anna": [], "Ben": []}
    for _ in range(300):
        coder = rng.choice(["Anna", "Ben"])
        mine, gone = model[coder], removed[coder]
        kind = rng.choice(["add", "add", "add", "remove", "restore"])
        op: dict[str, Any] = {"op_id": str(uuid.UUID(int=rng.getrandbits(128))), "kind": kind}
        if kind == "add":
            start = rng.randrange(len(text) - 40)
            end = start + rng.randint(1, 40)
            place = (start, end, study["codes"][rng.choice(names)])
            if not text[start:end].strip() or place in mine.values():
                continue
            guid = str(uuid.UUID(int=rng.getrandbits(128)))
            op |= {"guid": guid, "start_char": start, "end_char": end, "code": place[2]}
            op |= {"quote": text[start:end], "version": 1}
            mine[guid] = place
        elif kind == "remove" and mine:
            guid = rng.choice(sorted(mine))
            op["guid"] = guid
            gone[guid] = mine.pop(guid)
        elif kind == "restore" and gone:
            guid = rng.choice(sorted(gone))
            if gone[guid] in mine.values():
                continue
            op["guid"] = guid
            mine[guid] = gone.pop(guid)
        else:
            continue
        sent[coder].append(op)
        if rng.random() < 0.4:
            tail = sent[coder][-rng.randint(1, 12) :]
            missed = [o for o in sent[coder] if o not in tail and not o.get("told")]
            apply_operations(study["path"], study["source"], coder, missed + tail, at=AT)
            for o in missed + tail:
                o["told"] = True
    for coder, ops in sent.items():
        apply_operations(study["path"], study["source"], coder, ops, at=AT)
    for coder, mine in model.items():
        rows = [r for r in studies.stored(study["path"]) if r["coder"] == coder]
        assert {r["guid"]: (r["start_char"], r["end_char"]) for r in rows} == {
            guid: place[:2] for guid, place in mine.items()
        }


@pytest.mark.parametrize(
    ("text", "rows", "expected"),
    [
        ("Interview of 3 May\n\nRUTH: Yes.", [("RUTH", 26, 30)], ["Interview of 3 May", "Yes."]),
        ("[00:01:02] RUTH: Yes.\n", [("RUTH", 17, 21)], ["Yes."]),
        ("RUTH\nYes.\n\nEnd of tape", [("RUTH", 5, 9)], ["Yes.", "End of tape"]),
        ("Just words.", [], ["Just words."]),
        ("", [], []),
    ],
)
def test_words_outside_turns_are_shown_and_labels_are_not(
    text: str, rows: list[tuple[str, int, int]], expected: list[str]
) -> None:
    """A heading or closing note is a piece of its own; a speaker's label with its time is not."""
    from qualtool.workflows.coding.panel_reading import shown_turns

    turns, _ = shown_turns(
        text,
        [
            {"label": w, "start_char": s, "end_char": e, "role": None, "is_interviewer": 0, "start_ms": None}
            for w, s, e in rows
        ],
    )
    assert [text[start:end] for start, end, _, _ in turns] == expected
