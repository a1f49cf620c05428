"""Leaving the panel for another page and coming back: nothing is lost, and the way is not blocked."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.clock]

PANEL = "[...globalThis.__qt.panels.values()][0]"
MAIN = """
import streamlit as st
from pathlib import Path
here = Path(__file__).parent
pages = [st.Page(here / "coding.py", title="Coding", default=True), st.Page(here / "other.py", title="Other")]
st.navigation(pages).run()
"""


@pytest.fixture
def two_pages(
    tmp_path: Path, studies: ModuleType, serve: Callable[..., Served]
) -> tuple[Served, dict[str, Any]]:
    """An app of the panel and another page, and the study."""
    study = studies.make_study(tmp_path / "study.qtool")
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "other.py").write_text("import streamlit as st\nst.text('Elsewhere')\n")
    (tmp_path / "coding.py").write_text(
        "from pathlib import Path\nfrom qualtool.panel.component import coding_panel\n"
        f"study, source = Path({str(study['path'])!r}), {study['source']!r}\n"
        "coding_panel(study=study, source_guid=source, coder='Anna', key='p')\n"
    )
    return serve(tmp_path / "main.py"), study


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def settle(page: Page) -> None:
    page.wait_for_function(f"{PANEL}.outbox.ops.size === 0")


def test_leaving_and_coming_back_shows_everything(
    page: Page, two_pages: tuple[Served, dict[str, Any]], studies: ModuleType
) -> None:
    """Work done just before a visit to another page is stored, and shown on return with what others did."""
    served, study = two_pages
    page.goto(served.url)
    page.wait_for_selector(".qt[data-ready='1']")
    press(page, "ArrowDown", "s", "1")
    page.wait_for_timeout(150)
    page.get_by_role("link", name="Other").click()
    expect(page.get_by_text("Elsewhere")).to_be_visible()
    at = study["text"].index("Tired")
    studies.add_codings(study, [(at, at + 5, "Pride")])
    page.get_by_role("link", name="Coding").click()
    page.wait_for_selector(".qt[data-ready='1']")
    settle(page)
    page.wait_for_function("document.querySelectorAll('.qt-mark').length === 2")
    assert len(studies.stored(study["path"])) == 2
    press(page, "ArrowDown", "s", "2")
    settle(page)
    assert len(studies.stored(study["path"])) == 3
    page.wait_for_function("document.querySelectorAll('.qt-chip').length === 3")


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_slow_server_follows_a_link_all_the_same(
    page: Page, two_pages: tuple[Served, dict[str, Any]], studies: ModuleType, by: str
) -> None:
    """A link followed right after a coding leads on though the server hangs for seconds; nothing is lost."""
    served, study = two_pages
    page.goto(served.url)
    page.wait_for_selector(".qt[data-ready='1']")
    page.wait_for_function(f"!!{PANEL}.outbox.send")
    link = page.get_by_role("link", name="Other")
    link.hover()
    assert served.process is not None
    served.process.send_signal(signal.SIGSTOP)
    try:
        press(page, "ArrowDown", "s", "1")
        if by == "mouse":
            page.mouse.down()
            page.mouse.up()
        else:
            link.press("Enter")
        page.wait_for_timeout(4000)  # longer than what waits to be stored waits for a link
    finally:
        served.process.send_signal(signal.SIGCONT)
    expect(page.get_by_text("Elsewhere")).to_be_visible()
    page.get_by_role("link", name="Coding").click()
    page.wait_for_selector(".qt[data-ready='1']")
    settle(page)
    assert len(studies.stored(study["path"])) == 1
