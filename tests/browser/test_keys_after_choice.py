"""Who has just chosen a name or a source by keyboard can code at once: the keys go to the text."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import run_ended

pytestmark = pytest.mark.browser

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"
SAVED = "[...globalThis.__qt.panels.values()][0]?.outbox.waiting === 0"


def test_a_code_key_works_right_after_the_name(
    page: Page, serve: Any, tmp_path: Path, studies: ModuleType
) -> None:
    """A name typed and entered, two arrows, a digit: the sentence is coded, with no click in between."""
    study = studies.make_study(tmp_path / "study.qtool")
    served = serve(MAIN, QUALTOOL_STUDY=str(study["path"]), XDG_STATE_HOME=str(tmp_path / "state"))
    page.goto(f"{served.url}/code")
    box = page.get_by_role("combobox", name="Coder", exact=True)
    box.wait_for()
    run_ended(page)
    box.click()
    box.fill("Maya")
    page.get_by_role("option").filter(has_text="Maya").first.wait_for()
    box.press("Enter")
    page.wait_for_selector(".qt[data-ready='1']")
    expect(page.locator(".qt-turn").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    page.keyboard.press("1")
    expect(page.locator(".qt-chip").first).to_be_visible()
    page.wait_for_function(SAVED)
    (row,) = studies.stored(study["path"])
    assert (row["coder"], row["quote"]) == ("Maya", "The head asked.")
    expect(box).to_have_value("Maya")
