"""Reading a study that lies where this person may write nothing.

To read a study SQLite makes two small files beside it, its log and the log's index. In a folder that
may not be written, with a study that may not be written either (a read-only share, a copy on a disc),
it cannot, and refuses. Then the study is read as a file that does not change, without any lock.

That is right only as long as nobody else writes to it. So it is done only where no log and no index
lie beside it, that is where no other program has it open; and in the end the file must be as it was,
or what was read is not to be trusted and is refused.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

_SIDES = ("-wal", "-shm", "-journal")
_REFUSALS = frozenset({sqlite3.SQLITE_READONLY_DIRECTORY, sqlite3.SQLITE_CANTOPEN})
FileStamp = tuple[int, int, int]


def stamp_of(path: Path) -> FileStamp | None:
    """Number, size and time of change of a file; None where another program has it open, or it is gone."""
    try:
        if any(path.with_name(path.name + side).exists() for side in _SIDES):
            return None
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def may_be_read_so(path: Path, err: sqlite3.OperationalError) -> bool:
    """Was the study refused because nothing can be made beside it, and does nobody else use it?"""
    return err.sqlite_errorcode in _REFUSALS and path.is_file() and stamp_of(path) is not None


def connect(path: Path) -> sqlite3.Connection:
    """A connection that can only read, takes no lock, and believes that the file does not change."""
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    conn.execute("PRAGMA foreign_keys=ON")
    conn.execute("PRAGMA trusted_schema=OFF")
    return conn
