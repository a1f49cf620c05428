"""Coding text in the running app: by mouse, by keyboard alone, and finding it again."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import at_rest, drawn, run_ended

pytestmark = pytest.mark.browser

PANEL = "[...globalThis.__qt.panels.values()][0]"


def open_panel(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(".qt[data-ready='1']")


def settle(page: Page) -> None:
    """Wait until the study has answered everything."""
    page.wait_for_function(f"{PANEL}.outbox.ops.size === 0")


def select_by_mouse(page: Page, words: str) -> None:
    """Drag over ``words``, which must stand in one piece of the text."""
    at_rest(page.locator(".qt-row", has_text=words).first)  # names beside the text can move it down
    box = page.evaluate(
        """(words) => {
          for (const piece of document.querySelectorAll('.qt-piece')) {
            const at = piece.textContent.indexOf(words);
            if (at < 0) continue;
            piece.scrollIntoView({block: 'nearest'});
            const walker = document.createTreeWalker(piece, NodeFilter.SHOW_TEXT);
            const point = (offset, isEnd) => {
              walker.currentNode = piece;
              let left = offset;
              for (let n = walker.nextNode(); n; n = walker.nextNode()) {
                if (isEnd ? left <= n.length : left < n.length) return [n, left];
                left -= n.length;
              }
            };
            const range = document.createRange();
            range.setStart(...point(at, false));
            range.setEnd(...point(at + words.length, true));
            const rects = [...range.getClientRects()];
            const a = rects[0], z = rects[rects.length - 1];
            return [a.left + 1, a.top + a.height / 2, z.right - 1, z.top + z.height / 2];
          }
        }""",
        words,
    )
    page.mouse.move(box[0], box[1])
    page.mouse.down()
    page.mouse.move((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    page.mouse.move(box[2], box[3])
    page.mouse.up()


def quotes(studies: Any, study: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["quote"], row["code"]) for row in studies.stored(study["path"])]


def test_a_mouse_selection_and_one_key_code_words(page: Page, panel_app: Any, studies: Any) -> None:
    """Dragging over words and pressing 1 paints them at once and stores exactly these words."""
    served, study = panel_app()
    open_panel(page, served.url)
    select_by_mouse(page, "We were full before it opened")
    page.keyboard.press("1")
    assert page.locator(".qt-mark").all_inner_texts() == ["We were full before it opened"]
    settle(page)
    assert quotes(studies, study) == [("We were full before it opened", "Magnet reputation")]


def test_keyboard_alone_codes_and_a_reload_finds_both(page: Page, panel_app: Any, studies: Any) -> None:
    """Arrows, S, W and the picker code without a mouse, and after a reload every coding is there."""
    served, study = panel_app()
    open_panel(page, served.url)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    page.keyboard.press("2")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("/")
    page.keyboard.type("wellb")
    page.keyboard.press("Enter")
    settle(page)
    expected = [("The head asked.", "Moving house"), ("The head", "Staff wellbeing")]
    assert quotes(studies, study) == expected
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    names = page.locator(".qt-chip .qt-chipname")
    expect(names).to_have_count(2)
    assert sorted(names.all_inner_texts()) == ["Moving house", "Staff wellbeing"]


def test_a_whole_turn_and_several_codes_in_one_pass(page: Page, panel_app: Any, studies: Any) -> None:
    """T selects a turn, and because the selection stays, 3 and 4 put two codes on it."""
    served, study = panel_app()
    open_panel(page, served.url)
    for key in ("ArrowDown", "t", "3", "4"):
        page.keyboard.press(key)
    settle(page)
    turn = studies.DIALOGUE[1][1]
    assert quotes(studies, study) == [(turn, "Capacity and refusal"), (turn, "Staff wellbeing")]


def test_the_marker_paints_code_first(page: Page, panel_app: Any, studies: Any) -> None:
    """A key with nothing selected holds the code, visibly; each selection then is coded; Esc lets go."""
    served, study = panel_app()
    open_panel(page, served.url)
    page.keyboard.press("5")
    expect(page.locator(".qt-marker")).to_contain_text("Pride")
    select_by_mouse(page, "We were full")
    select_by_mouse(page, "Tired, mostly")
    page.wait_for_function("document.querySelectorAll('.qt-chip').length === 2")
    page.keyboard.press("Escape")
    expect(page.locator(".qt-marker")).to_be_hidden()
    select_by_mouse(page, "Parents move house")
    settle(page)
    assert quotes(studies, study) == [("We were full", "Pride"), ("Tired, mostly", "Pride")]


def test_a_selection_over_several_turns_is_one_coding(page: Page, panel_app: Any, studies: Any) -> None:
    """Dragging from one turn into a later one stores one stretch, painted in each turn it touches."""
    served, study = panel_app()
    open_panel(page, served.url)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("t")
    page.keyboard.press("t")
    page.keyboard.press("1")
    settle(page)
    (row,) = studies.stored(study["path"])
    assert row["quote"] == study["text"][row["start_char"] : row["end_char"]]
    assert row["quote"].startswith("The head asked") and row["quote"].endswith("feel about that?")
    assert page.locator(".qt-turn:has(.qt-mark)").count() == 2


def test_overlaps_get_lanes_names_and_a_turn_of_o(page: Page, panel_app: Any) -> None:
    """Overlapping codings lie in lanes side by side, each with its name, and O goes round them."""
    served, _ = panel_app()
    open_panel(page, served.url)
    for key in ("ArrowDown", "s", "1", "s", "2", "Escape"):
        page.keyboard.press(key)
    page.wait_for_function("document.querySelectorAll('.qt-lane').length === 2")
    lefts = page.evaluate(
        "[...document.querySelectorAll('.qt-lane')].map((x) => x.getBoundingClientRect().left)"
    )
    assert len(set(lefts)) == 2
    tops = page.evaluate(
        "[...document.querySelectorAll('.qt-chip')].map((x) => x.getBoundingClientRect().top)"
    )
    assert abs(tops[0] - tops[1]) >= 18
    seen = set()
    for _ in range(2):
        page.keyboard.press("o")
        seen.add(page.locator(".qt-itemname").inner_text())
    assert seen == {"Magnet reputation", "Moving house"}


def test_undo_redo_and_remove_are_named(page: Page, panel_app: Any, studies: Any) -> None:
    """U removes, Ctrl+Z brings back with the words of what was undone, Ctrl+Shift+Z removes again."""
    served, study = panel_app()
    open_panel(page, served.url)
    for key in ("ArrowDown", "s", "1", "Escape", "o", "u"):
        page.keyboard.press(key)
    settle(page)
    assert quotes(studies, study) == []
    page.keyboard.press("Control+z")
    expect(page.locator(".qt-strip")).to_contain_text("Undone: removed “Magnet reputation” from turn 2")
    settle(page)
    assert quotes(studies, study) == [("The head asked.", "Magnet reputation")]
    page.keyboard.press("Control+Shift+z")
    settle(page)
    assert quotes(studies, study) == []
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    settle(page)
    assert quotes(studies, study) == []
    page.keyboard.press("Control+Shift+z")
    settle(page)
    assert quotes(studies, study) == [("The head asked.", "Magnet reputation")]


def test_undo_lives_through_a_reload(page: Page, panel_app: Any, studies: Any) -> None:
    """After a reload Ctrl+Z still takes back what was coded before it."""
    served, study = panel_app()
    open_panel(page, served.url)
    for key in ("ArrowDown", "s", "1"):
        page.keyboard.press(key)
    settle(page)
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    page.keyboard.press("Control+z")
    settle(page)
    assert quotes(studies, study) == []


def test_memo_and_facets_are_written_in_place(page: Page, panel_app: Any, studies: Any) -> None:
    """M takes a memo and F a facet by one key each, and both are in the study."""
    served, study = panel_app()
    open_panel(page, served.url)
    for key in ("ArrowDown", "s", "1", "Escape", "o", "m"):
        page.keyboard.press(key)
    page.keyboard.type("ask again r c 1")
    page.keyboard.press("Escape")
    for key in ("f", "d", "r", "Escape"):
        page.keyboard.press(key)
    expect(page.locator(".qt-strip")).to_contain_text("ask again r c 1")
    settle(page)
    (row,) = studies.stored(study["path"])
    assert (row["stance"], row["basis"]) == ("denies", "reported")
    with studies.connection.reading(study["path"]) as db:
        assert [m["text"] for m in studies.coding_store.memos(db)] == ["ask again r c 1"]


def test_a_stretch_is_changed_by_key_and_the_quote_follows(page: Page, panel_app: Any, studies: Any) -> None:
    """E, Shift+Right and Enter make a coding longer; its quote is the text at the new place."""
    served, study = panel_app()
    open_panel(page, served.url)
    for key in ("ArrowDown", "w", "1", "Escape", "o", "e", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    settle(page)
    assert quotes(studies, study) == [("The head", "Magnet reputation")]
    page.keyboard.press("Control+z")
    settle(page)
    assert quotes(studies, study) == [("The", "Magnet reputation")]


def test_a_handle_changes_the_stretch_by_mouse(page: Page, panel_app: Any, studies: Any) -> None:
    """Dragging the grip at the end of the coding in focus to a later word makes it longer."""
    served, study = panel_app()
    open_panel(page, served.url)
    select_by_mouse(page, "We were full")
    for key in ("1", "Escape", "o"):
        page.keyboard.press(key)
    end = page.locator(".qt-grip-end")
    expect(end).to_be_visible()
    grip = at_rest(end)
    page.mouse.move(grip["x"] + 2, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 40, grip["y"] + 8)
    page.mouse.move(grip["x"] + 120, grip["y"] + 8, steps=4)
    page.mouse.up()
    settle(page)
    ((quote, _),) = quotes(studies, study)
    assert quote.startswith("We were full before") and len(quote) > len("We were full before")


def test_a_new_code_is_made_while_coding(page: Page, panel_app: Any, studies: Any) -> None:
    """V makes a code of the speaker's words with a hint at a near one, and applies it."""
    served, study = panel_app()
    open_panel(page, served.url)
    select_by_mouse(page, "Parents move house")
    page.keyboard.press("v")
    expect(page.locator(".qt-near")).to_contain_text("Moving house")
    page.keyboard.press("Enter")
    settle(page)
    assert quotes(studies, study) == [("Parents move house", "Parents move house")]
    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    expect(page.locator(".qt-chipname")).to_have_text("Parents move house")


