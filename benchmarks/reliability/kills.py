"""kill -9 of importer, coder, editor, backup, restore and migration at random moments: what is lost?

python benchmarks/reliability/kills.py [kills of each, 200 unless told]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from _killing import WORKS, kill_migrations, kill_series, new_study


def main(kills: int) -> int:
    is_perfect = True
    began = time.perf_counter()
    for what, work in WORKS.items():
        done, found = 0, None
        with tempfile.TemporaryDirectory() as folder:
            # Several studies, so that a check stays quick: each grows with every kill.
            total: list[str] = []
            while done < kills:
                part = min(20, kills - done)
                study = new_study(Path(folder) / f"{done}.db")
                counts = kill_series(work, study, part, seed=done + 1)
                done += part
                if found is None:
                    found = counts
                else:
                    found.kills += counts.kills
                    found.acknowledged += counts.acknowledged
                    found.lost += counts.lost
                    found.half += counts.half
                    found.unclean += counts.unclean
                if not counts.is_perfect:
                    total += [*counts.lost, *counts.half, *counts.unclean]
                    break
        if found is not None:
            print(found.line(what), flush=True)
            is_perfect = is_perfect and found.is_perfect
        for line in total[:10]:
            print(f"    {line}")
    with tempfile.TemporaryDirectory() as folder:
        found = kill_migrations(Path(folder), kills)
    print(found.line("migration"), flush=True)
    is_perfect = is_perfect and found.is_perfect
    print(f"{time.perf_counter() - began:.0f} s", flush=True)
    return 0 if is_perfect else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
