"""What the panel looks like and how it is heard: sizes, themes, filters, accessibility basics."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import at_rest, drawn

pytestmark = pytest.mark.browser

PANEL = "[...globalThis.__qt.panels.values()][0]"


def open_panel(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(".qt[data-ready='1']")


def coded(study: dict[str, Any], studies: Any) -> None:
    text = study["text"]
    rows = [("We were full", "Pride"), ("Parents move house", "Moving house"), ("Tired, mostly", "Pride")]
    studies.add_codings(study, [(text.index(q), text.index(q) + len(q), code) for q, code in rows])
    at = text.index("nobody wants")
    studies.add_suggestions(study, [(at, at + 12, "Pride", 0.7)])


@pytest.mark.parametrize("size", [(1280, 800), (991, 700), (640, 400), (1920, 1080)])
def test_the_panel_fits_the_window(page: Page, panel_app: Any, studies: Any, size: tuple[int, int]) -> None:
    """From 640 to 1920 pixels nothing sticks out sideways, and the height of the window is used."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    served, _ = panel_app(prepare=lambda study: coded(study, studies))
    open_panel(page, served.url)
    box = at_rest(page.locator(".qt"))
    assert box["height"] >= 380
    assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
    if size[1] >= 700:
        assert size[1] - 40 <= box["y"] + box["height"] <= size[1]
    for part in (".qt-body", ".qt-strip"):
        assert page.locator(part).evaluate("(x) => x.scrollWidth - x.clientWidth") <= 1
    assert page.locator(".qt-body").evaluate("(x) => x.clientHeight") >= 120


def test_stripes_lie_beside_their_words(page: Page, panel_app: Any, studies: Any) -> None:
    """Each stripe begins and ends at the height of its first and last line, left of the words."""
    served, _ = panel_app(prepare=lambda study: coded(study, studies))
    open_panel(page, served.url)
    expect(page.locator(".qt-lane")).to_have_count(4)
    at_rest(page.locator(".qt-lane").last)
    pairs = page.evaluate(
        """[...document.querySelectorAll('.qt-lane')].map((lane) => {
            const {id} = lane.dataset;
            const all = [...document.querySelectorAll('.qt-mark')];
            const own = all.filter((m) => m.dataset.ids.includes(id));
            const rects = own.flatMap((m) => [...m.getClientRects()]);
            const box = lane.getBoundingClientRect();
            const of = (side) => rects.map((r) => r[side]);
            return [box.top, Math.min(...of('top')), box.bottom, Math.max(...of('bottom')),
                    box.right, Math.min(...of('left'))];
        })"""
    )
    for top, first, bottom, last, right, left in pairs:
        assert abs(top - first) < 8 and abs(bottom - last) < 10 and right <= left


STRIPES_OFF = """Math.max(...[...document.querySelectorAll('.qt-lane')].map((lane) => {
    const marks = [...document.querySelectorAll(`.qt-mark[data-ids*="${lane.dataset.id}"]`)];
    const tops = marks.flatMap((m) => [...m.getClientRects()]).map((r) => r.top);
    return Math.abs(lane.getBoundingClientRect().top - Math.min(...tops));
}))"""


def test_stripes_follow_letters_that_come_late(page: Page, panel_app: Any, studies: Any) -> None:
    """Over a slow line the text is shown in other letters at first; the stripes move with its lines."""
    held: list[Route] = []
    page.route("**/*.woff2", lambda route: held.append(route))
    words = " ".join(said for _, said in studies.long_dialogue(300))

    def prepare(study: dict[str, Any]) -> None:
        first = study["text"].index(words)
        spots = range(first, first + len(words) - 40, 137)
        studies.add_codings(study, [(at, at + 40, "Pride") for at in spots])

    served, _ = panel_app(dialogue=[("Interviewer", "Go on."), ("Ruth", words)], prepare=prepare)
    page.goto(served.url, wait_until="commit")  # the page is loaded only when its letters are
    page.wait_for_selector(".qt[data-ready='1']")
    page.wait_for_selector(".qt-lane")
    drawn(page)
    assert page.evaluate(STRIPES_OFF) < 8
    lines = "[...document.querySelectorAll('.qt-mark')].map((m) => m.getBoundingClientRect().top)"
    before = page.evaluate(lines)
    for route in held:
        route.continue_()
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.wait_for_function(f"{STRIPES_OFF} < 8")
    assert page.evaluate(lines) != before


def test_filters_show_one_code_or_coder_only(page: Page, panel_app: Any, studies: Any) -> None:
    """Show only a code, and the others leave the page; show all brings them back."""
    served, _ = panel_app(prepare=lambda study: coded(study, studies))
    open_panel(page, served.url)
    page.get_by_role("button", name="Show only…").click()
    page.get_by_label("Code", exact=True).select_option(label="Demand › Moving house")
    page.keyboard.press("Escape")
    expect(page.locator(".qt-mark")).to_have_text(["Parents move house"])
    page.get_by_role("button", name="Filtered…").click()
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".qt-mark")).to_have_count(4)


def test_hovering_a_name_isolates_its_words(page: Page, panel_app: Any, studies: Any) -> None:
    """With the pointer on a code's name only its words keep their colour."""
    served, _ = panel_app(prepare=lambda study: coded(study, studies))
    open_panel(page, served.url)
    page.locator(".qt-chip", has_text="Moving house").hover()
    expect(page.locator(".qt-isolating .qt-mark.qt-alone")).to_have_text(["Parents move house"])
    others = page.locator(".qt-mark:not(.qt-alone)")
    assert others.evaluate_all("(all) => all.every((m) => getComputedStyle(m).backgroundImage === 'none')")
    page.locator(".qt-saved").hover()
    expect(page.locator(".qt-isolating")).to_have_count(0)


