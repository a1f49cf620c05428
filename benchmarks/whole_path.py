"""Import, count and read back at the size of a large study; prints figures beside their goals."""

from __future__ import annotations

import csv
import io
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from _made import peak_memory, timed, transcript, vocabulary

from qualtool.importing import SurveyMapping
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.frames import forget
from qualtool.workflows.gathering.import_codings import import_codings
from qualtool.workflows.gathering.import_survey import import_survey
from qualtool.workflows.gathering.import_transcripts import import_transcripts
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.study.studies import create_study
from qualtool.workflows.themes.themes import frequencies, quotes

N_CODES = 46
CODEBOOK = "title: Made\ncodes:\n" + "".join(
    f"  - {{id: C{n}, name: Code {n}, definition: The code number {n}.}}\n" for n in range(N_CODES)
)


def survey_file(rng: random.Random, words: list[str], n: int) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["id", "weight", "phase", "comment"])
    for number in range(n):
        comment = " ".join(rng.choices(words, k=rng.randint(5, 60)))
        writer.writerow([number, f"{rng.uniform(0.5, 2):.3f}", rng.choice(["primary", "secondary"]), comment])
    return buffer.getvalue().encode()


def codings_file(rng: random.Random, texts: dict[str, str], n: int) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["source", "start_char", "end_char", "code", "coder"])
    each = n // len(texts)
    for name, text in texts.items():
        for _ in range(each):
            start = rng.randrange(len(text) - 400)
            row = [name, start, start + rng.randint(20, 300)]
            writer.writerow([*row, f"C{rng.randrange(N_CODES)}", rng.choice(["ann", "ben"])])
    return buffer.getvalue().encode()


def after_a_coding(study: Path) -> dict[str, Any]:
    """Count after one more coding, as a researcher does who goes back and forth."""
    start = random.randrange(1000)
    code_selection(study, "interview_000.txt", start, start + 9, "C1", coder="ann")
    return frequencies(study, by="role")


def anew(study: Path) -> dict[str, Any]:
    """Count as the first question to a study does, with nothing kept in memory."""
    forget()
    return frequencies(study, by="role")


def main() -> None:
    rng = random.Random(7)
    words = vocabulary(rng)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
        (base / "transcripts").mkdir()
        texts = {f"interview_{n:03}.txt": transcript(rng, words, 8000) for n in range(100)}
        sheet = ["file,speaker,participant,role,case,urn"]
        for n, (name, text) in enumerate(texts.items()):
            (base / "transcripts" / name).write_text(text, encoding="utf-8")
            school = 900001 + n % 30
            sheet.append(f"{name},Alex,P{n},{['SENCO', 'head', 'parent'][n % 3]},School {school},{school}")
        (base / "sheet.csv").write_text("\n".join(sheet), encoding="utf-8")
        study = base / "study.db"
        create_study(study, codebook=base / "codebook.yaml")
        timed(
            "import 100 transcripts of 8,000 words",
            "< 20 s",
            lambda: import_transcripts(study, [base / "transcripts"], sheet=base / "sheet.csv"),
        )
        data = survey_file(rng, words, 20_000)
        mapping = SurveyMapping(id="id", text=("comment",), weight="weight", single=("phase",))
        timed(
            "import 20,000 survey answers",
            "< 10 s",
            lambda: import_survey(study, Path("made.csv"), mapping, data=data),
        )
        codings = codings_file(rng, texts, 100_000)
        timed(
            "import 100,000 codings",
            "-",
            lambda: import_codings(study, Path("codings.csv"), data=codings),
        )
        timed("frequencies, 100,000 codings, first question", "< 0.5 s", lambda: anew(study), repeats=5)
        timed("frequencies, one more coding", "< 0.5 s", lambda: after_a_coding(study), repeats=5)
        timed(
            "frequencies by role, 100,000 codings",
            "< 0.5 s",
            lambda: frequencies(study, by="role"),
            repeats=5,
        )
        timed(
            "frequencies by case, 100,000 codings",
            "< 0.5 s",
            lambda: frequencies(study, by="case"),
            repeats=5,
        )
        timed("quotes of one code, 100,000 codings", "< 0.5 s", lambda: quotes(study, code="C3"), repeats=5)
        timed(
            "quotes of one school, 100,000 codings", "< 0.5 s", lambda: quotes(study, urn="900004"), repeats=5
        )
        found = timed("check the whole study", "-", lambda: check_study(study))
        print(f"check finds {len(found['problems'])} problems; peak memory {peak_memory()}")


if __name__ == "__main__":
    main()
