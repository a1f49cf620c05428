"""Deciding on suggestions by keyboard alone, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qualtool.store import connection, suggestion_rows
from qualtool.workflows.suggestions.suggestion_page import suggestion_queue_of
from qualtool.workflows.themes.themes import quotes

pytestmark = pytest.mark.browser
MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"
SLOW = 90_000


def decided(page: Page, key: str, told: str) -> None:
    """Press a key and wait until the counts tell it."""
    page.keyboard.press(key)
    expect(page.get_by_text(told, exact=False).first).to_be_visible(timeout=SLOW)


def test_accept_reject_edit_and_wrong_words_by_key(
    sample_copy: Path, serve: Callable[..., Any], page: Page, tmp_path: Path
) -> None:
    """A accepts, X rejects, U takes back, E opens the words and W leads to the panel at their place."""
    page.set_default_timeout(SLOW)
    served = serve(MAIN, QUALTOOL_STUDY=str(sample_copy), XDG_STATE_HOME=str(tmp_path / "state"))
    page.goto(f"{served.url}/suggestions?coder=amira")
    expect(page.get_by_role("button", name="Accept")).to_be_enabled(timeout=SLOW)
    decided(page, "a", "1 accepted")
    decided(page, "x", "1 rejected")
    decided(page, "u", "0 rejected")
    page.wait_for_timeout(1_500)  # a key that was taken twice would show by now
    told = page.get_by_text("to decide here").inner_text()
    assert "1 accepted · 0 rejected" in told, told
    mine = [q for q in quotes(sample_copy, coder="amira") if q["origin"] != "imported"]
    assert [q["origin"] for q in mine] == ["accepted"]

    first = suggestion_queue_of(sample_copy)["upcoming"][0]
    page.keyboard.press("e")
    words = page.get_by_role("textbox", name="The words this code is right for")
    expect(words).to_have_value(first["quote"], timeout=SLOW)
    shorter = " ".join(first["quote"].split()[:3])
    words.fill(shorter)
    page.get_by_role("button", name="Accept these words").click()
    expect(page.get_by_text("2 accepted", exact=False).first).to_be_visible(timeout=SLOW)
    edited = [q for q in quotes(sample_copy, coder="amira") if q["origin"] == "edited"]
    assert [q["quote"] for q in edited] == [shorter]

    first = suggestion_queue_of(sample_copy)["upcoming"][0]
    decided(page, "w", "Right code, wrong words")
    with connection.reading(sample_copy) as db:
        assert len(suggestion_rows.wrong_word_turns(db)) == 1
    page.get_by_role("button", name="Select the words").click()
    page.wait_for_selector(".qt[data-ready='1']", timeout=SLOW)
    assert f"source={first['source_guid']}" in page.url
