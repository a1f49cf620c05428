"""The helpers by which browser tests wait: they wait for a slow server, and a slowed page is slow."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import LATE_FRAMES, Served, run_ended

pytestmark = pytest.mark.browser

SCRIPT = """
import streamlit as st
if st.button("Ask"):
    st.text("answered")
"""


def test_a_run_is_waited_for_before_the_server_begins_with_it(
    page: Page, serve: Callable[..., Served], tmp_path: Path
) -> None:
    """A run counts as asked for while the server hangs, though Streamlit itself says that nothing runs."""
    script = tmp_path / "page.py"
    script.write_text(SCRIPT, encoding="utf-8")
    served = serve(script)
    page.goto(served.url)
    page.get_by_role("button", name="Ask").wait_for()
    run_ended(page)
    assert served.process is not None
    served.process.send_signal(signal.SIGSTOP)
    try:
        page.get_by_role("button", name="Ask").click()
        page.wait_for_function("globalThis.isRunAsked")
        says = page.get_by_test_id("stApp").get_attribute("data-test-script-state")
    finally:
        served.process.send_signal(signal.SIGCONT)
    assert says == "notRunning"
    run_ended(page)
    assert page.get_by_text("answered").is_visible()


def test_late_frames_come_late_and_can_be_called_off(browser: Browser) -> None:
    """With the script for slow pages a frame takes 150 ms or more, and one called off never comes."""
    context = browser.new_context()
    context.add_init_script(LATE_FRAMES)
    page = context.new_page()
    page.goto("data:text/html,<title>x</title>")
    took = page.evaluate(
        """new Promise((done) => {
            const began = performance.now();
            cancelAnimationFrame(requestAnimationFrame(() => { document.title = 'it came'; }));
            requestAnimationFrame(() => done(performance.now() - began));
        })"""
    )
    assert took >= 149
    expect(page).to_have_title("x")
    context.close()
