"""How long it takes to merge a copy with 100,000 codings; prints figures beside their goals."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _made import peak_memory, timed, transcript, vocabulary

from qualtool.model import Code, Codebook
from qualtool.workflows.editing.edit_source import edit_source
from qualtool.workflows.gathering.import_codebook import save_codebook
from qualtool.workflows.gathering.import_codings import import_codings
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.keeping.merge import merge, preview
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study.studies import create_study

N_SOURCES, N_CODES, N_CODINGS, N_CORRECTED = 100, 60, 100_000, 20


def codings(rng: random.Random, texts: dict[str, str], coder: str, n: int) -> bytes:
    lines = ["source,start_char,end_char,code,coder"]
    names = list(texts)
    for _ in range(n):
        name = rng.choice(names)
        start = rng.randrange(len(texts[name]) - 300)
        end = start + rng.randint(20, 300)
        lines.append(f"{name},{start},{end},C{rng.randrange(N_CODES)},{coder}")
    return "\n".join(lines).encode()


def main() -> None:
    rng = random.Random(11)
    words = vocabulary(rng)
    texts = {f"interview_{n:03}.txt": transcript(rng, words, 8_000) for n in range(N_SOURCES)}
    book = Codebook(
        title="B",
        codes=tuple(
            Code(guid=f"00000000-0000-4000-8000-{n:012}", name=f"Code {n}", short_id=f"C{n}")
            for n in range(N_CODES)
        ),
    )
    with tempfile.TemporaryDirectory() as folder:
        study, other = Path(folder) / "study.db", Path(folder) / "other.db"
        create_study(study, by="Anna")
        save_codebook(study, book, by="Anna", note="first")
        files = [(name, text.encode()) for name, text in texts.items()]
        import_loaded(study, files, ImportReport(), by="Anna")
        shutil.copyfile(study, other)
        mine = codings(rng, texts, "Anna", 20_000)
        theirs = codings(rng, texts, "Ben", N_CODINGS)
        import_codings(study, Path("mine.csv"), data=mine, by="Anna")
        timed(
            f"import {N_CODINGS:,} codings, to compare",
            "-",
            lambda: import_codings(other, Path("theirs.csv"), data=theirs, by="Ben"),
        )
        for number, name in enumerate(texts):
            if number < N_CORRECTED:
                edit_source(study, name, replace=(words[5], words[7]), by="Anna")
            elif number < 2 * N_CORRECTED:
                edit_source(other, name, replace=(words[9], words[11]), by="Ben")
        look = timed("look ahead", "< 10 s", lambda: preview(study, other))
        done = timed(f"merge {N_CODINGS:,} codings", "< 10 s", lambda: merge(study, other, by="Anna"))
        told = done.as_dict()
        print(
            f"{'':<4}{done.added['codings']:,} codings added, {told['moved']:,} moved,"
            f" {len(told['needs_review']):,} need review, {told['lost']} lost;"
            f" the look ahead said {look.added['codings']:,}"
        )
        again = timed("merge it again: nothing new", "-", lambda: merge(study, other, by="Anna"))
        print(f"{'':<4}new: {again.is_new}; check: {len(check_study(study)['problems'])} problems")
        print(f"peak memory {peak_memory()}")


if __name__ == "__main__":
    main()
