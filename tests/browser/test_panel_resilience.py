"""Nothing is lost: crashes, reloads, busy files, two coders; and offsets are the same on both sides."""

from __future__ import annotations

import random
import re
import signal
import sqlite3
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from qualtool.workflows.coding.panel_coding import open_panel as open_panel_of

from .conftest import drawn, run_ended

pytestmark = [pytest.mark.browser, pytest.mark.clock]

# A page that nobody answers for long opens itself anew, and is empty for a moment.
PANEL = "[...(globalThis.__qt?.panels.values() ?? [])][0]"


def open_panel(page: Page, url: str, query: str = "") -> None:
    page.goto(url + query)
    page.wait_for_selector(".qt[data-ready='1']")


def settle(page: Page) -> None:
    page.wait_for_function(f"{PANEL}?.outbox?.ops.size === 0")


def still(page: Page) -> None:
    """Wait until the text has not been scrolled for twenty frames."""
    drawn(page)
    page.evaluate(
        """() => new Promise((done) => {
            const body = document.querySelector('.qt-body');
            let last = NaN, same = 0;
            const look = () => {
                same = body.scrollTop === last ? same + 1 : 0;
                last = body.scrollTop;
                if (same < 20) requestAnimationFrame(look); else done();
            };
            look();
        })"""
    )


def code_stretch(page: Page, start: int, end: int, slot: int) -> None:
    """Select UTF-16 offsets as a person would have by keyboard, then press the key."""
    page.evaluate(f"{PANEL}.select.take({{start: {start}, end: {end}}})")
    page.keyboard.press(str(slot))


def test_a_killed_server_loses_nothing(page: Page, panel_app: Any, studies: Any) -> None:
    """Codings made while the server is dead are painted, kept, and stored once it is back, once each."""
    served, study = panel_app(dialogue=studies.long_dialogue(1500))
    open_panel(page, served.url)
    page.keyboard.press("ArrowDown")
    for n in range(24):
        if n in (6, 14):
            served.kill()
        if n in (10, 18):
            served.start()
        page.keyboard.press("ArrowRight")
        page.keyboard.press(str(1 + n % 9))
        page.wait_for_timeout(25)
    assert page.locator(".qt-mark").count() >= 24
    settle(page)
    expect(page.locator(".qt-saved")).to_have_text("✓ saved")
    rows = studies.stored(study["path"])
    assert len(rows) == 24
    assert len({(row["start_char"], row["code"]) for row in rows}) == 24


def test_a_reload_while_the_server_is_dead_loses_nothing(page: Page, panel_app: Any, studies: Any) -> None:
    """The outbox lives through closing the page's document, and is sent when the page is back."""
    served, study = panel_app()
    open_panel(page, served.url)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    served.kill()
    for key in ("ArrowDown", "s", "1", "2"):
        page.keyboard.press(key)
    page.wait_for_function(f"{PANEL}.outbox.state === 'offline'")
    page.evaluate(f"{PANEL}.bars.drawState()")
    expect(page.locator(".qt-saved")).to_contain_text("offline: 2 kept here")
    served.start()
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    settle(page)
    assert len(studies.stored(study["path"])) == 2


def test_leaving_with_unsaved_work_is_questioned(page: Page, panel_app: Any) -> None:
    """While something waits to be stored the browser asks before it leaves; afterwards it does not."""
    served, _ = panel_app()
    open_panel(page, served.url)
    prevented = """(() => {
        const event = new Event('beforeunload', {cancelable: true});
        window.dispatchEvent(event);
        return event.defaultPrevented;
    })()"""
    assert page.evaluate(prevented) is False
    served.kill()
    for key in ("ArrowDown", "s", "1"):
        page.keyboard.press(key)
    assert page.evaluate(prevented) is True


