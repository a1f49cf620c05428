"""A study damaged by hand, in every way we thought of: found by ``check`` or refused, never silently read."""

from __future__ import annotations

import ast
import hashlib
import os
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apart
import pytest
from sqlite_utils import Database

from qualtool.errors import QualtoolError
from qualtool.store.checking import checking as checking_store
from qualtool.store.file import connection
from qualtool.store.file.sealing import broken_seals
from qualtool.workflows.coding import coding
from qualtool.workflows.coding.panel_coding import apply_operations
from qualtool.workflows.editing import memos
from qualtool.workflows.gathering import sources
from qualtool.workflows.keeping import checking
from qualtool.workflows.people.consent import change_consents

AT = "2026-03-01T09:00:00.000+00:00"
Change = Callable[[sqlite3.Connection], Any]
# Tables with nothing to lose: what SQLite keeps for itself.
_OWN = ("sqlite_", "_sqlite_")


@pytest.fixture(scope="module")
def rich_master(tiny_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study with something in (nearly) every table."""
    study = Path(shutil.copyfile(tiny_master, tmp_path_factory.mktemp("rich") / "rich.db"))
    memos.write_memo(study, "study", "study", "a thought", coder="Ada")
    with connection.reading(study) as db:
        source, name = db.conn.execute("SELECT guid, name FROM source ORDER BY id LIMIT 1").fetchone()
        person = db.conn.execute("SELECT name FROM participant ORDER BY id LIMIT 1").fetchone()[0]
        code = db.conn.execute("SELECT guid FROM code WHERE is_codable = 1 LIMIT 1").fetchone()[0]
    change_consents(study, [person], "yes", by="Ada")
    coding.code_selection(study, name, 5, 25, "MAGNET", coder="Ada")
    sources.save_source_set(study, "first", [name], by="Ada")
    ops = [
        {"op_id": "op-favourite", "kind": "favourite", "slot": 1, "code": code},
        {"op_id": "op-read-first", "kind": "read", "state": "read"},
    ]
    apply_operations(study, source, "Ada", ops, at=AT)
    with connection.writing(study) as db:
        db.conn.execute("INSERT INTO turn_read VALUES (1, 1, 3, ?)", (AT,))
        db.conn.execute("INSERT INTO coder_key VALUES (1, 'undo', 'z')")
        db.conn.execute("INSERT INTO embedding VALUES ('a', 'b', 'c', x'00')")
        db.conn.execute(
            "INSERT INTO coder_act (guid, source_id, coder_id, name, undo, redo, rev, made_at)"
            " VALUES ('act', 1, 1, 'coded', '{}', '{}', 1, ?)",
            (AT,),
        )
        db.conn.execute(
            "INSERT INTO answer_state SELECT max(source_id), 1, 'not_substantive', 0, 'Ada', ? FROM answer",
            (AT,),
        )
    return study


@pytest.fixture
def study(rich_master: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(rich_master, tmp_path / "study.db"))


def by_hand(study: Path, change: Change, *, triggers_off: bool = True) -> None:
    """Change a study as another program would, its triggers taken off meanwhile and put back exactly."""
    conn = sqlite3.connect(study, isolation_level=None)
    conn.execute("PRAGMA foreign_keys=OFF")
    kept = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    if triggers_off:
        for name, _ in kept:
            conn.execute(f"DROP TRIGGER {name}")
    change(conn)
    if triggers_off:
        for _, sql in kept:
            conn.execute(sql)
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()


def sql(*statements: str) -> Change:
    def run(conn: sqlite3.Connection) -> None:
        for statement in statements:
            changed = conn.execute(statement)
            assert changed.rowcount != 0, statement

    return run


def other_text(conn: sqlite3.Connection) -> None:
    """Another text of equal length, with the digest and the word index that belong to it."""
    text = conn.execute("SELECT text FROM text_version WHERE source_id = 1").fetchone()[0]
    at = text.index(" we ") if " we " in text else text.index("e")
    new = text[:at] + text[at : at + 4].swapcase() + text[at + 4 :]
    digest = hashlib.sha256(new.encode()).hexdigest()
    conn.execute("UPDATE text_version SET text = ?, sha256 = ? WHERE source_id = 1", (new, digest))


BY_HAND: dict[str, Change] = {
    "a quote": sql("UPDATE coding SET quote = 'X' || substr(quote, 2) WHERE id = 1"),
    "a quote and its offsets, to another true place": sql(
        "UPDATE coding SET start_char = 0, end_char = 5,"
        " quote = (SELECT substr(text, 1, 5) FROM text_version v"
        " WHERE v.source_id = coding.source_id) WHERE id = 1"
    ),
    "shifted offsets": sql("UPDATE coding SET start_char = start_char + 1, end_char = end_char + 1"),
    "the code of a coding": sql(
        "UPDATE coding SET code_id ="
        " (SELECT max(id) FROM code WHERE is_codable = 1 AND id <> code_id) WHERE id = 1"
    ),
    "a facet": sql("UPDATE coding SET stance = 'mixed' WHERE id = 1"),
    "a digest": sql("UPDATE text_version SET sha256 = replace(sha256, 'a', 'b') WHERE source_id = 1"),
    "a text": sql("UPDATE text_version SET text = replace(text, 'e', 'a') WHERE source_id = 1"),
    "a text and its digest": other_text,
    "a word index": sql("UPDATE text_version SET word_starts = x'0000' WHERE source_id = 1"),
    "a consent": sql("UPDATE participant SET consent = 'withdrawn' WHERE id = 2"),
    "a memo": sql("UPDATE memo SET text = 'another thought'"),
    "a codebook version": sql("UPDATE codebook_version SET content = replace(content, 'MAGNET', 'MAGNUM')"),
    "a code's name": sql("UPDATE code SET name = 'Another' WHERE id = 2"),
    "an event's author": sql("UPDATE event SET by = 'nobody' WHERE id = 3"),
    "what an event says": sql("UPDATE event SET after = '{}' WHERE id = 3"),
    "the newest event": sql("DELETE FROM event WHERE id = (SELECT max(id) FROM event)"),
    "the newest event, with its number": sql(
        "DELETE FROM event WHERE id = (SELECT max(id) FROM event)", "UPDATE sqlite_sequence SET seq = seq - 1"
    ),
    "an event in the middle": sql("DELETE FROM event WHERE id = 3"),
    "a foreign key": sql("UPDATE coding SET coder_id = 99 WHERE id = 1"),
    "a segment's end": sql("UPDATE segment SET end_char = end_char - 1 WHERE id = 1"),
    "who spoke": sql("UPDATE speaker SET is_interviewer = 1 - is_interviewer WHERE id = 1"),
    "an indicator's value": sql("UPDATE indicator_value SET value = value + 1 WHERE value IS NOT NULL"),
    "an answer": sql("UPDATE answer SET value = 'x' WHERE value IS NOT NULL"),
    "a coding added": sql(
        "INSERT INTO coding SELECT 999, 'new', source_id, version, start_char, end_char, quote, code_id, 2,"
        " origin, suggestion_id, codebook_version, stance, valence, basis, level, removed_at, removed_by,"
        " rev, made_by, made_at FROM coding WHERE id = 1"
    ),
    "an act that can be undone": sql('UPDATE coder_act SET undo = \'{"kind": "remove"}\''),
    "a turn read by another": sql("UPDATE turn_read SET position = 2"),
    "a key of a coder": sql("UPDATE coder_key SET key = 'q'"),
    "an answer's state": sql("UPDATE answer_state SET was_read = 1"),
    "a coding that was never logged as removed": sql(
        "UPDATE coding SET removed_at = 'now', removed_by = 'x' WHERE id = 1"
    ),
    "a current version that is not there": sql("UPDATE source SET current_version = 7 WHERE id = 1"),
    "the length of a text": sql(
        "PRAGMA ignore_check_constraints=ON",
        "UPDATE text_version SET n_chars = n_chars + 1 WHERE source_id = 1",
    ),
    "the numbering of events": sql("UPDATE sqlite_sequence SET seq = seq + 5 WHERE name = 'event'"),
    "the seal": sql("UPDATE seal SET total = total + 1 WHERE name = 'memo'"),
    "the seal gone": sql("DELETE FROM seal WHERE name = 'memo'"),
    "a trigger gone": sql("DROP TRIGGER coding_quote_insert"),
    "an index gone": sql("DROP INDEX coding_once"),
    "a column gone": sql("ALTER TABLE source DROP COLUMN recorded_on"),
    "a column added": sql("ALTER TABLE memo ADD COLUMN more TEXT"),
    "a table gone": sql("DROP TABLE memo"),
    "a table added": sql("CREATE TABLE extra (a TEXT)"),
    "a view added": sql("CREATE VIEW extra AS SELECT 1"),
    "a trigger changed": sql(
        "DROP TRIGGER coding_kept", "CREATE TRIGGER coding_kept BEFORE DELETE ON coding BEGIN SELECT 1; END"
    ),
    "text that is not UTF-8": sql("UPDATE memo SET text = CAST(x'ff41' AS TEXT)"),
    "an event that is no JSON": sql("UPDATE event SET after = '{' WHERE kind = 'codebook_saved'"),
}
_STRUCTURE = ("a trigger gone", "a trigger changed", "a table gone", "a column gone")


@pytest.mark.parametrize("what", sorted(BY_HAND))
def test_a_change_by_another_program_is_found(what: str, study: Path, qualtool: Callable[..., Any]) -> None:
    """``check`` exits 1 and says in plain words what was changed, and what to do."""
    assert qualtool("check", study).code == 0
    by_hand(study, BY_HAND[what], triggers_off=what not in _STRUCTURE)
    ran = qualtool("check", study, "--json")
    assert ran.code == 1
    found = ran.json.get("problems") or ran.json["error"]["problems"]
    assert all(p["where"] and (p.get("what") or p["message"]) and p["next"] for p in found)


def test_rows_deleted_from_any_table_are_found(study: Path, tmp_path: Path) -> None:
    """One row less in any table that has rows: ``check`` finds it, whichever table it is."""
    conn = sqlite3.connect(study)
    tables = [r[0] for r in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    filled = [
        t for t in tables if not t.startswith(_OWN) and conn.execute(f"SELECT 1 FROM {t} LIMIT 1").fetchone()
    ]
    conn.close()
    assert len(filled) >= 25
    silent = []
    for table in filled:
        copy = Path(shutil.copyfile(study, tmp_path / f"less-{table}.db"))
        key = "rowid" if "WITHOUT ROWID" not in _statement(study, table) else _first_column(study, table)
        last = f"DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})"
        by_hand(copy, sql(last))
        if checking.check_study(copy)["ok"]:
            silent.append(table)
    assert silent == []


def test_any_value_changed_in_any_table_is_found(study: Path) -> None:
    """Whichever column of whichever table another program changes in one row, the seal tells of it."""
    by_hand(study, lambda conn: conn.execute("VACUUM"), triggers_off=False)
    conn = sqlite3.connect(study, isolation_level=None)
    conn.executescript("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON;")
    for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        conn.execute(f"DROP TRIGGER {name}")
    db = Database(conn, execute_plugins=False)
    assert list(broken_seals(db)) == []
    silent, n_changed = [], 0
    for table in _tables(conn):
        for _, column, kind, *_ in conn.execute(f"PRAGMA table_info({table})").fetchall():
            conn.execute("BEGIN")
            if _change_one(conn, table, column, kind):
                n_changed += 1
                if not list(broken_seals(db)):
                    silent.append(f"{table}.{column}")
            conn.execute("ROLLBACK")
    conn.close()
    # What a seal is of another table's making has no seal of its own; see "the seal" above.
    assert [name for name in silent if not name.startswith("seal.")] == []
    assert n_changed > 150


def _tables(conn: sqlite3.Connection) -> list[str]:
    names = [r[0] for r in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return [name for name in names if not name.startswith(_OWN)]


def _change_one(conn: sqlite3.Connection, table: str, column: str, kind: str) -> bool:
    """Another value of its type in one row, or one row more in an empty table."""
    other = {"TEXT": f"coalesce({column}, '') || 'x'", "BLOB": "x'0123'"}.get(
        kind, f"coalesce({column}, 0) + 7"
    )
    values = {"TEXT": "'x'", "BLOB": "x'00'"}
    if conn.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
        kinds = [row[2] for row in conn.execute(f"PRAGMA table_info({table})")]
        conn.execute(f"INSERT INTO {table} VALUES ({', '.join(values.get(k, '7') for k in kinds)})")
        return True
    where = f"({column}) = (SELECT {column} FROM {table} LIMIT 1)"
    try:
        changed = conn.execute(f"UPDATE {table} SET {column} = {other} WHERE {where}").rowcount
        if not changed:  # nothing was there: NULL equals nothing
            changed = conn.execute(f"UPDATE {table} SET {column} = {other}").rowcount
    except sqlite3.IntegrityError:
        return False  # the file itself refuses it, as when two rows would be one
    return changed > 0


# --- the rules ------------------------------------------------------------------------------------


def rules_there_are() -> set[str]:
    """Names of the rules of ``qualtool check``, found where the program yields a fault."""
    store = Path(checking_store.__file__).parents[1]
    found: set[str] = set()
    for path in sorted(store.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Yield)
                and isinstance(node.value, ast.Tuple)
                and len(node.value.elts) == 2
            ):
                if "Problem" in ast.dump(node.value.elts[1]):
                    found |= _constants(node.value.elts[0])
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_fault" and node.args:
                found |= _constants(node.args[0])
    return found


def _constants(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _constants(node.body) | _constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def test_every_rule_of_check_is_seen_to_fire(rich_master: Path, tmp_path: Path) -> None:
    """Each rule there is finds something in one of the studies damaged by hand: none is idle."""
    rules = rules_there_are()
    assert {"quote", "seal", "trigger", "schema", "event log", "codebook version"} <= rules
    fired: set[str] = set()
    damages = {**BY_HAND, **MORE_BY_HAND}
    for number, (what, change) in enumerate(damages.items()):
        copy = Path(shutil.copyfile(rich_master, tmp_path / f"{number}.db"))
        by_hand(copy, change, triggers_off=what not in _STRUCTURE)
        try:
            fired |= {p["rule"] for p in checking.check_study(copy)["problems"]}
        except QualtoolError:
            continue
    copy = Path(shutil.copyfile(rich_master, tmp_path / "page.db"))
    damaged = FILES["two pages exchanged"](copy.read_bytes())
    copy.write_bytes(damaged)
    fired |= {p["rule"] for p in checking.check_study(copy)["problems"]}
    assert rules - fired == set()


# These make rules fire that no single change above does.
MORE_BY_HAND: dict[str, Change] = {
    "an index that misses a row": sql(
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'removed_at IS NULL', 'removed_at IS NOT NULL')"
        " WHERE name = 'coding_code'",
    ),
    "a turn lost by a correction": sql(
        "INSERT INTO text_version SELECT source_id, 2, text, sha256, n_chars, word_starts, made_by, made_at"
        " FROM text_version WHERE source_id = 1",
        "UPDATE source SET current_version = 2 WHERE id = 1",
    ),
    "members without an owner": sql(
        "INSERT INTO member (guid, email, coder, role, made_by, made_at)"
        " VALUES ('m', 'ben@example.org', 'Ben', 'coder', 'x', 'y')"
    ),
    "a coding ahead of its text": sql(
        "INSERT INTO text_version SELECT source_id, 2, text, sha256, n_chars, word_starts, made_by, made_at"
        " FROM text_version WHERE source_id = 1",
        "UPDATE coding SET version = 2 WHERE source_id = 1",
    ),
}


def _statement(study: Path, table: str) -> str:
    conn = sqlite3.connect(study)
    try:
        return str(conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])
    finally:
        conn.close()


def _first_column(study: Path, table: str) -> str:
    conn = sqlite3.connect(study)
    try:
        return str(conn.execute(f"PRAGMA table_info({table})").fetchone()[1])
    finally:
        conn.close()


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _zero_page(data: bytes) -> bytes:
    return data[: 4096 * 20] + bytes(4096) + data[4096 * 21 :]


FILES: dict[str, Callable[[bytes], bytes]] = {
    "half a file": _half,
    "a page less": lambda data: data[:-4096],
    "a page of zeros": _zero_page,
    "a header of zeros": lambda data: bytes(100) + data[100:],
    "another program's file": lambda data: data[:68] + bytes(4) + data[72:],
    "an empty file": lambda data: b"",
    "a text file": lambda data: b"What people said.\n",
    "the second half twice": lambda data: data[len(data) // 2 :] * 2,
    "two pages exchanged": lambda data: (
        data[: 4096 * 5]
        + data[4096 * 9 : 4096 * 10]
        + data[4096 * 6 : 4096 * 9]
        + data[4096 * 5 : 4096 * 6]
        + data[4096 * 10 :]
    ),
}


@pytest.mark.parametrize("what", sorted(FILES))
def test_a_damaged_file_is_found(what: str, study: Path, qualtool: Callable[..., Any]) -> None:
    """A file that is no longer whole is refused or found damaged, with a message and exit 1."""
    study.write_bytes(FILES[what](study.read_bytes()))
    ran = qualtool("check", study, "--json")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    found = ran.json.get("problems") or ran.json["error"]["problems"]
    assert all(p["where"] and p["next"] for p in found)


def rows_of(study: Path) -> dict[str, list[Any]]:
    with connection.reading(study) as db:
        names = [r[0] for r in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.conn.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


def test_flipped_bytes_are_found_or_harmless(study: Path) -> None:
    """A byte changed anywhere is found, or refused, or lies where nothing is stored."""
    data = study.read_bytes()
    whole = rows_of(study)
    rng, n_found = random.Random(4), 0
    silent: list[int] = []
    for _ in range(150):
        at = rng.randrange(len(data))
        flipped = bytearray(data)
        flipped[at] ^= 1 << rng.randrange(8)
        study.write_bytes(bytes(flipped))
        try:
            is_found = not checking.check_study(study)["ok"]
            if not is_found and rows_of(study) != whole:
                silent.append(at)
        except QualtoolError:
            is_found = True
        n_found += is_found
        for side in ("-wal", "-shm"):
            study.with_name(study.name + side).unlink(missing_ok=True)
    assert silent == []
    assert n_found > 10


def test_a_flipped_letter_of_a_text_is_not_read(study: Path, qualtool: Callable[..., Any]) -> None:
    """``text`` refuses a text in which another program changed one letter."""
    by_hand(study, BY_HAND["a text"])
    with connection.reading(study) as db:
        name = db.conn.execute("SELECT name FROM source WHERE id = 1").fetchone()[0]
    ran = qualtool("text", study, name)
    assert (ran.code, ran.out) == (1, "")
    assert "not the one that was stored" in ran.err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed")
def test_a_deleted_log_of_changes_is_refused(study: Path, qualtool: Callable[..., Any]) -> None:
    """Changes that were in a ``-wal`` that somebody deleted are missed, and put back they are there again."""

    def killed_while_open() -> None:
        memos.write_memo(study, "study", "study", "kept open", coder="Ada")
        with connection.reading(study) as db:
            db.conn.execute("SELECT count(*) FROM memo").fetchone()
            memos.write_memo(study, "study", "study", "the last thought", coder="Ada")
            os.kill(os.getpid(), 9)

    os.waitpid(apart.forked(killed_while_open), 0)
    log = study.with_name(study.name + "-wal")
    assert log.stat().st_size > 0
    aside = log.rename(study.with_name("aside"))
    ran = qualtool("check", study)
    assert ran.code == 1
    assert "which is gone" in ran.err
    assert qualtool("quotes", study).code == 1
    aside.rename(log)
    assert qualtool("check", study).code == 0
    assert "the last thought" in {m["text"] for m in memos.memos_of(study)}


def test_messages_hold_no_words(study: Path, qualtool: Callable[..., Any]) -> None:
    """What ``check`` tells of a damaged quote, text and memo holds nothing of their words."""
    by_hand(
        study,
        sql(
            "UPDATE coding SET quote = substr('Canary' || quote, 1, length(quote))",
            "UPDATE memo SET text = CAST(x'ff43616e617279' AS TEXT)",
        ),
    )
    ran = qualtool("check", study)
    assert ran.code == 1
    assert "Canary" not in ran.out + ran.err


def test_check_is_quick(study: Path) -> None:
    """100,000 codings are checked in a few seconds of work."""
    import time

    n = 100_000
    with connection.writing(study) as db:
        db.conn.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO coder"
            " (guid, name, made_by, made_at) SELECT 'g' || i, 'name ' || i, 'x', 'y' FROM n"
        )
        db.conn.execute(
            "INSERT INTO coding (guid, source_id, version, start_char, end_char, quote, code_id, coder_id,"
            " origin, codebook_version, made_by, made_at) SELECT 'c' || k.id || '-' || v.source_id || '-' ||"
            " o.value, v.source_id, 1, o.value, o.value + 4, substr(v.text, o.value + 1, 4), c.id, k.id,"
            " 'imported', 1, 'x', 'y' FROM coder k, text_version v, json_each('[1,2,3,4,5,6,7]') o,"
            f" (SELECT id FROM code WHERE is_codable = 1 LIMIT 1) c WHERE v.source_id <= 5 AND k.id"
            f" > 3 LIMIT {n}"
        )
    began = time.process_time()
    found = checking.check_study(study)
    seconds = time.process_time() - began
    assert found["ok"]
    assert found["counts"]["coding"] > n
    print(f"check of {found['counts']['coding']} codings: {seconds:.2f} s", file=sys.stderr)
    assert seconds < 15


def test_a_schema_whose_bytes_are_no_text_is_damage(study: Path) -> None:
    """Where SQLite's own words on the damage cannot be read as text, the study is refused as damaged."""
    data = study.read_bytes()
    at = data.index(b"CREATE TABLE coder ")
    study.write_bytes(data[:at] + b"CREATE \xa8\xa8BLE coder " + data[at + len(b"CREATE TABLE coder ") :])
    with pytest.raises(QualtoolError):
        checking.check_study(study)
