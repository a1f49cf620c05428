"""Words that would be script, image, link or Markdown are shown as words on every page, and do nothing."""

from __future__ import annotations

import http.client
import importlib.util
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Error, Page

from qualtool.workflows.finding_topics import find_topics
from qualtool.workflows.suggesting import suggest_codes

from .conftest import free_port

pytestmark = pytest.mark.browser

CANARY = "Kanarienvogelgesang"
# An element that holds one of these and nothing else was made from Markdown.
TOKENS = ("QTLINK", "QTMATH", "QTRED", "QTBOLD", "QTCODE", "QTITEM")
SECURED = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Leaks:
    """A listener on this machine that writes down every request it gets."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        leaks = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                leaks.requests.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def leaks() -> Iterator[Leaks]:
    """The listener for what a planted address would call."""
    found = Leaks()
    yield found
    found.server.shutdown()
    found.server.server_close()


@dataclass(slots=True)
class App:
    """The app over a hostile study, as ``qualtool app`` starts it."""

    url: str
    port: int
    pid: int
    study: Path
    log: Path
    coder: str
    requests: list[str] = field(default_factory=list)


def load(name: str) -> ModuleType:
    """A module of helpers beside the test folders."""
    path = Path(__file__).resolve().parents[1] / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def hostile_app(tmp_path_factory: pytest.TempPathFactory, leaks: Leaks) -> Iterator[App]:
    """The running app over a study in which every word a person can write is hostile."""
    folder = tmp_path_factory.mktemp("hostile-app")
    act = "globalThis.__pwned=1"
    tame = f"<img src=x onerror={act}> :red[QTRED] $QTMATH$ **QTBOLD** `QTCODE`"
    words = (
        f"<script>{act}</script>{tame} ![leak](http://127.0.0.1:{leaks.port}/leak.png) "
        f"[QTLINK](javascript:{act}) :material/home: &lt;b&gt; {CANARY}"
    )
    study = load("hostile_study").build_hostile(folder, words, tame)
    coder = f"Ada {words}"
    suggest_codes(study, by=coder)
    find_topics(study, seed=0, by=coder)
    port = free_port()
    command = [sys.executable, "-m", "qualtool.cli", "app", str(study), "--port", str(port), "--no-browser"]
    state = {"XDG_STATE_HOME": str(folder / "state")}
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **state})
        app = App(
            url=f"http://127.0.0.1:{port}",
            port=port,
            pid=process.pid,
            study=study,
            log=folder / "app.log",
            coder=coder,
        )
        _wait_for(app, process)
        yield app
        process.terminate()
        process.wait(timeout=20)


def _wait_for(app: App, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{app.url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the app did not start: {app.log.read_text(errors='replace')[-2000:]}")


def settle(page: Page) -> None:
    """Wait until the server has answered everything asked so far."""
    page.wait_for_timeout(150)
    page.wait_for_function(
        "!document.querySelector('[data-testid=stStatusWidget]')"
        " && !document.querySelector('[data-testid=stSkeleton]')",
        timeout=60_000,
    )


def faults_of(page: Page) -> list[str]:
    """What words have become that they should not be."""
    return page.evaluate(
        """(tokens) => {
          const faults = [];
          if (globalThis.__pwned) faults.push('a script ran');
          for (const e of document.querySelectorAll('img[src*="leak"], img[src="x"], img[alt="leak"]'))
            faults.push('image ' + e.outerHTML.slice(0, 200));
          for (const e of document.querySelectorAll('a[href^="javascript:" i], a[href*="leak"]'))
            faults.push('link ' + e.outerHTML.slice(0, 200));
          for (const e of document.querySelectorAll('.katex')) faults.push('mathematics');
          const inside = (e) => e.closest('canvas, textarea, input');
          for (const e of document.querySelectorAll('body *'))
            if (tokens.includes(e.textContent.trim()) && !inside(e))
              faults.push('Markdown: ' + (e.parentElement || e).outerHTML.slice(0, 300));
          return [...new Set(faults)];
        }""",
        list(TOKENS),
    )


def click_about(page: Page, seen: list[str]) -> None:
    """Open every tab and box of the page, every list of choices, and press every choice shown."""
    main = page.locator("[data-testid=stMain]")
    for role in ("tab", "radio"):
        for number in range(min(main.get_by_role(role).count(), 8)):
            _press(page, main.get_by_role(role).nth(number), seen)
    for number in range(min(main.locator("[data-testid=stExpander] summary").count(), 6)):
        _press(page, main.locator("[data-testid=stExpander] summary").nth(number), seen)
    for number in range(min(main.get_by_role("combobox").count(), 8)):
        box = main.get_by_role("combobox").nth(number)
        try:
            if not box.is_visible() or box.is_disabled():
                continue
            box.click(timeout=3000)
            page.wait_for_timeout(120)
            seen += faults_of(page)
            box.press("ArrowDown")
            box.press("Enter")
            page.keyboard.press("Escape")
        except Error:
            continue  # the list is gone after another choice
        settle(page)
        seen += faults_of(page)


def _press(page: Page, target: object, seen: list[str]) -> None:
    try:
        target.click(timeout=3000, force=True)  # type: ignore[attr-defined]
    except Error:
        return  # hidden behind another choice
    settle(page)
    seen += faults_of(page)


def pages_of(page: Page) -> list[str]:
    """Addresses of all pages in the navigation."""
    links = page.get_by_test_id("stSidebarNav").get_by_role("link")
    links.first.wait_for()
    return list(dict.fromkeys(link.get_attribute("href") or "" for link in links.all()))


def test_every_page_shows_words_as_words(page: Page, hostile_app: App, leaks: Leaks) -> None:
    """On no page does a hostile word run, load, link or look like Markdown, and no request leaves."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(hostile_app.url)
    settle(page)
    box = page.get_by_role("combobox", name="Coder")
    box.click()
    page.get_by_role("option").first.click()
    settle(page)
    addresses = pages_of(page)
    assert len(addresses) >= 10
    found: dict[str, list[str]] = {}
    silent = []
    for address in addresses:
        page.get_by_test_id("stSidebarNav").locator(f"a[href='{address}']").click()
        settle(page)
        seen = faults_of(page)
        click_about(page, seen)
        page.wait_for_timeout(200)
        text = page.evaluate(
            "document.body.innerText + [...document.querySelectorAll('input,td')].map("
            "(e) => e.value || e.textContent).join(' ')"
        )
        if "<script>" not in text and "<img src" not in text:
            silent.append(address)
        if seen:
            found[address] = sorted(set(seen))[:8]
    assert not found
    assert leaks.requests == []
    outside = {u for u in asked if not u.startswith((hostile_app.url, "data:", "blob:", "about:"))}
    assert not {u for u in outside if not u.startswith(f"ws://127.0.0.1:{hostile_app.port}")}
    # The words were really there to be acted upon: every page but a few shows them.
    assert len(silent) <= 2, silent
