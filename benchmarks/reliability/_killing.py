"""Kill processes at work, and look at what they leave. Tests and benchmarks share it.

A process is forked from this one, so that it begins at once, and writes a line to a pipe for every
operation that was acknowledged to it. What it had acknowledged before it was killed must be there.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qualtool.errors import UserInputError
from qualtool.model import Code, Codebook
from qualtool.store import connection
from qualtool.workflows import checking, coding, edit_source, import_codebook, import_transcripts, studies
from qualtool.workflows.reports import ImportReport

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


WORKS: dict[str, Work] = {"importer": import_on, "coding writer": code_on, "editor": edit_on}


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
