"""The page Merge a copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.editing import edit_codebook
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.study.studies import create_study, overview

Open = Callable[..., AppTest]


@pytest.fixture
def other(tiny_study: Path, tmp_path: Path) -> Path:
    """A copy in which Ben coded, and changed a definition."""
    (tmp_path / "stick").mkdir()
    copy = Path(shutil.copyfile(tiny_study, tmp_path / "stick" / "bens.db"))
    code_selection(copy, "second.txt", 52, 67, "PUSH", coder="Ben")
    magnet = next(c for c in codebook_of(copy).codes if c.short_id == "MAGNET")
    edit_codebook.change_code(copy, magnet, {"definition": "What Ben says."}, by="Ben")
    return copy


def look(page: AppTest, other: Path | str) -> AppTest:
    page.text_input(key="merge_path").set_value(str(other))
    button = next(b for b in page.button if b.label == "Look ahead")
    return button.click().run()


def test_a_copy_is_looked_at_and_merged(open_page: Open, tiny_study: Path, other: Path) -> None:
    """The look ahead changes nothing and counts; Merge brings the coding, and says what was done."""
    page = look(open_page("merge_copy.py", tiny_study), other)
    assert not page.exception
    shown = {m.label: m.value for m in page.metric}
    assert (shown["Codings added"], shown["Lost"]) == ("1", "0")
    assert overview(tiny_study)["counts"]["codings"] == 1
    page.button(key="merge_now").click().run()
    assert not page.exception
    assert any("1 codings added" in s.value.replace("\\", "") for s in page.success)
    assert overview(tiny_study)["counts"]["codings"] == 2
    magnet = next(c for c in codebook_of(tiny_study).codes if c.short_id == "MAGNET")
    assert magnet.definition != "What Ben says."
    assert check_study(tiny_study)["ok"]


def test_a_copy_with_nothing_new_is_told(open_page: Open, tiny_study: Path, tmp_path: Path) -> None:
    """A copy in which nothing was done says so, and offers no button."""
    same = Path(shutil.copyfile(tiny_study, tmp_path / "same.db"))
    page = look(open_page("merge_copy.py", tiny_study), same)
    assert any("Nothing new" in s.value for s in page.success)
    assert not [b for b in page.button if b.key == "merge_now"]


def test_what_is_no_copy_is_refused(open_page: Open, tiny_study: Path, tmp_path: Path) -> None:
    """Another study, the study itself, and a file that is not there are refused in words."""
    create_study(tmp_path / "else.db", by="Ada")
    page = open_page("merge_copy.py", tiny_study)
    for wanted in (tmp_path / "else.db", tiny_study, tmp_path / "none.db"):
        page = look(page, wanted)
        assert not page.exception
        assert page.error and not [b for b in page.button if b.key == "merge_now"]
