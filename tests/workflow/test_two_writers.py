"""Two people, or two windows, at one thing: on every path a conflict carries both, and nothing is lost."""

from __future__ import annotations

import importlib
import importlib.util
import uuid
from pathlib import Path
from typing import Any

import panel_studies as studies
import pytest
from panel_acts import AT, act, add, spot

from qualtool.errors import CodebookError, ConflictError, UserInputError
from qualtool.model import Consent, Participant, Topic
from qualtool.store.file import connection
from qualtool.store.log.identity import scalar
from qualtool.store.machine import machine
from qualtool.store.records import people
from qualtool.workflows.coding.coding import text_of
from qualtool.workflows.coding.panel_coding import apply_operations, open_panel
from qualtool.workflows.editing.edit_codebook import (
    add_code,
    bring_code_back,
    change_code,
    code_as_shown,
    code_rows,
    go_back_to_version,
    remove_code,
)
from qualtool.workflows.editing.edit_page import editable_turns
from qualtool.workflows.editing.edit_source import edit_source, edit_stretch
from qualtool.workflows.editing.memo_page import own_memo, remove_memo, save_memo
from qualtool.workflows.editing.review import accept_all, resolve_review, review_worklist
from qualtool.workflows.gathering.sources import save_source_set, source_sets, sources_of
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.keeping.purge import purge
from qualtool.workflows.people.consent import change_consents, consent_table
from qualtool.workflows.suggestions.deciding import accept_suggestion, reject_suggestion, undo_decision
from qualtool.workflows.suggestions.finding_topics import link_topic
from qualtool.workflows.undoing.history import events_of
from qualtool.workflows.undoing.undo_edit import last_edit, undo_edit


@pytest.fixture
def study(tmp_path: Path) -> dict[str, Any]:
    return studies.make_study(tmp_path / "study.qtool")


def resize(study: dict[str, Any], guid: str, words: str) -> dict[str, Any]:
    """Another stretch for a coding, with its undo, as the panel sends it."""
    made = str(uuid.uuid4())
    undo, redo = ({"kind": "swap", "off": off, "on": on} for off, on in ((made, guid), (guid, made)))
    kept = {"guid": str(uuid.uuid4()), "name": "stretch", "undo": undo, "redo": redo}
    return {"kind": "resize", "guid": guid, "new_guid": made, **spot(study, words), "act": kept}


def facets(guid: str, name: str, value: str | None, expect: str | None) -> dict[str, Any]:
    return {"kind": "facets", "guid": guid, "values": {name: value}, "expect": {name: expect}}


SEEN = {"stance": None, "valence": None, "basis": None, "level": None, "memo": ""}


def set_aside(study: Path, what: str) -> list[Any]:
    return [e["after"] for e in events_of(study) if e["kind"] == f"{what}_set_aside"]


# --- memos ----------------------------------------------------------------------------------------


def test_a_memo_written_in_two_windows(study: dict[str, Any]) -> None:
    """The second window's memo is refused with both texts, stands in the log, and can then be chosen."""
    path, on = study["path"], ("source", study["source"])
    save_memo(path, *on, "from the desk", coder="Anna", seen="")
    with pytest.raises(ConflictError) as met:
        save_memo(path, *on, "from the train", coder="Anna", seen="")
    assert (met.value.theirs["text"], met.value.yours["text"]) == ("from the desk", "from the train")
    assert "in another window" in met.value.message and "train" not in str(met.value)
    assert own_memo(path, *on, coder="Anna") == "from the desk"
    assert [after["text"] for after in set_aside(path, "memo")] == ["from the train"]
    save_memo(path, *on, "from the train", coder="Anna", seen=met.value.theirs["text"])
    assert own_memo(path, *on, coder="Anna") == "from the train"
    assert check_study(path)["ok"]


