"""How far one has read, memos on source and code, and keys of one's own, in the running app."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import drawn, run_ended

pytestmark = pytest.mark.browser

PANEL = "[...globalThis.__qt.panels.values()][0]"


def open_panel(page: Page, url: str, query: str = "") -> None:
    page.goto(url + query)
    page.wait_for_selector(".qt[data-ready='1']")


def settle(page: Page) -> None:
    page.wait_for_function(f"{PANEL}.outbox.ops.size === 0")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def memos(studies: Any, study: dict[str, Any]) -> list[tuple[str, str, str]]:
    with studies.connection.reading(study["path"]) as db:
        return [(m["target_kind"], m["coder"], m["text"]) for m in studies.coding_store.memos(db)]


# ---- read, nothing to code ----


def test_a_turn_without_anything_to_code_is_marked_and_skipped(
    page: Page, panel_app: Any, studies: Any
) -> None:
    """H marks a turn in the gutter, the count says so, G skips it, and it is so after a reload."""
    served, _ = panel_app()
    open_panel(page, served.url)
    expect(page.locator(".qt-place")).to_contain_text("0 coded, 0 read, 5 to read")
    press(page, "ArrowDown", "s", "1", "Escape", "g")
    assert page.evaluate(f"{PANEL}.current") == 3
    page.keyboard.press("h")
    expect(page.locator(".qt-strip")).to_contain_text("Turn 4: read, nothing to code. 3 turns left to read.")
    expect(page.locator(".qt-turn[data-t='3'] .qt-done")).to_be_visible()
    assert page.evaluate(f"{PANEL}.current") == 4
    expect(page.locator(".qt-place")).to_contain_text("1 coded, 1 read, 3 to read")
    settle(page)
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    expect(page.locator(".qt-place")).to_contain_text("1 coded, 1 read, 3 to read")
    page.evaluate(f"{PANEL}.goTurn(1)")
    page.keyboard.press("g")
    assert page.evaluate(f"{PANEL}.current") == 4
    page.keyboard.press("Shift+G")
    expect(page.locator(".qt-strip")).to_contain_text("Every earlier turn")
    page.keyboard.press("Control+z")
    expect(page.locator(".qt-turn[data-t='3'] .qt-done")).to_be_hidden()
    settle(page)
    expect(page.locator(".qt-place")).to_contain_text("1 coded, 0 read, 4 to read")


def test_a_coding_says_more_than_the_mark(page: Page, panel_app: Any) -> None:
    """A marked turn that is coded later counts as coded, and shows the mark again when that is undone."""
    served, _ = panel_app()
    open_panel(page, served.url)
    press(page, "ArrowDown", "h", "ArrowUp", "ArrowUp", "s", "1")
    expect(page.locator(".qt-turn[data-t='1'] .qt-done")).to_be_hidden()
    expect(page.locator(".qt-place")).to_contain_text("1 coded, 0 read, 4 to read")
    page.keyboard.press("Control+z")
    expect(page.locator(".qt-turn[data-t='1'] .qt-done")).to_be_visible()


def test_the_rest_of_the_source_is_read_in_one_key(page: Page, panel_app: Any, studies: Any) -> None:
    """Shift+H marks every turn left, the source counts as read in the study, and one undo takes all back."""
    served, study = panel_app()
    open_panel(page, served.url)
    press(page, "ArrowDown", "s", "1", "Escape", "Shift+H")
    expect(page.locator(".qt-place")).to_contain_text("1 coded, 4 read, 0 to read")
    settle(page)
    with studies.connection.reading(study["path"]) as db:
        assert studies.sources.is_read(db, 1, 1)
    expect(page.locator(".qt-done:visible")).to_have_count(4)
    page.keyboard.press("Control+z")
    settle(page)
    expect(page.locator(".qt-place")).to_contain_text("1 coded, 0 read, 4 to read")
    with studies.connection.reading(study["path"]) as db:
        assert not studies.sources.is_read(db, 1, 1)


def test_marks_are_each_coders_own(page: Page, panel_app: Any) -> None:
    """What one coder marked as read is still to be read by another."""
    served, _ = panel_app()
    open_panel(page, served.url)
    press(page, "ArrowDown", "h")
    settle(page)
    open_panel(page, served.url, "/?coder=Ben")
    expect(page.locator(".qt-place")).to_contain_text("0 coded, 0 read, 5 to read")


# ---- memos ----


def test_a_memo_on_the_source_is_written_beside_the_text(page: Page, panel_app: Any, studies: Any) -> None:
    """Shift+M opens the memo on the source, Esc keeps it, the button shows it, and it can be changed."""
    served, study = panel_app()
    open_panel(page, served.url)
    press(page, "ArrowDown", "Shift+M")
    page.keyboard.type("A careful speaker.")
    page.keyboard.press("Escape")
    settle(page)
    assert memos(studies, study) == [("source", "Anna", "A careful speaker.")]
    assert page.evaluate("document.querySelector('.qt').contains(document.activeElement)")
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    made = page.get_by_role("button", name="Source memo")
    expect(made).to_have_attribute("title", "A careful speaker. (Shift+M)")
    made.click()
    expect(page.get_by_label("Memo on this source").last).to_have_value("A careful speaker.")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Tired.")
    page.keyboard.press("Control+Enter")
    settle(page)
    assert memos(studies, study) == [("source", "Anna", "A careful speaker. Tired.")]
    page.keyboard.press("Control+z")
    settle(page)
    assert memos(studies, study) == [("source", "Anna", "A careful speaker.")]


def test_a_memo_on_a_code_stands_below_its_definition(page: Page, panel_app: Any, studies: Any) -> None:
    """I shows what the codebook says of the focused coding's code and takes a memo on the code."""
    served, study = panel_app()
    open_panel(page, served.url)
    press(page, "ArrowDown", "s", "1", "Escape", "o", "i")
    expect(page.locator(".qt-memobox")).to_contain_text("Families or professionals seek the school")
    page.keyboard.type("Narrow it?")
    page.keyboard.press("Escape")
    settle(page)
    assert memos(studies, study) == [("code", "Anna", "Narrow it?")]
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    press(page, "j", "i")
    expect(page.get_by_label("Memo on the code Magnet reputation").last).to_have_value("Narrow it?")


