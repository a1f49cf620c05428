"""Deciding on suggestions by keyboard alone, in a real browser: fast, and with nothing lost."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_look import bring_axe, look
from playwright.sync_api import Browser, Page, expect

from qualtool.store.file import connection
from qualtool.store.machine import suggestion_rows
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.suggestions.suggestion_page import suggestion_queue_of
from qualtool.workflows.themes.themes import quotes

from .conftest import run_ended

pytestmark = pytest.mark.browser
MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"
QUEUE = "[...globalThis.__qtqueue.queues.values()][0]"
Serve = Callable[[], Any]


@pytest.fixture
def app(sample_copy: Path, serve: Callable[..., Any], page: Page, tmp_path: Path) -> Serve:
    """Serve the sample study."""
    return lambda: serve(MAIN, QUALTOOL_STUDY=str(sample_copy), XDG_STATE_HOME=str(tmp_path / "state"))


def open_queue(page: Page, served: Any, coder: str = "amira") -> None:
    page.goto(f"{served.url}/suggestions?coder={coder}")
    page.wait_for_selector(".qu[data-ready='1']")


def settle(page: Page) -> None:
    """Wait until the study has answered to everything."""
    page.wait_for_function(f"{QUEUE}.outbox.ops.size === 0")


def counts(study: Path) -> tuple[int, int]:
    found = suggestion_queue_of(study)["counts"]
    return found["accepted"], found["rejected"]


def made(study: Path, coder: str = "amira") -> list[dict[str, Any]]:
    return [q for q in quotes(study, coder=coder) if q["origin"] not in ("imported", "typed")]


def shown(page: Page) -> str:
    return page.locator(".qu-quote").inner_text()


def test_accept_reject_edit_and_wrong_words_by_key(sample_copy: Path, app: Serve, page: Page) -> None:
    """A accepts, X rejects, U takes back, E opens the words and W leads to the panel at their place."""
    open_queue(page, app())
    first = shown(page)
    page.keyboard.press("a")
    page.keyboard.press("x")
    page.keyboard.press("u")
    line = page.locator(".qu-counts")
    expect(line).to_contain_text("1 accepted · 0 rejected")  # told at once, and still true once stored
    settle(page)
    expect(line).to_contain_text("1 accepted · 0 rejected")
    assert counts(sample_copy) == (1, 0)
    assert [(q["origin"], q["quote"]) for q in made(sample_copy)] == [("accepted", first)]

    words = page.get_by_role("textbox", name="The words this code is right for")
    second = shown(page)
    page.keyboard.press("e")
    expect(words).to_have_value(second)
    expect(words).to_be_focused()
    words.fill("words that nobody said")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".qu-fault")).to_contain_text("do not stand in this turn")  # the words are kept
    expect(words).to_have_value("words that nobody said")
    shorter = " ".join(second.split()[:3])
    words.fill(shorter)
    page.get_by_role("button", name="Accept these words").click()
    settle(page)
    assert [q["quote"] for q in made(sample_copy) if q["origin"] == "edited"] == [shorter]

    page.keyboard.press("w")
    settle(page)
    with connection.reading(sample_copy) as db:
        assert len(suggestion_rows.wrong_word_turns(db)) == 1
        (source,) = db.conn.execute(
            "SELECT s.guid FROM wrong_words w JOIN suggestion g ON g.id = w.suggestion_id"
            " JOIN source s ON s.id = g.source_id"
        ).fetchone()
    page.get_by_role("button", name="Select the words").click()
    page.wait_for_selector(".qt-body")
    expect(page).to_have_url(re.compile(f"source={source}"))
    assert check_study(sample_copy)["problems"] == []


def test_keys_may_come_faster_than_the_study(sample_copy: Path, app: Serve, page: Page) -> None:
    """Twenty keys without a pause are twenty decisions in their order; held-down keys decide nothing."""
    open_queue(page, app())
    keys = "axaal" * 4
    for key in keys:
        page.wait_for_selector(".qu-quote")  # the next ones are on their way now and then
        page.keyboard.press(key)
    page.wait_for_selector(".qu-quote")
    page.keyboard.down("x")
    page.keyboard.down("x")
    page.keyboard.up("x")
    settle(page)
    assert counts(sample_copy) == (12, 5)
    expect(page.locator(".qu-counts")).to_contain_text("12 accepted · 5 rejected")
    for _ in range(17):
        page.keyboard.press("u")
    settle(page)
    assert counts(sample_copy) == (0, 0)
    assert made(sample_copy) == []


def test_decisions_outlive_the_server_and_the_page(sample_copy: Path, app: Serve, page: Page) -> None:
    """What is decided while the app is dead is kept through a reload and stored once, when it is back."""
    served = app()
    open_queue(page, served)
    page.keyboard.press("a")
    settle(page)
    served.kill()
    for key in "xaa":
        page.keyboard.press(key)
    expect(page.locator(".qu-counts")).to_contain_text("3 accepted · 1 rejected")
    expect(page.locator(".qu .qt-saved")).to_contain_text("3 kept here")
    served.start()
    open_queue(page, served)
    settle(page)
    assert counts(sample_copy) == (3, 1)
    expect(page.locator(".qu-counts")).to_contain_text("3 accepted · 1 rejected")
    page.keyboard.press("u")  # undo goes on after the reload
    settle(page)
    assert counts(sample_copy) == (2, 1)


def test_keys_do_not_end_the_making_of_suggestions(sample_copy: Path, app: Serve, page: Page) -> None:
    """While suggestions are made anew, decisions wait, however long it takes, and are stored after it."""
    served = app()
    open_queue(page, served)
    page.get_by_text("Make suggestions again").click()
    run_ended(page)
    page.get_by_role("button", name="Make suggestions").last.click()
    page.get_by_role("button", name="Stop").wait_for()
    served.process.send_signal(signal.SIGSTOP)  # however fast the machine, it is still at work
    try:
        page.keyboard.press("a")
        page.keyboard.press("x")
        # As if they had waited long already: where nobody is at work the page would ask for a run of itself.
        page.evaluate(f"{QUEUE}.outbox.holdUntil = 0")
        page.evaluate(f"{QUEUE}.outbox.ops.forEach((op) => {{ op.since -= 60000; }})")
        page.evaluate(f"{QUEUE}.outbox.flush()")
    finally:
        served.process.send_signal(signal.SIGCONT)
    expect(page.get_by_text("suggestions wait for you")).to_be_visible()
    settle(page)
    assert counts(sample_copy) == (1, 1)
    assert check_study(sample_copy)["problems"] == []


@pytest.fixture
def colleague(browser: Browser) -> Iterator[Page]:
    """Another browser, a dark one."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="dark")
    page = context.new_page()
    yield page
    context.close()


