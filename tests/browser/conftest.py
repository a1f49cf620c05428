"""A real browser and a running app for the tests of what people see.

``chromium`` finds the browser (QUALTOOL_CHROMIUM, chromium, google-chrome): without one the tests are
skipped with one line, but on a build server (CI=true) they fail. ``serve`` starts Streamlit on a free
port and ends it again; ``page`` is a fresh browser context that fails the test on any script error.

QUALTOOL_SLOW_BROWSER=4 makes every page of every context as slow as on a machine a quarter as fast, and
its frames late: a test that reads what is not drawn yet then fails at once and not once in a hundred runs.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

# Waiting longer costs nothing where all is well, and a slow machine is no fault of the app. It is set
# here for all tests alike: the setting belongs to the process, not to the test that makes it.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)

# Streamlit's own mark of a run is set when the server tells of it, which a busy one does late. This one is
# set when a run is asked for (a message of one field, rerun_script, 11), and taken off when the server tells
# that one has ended (metadata, 2, and script_finished, 6), if not for another asked for meanwhile (2).
ASKED = """globalThis.WebSocket = class extends globalThis.WebSocket {
    constructor(...settings) {
        super(...settings);
        this.addEventListener('message', ({ data }) => {
            const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : [];
            const after = bytes[0] === (2 << 3 | 2) ? 2 + bytes[1] : 0;
            const isEnd = after + 2 === bytes.length && bytes[after] === 6 << 3;
            if (isEnd && bytes[after + 1] !== 2) globalThis.isRunAsked = false;
        });
    }
    send(data) {
        if (data[0] === (11 << 3 | 2)) globalThis.isRunAsked = true;
        super.send(data);
    }
};"""
SLOWER = float(os.environ.get("QUALTOOL_SLOW_BROWSER") or 1)
# Each frame of a page comes 150 ms late, later than what the app draws by a timer where no frame comes.
LATE_FRAMES = """(() => {
    const frame = globalThis.requestAnimationFrame.bind(globalThis), waiting = new Map();
    let last = 0;
    globalThis.requestAnimationFrame = (act) => {
        const id = ++last;
        const late = () => frame((now) => { if (waiting.delete(id)) act(now); });
        waiting.set(id, setTimeout(late, 150));
        return id;
    };
    globalThis.cancelAnimationFrame = (id) => {
        clearTimeout(waiting.get(id));
        waiting.delete(id);
    };
})()"""

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Served:
    """A Streamlit server on a port of its own, which can be killed and started again."""

    def __init__(self, script: Path, log: Path, port: int, env: dict[str, str]) -> None:
        self.script, self.log, self.port, self.env = script, log, port, env
        self.url = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", str(self.script)]
        for option in (
            f"--server.port={self.port}",
            "--server.address=127.0.0.1",
            "--server.headless=true",
            "--server.fileWatcherType=none",
            "--browser.gatherUsageStats=false",
            "--client.toolbarMode=minimal",
        ):
            command.append(option)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "STREAMLIT_RUNNER_POST_SCRIPT_GC": "false", **self.env},
            )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                    if answer.read() == b"ok":
                        return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"the app did not start:\n{self.log.read_text(errors='replace')[-3000:]}")

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None


# Below the ports that the system itself gives to connections: one of those can be taken, by a connection
# of another test or by the very call that asks whether the app is up, before the app listens on it.
PORTS = range(12_000, 32_000)
_BEGIN = os.getpid() * 97 % len(PORTS)
_next_port = itertools.cycle([*PORTS[_BEGIN:], *PORTS[:_BEGIN]])


def free_port() -> int:
    """A port nobody listens on, another at each call; processes side by side begin at different ones."""
    for port in itertools.islice(_next_port, len(PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    pytest.fail("no port is free")


def drawn(page: Page) -> None:
    """Wait until the page has drawn what was done in it, as far as it needs no answer: two frames of it.

    Not before that does "it is not there" mean anything. The panel paints marks with the key itself, but
    the names and stripes beside the text in the next frame.
    """
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
    )


def at_rest(element: Locator, frames: int = 10) -> dict[str, float]:
    """Where an element lies (x, y, width, height in pixels), once it has not moved for so many frames and
    all letters are there: a place measured earlier is another place by the time the mouse is there."""
    return element.evaluate(
        """(element, frames) => new Promise((done, fail) => {
            let last = '', same = 0;
            const look = () => {
                if (!element.isConnected) return fail(new Error('it is not in the page any more'));
                const { x, y, width, height } = element.getBoundingClientRect();
                const now = [x, y, width, height].join();
                same = now === last ? same + 1 : 0;
                last = now;
                if (same < frames || document.fonts.status !== 'loaded') requestAnimationFrame(look);
                else done({ x, y, width, height });
            };
            look();
        })""",
        frames,
    )


def run_ended(page: Page) -> None:
    """Wait until the page has run as often as it was asked to, however late a busy server begins with it."""
    page.evaluate("new Promise((done) => setTimeout(done, 150))")  # by its own clock: it has seen the click
    drawn(page)
    page.wait_for_function(
        "!globalThis.isRunAsked"
        " && document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('[data-testid=stStatusWidget]')"
        " && !document.querySelector('[data-testid=stSkeleton]')"
    )


def choose(page: Page, label: str, wanted: str) -> None:
    """Pick, or type anew, in a Streamlit select box of a page at rest; wait for what the page makes of it."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.wait_for()
    run_ended(page)
    box.click()
    box.fill(wanted)
    # Enter takes what the list offers at that moment, so the list must know the words.
    page.get_by_role("option").filter(has_text=wanted).first.wait_for()
    box.press("Enter")
    run_ended(page)
    expect(box).to_have_value(re.compile(re.escape(wanted)))


