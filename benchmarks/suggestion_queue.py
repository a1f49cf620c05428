"""How fast suggestions are decided on: it drives the running app in Chromium and prints p50 and p95.

    python benchmarks/suggestion_queue.py [--presses 60] [--burst 40] [--slow]

On the sample study, with its suggestions made and the machine learning behind. ``painted``: from the key
press to the frame that shows the next suggestion. ``stored``: to the study's answer. ``burst``: keys
without a pause, until all are stored. ``--slow`` slows the browser fourfold.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from _browser import ROOT, WATCH, chromium, new_page, presses, report, served

from qualtool.workflows.study.sample import build_sample
from qualtool.workflows.suggestions.suggesting import suggest_codes

QUEUE = "[...globalThis.__qtqueue.queues.values()][0]"
READY = ".qu[data-ready='1']"
STORED = f"{QUEUE}.outbox.waiting === 0 && !!{QUEUE}.current"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=60)
    parser.add_argument("--burst", type=int, default=40)
    parser.add_argument("--slow", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        study = Path(name) / "sample.db"
        build_sample(study)
        suggest_codes(study, by="amira")
        main_page = ROOT / "qualtool" / "pages" / "main.py"
        told = {"QUALTOOL_STUDY": str(study), "XDG_STATE_HOME": name}
        with served(main_page, log=Path(name) / "app.log", **told) as server, chromium() as browser:
            page = new_page(browser, f"{server.url}/suggestions?coder=amira", READY, slow=wanted.slow)
            page.evaluate(WATCH, ".qu")
            keys = ["ax"[n % 2] for n in range(wanted.presses)]
            presses(page, keys[:4], move=lambda _: "y", idle=STORED)
            found = presses(page, keys, move=lambda _: "y", idle=STORED)
            report("key -> next suggestion painted", found["painted"], "goal 50 ms")
            report("key -> stored", found["stored"])
            began = time.perf_counter()
            for _ in range(wanted.burst):
                page.wait_for_selector(".qu-quote")
                page.keyboard.press("x")
            pressed = time.perf_counter() - began
            page.wait_for_function(STORED)
            stored = time.perf_counter() - began
            print(f"burst of {wanted.burst}: pressed in {pressed:.2f} s, all stored after {stored:.2f} s")


if __name__ == "__main__":
    main()
