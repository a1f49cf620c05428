"""The table of answers without substance keeps itself true."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.records import answers, people, sources
from qualtool.store.tables.answer_schema import ANSWER_TRIGGERS
from qualtool.store.tables.schema import migrations
from qualtool.workflows.coding.coding import code_selection

STAMP = Stamp(by="Anna", at="2026-01-02T09:00:00+00:00")


@pytest.fixture
def study(tmp_path: Path, answer_studies: ModuleType) -> Path:
    return answer_studies.make_study(tmp_path / "answers.db")["path"]


def first(path: Path) -> tuple[int, str]:
    with connection.reading(path) as db:
        return db.conn.execute("SELECT id, guid FROM source ORDER BY id LIMIT 1").fetchone()


def test_the_step_is_known_and_leaves_its_triggers(study: Path) -> None:
    """Opening a study makes the table and every trigger of the step."""
    assert "003_answer_state" in [m.name for m in migrations._migrations]
    with closing(sqlite3.connect(study)) as raw, raw:
        found = {r[0] for r in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert {t.split()[2] for t in ANSWER_TRIGGERS} <= found


@pytest.mark.parametrize(("before", "after"), [(None, "reading"), ("reading", "reading"), ("read", "read")])
def test_taking_a_state_back_restores_the_reading_mark(study: Path, before: str | None, after: str) -> None:
    """An answer read before it was called empty is read after that was taken back."""
    number, guid = first(study)
    with connection.writing(study) as db:
        coder = people.ensure_coder(db, "Anna", STAMP)
        if before:
            sources.set_reading(db, number, coder, STAMP, turn=0, state=before)
        assert answers.set_state(db, number, guid, coder, STAMP, empty=True)
        assert not answers.set_state(db, number, guid, coder, STAMP, empty=True)
        assert sources.is_read(db, number, coder)
        assert answers.set_state(db, number, guid, coder, STAMP, empty=False)
        state = db.conn.execute("SELECT state FROM reading").fetchone()[0]
    assert state == after


def test_no_other_program_can_make_both_true(study: Path) -> None:
    """The file refuses a state on a coded answer, and a coding takes a state away."""
    number, guid = first(study)
    insert = (
        "INSERT INTO answer_state (source_id, coder_id, state, was_read, made_by, made_at)"
        " SELECT ?, id, 'not_substantive', 0, 'Anna', '2026' FROM coder WHERE name = 'Anna'"
    )
    with closing(sqlite3.connect(study)) as raw, raw:
        raw.execute(insert, (number,))
    code_selection(study, guid, 0, 4, "N-0", coder="Anna")
    with closing(sqlite3.connect(study)) as raw, raw:
        assert raw.execute("SELECT count(*) FROM answer_state").fetchone() == (0,)
        with pytest.raises(sqlite3.IntegrityError, match="substantive"):
            raw.execute(insert, (number,))
