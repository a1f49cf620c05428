"""What the file itself refuses, whoever writes to it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from qualtool.store.checking import checking
from qualtool.store.file import connection
from qualtool.store.tables.schema import TRIGGERS

CODING = (
    "INSERT INTO coding (guid, source_id, version, start_char, end_char, quote, code_id, coder_id, origin,"
    " codebook_version, made_by, made_at) VALUES ({guid}, 1, 1, {start}, {end}, {quote}, {code}, {coder},"
    " 'typed', 1, 'x', 'now')"
)


def coding(**changes: object) -> str:
    values: dict[str, object] = {
        "guid": "'new'",
        "start": 0,
        "end": 11,
        "quote": "'Interviewer'",
        "code": 2,
        "coder": 1,
    }
    return CODING.format(**(values | changes))


def test_a_right_coding_is_taken(raw: sqlite3.Connection) -> None:
    """The statement that the refusals below are variations of is itself accepted."""
    raw.execute(coding())
    assert raw.execute("SELECT count(*) FROM coding").fetchone() == (2,)


REFUSED = {
    "another quote": (coding(quote="'Interviewed'"), "quote is not the text"),
    "a quote of another length": (coding(quote="'Interview'"), "quote is not the text"),
    "offsets beyond the text": (coding(start=5000, end=5003, quote="'abc'"), "quote is not the text"),
    "an empty selection": (coding(start=3, end=3, quote="''"), "CHECK"),
    "a heading": (coding(code=1), "heading cannot be applied"),
    "a suggester": (coding(coder=2), "a person codes"),
    "an unknown code": (coding(code=99), "FOREIGN KEY"),
    "an unknown coder": (coding(coder=99), "FOREIGN KEY"),
    "a text in place of a number": (coding(start="'zero'", end=11), "cannot store TEXT"),
    "the same guid": (coding(guid="(SELECT guid FROM coding)"), "UNIQUE"),
    "the same coding again": (
        "INSERT INTO coding (guid, source_id, version, start_char, end_char, quote, code_id, coder_id,"
        " origin, codebook_version, made_by, made_at) SELECT 'new', source_id, version, start_char, end_char,"
        " quote, code_id, coder_id, origin, codebook_version, made_by, made_at FROM coding",
        "UNIQUE",
    ),
    "a moved coding": ("UPDATE coding SET start_char = 0, end_char = 15", "quote is not the text"),
    "a rewritten quote": (
        "UPDATE coding SET quote = replace(quote, 'Good', 'Evil')",
        "quote is not the text",
    ),
    "a deleted coding": ("DELETE FROM coding", "never deleted"),
    "a rewritten text": ("UPDATE text_version SET text = 'x' || text", "never changes"),
    "the digest of a text": ("UPDATE text_version SET sha256 = ''", "never changes"),
    "a deleted text": ("DELETE FROM text_version", "never deleted"),
    "a rewritten event": ("UPDATE event SET by = 'nobody'", "only grows"),
    "a deleted event": ("DELETE FROM event WHERE id = 1", "only grows"),
    "a replaced event": (
        "INSERT OR REPLACE INTO event (id, at, by, kind, target_kind, target_guid)"
        " VALUES (1, '', '', '', '', '')",
        "only grows",
    ),
    "a replaced text": (
        "INSERT OR REPLACE INTO text_version (source_id, version, text, sha256, n_chars, word_starts,"
        " made_by, made_at) VALUES (1, 1, 'x', '', 1, x'', '', '')",
        "never deleted",
    ),
    "an unknown stance": ("UPDATE coding SET stance = 'perhaps'", "CHECK"),
    "an unknown consent": (
        "INSERT INTO participant (guid, name, consent, made_by, made_at) VALUES ('g', 'n', 'maybe', '', '')",
        "CHECK",
    ),
    "a short URN": (
        "INSERT INTO study_case (guid, name, kind, urn, made_by, made_at)"
        " VALUES ('g', 'n', 'school', '1234', '', '')",
        "CHECK",
    ),
    "a deleted code that is in use": ("DELETE FROM code WHERE id = 2", "FOREIGN KEY"),
    "a deleted coder who coded": ("DELETE FROM coder WHERE id = 1", "FOREIGN KEY"),
    "a number beside a status that has none": (
        "INSERT INTO indicator_value (file_id, name_id, urn, value, status, raw)"
        " VALUES (1, 1, '900001', 3, 'suppressed', 'c')",
        "CHECK",
    ),
    "a suggestion with another quote": (
        "INSERT INTO suggestion (guid, run_id, source_id, version, start_char, end_char, quote, code_id,"
        " score, reason) VALUES ('g', 1, 1, 1, 0, 3, 'xyz', 2, 0.5, '')",
        "quote is not the text",
    ),
}


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_the_file_refuses(kind: str, raw: sqlite3.Connection) -> None:
    """The file refuses what contradicts it, with the reason, also from other programs."""
    statement, words = REFUSED[kind]
    raw.execute("PRAGMA recursive_triggers=ON")  # as the program opens it: REPLACE fires delete triggers
    before = list(raw.execute("SELECT * FROM coding")) + list(raw.execute("SELECT * FROM event"))
    with pytest.raises(sqlite3.IntegrityError, match=words):
        raw.execute(statement)
    assert list(raw.execute("SELECT * FROM coding")) + list(raw.execute("SELECT * FROM event")) == before


def test_a_removed_coding_frees_its_place(raw: sqlite3.Connection) -> None:
    """The same stretch, code and coder may stand again after the first was marked removed."""
    raw.execute("UPDATE coding SET removed_at = 'now', removed_by = 'x'")
    raw.execute(REFUSED["the same coding again"][0])
    assert raw.execute("SELECT count(*), sum(removed_at IS NULL) FROM coding").fetchone() == (2, 1)


def test_every_table_is_strict(raw: sqlite3.Connection) -> None:
    """All tables of ours are STRICT."""
    rows = raw.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
    loose = {name for name, strict in rows if not strict and not name.startswith("sqlite_")}
    assert loose <= {"_sqlite_migrations"}


def test_every_foreign_key_of_a_big_table_has_an_index_or_is_rare(raw: sqlite3.Connection) -> None:
    """Codings are found by source and by code through an index."""
    for column in ("source_id = 1", "code_id = 1 AND removed_at IS NULL"):
        plan = " ".join(r[3] for r in raw.execute(f"EXPLAIN QUERY PLAN SELECT 1 FROM coding WHERE {column}"))
        assert "INDEX" in plan


def test_connections_are_safe(study: Path) -> None:
    """Every connection has WAL, foreign keys, recursive triggers and an untrusted schema."""
    with connection.reading(study) as db:
        found = {
            name: db.conn.execute(f"PRAGMA {name}").fetchone()[0]
            for name in (
                "journal_mode",
                "foreign_keys",
                "recursive_triggers",
                "trusted_schema",
                "synchronous",
            )
        }
    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "synchronous": 1,
    }


@pytest.mark.parametrize("trigger", [t.split()[2] for t in TRIGGERS])
def test_a_lost_trigger_is_found(trigger: str, study: Path, raw: sqlite3.Connection) -> None:
    """``check`` names every trigger that is gone, or was changed."""
    raw.execute(f"DROP TRIGGER {trigger}")
    with connection.reading(study) as db:
        found = list(checking.problems(db))
    assert [(rule, p.where) for rule, p in found] == [("trigger", f"trigger {trigger}")]
    table = next(t.split(" ON ")[1].split()[0] for t in TRIGGERS if t.split()[2] == trigger)
    raw.execute(f"CREATE TRIGGER {trigger} BEFORE INSERT ON {table} BEGIN SELECT 1; END")
    with connection.reading(study) as db:
        found = list(checking.problems(db))
    assert [(rule, p.where) for rule, p in found] == [("trigger", f"trigger {trigger}")]


DAMAGE = {
    "quote": ("UPDATE coding SET quote = 'x' || substr(quote, 2)", ["coding_quote_update"]),
    "text digest": ("UPDATE text_version SET text = replace(text, 'e', 'f')", ["text_version_immutable"]),
    "word index": ("UPDATE text_version SET word_starts = x'00'", ["text_version_immutable"]),
    "segment": ("UPDATE segment SET end_char = 99999 WHERE id = 1", []),
    "event log": ("DELETE FROM event WHERE id = 2", ["event_kept"]),
    "text version": ("UPDATE source SET current_version = 3", []),
    "foreign key": ("UPDATE coding SET code_id = 77", []),
}


@pytest.mark.parametrize("rule", sorted(DAMAGE))
def test_damage_is_found_where_it_is(rule: str, study: Path, raw: sqlite3.Connection) -> None:
    """What a careless program changes in the file, ``check`` names by its rule."""
    with connection.reading(study) as db:
        assert list(checking.problems(db)) == []
    statement, triggers = DAMAGE[rule]
    raw.execute("PRAGMA foreign_keys=OFF")
    kept = [raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (t,)).fetchone()[0] for t in triggers]
    for trigger in triggers:
        raw.execute(f"DROP TRIGGER {trigger}")
    raw.execute(statement)
    for sql in kept:
        raw.execute(sql)
    with connection.reading(study) as db:
        found = list(checking.problems(db))
    assert rule in {name for name, _ in found}
    assert all(p.where and p.message and p.next for _, p in found)
