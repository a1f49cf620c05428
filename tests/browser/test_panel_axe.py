"""axe-core looks at the panel with everything open, in light and dark, and finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from axe_look import bring_axe, look
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.clock]

PANEL = "[...globalThis.__qt.panels.values()][0]"


def open_panel(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(".qt[data-ready='1']")
    bring_axe(page)


def prepare(study: dict[str, Any], studies: Any) -> None:
    text = study["text"]
    rows = [("We were full", "Pride"), ("Parents move house", "Moving house"), ("Tired, mostly", "Pride")]
    studies.add_codings(study, [(text.index(q), text.index(q) + len(q), code) for q, code in rows])
    studies.add_codings(study, [(text.index("The head"), text.index("The head") + 8, "Pride")], coder="Anna")
    at = text.index("nobody wants")
    studies.add_suggestions(study, [(at, at + 12, "Pride", 0.7)])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_whatever_is_open(page: Page, panel_app: Any, studies: Any, scheme: Any) -> None:
    """With text, a selection, each window over the text, a refusal and a note, no rule is broken."""
    page.emulate_media(color_scheme=scheme)
    served, _ = panel_app(prepare=lambda study: prepare(study, studies))
    open_panel(page, served.url)
    found = {"at first": look(page)}
    page.evaluate(f"{PANEL}.markTurn()")
    for name, keys in {
        "a turn read": ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "h"),
        "words selected": ("ArrowUp", "s"),
        "marker held": ("Escape", "3"),
        "suggestion in focus": ("Escape", "Escape", "j", "j", "j", "j", "j"),
        "coding in focus": ("Escape", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "j"),
    }.items():
        for key in keys:
            page.keyboard.press(key)
        found[name] = look(page)
    own = "[...P.items.values()].find((i) => i.coder === 'Anna').guid".replace("P", PANEL)
    page.evaluate(f"{PANEL}.focus({own}, true)")
    for name, key in {
        "picker": "/",
        "recent": "r",
        "new code": "n",
        "memo": "m",
        "memo on the source": "Shift+M",
        "memo on the code": "i",
        "facets": "f",
        "find": "l",
        "keys": "?",
    }.items():
        page.keyboard.press(key)
        expect(page.locator(".qt-over")).to_be_visible()
        found[name] = look(page)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Show only…").click()
    found["filters"] = look(page)
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    found["changing a stretch"] = look(page)
    page.keyboard.press("Escape")
    page.evaluate(f"{PANEL}.bars.alert('Not stored: something. It was changed meanwhile.')")
    found["a refusal"] = look(page)
    page.evaluate(f"{PANEL}.conflicts.add({CONFLICT})")
    found["two versions"] = look(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


CONFLICT = """{kind: 'facets', guid: 'g', local: {name: 'set stance to denies'}}, {what: 'coding', guid: 'g',
    by: 'Anna', at: '2026-02-01T10:00:00+00:00', theirs: {stance: 'affirms'}, yours: {stance: 'denies'}}"""


def test_axe_would_find_a_fault(page: Page, panel_app: Any) -> None:
    """Grey words on a light button and a button without a name are both reported: the look is not blind."""
    served, _ = panel_app()
    open_panel(page, served.url)
    page.evaluate(
        """(() => {
            const [find, filter] = [...document.querySelectorAll('.qt-line .qt-button:not(:disabled)')];
            find.style.color = '#bbb';
            filter.textContent = '';
        })()"""
    )
    found = look(page)
    assert [fault.split(" at ")[0] for fault in found] == ["button-name", "color-contrast"]
