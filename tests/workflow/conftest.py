"""A small study for workflow tests: six interviews, fourteen answers, eleven codings, twelve schools."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
SURVEY = ("--id", "id", "--text", "comment", "--weight", "weight", "--role", "role", "--likert", "happy")


@pytest.fixture(scope="session")
def tiny_master(tmp_path_factory: pytest.TempPathFactory, qualtool: Callable[..., Any]) -> Path:
    """The study of ``docs/examples``, built once. Read it, never write to it."""
    study = tmp_path_factory.mktemp("tiny") / "tiny.db"
    for arguments in (
        ("init", study, "--codebook", EXAMPLES / "codes.yaml"),
        ("import", "transcripts", study, EXAMPLES / "interviews", "--sheet", EXAMPLES / "sheet.csv"),
        ("import", "survey", study, EXAMPLES / "survey.csv", *SURVEY),
        ("import", "codings", study, EXAMPLES / "codings.csv"),
        ("import", "asked", study, EXAMPLES / "asked.csv"),
        ("import", "indicators", study, EXAMPLES / "2024-2025_england_census.csv"),
    ):
        assert qualtool(*arguments).code == 0
    return study


@pytest.fixture
def tiny(tiny_master: Path, tmp_path: Path) -> Path:
    """A copy of the small study that a test may change."""
    return Path(shutil.copyfile(tiny_master, tmp_path / "tiny.db"))


@pytest.fixture
def stated(tiny: Path, qualtool: Callable[..., Any]) -> Path:
    """The small study with its propositions and published findings, looked at once."""
    assert qualtool("import", "findings", tiny, EXAMPLES / "findings.csv").code == 0
    assert qualtool("triangulate", tiny, "--propositions", EXAMPLES / "propositions.yaml").code == 0
    return tiny


@pytest.fixture(scope="session")
def state_of() -> Callable[[Path], dict[str, Any]]:
    """All rows of every table of a study, the event log included: equal states are equal studies."""

    def state(study: Path) -> dict[str, Any]:
        conn = sqlite3.connect(study)
        try:
            names = [r[0] for r in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: sorted(map(repr, conn.execute(f'SELECT * FROM "{name}"'))) for name in names}
        finally:
            conn.close()

    return state