def test_a_busy_study_is_waited_for(page: Page, panel_app: Any, studies: Any) -> None:
    """While another program keeps the study locked, the coding waits, and is stored afterwards."""
    served, study = panel_app()
    open_panel(page, served.url)
    other = sqlite3.connect(study["path"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    for key in ("ArrowDown", "s", "1"):
        page.keyboard.press(key)
    expect(page.locator(".qt-saved")).to_contain_text(re.compile("1 kept here|1 waiting"))
    # Longer than the study itself waits for a lock, so that it has refused at least once.
    page.wait_for_timeout(max(0, 12 - (time.monotonic() - began)) * 1000)
    other.execute("ROLLBACK")
    other.close()
    settle(page)
    assert len(studies.stored(study["path"])) == 1


def test_a_restart_while_nothing_was_done_loses_nothing(page: Page, panel_app: Any, studies: Any) -> None:
    """A server killed and started anew behind an idle page stores what is coded afterwards."""
    served, study = panel_app()
    open_panel(page, served.url)
    page.wait_for_timeout(1000)
    served.kill()
    page.wait_for_timeout(1000)
    served.start()
    for key in ("ArrowDown", "s", "1"):
        page.keyboard.press(key)
    settle(page)
    assert len(studies.stored(study["path"])) == 1


def test_a_place_read_to_is_stored_after_a_restart(page: Page, panel_app: Any, studies: Any) -> None:
    """Where only the place a coder read to waits, it too reaches a server that was started anew."""
    served, study = panel_app(studies.long_dialogue(3000))
    open_panel(page, served.url)
    page.wait_for_timeout(1000)
    settle(page)
    served.kill()
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    page.wait_for_function(f"{PANEL}.outbox.ops.size === 1 && {PANEL}.outbox.waiting === 0")
    served.start()
    settle(page)
    stored = open_panel_of(study["path"], study["source"], "Anna")["reading"]["turn"]
    assert stored == page.evaluate(f"{PANEL}.reading.turn") > 0


# As after a message that met a connection in the making: nothing of this page is sent any more.
CUT_OFF = f"""() => {{
    const {{ outbox }} = {PANEL};
    outbox.send = outbox.wake = () => {{}};
    outbox.heard = outbox.woken = 0;
    for (const op of outbox.ops.values()) op.since -= 40_000;
}}"""


def send_nothing(page: Page) -> None:
    """Cut the panel's way to the study, once it has one: it is given a way each time the study speaks."""
    page.wait_for_function(f"!!{PANEL}.outbox.send")
    run_ended(page)
    page.evaluate(f"{PANEL}.outbox.send = null")


def test_a_page_that_is_cut_off_opens_itself_anew(page: Page, panel_app: Any, studies: Any) -> None:
    """Where the study is there but the page's link to it broke for good, a reload stores what waits."""
    served, study = panel_app()
    open_panel(page, served.url)
    send_nothing(page)
    for key in ("ArrowDown", "s", "1"):
        page.keyboard.press(key)
    with page.expect_navigation():
        page.evaluate(CUT_OFF)
    page.wait_for_selector(".qt[data-ready='1']")
    settle(page)
    assert len(studies.stored(study["path"])) == 1
    expect(page.locator(".qt-saved")).to_have_text("✓ saved")


def test_a_page_is_not_opened_anew_under_a_memo(page: Page, panel_app: Any) -> None:
    """A page that is cut off stays while a memo is being written, for its words are not kept yet."""
    served, _ = panel_app()
    open_panel(page, served.url)
    send_nothing(page)
    for key in ("ArrowDown", "s", "1", "Escape", "Shift+M"):
        page.keyboard.press(key)
    page.locator(".qt-memobox textarea").fill("half a thought")
    page.evaluate(f"globalThis.sameDocument = true; ({CUT_OFF})()")
    # At the second answer another page would have been opened anew; this one goes on asking.
    page.wait_for_function(f"{PANEL}.outbox.nAnswers >= 3")
    assert page.evaluate("globalThis.sameDocument")
    expect(page.locator(".qt-memobox textarea")).to_have_value("half a thought")


def test_a_frozen_server_loses_nothing(page: Page, panel_app: Any, studies: Any) -> None:
    """Codings made while the server hangs are painted, and stored once each when it goes on."""
    served, study = panel_app()
    open_panel(page, served.url)
    served.process.send_signal(signal.SIGSTOP)
    try:
        for key in ("ArrowDown", "s", "1", "ArrowDown", "ArrowDown", "s", "2"):
            page.keyboard.press(key)
        page.wait_for_timeout(4000)  # long enough for it to send everything again
        assert studies.stored(study["path"]) == []
    finally:
        served.process.send_signal(signal.SIGCONT)
    settle(page)
    assert len(studies.stored(study["path"])) == 2


def test_a_closed_tab_loses_nothing(browser: Browser, panel_app: Any, studies: Any) -> None:
    """A tab closed as soon as a coding was sent, before the study has answered, leaves it stored, once."""
    served, study = panel_app()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    sent: list[str] = []
    tab.on("websocket", lambda opened: opened.on("framesent", lambda frame: sent.append(str(frame))))
    open_panel(tab, served.url)
    for key in ("ArrowDown", "s", "1"):
        tab.keyboard.press(key)
    until = time.monotonic() + 60
    while time.monotonic() < until and not any("op_id" in frame for frame in sent):
        tab.wait_for_timeout(5)
    tab.close(run_before_unload=False)
    context.close()
    until = time.monotonic() + 60
    while time.monotonic() < until and not studies.stored(study["path"]):
        time.sleep(0.1)
    assert len(studies.stored(study["path"])) == 1


def test_fast_keys_are_all_stored(page: Page, panel_app: Any, studies: Any) -> None:
    """Forty codings 25 ms apart are all stored, once each, though answers come much later."""
    served, study = panel_app(dialogue=studies.long_dialogue(1500))
    open_panel(page, served.url)
    for n in range(40):
        page.keyboard.press("ArrowRight")
        page.keyboard.press(str(1 + n % 9))
        page.wait_for_timeout(25)
    settle(page)
    assert len(studies.stored(study["path"])) == 40


def test_offsets_are_equal_in_python_and_in_the_browser(page: Page, panel_app: Any, studies: Any) -> None:
    """Random selections over emoji, right-to-left and combining marks are stored and shown as seen."""
    served, study = panel_app()
    open_panel(page, served.url)
    rng = random.Random(11)
    length = page.evaluate(f"{PANEL}.source.text.length")
    assert length > len(study["text"])
    shown: set[tuple[str, int]] = set()
    for n in range(60):
        start = rng.randrange(length - 2)
        page.evaluate(
            f"{PANEL}.select.take({{start: {start}, end: {min(length, start + rng.randint(1, 90))}}})"
        )
        now = page.evaluate(f"{PANEL}.select.now && {PANEL}.source.slice({PANEL}.select.now)")
        if now is None:
            continue
        page.keyboard.press(str(1 + n % 9))
        shown.add((now, 1 + n % 9))
        page.keyboard.press("Escape")
    settle(page)
    rows = studies.stored(study["path"])
    assert len(shown) > 40
    assert {row["quote"] for row in rows} == {quote for quote, _ in shown}
    for row in rows:
        assert study["text"][row["start_char"] : row["end_char"]] == row["quote"]
        assert "\ufffd" not in row["quote"] and row["quote"] == row["quote"].strip()
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    again = page.evaluate(f"[...{PANEL}.items.values()].map((i) => {PANEL}.source.slice(i))")
    assert sorted(again) == sorted(row["quote"] for row in rows)


def test_half_an_emoji_becomes_a_whole_one(page: Page, panel_app: Any, studies: Any) -> None:
    """A selection that cuts a family emoji or an accent is widened to the whole sign."""
    served, study = panel_app()
    open_panel(page, served.url)
    at = page.evaluate(f"{PANEL}.source.text.indexOf('👩‍👩‍👧‍👦')")
    code_stretch(page, at + 3, at + 6, 1)
    at = page.evaluate(f"{PANEL}.source.text.indexOf('cafe\\u0301')")
    code_stretch(page, at, at + 4, 2)
    settle(page)
    assert [row["quote"] for row in studies.stored(study["path"])] == ["👩‍👩‍👧‍👦", "cafe\u0301"]


def test_a_second_tab_is_merged_and_not_overwritten(page: Page, panel_app: Any, studies: Any) -> None:
    """Two tabs of one coder and a tab of another all keep what they did, and see each other's work."""
    served, study = panel_app()
    open_panel(page, served.url)
    assert page.context.browser is not None
    context = page.context.browser.new_context()
    other = context.new_page()
    open_panel(other, served.url, "/?coder=Ben")
    for key in ("ArrowDown", "s", "1"):
        page.keyboard.press(key)
        other.keyboard.press(key)
    settle(page)
    settle(other)
    page.keyboard.press("2")
    settle(page)
    rows = studies.stored(study["path"])
    assert sorted((row["coder"], row["code"]) for row in rows) == [
        ("Anna", "Magnet reputation"),
        ("Anna", "Moving house"),
        ("Ben", "Magnet reputation"),
    ]
    page.wait_for_function("document.querySelectorAll('.qt-chip').length === 3")
    context.close()


def test_another_coders_coding_cannot_be_removed(page: Page, panel_app: Any, studies: Any) -> None:
    """U on a coding of somebody else says so and changes nothing."""

    def prepare(study: dict[str, Any]) -> None:
        at = study["text"].index("We were full")
        studies.add_codings(study, [(at, at + 12, "Pride")])

    served, study = panel_app(prepare=prepare)
    open_panel(page, served.url)
    page.keyboard.press("j")
    page.keyboard.press("u")
    expect(page.locator(".qt-strip")).to_contain_text("another coder's")
    settle(page)
    assert len(studies.stored(study["path"])) == 1


def test_blind_coding_shows_nobody_elses_work(page: Page, panel_app: Any, studies: Any) -> None:
    """In blind mode neither another coder's coding nor a suggestion is in the page, not even later."""

    def prepare(study: dict[str, Any]) -> None:
        at = study["text"].index("We were full")
        studies.add_codings(study, [(at, at + 12, "Pride")])
        studies.add_suggestions(study, [(at, at + 12, "Pride", 0.9)])

    served, study = panel_app(prepare=prepare, blind=True)
    open_panel(page, served.url)
    for key in ("ArrowDown", "s", "1"):
        page.keyboard.press(key)
    settle(page)
    at = study["text"].index("Tired")
    studies.add_codings(study, [(at, at + 5, "Pride")])
    page.keyboard.press("2")
    settle(page)
    assert page.evaluate(f"[...{PANEL}.items.values()].map((i) => i.coder)") == ["Anna", "Anna"]


def test_a_refused_act_is_shown_and_taken_back(page: Page, panel_app: Any, studies: Any) -> None:
    """When the study refuses a coding, the panel says why in words and no longer paints it."""
    served, study = panel_app()
    open_panel(page, served.url)
    book = studies.codes()
    with studies.connection.writing(study["path"]) as db:
        left = tuple(code for code in book if code.name != "Magnet reputation")
        studies.code_store.save_codebook(
            db, studies.Codebook(title="Base", codes=left), studies.STAMP, note="x"
        )
    for key in ("ArrowDown", "s", "1"):
        page.keyboard.press(key)
    expect(page.locator(".qt-alert")).to_contain_text("no longer in the codebook")
    page.wait_for_function("document.querySelectorAll('.qt-mark').length === 0")
    assert studies.stored(study["path"]) == []


def test_the_place_of_reading_is_kept(page: Page, panel_app: Any, studies: Any) -> None:
    """Coming back to a source shows the turn where one stopped."""
    served, _ = panel_app(dialogue=studies.long_dialogue(4000))
    open_panel(page, served.url)
    page.evaluate("document.querySelector('.qt-body').scrollTop = 3000")
    page.wait_for_function(f"{PANEL}.reading.turn > 5")
    still(page)
    settle(page)
    turn = page.evaluate(f"{PANEL}.reading.turn")
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    still(page)
    shown = page.evaluate(
        """(() => {
            const box = document.querySelector('.qt-body').getBoundingClientRect();
            const seen = document.elementFromPoint(box.left + box.width / 2, box.top + 30);
            return seen.closest('.qt-turn').dataset.t;
        })()"""
    )
    assert abs(int(shown) - turn) <= 1


def test_coding_keeps_scroll_and_nodes(page: Page, panel_app: Any, studies: Any) -> None:
    """Coding far down moves nothing: the scroll position and the page's nodes stay."""
    served, _ = panel_app(dialogue=studies.long_dialogue(4000))
    open_panel(page, served.url)
    page.evaluate("document.querySelector('.qt').dataset.same = 'yes'")
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    still(page)
    before = page.evaluate("document.querySelector('.qt-body').scrollTop")
    page.keyboard.press("1")
    settle(page)
    still(page)
    assert page.evaluate("document.querySelector('.qt-body').scrollTop") == before
    assert page.evaluate("document.querySelector('.qt').dataset.same") == "yes"