def test_a_memo_changed_before_its_removal(study: dict[str, Any]) -> None:
    """A memo that is not the one seen is not removed."""
    path, on = study["path"], ("source", study["source"])
    save_memo(path, *on, "old", coder="Anna")
    save_memo(path, *on, "new", coder="Anna", seen="old")
    with pytest.raises(ConflictError):
        remove_memo(path, *on, coder="Anna", seen="old")
    assert own_memo(path, *on, coder="Anna") == "new"


def test_two_people_write_on_one_thing(study: dict[str, Any]) -> None:
    """Memos of two people on one source are two memos: neither has to ask the other."""
    path, on = study["path"], ("source", study["source"])
    save_memo(path, *on, "hers", coder="Anna", seen="")
    save_memo(path, *on, "his", coder="Ben", seen="")
    assert [own_memo(path, *on, coder=who) for who in ("Anna", "Ben")] == ["hers", "his"]


def test_a_memo_in_the_panel_keeps_both_and_shows_both(study: dict[str, Any]) -> None:
    """The panel stores both texts at once and answers with both versions, to be chosen from."""
    memo = {"kind": "memo", "target_kind": "source", "target_guid": study["source"], "before": ""}
    act(study, {**memo, "text": "first"})
    (answer,) = act(study, {**memo, "text": "second"})
    assert answer["text"] == "first\n\nsecond"
    shown = answer["conflict"]
    assert (shown["theirs"]["text"], shown["yours"]["text"]) == ("first", "second")
    assert "error" not in answer


def test_a_memo_too_long_to_be_joined_is_set_aside(study: dict[str, Any]) -> None:
    """Where both texts do not fit into one memo, what stands stays and the other is in the log, whole."""
    memo = {"kind": "memo", "target_kind": "source", "target_guid": study["source"], "before": ""}
    act(study, {**memo, "text": "a" * 15_000})
    (answer,) = act(study, {**memo, "text": "b" * 15_000})
    assert "error" in answer and answer["conflict"]["yours"]["text"] == "b" * 15_000
    assert [after["text"] for after in set_aside(study["path"], "memo")] == ["b" * 15_000]
    assert own_memo(study["path"], "source", study["source"], coder="Anna") == "a" * 15_000


# --- codings --------------------------------------------------------------------------------------


def test_different_facets_are_merged(study: dict[str, Any]) -> None:
    """Two windows that set two facets of one coding ask nobody: both hold."""
    made = add(study, "We were full")
    act(study, made, facets(made["guid"], "stance", "affirms", None))
    assert act(study, facets(made["guid"], "basis", "own", None)) == [{"guid": made["guid"]}]
    (row,) = studies.stored(study["path"])
    assert (row["stance"], row["basis"]) == ("affirms", "own")


def test_the_same_facet_set_twice_is_a_conflict(study: dict[str, Any]) -> None:
    """The facet that stands stays; the other is in answer and log, and can be set by who has seen both."""
    made = add(study, "We were full")
    act(study, made, facets(made["guid"], "stance", "affirms", None))
    (answer,) = act(study, facets(made["guid"], "stance", "denies", None))
    shown = answer["conflict"]
    assert (shown["theirs"], shown["yours"]) == ({"stance": "affirms"}, {"stance": "denies"})
    assert studies.stored(study["path"])[0]["stance"] == "affirms"
    assert set_aside(study["path"], "coding") == [{"stance": "denies"}]
    act(study, facets(made["guid"], "stance", "denies", "affirms"))
    assert studies.stored(study["path"])[0]["stance"] == "denies"


def test_a_facet_and_a_memo_follow_a_changed_stretch(study: dict[str, Any]) -> None:
    """What one window sets on a coding goes to the stretch that another window gave it."""
    made = add(study, "We were full before it opened.")
    moved = resize(study, made["guid"], "We were full")
    act(study, made, moved)
    memo = {"kind": "memo", "target_kind": "coding", "target_guid": made["guid"], "text": "m", "before": ""}
    facet, noted = act(study, facets(made["guid"], "stance", "mixed", None), memo)
    assert facet == {"guid": moved["new_guid"]} and "error" not in noted
    (row,) = studies.stored(study["path"])
    assert (row["quote"], row["stance"]) == ("We were full", "mixed")
    assert own_memo(study["path"], "coding", row["guid"], coder="Anna") == "m"


