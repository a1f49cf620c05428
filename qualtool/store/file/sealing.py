"""The seal of a study: for every table, how many rows this program wrote, and a sum over what is in them.

Another program can change rows in ways that no rule forbids: take a memo out, turn a consent into
another, flip a letter of a name. It does not keep the seal, so ``check`` finds that something was
changed, and in which table. The seal shows accidents and careless tools; it keeps no secret, and
whoever sets out to forge a study can forge it too.

The sum is kept by temporary triggers, which exist in this program's writing connections alone, are
made for a table when it is first written to, and are part of each transaction: what is rolled back,
savepoints included, leaves no trace in it. Values of indicators come in millions and never change,
so they are sealed once a file instead of row by row.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

_MASK = (1 << 62) - 1  # a sum of two stays within SQLite's signed 64 bits
_APART = frozenset({"seal", "indicator_value"})
_WRITE = re.compile(
    r"\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+"
    r"[\"\[`]?(?:main[\"\]`]?\.[\"\[`]?)?(?P<table>\w+)",
    re.IGNORECASE,
)
_HEADS = ("INS", "REP", "UPD", "DEL", "WIT")
# What changes together with a table, by its foreign keys and triggers.
_ALONG = {"coding": ("answer_state",), "source_set": ("source_set_member",)}


def row_sum(*values: Any) -> int:
    """A number of 62 bits for the values of one row, the same on every machine."""
    packed = "\x1f".join(map(str, values)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(packed, digest_size=8).digest(), "big") & _MASK


class SealedConnection(sqlite3.Connection):
    """A connection that keeps the seal, once ``begin_sealing`` was called."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._columns: dict[str, tuple[str, ...]] | None = None
        self._is_ready: set[str] = set()

    def begin_sealing(self) -> None:
        """Keep the seal from now on; the connection must be at its newest schema."""
        super().execute("PRAGMA temp_store=MEMORY")
        self.create_function("row_sum", -1, row_sum, deterministic=True)
        self._columns = {}

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:  # type: ignore[override]
        self._prepare(sql)
        return super().execute(sql, *parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        self._prepare(sql)
        return super().executemany(sql, parameters)

    def _prepare(self, sql: str) -> None:
        if self._columns is None:
            return
        head = sql.lstrip()[:3].upper()
        if head == "ROL":  # a rollback takes away the triggers made since
            self._is_ready.clear()
        if head not in _HEADS:
            return
        for found in _WRITE.finditer(sql):
            for table in (found["table"], *_ALONG.get(found["table"], ())):
                if table not in self._is_ready and table not in _APART:
                    self._is_ready.add(table)
                    self._watch(table)

    def _watch(self, table: str) -> None:
        names = [r[1] for r in super().execute(f"PRAGMA main.table_info({_quoted(table)})")]
        if not names:
            return  # the name of a column or of something else
        new, old = (
            f"row_sum({', '.join(f'{which}.{_quoted(n)}' for n in names)})" for which in ("NEW", "OLD")
        )
        for event, n, term in (
            ("INSERT", "+ 1", f"+ {new}"),
            ("DELETE", "- 1", f"- {old}"),
            ("UPDATE", "", f"+ {new} - {old}"),
        ):
            super().execute(
                f"CREATE TEMP TRIGGER IF NOT EXISTS seal_{table}_{event.lower()} AFTER {event} ON main.{table}"
                f" BEGIN UPDATE seal SET n = n {n}, total = (total {term}) & {_MASK}"
                f" WHERE name = '{table}'; END"
            )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sums(db: Database) -> Iterator[tuple[str, int, int]]:
    """Name, number of rows and sum of everything that is sealed, as it is in the file now."""
    tables = [
        r[0]
        for r in db.conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            " ORDER BY name"
        )
    ]
    for table in tables:
        if table in _APART:
            continue
        n = total = 0
        for row in db.conn.execute(f"SELECT * FROM {_quoted(table)}"):
            n += 1
            total += row_sum(*row)
        yield table, n, total & _MASK
    if "indicator_value" in tables:
        for (file_id,) in db.conn.execute("SELECT id FROM indicator_file ORDER BY id").fetchall():
            yield _value_sums(db, file_id)


def _value_sums(db: Database, file_id: int) -> tuple[str, int, int]:
    """Name, number and sum of the values of one indicator file, counted by the database itself."""
    row = db.conn.execute(
        "SELECT count(*), sum(name_id * 31 + CAST(urn AS INTEGER)), total(value),"
        " sum((name_id * 31 + CAST(urn AS INTEGER)) % 9973 * (unicode(raw) + length(raw))),"
        " sum(unicode(substr(raw, -1))), total(CAST(raw AS REAL)), sum(unicode(status) + length(status)),"
        " sum(CAST(la_code AS INTEGER)), count(la_code), sum(length(urn)), sum(length(la_code))"
        " FROM indicator_value WHERE file_id = ?",
        (file_id,),
    ).fetchone()
    return f"indicator_value {file_id}", int(row[0]), row_sum(*row)


def seal_all(db: Database) -> None:
    """Make the seal anew from what is in the file: for a new study, and after a change of its schema."""
    db.conn.execute("DELETE FROM seal")
    db.conn.executemany("INSERT INTO seal (name, n, total) VALUES (?, ?, ?)", list(_sums(db)))


def seal_values(db: Database, file_id: int) -> None:
    """Seal the values of an indicator file that was just stored."""
    db.conn.execute(
        "INSERT INTO seal (name, n, total) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET n = excluded.n, total = excluded.total",
        _value_sums(db, file_id),
    )


def _what(name: str) -> str:
    return "indicator values" if name.startswith("indicator_value ") else f"table {name}"


def broken_seals(db: Database) -> Iterator[tuple[str, str]]:
    """Where and how what is stored differs from what this program wrote."""
    sealed = {name: (n, total) for name, n, total in db.conn.execute("SELECT name, n, total FROM seal")}
    for name, n, total in _sums(db):
        wanted = sealed.pop(name, None)
        if wanted is None:
            yield _what(name), "It was added by another program."
        elif n < wanted[0]:
            yield _what(name), f"{wanted[0] - n} of {wanted[0]} rows are missing."
        elif n > wanted[0]:
            yield _what(name), f"{n - wanted[0]} rows were added by another program."
        elif total != wanted[1]:
            yield _what(name), "Rows were changed by another program, or are damaged."
    for name in sealed:
        yield _what(name), "It is gone."
