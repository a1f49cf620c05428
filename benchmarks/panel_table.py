"""Every figure the coding panel is held to, one after another: drives it in Chromium.

    python benchmarks/panel_table.py [--only paint slow large growth open burst crowd] [--presses 40]

``painted``: key press to the frame that shows the mark; ``empty``: the same for a key that does
nothing, which is what the machine itself costs; ``stored``: to the study's answer having arrived.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from _browser import ROOT, WATCH, chromium, load, new_page, p50, p95, presses, report, served
from playwright.sync_api import Browser, Page

studies = load(ROOT / "tests" / "kit" / "panel_studies.py")
PANEL = "[...globalThis.__qt.panels.values()][0]"
READY = ".qt[data-ready='1']"
IDLE = f"{PANEL}.outbox.waiting === 0"
SETTLED = f"{PANEL}.outbox.ops.size === 0"
PAGE = """
import time
from pathlib import Path
import streamlit as st
from qualtool.panel import component

st.set_page_config(page_title="Coding", layout="wide")
if {delay} and not hasattr(component, "prompt_apply"):
    component.prompt_apply = component.apply_operations

    def delayed(*args, **named):
        time.sleep({delay})
        return component.prompt_apply(*args, **named)

    component.apply_operations = delayed
coder = st.query_params.get("coder", "Anna")
component.coding_panel(study=Path({study!r}), source_guid={source!r}, coder=coder, key="panel")
"""


def made(folder: Path, n_words: int, n_codings: int, *, delay: float = 0) -> tuple[Path, dict[str, Any]]:
    """A study with one source in turns of 50 words and codings up to four deep; a page that shows it."""
    folder.mkdir()
    study = studies.make_study(folder / "study.qtool", studies.long_dialogue(n_words))
    if n_codings:
        studies.add_codings(study, studies.scattered(study, n_codings))
    script = folder / "page.py"
    script.write_text(
        PAGE.format(study=str(study["path"]), source=study["source"], delay=delay), encoding="utf-8"
    )
    return script, study


def coded(page: Page, n: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """What an idle key and a coding key cost, after a word was selected."""
    for _ in range(8):
        page.keyboard.press("ArrowDown")
    page.evaluate(WATCH, ".qt")

    def word(_: int) -> str:
        return "ArrowRight"

    keys = [str(1 + number % 9) for number in range(n)]
    presses(page, keys[:4], move=word, idle=IDLE)
    empty = presses(page, ["y"] * n, move=word, idle=None)
    return empty, presses(page, keys, move=word, idle=IDLE)


def paint(
    browser: Browser, folder: Path, n: int, *, words: int = 20_000, codings: int = 600, slow: bool = False
) -> list[float]:
    """Painting and storing on a source of a size."""
    script, _ = made(folder, words, codings)
    what = f"{words // 1000}k words, {codings} codings" + (", CPU slowed 4x" if slow else "")
    with served(script) as server:
        page = new_page(browser, server.url, READY, slow=slow)
        empty, keys = coded(page, n)
        goal = 100 if slow else 25 if words == 20_000 else 60
        report(f"{what}: empty key", empty["painted"])
        report(f"{what}: painted", keys["painted"], f"goal p95 {goal}")
        report(f"{what}: stored", keys["stored"], "" if slow else "goal p95 120")
        above = p95(keys["painted"]) - p95(empty["painted"])
        sent = f"new TextEncoder().encode(JSON.stringify({PANEL}.lastSent ?? [])).length"
        print(f"{'  painted above empty, p95':<46} {above:10.1f} ms   goal 8", flush=True)
        print(f"{'  bytes up of the last coding':<46} {page.evaluate(sent):10d}      goal 1024", flush=True)
        page.context.close()
    return keys["painted"]


def growth(browser: Browser, folder: Path, n: int) -> None:
    """The same codings to a turn, ten times the words: painting must not cost more."""
    small = paint(browser, folder / "small", n, words=5_000, codings=300)
    large = paint(browser, folder / "large", n, words=50_000, codings=3_000)
    print(f"{'growth of painting, 5k to 50k words, p50':<46} {p50(large) / p50(small):10.2f}      goal 1.5")


def opening(browser: Browser, folder: Path, n: int) -> None:
    """From a reload to the text being readable; server and browser warm."""
    script, _ = made(folder, 20_000, 600)
    with served(script) as server:
        page = new_page(browser, server.url, READY)
        times: list[float] = []
        for _ in range(max(5, n // 8)):
            began = time.perf_counter()
            page.reload()
            page.wait_for_selector(".qt-piece")
            page.wait_for_selector(READY)
            times.append((time.perf_counter() - began) * 1000)
        report("opening a source of 20k words, warm", times, "goal 600")
        page.context.close()


def stored(study: dict[str, Any], coder_prefix: str) -> tuple[int, int]:
    """Codings that stand of coders with a name like this, and different places and codes among them."""
    with sqlite3.connect(study["path"]) as db:
        rows = db.execute(
            "SELECT g.start_char, g.end_char, g.code_id, g.coder_id FROM coding g JOIN coder k"
            " ON k.id = g.coder_id WHERE k.name LIKE ? AND g.removed_at IS NULL",
            (coder_prefix + "%",),
        ).fetchall()
    return len(rows), len(set(rows))


def burst(browser: Browser, folder: Path, n: int) -> None:
    """40 codings at 25 ms, the answer 300 ms late, the server killed twice meanwhile."""
    script, study = made(folder, 5_000, 0, delay=0.3)
    with served(script) as server:
        page = new_page(browser, server.url, READY)
        page.keyboard.press("ArrowDown")
        # One coding that is answered, so that the page has been in use before the server dies.
        begin(page, 0)
        page.wait_for_function(SETTLED)
        for number in range(1, 40):
            if number in (12, 26):
                server.kill()
            begin(page, number)
            page.wait_for_timeout(25)
            if number in (18, 32):
                server.start()
        began = time.perf_counter()
        page.wait_for_function(SETTLED, timeout=120_000)
        waited = time.perf_counter() - began
        n_rows, n_different = stored(study, "Anna")
        print(f"{'40 codings, late answers, two kills: stored':<46} {n_rows:10d}      goal 40")
        print(f"{'  different ones':<46} {n_different:10d}      goal 40")
        print(f"{'  all acknowledged after the last':<46} {waited:10.1f} s", flush=True)
        page.context.close()


def begin(page: Page, number: int) -> None:
    """Code number ``number``: five codes on each word, then on to the next word."""
    if number % 5 == 0:
        page.keyboard.press("ArrowRight")
    page.keyboard.press(str(1 + number % 5))


class OtherWriter(threading.Thread):
    """Another program that holds the write lock 20 ms of every 25 and counts what it wrote."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.path, self.tried, self.wrote, self.over = path, 0, 0, threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            self.tried += 1
            db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            try:
                db.execute("BEGIN IMMEDIATE")
                name = f"outside {self.tried}"
                db.execute("INSERT INTO study (key, value) VALUES (?, 'x')", (name,))
                time.sleep(0.02)
                db.execute("COMMIT")
                self.wrote += 1
            finally:
                db.close()
            time.sleep(0.005)