def test_a_coding_removed_in_one_window_and_changed_in_the_other(study: dict[str, Any]) -> None:
    """Whichever window is second is told, with both versions; what stands is not overwritten."""
    made = add(study, "We were full")
    act(study, made, facets(made["guid"], "stance", "affirms", None))
    (answer,) = act(study, {"kind": "remove", "guid": made["guid"], "seen": SEEN})
    assert answer["conflict"]["theirs"] == {"stance": "affirms"}
    assert len(studies.stored(study["path"])) == 1
    act(study, {"kind": "remove", "guid": made["guid"], "seen": {**SEEN, "stance": "affirms"}})
    for op in (facets(made["guid"], "stance", "denies", "affirms"), resize(study, made["guid"], "We were")):
        (answer,) = act(study, op)
        assert answer["conflict"]["theirs"] == {"removed": True}
    assert studies.stored(study["path"]) == []
    act(study, {"kind": "restore", "guid": made["guid"]})
    assert studies.stored(study["path"])[0]["stance"] == "affirms"


def test_a_removal_of_a_coding_given_another_stretch(study: dict[str, Any]) -> None:
    """A coding that was restretched elsewhere is not removed unseen; removing what stands is possible."""
    made = add(study, "We were full before it opened.")
    moved = resize(study, made["guid"], "We were full")
    act(study, made, moved)
    (answer,) = act(study, {"kind": "remove", "guid": made["guid"], "seen": SEEN})
    assert answer["conflict"]["guid"] == moved["new_guid"]
    act(study, {"kind": "remove", "guid": moved["new_guid"], "seen": SEEN})
    assert studies.stored(study["path"]) == []


def test_the_same_stretch_chosen_twice_is_no_conflict(study: dict[str, Any]) -> None:
    """Two windows that give a coding the same new stretch agree: one coding stands."""
    made = add(study, "We were full before it opened.")
    first, second = (resize(study, made["guid"], "We were full") for _ in range(2))
    act(study, made, first)
    assert act(study, second) == [{"guid": first["new_guid"]}]
    assert len(studies.stored(study["path"])) == 1


def test_a_key_given_two_codes(study: dict[str, Any]) -> None:
    """A key on which another window put a code keeps it, and both codes are told."""
    pride, money = study["codes"]["Pride"], study["codes"]["Funding gap"]
    put = {"kind": "favourite", "slot": 3, "expect": None}
    act(study, {**put, "code": pride})
    (answer,) = act(study, {**put, "code": money})
    assert answer["conflict"]["theirs"] == {"code": pride}
    assert open_panel(study["path"], study["source"], "Anna")["favourites"] == {"3": pride}


# --- suggestions ----------------------------------------------------------------------------------


@pytest.fixture
def suggested(study: dict[str, Any]) -> dict[str, Any]:
    at = study["text"].index("We were full")
    studies.add_suggestions(study, [(at, at + 12, "Pride", 0.8)])
    (row,) = open_panel(study["path"], study["source"], "Anna")["suggestions"]["rows"]
    return {**study, "guid": row[0]}


def test_a_suggestion_decided_by_two_people(suggested: dict[str, Any]) -> None:
    """The second decision is told of the first; accepting all the same is open to whoever has seen it."""
    path, guid = suggested["path"], suggested["guid"]
    reject_suggestion(path, guid, coder="Anna")
    with pytest.raises(ConflictError) as met:
        accept_suggestion(path, guid, coder="Ben")
    assert (met.value.by, met.value.theirs) == ("Anna", {"decision": "rejected"})
    assert studies.stored(path) == []
    with pytest.raises(UserInputError, match="your own decision"):
        undo_decision(path, guid, coder="Ben")
    accept_suggestion(path, guid, coder="Ben", despite="rejected")
    assert [row["coder"] for row in studies.stored(path)] == ["Ben"]