def test_two_people_at_one_suggestion(sample_copy: Path, app: Serve, page: Page, colleague: Page) -> None:
    """Whose decision came second sees both, nothing is overwritten, and they may accept all the same."""
    served = app()
    open_queue(page, served)
    open_queue(colleague, served, "tom")
    quote = shown(page)
    assert shown(colleague) == quote
    page.keyboard.press("x")
    settle(page)
    colleague.keyboard.press("a")
    box = colleague.get_by_role("group", name="Two decisions")
    expect(box).to_contain_text("rejected meanwhile, by amira: you had accepted it")
    assert counts(sample_copy) == (0, 1)
    box.get_by_role("button", name="Accept it all the same").click()
    settle(colleague)
    expect(box).to_have_count(0)
    assert [(q["origin"], q["quote"]) for q in made(sample_copy, "tom")] == [("accepted", quote)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_queue(app: Serve, page: Page, scheme: Any) -> None:
    """With reasons, other words and the way to the panel open, no rule of accessibility is broken."""
    page.emulate_media(color_scheme=scheme)
    open_queue(page, app())
    bring_axe(page)
    found = {"at first": look(page, ".qu")}
    page.locator(".qu-why summary").click()
    expect(page.locator(".qu-reasons")).to_contain_text("Found by")
    found["reasons"] = look(page, ".qu")
    page.keyboard.press("w")
    expect(page.locator(".qu-select")).to_be_visible()
    page.keyboard.press("e")
    found["other words"] = look(page, ".qu")
    assert {name: faults for name, faults in found.items() if faults} == {}
