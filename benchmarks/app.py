"""How fast the app opens and goes from page to page, with the sample study: drives it in Chromium.

    python benchmarks/app.py [STUDY]

``first paint``: from the address being entered in a fresh browser to the page Study having its
heading; the browser's own first contentful paint beside it. ``switch``: from the click on a page's
name to its content, with no run of the page left.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _browser import chromium, report, support
from playwright.sync_api import Browser, Page

from qualtool.workflows.study.sample import build_sample

PAGES = {
    "Study": "h1",
    "Import": "h1",
    "Codebook": "h1",
    "Code": ".qt[data-ready='1']",
    "Answers": ".qg[data-ready='1']",
    "Find": "h1",
    "Suggestions": "h1",
    "Memos": "h1",
    "Themes": "h1",
    "Schools": "h1",
    "Triangulate": "h1",
    "Export": "h1",
}
RUNNING = "!document.querySelector('[data-testid=stStatusWidget], [data-stale=true]')"
ROUNDS = 4


def start(study: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "qualtool.cli", "app", str(study), "--port", str(port), "--no-browser"]
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
    until = time.monotonic() + 90
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return process
        except OSError:
            time.sleep(0.05)
    raise SystemExit((folder / "app.log").read_text(encoding="utf-8"))


def first_paint(browser: Browser, url: str) -> tuple[float, float]:
    """Milliseconds to the heading, and to the browser's first contentful paint."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector("h1")
    took = (time.perf_counter() - began) * 1000
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    page.context.close()
    return took, float(paint)


def switch(page: Page, name: str, ready: str) -> float:
    link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True)
    began = time.perf_counter()
    link.click()
    page.wait_for_url(lambda url: name.lower() in url.lower() or name == "Study")
    page.wait_for_selector(ready)
    page.wait_for_function(RUNNING)
    return (time.perf_counter() - began) * 1000


def run(browser: Browser, url: str) -> None:
    cold, _ = first_paint(browser, url)
    print(f"{'first page of a fresh server':<46} {cold:10.0f} ms")
    both = [first_paint(browser, url) for _ in range(5)]
    report("first paint, fresh browser, warm server", [b[0] for b in both], "goal 2000")
    report("  of it first contentful paint", [b[1] for b in both])
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url)
    box = page.get_by_role("combobox", name="Coder")
    box.click()
    box.fill("Anna")
    box.press("Enter")
    page.wait_for_timeout(1000)
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    for _ in range(ROUNDS):
        for name, ready in PAGES.items():
            times[name].append(switch(page, name, ready))
            page.wait_for_timeout(150)
    for name, found in times.items():
        print(f"{'switch to ' + name:<46} first {found[0]:7.0f} ms", end="   ")
        report("then", found[1:], "")
    everything = [value for found in times.values() for value in found[1:]]
    report("switch to any page, after the first time", everything)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path, nargs="?", help="a study; without one the sample is built")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = folder / "sample.db"
        if wanted.study is None:
            build_sample(study)
        else:
            shutil.copyfile(wanted.study, study)
        port = support.free_port()
        process = start(study, folder, port)
        try:
            with chromium() as browser:
                run(browser, f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait(timeout=20)


if __name__ == "__main__":
    main()
