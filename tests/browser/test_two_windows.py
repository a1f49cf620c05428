"""Two people, or two windows, at one memo, one code, one coding: both versions are seen, and one decides."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from qualtool.store.file import connection
from qualtool.workflows.editing.edit_codebook import code_rows

from .conftest import choose, go

pytestmark = pytest.mark.browser

PANEL = "[...globalThis.__qt.panels.values()][0]"
MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"


@pytest.fixture
def windows(browser: Browser) -> Iterator[tuple[Page, Page]]:
    """Two browsers that share nothing, the second one dark."""
    contexts = [
        browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
        for scheme in ("light", "dark")
    ]
    pages = [context.new_page() for context in contexts]
    errors: list[str] = []
    for page in pages:
        page.on("pageerror", lambda error: errors.append(str(error)))
    yield pages[0], pages[1]
    for context in contexts:
        context.close()
    assert errors == []


def picture(page: Page, name: str) -> None:
    """A screenshot to be looked at, where a folder for them is named."""
    folder = os.environ.get("QUALTOOL_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def open_panel(page: Page, url: str, coder: str = "Anna") -> None:
    page.goto(f"{url}?coder={coder}")
    page.wait_for_selector(".qt[data-ready='1']")
    page.locator(".qt-body").focus()


def settle(page: Page) -> None:
    page.wait_for_function(f"{PANEL}.outbox.ops.size === 0")


def memos(path: Path) -> list[str]:
    with connection.reading(path) as db:
        rows = db.conn.execute("SELECT text FROM memo WHERE removed_at IS NULL ORDER BY id")
        return [row[0] for row in rows]


def write_memo(page: Page, words: str) -> None:
    page.keyboard.press("Shift+M")
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    settle(page)


def test_one_memo_in_two_panels_is_decided_by_key_and_by_mouse(
    windows: tuple[Page, Page], panel_app: Any
) -> None:
    """Both texts stand at once and are shown; F8 keeps theirs, a click uses mine, and undo goes back."""
    served, study = panel_app()
    first, second = windows
    for page in windows:
        open_panel(page, served.url)
    write_memo(first, "Written at the desk.")
    write_memo(second, "Written on the train.")
    box = second.locator(".qt-conflict")
    expect(box.locator(".qt-versionwords")).to_have_text(["Written at the desk.", "Written on the train."])
    assert memos(study["path"]) == ["Written at the desk.\n\nWritten on the train."]
    picture(second, "panel_memo_dark")
    second.keyboard.press("F8")
    settle(second)
    expect(box).to_have_count(0)
    assert memos(study["path"]) == ["Written at the desk."]
    second.keyboard.press("Control+Z")
    settle(second)
    assert memos(study["path"]) == ["Written at the desk.\n\nWritten on the train."]
    write_memo(first, "A third text.")
    box = first.locator(".qt-conflict")
    expect(box).to_contain_text("A third text.")
    picture(first, "panel_memo_light")
    box.get_by_role("button", name="use mine").click()
    settle(first)
    assert memos(study["path"]) == ["A third text."]


def test_one_coding_in_two_panels(windows: tuple[Page, Page], panel_app: Any, studies: Any) -> None:
    """A facet set twice, and a coding removed while another window changed it, are shown and decided."""
    served, study = panel_app()
    at = study["text"].index("We were full")
    (guid,) = studies.add_codings(study, [(at, at + 12, "Pride")], coder="Anna")
    first, second = windows
    for page in windows:
        open_panel(page, served.url)
        page.evaluate(f"{PANEL}.focus('{guid}')")
    for page, key in ((first, "a"), (second, "d")):
        page.keyboard.press("f")
        page.keyboard.press(key)
        page.keyboard.press("Escape")
        settle(page)
    box = second.locator(".qt-conflict")
    expect(box.locator(".qt-versionwords")).to_have_text(["stance: affirms", "stance: denies"])
    assert studies.stored(study["path"])[0]["stance"] == "affirms"
    picture(second, "panel_facet_dark")
    second.keyboard.press("F9")
    settle(second)
    assert studies.stored(study["path"])[0]["stance"] == "denies"
    first.evaluate(f"{PANEL}.focus('{guid}')")
    first.keyboard.press("u")
    settle(first)
    box = first.locator(".qt-conflict")
    expect(box.locator(".qt-versionwords")).to_have_text(["stance: denies", "remove this coding"])
    assert len(studies.stored(study["path"])) == 1
    picture(first, "panel_remove_light")
    first.keyboard.press("F9")
    settle(first)
    expect(box).to_have_count(0)
    assert studies.stored(study["path"]) == []


def test_one_stretch_in_two_panels(windows: tuple[Page, Page], panel_app: Any, studies: Any) -> None:
    """Of two new stretches the first stands, both are shown in words, and the second can be used."""
    served, study = panel_app()
    words = "We were full before it opened."
    at = study["text"].index(words)
    (guid,) = studies.add_codings(study, [(at, at + len(words), "Pride")], coder="Anna")
    first, second = windows
    for page in windows:
        open_panel(page, served.url)
    for page, start, end in ((first, 0, 12), (second, 13, len(words))):
        page.evaluate(f"{PANEL}.focus('{guid}')")
        page.evaluate(
            f"{PANEL}.restretch({PANEL}.items.get('{guid}'), {{start: {at + start}, end: {at + end}}})"
        )
        settle(page)
    box = second.locator(".qt-conflict")
    expect(box.locator(".qt-versionwords")).to_have_text(["“We were full”", "“before it opened.”"])
    assert [row["quote"] for row in studies.stored(study["path"])] == ["We were full"]
    second.keyboard.press("F9")
    settle(second)
    assert [row["quote"] for row in studies.stored(study["path"])] == ["before it opened."]


# --- the pages ------------------------------------------------------------------------------------


@pytest.fixture
def app(serve: Any, tmp_path: Path, studies: Any) -> tuple[str, Path]:
    study: Path = studies.make_study(tmp_path / "study.qtool")["path"]
    served = serve(MAIN, QUALTOOL_STUDY=str(study), XDG_STATE_HOME=str(tmp_path / "state"))
    return served.url, study


def open_page(page: Page, url: str, coder: str, name: str) -> None:
    page.goto(url)
    choose(page, "Coder", coder)
    go(page, name)
    page.get_by_role("heading", name=name, exact=True).wait_for()


def test_one_code_changed_by_two_people(windows: tuple[Page, Page], app: tuple[str, Path]) -> None:
    """Both definitions stand beside each other in the codebook, and a key decides."""
    url, study = app
    for page, coder in zip(windows, ("Anna", "Ben"), strict=True):
        open_page(page, url, coder, "Codebook")
    for page, words in zip(windows, ("Proud of the provision.", "Pride, as Ben sees it."), strict=True):
        page.get_by_label("Definition", exact=True).first.fill(words)
        page.get_by_role("button", name="Save the code").click()
        if page is windows[0]:
            expect(page.get_by_text("Saved as version 2")).to_be_visible()
    second = windows[1]
    expect(second.get_by_text("was changed while you had it open, by Anna")).to_be_visible()
    shown = second.locator(".st-key-torn_box_code")
    for words in ("Proud of the provision.", "Pride, as Ben sees it."):
        expect(shown.get_by_text(words)).to_be_visible()
    shown.scroll_into_view_if_needed()
    picture(second, "codebook_dark")
    second.keyboard.press("F9")
    expect(shown).to_have_count(0)
    definitions = [row["definition"] for row in code_rows(study)]
    assert "Pride, as Ben sees it." in definitions and "Proud of the provision." not in definitions


def test_one_memo_page_in_two_windows(windows: tuple[Page, Page], app: tuple[str, Path]) -> None:
    """The page Memos shows both texts, keeps what was typed, and stores both where that is chosen."""
    url, study = app
    for page in windows:
        open_page(page, url, "Anna", "Memos")
        page.get_by_text("Write a memo").click()
    for page, words in zip(windows, ("Written at the desk.", "Written on the train."), strict=True):
        page.get_by_label("Memo", exact=True).first.fill(words)
        page.get_by_role("button", name="Save memo").click()
        if page is windows[0]:
            expect(page.get_by_text("Saved.")).to_be_visible()
    second = windows[1]
    shown = second.locator(".st-key-torn_box_memo")
    for words in ("Written at the desk.", "Written on the train."):
        expect(shown.get_by_text(words)).to_be_visible()
    picture(second, "memos_dark")
    assert memos(study) == ["Written at the desk."]
    shown.get_by_role("button", name="Keep both").click()
    expect(shown).to_have_count(0)
    assert memos(study) == ["Written at the desk.\n\nWritten on the train."]
