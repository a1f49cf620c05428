"""kill -9 at random moments, and several processes at once; ``make bench-reliability`` does it 200 times."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "reliability"
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked and killed")


@pytest.fixture(scope="module")
def reliability() -> Iterator[dict[str, Any]]:
    """The modules that kill and look; no package, so they are found by their folder."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(name) for name in ("_killing", "_writers", "erasing_counts")}
    finally:
        sys.path.remove(str(FOLDER))


@pytest.mark.parametrize("what", ["importer", "coding writer", "editor", "backup", "restore"])
def test_a_killed_process_loses_nothing(what: str, reliability: dict[str, Any], tmp_path: Path) -> None:
    """After each of 5 kills all that was acknowledged is there, no import is half there, check is clean."""
    killing = reliability["_killing"]
    counts = killing.kill_series(killing.WORKS[what], killing.new_study(tmp_path / "study.db"), 5)
    assert counts.kills == 5
    assert (counts.lost, counts.half, counts.unclean) == ([], [], [])


def test_a_killed_migration_loses_nothing(reliability: dict[str, Any], tmp_path: Path) -> None:
    """Studies of version 0.1, opened by a process that is killed, are whole and of the newest schema."""
    counts = reliability["_killing"].kill_migrations(tmp_path, 5)
    assert counts.kills == 5
    assert (counts.lost, counts.unclean) == ([], [])


def test_the_look_after_a_kill_sees_faults(reliability: dict[str, Any], tmp_path: Path) -> None:
    """An operation that is not in the study counts as lost, and a source without its turns as half there."""
    killing = reliability["_killing"]
    study = killing.new_study(tmp_path / "study.db")
    assert killing.lost_of(study, ["coding none", "source base.txt"]) == ["coding none"]
    assert killing.half_imports(study) == []
    with killing.connection.writing(study) as db:
        db.conn.execute("DELETE FROM segment WHERE kind = 'turn' AND position = 3")
    assert killing.half_imports(study) == ["base.txt"]


def test_four_writers_at_once_lose_nothing(reliability: dict[str, Any], tmp_path: Path) -> None:
    """Of 4 processes with 40 codings each none is lost, and nobody is shown a locked study."""
    study = reliability["_killing"].new_study(tmp_path / "study.db")
    found = reliability["_writers"].write_at_once(study, writers=4, operations=40)
    assert (found.acknowledged, found.lost, found.errors, found.problems) == (160, 0, [], 0)


def test_random_erasures_leave_no_byte(reliability: dict[str, Any]) -> None:
    """Names replaced and people withdrawn in a made-up study: no file of it holds them any more."""
    erasing = reliability["erasing_counts"]
    counts = erasing.Counts()
    erasing.erase(seed=1, counts=counts)
    assert counts.before > 100
    assert counts.names + counts.participants > 7
    assert (counts.left, counts.lost, counts.faults) == (0, 0, 0)
