"""Make the pictures of docs/coding.md: the sample study in the running app, in Chromium.

    python docs/make_pictures.py [STUDY]

Without STUDY the sample study is built first (about a minute). The study is copied; nothing is
changed in it. Needs Chromium and what `make test` installs.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = Path(__file__).resolve().parent / "pictures"
PANEL = "[...globalThis.__qt.panels.values()][0]"
SOURCE = "07_millrace_teacher"
LARGEST = 200_000  # bytes of a picture


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the app did not start")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(30)


def keep(page: Page, name: str) -> None:
    page.wait_for_timeout(500)
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file)
    if file.stat().st_size >= LARGEST:
        raise SystemExit(f"{file.name} has {file.stat().st_size} bytes, more than {LARGEST}")
    print(f"{file.name}  {file.stat().st_size:,} bytes")


def code_a_little(page: Page) -> None:
    """Code as somebody would: three stretches, two of them overlapping, one turn with nothing to code."""
    page.evaluate(f"{PANEL}.goTurn(1)")
    press(page, "s", "1", "Shift+ArrowDown", "2", "Escape", "ArrowDown", "ArrowDown", "s", "5")
    press(page, "Escape", "ArrowDown", "ArrowDown", "h")
    press(page, "Shift+M")
    page.keyboard.type("Tired, and careful about the head. Listen again before the second wave.")
    press(page, "Escape")
    page.evaluate(f"{PANEL}.goTurn(1)")


def pictures_of_coding(page: Page) -> None:
    code_a_little(page)
    page.wait_for_function(f"{PANEL}.outbox.ops.size === 0")
    press(page, "o", "o")
    keep(page, "coding")
    press(page, "Escape", "s", "/")
    page.keyboard.type("work")
    keep(page, "picker")
    press(page, "Escape", "Escape", "o", "i")
    keep(page, "code_memo")
    press(page, "Escape", "?")
    keep(page, "keys")
    press(page, "Escape", "f")
    keep(page, "facets")
    press(page, "Escape", "Escape")


def pictures(study: Path, folder: Path) -> None:
    from qualtool.workflows.exports.coded_source import coded_source_bytes

    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "qualtool.cli", "app", str(study), "--port", str(port), "--no-browser"]
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        raise SystemExit("no browser found: install chromium")
    app = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(url)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
            page.goto(f"{url}/code?coder=Robin&source={source_guid(study)}")
            page.wait_for_selector(".qt[data-ready='1']", timeout=60_000)
            pictures_of_coding(page)
            page.emulate_media(color_scheme="dark")
            page.evaluate(f"{PANEL}.goTurn(1)")
            press(page, "o")
            keep(page, "dark")
            printed = folder / "coded.html"
            printed.write_bytes(coded_source_bytes(study, SOURCE, format="html").content)
            page.emulate_media(color_scheme="light")
            page.goto(printed.as_uri())
            keep(page, "printed")
            browser.close()
    finally:
        app.terminate()
        app.wait(timeout=20)


def source_guid(study: Path) -> str:
    from qualtool.workflows.gathering.sources import sources_of

    return next(row["guid"] for row in sources_of(study) if row["name"].startswith(SOURCE))


def make_coder(study: Path) -> None:
    """Robin, who has coded nothing yet."""
    from qualtool.workflows.people.people import greet_coder

    greet_coder(study, "Robin")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = folder / "sample.db"
        if len(sys.argv) > 1:
            shutil.copyfile(sys.argv[1], study)
        else:
            from qualtool.workflows.study.sample import build_sample

            build_sample(study)
        make_coder(study)
        pictures(study, folder)


if __name__ == "__main__":
    main()
