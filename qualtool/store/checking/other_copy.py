"""Read another copy of a study without changing a byte of it, whatever version made it.

The copy is read into memory, so that no second file with participants' words lies anywhere, and an
older one is brought to the newest schema there. Its own file is only ever opened to be read.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from ...errors import StudyFileError, StudyIntegrityError
from ..file import acting, connection
from ..file.open_files import held
from . import checking

_CHOOSE = "Choose the study file of the other copy."
_MOST_TOLD = 20


@contextmanager
def other_copy(path: Path) -> Iterator[Database]:
    """A copy of a study in memory, whole and at the newest schema; its file stays as it is.

    Raises:
        StudyFileError: there is no such file, it is no study, it cannot be read, or is a newer one.
        StudyIntegrityError: it is damaged, or was changed by another program.
        NotAllowedError: this process serves a study with login.
    """
    acting.refuse_elsewhere("read another study")
    conn = sqlite3.connect(":memory:", isolation_level=None)
    db = Database(conn, recursive_triggers=True, execute_plugins=False)
    try:
        with held(path, connection.require_study):
            _read_into(conn, path)
        _brought_up(db, path)
        yield db
    finally:
        conn.close()


def _read_into(conn: sqlite3.Connection, path: Path) -> None:
    try:
        before = _stat(path)
        _copied(conn, path)
        if _stat(path) != before and not _log(path).exists():
            _copied(conn, path)  # somebody wrote meanwhile; now there is nobody, or a log to read by
    except sqlite3.OperationalError as err:
        if "malformed" in str(err):
            raise _damaged(path) from err
        raise _unreadable(path, str(err)) from err
    except sqlite3.DatabaseError as err:
        raise _damaged(path) from err
    except OSError as err:
        raise _unreadable(path, err.strerror or "it is gone") from err


def _copied(conn: sqlite3.Connection, path: Path) -> None:
    """The file as it is, and what its log beside it holds."""
    log = _log(path)
    has_log = log.exists() and log.stat().st_size > 0
    # Without a log nobody works in it, and SQLite is told so: it would put a log beside it otherwise.
    if not has_log:
        _backed_up(conn, path, "mode=ro&immutable=1")
        return
    try:
        _backed_up(conn, path, "mode=ro")
    except sqlite3.OperationalError as err:
        if "unable to open" not in str(err):
            raise
        # A log in a folder where nothing may be written: read both from a folder of one's own.
        with tempfile.TemporaryDirectory() as folder:
            own = Path(folder) / "copy.db"
            shutil.copyfile(path, own)
            shutil.copyfile(log, _log(own))
            _backed_up(conn, own, "mode=rw")


def _backed_up(conn: sqlite3.Connection, path: Path, mode: str) -> None:
    file = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=10)
    try:
        file.execute("SELECT count(*) FROM sqlite_master")
        file.backup(conn)
    finally:
        file.close()


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _stat(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _brought_up(db: Database, path: Path) -> None:
    """Refuse what is damaged; bring an older study to the newest schema, in memory alone."""
    try:
        db.conn.execute("PRAGMA foreign_keys=ON")
        db.conn.execute("PRAGMA trusted_schema=OFF")
        connection.bring_up(db, path)
        faults = [problem for _, problem in checking.problems(db)]
    except sqlite3.DatabaseError as err:
        raise _damaged(path) from err
    if faults:
        raise StudyIntegrityError(
            f"{path.name} does not keep its promises: {len(faults)} fault(s). Nothing was merged.",
            problems=(*faults[:_MOST_TOLD],),
        )


def _damaged(path: Path) -> StudyIntegrityError:
    return StudyIntegrityError.single(
        str(path),
        "This study file is damaged; nothing was merged.",
        "Restore it from one of its backups ('qualtool restore') where it was made.",
    )


def _unreadable(path: Path, why: str) -> StudyFileError:
    return StudyFileError.single(str(path), f"It cannot be read: {why}.", _CHOOSE)
