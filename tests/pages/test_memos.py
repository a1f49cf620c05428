"""The page Memos: write, find, change, remove and bring back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.errors import UserInputError
from qualtool.workflows.editing.memo_page import find_memos, memo_targets, own_memo, remove_memo, save_memo
from qualtool.workflows.themes.themes import quotes

Open = Callable[..., AppTest]


def said(at: AppTest) -> str:
    parts = (*at.markdown, *at.error, *at.info, *at.caption, *at.text)
    return " ".join(str(part.value) for part in parts).replace("\\", "")


def target(study: Path, kind: str, name: str) -> str:
    return next(guid for guid, label in memo_targets(study)[kind] if label == name)


@pytest.fixture
def noted(tiny_study: Path) -> Path:
    """Memos by two coders, on the study, a source, a code and a coding."""
    save_memo(tiny_study, "study", target(tiny_study, "study", "the study"), "Start small.", coder="Ada")
    save_memo(tiny_study, "source", target(tiny_study, "source", "first.txt"), "A warm talk.", coder="Ben")
    save_memo(
        tiny_study, "code", target(tiny_study, "code", "Steering > Sent on"), "Split it? ![](x)", coder="Ada"
    )
    save_memo(tiny_study, "coding", quotes(tiny_study)[0]["guid"], "Why known?", coder="Ben")
    return tiny_study


def test_without_a_study_the_page_leads_to_study(open_page: Open) -> None:
    """Without a study there is nothing to write in."""
    at = open_page("memos.py")
    assert not at.exception
    assert "No study is open" in said(at)
    assert not at.text_area


def test_an_empty_study_can_have_a_memo_on_itself(open_page: Open, empty_study: Path) -> None:
    """Even a study with nothing in it takes a memo; kinds without members say so."""
    at = open_page("memos.py", empty_study)
    assert not at.exception
    assert "There are no memos yet" in said(at)
    at.text_area[0].set_value("First thoughts")
    at.button[0].click().run()
    assert [m["text"] for m in find_memos(empty_study)["memos"]] == ["First thoughts"]
    assert "First thoughts" in said(at)
    at.session_state["memo_kind"] = "case"
    at.run()
    assert "The study has no case yet" in said(at)


def test_without_a_coder_the_page_asks_for_a_name(open_page: Open, noted: Path) -> None:
    """A memo has a writer, so the page asks who is writing."""
    at = open_page("memos.py", noted, None)
    assert "Say who you are first" in said(at)
    assert not at.text_area


def test_all_memos_are_shown_with_what_they_are_about(open_page: Open, noted: Path) -> None:
    """Each memo shows its text as text, its thing, its writer, and the quote of a coding."""
    at = open_page("memos.py", noted)
    assert not at.exception
    assert "Split it? ![](x)" in [t.value for t in at.text]
    for words in ("4 of 4 memos", "first.txt", "Steering > Sent on", "Ben", "> They ask around"):
        assert words in said(at)


def test_only_own_memos_can_be_changed(open_page: Open, noted: Path) -> None:
    """Ada sees buttons beside her two memos and none beside Ben's."""
    mine = {m["guid"] for m in find_memos(noted, coder="Ada")["memos"]}
    at = open_page("memos.py", noted)
    keys = {str(b.key) for b in at.button if str(b.key).startswith(("memo_edit_", "memo_drop_"))}
    assert keys == {f"memo_{act}_{guid}" for act in ("edit", "drop") for guid in mine}


