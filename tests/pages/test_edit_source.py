"""The page Correct a text: replace with a preview, change a turn, decide, and take back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.workflows.coding.coding import text_of
from qualtool.workflows.editing.edit_source import edit_source
from qualtool.workflows.editing.review import review_worklist
from qualtool.workflows.themes.themes import quotes

Open = Callable[..., AppTest]
PAGE = "edit_source.py"


def button(at: AppTest, label: str) -> object:
    return next(b for b in at.button if b.label == label)


def said(at: AppTest) -> str:
    return " ".join(e.value for e in (*at.success, *at.info, *at.warning, *at.error, *at.caption))


def test_an_empty_study_says_what_to_do(open_page: Open, empty_study: Path) -> None:
    """Without a text the page leads to Import, and nothing waits."""
    at = open_page(PAGE, empty_study)
    assert not at.exception
    assert "no text of this kind yet" in said(at)
    assert "No coding waits" in said(at)


def test_without_a_coder_the_page_asks_who_you_are(open_page: Open, tiny_study: Path) -> None:
    """A correction carries a name, so the page asks for one first."""
    at = open_page(PAGE, tiny_study, None)
    assert not at.exception
    assert "Say who you are" in said(at)


def test_every_place_is_shown_before_it_is_replaced(open_page: Open, tiny_study: Path) -> None:
    """Each hit is shown in its context, then all are replaced, reported, and taken back."""
    before = text_of(tiny_study, "first.txt")
    at = open_page(PAGE, tiny_study)
    at.text_input(key="edit_old").input("They").run()
    at.text_input(key="edit_new").input("People").run()
    table = at.dataframe[0].value
    assert len(table) == 2
    assert "People ask around" in table["Then"][0]
    at = button(at, "Replace in 2 places").click().run()
    assert not at.exception
    assert "0 kept" not in said(at)
    assert "0 codings kept, 0 moved, 1 for review, 0 lost" in said(at)
    assert text_of(tiny_study, "first.txt") == before.replace("They", "People")
    assert "1 coding waits" in said(at)
    at = button(at, "Undo correction").click().run()
    assert text_of(tiny_study, "first.txt") == before
    assert "as it was before" in said(at)


def test_words_that_are_not_there_are_told(open_page: Open, tiny_study: Path) -> None:
    """A search without a hit says so, and offers nothing to replace."""
    at = open_page(PAGE, tiny_study)
    at.text_input(key="edit_old").input("Zebra").run()
    assert "not in this text" in said(at)
    assert not [b for b in at.button if b.label.startswith("Replace")]


def test_a_turn_is_changed(open_page: Open, tiny_study: Path) -> None:
    """Saving a turn as it is changes nothing; saving other words changes that turn alone."""
    before = text_of(tiny_study, "first.txt")
    at = open_page(PAGE, tiny_study)
    at = button(at, "Save turn").click().run()
    assert "nothing was changed" in said(at)
    assert text_of(tiny_study, "first.txt") == before
    at.text_area[0].input("How do parents choose a school?")
    at = button(at, "Save turn").click().run()
    assert not at.exception
    assert text_of(tiny_study, "first.txt") == before.replace("do families choose", "do parents choose")
    assert "0 codings kept, 1 moved" in said(at)


@pytest.mark.parametrize("decision", ["Accept", "Remove coding", "Another place"])
def test_waiting_codings_are_decided(open_page: Open, tiny_study: Path, decision: str) -> None:
    """A waiting coding is accepted, removed, or put on other words."""
    edit_source(tiny_study, "first.txt", replace=("ask around", "ask about"), by="Ada")
    at = open_page(PAGE, tiny_study)
    assert not at.exception
    if decision == "Another place":
        guid = review_worklist(tiny_study)[0]["guid"]
        at.text_input(key=f"review_words_{guid}").input("moved house").run()
        at = button(at, "Put it here").click().run()
    else:
        at = button(at, decision).click().run()
    assert not at.exception
    assert review_worklist(tiny_study) == []
    wanted = {"Accept": ["They ask about"], "Remove coding": [], "Another place": ["moved house"]}
    assert [q["quote"].strip() for q in quotes(tiny_study)] == wanted[decision]


def test_all_proposals_at_once(open_page: Open, tiny_study: Path) -> None:
    """One button accepts every proposed place."""
    edit_source(tiny_study, "first.txt", replace=("ask around", "ask about"), by="Ada")
    at = button(open_page(PAGE, tiny_study), "Accept every proposed place (1)").click().run()
    assert not at.exception
    assert review_worklist(tiny_study) == []


def test_planted_markdown_is_shown_as_it_is(open_page: Open, tiny_study: Path) -> None:
    """Words that look like an image or a link act as neither."""
    edit_source(tiny_study, "first.txt", replace=("ask around", "ask ![x](http://example.org/a)"), by="Ada")
    at = open_page(PAGE, tiny_study)
    shown = " ".join(m.value for m in at.markdown)
    assert "![x](http" not in shown
    assert r"\!\[x\]\(http" in shown