def crowd(browser: Browser, folder: Path, n: int) -> None:
    """Three coders, a hundred codings each on one source, while another program writes."""
    script, study = made(folder, 20_000, 0)
    with served(script) as server:
        pages = [new_page(browser, f"{server.url}/?coder=Coder{k}", READY) for k in range(3)]
        for page in pages:
            page.keyboard.press("ArrowDown")
        other = OtherWriter(study["path"])
        other.start()
        for number in range(100):
            for page in pages:
                begin(page, number)
            pages[0].wait_for_timeout(30)
        began = time.perf_counter()
        for page in pages:
            page.wait_for_function(SETTLED, timeout=180_000)
        waited = time.perf_counter() - began
        other.over.set()
        other.join()
        n_rows, n_different = stored(study, "Coder")
        print(f"{'3 coders x 100 codings: stored':<46} {n_rows:10d}      goal 300")
        print(f"{'  different ones':<46} {n_different:10d}      goal 300")
        print(f"{'  other writer':<46} {other.wrote:6d} of {other.tried}     goal all")
        print(f"{'  all acknowledged after the last':<46} {waited:10.1f} s", flush=True)
        for page in pages:
            page.context.close()


ROWS: dict[str, Callable[[Browser, Path, int], Any]] = {
    "paint": paint,
    "slow": lambda browser, folder, n: paint(browser, folder, n, slow=True),
    "large": lambda browser, folder, n: paint(browser, folder, n, words=50_000, codings=3_000),
    "growth": growth,
    "open": opening,
    "burst": burst,
    "crowd": crowd,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=list(ROWS), default=list(ROWS))
    parser.add_argument("--presses", type=int, default=40)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        for row in wanted.only:
            if row == "large" and "growth" in wanted.only:
                continue  # growth measures it too
            folder = Path(name) / row
            if row == "growth":
                folder.mkdir()
            ROWS[row](browser, folder, wanted.presses)


if __name__ == "__main__":
    main()
