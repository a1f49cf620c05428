"""The running app is killed while people code in it; ``make bench-reliability`` does it more often."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "reliability"


@pytest.fixture
def app_killing() -> Iterator[ModuleType]:
    """The module that kills and looks; no package, so it is found by its folder."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield importlib.import_module("_app_killing")
    finally:
        sys.path.remove(str(FOLDER))


def test_a_killed_app_loses_nothing(app_killing: ModuleType, browser: Browser, tmp_path: Path) -> None:
    """After each of 5 kills under four tabs all that was told stored is there, and check is clean;
    in the end every act is stored, once, and the panel shows what stands."""
    study = tmp_path / "study.db"
    length = app_killing.new_app_study(study)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        counts = app_killing.kill_app(context, study, length, tmp_path, 5)
    finally:
        context.close()
    assert (counts.lost, counts.twice, counts.unclean) == ([], [], [])
    assert counts.kills == 5
    assert counts.done >= counts.acknowledged > 20


def test_the_look_at_a_killed_app_sees_faults(app_killing: ModuleType, tmp_path: Path) -> None:
    """An operation that a tab was told of and that is not in the study counts as lost."""
    study = tmp_path / "study.db"
    app_killing.new_app_study(study)
    counts = app_killing.AppCounts()
    app_killing._look(study, {"never stored"}, counts)
    assert counts.lost == ["operation never stored"]
