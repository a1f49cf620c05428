"""The page Names in the running app: the whole task of replacing by mouse, withdrawing by keyboard."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qualtool.workflows.coding.coding import code_selection, text_of
from qualtool.workflows.editing.edit_page import editable_sources
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.keeping.backups import back_up_now
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study.studies import create_study
from qualtool.workflows.themes.themes import quotes

from .conftest import choose, go, run_ended

pytestmark = pytest.mark.browser

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"
PASS = "marmalade bicycle thunder acorn"
TALK = """Interviewer: How do families choose a school?
Ruth: They ask around. My son Zebulun said Mrs Quillfeather was kind.
Interviewer: And is there room?
Ruth: No. I asked Will, and we will see. Ring 01632 960123.
"""
CODES = "title: Tiny\ncodes:\n  - id: MAGNET\n    name: Magnet\n"


@pytest.fixture
def app(serve: Callable[..., Any], tmp_path: Path) -> tuple[str, Path]:
    """The app with a study of two interviews, one coding on a name, and one backup."""
    (tmp_path / "codes.yaml").write_text(CODES, encoding="utf-8")
    study = tmp_path / "talks.db"
    create_study(study, codebook=tmp_path / "codes.yaml", by="Ada")
    files = [("first.txt", TALK.encode()), ("second.txt", TALK.replace("Ruth", "Omar").encode())]
    import_loaded(study, files, ImportReport(), by="Ada")
    start = TALK.index("Mrs Quillfeather was kind")
    code_selection(study, "first.txt", start, start + 25, "MAGNET", coder="Ada")
    back_up_now(study)
    served = serve(
        MAIN, QUALTOOL_STUDY=str(study), QUALTOOL_FOLDER=str(tmp_path), XDG_STATE_HOME=str(tmp_path / "state")
    )
    return served.url, study


def open_names(page: Page, url: str) -> None:
    page.goto(url)
    choose(page, "Coder", "Ada")
    go(page, "Names")
    page.get_by_role("heading", name="Names", exact=True).wait_for()
    run_ended(page)


def shot(page: Page, name: str) -> None:
    """A picture for a person to look at, where QUALTOOL_SHOTS names a folder."""
    folder = os.environ.get("QUALTOOL_SHOTS")
    if folder:
        page.wait_for_timeout(1_000)
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_names_are_replaced_by_mouse(page: Page, app: tuple[str, Path], tmp_path: Path) -> None:
    """Look, try, replace: texts and quotes hold pseudonyms, and neither file nor backup a name."""
    url, study = app
    open_names(page, url)
    page.get_by_role("button", name="Look for names").click()
    page.get_by_text("names are ticked").wait_for()
    shot(page, "names-table")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("heading", name="Replace for good").wait_for()
    expect(page.get_by_text("This cannot be undone")).to_be_visible()
    shot(page, "names-tried")
    key = tmp_path / "elsewhere.key"
    page.get_by_role("textbox", name="Where the key file goes").fill(str(key))
    page.get_by_label("Passphrase (12 characters or more)").fill(PASS)
    page.get_by_label("Passphrase again").fill(PASS)
    page.get_by_text("Delete them, once a new, clean backup is verified").click()
    page.get_by_label("Type REPLACE to go on").fill("REPLACE")
    page.get_by_label("Type REPLACE to go on").press("Tab")
    expect(page.get_by_text("Strong.")).to_be_visible()
    shot(page, "names-form")
    page.get_by_role("button", name="Replace names for good").click()
    page.get_by_text("No coding was lost").wait_for()
    shot(page, "names-report")
    text = text_of(study, "first.txt")
    assert not any(name in text for name in ("Ruth", "Zebulun", "Quillfeather", "01632"))
    assert "I asked Will, and we will see" in text  # marked to be looked at, so not ticked
    (quote,) = [q["quote"] for q in quotes(study)] or [text[text.index("[PERSON") :]]
    assert "Quillfeather" not in quote
    assert key.is_file()
    assert check_study(study)["ok"]
    backups = list((tmp_path / "talks.db.backups").glob("*.db"))
    assert len(backups) == 1
    for file in (study, *backups):
        assert b"Quillfeather" not in file.read_bytes()


def test_a_participant_is_withdrawn_by_keyboard(page: Page, app: tuple[str, Path]) -> None:
    """With Tab, arrows, Enter and typing alone a participant is chosen, confirmed by name, and erased."""
    url, study = app
    open_names(page, url)
    press = page.keyboard.press
    page.get_by_role("tab", name="Replace names").focus()
    press("ArrowRight")
    press("ArrowRight")
    expect(page.get_by_role("tab", name="Withdraw a participant")).to_be_focused()
    press("Enter")
    who = page.get_by_role("combobox", name="Participant")
    tab_to(page, who)
    page.keyboard.type("Ruth")
    press("Enter")
    page.get_by_role("heading", name="What will be erased").wait_for()
    shot(page, "withdraw-form")
    tab_to(page, page.get_by_role("radio", name="Delete them, once a new, clean backup is verified"))
    press("Space")
    run_ended(page)
    name = page.get_by_label("Type the participant's name to go on")
    tab_to(page, name)
    page.keyboard.type(name.get_attribute("placeholder") or "")
    press("Enter")
    page.get_by_text("Their words are erased").wait_for()
    shot(page, "withdraw-report")
    texts = [text_of(study, row["guid"]) for row in editable_sources(study, kind="transcript")]
    assert sum("Quillfeather" in text for text in texts) == 1
    assert any("Omar: They ask around." in text for text in texts)
    assert check_study(study)["ok"]


def tab_to(page: Page, wanted: Any) -> None:
    """Press Tab until this has the focus."""
    for _ in range(60):
        if wanted.evaluate("e => e === document.activeElement || e.contains(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    pytest.fail("the keyboard does not reach it")
