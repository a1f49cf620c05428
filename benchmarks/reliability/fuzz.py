"""Bad files by the thousand: ``python benchmarks/reliability/fuzz.py [--n 10000] [FORMAT ...]``.

Each format's spoiled files are imported into a study. A line a format says how many were taken and
refused, how many did anything else (none may), and the slowest; then the large bombs, each in a
process that may take three gigabytes. Exit 1 where anything but a clear refusal was seen, a refused
file was written, or the study is not whole at the end.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2] / "tests" / "kit"
sys.path.insert(0, str(TESTS))

import hostile_bombs  # noqa: E402
import hostile_files  # noqa: E402

from qualtool.errors import QualtoolError  # noqa: E402
from qualtool.workflows.gathering.import_transcripts import import_loaded  # noqa: E402
from qualtool.workflows.keeping.checking import check_study  # noqa: E402
from qualtool.workflows.reports import ImportReport  # noqa: E402
from qualtool.workflows.study.studies import create_study  # noqa: E402


@dataclass(slots=True)
class Counts:
    """What came of the files of one format."""

    taken: int = 0
    refused: int = 0
    written: int = 0
    slowest: float = 0.0
    faults: collections.Counter[str] = field(default_factory=collections.Counter)

    @property
    def is_good(self) -> bool:
        return not self.faults and not self.written


def make_study(folder: Path) -> Path:
    """A study with one transcript and three codes."""
    codes = folder / "codes.yaml"
    codes.write_text(hostile_files.CODEBOOK, encoding="utf-8")
    study = folder / "study.db"
    create_study(study, codebook=codes, by="Ada")
    import_loaded(study, [("kept.txt", hostile_files.TALK.encode())], ImportReport(), by="Ada")
    return study


def fuzz(format: str, n: int, seed: int) -> tuple[Counts, bool]:
    """Import ``n`` spoiled files of a format; also whether the study is whole afterwards."""
    counts = Counts()
    with tempfile.TemporaryDirectory() as folder:
        study = make_study(Path(folder))
        watch = sqlite3.connect(study)
        for number in range(n):
            rng = random.Random(f"{seed} {format} {number}")
            data = hostile_files.spoiled(format, rng)
            name = hostile_files.odd_name(format, number, rng)
            before = watch.execute("PRAGMA data_version").fetchone()
            began = time.perf_counter()
            try:
                hostile_files.FORMATS[format].take(study, name, data)
                counts.taken += 1
            except QualtoolError:
                counts.refused += 1
                counts.written += watch.execute("PRAGMA data_version").fetchone() != before
            except Exception as err:  # what this benchmark looks for
                counts.faults[f"{type(err).__name__}: {str(err)[:80]} (number {number})"] += 1
            counts.slowest = max(counts.slowest, time.perf_counter() - began)
        watch.close()
        is_whole = bool(check_study(study)["ok"])
    return counts, is_whole


def run_bombs() -> bool:
    """Read every bomb in a process of its own; were all taken or refused?"""
    is_good = True
    for key in hostile_bombs.BOMBS | hostile_bombs.LARGE:
        command = [sys.executable, str(TESTS / "hostile_bombs.py"), key]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
            told = json.loads(ran.stdout)
        except (subprocess.TimeoutExpired, json.JSONDecodeError) as err:
            told = {"outcome": type(err).__name__, "seconds": 600, "peak_megabytes": 0, "megabytes": 0}
        is_good &= told["outcome"] in ("taken", "refused")
        print(
            f"{key:<28} {told['megabytes']:>6} MB  {told['outcome']:<8} {told['seconds']:>6} s"
            f"  peak {told['peak_megabytes']} MB",
            flush=True,
        )
    return is_good


def main() -> int:
    """Run what was asked; returns the exit code."""
    asked = argparse.ArgumentParser()
    asked.add_argument("formats", nargs="*", help="; ".join(hostile_files.FORMATS))
    asked.add_argument("--n", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--no-bombs", action="store_true")
    options = asked.parse_args()
    is_good = True
    for format in options.formats or hostile_files.FORMATS:
        counts, is_whole = fuzz(format, options.n, options.seed)
        is_good &= counts.is_good and is_whole
        print(
            f"{format:<16} {options.n} files: {counts.taken} taken, {counts.refused} refused, "
            f"{sum(counts.faults.values())} other errors, {counts.written} refused but written, "
            f"slowest {counts.slowest:.2f} s, study {'whole' if is_whole else 'DAMAGED'}",
            flush=True,
        )
        for fault, n in counts.faults.most_common(10):
            print(f"    {n} x {fault}")
    if not options.no_bombs:
        is_good &= run_bombs()
    print("fuzz: 0 faults" if is_good else "fuzz: FAULTS, see above")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
