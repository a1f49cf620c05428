"""The scripts of the judging of an audit, and its messages, without a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import NotAllowedError, StudyFileError
from qualtool.panel import judging, traffic

ASSETS = Path(judging.__file__).parent / "assets"


def test_the_judging_is_one_module_with_one_export() -> None:
    """All scripts of the judging are in the module once, and the last gives the one export."""
    script = judging.judging_script()
    assert script.count("export default") == 1
    classes = re.findall(r"^class (\w+)", script, re.MULTILINE)
    assert len(classes) == len(set(classes))
    own = {path.name for path in ASSETS.glob("judging*.js")}
    assert {name for name in judging._SCRIPTS if name.startswith("judging")} | {"judging_sync.js"} == own


def test_the_script_that_travels_with_every_message_is_tiny() -> None:
    """The sync script is below one kilobyte, and is the queue's but for the place where they meet."""
    text = (ASSETS / "judging_sync.js").read_text(encoding="utf-8")
    assert len(text) < 1024
    assert text == (ASSETS / "queue_sync.js").read_text(encoding="utf-8").replace("__qtqueue", "__qtaudit")


def test_keys_are_told_and_differ() -> None:
    """Every act has its own key, no digit (they are codes), and none that Streamlit keeps for itself."""
    script = (ASSETS / "judging.js").read_text(encoding="utf-8")
    rows = re.search(r"const JUDGING_ACTS = \[(.*?)\n\];", script, re.DOTALL)
    assert rows is not None
    keys = re.findall(r'^  \["\w+", "[\w ]+", "([A-Z])"', rows[1], re.MULTILINE)
    assert sorted(keys) == sorted(set("YSNKBU"))
    assert not {"C", "R"} & set(keys)


def test_what_waits_in_the_browser_holds_no_words() -> None:
    """What is kept after the tab is closed names a passage by its number: no field of its text goes in."""
    script = (ASSETS / "judging.js").read_text(encoding="utf-8")
    added = re.findall(r"outbox\.add\(\{(.*?)\}\)", script)
    assert len(added) == 3
    for fields in added:
        assert not re.search(r"quote|before|after|card|source|speaker|asked", fields)


@pytest.mark.parametrize("error", [StudyFileError("In use."), NotAllowedError("Only coders do this.")])
def test_what_could_not_be_stored_is_not_answered(error: Exception) -> None:
    """A study in use, or a role that does not allow it, is told, and nothing counts as answered."""

    def refuse(ops: list[Any]) -> list[list[Any]]:
        raise error

    assert traffic.taken(refuse, [{}]) == ([], str(error))


@pytest.mark.parametrize("at", [None, "3", True, [1], {"at": 1}, 2.5])
def test_a_strange_place_is_none(at: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no whole number is no place: the study is asked for the next unread passage."""
    asked: list[object] = []

    def ask(study: Path, coder: str, *, at: int | None) -> None:
        asked.append(at)

    monkeypatch.setattr(judging, "passages_to_judge", ask)
    judging._passages({"at": at}, Path("study.db"), "Zoe")
    judging._passages({"at": 4}, Path("study.db"), "Zoe")
    assert asked == [None, 4]
