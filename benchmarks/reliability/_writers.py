"""Several processes that write to one study at once, and what came of it."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qualtool.errors import QualtoolError
from qualtool.store.file import connection
from qualtool.workflows.coding import coding
from qualtool.workflows.keeping import checking


@dataclass(frozen=True)
class Outcome:
    """Operations acknowledged, those of them that are not in the study, and errors shown."""

    acknowledged: int
    lost: int
    errors: list[str]
    problems: int

    @property
    def is_perfect(self) -> bool:
        return not (self.lost or self.errors or self.problems)


def at_once(writers: int, act: Callable[[int, int], None]) -> list[str]:
    """The lines that processes told, all at work at once; ``act`` gets its number and a pipe to tell them."""
    pipes: list[int] = []
    children: list[int] = []
    for n in range(writers):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                act(n, writing)
            finally:
                os._exit(0)  # also after an error: a second run of whoever called this must not go on
        os.close(writing)
        pipes.append(reading)
        children.append(child)
    told: list[str] = []
    for pipe in pipes:
        with os.fdopen(pipe, "rb") as stream:
            told += stream.read().decode().splitlines()
    for child in children:
        os.waitpid(child, 0)
    return told


def write_at_once(study: Path, *, writers: int, operations: int) -> Outcome:
    """Let processes code at once, each its own stretches, and compare what they were told with the study."""
    told = at_once(writers, lambda n, pipe: _write(study, n, operations, pipe))
    done = [line.removeprefix("done ") for line in told if line.startswith("done ")]
    with connection.reading(study) as db:
        there = {r[0] for r in db.conn.execute("SELECT guid FROM coding WHERE removed_at IS NULL")}
    return Outcome(
        acknowledged=len(set(done)),
        lost=len(set(done) - there) + writers * operations - len(done),
        errors=[line for line in told if not line.startswith("done ")],
        problems=len(checking.check_study(study)["problems"]),
    )


def _write(study: Path, n: int, operations: int, pipe: int) -> None:
    """Distinct stretches, so that every operation is a coding of its own."""
    text = coding.text_of(study, "base.txt")
    spans = [(start, start + length) for length in range(1, 12) for start in range(len(text) - length)]
    for start, end in random.Random(n).sample(spans, operations):
        try:
            made = coding.code_selection(study, "base.txt", start, end, "C", coder=f"coder {n}")
            line = f"done {made['guid']}"
        except QualtoolError as err:
            line = f"error {err.message}"
        os.write(pipe, (line + "\n").encode())