def test_finding_words_selects_them_for_coding(page: Page, panel_app: Any, studies: Any) -> None:
    """L finds words, and after Esc the hit is selected and can be coded."""
    served, study = panel_app()
    open_panel(page, served.url)
    page.keyboard.press("l")
    page.keyboard.type("proud OF it")
    expect(page.locator(".qt-count")).to_have_text("1 of 1")
    page.keyboard.press("Escape")
    page.keyboard.press("5")
    settle(page)
    assert quotes(studies, study) == [("proud of it", "Pride")]


def test_suggestions_are_dashed_and_decided_by_key(page: Page, panel_app: Any, studies: Any) -> None:
    """A accepts, X rejects, E edits the stretch first; the coding remembers which it was."""

    def prepare(study: dict[str, Any]) -> None:
        text = study["text"]
        wanted = [
            ("The head asked", "Pride", 0.9),
            ("Tired, mostly", "Staff wellbeing", 0.6),
            ("Thank", "Pride", 0.2),
        ]
        studies.add_suggestions(
            study, [(text.index(q), text.index(q) + len(q), code, score) for q, code, score in wanted]
        )

    served, study = panel_app(prepare=prepare)
    open_panel(page, served.url)
    expect(page.locator(".qt-suggested")).to_have_count(3)
    page.keyboard.press("j")
    expect(page.locator(".qt-strip")).to_contain_text("suggested, strong: near")
    page.keyboard.press("a")
    page.keyboard.press("e")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+J")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    settle(page)
    assert [(r["quote"], r["origin"]) for r in studies.stored(study["path"])] == [
        ("The head asked", "accepted"),
        ("Tired", "edited"),
    ]
    assert page.locator(".qt-suggested").count() == 0
    page.keyboard.press("Control+z")
    settle(page)
    assert page.locator(".qt-suggested").count() == 1


