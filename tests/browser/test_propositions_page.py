"""The page Propositions in the running app: stated by keyboard, judged, read, and whole on paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import run_ended

pytestmark = pytest.mark.browser

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"


@pytest.fixture
def url(serve: Any, tmp_path: Path, sample_copy: Path) -> str:
    """The address of the page with the sample study open."""
    served = serve(MAIN, QUALTOOL_STUDY=str(sample_copy), XDG_STATE_HOME=str(tmp_path / "state"))
    return f"{served.url}/propositions"


def choose(page: Page, label: str, letters: str) -> None:
    """Choose an option of a box by its first letters, with the keyboard alone."""
    page.get_by_role("combobox", name=label, exact=True).focus()
    page.keyboard.type(letters)
    expect(page.get_by_role("option").first).to_contain_text(re.compile(letters, re.IGNORECASE))
    page.keyboard.press("Enter")
    run_ended(page)


def test_a_proposition_is_stated_by_keyboard_and_judged(page: Page, url: str) -> None:
    """Typed, chosen and sent without a mouse, it is shown with its verdict and the quotes behind it."""
    page.goto(url)
    expect(page.get_by_text("State a proposition")).to_be_visible()
    page.locator("summary", has_text="State a proposition").press("Enter")
    words = page.get_by_label("What do you expect to see?")
    expect(words).to_be_visible()
    words.focus()
    page.keyboard.type("Planning with the base is told of as going badly more in secondary schools.")
    page.keyboard.press("Tab")
    run_ended(page)
    choose(page, "Theme", "Base-mainstream")
    choose(page, "Valence", "neg")
    choose(page, "Held against", "Phase")
    button = page.get_by_role("button", name="State it")
    expect(button).to_be_enabled()
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("P01 is stated")).to_be_visible()
    expect(page.get_by_text("P01: Planning with the base")).to_be_visible()
    expect(page.get_by_text("'BASE-JOINT' (negative)").first).to_be_visible()
    expect(page.get_by_text("What counts: negative.")).to_be_visible()
    expect(page.get_by_role("button", name="Open in the panel").first).to_be_visible()
    run_ended(page)
    page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")


def test_on_paper_the_matrix_is_whole(page: Page, url: str) -> None:
    """Printed, every proposition has its row with all its words, and no bar or button is left."""
    page.goto(url)
    expect(page.get_by_text("S01: Schools in the top")).to_be_visible()
    page.emulate_media(media="print")
    table = page.locator("table.paper-table").first
    expect(table).to_be_visible()
    expect(table.locator("tbody tr")).to_have_count(15)
    expect(table.get_by_text("that schools nearby do not take their share")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_role("button", name="Make the file")).to_be_hidden()
