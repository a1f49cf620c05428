"""Two people at one thing, as the pages show it: both versions, the decision, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.model import Code
from qualtool.workflows.coding.coding import code_selection, text_of
from qualtool.workflows.editing.edit_codebook import change_code, codebook_versions, remove_code
from qualtool.workflows.editing.edit_page import editable_turns
from qualtool.workflows.editing.edit_source import edit_source, edit_stretch
from qualtool.workflows.editing.memo_page import find_memos, memo_targets, own_memo, save_memo
from qualtool.workflows.editing.review import resolve_review, review_worklist
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.gathering.sources import save_source_set, source_sets
from qualtool.workflows.people.consent import change_consents, consent_table

Open = Callable[..., AppTest]


def press(at: AppTest, label: str) -> AppTest:
    (button,) = [b for b in at.button if b.label == label]
    at = button.click().run()
    assert not at.exception
    return at


def texts(at: AppTest) -> set[str]:
    return {str(text.value) for text in at.text}


def torn(at: AppTest) -> list[str]:
    return [b.label for b in at.button if (b.key or "").startswith("torn_")]


def the_study(study: Path) -> str:
    return memo_targets(study)["study"][0][0]


# --- memos ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ("Keep theirs", "from the desk"),
        ("Use mine", "from the train"),
        ("Keep both", "from the desk\n\nfrom the train"),
    ],
)
def test_a_memo_written_in_two_windows(open_page: Open, tiny_study: Path, choice: str, kept: str) -> None:
    """Both texts are shown, nothing is stored unasked, and the decision is what stands then."""
    guid = the_study(tiny_study)
    at = open_page("memos.py", tiny_study)
    save_memo(tiny_study, "study", guid, "from the desk", coder="Ada")
    at.text_area[0].set_value("from the train")
    at = press(at, "Save memo")
    assert {"from the desk", "from the train"} <= texts(at)
    assert "in another window" in at.warning[0].value
    assert own_memo(tiny_study, "study", guid, coder="Ada") == "from the desk"
    assert at.text_area[0].value == "from the train"  # what was typed is still in its form
    at = press(at, choice)
    assert own_memo(tiny_study, "study", guid, coder="Ada") == kept
    assert not torn(at) and at.text_area[0].value == kept


def test_a_memo_changed_once_more_while_one_decides(open_page: Open, tiny_study: Path) -> None:
    """A third version that came while two were shown is shown in its turn."""
    guid = the_study(tiny_study)
    at = open_page("memos.py", tiny_study)
    save_memo(tiny_study, "study", guid, "one", coder="Ada")
    at.text_area[0].set_value("mine")
    at = press(at, "Save memo")
    save_memo(tiny_study, "study", guid, "two", coder="Ada")
    at = press(at, "Use mine")
    assert {"two", "mine"} <= texts(at)
    at = press(at, "Use mine")
    assert own_memo(tiny_study, "study", guid, coder="Ada") == "mine"


def test_a_memo_changed_before_edit_and_removal(open_page: Open, tiny_study: Path) -> None:
    """Change in place and Remove compare with what the page showed when the button was pressed."""
    guid = the_study(tiny_study)
    save_memo(tiny_study, "study", guid, "old", coder="Ada")
    memo = find_memos(tiny_study)["memos"][0]["guid"]
    at = open_page("memos.py", tiny_study)
    at = at.button(key=f"memo_edit_{memo}").click().run()
    save_memo(tiny_study, "study", guid, "newer", coder="Ada")
    at.text_area(key=f"memo_changed_{memo}").set_value("mine")
    at = press(at, "Save")
    assert {"newer", "mine"} <= texts(at)
    at = press(at, "Keep theirs")
    save_memo(tiny_study, "study", guid, "newest", coder="Ada")
    at = at.button(key=f"memo_drop_{memo}").click().run()
    assert torn(at) == ["Keep theirs", "Remove it all the same"]
    at = press(at, "Remove it all the same")
    assert find_memos(tiny_study)["n_all"] == 0


# --- codes ----------------------------------------------------------------------------------------


def code(study: Path, wanted: str) -> Code:
    found = codebook_of(study).find(wanted)
    assert found is not None
    return found


def field(at: AppTest, name: str) -> Any:
    kinds = (*at.text_input, *at.text_area)
    (found,) = [w for w in kinds if w.key and w.key.startswith("change_") and w.key.endswith(f"_{name}")]
    return found


def test_fields_of_a_code_are_merged_or_chosen_one_by_one(open_page: Open, tiny_study: Path) -> None:
    """What only one person changed is merged; of what both changed each field can be chosen by itself."""
    was = code(tiny_study, "MAGNET")
    at = open_page("codebook.py", tiny_study)
    theirs = {"definition": "Ben's definition", "example": "Ben's example", "apply_when": "Ben's rule"}
    change_code(tiny_study, was, theirs, by="Ben")
    for name, value in (("name", "Magnet"), ("definition", "Ada's definition"), ("example", "Ada's example")):
        field(at, name).set_value(value)
    at = press(at, "Save the code")
    assert {"Ben's definition", "Ada's definition", "Ben's example", "Ada's example"} <= texts(at)
    at.radio(key="torn_code_field_example").set_value("mine")
    at = press(at, "Save as chosen field by field")
    now = code(tiny_study, "MAGNET")
    assert (now.name, now.definition) == ("Magnet", "Ben's definition")
    assert (now.example, now.apply_when) == ("Ada's example", "Ben's rule")
    assert not torn(at)


def test_a_code_removed_while_the_form_was_open_comes_back(open_page: Open, tiny_study: Path) -> None:
    """The change of a removed code is shown, and brings the code back where that is chosen."""
    was = code(tiny_study, "MAGNET")
    at = open_page("codebook.py", tiny_study)
    field(at, "definition").set_value("Ada's words")
    remove_code(tiny_study, was.guid, by="Ben")
    at.session_state["code_pick"] = was.guid
    at = press(at, "Save the code")
    assert torn(at) == [] or "Bring it back with mine" in torn(at)
    if torn(at):
        press(at, "Bring it back with mine")
        assert code(tiny_study, "MAGNET") == replace(was, definition="Ada's words")


def test_removing_a_code_that_was_changed_asks_once_more(open_page: Open, tiny_study: Path) -> None:
    """A code that is not the one shown is not removed unseen."""
    at = open_page("codebook.py", tiny_study)
    change_code(tiny_study, code(tiny_study, "MAGNET"), {"definition": "Ben's words"}, by="Ben")
    at = press(at, "Yes, remove it")
    assert torn(at) == ["Keep the code", "Remove it all the same"]
    press(at, "Keep the code")
    assert code(tiny_study, "MAGNET").definition == "Ben's words"


def test_going_back_to_a_version_undoes_no_version_unseen(open_page: Open, tiny_study: Path) -> None:
    """A version saved while the list was shown is not undone by the button."""
    change_code(tiny_study, code(tiny_study, "MAGNET"), {"definition": "second"}, by="Ada")
    at = open_page("codebook.py", tiny_study)
    change_code(tiny_study, code(tiny_study, "MAGNET"), {"definition": "third"}, by="Ben")
    at = at.button(key="go_back").click().run()
    assert "saved again after you looked" in at.error[0].value
    assert code(tiny_study, "MAGNET").definition == "third"
    assert len(codebook_versions(tiny_study)) == 3


# --- consent, sets --------------------------------------------------------------------------------


def test_a_consent_set_meanwhile_is_shown(open_page: Open, tiny_study: Path) -> None:
    """The consent a colleague set stays until one decides."""
    name = consent_table(tiny_study)[0]["name"]
    at = open_page("study.py", tiny_study)
    change_consents(tiny_study, [name], "withdrawn", by="Ben")
    at.multiselect(key="consent_people").set_value([name])
    next(box for box in at.selectbox if box.label == "May their words be quoted?").select("yes")
    at = press(at, "Set consent")
    assert consent_table(tiny_study)[0]["consent"] == "withdrawn"
    assert {"withdrawn", "yes: may be quoted"} <= texts(at)
    press(at, "Keep theirs")
    assert consent_table(tiny_study)[0]["consent"] == "withdrawn"


def test_a_set_keeps_what_both_put_in(open_page: Open, tiny_study: Path) -> None:
    """A source a colleague put in meanwhile stays in, and nothing is asked."""
    save_source_set(tiny_study, "Ours", ["first.txt"], by="Ada")
    at = open_page("study.py", tiny_study)
    at = at.selectbox(key="set_pick").select("Ours").run()
    save_source_set(tiny_study, "Ours", ["first.txt", "second.txt"], by="Ben")
    at = press(at, "Save the set")
    assert source_sets(tiny_study)[0]["members"] == ["first.txt", "second.txt"]
    save_source_set(tiny_study, "Ours", ["second.txt"], by="Ben")
    at = press(at, "Remove the set")
    assert torn(at) == ["Keep theirs", "Remove it all the same"]
    press(at, "Keep theirs")
    assert source_sets(tiny_study)[0]["members"] == ["second.txt"]


# --- texts ----------------------------------------------------------------------------------------


def correct(study: Path, number: int, text: str, by: str) -> None:
    found = editable_turns(study, "first.txt")
    turn = next(t for t in found["turns"] if t["number"] == number)
    edit_stretch(
        study, "first.txt", turn["start_char"], turn["end_char"], text, by=by, version=found["version"]
    )


def test_a_turn_corrected_by_two_people(open_page: Open, tiny_study: Path) -> None:
    """Another's turn merges; of the same turn both texts are shown, and what was typed is still there."""
    at = open_page("edit_source.py", tiny_study)
    correct(tiny_study, 4, "No room. Two families moved.", "Ben")
    words = next(a for a in at.text_area if a.label == "What was said")
    words.set_value("How do families choose schools?")
    at = press(at, "Save turn")
    assert not torn(at)
    text = text_of(tiny_study, "first.txt")
    assert "How do families choose schools?" in text and "No room. Two families moved." in text
    correct(tiny_study, 1, "How did families choose?", "Ben")
    words = next(a for a in at.text_area if a.label == "What was said")
    words.set_value("How do they choose?")
    at = press(at, "Save turn")
    assert {"How did families choose?", "How do they choose?"} <= texts(at)
    at = press(at, "Use mine")
    assert text_of(tiny_study, "first.txt").startswith("Interviewer: How do they choose?\n")


def test_a_waiting_coding_decided_by_two_people(open_page: Open, tiny_study: Path) -> None:
    """The decision a colleague made is shown beside one's own."""
    code_selection(tiny_study, "first.txt", 52, 67, "PUSH", coder="Ada")
    words = text_of(tiny_study, "first.txt")[52:67]
    edit_source(tiny_study, "first.txt", replace=(words, f"{words[:5]}X{words[6:]}"), by="Ada")
    waits = review_worklist(tiny_study)
    at = open_page("edit_source.py", tiny_study)
    resolve_review(tiny_study, waits[0]["guid"], "remove", by="Ben")
    at = at.button(key=f"review_accept_{waits[0]['guid']}").click().run()
    assert not at.exception
    # The card is gone with the decision: nothing was done, and the other coding waits on.
    assert [w["guid"] for w in review_worklist(tiny_study)] == [waits[1]["guid"]]
