"""Undo and redo that the study keeps: after a reload, a closed tab, a new server, and beside other work."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.clock]

PANEL = "[...globalThis.__qt.panels.values()][0]"


def open_panel(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(".qt[data-ready='1']")


def settle(page: Page) -> None:
    page.wait_for_function(f"{PANEL}.outbox.ops.size === 0")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def codes_of(studies: Any, study: dict[str, Any]) -> list[str]:
    return [row["code"] for row in studies.stored(study["path"])]


def test_a_closed_tab_and_a_new_server_forget_no_step(page: Page, panel_app: Any, studies: Any) -> None:
    """Another browser on a restarted server undoes, by name, what was done before, and does it again."""
    served, study = panel_app()
    open_panel(page, served.url)
    press(page, "ArrowDown", "s", "1", "t", "2", "Escape", "o", "u")
    settle(page)
    assert codes_of(studies, study) == ["Moving house"]
    served.kill()
    served.start()
    assert page.context.browser is not None
    context = page.context.browser.new_context()
    other = context.new_page()
    open_panel(other, served.url)
    expect(other.get_by_role("button", name="Undo")).to_have_attribute(
        "title", "Undo: removed “Magnet reputation” from turn 2 (Ctrl+Z)"
    )
    other.keyboard.press("Control+z")
    expect(other.locator(".qt-chip")).to_have_count(2)
    settle(other)
    assert codes_of(studies, study) == ["Magnet reputation", "Moving house"]
    press(other, "Control+z", "Control+z")
    settle(other)
    assert codes_of(studies, study) == []
    expect(other.get_by_role("button", name="Undo")).to_be_disabled()
    press(other, "Control+Shift+z", "Control+Shift+z", "Control+Shift+z")
    settle(other)
    assert codes_of(studies, study) == ["Moving house"]
    context.close()


def test_a_hundred_and_twenty_steps_go_back_and_forward(page: Page, panel_app: Any, studies: Any) -> None:
    """After a reload 120 codings are undone one by one and done again, each once."""
    served, study = panel_app(dialogue=studies.long_dialogue(1500))
    open_panel(page, served.url)
    for n in range(120):
        press(page, "ArrowRight", str(1 + n % 9))
    settle(page)
    before = studies.stored(study["path"])
    assert len(before) == 120
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    for _ in range(120):
        page.keyboard.press("Control+z")
    settle(page)
    assert studies.stored(study["path"]) == []
    for _ in range(121):
        page.keyboard.press("Control+Shift+z")
    settle(page)
    assert studies.stored(study["path"]) == before


def test_a_step_that_waits_lives_through_a_crash(page: Page, panel_app: Any, studies: Any) -> None:
    """Coding and undoing while the server is dead, then reloading, ends as if it had been there."""
    served, study = panel_app()
    open_panel(page, served.url)
    page.on("dialog", lambda dialog: dialog.accept())
    served.kill()
    press(page, "ArrowDown", "s", "1", "2", "3", "Control+z", "Control+z", "Control+Shift+z")
    page.wait_for_timeout(400)
    served.start()
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    settle(page)
    assert codes_of(studies, study) == ["Magnet reputation", "Moving house"]
    page.keyboard.press("Control+Shift+z")
    settle(page)
    assert len(codes_of(studies, study)) == 3


def test_what_was_changed_meanwhile_is_explained(page: Page, panel_app: Any, studies: Any) -> None:
    """Undoing what another window changed since says why it cannot, changes nothing, and goes on."""
    served, study = panel_app()
    open_panel(page, served.url)
    press(page, "ArrowDown", "s", "1", "Escape", "o", "f", "d", "Escape")
    settle(page)
    (row,) = studies.stored(study["path"])
    elsewhere = studies.Stamp(by="Anna", at=studies.AT)
    with studies.connection.writing(study["path"]) as db:
        studies.coding_store.set_facets(db, row["guid"], {"stance": "mixed"}, elsewhere)
    page.keyboard.press("Control+z")
    expect(page.locator(".qt-alert")).to_contain_text(
        "Not undone: set stance to denies of “Magnet reputation”. Its stance was set to 'mixed' meanwhile"
    )
    settle(page)
    assert studies.stored(study["path"])[0]["stance"] == "mixed"
    page.wait_for_function(f"[...{PANEL}.items.values()][0].stance === 'mixed'")
    page.get_by_role("button", name="Understood").click()
    with studies.connection.writing(study["path"]) as db:
        chief = studies.Stamp(by="Chief", at=studies.AT)
        studies.coding_store.set_removed(db, row["guid"], chief, removed=True)
    page.keyboard.press("Control+z")
    expect(page.locator(".qt-alert")).to_contain_text("removed meanwhile, by Chief")
    settle(page)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_two_windows_of_one_coder_share_the_line_of_acts(page: Page, panel_app: Any, studies: Any) -> None:
    """What one window did the other undoes after its next message, and a second undo is explained."""
    served, study = panel_app()
    open_panel(page, served.url)
    assert page.context.browser is not None
    other = page.context.new_page()
    open_panel(other, served.url)
    press(page, "ArrowDown", "s", "1")
    settle(page)
    press(other, "ArrowDown", "t", "2")
    settle(other)
    other.wait_for_function(f"{PANEL}.steps.line.length === 2")
    press(other, "Control+z", "Control+z")
    settle(other)
    assert codes_of(studies, study) == []
    page.keyboard.press("Control+z")
    expect(page.locator(".qt-alert")).to_contain_text("already in another window of yours")
    settle(page)
    assert codes_of(studies, study) == []


def test_every_kind_of_act_goes_back(page: Page, panel_app: Any, studies: Any) -> None:
    """Memos, favourites, marks of reading, stretches and decided suggestions are undone after a reload."""

    def prepare(study: dict[str, Any]) -> None:
        at = study["text"].index("Tired, mostly")
        studies.add_suggestions(study, [(at, at + 13, "Staff wellbeing", 0.8)])

    served, study = panel_app(prepare=prepare)
    open_panel(page, served.url)
    press(page, "ArrowDown", "w", "1", "Escape", "o", "e", "Shift+ArrowRight", "Enter", "m")
    page.keyboard.type("why the head?")
    press(page, "Escape", "k", "7")
    settle(page)
    press(page, "j")
    expect(page.locator(".qt-strip")).to_contain_text("Staff wellbeing")
    press(page, "a", "Escape", "d")
    settle(page)
    assert page.evaluate(f"{PANEL}.steps.line.map((s) => s.name)") == [
        "coded “Magnet reputation” in turn 2",
        "changed the stretch of “Magnet reputation” in turn 2",
        "wrote a memo on “Magnet reputation” in turn 2",
        "put “Magnet reputation” on key 7",
        "accepted the suggestion “Staff wellbeing” in turn 4",
        "marked the source as read",
    ]
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    for _ in range(6):
        page.keyboard.press("Control+z")
    settle(page)
    assert studies.stored(study["path"]) == []
    assert page.locator(".qt-suggested").count() == 1
    assert page.evaluate(f"{PANEL}.reading.state") == "reading"
    expect(page.locator(".qt-alert")).to_have_count(0)
    for _ in range(6):
        page.keyboard.press("Control+Shift+z")
    settle(page)
    expect(page.locator(".qt-alert")).to_have_count(0)
    rows = [(row["quote"], row["origin"]) for row in studies.stored(study["path"])]
    assert rows == [("The head", "typed"), ("Tired, mostly", "accepted")]
    assert page.evaluate(f"[...{PANEL}.items.values()].map((i) => i.memo)").count("why the head?") == 1
