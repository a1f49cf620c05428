"""The pages Find and Answers inside the running app."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import choose, go

pytestmark = pytest.mark.browser

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"


@pytest.fixture
def app(serve: Any, tmp_path: Path, answer_studies: ModuleType) -> tuple[str, Path]:
    """The app with a study of survey answers open, and the study."""
    study: Path = answer_studies.make_study(tmp_path / "answers.db")["path"]
    served = serve(MAIN, QUALTOOL_STUDY=str(study), XDG_STATE_HOME=str(tmp_path / "state"))
    return served.url, study


def quotes(study: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(study)) as db, db:
        return db.execute(
            "SELECT g.quote, c.name FROM coding g JOIN code c ON c.id = g.code_id"
            " WHERE g.removed_at IS NULL ORDER BY g.id"
        ).fetchall()


def test_found_words_are_coded_one_by_one_and_taken_back(page: Page, app: tuple[str, Path]) -> None:
    """Search, tick two of four hits, code them, undo: the study follows, and Answers shows it."""
    url, study = app
    page.goto(url)
    choose(page, "Coder", "Anna")
    go(page, "Find")
    words = page.get_by_label("Words", exact=True)
    words.fill("MORE STAFF")
    words.press("Enter")
    expect(page.get_by_text("4 hits in 4 sources")).to_be_visible()
    choose(page, "Code", "Staffing")
    boxes = page.get_by_test_id("stCheckbox").filter(has_text="Code this hit")
    expect(boxes).to_have_count(4)
    for number in (0, 2):
        boxes.nth(number).locator("label").click()
    page.get_by_role("button", name="Code the ticked hits").click()
    expect(page.get_by_text("2 coded with Staffing")).to_be_visible()
    assert len(quotes(study)) == 2
    expect(page.get_by_text("coded by you: Staffing")).to_have_count(2)
    go(page, "Answers")
    page.wait_for_selector(".qg[data-ready='1']")
    chips = page.locator(".qg-body .qg-chip")
    expect(chips).to_have_count(2)
    expect(chips.filter(has_text="1 of 3").first).to_be_visible()
    go(page, "Find")
    page.get_by_role("heading", name="Find").wait_for()
    expect(page.get_by_label("Words", exact=True)).to_have_value("MORE STAFF")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("coded by you: Staffing")).to_have_count(0)
    expect(page.get_by_text("coded with Staffing")).to_have_count(0)
    assert quotes(study) == []


def test_a_coding_made_just_before_leaving_answers_is_kept(page: Page, app: tuple[str, Path]) -> None:
    """A key pressed right before another page is opened is stored, and shown on return."""
    url, study = app
    page.goto(url)
    choose(page, "Coder", "Anna")
    go(page, "Answers")
    page.wait_for_selector(".qg[data-ready='1']")
    page.locator(".qg-scroll").focus()
    page.keyboard.press("2")
    page.wait_for_timeout(100)
    go(page, "Find")
    page.get_by_role("heading", name="Find").wait_for()
    go(page, "Answers")
    page.wait_for_selector(".qg[data-ready='1']")
    page.wait_for_function("[...globalThis.__qtgrid.grids.values()][0].outbox.ops.size === 0")
    expect(page.locator(".qg-body .qg-chip").first).to_have_text("Space")
    assert [code for _, code in quotes(study)] == ["Space"]