def test_a_suggestion_accepted_by_two_people_is_two_codings(suggested: dict[str, Any]) -> None:
    """In the panel the second coder codes it as well; the first one's decision stays theirs."""
    accept = {"kind": "accept", "suggestion": suggested["guid"], **spot(suggested, "We were full")}
    act(suggested, {**accept, "guid": str(uuid.uuid4())})
    wanted = {**accept, "guid": str(uuid.uuid4())}
    (answer,) = act(suggested, wanted, coder="Ben")
    assert "decided meanwhile" in answer["error"] and answer["conflict"]["by"] == "Anna"
    act(suggested, {**wanted, "despite": "accepted"}, coder="Ben")
    assert [row["coder"] for row in studies.stored(suggested["path"])] == ["Anna", "Ben"]
    undo_decision(suggested["path"], suggested["guid"], coder="Anna")
    assert [row["coder"] for row in studies.stored(suggested["path"])] == ["Ben"]


# --- the codebook ---------------------------------------------------------------------------------


def the_code(study: dict[str, Any], name: str = "Pride") -> Any:
    found = code_as_shown(study["path"], study["codes"][name])
    assert found is not None
    return found


def test_two_people_change_two_fields_of_a_code(study: dict[str, Any]) -> None:
    """Changes of different fields are merged without a question."""
    was = the_code(study)
    change_code(study["path"], was, {"name": was.name, "definition": "Ben's words"}, by="Ben")
    change_code(study["path"], was, {"name": "Pride in it", "definition": was.definition}, by="Ada")
    now = the_code(study)
    assert (now.name, now.definition) == ("Pride in it", "Ben's words")


def test_two_people_change_one_field_of_a_code(study: dict[str, Any]) -> None:
    """The same field changed twice is a conflict; what was typed is kept in the log, whole."""
    was = the_code(study)
    change_code(study["path"], was, {"definition": "Ben's words"}, by="Ben")
    mine = {"definition": "Ada's words", "colour": "#112233"}
    with pytest.raises(ConflictError) as met:
        change_code(study["path"], was, mine, by="Ada")
    assert (met.value.by, met.value.theirs) == ("Ben", {"definition": "Ben's words"})
    assert met.value.yours == mine and "words" not in str(met.value)
    assert the_code(study).colour == was.colour
    assert set_aside(study["path"], "code") == [mine]


def test_a_code_removed_while_another_changes_it(study: dict[str, Any]) -> None:
    """A change of a removed code and a removal of a changed code are conflicts; it can be brought back."""
    was = the_code(study)
    change_code(study["path"], was, {"definition": "new"}, by="Ben")
    with pytest.raises(ConflictError) as met:
        remove_code(study["path"], was.guid, by="Ada", was=was)
    assert met.value.theirs == {"definition": "new"}
    now = the_code(study)
    remove_code(study["path"], was.guid, by="Ada", was=now)
    with pytest.raises(ConflictError) as met:
        change_code(study["path"], now, {"definition": "newer"}, by="Ben")
    assert met.value.theirs == {"removed": True}
    bring_code_back(study["path"], now, by="Ben")
    assert the_code(study) == now


def test_adding_and_going_back_undo_nobodys_work_unseen(study: dict[str, Any]) -> None:
    """Codes added at once all stay; going back to a version is refused when a newer one was not seen."""
    for name in ("By Ada", "By Ben"):
        add_code(study["path"], {"name": name}, by=name[3:])
    with pytest.raises(ConflictError):
        go_back_to_version(study["path"], 1, by="Ada", newest_seen=2)
    assert {"By Ada", "By Ben"} <= {row["name"] for row in code_rows(study["path"])}
    with pytest.raises(CodebookError):
        add_code(study["path"], {"name": "By Ben"}, by="Ada")


