"""Words that would be script, image, link or Markdown are shown as words on every page, and do nothing."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import hostile_study
import pytest
from playwright.sync_api import Error, Page

from qualtool.workflows.people.serving import SETTINGS
from qualtool.workflows.suggestions.finding_topics import find_topics
from qualtool.workflows.suggestions.suggesting import suggest_codes

from .conftest import Served, drawn, free_port, go, run_ended

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


@contextlib.contextmanager
def listening() -> Iterator[Leaks]:
    found = Leaks()
    try:
        yield found
    finally:
        found.server.shutdown()
        found.server.server_close()


@pytest.fixture(scope="module")
def leaks() -> Iterator[Leaks]:
    """The listener for what a planted address would call."""
    with listening() as found:
        yield found


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
    study = hostile_study.build_hostile(folder, words, tame)
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
        try:
            _wait_for_port(port, process)
            yield app
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the app did not start")


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
        for number in range(min(main.get_by_role(role).count(), 6)):
            _press(page, main.get_by_role(role).nth(number), seen)
    for number in range(min(main.locator("[data-testid=stExpander] summary").count(), 6)):
        _press(page, main.locator("[data-testid=stExpander] summary").nth(number), seen)
    for number in range(min(main.get_by_role("combobox").count(), 5)):
        box = main.get_by_role("combobox").nth(number)
        try:
            if not box.is_visible() or box.is_disabled(timeout=3000):
                continue
            box.click(timeout=3000)
            with contextlib.suppress(Error):  # a box without a choice opens no list
                page.get_by_role("option").first.wait_for(timeout=3000)
            drawn(page)
            seen += faults_of(page)
            box.press("ArrowDown", timeout=3000)
            box.press("Enter", timeout=3000)
            page.keyboard.press("Escape")
        except Error:
            continue  # the list is gone after another choice
        run_ended(page)
        seen += faults_of(page)


def _press(page: Page, target: object, seen: list[str]) -> None:
    try:
        target.click(timeout=3000, force=True)
    except Error:
        return  # hidden behind another choice
    run_ended(page)
    seen += faults_of(page)


def choose_coder(page: Page) -> None:
    """Pick the first name in the side bar; the list closes again where the page is drawn meanwhile."""
    box = page.get_by_role("combobox", name="Coder")
    box.wait_for()
    run_ended(page)
    for _ in range(6):
        box.click()
        try:
            page.get_by_role("option").first.click(timeout=10_000)
        except Error:
            page.keyboard.press("Escape")
            run_ended(page)
            continue
        run_ended(page)
        return
    pytest.fail("the list of coders did not open")


def pages_of(page: Page) -> list[str]:
    """Addresses of all pages in the navigation."""
    links = page.get_by_test_id("stSidebarNav").get_by_role("link")
    links.first.wait_for()
    return list(dict.fromkeys(link.get_attribute("href") or "" for link in links.all()))


HOSTILE_WORDS = """/<script>|<img src/.test(document.body.innerText
    + [...document.querySelectorAll('input,td')].map((e) => e.value || e.textContent).join(' '))"""


def test_every_page_shows_words_as_words(page: Page, hostile_app: App, leaks: Leaks) -> None:
    """On no page does a hostile word run, load, link or look like Markdown, and no request leaves."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(hostile_app.url)
    run_ended(page)
    choose_coder(page)
    addresses = pages_of(page)
    assert len(addresses) >= 10
    found: dict[str, list[str]] = {}
    silent = []
    for address in addresses:
        page.get_by_test_id("stSidebarNav").locator(f"a[href='{address}']").click()
        run_ended(page)
        seen = faults_of(page)
        click_about(page, seen)
        try:
            page.wait_for_function(HOSTILE_WORDS, timeout=20_000)
        except Error:
            silent.append(address)
        seen += faults_of(page)
        if seen:
            found[address] = sorted(set(seen))[:8]
    if found:
        pytest.fail(json.dumps(found, indent=1, ensure_ascii=False))
    assert leaks.requests == []
    outside = {u for u in asked if not u.startswith((hostile_app.url, "data:", "blob:", "about:"))}
    assert not {u for u in outside if not u.startswith(f"ws://127.0.0.1:{hostile_app.port}")}
    # The words were really there to be acted upon: every page but a few shows them.
    assert len(silent) <= 2, silent


RAW = """
import streamlit as st
st.markdown({words!r})
st.radio("Choice", [{words!r}])
"""


def test_the_detector_sees_what_markdown_does(
    page: Page, serve: Callable[..., Served], tmp_path: Path
) -> None:
    """The same words given to Markdown, without our headers, do call out, link and look otherwise."""
    script = tmp_path / "raw.py"
    with listening() as called:
        image = f"http://127.0.0.1:{called.port}/control.png"
        words = f":red[QTRED] **QTBOLD** ![leak]({image}) http://127.0.0.1:1/leak"
        script.write_text(RAW.format(words=words), encoding="utf-8")
        page.goto(serve(script).url)
        page.get_by_text("QTBOLD").first.wait_for()
        until = time.monotonic() + 60
        kinds: set[str] = set()
        while time.monotonic() < until and not (len(kinds) == 3 and "/control.png" in called.requests):
            page.wait_for_timeout(50)
            kinds = {fault.split(" ")[0] for fault in faults_of(page)}
    assert kinds == {"image", "link", "Markdown:"}
    assert "/control.png" in called.requests


