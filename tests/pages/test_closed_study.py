"""A study that may not be written: pages show themselves, or words, never a traceback."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apart
import pytest
from streamlit.testing.v1 import AppTest

from qualtool.store.file import connection
from qualtool.workflows.suggestions.learning import stop_all_learning
from qualtool.workflows.undoing.history import events_of

Open = Callable[..., AppTest]
PAGES = ("study.py", "code.py", "codebook.py", "history.py", "themes.py", "memos.py", "edit_source.py")
NOBODY = 65_534


@pytest.fixture
def closed(tiny_original: Path) -> Iterator[Path]:
    """A study that may not be written, in a folder that may not be written, which anybody may reach."""
    folder = Path(tempfile.mkdtemp(prefix="qualtool-closed-"))
    study = Path(shutil.copyfile(tiny_original, folder / "tiny.db"))
    study.chmod(0o444)
    folder.chmod(0o555)
    yield study
    folder.chmod(0o755)
    shutil.rmtree(folder)


def seen_by_nobody(open_page: Open, name: str, study: Path, other: Path) -> dict[str, Any]:
    """What a page shows to a process that has no rights: its exceptions and its words."""
    open_page(name, other)  # loads every module, which nobody may not be able to read
    stop_all_learning()  # the child would wait for ever for a lock that this thread holds

    def look() -> dict[str, Any]:
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        page = open_page(name, study)
        return {
            "exceptions": [e.value for e in page.exception],
            "told": [t.value for t in (*page.error, *page.warning, *page.info)],
            "titles": [t.value for t in (*page.title, *page.header, *page.subheader)],
        }

    return apart.told_by_child(look)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the page is opened in a process of its own")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_over_a_closed_study_shows_no_traceback(
    name: str, open_page: Open, closed: Path, tiny_study: Path
) -> None:
    """Every page over a study that may not be written shows itself, or says in words what is wrong."""
    seen = seen_by_nobody(open_page, name, closed, tiny_study)
    assert seen["fault"] == ""
    assert seen["exceptions"] == []
    assert not any("Traceback" in words for words in seen["told"])
    assert sorted(p.name for p in closed.parent.iterdir()) == ["tiny.db"]


def test_an_act_that_cannot_be_written_is_told_on_the_page(
    open_page: Open, tiny_study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An undo that cannot be written is refused on the page in words, and nothing of it is stored."""
    page = open_page("history.py", tiny_study)
    before, real = len(events_of(tiny_study)), connection._connect

    def closed(*arguments: Any, **options: Any) -> Any:
        db = real(*arguments, **options)
        db.conn.execute("PRAGMA query_only=ON")  # SQLite says of it what it says of a closed file
        return db

    monkeypatch.setattr(connection, "_connect", closed)
    page.button(key="history_undo_last").click().run()
    assert not page.exception
    assert any("Copy it to a folder you may write to" in e.value for e in page.error)
    monkeypatch.undo()
    assert len(events_of(tiny_study)) == before
