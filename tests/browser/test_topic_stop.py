"""Reading for topics in the running app is stopped, and goes on."""

from __future__ import annotations

import csv
import re
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import drawn, run_ended

pytestmark = pytest.mark.browser

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"
N = 6_000


@pytest.fixture
def unread(tmp_path: Path, qualtool: Callable[..., Any]) -> Path:
    """A study of so many different answers that the machine reads for some seconds."""
    table = tmp_path / "many.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "text"])
        rows.writerows(
            (n, f"Number {n} took the bus to meeting {n % 97} about the forms of {n % 89}.") for n in range(N)
        )
    study = tmp_path / "many.db"
    assert qualtool("init", study).code == 0
    assert qualtool("import", "survey", study, table, "--id", "id", "--text", "text").code == 0
    return study


def stored(study: Path, what: str) -> int:
    with closing(sqlite3.connect(study)) as db, db:
        return db.execute(f"SELECT count(*) FROM {what}").fetchone()[0]  # a name of ours


def test_reading_is_stopped_and_goes_on(page: Page, serve: Any, unread: Path, tmp_path: Path) -> None:
    """Stop ends it with no topics stored; what was read is kept, and the next time reads the rest only."""
    served = serve(MAIN, QUALTOOL_STUDY=str(unread), XDG_STATE_HOME=str(tmp_path / "state"))
    page.goto(f"{served.url}/suggestions?coder=ada")
    page.get_by_role("tab", name="Topics").click()
    run_ended(page)
    page.get_by_role("button", name="Find topics", exact=True).click()
    # However fast the machine reads, it is still reading when it is told to stop.
    until = time.monotonic() + 60
    while stored(unread, "embedding") == 0 and time.monotonic() < until:
        time.sleep(0.01)
    served.process.send_signal(signal.SIGSTOP)
    try:
        expect(page.get_by_text(re.compile(rf"answers: [\d,]+ of {N:,}"))).to_be_visible()
        page.get_by_role("button", name="Stop").click()
        drawn(page)
    finally:
        served.process.send_signal(signal.SIGCONT)
    expect(page.get_by_text("Stopped. What was read is kept")).to_be_visible()
    kept = stored(unread, "embedding")
    assert 0 < kept < N
    assert stored(unread, "run") == 0
    run_ended(page)
    page.get_by_role("button", name="Find topics", exact=True).click()
    expect(page.get_by_text(f" of {N - kept:,}")).to_be_visible()
