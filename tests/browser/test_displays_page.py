"""The page Displays in the running app: a cell leads to its quotes, a display becomes a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from .conftest import at_rest, run_ended

pytestmark = pytest.mark.browser

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"


@pytest.fixture
def url(serve: Any, tmp_path: Path, sample_copy: Path) -> str:
    """The address of the page with the sample study open."""
    served = serve(MAIN, QUALTOOL_STUDY=str(sample_copy), XDG_STATE_HOME=str(tmp_path / "state"))
    return f"{served.url}/displays"


def test_a_cell_leads_to_its_quotes_and_a_display_to_a_file(page: Page, url: str, tmp_path: Path) -> None:
    """School A's cell of a theme shows the quotes behind it; the display is saved as a picture."""
    page.goto(url)
    page.get_by_role("radio", name="D5 Schools by themes").click()
    table = page.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible()
    run_ended(page)
    table.scroll_into_view_if_needed()
    table.locator("canvas").first.wait_for()
    box = at_rest(table, frames=60)  # the grid lays itself out once more when it is seen
    page.mouse.click(box["x"] + box["width"] - 280, box["y"] + 55)
    expect(page.get_by_text("School A, ")).to_be_visible()
    expect(page.get_by_role("button", name="Open in the panel").first).to_be_visible()
    page.get_by_role("radio", name="PNG", exact=True).click()
    page.get_by_role("button", name="Make the file").click()
    save = page.get_by_role("button", name="Save the PNG")
    expect(save).to_be_visible()
    with page.expect_download() as fetched:
        save.click()
    target = tmp_path / "display.png"
    fetched.value.save_as(target)
    assert target.read_bytes().startswith(b"\x89PNG")


def test_side_by_side_fits_a_small_screen(page: Page, url: str) -> None:
    """At 1280 pixels nothing of D2 is wider than the page, in light and in dark."""
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        page.goto(url)
        expect(page.get_by_text("In their words")).to_be_visible()
        expect(page.get_by_text("Unit: ", exact=False).first).to_be_visible()
        run_ended(page)
        page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")


def test_on_paper_no_table_is_cut_off(page: Page, url: str) -> None:
    """Printed, schools by themes has every theme in its table, and the one that scrolls is left out."""
    page.goto(url)
    page.get_by_role("radio", name="D5 Schools by themes").click()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    run_ended(page)
    page.emulate_media(media="print")
    table = page.locator("table.paper-table")
    expect(table.locator("thead th")).to_have_count(13)
    expect(table.locator("tbody tr")).to_have_count(12)
    expect(table.get_by_text("Cost of running a base")).to_be_visible()
    expect(page.get_by_test_id("stDataFrame")).to_be_hidden()
    assert table.evaluate("t => t.scrollWidth <= document.documentElement.clientWidth")