def go(page: Page, name: str) -> None:
    """Follow a link of the navigation; while the page runs, Streamlit may swallow the click."""
    link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True)
    link.wait_for()
    run_ended(page)
    link.click()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium or Chrome."""
    named = os.environ.get("QUALTOOL_CHROMIUM")
    for name in (named, "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    message = "no browser found: install chromium, or set QUALTOOL_CHROMIUM to one"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)


def watched(context: BrowserContext) -> BrowserContext:
    """The same context, whose pages from now on tell whether a run they asked for is still to end; where it
    is wanted they compute SLOWER times as long and get each frame late."""

    def brake(page: Page) -> None:
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    context.set_default_timeout(PATIENCE)
    context.add_init_script(ASKED)
    if SLOWER > 1:
        context.add_init_script(LATE_FRAMES)
        context.on("page", brake)
    return context


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One headless browser for all tests of a run."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, headless=True, args=list(FLAGS))
        with pytest.MonkeyPatch.context() as patch:
            plain = started.new_context
            patch.setattr(started, "new_context", lambda **options: watched(plain(**options)))
            yield started
        started.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """A function that serves a Streamlit script, with extra environment; ended after the test."""
    running: list[Served] = []

    def start(script: Path, **env: str) -> Served:
        served = Served(script, tmp_path / f"streamlit-{len(running)}.log", free_port(), env)
        running.append(served)
        served.start()
        return served

    yield start
    for served in running:
        served.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a fresh context of 1280 x 800; an uncaught script error fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    if errors:
        pytest.fail(f"script errors in the page: {errors}")


@pytest.fixture(scope="session")
def studies() -> ModuleType:
    """The maker of made-up studies for the panel."""
    import panel_studies

    return panel_studies


@pytest.fixture
def panel_app(tmp_path: Path, studies: ModuleType, serve: Callable[..., Served]) -> Callable[..., Any]:
    """A function that makes a study, shows it in a panel on a page of its own, and serves that page."""

    def start(dialogue: Any = None, prepare: Any = None, **options: Any) -> tuple[Served, dict[str, Any]]:
        study = studies.make_study(tmp_path / "study.qtool", dialogue)
        if prepare is not None:
            prepare(study)
        script = tmp_path / "page.py"
        script.write_text(PAGE.format(study=str(study["path"]), source=study["source"], options=options))
        return serve(script), study

    return start


PAGE = """
from pathlib import Path
import streamlit as st
from qualtool.panel.component import coding_panel

st.set_page_config(page_title="Coding", layout="wide")
coder = st.query_params.get("coder", "Anna")
with st.sidebar:
    st.text("Study")
    st.button("Run again")
coding_panel(study=Path({study!r}), source_guid={source!r}, coder=coder, key="panel", **{options!r})
"""