def test_others_memos_are_read_but_never_blind(page: Page, panel_app: Any, studies: Any) -> None:
    """Another coder's memo on the source is shown to be read; in blind mode it is not in the page."""

    def prepare(study: dict[str, Any]) -> None:
        ben = studies.Stamp(by="Ben", at=studies.AT)
        with studies.connection.writing(study["path"]) as db:
            who = studies.people.ensure_coder(db, "Ben", ben)
            studies.coding_store.set_memo(db, "source", study["source"], "I doubt it.", who, ben)

    served, study = panel_app(prepare=prepare)
    open_panel(page, served.url)
    page.keyboard.press("Shift+M")
    expect(page.locator(".qt-memobox")).to_contain_text("Ben wrote: I doubt it.")
    blind = study["path"].with_name("page.py")
    blind.write_text(blind.read_text().replace("**{}", "**{'blind': True}"))
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    page.wait_for_function(f"{PANEL}.blind === true")
    page.keyboard.press("Shift+M")
    expect(page.locator(".qt-memobox")).to_be_visible()
    run_ended(page)
    assert "I doubt it." not in page.content()


def test_two_windows_writing_one_memo_keep_both_texts(page: Page, panel_app: Any, studies: Any) -> None:
    """When a second window wrote the memo meanwhile, both texts are kept and the coder is told."""
    served, study = panel_app()
    open_panel(page, served.url)
    other = page.context.new_page()
    open_panel(other, served.url)
    for opened, words in ((page, "first window"), (other, "second window")):
        opened.keyboard.press("Shift+M")
        opened.keyboard.type(words)
        opened.keyboard.press("Escape")
        settle(opened)
    expect(other.locator(".qt-conflict")).to_contain_text("both texts were kept")
    assert memos(studies, study) == [("source", "Anna", "first window\n\nsecond window")]
    other.keyboard.press("Shift+M")
    expect(other.get_by_label("Memo on this source").last).to_have_value("first window\n\nsecond window")


def test_a_memo_open_when_the_page_goes_is_kept(page: Page, panel_app: Any, studies: Any) -> None:
    """A memo that was being written when the page is reloaded is stored by the page that comes back."""
    served, study = panel_app()
    open_panel(page, served.url)
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("Shift+M")
    page.keyboard.type("half a thought")
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    settle(page)
    assert memos(studies, study) == [("source", "Anna", "half a thought")]


# ---- keys of one's own ----


def test_a_key_is_changed_and_remembered(page: Page, panel_app: Any, studies: Any) -> None:
    """Remove moves from U to P for this coder: map, button and key follow, after a reload too."""
    served, study = panel_app()
    open_panel(page, served.url)
    page.keyboard.press("?")
    page.locator(".qt-keybutton[data-action='remove']").click()
    page.keyboard.press("p")
    expect(page.locator(".qt-keysaid")).to_contain_text("is on P now")
    page.keyboard.press("Escape")
    settle(page)
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    press(page, "ArrowDown", "s", "1", "Escape", "o")
    expect(page.get_by_role("button", name="P remove")).to_be_visible()
    page.keyboard.press("u")
    settle(page)
    assert len(studies.stored(study["path"])) == 1
    page.keyboard.press("p")
    settle(page)
    assert studies.stored(study["path"]) == []
    open_panel(page, served.url, "/?coder=Ben")
    page.keyboard.press("?")
    expect(page.locator(".qt-keybutton[data-action='remove']")).to_have_text("U")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("Control+b", "belong to the browser"),
        ("F5", "fixed meaning"),
        ("Enter", "fixed meaning"),
        ("4", "digits carry your codes"),
        ("c", "Streamlit's own key"),
        ("r", "Streamlit's own key"),
        ("?", "always shows this map"),
        ("Space", "space bar"),
        ("m", "is taken: memo on the coding"),
        ("'", "quick search"),
    ],
)
def test_a_key_that_collides_is_refused_in_words(page: Page, panel_app: Any, key: str, words: str) -> None:
    """Keys of the browser, of Streamlit and of other actions are refused, and the old key stays."""
    served, _ = panel_app()
    open_panel(page, served.url)
    page.keyboard.press("?")
    page.locator(".qt-keybutton[data-action='remove']").click()
    page.keyboard.press(key)
    expect(page.locator(".qt-keysaid")).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(page.locator(".qt-over")).to_be_visible()
    expect(page.locator(".qt-keybutton[data-action='remove']")).to_have_text("U")
    expect(page.locator(".qt-keybutton[data-action='remove']")).to_be_focused()
    drawn(page)
    assert page.locator("[data-testid=stDialog]").count() == 0


