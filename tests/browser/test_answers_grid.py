"""The answers grid in a real browser: keys, equal answers, parts, filters, nothing lost, 20,000 rows."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import at_rest, run_ended

pytestmark = [pytest.mark.browser, pytest.mark.clock]

GRID = "[...globalThis.__qtgrid.grids.values()][0]"
SCRIPT = """
from pathlib import Path
import streamlit as st
from qualtool.panel.grid import answers_grid

st.set_page_config(page_title="Answers", layout="wide")
coder = st.query_params.get("coder", "Anna")
study, options = Path({study!r}), {options!r}
answers_grid(study=study, question={question}, coder=coder, key="grid", closed={closed!r}, **options)
"""


@pytest.fixture
def grid_app(
    tmp_path: Path, answer_studies: ModuleType, serve: Callable[..., Any]
) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """A function that makes a study of answers, shows it in a grid on a page of its own, and serves it."""

    def start(answers: Any = None, **options: Any) -> tuple[Any, dict[str, Any]]:
        study = answer_studies.make_study(tmp_path / "answers.db", answers or answer_studies.ANSWERS)
        script = tmp_path / "page.py"
        script.write_text(
            SCRIPT.format(
                study=str(study["path"]), question=study["question"], closed=study["closed"], options=options
            )
        )
        return serve(script), study

    return start


def open_grid(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(".qg[data-ready='1']")
    page.locator(".qg-scroll").focus()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def settle(page: Page) -> None:
    page.wait_for_function(f"{GRID}.outbox.ops.size === 0")


def stored(study: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(quote, code, coder) of standing codings, read without our own code."""
    with closing(sqlite3.connect(study["path"])) as db, db:
        return db.execute(
            "SELECT g.quote, c.name, k.name FROM coding g JOIN code c ON c.id = g.code_id"
            " JOIN coder k ON k.id = g.coder_id WHERE g.removed_at IS NULL ORDER BY g.id"
        ).fetchall()


def go_to(page: Page, words: str) -> None:
    """Arrow down until the row with these words is the active one."""
    page.keyboard.press("Control+Home")
    for _ in range(12):
        if words in page.locator(".qg-active .qg-text").inner_text():
            return
        page.keyboard.press("ArrowDown")
    pytest.fail("no such row")


def test_a_key_codes_every_equal_answer_and_undo_takes_all_back(page: Page, grid_app: Any) -> None:
    """By keyboard alone: one key codes three equal answers, Ctrl+Z and Ctrl+Shift+Z undo and redo it."""
    served, study = grid_app()
    open_grid(page, served.url)
    press(page, "ArrowDown")
    expect(page.locator(".qg-active .qg-people")).to_contain_text("× 3")
    expect(page.locator(".qg-strip")).to_contain_text("the same answer by 3 people")
    press(page, "1", "q", "2")
    settle(page)
    assert stored(study) == [("More staff.", name, "Anna") for name in ("Staffing",) * 3 + ("Space",) * 3]
    expect(page.locator(".qg-active .qg-chip")).to_have_text(["Staffing", "Space"])
    press(page, "Control+z")
    settle(page)
    assert len(stored(study)) == 3
    press(page, "Control+Shift+Z")
    settle(page)
    assert len(stored(study)) == 6
    press(page, "o", "u")
    settle(page)
    assert {row[1] for row in stored(study)} == {"Space"}
    expect(page.locator(".qt-live")).to_contain_text("removed “Staffing” for 3 equal answers")


def test_no_substantive_answer_is_a_state_of_its_own(page: Page, grid_app: Any) -> None:
    """0 marks an answer as without substance: it is done, not coded, and shown under its own filter."""
    served, study = grid_app()
    open_grid(page, served.url)
    go_to(page, "No")
    press(page, "0")
    settle(page)
    expect(page.locator(".qg-active .qg-chip")).to_have_text("no substantive answer")
    with closing(sqlite3.connect(study["path"])) as db, db:
        assert db.execute("SELECT count(*) FROM answer_state").fetchone() == (1,)
    assert stored(study) == []
    page.get_by_label("Show", exact=True).select_option("open")
    expect(page.locator(".qg-body .qg-row")).to_have_count(5)
    assert "No" not in page.locator(".qg-text").all_inner_texts()
    page.get_by_label("Show", exact=True).select_option("empty")
    expect(page.locator(".qg-body .qg-text")).to_have_text(["No"])
    page.locator(".qg-scroll").focus()
    press(page, "1")
    settle(page)
    assert stored(study) == [("No", "Staffing", "Anna")]
    told = page.locator(
        ".qt-hint", has_text="mark “no substantive answer” was taken off; undo brings it back"
    )
    expect(told).to_be_visible()
    press(page, "Control+z")
    settle(page)
    expect(page.locator(".qg-active .qg-chip")).to_have_text("no substantive answer")


