"""What was asked, marked in the app: kept, taken away, undone, and refused whole where a mark is odd."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.workflows.gathering.asked import asked_in, mark_asked
from qualtool.workflows.gathering.sources import sources_of
from qualtool.workflows.undoing.history import events_of
from qualtool.workflows.undoing.undo_event import undo_event


def marked(study: Path, guid: str) -> dict[str, str]:
    return {row["code"]: row["asked"] for row in asked_in(study, guid)}


def test_marks_are_kept_and_undone_together(sample_copy: Path, qualtool: Callable[..., Any]) -> None:
    """Marks of one save are one act of the history, and undoing it brings back what was marked before."""
    guid = sources_of(sample_copy, kind="transcript")[0]["guid"]
    before = marked(sample_copy, guid)
    first, second = list(before)[:2]
    other = "no" if before[first] != "no" else "yes"
    assert mark_asked(sample_copy, guid, {first: other, second: "unclear"}, by="amira") == 2
    assert marked(sample_copy, guid) == {**before, first: other, second: "unclear"}
    assert mark_asked(sample_copy, guid, {first: other}, by="amira") == 0
    event = events_of(sample_copy)[-1]
    assert event["kind"] == "asked_imported"
    undo_event(sample_copy, event["id"], by="amira")
    assert marked(sample_copy, guid) == before
    assert mark_asked(sample_copy, guid, {first: ""}, by="amira") == int(before[first] != "")
    assert marked(sample_copy, guid)[first] == ""
    assert qualtool("check", sample_copy).code == 0


def test_an_odd_mark_changes_nothing(sample_copy: Path) -> None:
    """An unknown code or answer refuses the whole save."""
    guid = sources_of(sample_copy, kind="transcript")[0]["guid"]
    before = marked(sample_copy, guid)
    first = next(iter(before))
    other = "no" if before[first] != "no" else "yes"
    for marks in ({first: other, "NO-SUCH-CODE": "yes"}, {first: "perhaps"}):
        with pytest.raises(UserInputError):
            mark_asked(sample_copy, guid, marks, by="amira")
    assert marked(sample_copy, guid) == before