def test_text_and_names_are_never_markup(page: Page, panel_app: Any, studies: Any) -> None:
    """Markup in a transcript and in a code name stays words: no script runs and no request leaves."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    served, _ = panel_app()
    open_panel(page, served.url)
    page.keyboard.press("n")
    page.keyboard.type(studies.HOSTILE)
    page.keyboard.press("Enter")
    settle(page)
    drawn(page)
    assert page.evaluate("window.bad") is None
    assert page.locator(".qt img, .qt script").count() == 0
    assert not [url for url in asked if "example.org" in url or url.endswith("/x")]


def test_streamlits_own_keys_stay_quiet(page: Page, panel_app: Any) -> None:
    """R and C pressed in the panel are not heard by Streamlit, which has keys of its own; outside C is."""
    served, _ = panel_app()
    open_panel(page, served.url)
    page.evaluate("globalThis.heard = []; document.addEventListener('keydown', (e) => heard.push(e.key))")
    page.keyboard.press("c")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog", name="Find a code")).to_be_visible()
    run_ended(page)
    assert page.locator("[data-testid=stDialog]").count() == 0
    assert "c" not in page.evaluate("heard")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Find a code")).to_have_count(0)
    page.get_by_role("button", name="Run again").press("c")
    page.wait_for_function("heard.includes('c')")
