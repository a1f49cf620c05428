"""Names replaced and participants withdrawn at random, then every byte searched: what is left?

python benchmarks/reliability/erasing_counts.py [studies, 10 unless told]

Each study has people with made-up names and made-up words, in interviews, answers, memos, corrections
and backups. Half of the names get pseudonyms, some people withdraw; afterwards no file of the study
may hold a replaced name or a word of theirs, codings of others are all there, and ``check`` is clean.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from qualtool.importing import SurveyMapping
from qualtool.importing.pseudonym_table import read_pseudonyms
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.records.codes import save_codebook
from qualtool.workflows.coding import coding
from qualtool.workflows.editing import edit_source, memos
from qualtool.workflows.gathering import import_survey, import_transcripts
from qualtool.workflows.keeping import backups, checking, pseudonymise, purge
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies

PEOPLE, WITHDRAWN = 8, 3
PASSPHRASE = "only for this benchmark"
CODE = Code(guid="00000000-0000-4000-8000-000000000001", name="Code", short_id="C")
SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "mé", "ni", "pö", "ra", "se", "ti", "vu", "wa", "ye", "zo")


@dataclass
class Counts:
    """What was erased in a series of studies, and what was found of it afterwards."""

    studies: int = 0
    names: int = 0
    participants: int = 0
    before: int = 0
    left: int = 0
    lost: int = 0
    faults: int = 0

    @property
    def is_perfect(self) -> bool:
        return not (self.left or self.lost or self.faults)


def word(rng: random.Random, n: int) -> str:
    """A word that nobody else says."""
    return "".join(rng.choices(SYLLABLES, k=n))


def make_study(folder: Path, rng: random.Random) -> tuple[Path, dict[str, str]]:
    """A study, and the secret of each person in it."""
    study = folder / "study.db"
    studies.create_study(study, by="Ada")
    with connection.writing(study) as db:
        stamp = Stamp(by="Ada", at="2026-01-01T09:00:00.000+00:00")
        save_codebook(db, Codebook(title="T", codes=(CODE,)), stamp, note="first")
    secrets = {word(rng, 4).capitalize(): " ".join(word(rng, 5) for _ in range(4)) for _ in range(PEOPLE)}
    files, rows = [], []
    for n, (name, secret) in enumerate(secrets.items()):
        talk = f"Interviewer: Well, {name}?\n{name}: I say {secret}. So says {name.upper()}.\n"
        files.append((f"talk {n}.txt", (talk + f"Interviewer: Thanks, {name}’s friend.\n").encode()))
        rows.append(f"{n},{secret} by {name}\n")
    import_transcripts.import_loaded(study, files, ImportReport(), by="Ada")
    mapping = SurveyMapping(id="id", text=("t",))
    data = ("id,t\n" + "".join(rows)).encode()
    import_survey.import_survey(study, Path("s.csv"), mapping, data=data, by="Ada")
    for n, (name, secret) in enumerate(secrets.items()):
        for source in (f"talk {n}.txt", f"s.csv#{n}#t"):
            at = coding.text_of(study, source).index(secret)
            made = coding.code_selection(study, source, at, at + len(secret), "C", coder="Ada")
            coding.code_selection(study, source, at, at + 9, "C", coder="Ben")
            memos.write_memo(study, "coding", made["guid"], f"{name} says {secret}", coder="Ada")
        edit_source.edit_source(study, f"talk {n}.txt", replace=("Well, ", "So, "), by="Ada")
    backups.back_up_now(study)
    return study, secrets


def occurrences(folder: Path, words: list[str]) -> int:
    """How often words are in the bytes of all files below a folder, in any case and coding."""
    n = 0
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for one in words:
                for form in {one, one.lower(), one.upper(), one.capitalize()}:
                    n += data.count(form.encode()) + data.count(form.encode("utf-16-le"))
    return n


def erase(seed: int, counts: Counts) -> None:
    """One study: pseudonyms for half of the people, withdrawal of some others."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "study"
        folder.mkdir()
        study, secrets = make_study(folder, rng)
        names = list(secrets)
        replaced, withdrawn = names[: PEOPLE // 2], names[PEOPLE // 2 : PEOPLE // 2 + WITHDRAWN]
        rows = "".join(f"{name},[P-{n:02}],person\n" for n, name in enumerate(replaced))
        table = read_pseudonyms(f"real,pseudonym,kind\n{rows}".encode(), name="table.csv")
        gone = [*replaced, *(secrets[name] for name in withdrawn)]
        counts.before += occurrences(folder, gone)
        key = Path(place) / "names.key"
        pseudonymise.apply(study, table, key=key, passphrase=PASSPHRASE, delete_backups=True, by="Ada")
        with connection.reading(study) as db:
            people = [r[0] for r in db.conn.execute("SELECT name FROM participant ORDER BY id")]
        # Somebody is a participant of their interview by name, and of the survey by number.
        numbers = [n for n, name in enumerate(names) if name in withdrawn]
        theirs = [p for p in people if p.startswith(tuple(withdrawn)) or _number_of(p) in numbers]
        for person in theirs:
            purge.purge(study, person, delete_backups=True, by="Ada")
        counts.participants += len(theirs)
        counts.names += len(replaced)
        counts.left += occurrences(Path(place), gone)
        with connection.reading(study) as db:
            n_there = db.conn.execute("SELECT count(*) FROM coding").fetchone()[0]
        counts.lost += 4 * PEOPLE - n_there
        counts.faults += len(checking.check_study(study)["problems"])
        counts.studies += 1


def _number_of(participant: str) -> int | None:
    """Number of a respondent such as ``7 (s.csv)`` or ``s.csv#7``; None for anybody else."""
    digits = "".join(c for c in participant.replace("s.csv", "") if c.isdigit())
    return int(digits) if digits and "talk" not in participant else None


def main(n: int) -> int:
    counts, began = Counts(), time.perf_counter()
    for seed in range(1, n + 1):
        erase(seed, counts)
    print(
        f"{counts.studies} studies: {counts.names} names replaced and {counts.participants} participants"
        f" withdrawn; {counts.before} occurrences in their files before, {counts.left} left,"
        f" {counts.lost} codings lost, {counts.faults} faults found by check"
    )
    print(f"{time.perf_counter() - began:.0f} s", flush=True)
    return 0 if counts.is_perfect else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