def test_words_are_coded_by_keyboard_and_by_mouse(page: Page, grid_app: Any) -> None:
    """Words chosen by W and Shift+arrow, or dragged over, are coded instead of the whole answer."""
    served, study = grid_app()
    open_grid(page, served.url)
    press(page, "w", "Shift+ArrowRight", "3")
    settle(page)
    assert stored(study) == [("More staff", "Time", "Anna")]
    expect(page.locator(".qg-active .qg-part")).to_have_text("More staff")
    expect(page.locator(".qg-active .qg-chip")).to_contain_text("part")
    at_rest(page.locator(".qg-text", has_text="Emoji"))
    box = page.evaluate(
        """(() => {
            const cells = [...document.querySelectorAll('.qg-text')];
            const cell = cells.find((c) => c.textContent.startsWith('Emoji'));
            const at = cell.firstChild.data.indexOf('afé wor');
            const range = document.createRange();
            range.setStart(cell.firstChild, at);
            range.setEnd(cell.firstChild, at + 6);
            const r = range.getBoundingClientRect();
            return [r.left, r.right, r.top + r.height / 2];
        })()"""
    )
    page.mouse.move(box[0], box[2])
    page.mouse.down()
    page.mouse.move(box[1], box[2], steps=5)
    page.mouse.up()
    press(page, "4")
    settle(page)
    assert stored(study)[-1] == ("café words", "Money", "Anna")


def test_finding_filtering_and_sorting(page: Page, grid_app: Any) -> None:
    """Answers with some words, not done, most frequent first: the list is what was asked for."""
    served, _ = grid_app()
    open_grid(page, served.url)
    press(page, "l")
    page.keyboard.type("CAFE")
    expect(page.locator(".qg-body .qg-row")).to_have_count(1)
    press(page, "Escape")
    expect(page.locator(".qg-body .qg-row")).to_have_count(6)
    page.get_by_label("Sort", exact=True).select_option("often")
    expect(page.locator(".qg-body .qg-text").first).to_have_text("More staff.")
    page.get_by_label("Sort", exact=True).select_option("column0")
    phases = page.evaluate(f"{GRID}.view.map((row) => {GRID}.rows.value(0, row))")
    assert phases == sorted(phases)
    page.get_by_label("Show", exact=True).select_option("many")
    expect(page.locator(".qg-body .qg-row")).to_have_count(1)


def test_the_picker_and_a_new_code(page: Page, grid_app: Any) -> None:
    """/ finds a code by letters; a name that is none yet can be made and applied in place."""
    served, study = grid_app()
    open_grid(page, served.url)
    press(page, "/")
    page.keyboard.type("tran")
    press(page, "Enter")
    settle(page)
    assert stored(study)[0][1] == "Transport"
    press(page, "/")
    page.keyboard.type("Lunch queue")
    press(page, "Enter", "Enter")
    settle(page)
    assert stored(study)[1][1] == "Lunch queue"
    expect(page.locator(".qg-scroll")).to_be_focused()


def test_a_killed_server_loses_nothing(page: Page, grid_app: Any) -> None:
    """Codings made while the server is dead are kept here, said to be kept, and stored once it is back."""
    served, study = grid_app()
    open_grid(page, served.url)
    served.kill()
    press(page, "1", "ArrowDown", "2")
    expect(page.locator(".qt-saved")).to_contain_text(re.compile("saving 2|2 kept here"))
    page.wait_for_function("document.querySelector('.qt-saved').dataset.state === 'offline'")
    served.start()
    settle(page)
    assert len(stored(study)) == 4


