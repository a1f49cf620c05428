"""Studies saved by each released version, opened by this one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from qualtool.store.file import connection
from qualtool.store.tables.schema import migrations
from qualtool.workflows.keeping import checking
from qualtool.workflows.propositions import triangulating
from qualtool.workflows.themes import themes

HERE = Path(__file__).parent
SAVED = sorted(HERE.glob("study_*.sql"))


def schema_of(study: Path) -> dict[str, str]:
    """Every table, index and trigger with its statement, white space evened out."""
    conn = sqlite3.connect(study)
    try:
        rows = conn.execute("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: " ".join(sql.replace('"', "").split()) for name, sql in rows}
    finally:
        conn.close()


@pytest.fixture(params=SAVED, ids=[p.stem for p in SAVED])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    study = tmp_path / "study.db"
    conn = sqlite3.connect(study)
    conn.executescript(request.param.read_text(encoding="utf-8"))
    conn.close()
    return study


def test_there_is_a_saved_study_of_every_released_version() -> None:
    """At least version 0.1 is kept."""
    assert "study_0.1" in [p.stem for p in SAVED]


def test_a_saved_study_opens_whole(saved: Path) -> None:
    """A study of an older version opens, passes every check, and holds what was saved in it."""
    found = checking.check_study(saved)
    assert found["problems"] == []
    counts = found["counts"]
    wanted = {"source": 18, "text_version": 18, "coding": 11, "participant": 20, "code": 5}
    assert {name: counts[name] for name in wanted} == wanted


def test_a_saved_study_gives_the_same_findings(saved: Path) -> None:
    """Frequencies and contrasts of a saved study are what they were."""
    rows = themes.frequencies(saved, by="group", sources="transcripts")["rows"]
    magnet = {
        r["group"]: (r["n_codings"], r["n_participants"], r["n_words"]) for r in rows if r["code"] == "MAGNET"
    }
    assert magnet == {"high": (4, 3, 33), "low": (2, 2, 14)}
    found = triangulating.triangulate_theme(saved, "MAGNET", "ehcp_quartile")
    assert (found["difference"], found["n_unread"]) == (1.0, 0)


def test_a_saved_study_ends_with_the_schema_of_a_new_one(saved: Path, tmp_path: Path) -> None:
    """After its migrations an old study has exactly the tables, indexes and triggers of a new one."""
    with connection.reading(saved):
        pass
    fresh = tmp_path / "fresh.db"
    connection.create(fresh)
    assert schema_of(saved) == schema_of(fresh)


def test_a_saved_study_can_be_coded_on(saved: Path, qualtool: Callable[..., Any]) -> None:
    """An old study takes a new coding."""
    ran = qualtool("code", saved, "ferryhill", 49, 60, "WORKLOAD", "--coder", "Ada", "--json")
    assert ran.code == 0
    assert qualtool("check", saved, "--json").json["counts"]["coding"] == 12


def test_all_steps_are_marked_as_done(saved: Path) -> None:
    """Opening applies the steps an old study lacks, once, in order."""
    for _ in range(2):
        with connection.reading(saved) as db:
            applied = [m.name for m in migrations.applied(db)]
    assert applied == [m.name for m in migrations._migrations]


def test_several_programs_may_open_an_old_study_at_once(saved: Path) -> None:
    """Eight openings at the same moment apply each step once, and all of them succeed."""

    def first_look(_: int) -> int:
        with connection.reading(saved) as db:
            return len(migrations.applied(db))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(first_look, range(8))) == {len(migrations._migrations)}
