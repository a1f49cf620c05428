"""No column that can hold words is forgotten when words are erased."""

from __future__ import annotations

from pathlib import Path

from qualtool.store.erasing import word_places
from qualtool.store.erasing.word_places import PLACES, Holds
from qualtool.store.file import connection


def test_every_column_of_the_schema_is_known(tmp_path: Path) -> None:
    """Each text and blob column of a new study says what it holds, and none is listed that is gone."""
    study = tmp_path / "study.db"
    connection.create(study)
    with connection.reading(study) as db:
        assert list(word_places.unclassified(db)) == []
        there = {t: {c for c, _ in word_places.columns_of(db, t)} for t in word_places.tables_of(db)}
    assert {t: set(columns) for t, columns in PLACES.items() if columns} == {
        t: c for t, c in there.items() if c
    }


def test_a_column_nobody_spoke_of_is_taken_for_words(tmp_path: Path) -> None:
    """A table of a newer program is rewritten like any other, not passed over."""
    study = tmp_path / "study.db"
    connection.create(study)
    with connection.reading(study) as db:
        db.conn.execute("CREATE TEMP TABLE x (a)")
        db.conn.execute("ROLLBACK")
        db.conn.execute("CREATE TABLE newer (id INTEGER PRIMARY KEY, said TEXT) STRICT")
        assert list(word_places.unclassified(db)) == ["newer.said"]
        assert word_places.columns_of(db, "newer") == [("said", Holds.WORDS)]
