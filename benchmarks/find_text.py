"""How fast words are found in a study of a million words; prints figures beside their goals."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _made import peak_memory, timed, transcript, vocabulary

from qualtool.workflows.coding.find_text import find_text, hits_in_place
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study.studies import create_study


def main() -> None:
    rng = random.Random(7)
    words = vocabulary(rng)
    # Real transcripts hold printed quote marks and a few accents, which make a text slower to search.
    words += [f"{word}’s" for word in rng.sample(words, 60)] + ["café", "naïve", "Zoë"]
    texts = [(f"interview_{n:03}.txt", transcript(rng, words, 8_000).encode()) for n in range(125)]
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study.db"
        create_study(study, by="Anna")
        timed("import a million words", "-", lambda: import_loaded(study, texts, ImportReport(), by="Anna"))
        for what, wanted, options in (
            ("one word", words[5], {}),
            ("one word, whole", words[5], {"whole_word": True}),
            ("a phrase of two words", f"{words[5]} {words[9]}", {}),
            ("any of five words", " ".join(words[10:60:10]), {"mode": "any"}),
            ("a word with an accent", "cafe", {}),
            ("nothing there", "xylophone", {}),
            ("case and accents matter", words[5], {"ignore_case": False, "ignore_accents": False}),
        ):
            found = timed(what, "< 0.5 s", lambda w=wanted, o=options: find_text(study, w, **o), repeats=3)
            print(f"{'':<4}{len(found.hits)} hits in {found.n_sources} sources")
        found = find_text(study, words[5])
        timed(
            "a screen of 20 hits in place",
            "< 0.1 s",
            lambda: hits_in_place(study, found.hits[:20], "Anna"),
            repeats=3,
        )
        print(f"peak memory {peak_memory()}")


if __name__ == "__main__":
    main()
