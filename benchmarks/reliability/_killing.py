"""Kill processes at work, and look at what they leave. Tests and benchmarks share it.

A process is forked from this one, so that it begins at once, and writes a line to a pipe for every
operation that was acknowledged to it. What it had acknowledged before it was killed must be there.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qualtool.errors import UserInputError
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.workflows.coding import coding
from qualtool.workflows.editing import edit_source
from qualtool.workflows.gathering import import_codebook, import_transcripts
from qualtool.workflows.keeping import backups, checking
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies

CODE = Code(guid="00000000-0000-4000-8000-000000000001", name="Code", short_id="C")
TURNS = 40
SAY = "Ruth: We say {n} words here, and then some more of them 👩‍👩‍👧. It goes on.\n"
Told = Callable[[str], None]
Work = Callable[[Path, Told, random.Random], None]


@dataclass
class Counts:
    """What a series of kills found."""

    kills: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    unclean: list[str] = field(default_factory=list)

    @property
    def is_perfect(self) -> bool:
        return not (self.lost or self.half or self.unclean)

    def line(self, what: str) -> str:
        return (
            f"{what:<16} {self.kills:>4} kills  {self.acknowledged:>6} acknowledged  {len(self.lost)} lost  "
            f"{len(self.half)} half there  {len(self.unclean)} faults found by check"
        )


def transcript(n: int) -> bytes:
    """A transcript of many turns, different for each number."""
    return "".join(f"Interviewer: Number {n}, {t}?\n" + SAY.format(n=t) for t in range(TURNS)).encode()


def new_study(path: Path) -> Path:
    """A study with one code and one source to code in."""
    studies.create_study(path, by="Ada")
    import_codebook.save_codebook(path, Codebook(title="T", codes=(CODE,)), by="Ada", note="first")
    import_transcripts.import_loaded(path, [("base.txt", transcript(0))], ImportReport(), by="Ada")
    return path


# --- what is killed -------------------------------------------------------------------------------


def import_on(study: Path, tell: Told, rng: random.Random) -> None:
    """Import transcript after transcript, ten files a call."""
    while True:
        first = rng.randrange(1, 10**9)
        for n in range(first, first + 10):
            report = ImportReport()
            import_transcripts.import_loaded(study, [(f"{n}.txt", transcript(n))], report, by="Ada")
            if report.accepted:
                tell(f"source {n}.txt")


def code_on(study: Path, tell: Told, rng: random.Random) -> None:
    """Code stretch after stretch."""
    text = coding.text_of(study, "base.txt")
    coder = f"coder {rng.randrange(10**6)}"
    while True:
        start = rng.randrange(len(text) - 20)
        end = start + rng.randrange(1, 20)
        made = coding.code_selection(study, "base.txt", start, end, "C", coder=coder)
        tell(f"coding {made['guid']}")


def edit_on(study: Path, tell: Told, rng: random.Random) -> None:
    """Correct one text over and over, with a coding between corrections."""
    while True:
        text = coding.text_of(study, "base.txt")
        at = rng.randrange(len(text) - 30)
        try:
            made = coding.code_selection(study, "base.txt", at, at + 12, "C", coder="Ada")
            tell(f"coding {made['guid']}")
            at = rng.randrange(len(text) - 30)
            edited = text[:at] + "ab"[rng.randrange(2)] + text[at + 1 :]
            report = edit_source.edit_source(study, "base.txt", text=edited, by="Ada")
        except UserInputError:
            continue
        tell(f"version {report['version']}")


def back_up_on(study: Path, tell: Told, rng: random.Random) -> None:
    """Code, and back the study up, again and again."""
    while True:
        at = rng.randrange(1000)
        made = coding.code_selection(study, "base.txt", at, at + rng.randrange(1, 90), "C", coder="Ada")
        tell(f"coding {made['guid']}")
        tell(f"backup {backups.back_up_now(study).name}")


def restore_on(study: Path, tell: Told, rng: random.Random) -> None:
    """Code, back up, and restore that very backup, again and again: so nothing may ever be missing."""
    while True:
        at = rng.randrange(1000)
        made = coding.code_selection(study, "base.txt", at, at + rng.randrange(1, 90), "C", coder="Ada")
        tell(f"coding {made['guid']}")
        backup = backups.back_up_now(study)
        backups.restore(study, backup, by="Ada")
        for kept in study.parent.glob(f"{study.name}.before-restore*"):
            kept.unlink()


WORKS: dict[str, Work] = {
    "importer": import_on,
    "coding writer": code_on,
    "editor": edit_on,
    "backup": back_up_on,
    "restore": restore_on,
}


def open_older(study: Path, tell: Told, rng: random.Random) -> None:
    """Open studies of version 0.1, which brings each to the newest schema, one after the other."""
    for older in sorted(study.parent.glob("older-*.db")):
        with connection.reading(older) as db:
            tell(f"{older.name} {db.conn.execute('SELECT count(*) FROM coding').fetchone()[0]}")
    time.sleep(60)


# --- killing and looking --------------------------------------------------------------------------


def kill_while(work: Work, study: Path, seconds: float, seed: int) -> list[str]:
    """Let a process work for some seconds, kill it (SIGKILL), and return what was acknowledged to it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(study, lambda line: _tell(writing, line), random.Random(seed))
        finally:
            os._exit(3)  # it works until it is killed: ending by itself is a fault
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError("The process ended before it was killed.")
    return told.splitlines()


