"""A researcher's whole path through the running app, in a real browser."""

from __future__ import annotations

import http.client
import io
import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from qualtool.workflows.coding.coding import text_of
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.themes.themes import quotes

from .conftest import at_rest, choose, free_port, go, run_ended

pytestmark = pytest.mark.browser

PANEL = "[...globalThis.__qt.panels.values()][0]"
UNCODED = "07_millrace_teacher.txt"
EVERY_CODE = re.compile(r"\b(\d+) of \1 codes shown")


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the app answers."""
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the app did not start")


@contextmanager
def running(study: Path, folder: Path) -> Iterator[str]:
    """The app as `qualtool app` starts it, from a folder that is not the study's; yields its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "qualtool.cli", "app", str(study), "--port", str(port), "--no-browser"]
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
        try:
            wait_for(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture
def app(sample_copy: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the running app with a copy of the sample study."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with running(sample_copy, elsewhere) as url:
        yield url


def saved(page: Page) -> None:
    page.wait_for_function(f"{PANEL}.outbox.ops.size === 0")


def codings_of(study: Path, coder: str) -> list[tuple[str, str, str]]:
    """(quote, short id, origin) of a coder's standing codings, read without our own code."""
    with closing(sqlite3.connect(study)) as db, db:
        return db.execute(
            "SELECT g.quote, c.short_id, g.origin FROM coding g JOIN code c ON c.id = g.code_id"
            " JOIN coder k ON k.id = g.coder_id WHERE k.name = ? AND g.removed_at IS NULL ORDER BY g.id",
            (coder,),
        ).fetchall()


def drag_over(page: Page, words: str) -> None:
    """Select words with the mouse."""
    at_rest(page.locator(".qt-row", has_text=words).first)
    box = page.evaluate(
        """(words) => {
          for (const piece of document.querySelectorAll('.qt-piece')) {
            if (!piece.textContent.includes(words)) continue;
            piece.scrollIntoView({block: 'center'});
            const walker = document.createTreeWalker(piece, NodeFilter.SHOW_TEXT);
            for (let n = walker.nextNode(); n; n = walker.nextNode()) {
              const at = n.data.indexOf(words);
              if (at < 0) continue;
              const range = document.createRange();
              range.setStart(n, at);
              range.setEnd(n, at + words.length);
              const rects = [...range.getClientRects()];
              const a = rects[0], z = rects[rects.length - 1];
              return [a.left + 1, a.top + a.height / 2, z.right - 1, z.top + z.height / 2];
            }
          }
        }""",
        words,
    )
    page.mouse.move(box[0], box[1])
    page.mouse.down()
    page.mouse.move(box[2], box[3], steps=6)
    page.mouse.up()


def first_answer(study: Path) -> str:
    """The first words of the first long answer in the uncoded interview."""
    turns = text_of(study, UNCODED).split("\n\n")
    answer = next(t for t in turns if t.startswith("Callum: ") and len(t) > 100)
    return answer.removeprefix("Callum: ")[:24].strip()


def counts_on_screen(page: Page) -> dict[str, int]:
    """Codings of each code shown on the page Themes, all sources and everybody together."""
    go(page, "Themes")
    choose(page, "Sources", "Interviews and answers")
    choose(page, "By", "Everybody together")
    choose(page, "Count", "Codings")
    page.get_by_text("All codes", exact=True).click()
    told = page.get_by_text(EVERY_CODE)
    told.wait_for()
    run_ended(page)
    # The chart is drawn after the run; before that it may still be the one of fewer codes.
    match = EVERY_CODE.search(told.inner_text())
    assert match is not None
    bars = page.locator("[data-testid=stVegaLiteChart] [aria-roledescription=bar][aria-label*='Codings:']")
    expect(bars).to_have_count(int(match[1]))
    labels = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stVegaLiteChart] [aria-label]')].map((e) => e.ariaLabel)"
    )
    found: dict[str, int] = {}
    for label in labels:
        parts = dict(part.strip().split(": ", 1) for part in (label or "").split(";") if ": " in part)
        name = parts.get("Code") or parts.get("name")
        if name and parts.get("Codings", "").isdigit():
            found[name] = int(parts["Codings"])
    assert found, labels[:5]
    return found