def test_a_code_made_by_two_people_at_once(study: dict[str, Any]) -> None:
    """Two coders who make a code of one name use one code; no coding and no definition is lost."""
    made = {"kind": "new_code", "name": "Empty chairs", "parent": None}
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    act(study, {**made, "guid": first, "definition": "Ben's"}, coder="Ben")
    joined, coded = act(
        study,
        {**made, "guid": second, "definition": "Anna's"},
        {**add(study, "We were full"), "code": second},
    )
    assert joined["guid"] == first and "error" not in coded
    assert joined["conflict"]["theirs"] == {"definition": "Ben's"}
    assert [row["code"] for row in studies.stored(study["path"])] == ["Empty chairs"]
    assert set_aside(study["path"], "code") == [{"definition": "Anna's"}]


# --- texts, and decisions on codings --------------------------------------------------------------


def turn(study: dict[str, Any], words: str) -> dict[str, Any]:
    found = editable_turns(study["path"], study["source"])
    return {**next(t for t in found["turns"] if words in t["text"]), "version": found["version"]}


def put(study: dict[str, Any], at: dict[str, Any], text: str, by: str) -> dict[str, Any]:
    place = (at["start_char"], at["end_char"])
    return edit_stretch(study["path"], study["source"], *place, text, by=by, version=at["version"])


def test_two_people_correct_two_turns(study: dict[str, Any]) -> None:
    """Corrections of different turns, begun on one version, both hold."""
    first, last = turn(study, "The head asked"), turn(study, "Tired, mostly")
    put(study, first, "The headteacher asked. We were full.", "Ben")
    put(study, last, "Tired, mainly.", "Ada")
    text = text_of(study["path"], study["source"])
    assert "Ruth: The headteacher asked. We were full.\n" in text and "Ruth: Tired, mainly.\n" in text


def test_two_people_correct_one_turn(study: dict[str, Any]) -> None:
    """The same turn corrected twice is a conflict with both texts, and no event holds the words."""
    at = turn(study, "Tired, mostly")
    put(study, at, "Tired, by Ben.", "Ben")
    with pytest.raises(ConflictError) as met:
        put(study, at, "Tired, by Ada.", "Ada")
    assert (met.value.theirs["text"], met.value.yours["text"]) == ("Tired, by Ben.", "Tired, by Ada.")
    assert "Tired" not in str(met.value) and "by Ada." not in str(events_of(study["path"]))
    put(study, met.value.theirs, met.value.yours["text"], "Ada")
    assert "Ruth: Tired, by Ada.\n" in text_of(study["path"], study["source"])


def test_a_correction_and_its_undo_of_a_text_not_seen(study: dict[str, Any]) -> None:
    """Replacing and undoing are refused where the text is another than the one that was looked at."""
    path, source = study["path"], study["source"]
    edit_source(path, source, replace=("head", "headteacher"), by="Ben", version=1)
    seen = last_edit(path, source)
    assert seen is not None
    edit_source(path, source, replace=("Tired", "Weary"), by="Ben")
    with pytest.raises(ConflictError):
        edit_source(path, source, replace=("full", "empty"), by="Ada", version=1)
    with pytest.raises(ConflictError):
        undo_edit(path, source, by="Ada", version=seen["version"])
    assert "Weary" in text_of(path, source) and "We were full" in text_of(path, source)


@pytest.fixture
def waiting(study: dict[str, Any]) -> dict[str, Any]:
    """A coding whose words were corrected; Anna's, for her and Ben to decide on."""
    act(study, add(study, "Tired, mostly."))
    edit_source(study["path"], study["source"], replace=("Tired, mostly", "Tired, mainly"), by="Ada")
    (row,) = review_worklist(study["path"])
    return {**study, "row": row}


def test_a_waiting_coding_decided_by_two_people(waiting: dict[str, Any]) -> None:
    """The second decision is told of the first, and can be made all the same by whoever has seen it."""
    path, row = waiting["path"], waiting["row"]
    resolve_review(path, row["guid"], "accept", by="Anna", seen=row["proposed"])
    at = text_of(path, waiting["source"]).index("Tired")
    with pytest.raises(ConflictError) as met:
        resolve_review(path, row["guid"], "place", by="Ben", start_char=at, end_char=at + 5)
    assert (met.value.by, met.value.theirs["decision"]) == ("Anna", "place")
    place = {"start_char": at, "end_char": at + 5}
    resolve_review(path, row["guid"], "place", by="Ben", despite=True, **place)
    assert [r["quote"] for r in studies.stored(path)] == ["Tired"]


