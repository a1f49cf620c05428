"""The scripts of the queue of suggestions, without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qualtool.panel import queue

ASSETS = Path(queue.__file__).parent / "assets"
OWN = sorted(ASSETS.glob("queue*.js"))


def test_the_queue_is_one_module_with_one_export() -> None:
    """All scripts of the queue are in the module once, and the last gives the one export."""
    script = queue.queue_script()
    assert script.count("export default") == 1
    classes = re.findall(r"^class (\w+)", script, re.MULTILINE)
    assert len(classes) == len(set(classes))
    named = {name for name in queue._SCRIPTS if name.startswith("queue")}
    assert named | {"queue_sync.js"} == {path.name for path in OWN}


@pytest.mark.parametrize("path", OWN, ids=[path.name for path in OWN])
def test_words_enter_the_page_as_text_only(path: Path) -> None:
    """No script of the queue writes markup, evaluates text, or reaches for another machine."""
    script = path.read_text(encoding="utf-8")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch("):
        assert forbidden not in script


def test_the_script_that_travels_with_every_message_is_tiny() -> None:
    """The sync script is below one kilobyte."""
    assert len((ASSETS / "queue_sync.js").read_bytes()) < 1024


def test_keys_are_told_and_differ() -> None:
    """Every decision has its own key, and none that Streamlit keeps for itself (C and R)."""
    script = (ASSETS / "queue.js").read_text(encoding="utf-8")
    rows = re.search(r"const QUEUE_ACTS = \[(.*?)\n\];", script, re.DOTALL)
    assert rows is not None
    keys = re.findall(r'^  \["\w+", "[\w ]+", "(\w)"', rows[1], re.MULTILINE)
    assert len(set(keys)) == len(keys) == 6
    assert not {"C", "R"} & set(keys)
