"""The page Merge a copy inside the running app."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.editing import edit_codebook, memos
from qualtool.workflows.editing.edit_source import edit_source
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.study.studies import overview

from .conftest import go, run_ended

pytestmark = pytest.mark.browser

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"
SOURCE = "07_millrace_teacher.txt"


@pytest.fixture
def copies(sample_copy: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The sample study in two copies in which two people worked."""
    (tmp_path / "stick").mkdir()
    other = Path(shutil.copyfile(sample_copy, tmp_path / "stick" / "toms.db"))
    for study, who, at in ((sample_copy, "amira", 200), (other, "tom", 260)):
        for n, key in enumerate(("MAGNET", "WORKLOAD", "MAGNET")):
            code_selection(study, SOURCE, at + 90 * n, at + 90 * n + 40, key, coder=who)
        magnet = next(c for c in codebook_of(study).codes if c.short_id == "MAGNET")
        memos.write_memo(study, "code", magnet.guid, f"From {who}.", coder="amira")
        edit_codebook.change_code(study, magnet, {"definition": f"As {who} reads it."}, by=who)
    edit_source(other, SOURCE, text="Note: checked. " + _text(other), by="tom")
    return sample_copy, other


def _text(study: Path) -> str:
    from qualtool.workflows.coding.coding import text_of

    return text_of(study, SOURCE)


def _seen(page: Page, name: str) -> None:
    folder = os.environ.get("QUALTOOL_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_copy_is_merged_with_a_decision_on_the_codebook(
    page: Page, serve: Any, tmp_path: Path, copies: tuple[Path, Path], scheme: Any
) -> None:
    """Look ahead, see what both changed, merge: every coding is there and the check is clean."""
    study, other = copies
    before = overview(study)["counts"]["codings"]
    served = serve(MAIN, QUALTOOL_STUDY=str(study), XDG_STATE_HOME=str(tmp_path / "state"))
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(served.url)
    go(page, "Merge a copy")
    path = page.get_by_label("Or its path, as on a memory stick")
    expect(path).to_be_visible()
    _seen(page, f"merge-{scheme}-empty")
    path.fill(str(other))
    page.get_by_role("button", name="Look ahead").click()
    expect(page.get_by_text("Codings added")).to_be_visible()
    expect(page.get_by_text("Codes that differ: 1.")).to_be_visible()
    expect(page.get_by_role("button", name="Merge", exact=True)).to_be_visible()
    _seen(page, f"merge-{scheme}-look")
    page.get_by_role("button", name="Merge", exact=True).scroll_into_view_if_needed()
    _seen(page, f"merge-{scheme}-look-end")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("Merged toms.db")).to_be_visible()
    run_ended(page)
    _seen(page, f"merge-{scheme}-done")
    assert overview(study)["counts"]["codings"] == before + 3
    assert check_study(study)["ok"]
