"""Saving a coded source from the page: the files arrive, and the web page is readable and prints whole."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from .conftest import run_ended

pytestmark = pytest.mark.browser

SCRIPT = """
from pathlib import Path
import streamlit as st
from qualtool.pages.parts.coded_source_file import save_coded_source

st.title("Code")
save_coded_source(Path({study!r}), {source!r}, "base.txt", only_coder=None)
"""


@pytest.fixture
def saved(page: Page, studies: Any, serve: Any, tmp_path: Path) -> Any:
    """A function that presses the button of a format and gives the file it downloaded."""
    study = studies.make_study(tmp_path / "study.qtool")
    text = study["text"]
    for words, code, coder in (
        ("We were full before", "Capacity and refusal", "Ben"),
        ("full before it opened. Parents move house", "Moving house", "Anna"),
        ("Tired, mostly", "Staff wellbeing", "Anna"),
    ):
        at = text.index(words)
        studies.add_codings(study, [(at, at + len(words), code)], coder=coder)
    (tmp_path / "page.py").write_text(SCRIPT.format(study=str(study["path"]), source=study["source"]))
    served = serve(tmp_path / "page.py")
    page.goto(served.url)

    def press(label: str) -> Path:
        page.get_by_role("button", name="Save…").wait_for()
        run_ended(page)
        if not page.get_by_role("button", name=label).is_visible():
            page.get_by_role("button", name="Save…").click()
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label).click()
        file = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(file)
        return file

    return press


def test_the_web_page_is_whole_on_screen_and_on_paper(page: Page, saved: Any, tmp_path: Path) -> None:
    """The HTML shows marks, stripes and names, breaks no rule of axe-core, and prints all words."""
    file = saved("Web page, to print")
    assert file.name == "base coded.html"
    page.goto(file.as_uri())
    expect(page.locator("mark")).to_have_count(5)
    expect(page.locator(".side p")).to_have_count(3)
    beside = page.locator(".row", has_text="We were").locator(".lanes i").first.bounding_box()
    words = page.locator("mark").first.bounding_box()
    assert beside is not None and words is not None
    assert beside["width"] >= 3 and beside["x"] + beside["width"] <= words["x"]
    assert beside["y"] <= words["y"] + 4 and beside["y"] + beside["height"] >= words["y"] + 8
    source = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    assert page.evaluate("async () => (await axe.run(document)).violations.map((v) => v.id)") == []
    printed = tmp_path / "printed.pdf"
    page.pdf(path=printed, format="A4")
    words_on_paper = " ".join(sheet.extract_text() for sheet in PdfReader(printed).pages)
    for said in ("CONFIDENTIAL", "Moving house", "Can you tell me", "Thank you both"):
        assert said in words_on_paper


def test_the_word_document_arrives(page: Page, saved: Any) -> None:
    """The DOCX opens, with every code beside its words."""
    file = saved("Word document")
    assert file.name == "base coded.docx"
    cells = [cell.text for row in Document(str(file)).tables[0].rows for cell in row.cells]
    for code in ("Capacity and refusal", "Moving house", "Staff wellbeing"):
        assert sum(code in cell for cell in cells) == 1