def test_filters_by_kind_coder_and_words(open_page: Open, noted: Path) -> None:
    """Filters narrow the list together, and say when nothing is left."""
    at = open_page("memos.py", noted)
    at.selectbox(key="memo_coder").select("Ben").run()
    assert "2 of 4 memos" in said(at)
    at.text_input(key="memo_text").input("WARM").run()
    assert "1 of 4 memos" in said(at)
    at.session_state["memo_kinds"] = ["code"]
    at.run()
    assert "No memo fits" in said(at)


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        ({"kinds": ["study", "code"]}, {"Start small.", "Split it? ![](x)"}),
        ({"coder": "Ben"}, {"A warm talk.", "Why known?"}),
        ({"text": "ASK around"}, {"Why known?"}),
        ({"text": "FIRST.TXT"}, {"A warm talk.", "Why known?"}),
        ({"text": "nowhere"}, set()),
    ],
)
def test_memos_are_found_by_each_filter(noted: Path, options: dict[str, object], texts: set[str]) -> None:
    """A filter keeps exactly the memos that fit it; words are looked for in memo, thing and quote."""
    found = find_memos(noted, **options)
    assert {m["text"] for m in found["memos"]} == texts
    assert found["n_all"] == 4


def test_a_memo_on_a_code_is_written_from_the_form(open_page: Open, tiny_study: Path) -> None:
    """Kind and thing chosen, the text is stored on that thing for this coder."""
    guid = target(tiny_study, "code", "No room")
    at = open_page("memos.py", tiny_study)
    at.session_state["memo_kind"] = "code"
    at.run()
    at.selectbox(key="memo_target_code").select(guid).run()
    at.text_area[0].set_value("  Where is the line?  ")
    at.button[0].click().run()
    assert own_memo(tiny_study, "code", guid, coder="Ada") == "Where is the line?"


def test_an_earlier_memo_on_the_thing_is_gone_on_with(open_page: Open, noted: Path) -> None:
    """The form holds one's own memo on the chosen thing, so that saving never overwrites it unseen."""
    at = open_page("memos.py", noted)
    assert at.text_area[0].value == "Start small."
    assert "You have a memo on this already" in said(at)


def test_a_blank_memo_is_refused(open_page: Open, tiny_study: Path) -> None:
    """Saving nothing says so and stores nothing."""
    at = open_page("memos.py", tiny_study)
    at.text_area[0].set_value("   ")
    at.button[0].click().run()
    assert "There is no text in it" in said(at)
    assert find_memos(tiny_study)["n_all"] == 0


def test_a_memo_is_changed_in_place(open_page: Open, noted: Path) -> None:
    """Edit opens the text where it stands; Save keeps the new one, Cancel the old one."""
    memo = find_memos(noted, kinds=["code"])["memos"][0]
    at = open_page("memos.py", noted)
    at.button(key=f"memo_edit_{memo['guid']}").click().run()
    at.text_area(key=f"memo_changed_{memo['guid']}").set_value("Keep it whole.")
    at = next(b for b in at.button if b.label == "Cancel").click().run()
    assert find_memos(noted, kinds=["code"])["memos"][0]["text"] == memo["text"]
    at.button(key=f"memo_edit_{memo['guid']}").click().run()
    at.text_area(key=f"memo_changed_{memo['guid']}").set_value("Keep it whole.")
    at = next(b for b in at.button if b.label == "Save").click().run()
    assert find_memos(noted, kinds=["code"])["memos"][0]["text"] == "Keep it whole."
    assert find_memos(noted)["n_all"] == 4


def test_a_removed_memo_comes_back(open_page: Open, noted: Path) -> None:
    """Remove takes one memo away, Undo brings its text back on the same thing."""
    memo = find_memos(noted, kinds=["code"])["memos"][0]
    at = open_page("memos.py", noted)
    at = at.button(key=f"memo_drop_{memo['guid']}").click().run()
    assert find_memos(noted)["n_all"] == 3
    assert "was removed" in said(at)
    at = at.button(key="memo_undo").click().run()
    assert own_memo(noted, "code", memo["target_guid"], coder="Ada") == memo["text"]
    assert "memo_undo" not in [b.key for b in at.button]


def test_removing_what_is_not_there_is_refused(noted: Path) -> None:
    """Nobody removes a memo of somebody else, or one that is gone."""
    guid = target(noted, "source", "first.txt")
    with pytest.raises(UserInputError, match="You have no memo on this"):
        remove_memo(noted, "source", guid, coder="Ada")
    assert find_memos(noted)["n_all"] == 4
