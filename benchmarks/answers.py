"""How fast the answers grid is with 20,000 answers: drives it in Chromium, prints p50 and p95.

    python benchmarks/answers.py [--answers 25000] [--presses 40]

``painted`` and ``stored`` as in panel.py; ``equal`` codes a row that hundreds of people gave.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _browser import ROOT, WATCH, chromium, load, new_page, p95, presses, report, served
from playwright.sync_api import Browser, Page

GRID = "[...globalThis.__qtgrid.grids.values()][0]"
IDLE = f"{GRID}.outbox.waiting === 0"
READY = ".qg[data-ready='1']"
PAGE = """
from pathlib import Path
import streamlit as st
from qualtool.panel.grid import answers_grid

st.set_page_config(page_title="Answers", layout="wide")
answers_grid(study=Path({study!r}), question={question}, coder="Anna", key="grid", closed={closed!r})
"""
SCROLL = """async () => {
  const box = document.querySelector('.qg-scroll');
  const gaps = [];
  let last = performance.now();
  for (let n = 0; n < 90; n++) {
    box.scrollTop += n < 60 ? 400 : 30000;
    await new Promise((go) => requestAnimationFrame(go));
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  return gaps;
}"""


def measure(page: Page, n: int, *, slow: bool) -> None:
    words = "CPU slowed four times" if slow else "full speed"
    # Long answers are given by one person each; what many people gave alike is measured by itself.
    page.get_by_label("Sort", exact=True).select_option("long")
    page.locator(".qg-scroll").focus()
    page.evaluate(WATCH, ".qg")
    # Other codes than in the run before, for a code that is there already is not stored again.
    keys = [str(1 + (number + 4 * slow) % 9) for number in range(n)]

    def down(_: int) -> str:
        return "ArrowDown"

    presses(page, keys[:4], move=down, idle=IDLE)
    empty = presses(page, ["y"] * n, move=down, idle=None)
    coded = presses(page, keys, move=down, idle=IDLE)
    report(f"empty key -> frame, {words}", empty["painted"])
    report(f"key -> painted, {words}", coded["painted"], "goal p95 " + ("100" if slow else "25"))
    report(f"key -> stored, {words}", coded["stored"], "" if slow else "goal p95 120")
    print(f"{'painted above empty, p95':<46} {p95(coded['painted']) - p95(empty['painted']):10.1f} ms")
    report(f"frame while scrolling, {words}", page.evaluate(SCROLL), "")
    rows = page.locator(".qg-body .qg-row").count()
    print(f"{'rows in the page':<46} {rows:10d}")
    page.get_by_label("Sort", exact=True).select_option("often")
    page.keyboard.press("Tab")
    page.locator(".qg-scroll").focus()
    page.keyboard.press("Control+Home")
    page.wait_for_timeout(300)
    people = page.evaluate(f"{GRID}.rows.n[{GRID}.row]")
    equal = presses(page, keys[:6], move=lambda _: "Home", idle=IDLE)
    report(f"{people} equal answers: key -> painted, {words}", equal["painted"])
    report(f"{people} equal answers: key -> stored, {words}", equal["stored"])
    up = page.evaluate(f"new TextEncoder().encode(JSON.stringify({GRID}.lastSent)).length")
    print(f"{'bytes up of the last message':<46} {up:10d}")


def finding(page: Page) -> None:
    """Filter all answers by words: from the last letter to the list."""
    began = page.evaluate(
        """async () => {
          const box = document.querySelector('.qg-find');
          const began = performance.now();
          box.value = 'quiet room';
          box.dispatchEvent(new Event('input'));
          const grid = [...globalThis.__qtgrid.grids.values()][0];
          const before = grid.view;
          while (grid.view === before) await new Promise((go) => setTimeout(go, 4));
          return performance.now() - began;
        }"""
    )
    print(f"{'words typed -> list filtered (120 ms of it waiting)':<52} {began:4.0f} ms")


def run(browser: Browser, url: str, n: int) -> None:
    page = new_page(browser, url, READY)
    began = time.perf_counter()
    page.reload()
    page.wait_for_selector(READY)
    print(f"{'reload -> answers readable':<46} {(time.perf_counter() - began) * 1000:10.0f} ms")
    measure(page, n, slow=False)
    finding(page)
    page.context.close()
    page = new_page(browser, url, READY, slow=True)
    measure(page, n, slow=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=25_000)
    parser.add_argument("--presses", type=int, default=40)
    wanted = parser.parse_args()
    studies = load(ROOT / "tests" / "kit" / "answer_studies.py")
    with tempfile.TemporaryDirectory() as name:
        study = studies.make_study(Path(name) / "study.db", studies.many_answers(wanted.answers))
        script = Path(name) / "page.py"
        script.write_text(PAGE.format(**{**study, "study": str(study["path"])}), encoding="utf-8")
        with served(script) as server, chromium() as browser:
            print(f"{wanted.answers} answers")
            run(browser, server.url, wanted.presses)


if __name__ == "__main__":
    main()
