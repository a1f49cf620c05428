"""How fast the coding panel is: it drives the running app in Chromium and prints p50 and p95.

    python benchmarks/panel.py [--words 20000] [--codings 600] [--presses 60] [--slow]

``painted``: from the key press (the browser's own time stamp) to the frame that shows the mark.
``empty key``: the same for a key that does nothing, in the same run: what the machine itself costs.
``stored``: from the key press to the study's answer having arrived. ``--slow`` slows the CPU fourfold.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from _browser import ROOT, WATCH, chromium, load, new_page, p95, presses, report, served, support
from playwright.sync_api import Page

PANEL = "[...globalThis.__qt.panels.values()][0]"
READY = ".qt[data-ready='1']"
STORED = f"{PANEL}.outbox.waiting === 0"


def _forward(_: int) -> str:
    return "ArrowRight"


def measure(page: Page, n: int) -> None:
    for _ in range(8):
        page.keyboard.press("ArrowDown")
    keys = [str(1 + k % 9) for k in range(n)]
    presses(page, keys[:5], move=_forward, idle=STORED)
    empty = presses(page, ["y"] * n, move=_forward, idle=None)
    coded = presses(page, keys, move=_forward, idle=STORED)
    report("empty key -> frame", empty["painted"])
    report("key -> painted", coded["painted"])
    report("key -> stored", coded["stored"])
    above = p95(coded["painted"]) - p95(empty["painted"])
    print(f"{'painted above empty, p95':<46} {above:22.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=20_000)
    parser.add_argument("--codings", type=int, default=600)
    parser.add_argument("--presses", type=int, default=60)
    parser.add_argument("--slow", action="store_true")
    wanted = parser.parse_args()
    studies = load(ROOT / "tests" / "kit" / "panel_studies.py")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = studies.make_study(folder / "study.qtool", studies.long_dialogue(wanted.words))
        studies.add_codings(study, studies.scattered(study, wanted.codings))
        script = folder / "page.py"
        told = support.PAGE.format(study=str(study["path"]), source=study["source"], options={})
        script.write_text(told, encoding="utf-8")
        with served(script) as server, chromium() as browser:
            page = new_page(browser, server.url, READY, slow=wanted.slow)
            began = time.perf_counter()
            page.reload()
            page.wait_for_selector(READY)
            print(f"{len(study['text'].split())} words, {wanted.codings} codings")
            print(f"{'reload -> text readable':<46} {(time.perf_counter() - began) * 1000:22.0f} ms")
            page.evaluate(WATCH, ".qt")
            measure(page, wanted.presses)
            sent = page.evaluate(f"JSON.stringify({PANEL}.lastSent ?? []).length")
            print(f"{'bytes up of the last message':<46} {sent:22d}")


if __name__ == "__main__":
    main()
