"""Make the numbers of the sample study: school files, two surveys and their codings.

Run by hand, from anywhere: ``python corpora/sample/make_numbers.py``. The outputs are committed;
running it again gives the same bytes. Every school is fiction.
"""

from __future__ import annotations

from pathlib import Path

from making.published import write_published
from making.schools import build_schools
from making.surveys import write_surveys

HERE = Path(__file__).resolve().parent
SEED = 900_2025


def main() -> None:
    """Write ``indicators/`` and ``survey/``."""
    schools = build_schools(SEED)
    write_published(HERE / "indicators", schools, SEED + 1)
    counts = write_surveys(HERE / "survey", SEED + 3)
    print(f"{len(schools)} open schools; {counts}")


if __name__ == "__main__":
    main()
