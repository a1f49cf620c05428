"""How fast a blind audit is judged: it drives the running app in Chromium and prints p50 and p95.

    python benchmarks/audit_judging.py [--presses 60] [--burst 20] [--slow]

On the sample study, with an audit of 300 passages and five codes. ``painted``: from the key press to the
frame that shows the next passage. ``stored``: to the study's answer. ``burst``: keys without a pause, until
all are stored. ``--slow`` slows the browser fourfold.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from _browser import ROOT, WATCH, chromium, new_page, presses, report, served

from qualtool.workflows.auditing.audit_drawing import draw_audit
from qualtool.workflows.auditing.auditing import running_audit
from qualtool.workflows.people.people import greet_coder
from qualtool.workflows.study.sample import build_sample

DECK = "[...globalThis.__qtaudit.queues.values()][0]"
READY = ".ja[data-ready='1']"
STORED = f"{DECK}.outbox.waiting === 0 && !!{DECK}.current"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=60)
    parser.add_argument("--burst", type=int, default=20)
    parser.add_argument("--slow", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        study = Path(name) / "sample.db"
        build_sample(study)
        greet_coder(study, "zoe")
        draw_audit(study, coder="zoe", n=300)
        main_page = ROOT / "qualtool" / "pages" / "main.py"
        told = {"QUALTOOL_STUDY": str(study), "XDG_STATE_HOME": name}
        with served(main_page, log=Path(name) / "app.log", **told) as server, chromium() as browser:
            page = new_page(browser, f"{server.url}/suggestions?coder=zoe", READY, slow=wanted.slow)
            page.evaluate(WATCH, ".ja")
            keys = ["nk"[n % 2] for n in range(wanted.presses)]
            presses(page, keys[:4], move=lambda _: "1", idle=STORED)
            found = presses(page, keys, move=lambda n: str(n % 5 + 1), idle=STORED)
            report("key -> next passage painted", found["painted"], "goal 50 ms")
            report("key -> stored", found["stored"])
            began = time.perf_counter()
            for _ in range(wanted.burst):
                page.keyboard.press("n")
            pressed = time.perf_counter() - began
            page.wait_for_function(STORED)
            whole = time.perf_counter() - began
            print(f"burst of {wanted.burst}: pressed in {pressed:.2f} s, all stored after {whole:.2f} s")
        running = running_audit(study, "zoe")
        n = len(keys[:4]) + len(keys) + wanted.burst
        read = 0 if running is None else running["n"] - running["n_unread"]
        print(f"{n} keys pressed, {read} passages stored as read")


if __name__ == "__main__":
    main()