def test_what_waits_survives_a_reload(page: Page, grid_app: Any) -> None:
    """A reload with work not yet stored asks first, and the work is stored after it."""
    served, study = grid_app()
    open_grid(page, served.url)
    page.wait_for_function(f"!!{GRID}.outbox?.send")
    run_ended(page)  # for the grid is given a way to send each time the study speaks
    page.evaluate(f"{GRID}.outbox.send = () => {{}}")
    page.evaluate(f"{GRID}.outbox.holdUntil = Date.now() + 60000")
    press(page, "1")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    page.wait_for_selector(".qg[data-ready='1']")
    settle(page)
    assert asked == ["beforeunload"]
    assert len(stored(study)) == 1
    expect(page.locator(".qg-body .qg-chip").first).to_have_text("Staffing")


def test_a_refused_act_is_told_and_taken_back(page: Page, grid_app: Any) -> None:
    """When the study refuses, the grid says why and shows what is true."""
    served, study = grid_app()
    open_grid(page, served.url)
    with closing(sqlite3.connect(study["path"])) as db, db:
        db.execute("UPDATE code SET removed_at = '2026' WHERE name = 'Staffing'")
    press(page, "1")
    expect(page.locator(".qt-alert")).to_contain_text("no longer in the codebook")
    expect(page.locator(".qg-body .qg-chip")).to_have_count(0)


def test_words_of_people_are_never_markup(page: Page, grid_app: Any) -> None:
    """A hostile answer is shown as the text it is, and nothing of it is fetched or run."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    served, _ = grid_app()
    open_grid(page, served.url)
    expect(page.locator(".qg-body").get_by_text("<script>window.bad")).to_be_visible()
    assert page.evaluate("window.bad") is None
    assert [url for url in asked if "example.org" in url] == []


def test_two_coders_and_blind_coding(page: Page, grid_app: Any, browser: Any) -> None:
    """Another coder's code is shown as theirs and cannot be removed; in blind coding it is not there."""
    served, study = grid_app()
    open_grid(page, f"{served.url}/?coder=Ben")
    press(page, "1")
    settle(page)
    open_grid(page, f"{served.url}/?coder=Anna")
    expect(page.locator(".qg-active .qg-other")).to_contain_text("Ben")
    press(page, "o", "u")
    expect(page.locator(".qg-strip")).to_contain_text("another coder's")
    settle(page)
    assert stored(study) == [(stored(study)[0][0], "Staffing", "Ben")]


def test_twenty_thousand_answers_stay_few_in_the_page(
    page: Page, grid_app: Any, answer_studies: ModuleType
) -> None:
    """Far down among 20,000 answers only those near are in the page, and scrolling lands on rows."""
    served, study = grid_app(answer_studies.many_answers(20_000))
    open_grid(page, served.url)
    press(page, "Control+End")
    total = page.evaluate(f"{GRID}.rows.length")
    expect(page.locator(".qg-active")).to_have_attribute("aria-rowindex", str(total + 1))
    expect(page.locator(".qg-active")).to_be_in_viewport()
    assert page.locator(".qg-body .qg-row").count() < 80
    for share in (0.2, 0.7, 0.5):
        page.evaluate(f"{GRID}.scroller.scrollTop = {GRID}.scroller.scrollHeight * {share}")
        page.wait_for_function(
            """() => {
                const box = document.querySelector('.qg-scroll').getBoundingClientRect();
                const seen = document.elementFromPoint(box.left + 200, box.top + box.height / 2);
                return !!seen.closest('.qg-row');
            }"""
        )
        assert page.locator(".qg-body .qg-row").count() < 80
    press(page, "1")
    settle(page)
    assert len(stored(study)) >= 1


