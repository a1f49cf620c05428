"""The map of topics inside the running app, by mouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from qualtool.workflows.suggestions.finding_topics import find_topics

from .conftest import at_rest, drawn, go, run_ended

pytestmark = pytest.mark.browser

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"


def hover_a_point(page: Page, chart: Locator) -> str:
    """Move over the map, which is one canvas, until a point (no name of a topic) shows its words."""
    run_ended(page)
    chart.scroll_into_view_if_needed()
    chart.locator("canvas").first.wait_for()
    box = at_rest(chart, frames=60)  # it is fitted into the page once more when it is drawn
    tip = page.locator("#vg-tooltip-element.visible")
    for y in range(int(box["y"]) + 20, int(box["y"] + box["height"]) - 40, 9):
        for x in range(int(box["x"]) + 20, int(box["x"] + box["width"]) - 20, 9):
            page.mouse.move(x, y)
            if not tip.count():
                continue
            drawn(page)  # it may still be that of the place before
            words = tip.all_inner_texts()
            if words and "size" not in words[0]:
                return words[0]
    pytest.fail("no point of the map shows its words")


def test_a_point_opens_in_the_panel(page: Page, serve: Any, sample_copy: Path, tmp_path: Path) -> None:
    """One click on a point opens its source at the passage; back on the map, it is not opened again."""
    find_topics(sample_copy, sources="transcripts")
    served = serve(MAIN, QUALTOOL_STUDY=str(sample_copy), XDG_STATE_HOME=str(tmp_path / "state"))
    page.goto(f"{served.url}/suggestions?coder=amira")
    page.get_by_role("tab", name="Topics").click()
    page.get_by_role("radio", name="Map").click()
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(chart).to_be_visible()
    words = hover_a_point(page, chart)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_selector(".qt[data-ready='1']")
    expect(page).to_have_url(re.compile("/code"))
    shown = page.locator(".qt-turn:focus").inner_text()
    quote = max(words.splitlines(), key=len).split("\t")[-1].rstrip("…").strip()
    assert quote[:30] in " ".join(shown.split())
    go(page, "Suggestions")
    page.get_by_role("tab", name="Topics").click()
    page.get_by_role("radio", name="Map").click()
    expect(chart).to_be_visible()
    run_ended(page)
    expect(page).to_have_url(re.compile("/suggestions"))