def test_two_way_keys_need_a_letter_and_all_can_go_back(page: Page, panel_app: Any) -> None:
    """An action with a second meaning under Shift refuses a sign; one button restores every default."""
    served, _ = panel_app()
    open_panel(page, served.url)
    page.keyboard.press("?")
    page.locator(".qt-keybutton[data-action='coded']").click()
    page.keyboard.press(".")
    expect(page.locator(".qt-keysaid")).to_contain_text("needs a letter")
    page.keyboard.press("y")
    expect(page.locator(".qt-keybutton[data-action='coded']")).to_have_text("YShift+Y")
    page.get_by_role("button", name="All keys as at first").click()
    expect(page.locator(".qt-keybutton[data-action='coded']")).to_have_text("JShift+J")
    settle(page)
    assert page.evaluate(f"Object.keys({PANEL}.keys.map.own).length") == 0


# ---- what else a reader needs ----


def test_favourites_are_set_per_coder_and_remembered(page: Page, panel_app: Any) -> None:
    """K puts the last code on a key for this coder only, and it lies there after a reload."""
    served, _ = panel_app()
    open_panel(page, served.url)
    press(page, "ArrowDown", "s", "/")
    page.keyboard.type("results")
    press(page, "Enter", "Escape", "k", "2")
    settle(page)
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    expect(page.locator(".qt-code[aria-keyshortcuts='2']")).to_contain_text("Results pressure")
    open_panel(page, served.url, "/?coder=Ben")
    expect(page.locator(".qt-code[aria-keyshortcuts='2']")).to_contain_text("Moving house")


def test_recent_codes_are_one_key_and_a_digit(page: Page, panel_app: Any, studies: Any) -> None:
    """R lists the codes applied last, newest first, and a digit applies one; after a reload too."""
    served, study = panel_app()
    open_panel(page, served.url)
    press(page, "ArrowDown", "w", "4", "5")
    settle(page)
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    press(page, "s", "r", "2")
    settle(page)
    assert [r["code"] for r in studies.stored(study["path"])] == [
        "Staff wellbeing",
        "Pride",
        "Staff wellbeing",
    ]


def test_the_gutter_tells_speaker_turn_and_time(page: Page, panel_app: Any) -> None:
    """Beside each turn stand its number, speaker and time, and the interviewer's words are dimmed."""
    served, _ = panel_app()
    open_panel(page, served.url)
    turn = page.locator(".qt-turn[data-t='1'] .qt-who")
    expect(turn).to_contain_text("2")
    expect(turn).to_contain_text("Ruth")
    expect(turn).to_contain_text("0:14")
    colour = "(x) => getComputedStyle(x).color"
    asked = page.locator(".qt-asks .qt-piece").first.evaluate(colour)
    assert asked != page.locator(".qt-turn:not(.qt-asks) .qt-piece").first.evaluate(colour)


def test_shift_with_page_keys_selects_by_turn(page: Page, panel_app: Any, studies: Any) -> None:
    """Shift with the arrows grows a selection by words and sentences, Shift+PageDown by whole turns."""
    served, study = panel_app()
    open_panel(page, served.url)
    press(page, "ArrowDown", "s", "Shift+PageDown", "Shift+PageDown", "1")
    settle(page)
    (row,) = studies.stored(study["path"])
    assert row["quote"].startswith("The head asked") and row["quote"].endswith("feel about that?")


def test_less_motion_means_none(page: Page, panel_app: Any) -> None:
    """Where the system asks for less motion nothing in the panel moves by itself or scrolls smoothly."""
    page.emulate_media(reduced_motion="reduce")
    served, _ = panel_app()
    open_panel(page, served.url)
    page.keyboard.press("?")
    drawn(page)
    moving = """[...document.querySelectorAll('.qt, .qt *')].filter((x) => {
        const s = getComputedStyle(x);
        return s.scrollBehavior === 'smooth' || s.animationName !== 'none'
            || s.transitionDuration.split(',').some((d) => parseFloat(d) > 0.011);
    }).length"""
    assert page.evaluate(moving) == 0
