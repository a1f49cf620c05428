"""The page Answers: the grid of free-text answers, and what is said where there are none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from page_components import given, send
from streamlit.testing.v1 import AppTest

from qualtool.store.file import connection


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, answer_studies: ModuleType) -> dict[str, Any]:
    return answer_studies.make_study(tmp_path_factory.mktemp("answers") / "answers.db", by="Ada")


@pytest.fixture
def study(made: dict[str, Any], tmp_path: Path) -> Path:
    return Path(shutil.copyfile(made["path"], tmp_path / "answers.db"))


def test_without_a_study_the_page_says_what_to_do(open_page: Callable[..., AppTest]) -> None:
    """No study: the page points to Study."""
    at = open_page("answers.py")
    assert "No study is open" in at.info[0].value


def test_without_answers_the_page_points_to_import(
    open_page: Callable[..., AppTest], tiny_study: Path
) -> None:
    """A study of interviews only has no answers, and the page says where they come from."""
    at = open_page("answers.py", tiny_study)
    assert "import a survey" in at.info[0].value
    assert not at.exception


def test_without_codes_the_page_points_to_the_codebook(
    open_page: Callable[..., AppTest], study: Path
) -> None:
    """Answers without a codebook: the page says that codes come first."""
    with connection.writing(study) as db:
        db.conn.execute("UPDATE code SET removed_at = '2026'")
    assert "no codes" in open_page("answers.py", study).info[0].value


def test_the_grid_is_shown_with_closed_answers(open_page: Callable[..., AppTest], study: Path) -> None:
    """The first question is open, with two closed questions chosen beside it."""
    at = open_page("answers.py", study)
    assert not at.exception
    assert len(at.multiselect(key=next(m.key for m in at.multiselect if m.key)).value) == 2
    data = given(at, "qt_grid")
    assert (data["n_rows"], data["n_answers"]) == (6, 8)


def test_what_the_grid_sends_is_stored_and_answered(open_page: Callable[..., AppTest], study: Path) -> None:
    """An operation from the browser is in the study, and its answer is in the next message down."""
    at = open_page("answers.py", study)
    data = given(at, "qt_grid")
    op = {"op_id": "from-the-page", "kind": "empty", "empty": True, "row": data["up_to"]}
    send(at, "qt_grid_sync", ops=[{**op, "question": data["question"], "up_to": data["up_to"]}, "nonsense"])
    down = given(at, "qt_grid_sync")
    assert down["acks"] == [["from-the-page", {"n": 1}]]
    assert down["rows"][str(data["up_to"])]["empty"] == 1
    with connection.reading(study) as db:
        assert db.conn.execute("SELECT count(*) FROM answer_state").fetchone()[0] == 1


def test_a_study_that_is_gone_is_told_in_words(open_page: Callable[..., AppTest], study: Path) -> None:
    """When the study cannot be written the browser gets no answer, so it sends again, and is told why."""
    at = open_page("answers.py", study)
    data = given(at, "qt_grid")
    from qualtool.panel.grid import _take

    study.unlink()
    op = {"op_id": "from-the-page", "kind": "empty", "empty": True, "row": 1, "question": 1, "up_to": 9}
    found = _take({"ops": [op]}, study, "Ada", data["question"], False)
    assert found["acks"] == []
    assert "no such study" in found["trouble"]
