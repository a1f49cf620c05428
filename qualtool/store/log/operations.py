"""Operations of the coding panel: each is applied once, however often the browser sends it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from .identity import scalar


def known_result(db: Database, op_id: str) -> dict[str, Any] | None:
    """What an operation gave when it was first applied, or None for a new one."""
    text = scalar(db, "SELECT result FROM operation WHERE op_id = ?", (op_id,))
    return None if text is None else json.loads(text)


def keep_result(db: Database, op_id: str, coder_id: int, at: str, result: Mapping[str, Any]) -> None:
    """Remember what an operation gave, refusals too, so that a repeat changes nothing."""
    db.conn.execute(
        "INSERT INTO operation (op_id, coder_id, at, result) VALUES (?, ?, ?, ?)",
        (op_id, coder_id, at, json.dumps(dict(result), ensure_ascii=False)),
    )


@contextmanager
def attempt(db: Database) -> Iterator[None]:
    """A step inside a transaction that is undone alone when it raises.

    Raises:
        UserInputError: a check or trigger of the file refused the change.
    """
    db.conn.execute("SAVEPOINT attempt")
    try:
        yield
    except sqlite3.IntegrityError as err:
        db.conn.execute("ROLLBACK TO attempt")
        raise UserInputError("The study refused this change; nothing of it was stored.") from err
    except BaseException:
        db.conn.execute("ROLLBACK TO attempt")
        raise
    finally:
        db.conn.execute("RELEASE attempt")