def _tell(pipe: int, line: str) -> None:
    os.write(pipe, (line + "\n").encode())


def kill_series(work: Work, study: Path, kills: int, *, seed: int = 1, longest: float = 0.3) -> Counts:
    """Kill a process at random moments, time after time on one study, and look after each kill."""
    rng, counts = random.Random(seed), Counts()
    acknowledged: list[str] = []
    for n in range(kills):
        acknowledged += kill_while(work, study, rng.uniform(0.005, longest), seed=seed * 1000 + n)
        counts.kills += 1
        counts.lost += lost_of(study, acknowledged)
        counts.half += half_imports(study)
        found = checking.check_study(study)
        counts.unclean += [f"{p['rule']} {p['where']}" for p in found["problems"]]
        if not counts.is_perfect:
            break
    counts.acknowledged = len(acknowledged)
    return counts


def lost_of(study: Path, acknowledged: list[str]) -> list[str]:
    """Acknowledged operations whose result is not in the study."""
    with connection.reading(study) as db:
        there = {f"coding {r[0]}" for r in db.conn.execute("SELECT guid FROM coding")}
        there |= {f"source {r[0]}" for r in db.conn.execute("SELECT name FROM source")}
        there |= {f"version {r[0]}" for r in db.conn.execute("SELECT version FROM text_version")}
    # Rotation gives old backups up; the newest are kept.
    known = [f"backup {b.path.name}" for b in backups.known_backups(study)]
    told = [line for line in acknowledged if line.startswith("backup ")]
    there |= set(known) | set(told[:-5])
    return [line for line in acknowledged if line not in there]


def half_imports(study: Path) -> list[str]:
    """Sources that are not there with all of their text, turns, speakers and event."""
    return list(_half_imports(study))


def _half_imports(study: Path) -> Iterator[str]:
    with connection.reading(study) as db:
        rows = db.conn.execute(
            "SELECT s.guid, s.name, v.text, (SELECT count(*) FROM segment g WHERE g.source_id = s.id"
            " AND g.version = 1 AND g.kind = 'turn'),"
            " (SELECT count(*) FROM speaker k WHERE k.source_id = s.id),"
            " (SELECT count(*) FROM event e WHERE e.target_guid = s.guid AND e.kind = 'source_imported')"
            " FROM source s LEFT JOIN text_version v ON v.source_id = s.id AND v.version = 1"
        ).fetchall()
    for _, name, text, turns, speakers, events in rows:
        n = 0 if name == "base.txt" else int(name.removesuffix(".txt"))
        if (text, turns, speakers, events) != (transcript(n).decode(), 2 * TURNS, 2, 1):
            yield name


# --- migrations -----------------------------------------------------------------------------------

OLDER = Path(__file__).resolve().parents[2] / "tests" / "migration" / "study_0.1.sql"
N_OLDER = 11  # codings in it


def kill_migrations(folder: Path, kills: int, *, seed: int = 1) -> Counts:
    """Kill a process that opens studies of version 0.1, and open them again: nothing may be missing."""
    rng, counts = random.Random(seed), Counts()
    original = folder / "original.db"
    with sqlite3.connect(original) as conn:
        conn.executescript(OLDER.read_text(encoding="utf-8"))
    conn.close()
    for n in range(kills):
        older = [Path(shutil.copyfile(original, folder / f"older-{k}.db")) for k in range(6)]
        told = kill_while(open_older, folder / "study.db", rng.uniform(0.005, 0.25), seed=seed * 1000 + n)
        counts.kills += 1
        counts.acknowledged += len(told)
        for study in older:
            with connection.reading(study) as db:
                n_codings = db.conn.execute("SELECT count(*) FROM coding").fetchone()[0]
            counts.lost += [f"{study.name}: {n_codings} codings"] * (n_codings != N_OLDER)
            found = checking.check_study(study)["problems"]
            counts.unclean += [f"{p['rule']} {p['where']}" for p in found]
            for side in ("", "-wal", "-shm"):
                study.with_name(study.name + side).unlink(missing_ok=True)
    return counts
