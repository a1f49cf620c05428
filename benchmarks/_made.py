"""Made-up material for benchmarks: words from a seeded list, never from people."""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_SYLLABLES = (
    "ba",
    "da",
    "ka",
    "la",
    "ma",
    "na",
    "ra",
    "sa",
    "bel",
    "den",
    "kin",
    "lor",
    "mis",
    "nor",
    "pel",
    "ver",
)


def vocabulary(rng: random.Random, size: int = 3000) -> list[str]:
    """Invented words of two to four syllables."""
    return sorted({"".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(size)})


def transcript(rng: random.Random, words: list[str], n_words: int) -> str:
    """Turns of an interviewer and one participant, sentences of 6 to 22 words."""
    lines: list[str] = []
    used = 0
    while used < n_words:
        asks = len(lines) % 2 == 0
        turn: list[str] = []
        for _ in range(1 if asks else rng.randint(1, 8)):
            sentence = rng.choices(words, k=rng.randint(6, 22))
            used += len(sentence)
            turn.append(" ".join(sentence).capitalize() + ("?" if asks else "."))
        lines.append(f"{'Interviewer' if asks else 'Alex'}: {' '.join(turn)}")
    return "\n\n".join(lines) + "\n"


def timed(what: str, goal: str, work: Callable[[], T], *, repeats: int = 1) -> T:
    """Run, print the best and the median time beside the goal, and give back the last result."""
    times: list[float] = []
    for _ in range(repeats):
        began = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - began)
    times.sort()
    middle = times[len(times) // 2]
    print(f"{what:<58} best {times[0]:8.3f} s  median {middle:8.3f} s  goal {goal}", flush=True)
    return result


def peak_memory() -> str:
    """Most memory this process has held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6:.0f} MB"
