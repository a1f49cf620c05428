"""axe-core looks at every page of the app, in light and in dark, and finds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from axe_look import bring_axe, faults_of_page
from playwright.sync_api import Page, expect

from .conftest import drawn, run_ended

pytestmark = pytest.mark.browser

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def url(serve: Any, tmp_path: Path, sample_copy: Path) -> str:
    """The address of the app with the sample study open."""
    served = serve(MAIN, QUALTOOL_STUDY=str(sample_copy), XDG_STATE_HOME=str(tmp_path / "state"))
    return served.url


def look_in_both(page: Page, name: str, found: dict[str, list[str]]) -> None:
    """Look at the page as it stands, light and dark, and keep what is found under its name."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "(dark) => { const [r, g, b] = getComputedStyle(document.querySelector('[data-testid=stApp]'))"
            ".backgroundColor.match(/\\d+/g).map(Number); return (r + g + b < 300) === dark; }",
            arg=scheme == "dark",
        )
        run_ended(page)
        rule = None if scheme == SCHEMES[0] else "color-contrast"  # the rest is the same in both
        found[f"{name}, {scheme}"] = faults_of_page(page, rule)


def test_axe_finds_nothing_on_any_page(page: Page, url: str) -> None:
    """On every page of the navigation no rule is broken in light or dark."""
    page.goto(f"{url}?coder=amira")
    links = page.get_by_test_id("stSidebarNav").get_by_role("link")
    links.first.wait_for()
    run_ended(page)
    bring_axe(page)
    names = [text.strip().splitlines()[-1] for text in links.all_inner_texts()]
    found: dict[str, list[str]] = {}
    for name in names:
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
        expect(page.locator("[data-testid=stSidebarNavLink][aria-current=page]")).to_contain_text(name)
        run_ended(page)
        look_in_both(page, name, found)
    assert len(found) == 2 * len(names) >= 36
    assert {where: faults for where, faults in found.items() if faults} == {}


def test_faint_words_would_be_found(page: Page, url: str) -> None:
    """A caption as faint as Streamlit has it by itself is reported: the look at a page is not blind."""
    page.goto(f"{url}/export?coder=amira")
    page.get_by_test_id("stCaptionContainer").first.wait_for()
    run_ended(page)
    bring_axe(page)
    assert faults_of_page(page) == []
    page.add_style_tag(content="[data-testid=stCaptionContainer] { opacity: 0.6 !important; }")
    drawn(page)
    assert {fault.split(" at ")[0] for fault in faults_of_page(page)} == {"color-contrast"}
