"""How fast the coding panel is: it drives the running app in Chromium and prints p50 and p95.

    python benchmarks/panel.py [--words 20000] [--codings 600] [--presses 60] [--slow]

``painted``: from the key press (the browser's own time stamp) to the frame that shows the mark.
``empty key``: the same for a key that does nothing, in the same run: what the machine itself costs.
``stored``: from the key press to the study's answer having arrived. ``--slow`` slows the CPU fourfold.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PANEL = "[...globalThis.__qt.panels.values()][0]"
WATCH = """() => {
  const panel = [...globalThis.__qt.panels.values()][0];
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
  panel.root.addEventListener('qt-stored', () => globalThis.marks.stored.push(performance.now() - pressed));
}"""


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def report(name: str, values: list[float]) -> None:
    print(
        f"{name:<28} n {len(values):>3}   p50 {statistics.median(values):6.1f} ms   p95 {p95(values):6.1f} ms"
    )


def press(page: Page, keys: list[str], *, wait: bool) -> dict[str, Any]:
    """Press each key after moving on by a word, and return what was measured of these keys alone."""
    painted: list[float] = []
    stored: list[float] = []
    for key in keys:
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
        page.evaluate("globalThis.marks = {painted: [], stored: []}")
        page.keyboard.press(key)
        if wait:
            page.wait_for_function(f"{PANEL}.outbox.waiting === 0")
        page.wait_for_function("globalThis.marks.painted.length > 0")
        found = page.evaluate("globalThis.marks")
        painted.append(found["painted"][0])
        stored += found["stored"][:1]
    return {"painted": painted, "stored": stored}


def measure(page: Page, n: int) -> None:
    for _ in range(8):
        page.keyboard.press("ArrowDown")
    keys = [str(1 + k % 9) for k in range(n)]
    press(page, keys[:5], wait=True)
    empty = press(page, ["y"] * n, wait=False)
    coded = press(page, keys, wait=True)
    report("empty key -> frame", empty["painted"])
    report("key -> painted", coded["painted"])
    report("key -> stored", coded["stored"])
    above = p95(coded["painted"]) - p95(empty["painted"])
    print(f"{'painted above empty, p95':<28} {above:22.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=20_000)
    parser.add_argument("--codings", type=int, default=600)
    parser.add_argument("--presses", type=int, default=60)
    parser.add_argument("--slow", action="store_true")
    wanted = parser.parse_args()
    support = load(ROOT / "tests" / "browser" / "conftest.py")
    studies = load(ROOT / "tests" / "panel_studies.py")
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        raise SystemExit("no browser found: install chromium")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = studies.make_study(folder / "study.qtool", studies.long_dialogue(wanted.words))
        studies.add_codings(study, studies.scattered(study, wanted.codings))
        script = folder / "page.py"
        script.write_text(
            support.PAGE.format(study=str(study["path"]), source=study["source"], options={}),
            encoding="utf-8",
        )
        served = support.Served(script, folder / "log", support.free_port(), {})
        served.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=browser_path, args=list(support.FLAGS))
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.goto(served.url)
                page.wait_for_selector(".qt[data-ready='1']")
                began = time.perf_counter()
                page.reload()
                page.wait_for_selector(".qt[data-ready='1']")
                print(f"{len(study['text'].split())} words, {wanted.codings} codings")
                print(f"{'reload -> text readable':<28} {(time.perf_counter() - began) * 1000:22.0f} ms")
                page.evaluate(WATCH)
                if wanted.slow:
                    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
                measure(page, wanted.presses)
                sent = page.evaluate(f"JSON.stringify({PANEL}.lastSent ?? []).length")
                print(f"{'bytes up of the last message':<28} {sent:22d}")
                browser.close()
        finally:
            served.stop()


if __name__ == "__main__":
    main()