def test_the_grid_is_one_for_those_who_hear_it(page: Page, grid_app: Any) -> None:
    """Roles, counts and the active cell follow the ARIA grid pattern, and Tab leaves it."""
    served, _ = grid_app()
    open_grid(page, served.url)
    grid = page.get_by_role("grid", name="Answers")
    assert grid.get_attribute("aria-rowcount") == "7"
    assert grid.get_attribute("aria-colcount") == "5"
    assert page.get_by_role("columnheader").all_inner_texts() == [
        "People",
        "comment",
        "phase",
        "happy",
        "Codes",
    ]
    press(page, "ArrowDown", "ArrowRight")
    active = grid.get_attribute("aria-activedescendant")
    cell = page.locator(f"[id='{active}']")
    assert (cell.get_attribute("role"), cell.get_attribute("aria-colindex")) == ("gridcell", "3")
    assert page.locator(".qg-active").get_attribute("aria-selected") == "true"
    press(page, "Tab")
    assert page.evaluate("!document.querySelector('.qg-scroll').contains(document.activeElement)")


def test_a_code_goes_to_the_row_in_sight_when_server_is_slow(page: Page, grid_app: Any) -> None:
    """Keys pressed faster than the study answers are painted at once and stored in the end."""
    served, study = grid_app()
    open_grid(page, served.url)
    for _ in range(6):
        press(page, "1", "ArrowDown")
    assert page.locator(".qg-body .qg-chip").count() == 6
    settle(page)
    assert len(stored(study)) == 8


AXE = """async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    const found = await axe.run(document, {resultTypes: ['violations'], runOnly: [
        'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']});
    const ours = (n) => document.querySelector(n.target[0])?.closest('.qg');
    const told = (v) => v.nodes.filter(ours).map((n) => [v.id, n.target[0], n.failureSummary]);
    return found.violations.flatMap(told);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_grid(page: Page, grid_app: Any, scheme: Any) -> None:
    """With codes, parts, a state, words chosen, and each window open, no accessibility rule is broken."""
    page.emulate_media(color_scheme=scheme)
    served, _ = grid_app()
    open_grid(page, served.url)
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = {"at first": page.evaluate(AXE)}
    press(page, "1", "w", "2", "ArrowDown", "3", "ArrowDown", "0", "ArrowDown", "w", "w")
    settle(page)
    found["coded"] = page.evaluate(AXE)
    for name, key in (("picker", "/"), ("keys", "?"), ("new code", "n")):
        press(page, "Escape", key)
        found[name] = page.evaluate(AXE)
    faults = {name: rows for name, rows in found.items() if rows}
    assert not faults, json.dumps(faults, indent=1)


ROWS_OFF = """Math.max(...[...document.querySelectorAll('.qg-body .qg-row')]
    .map((row) => row.getBoundingClientRect()).sort((a, b) => a.top - b.top)
    .map((row, n, all) => (n ? Math.abs(row.top - all[n - 1].bottom) : 0)))"""


def test_rows_lie_below_one_another_whatever_the_width(
    page: Page, grid_app: Any, answer_studies: ModuleType
) -> None:
    """Where letters come late over a slow line, or the window is made narrower, no row lies over another."""
    held: list[Route] = []
    page.route("**/*.woff2", lambda route: held.append(route))
    words = "The waiting list is long, and nobody at the school can say how long it will be. "
    answers = [(f"more {n}", "primary", "2", words * (1 + n % 7) + str(n)) for n in range(30)]
    served, _ = grid_app([*answer_studies.ANSWERS, *answers])
    page.goto(served.url, wait_until="commit")  # the page is loaded only when its letters are
    page.wait_for_selector(".qg[data-ready='1']")
    assert page.evaluate(ROWS_OFF) < 1
    for route in held:
        route.continue_()
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.wait_for_function(f"{ROWS_OFF} < 1")
    page.set_viewport_size({"width": 900, "height": 800})
    at_rest(page.locator(".qg-active"))
    page.wait_for_function(f"{ROWS_OFF} < 1")


def test_the_grid_can_be_used_at_twice_the_size(page: Page, grid_app: Any) -> None:
    """In a window of half the width and height nothing runs out of the side, and keys still code."""
    page.set_viewport_size({"width": 640, "height": 400})
    served, study = grid_app()
    open_grid(page, served.url)
    at_rest(page.locator(".qg-scroll"))
    assert page.evaluate("((e) => e.scrollWidth - e.clientWidth)(document.querySelector('.qg-scroll'))") <= 1
    press(page, "1")
    settle(page)
    expect(page.locator(".qg-active .qg-chip")).to_be_visible()
    assert len(stored(study)) == 1