def open_source(page: Page, name: str, words: str) -> None:
    box = page.get_by_role("combobox", name="Source")
    run_ended(page)
    box.click()
    box.fill(name)
    page.get_by_role("option").filter(has_text=name).first.click()
    page.locator(".qt-turn").filter(has_text=words).first.wait_for()


def test_the_whole_path(page: Page, app: str, sample_copy: Path, tmp_path: Path) -> None:
    """Codings survive a reload, an accepted suggestion counts, and the quote reaches school page and file."""
    page.goto(app)
    choose(page, "Coder", "Robin")
    before = counts_on_screen(page)
    go(page, "Code")
    page.wait_for_selector(".qt[data-ready='1']")
    words = first_answer(sample_copy)
    open_source(page, UNCODED, words)
    drag_over(page, words)
    page.keyboard.press("1")
    saved(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    page.keyboard.press("2")
    saved(page)
    made = codings_of(sample_copy, "Robin")
    assert len(made) == 2
    assert made[0][0] == words
    assert [m[2] for m in made] == ["typed", "typed"]

    page.reload()
    page.wait_for_selector(".qt[data-ready='1']")
    expect(page.get_by_role("combobox", name="Coder")).to_have_value("Robin")
    page.wait_for_function(f"[...{PANEL}.items.values()].filter((k) => k.coder === 'Robin').length === 2")

    go(page, "Suggestions")
    accept = page.get_by_role("button", name="Accept")
    expect(accept).to_be_enabled()
    accept.click()
    page.wait_for_function("document.body.innerText.includes('1 accepted')")
    page.wait_for_selector(".qu .qt-saved[data-state=saved]")
    accepted = [m for m in codings_of(sample_copy, "Robin") if m[2] == "accepted"]
    assert len(accepted) == 1

    after = counts_on_screen(page)
    grown = Counter({name: n - before[name] for name, n in after.items() if n != before.get(name, n)})
    # What was typed is in a source that nobody had coded; the accepted stretch may touch another coder's
    # coding of the same code, and then the two count once.
    made = codings_of(sample_copy, "Robin")
    named = [(codebook_of(sample_copy).find(key).name, origin) for _, key, origin in made]
    typed = Counter(name for name, origin in named if origin == "typed" and name in after)
    every = Counter(name for name, _ in named)
    assert "Magnet reputation" in typed
    assert typed <= grown <= every, (typed, grown, every)

    row = next(r for r in quotes(sample_copy, coder="Robin") if r["quote"] == words)
    go(page, "Schools")
    choose(page, "School or other case", row["case"])
    page.get_by_text(words, exact=False).first.wait_for()

    go(page, "Export")
    page.get_by_role("heading", name="Export").wait_for()
    page.get_by_text("Coded passages with code").wait_for()
    page.get_by_text("Quotes", exact=True).click()
    download = page.get_by_role("button", name="Download working copy")
    download.wait_for()
    expect(page.get_by_role("combobox", name="Code", exact=True)).to_have_value("All codes")
    expect(page.get_by_text("Making the preview")).to_have_count(0)
    expect(page.locator("[data-stale='true']")).to_have_count(0)
    with page.expect_download() as waiting:
        download.click()
    file = tmp_path / "quotes.xlsx"
    assert "quotes" in waiting.value.suggested_filename
    waiting.value.save_as(file)
    sheet = load_workbook(io.BytesIO(file.read_bytes()))["Data"]
    cells = {str(cell) for line in sheet.iter_rows(values_only=True) for cell in line}
    assert words in cells


def test_only_this_machine_is_answered(app: str) -> None:
    """A page under another host name cannot open the app's socket, whatever folder it was started in."""
    connection = http.client.HTTPConnection(app.removeprefix("http://"), timeout=60)
    connection.putrequest("GET", "/_stcore/stream", skip_host=True)
    for name, value in (
        ("Host", "elsewhere.example"),
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ):
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 403
    connection.close()
    with urllib.request.urlopen(app, timeout=60) as answer:
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_ending_the_command_ends_the_server(sample_copy: Path, tmp_path: Path) -> None:
    """After `qualtool app` is told to end, nothing answers on its port any more."""
    with running(sample_copy, tmp_path) as url:
        pass
    with pytest.raises(OSError):
        urllib.request.urlopen(f"{url}/_stcore/health", timeout=2)