def test_every_answer_carries_the_headers(page: Page, hostile_app: App) -> None:
    """The page, its scripts, the panel's files, media, wrong addresses: all forbid loading from elsewhere."""
    answers: dict[str, dict[str, str]] = {}
    page.on("response", lambda answer: answers.setdefault(answer.url, answer.headers))
    page.goto(hostile_app.url)
    run_ended(page)
    choose_coder(page)
    go(page, "Code")
    page.wait_for_selector(".qt[data-ready='1']")
    run_ended(page)
    with urllib.request.urlopen(f"{hostile_app.url}/_stcore/health", timeout=60) as answer:
        answers["health"] = {name.lower(): value for name, value in answer.headers.items()}
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(f"{hostile_app.url}/media/none.png", timeout=60)
    missing.value.close()
    answers["missing"] = {name.lower(): value for name, value in missing.value.headers.items()}
    served = {u: h for u, h in answers.items() if not u.startswith(("data:", "blob:"))}
    for kind in ("/static/", "/media/", "component", "missing"):
        assert any(kind in url for url in served), (kind, sorted(served))
    for url, headers in served.items():
        policy = headers.get("content-security-policy", "")
        assert "default-src 'self'" in policy, url
        assert "connect-src 'self'" in policy, url
        assert "*" not in policy, url
        for name, value in SECURED.items():
            assert headers.get(name) == value, (url, name)


def _socket_status(app: App, **headers: str) -> int:
    """The status of an opening of the app's web socket with these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=60)
    connection.putrequest("GET", "/_stcore/stream", skip_host=True)
    sent = {
        "Host": f"127.0.0.1:{app.port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    for name, value in (sent | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    with connection.getresponse() as answer:
        status = answer.status
    connection.close()
    return status


def test_only_this_machine_and_this_page_are_served(hostile_app: App) -> None:
    """A foreign Host or Origin opens no socket, a post without the page's token no upload."""
    own = f"http://127.0.0.1:{hostile_app.port}"
    assert _socket_status(hostile_app, Origin=own) == 101
    assert _socket_status(hostile_app, Origin="http://elsewhere.example") == 403
    assert _socket_status(hostile_app, Host="elsewhere.example") == 403
    assert _socket_status(hostile_app, Host="elsewhere.example", Origin="http://elsewhere.example") == 403
    for method in ("PUT", "POST", "DELETE"):
        address = f"{hostile_app.url}/_stcore/upload_file/some-session/some-file"
        asked = urllib.request.Request(address, data=b"x", method=method)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=60)
        refused.value.close()
        assert refused.value.code in (400, 403, 404, 405), method


def test_nothing_listens_beyond_this_machine(hostile_app: App) -> None:
    """Every port the app listens on is bound to 127.0.0.1 alone."""
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(hostile_app.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    sockets = set()
    for pid in (str(hostile_app.pid), *children):
        for place in (Path("/proc") / pid / "fd").iterdir():
            with contextlib.suppress(OSError):
                sockets.add(os.readlink(place).removeprefix("socket:[").removesuffix("]"))
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{children[0]}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in sockets:
                listening.append(fields[1])
    assert listening == [f"0100007F:{hostile_app.port:04X}"]


def test_an_error_page_and_the_log_hold_no_words(page: Page, tmp_path: Path) -> None:
    """When a page fails over something people said, page and log tell the kind of error and not the words."""
    folder = tmp_path / "failing"
    (folder / ".streamlit").mkdir(parents=True)
    (folder / ".streamlit" / "config.toml").write_bytes(SETTINGS.read_bytes())
    (folder / "main.py").write_text(
        "import streamlit as st\nst.text('Before')\nwords = '" + CANARY + "'.upper()\n"
        "try:\n    {}[words]\nexcept KeyError as err:\n    raise ValueError(words) from err\n"
    )
    (folder / "app.py").write_text(
        "import streamlit as st\nfrom qualtool.pages.entry import MIDDLEWARE\n"
        "app = st.App('main.py', middleware=MIDDLEWARE)\n"
    )
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            _wait_for_port(port, process)
            page.goto(f"http://127.0.0.1:{port}")
            page.get_by_test_id("stException").wait_for()
            shown = page.content()
        finally:
            process.terminate()
            process.wait(timeout=60)
    told = (folder / "log").read_text(errors="replace")
    assert "ValueError" in shown
    assert "ValueError" in told
    assert "KeyError" in told
    assert CANARY.upper() not in shown
    assert CANARY.upper() not in told
    for engine in ("google", "chatgpt", "stackoverflow"):
        assert engine not in shown.lower()