def test_a_proposed_place_that_is_another_now(waiting: dict[str, Any]) -> None:
    """A place is not accepted unseen: where the text was corrected again, the coding goes on waiting."""
    path, row = waiting["path"], waiting["row"]
    edit_source(path, waiting["source"], replace=("The head", "Our head"), by="Ada")
    with pytest.raises(ConflictError):
        resolve_review(path, row["guid"], "accept", by="Anna", seen=row["proposed"])
    found = accept_all(path, [row["guid"]], by="Anna", seen={row["guid"]: row["proposed"]})
    assert (found["accepted"], len(found["left"])) == (0, 1)
    assert len(review_worklist(path)) == 1


# --- consent, sets, topics ------------------------------------------------------------------------


def test_consent_set_by_two_people(tiny: Path) -> None:
    """A consent that was set meanwhile is not overwritten; nobody of the same act is changed."""
    rows = consent_table(tiny)
    seen = {row["name"]: row["consent"] for row in rows}
    first, second = list(seen)[:2]
    change_consents(tiny, [first], "withdrawn", by="Ben", seen=seen)
    with pytest.raises(ConflictError) as met:
        change_consents(tiny, [first, second], "paraphrase", by="Ada", seen=seen)
    assert (met.value.by, met.value.theirs) == ("Ben", {first: "withdrawn"})
    now = {row["name"]: row["consent"] for row in consent_table(tiny)}
    assert now == {**seen, first: "withdrawn"}
    assert change_consents(tiny, [first], "withdrawn", by="Ada", seen=seen) == 0


def test_a_sheet_does_not_undo_a_withdrawal(tiny: Path) -> None:
    """A participant whose consent somebody set is not given another by an import; the same one is fine."""
    name = consent_table(tiny)[0]["name"]
    change_consents(tiny, [name], "withdrawn", by="Ben")
    for consent in (Consent.WITHDRAWN, Consent.UNKNOWN):
        with connection.writing(tiny) as db:
            people.ensure_participant(
                db, Participant(name=name, role="", consent=consent), None, studies.STAMP
            )
    with pytest.raises(UserInputError, match="'withdrawn'"), connection.writing(tiny) as db:
        people.ensure_participant(
            db, Participant(name=name, role="", consent=Consent.YES), None, studies.STAMP
        )
    assert consent_table(tiny)[0]["consent"] == "withdrawn"


def test_a_purge_reaches_what_was_set_aside(tiny: Path) -> None:
    """A memo that lost a conflict goes from the log with the participant it was about."""
    rows = [row for row in consent_table(tiny) if row["n_sources"] == 1]
    for source in sources_of(tiny):
        on = ("source", source["guid"])
        save_memo(tiny, *on, "about them, from the desk", coder="Anna", seen="")
        with pytest.raises(ConflictError):
            save_memo(tiny, *on, "about them, from the train", coder="Anna", seen="")
        memo = {"kind": "memo", "target_kind": "source", "target_guid": source["guid"], "before": ""}
        op = {**memo, "op_id": str(uuid.uuid4()), "text": "about them, from the panel"}
        apply_operations(tiny, source["guid"], "Anna", [op], at=AT)

    def mentions() -> int:
        with connection.reading(tiny) as db:
            told = "SELECT count(*) FROM event WHERE after LIKE '%about them%' OR before LIKE '%about them%'"
            kept = "SELECT count(*) FROM operation WHERE result LIKE '%about them%'"
            return int(scalar(db, told)) + int(scalar(db, kept))

    before = mentions()
    for row in rows:
        purge(tiny, row["name"], keep_backups=True, by="Anna")
    assert before > 0 and mentions() == 0
    assert check_study(tiny)["ok"]


