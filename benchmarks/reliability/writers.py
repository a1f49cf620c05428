"""Eight processes that write in one study at once, 500 operations each: what is lost, what is shown.

First each codes its own stretches; then all change one code, one memo and one coding together.

python benchmarks/reliability/writers.py [operations of each, 500 unless told]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from _killing import new_study
from _torn import change_at_once
from _writers import write_at_once

WRITERS = 8


def main(operations: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        study = new_study(Path(folder) / "study.db")
        began = time.perf_counter()
        found = write_at_once(study, writers=WRITERS, operations=operations)
        seconds = time.perf_counter() - began
    print(
        f"{WRITERS} writers x {operations} operations: {found.acknowledged} acknowledged, {found.lost} lost, "
        f"{len(found.errors)} errors shown, {found.problems} problems found by check, {seconds:.1f} s",
        flush=True,
    )
    for line in found.errors[:5]:
        print(f"    {line}")
    with tempfile.TemporaryDirectory() as folder:
        study = new_study(Path(folder) / "study.db")
        began = time.perf_counter()
        torn = change_at_once(study, writers=WRITERS, operations=operations)
        seconds = time.perf_counter() - began
    print(
        f"{WRITERS} writers x {operations} changes of the same things: {torn.stored} stored or merged, "
        f"{torn.conflicts} conflicts told, {torn.lost} lost, {len(torn.errors)} errors shown, "
        f"{torn.problems} problems found by check, {seconds:.1f} s",
        flush=True,
    )
    for line in torn.errors[:5]:
        print(f"    {line}")
    return 0 if found.is_perfect and torn.is_perfect else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
