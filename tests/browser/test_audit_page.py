"""The blind audit inside the running app."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qualtool.workflows.auditing.audit_drawing import draw_audit
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.people.people import greet_coder
from qualtool.workflows.suggestions.suggesting import suggest_codes

from .conftest import choose, go, run_ended

pytestmark = pytest.mark.browser

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"


@pytest.fixture
def audited(tmp_path: Path, answer_studies: ModuleType) -> Path:
    """A study of survey answers with suggestions, all of it in Zoe's audit of one code."""
    study: Path = answer_studies.make_study(tmp_path / "answers.db")["path"]
    suggest_codes(study, by="Anna")
    greet_coder(study, "Anna")
    greet_coder(study, "Zoe")
    code = next(c for c in codebook_of(study).codes if c.is_codable)
    draw_audit(study, coder="Zoe", codes=[code.short_id or code.name], n=1_000)
    return study


def be(page: Page, name: str) -> None:
    choose(page, "Coder", name)


def answers(study: Path) -> list[str]:
    with closing(sqlite3.connect(study)) as db, db:
        return [row[0] for row in db.execute("SELECT answer FROM audit_answer ORDER BY id")]


def test_the_auditor_judges_blind(page: Page, audited: Path, serve: Any, tmp_path: Path) -> None:
    """Zoe has no suggestion to decide, is led from a closed page to her audit of one code, and judges by one
    key a passage; when she has finished, nothing is hidden from her any longer."""
    served = serve(MAIN, QUALTOOL_STUDY=str(audited), XDG_STATE_HOME=str(tmp_path / "state"))
    page.goto(f"{served.url}/suggestions")
    be(page, "Zoe")
    expect(page.get_by_text("0 to decide here")).to_be_visible()
    go(page, "Themes")
    expect(page.get_by_text("closed to you while your blind audit runs")).to_be_visible()
    page.get_by_role("button", name="Go on with the audit").click()
    expect(page.get_by_text("hidden from you")).to_be_visible()
    run_ended(page)
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("1 of")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text("2 of")).to_be_visible()
    page.keyboard.press("k")  # skip
    expect(page.get_by_text("1 skipped")).to_be_visible()
    expect(page.locator(".ja .qt-saved")).to_have_text("saved")
    assert answers(audited) == ["yes", "no", "skipped"]
    page.get_by_role("button", name="Finish early").click()
    page.get_by_role("button", name="Finish the audit").click()
    expect(page.get_by_text("2 passages judged, 1 skipped")).to_be_visible()
    page.get_by_role("tab", name="Codes").click()
    expect(page.get_by_text("to decide here")).to_be_visible()
    expect(page.get_by_text("0 to decide here")).to_have_count(0)
    go(page, "Memos")
    expect(page.get_by_text("There are no memos yet")).to_be_visible()