def members_of(study: Path) -> dict[str, list[str]]:
    return {row["name"]: row["members"] for row in source_sets(study)}


def test_a_set_changed_by_two_people(tiny: Path) -> None:
    """What each puts in or takes out holds; a set removed or made meanwhile is a conflict."""
    a, b, c, d = sorted(_names(tiny))[:4]
    save_source_set(tiny, "ours", [a, b], by="Ada", seen=[])
    save_source_set(tiny, "ours", [a, b, c], by="Ben", seen=[a, b])
    save_source_set(tiny, "ours", [b, d], by="Ada", seen=[a, b])
    assert members_of(tiny) == {"ours": sorted([b, c, d])}
    with pytest.raises(ConflictError):
        save_source_set(tiny, "ours", [], by="Ada", seen=[b, d])
    with pytest.raises(ConflictError):
        save_source_set(tiny, "ours", [a], by="Ben", seen=[])
    save_source_set(tiny, "ours", [], by="Ada", seen=members_of(tiny)["ours"])
    with pytest.raises(ConflictError):
        save_source_set(tiny, "ours", [a, b], by="Ben", seen=[b])
    assert members_of(tiny) == {}


def _names(study: Path) -> list[str]:
    return [row["name"] for row in sources_of(study)]


def test_a_topic_linked_by_two_people(tmp_path: Path) -> None:
    """A link that somebody made meanwhile is not overwritten, and both codes are told."""
    study = studies.make_study(tmp_path / "topics.qtool")
    guid = _topic(study["path"])
    link_topic(study["path"], guid, "C-1", coder="Ben", seen=None)
    with pytest.raises(ConflictError) as met:
        link_topic(study["path"], guid, "C-2", coder="Ada", seen=None)
    assert (met.value.theirs, met.value.yours) == ({"code": "C-1"}, {"code": "C-2"})
    link_topic(study["path"], guid, "C-1", coder="Ada", seen=None)  # the same code is no question
    link_topic(study["path"], guid, "C-2", coder="Ada", seen="C-1")


def _topic(study: Path) -> str:
    with connection.writing(study) as db:
        run, _ = machine.add_run(db, "topics", studies.STAMP, parameters={}, seed=1, libraries={})
        segments = [r[0] for r in db.conn.execute("SELECT id FROM segment WHERE kind = 'sentence' LIMIT 2")]
        topic = Topic(number=0, words=("full",), members=(0, 1), representatives=(0,), weak=())
        machine.add_topics(db, run, [topic], segments)
        return str(scalar(db, "SELECT guid FROM topic"))


# --- all of it at once ----------------------------------------------------------------------------


def test_four_processes_at_the_same_things_lose_no_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 4 processes with 25 changes of one code, memo and coding each word stands or is in the log."""
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2] / "benchmarks" / "reliability"))
    killing, at_once = importlib.import_module("_killing"), importlib.import_module("_torn")
    found = at_once.change_at_once(killing.new_study(tmp_path / "study.db"), writers=4, operations=25)
    assert (found.lost, found.errors, found.problems) == (0, [], 0)
    assert found.stored + found.conflicts == 100 and found.conflicts > 0


# --- the command line -----------------------------------------------------------------------------


def test_a_conflict_on_the_command_line(tiny: Path, qualtool: Any) -> None:
    """``edit --version`` of a text corrected since exits 1, describes both versions, and prints no words."""
    name = _names(tiny)[0]
    word = next(w for w in text_of(tiny, name).split() if len(w) > 4 and w.isalpha())
    assert qualtool("edit", tiny, name, "--replace", word, f"{word}x", "--by", "Ben").code == 0
    ran = qualtool("edit", tiny, name, "--replace", word, "y", "--version", "1", "--json")
    assert ran.code == 1
    told = " ".join(f"{p['where']}: {p['message']}" for p in ran.problems)
    assert "theirs" in told and "yours" in told and "by Ben" in told and word not in told
    assert qualtool("check", tiny).code == 0
