"""What the benchmarks that drive Chromium share: a served page, key presses, figures."""

from __future__ import annotations

import importlib.util
import shutil
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]

# For each key press: from the browser's own time stamp to the end of the frame that shows its effect,
# and to the answer of the study. ``holder`` is the element that tells of stored operations.
WATCH = """(holder) => {
  globalThis.marks = {painted: [], stored: []};
  let pressed = 0;
  window.addEventListener('keydown', (event) => {
    pressed = event.timeStamp;
    const at = pressed;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => globalThis.marks.painted.push(performance.now() - at);
      channel.port2.postMessage(0);
    });
  }, true);
  const stored = () => globalThis.marks.stored.push(performance.now() - pressed);
  document.querySelector(holder).addEventListener('qt-stored', stored);
}"""


def load(path: Path) -> ModuleType:
    """A module of the tests, which are no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


support = load(ROOT / "tests" / "browser" / "conftest.py")


@contextmanager
def chromium() -> Iterator[Browser]:
    """One headless browser."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("no browser found: install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(support.FLAGS))
        yield browser
        browser.close()


@contextmanager
def served(script: Path, *, log: Path | None = None, **env: str) -> Iterator[Any]:
    """A Streamlit script on a free port; what is yielded has url, kill(), start()."""
    server = support.Served(script, log or script.with_suffix(".log"), support.free_port(), env)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def new_page(browser: Browser, url: str, ready: str, *, slow: bool = False) -> Page:
    """A page of 1280 x 800 in a session of its own, opened and ready; ``slow``: a quarter of the speed."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url)
    page.wait_for_selector(ready, timeout=60_000)
    if slow:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return page


def p50(values: list[float]) -> float:
    return statistics.median(values)


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def report(name: str, values: list[float], goal: str = "") -> None:
    """One line: how many, the middle, and what 19 of 20 stay below."""
    if not values:
        print(f"{name:<46} n   0   nothing was measured", flush=True)
        return
    print(
        f"{name:<46} n {len(values):>3}   p50 {p50(values):7.1f} ms   p95 {p95(values):7.1f} ms   {goal}",
        flush=True,
    )


def presses(
    page: Page, keys: list[str], *, move: Callable[[int], str], idle: str | None
) -> dict[str, list[float]]:
    """Press each key after a move, one at a time; ``idle`` is what is true once it was stored."""
    found: dict[str, list[float]] = {"painted": [], "stored": []}
    for number, key in enumerate(keys):
        page.keyboard.press(move(number))
        page.wait_for_timeout(60)
        page.evaluate("globalThis.marks = {painted: [], stored: []}")
        page.keyboard.press(key)
        if idle:
            page.wait_for_function(idle)
        page.wait_for_function("globalThis.marks.painted.length > 0")
        marks = page.evaluate("globalThis.marks")
        found["painted"].append(marks["painted"][0])
        found["stored"] += marks["stored"][:1]
    return found
