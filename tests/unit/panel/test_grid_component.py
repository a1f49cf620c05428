"""The answers grid's scripts, and what it does with a browser's message, without a browser."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from qualtool.panel import grid
from qualtool.workflows.coding.answers_page import open_answers

ASSETS = Path(grid.__file__).parent / "assets"
OWN = sorted(ASSETS.glob("grid*.js"))


@pytest.fixture
def made(tmp_path: Path, answer_studies: ModuleType) -> dict[str, Any]:
    return answer_studies.make_study(tmp_path / "answers.db")


def test_the_grid_is_one_module_with_one_export() -> None:
    """All scripts of the grid are in the module once, and the last gives the one export."""
    script = grid.grid_script()
    assert script.count("export default") == 1
    classes = re.findall(r"^class (\w+)", script, re.MULTILINE)
    assert len(classes) == len(set(classes))
    named = {name for name in grid._SCRIPTS if name.startswith("grid")}
    assert named | {"grid_sync.js"} == {path.name for path in OWN}


@pytest.mark.parametrize("path", OWN, ids=[path.name for path in OWN])
def test_words_enter_the_page_as_text_only(path: Path) -> None:
    """No script of the grid writes markup, evaluates text, or reaches for another machine."""
    script = path.read_text(encoding="utf-8")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch("):
        assert forbidden not in script


def test_the_script_that_travels_with_every_message_is_tiny() -> None:
    """The sync script is below one kilobyte."""
    assert len((ASSETS / "grid_sync.js").read_bytes()) < 1024


def test_a_message_is_answered_with_what_stands_now(made: dict[str, Any]) -> None:
    """The answer to an operation holds its result and the state of the row it was for."""
    payload = open_answers(made["path"], made["question"], "Anna")
    op = {"op_id": "operation-1", "kind": "empty", "empty": True, "row": payload["up_to"]}
    op |= {"question": made["question"], "up_to": payload["up_to"]}
    found = grid._take({"ops": [op, None, 3]}, made["path"], "Anna", made["question"], False)
    assert found == {
        "acks": [["operation-1", {"n": 1}]],
        "rows": {str(payload["up_to"]): {"codings": [], "empty": 1}},
        "trouble": None,
    }


@pytest.mark.parametrize("row", [None, "1", 10**6])
def test_a_row_that_is_none_is_refused_alone(made: dict[str, Any], row: object) -> None:
    """An operation on no row of the question is refused in words and leaves the rest of the message."""
    good = {"kind": "empty", "empty": True, "row": 1, "question": made["question"], "up_to": 10**6}
    ops = [{**good, "op_id": "operation-1", "row": row}, {**good, "op_id": "operation-2"}]
    found = grid._take({"ops": ops}, made["path"], "Anna", made["question"], False)
    assert [("error" in result) for _, result in found["acks"]] == [True, False]
    assert found["trouble"] is None


def test_what_cannot_be_written_as_json_is_refused_before_it_is_sent() -> None:
    """A value the browser could not read raises, for Streamlit would send it as one long string."""
    with pytest.raises(TypeError):
        grid.checked({"a": object()})
