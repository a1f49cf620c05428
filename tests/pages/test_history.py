"""The page History, and backups on the page Study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from qualtool.store.file import connection
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.keeping.backups import back_up_now, known_backups
from qualtool.workflows.undoing.history import events_of

Open = Callable[..., AppTest]


def test_history_without_events(open_page: Open, empty_study: Path) -> None:
    """An empty study says that nothing was done yet."""
    page = open_page("history.py", empty_study)
    assert not page.exception
    assert any("Nothing was done" in info.value for info in page.info)


def test_history_lists_events_newest_first_and_filters(open_page: Open, tiny_study: Path) -> None:
    """The table has every event, newest first; a kind chosen leaves only those."""
    page = open_page("history.py", tiny_study)
    assert not page.exception
    shown = page.dataframe[0].value
    assert list(shown["id"]) == sorted(shown["id"], reverse=True)
    assert len(shown) == len(events_of(tiny_study))
    page.multiselect(key="history_kinds").set_value(["coding_added"]).run()
    assert list(page.dataframe[0].value["kind"]) == ["coding added"]


def test_the_last_act_is_undone_with_one_click(open_page: Open, tiny_study: Path) -> None:
    """The button takes back the coder's last act, and the log tells of it."""
    page = open_page("history.py", tiny_study)
    page.button(key="history_undo_last").click().run()
    assert not page.exception
    newest = events_of(tiny_study)[-1]
    assert newest["kind"] == "coding_removed"
    assert newest["undoes"] == events_of(tiny_study, kinds=["coding_added"])[-1]["id"]


def test_opening_a_study_backs_it_up(open_page: Open, tiny_study: Path) -> None:
    """A study opened in the app has one verified backup, and no second one for another look."""
    open_page("study.py", tiny_study).run()
    (backup,) = known_backups(tiny_study)
    assert backup.n_events == len(events_of(tiny_study))


def test_a_restore_asks_first(open_page: Open, tiny_study: Path) -> None:
    """Restoring wants a tick; with it the study is what the backup was, and what it was is kept."""
    back_up_now(tiny_study)
    guid = code_selection(tiny_study, "second.txt", 52, 67, "PUSH", coder="Ada")["guid"]
    page = open_page("study.py", tiny_study)
    restore = next(b for b in page.button if b.label == "Restore")
    restore.click().run()
    assert any("Tick the box" in w.value for w in page.warning)
    page.checkbox(key="restore_sure").check()
    next(b for b in page.button if b.label == "Restore").click().run()
    assert not page.exception
    assert any("Restored" in s.value for s in page.success)
    sql = "SELECT count(*) FROM coding WHERE guid = ?"
    kept = tiny_study.with_name(tiny_study.name + ".before-restore")
    for study, n in ((tiny_study, 0), (kept, 1)):
        with connection.reading(study) as db:
            assert db.conn.execute(sql, (guid,)).fetchone() == (n,)