def test_what_is_done_is_said(page: Page, panel_app: Any) -> None:
    """The live region tells of each coding, and every button and region has a name."""
    served, _ = panel_app()
    open_panel(page, served.url)
    for key in ("ArrowDown", "s", "1"):
        page.keyboard.press(key)
    expect(page.locator(".qt-live")).to_have_text("Coded with Magnet reputation")
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    expect(page.locator(".qt-live")).to_contain_text("Magnet reputation, by you: The head asked.")
    unnamed = """[...document.querySelectorAll('.qt button, .qt input, .qt select, .qt [role]')].filter((x) =>
        !x.textContent.trim() && !x.getAttribute('aria-label') && !x.closest('label')
        && !['status', 'alert'].includes(x.getAttribute('role'))).length"""
    assert page.evaluate(unnamed) == 0
    expect(page.get_by_role("toolbar", name="Codes on keys")).to_be_visible()
    expect(page.get_by_role("document", name="Transcript")).to_be_visible()


def test_the_focus_is_never_lost(page: Page, panel_app: Any) -> None:
    """After every window over the text is closed, the next key works in the panel again."""
    served, _ = panel_app()
    open_panel(page, served.url)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    for key in ("/", "?", "m", "f", "l", "n", "r"):
        page.keyboard.press(key)
        assert page.locator(".qt-over").count() == 1, key
        for _ in range(3):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.closest('.qt-over') !== null"), key
        page.keyboard.press("Escape")
        assert page.locator(".qt-over").count() == 0, key
        assert page.evaluate("document.querySelector('.qt').contains(document.activeElement)"), key


def test_dark_and_light_differ_without_a_reload(page: Page, panel_app: Any, studies: Any) -> None:
    """When the system turns dark the panel follows, and nothing made meanwhile disappears."""
    served, _ = panel_app()
    open_panel(page, served.url)
    for key in ("ArrowDown", "s", "1"):
        page.keyboard.press(key)
    page.wait_for_function(f"{PANEL}.outbox.ops.size === 0")
    light = page.evaluate("getComputedStyle(document.querySelector('.qt')).backgroundColor")
    page.evaluate("document.querySelector('.qt-mark').dataset.drawn = 'light'")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"getComputedStyle(document.querySelector('.qt')).backgroundColor !== '{light}'")
    page.wait_for_selector(".qt-mark:not([data-drawn])")  # everything was drawn anew in other colours
    expect(page.locator(".qt-mark")).to_have_text(["The head asked."])
    expect(page.locator(".qt-chip")).to_have_text(["Magnet reputation"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_can_be_seen_on_the_page(page: Page, panel_app: Any, studies: Any, scheme: Any) -> None:
    """Stripes of codes in white, black or yellow have a contrast of 3:1 with the page, light or dark."""

    def prepare(study: dict[str, Any]) -> None:
        wanted = {"Pride": "#ffffff", "Moving house": "#000000", "Recruitment": "#f0e442"}
        codes = tuple(dataclasses.replace(c, colour=wanted.get(c.name, c.colour)) for c in studies.codes())
        with studies.connection.writing(study["path"]) as db:
            book = studies.Codebook(title="Base", codes=codes)
            studies.code_store.save_codebook(db, book, studies.STAMP, note="colours")
        at = study["text"].index("Tired")
        studies.add_codings(study, [(at, at + 5, name) for name in wanted])

    page.emulate_media(color_scheme=scheme)
    served, _ = panel_app(prepare=prepare)
    open_panel(page, served.url)
    expect(page.locator(".qt-lane")).to_have_count(3)
    drawn(page)
    shown = "[...document.querySelectorAll('.qt-lane')].map((x) => getComputedStyle(x).backgroundColor)"
    back = page.evaluate("getComputedStyle(document.querySelector('.qt')).backgroundColor")
    colours = page.evaluate(shown)
    assert len(colours) == 3
    for colour in colours:
        light, dark = sorted((_luminance(colour), _luminance(back)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 2.99, (colour, back)


def _luminance(css: str) -> float:
    """Relative luminance of ``rgb(r, g, b)`` (WCAG 2.2)."""
    parts = [int(v) / 255 for v in re.findall(r"\d+", css)[:3]]
    r, g, b = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def test_a_very_long_turn_is_cut_for_painting_only(page: Page, panel_app: Any, studies: Any) -> None:
    """A turn of 5,000 words is painted in pieces, yet selected and coded across them as one stretch."""
    words = " ".join(said for _, said in studies.long_dialogue(5000))
    served, study = panel_app(dialogue=[("Interviewer", "Go on."), ("Ruth", words)])
    open_panel(page, served.url)
    assert page.locator(".qt-piece").count() > 8
    page.keyboard.press("ArrowDown")
    page.keyboard.press("t")
    page.keyboard.press("1")
    page.wait_for_function(f"{PANEL}.outbox.ops.size === 0")
    (row,) = studies.stored(study["path"])
    assert row["quote"] == words
    assert page.locator(".qt-mark").count() == page.locator(".qt-piece").count() - 1


def test_the_strip_at_the_side_jumps(page: Page, panel_app: Any, studies: Any) -> None:
    """A click low on the density strip goes to the later part of the source."""
    served, _ = panel_app(dialogue=studies.long_dialogue(4000))
    open_panel(page, served.url)
    box = at_rest(page.locator(".qt-density"))
    page.mouse.click(box["x"] + 5, box["y"] + box["height"] * 0.9)
    page.wait_for_function(f"{PANEL}.current > {PANEL}.source.turns.length * 0.7")
    expect(page.locator(f".qt-turn[data-t='{page.evaluate(PANEL + '.current')}']")).to_be_in_viewport()
