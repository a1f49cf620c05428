"""How fast names are proposed, and how many of what they propose; prints figures beside their goals."""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _made import peak_memory, timed, transcript, vocabulary

from qualtool.suggest.gazetteer import gazetteer_of
from qualtool.suggest.identifying import NamedText, propose_names

SAMPLE = Path(__file__).resolve().parents[1] / "corpora" / "sample" / "transcripts"
PEOPLE = ["Kieran", "Mrs Quillfeather", "Zebulun", "Imran", "Dr Vance", "Alice Smith", "Mr Tranter"]
PLACES = ["Staithe End", "Oakfield Primary School", "in Harrowmere", "at Denholme", "Mill Lane"]
NUMBERS = ["07700 900123", "ZZ91 4QT", "a.b@school.sch.uk", "born on 3 May 2014", "B801200005001"]


def main() -> None:
    texts = [NamedText(source=p.name, text=p.read_text("utf-8")) for p in sorted(SAMPLE.glob("*.txt"))]
    found = timed("28 interviews of the sample study", "< 2 s", lambda: propose_names(texts), repeats=3)
    print(f"{'':<4}{len(found)} proposals: {dict(Counter(p.kind for p in found))}")
    rng = random.Random(7)
    words = vocabulary(rng)
    many = [NamedText(source=f"{n}.txt", text=named(rng, transcript(rng, words, 8_000))) for n in range(100)]
    n_chars = sum(len(one.text) for one in many)
    print(f"{'':<4}100 made transcripts, {n_chars / 1e6:.1f} million characters")
    register = [f"{a.title()} {b.title()} {kind}" for a, b, kind in register_rows(rng, words)]
    gazetteer = timed(
        "a register of 25,000 schools", "< 3 s", lambda: gazetteer_of(register, ["Harrowmere", "Penwold"])
    )
    found = timed("100 transcripts of 8,000 words", "< 15 s", lambda: propose_names(many))
    print(f"{'':<4}{len(found)} proposals")
    found = timed("the same with the register", "< 15 s", lambda: propose_names(many, gazetteer=gazetteer))
    print(f"{'':<4}{len(found)} proposals; peak memory {peak_memory()}")


def named(rng: random.Random, text: str) -> str:
    """A made transcript in which every fiftieth word is a name, a place or a number."""
    words = text.split(" ")
    for at in range(0, len(words), 50):
        words[at] = f"{words[at]} {rng.choice([*PEOPLE, *PLACES, *NUMBERS])}"
    return " ".join(words)


def register_rows(rng: random.Random, words: list[str]) -> list[tuple[str, str, str]]:
    """25,000 made names of schools in three parts."""
    kinds = ["Primary School", "C of E Primary School", "Academy", "High School", "Infant School"]
    return [(rng.choice(words), rng.choice(words), rng.choice(kinds)) for _ in range(25_000)]


if __name__ == "__main__":
    main()
