"""Bad files of every format: only clear errors, nothing written, and no words of theirs in a message."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostile_files
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualtool.errors import QualtoolError
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study.studies import create_study

EXAMPLES = 200
# A file of a few hundred bytes takes milliseconds; on a busy machine seconds are still no accident.
SECONDS = 10


class Watched:
    """A study, and whether anybody has written to it: SQLite counts for us."""

    def __init__(self, study: Path) -> None:
        self.study = study
        self.db = sqlite3.connect(study)

    @property
    def version(self) -> int:
        return int(self.db.execute("PRAGMA data_version").fetchone()[0])


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A study with one transcript and three codes, shared by all examples of a run."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "codes.yaml").write_text(hostile_files.CODEBOOK, encoding="utf-8")
    study = folder / "study.db"
    create_study(study, codebook=folder / "codes.yaml", by="Ada")
    import_loaded(study, [("kept.txt", hostile_files.TALK.encode())], ImportReport(), by="Ada")
    found = Watched(study)
    yield found
    found.db.close()


def _fuzz(format: str) -> Callable[[Watched], None]:
    counter = iter(range(10_000_000))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(seed=st.integers(0, 2**48))
    def run(watched: Watched, seed: int) -> None:
        rng = random.Random(seed)
        data, name = hostile_files.spoiled(format, rng), hostile_files.odd_name(format, next(counter), rng)
        before, began = watched.version, time.process_time()
        try:
            hostile_files.FORMATS[format].take(watched.study, name, data)
        except QualtoolError as err:
            assert watched.version == before, "a refused file was written"
            assert str(err).strip()
            # A single odd word may be named where a date or an id is expected; sentences never.
            assert "They ask around" not in str(err)
            # Words spliced into the header have become the name of a column, and names are named.
            if b"We waited" not in data.split(b"\n", 1)[0]:
                assert "We waited" not in str(err)
        assert time.process_time() - began < SECONDS

    return run


@pytest.mark.parametrize("format", sorted(hostile_files.FORMATS))
def test_spoiled_files_are_taken_or_refused(format: str, watched: Watched) -> None:
    """Each of 200 spoiled files of a format is imported, or refused with words and without a trace."""
    _fuzz(format)(watched)


def test_the_study_is_whole_after_all_spoiled_files(watched: Watched) -> None:
    """After spoiled files of every format the study passes its own check."""
    for format in sorted(hostile_files.FORMATS):
        for number in range(20):
            rng = random.Random(f"{format} {number}")
            try:
                hostile_files.FORMATS[format].take(
                    watched.study,
                    hostile_files.odd_name(format, 10**9 + number, rng),
                    hostile_files.spoiled(format, rng),
                )
            except QualtoolError:
                continue
    found: dict[str, Any] = check_study(watched.study)
    assert found["ok"], found["problems"][:5]
