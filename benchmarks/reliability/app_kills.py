"""kill -9 of the running app while two tabs code in it: what is lost, what is stored twice.

python benchmarks/reliability/app_kills.py [kills, 200 unless told]
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from _app_killing import AppCounts, kill_app, new_app_study
from playwright.sync_api import sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
A_STUDY = 10  # kills of one study, so that a check stays quick


def main(kills: int) -> int:
    names = (os.environ.get("QUALTOOL_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    browser = next((found for name in names if name and (found := shutil.which(name))), None)
    if browser is None:
        print("no browser found, so the running app was not killed: set QUALTOOL_CHROMIUM to one")
        return 1
    total, began = AppCounts(), time.perf_counter()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, headless=True, args=list(FLAGS))
        while total.kills < kills and total.is_perfect:
            with tempfile.TemporaryDirectory() as folder:
                study = Path(folder) / "study.db"
                length = new_app_study(study)
                context = chromium.new_context(viewport={"width": 1280, "height": 800})
                part = min(A_STUDY, kills - total.kills)
                total.add(kill_app(context, study, length, Path(folder), part, seed=total.kills + 1))
                context.close()
        chromium.close()
    print(total.line())
    for line in [*total.lost, *total.twice, *total.unclean][:10]:
        print(f"    {line}")
    print(f"{time.perf_counter() - began:.0f} s", flush=True)
    return 0 if total.is_perfect else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
