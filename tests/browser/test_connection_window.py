"""The window that Streamlit lays over a page whose server is away takes no key of those who work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.clock]

PANEL = "[...(globalThis.__qt?.panels.values() ?? [])][0]"


@pytest.fixture
def away(page: Page, panel_app: Callable[..., Any]) -> tuple[Callable[..., None], Served, dict[str, Any]]:
    """A function that presses keys in the panel, then kills the server and waits for the window."""
    served, study = panel_app()
    page.goto(served.url)
    page.wait_for_selector(".qt[data-ready='1']")

    def after(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)
        served.kill()
        page.get_by_role("dialog", name="Connection error").wait_for()

    return after, served, study


def settle(page: Page) -> None:
    page.wait_for_function(f"{PANEL}?.outbox?.ops.size === 0")


def test_who_codes_on_is_done_with_the_window(page: Page, away: Any, studies: Any) -> None:
    """Every key pressed under the window codes as before it came, and is stored when the server is back."""
    after, served, study = away
    after("ArrowDown", "s", "1")
    for key in ("2", "ArrowDown", "ArrowDown", "s", "3"):
        page.keyboard.press(key)
    expect(page.locator(".qt-chip")).to_have_count(3)
    expect(page.get_by_role("dialog", name="Connection error")).to_have_count(0)
    served.start()
    settle(page)
    found = [(row["quote"], row["code"]) for row in studies.stored(study["path"])]
    assert [code for _, code in found] == ["Magnet reputation", "Moving house", "Capacity and refusal"]
    assert found[0][0] == found[1][0] == "The head asked."


def test_letters_of_a_memo_are_not_lost_under_the_window(page: Page, away: Any, studies: Any) -> None:
    """Whoever writes while the server goes away writes on, letter for letter."""
    after, served, study = away
    after("ArrowDown", "Shift+M", *"half")
    page.keyboard.type(", a thought", delay=20)
    expect(page.locator(".qt-memobox textarea")).to_have_value("half, a thought")
    page.keyboard.press("Escape")
    expect(page.locator(".qt-memobox")).to_have_count(0)
    served.start()
    settle(page)
    with studies.connection.reading(study["path"]) as db:
        assert [memo["text"] for memo in studies.coding_store.memos(db)] == ["half, a thought"]


def test_the_window_is_closed_by_its_own_keys(page: Page, away: Any) -> None:
    """Esc closes the window and nothing else: what was selected in the text still is."""
    after, _, _ = away
    after("ArrowDown", "s")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Connection error")).to_have_count(0)
    assert page.evaluate(f"{PANEL}.source.slice({PANEL}.select.now)") == "The head asked."
    expect(page.locator(".qt-turn[data-t='1']")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator(".qt-chip")).to_have_count(1)
