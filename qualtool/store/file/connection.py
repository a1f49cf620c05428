"""Opening a study file, safely and from several threads and processes at once.

Each operation opens its own connection (0.1 ms); every write takes the write lock at its start,
because a deferred transaction that first reads and then writes fails at once when another writer
was faster. WAL lets readers go on while one writes. Keep a study on a local disk: WAL does not
work over network shares.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from ...errors import StudyFileError, StudyIntegrityError
from ...model import Role
from ..tables.migrations_013 import migrations  # all of them: it follows those before
from ..tables.schema import APPLICATION_ID
from . import acting, unchanging
from .open_files import held, read_head
from .sealing import SealedConnection, seal_all
from .serving_mark import refuse_if_served
from .wal import is_wal_gone

_BUSY_SECONDS = 10.0
_HEADER = b"SQLite format 3\x00"


def _problem(path: Path, message: str, next: str) -> StudyFileError:
    return StudyFileError.single(str(path), message, next)


def _connect(path: Path, kind: type[sqlite3.Connection] = sqlite3.Connection) -> Database:
    """Connect as usual; a failure leaves no connection behind."""
    conn = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, cached_statements=256, factory=kind
    )
    try:
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute("PRAGMA synchronous=NORMAL")
        conn.execute("PRAGMA foreign_keys=ON")
        conn.execute("PRAGMA trusted_schema=OFF")
    except UnicodeDecodeError as err:
        # What SQLite says of a damaged schema quotes its bytes, which need not be text any more.
        conn.close()
        raise sqlite3.DatabaseError("its schema holds bytes that are no text") from err
    except BaseException:
        conn.close()
        raise
    return _wrapped(conn)


def _wrapped(conn: sqlite3.Connection) -> Database:
    return Database(conn, recursive_triggers=True, execute_plugins=False)


def create(path: Path) -> None:
    """Make an empty study file.

    Raises:
        StudyFileError: something of that name exists already, or the folder cannot be written.
        NotAllowedError: this process serves another study with login.
    """
    acting.refuse_elsewhere("make studies")
    if path.exists():
        raise _problem(path, "This file exists already; nothing was written.", "Choose another name.")
    if not path.parent.is_dir():
        raise _problem(path, "Its folder does not exist.", "Make the folder first, or choose another.")
    try:
        db = _connect(path)
    except sqlite3.OperationalError as err:
        raise _problem(path, "The file cannot be written.", "Choose a folder you may write to.") from err
    try:
        db.conn.execute(f"PRAGMA application_id={APPLICATION_ID}")
        migrations.apply(db)
        seal_all(db)
    finally:
        db.conn.close()


def is_study(path: Path) -> bool:
    """Does the file look like a study, by its first bytes? It may still be damaged further on."""
    try:
        head = read_head(path, 100)
    except OSError:
        return False
    if head is None:  # this program has it open, as a study
        return True
    return head.startswith(_HEADER) and int.from_bytes(head[68:72], "big") == APPLICATION_ID


def _check_header(path: Path) -> None:
    if not path.is_file():
        raise _problem(path, "There is no such study.", "Check the name, or make one with 'qualtool init'.")
    with path.open("rb") as file:
        head = file.read(100)
    if not head:
        raise _problem(path, "The file is empty.", "Choose a study file, or restore it from a backup.")
    if not head.startswith(_HEADER) or len(head) < 100:
        raise _problem(path, "This is not a study file.", "A study is made by 'qualtool init'.")
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise _problem(
            path, "This is an SQLite file, but not a study.", "A study is made by 'qualtool init'."
        )
    if is_wal_gone(path):
        raise StudyIntegrityError.single(
            str(path),
            f"The latest changes are missing: they were in '{path.name}-wal', which is gone.",
            f"Put that file back beside it, or restore the study from a backup ('{path.name}-shm' and"
            " the changes are given up then).",
        )


def _check_version(db: Database, path: Path) -> None:
    known = [m.name for m in migrations._migrations]
    applied = [m.name for m in migrations.applied(db)]
    newer = [name for name in applied if name not in known]
    if newer:
        raise _problem(
            path,
            f"The study was made by a newer qualtool (it has step '{newer[0]}').",
            "Install that version; the file was not touched.",
        )
    if len(applied) < len(known):
        # Under the write lock: two programs that open an older study at once must not both apply a step.
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            migrations.apply(db)
            seal_all(db)
        except BaseException:
            db.conn.execute("ROLLBACK")
            raise
        db.conn.execute("COMMIT")


def require_study(path: Path) -> None:
    """Refuse a file that is no study by its first bytes, or whose log is gone; read as a plain file.

    Raises:
        StudyFileError: there is none, or it is something else. StudyIntegrityError: its log is gone.
    """
    _check_header(path)


def bring_up(db: Database, path: Path) -> None:
    """Bring a copy of a study in memory to the newest schema; ``path`` is named where it is too new.

    Raises:
        StudyFileError: a newer program made it.
    """
    _check_version(db, path)


@contextmanager
def _open(
    path: Path, kind: type[sqlite3.Connection] = sqlite3.Connection, *, only_reading: bool = False
) -> Iterator[Database]:
    with held(path, _check_header):
        yield from _opened(path, kind, only_reading)


def _connect_to_read(path: Path) -> tuple[Database, unchanging.FileStamp | None]:
    """A connection, and the stamp the file must still have in the end where it is read without locks."""
    try:
        return _connect(path), None
    except sqlite3.OperationalError as err:
        if not unchanging.may_be_read_so(path, err):
            raise
    stamp = unchanging.stamp_of(path)
    return _wrapped(unchanging.connect(path)), stamp


def _require_unchanged(path: Path, stamp: unchanging.FileStamp | None) -> None:
    if stamp is not None and unchanging.stamp_of(path) != stamp:
        raise _problem(path, "Somebody changed the study while it was read.", "Try again in a moment.")


def _opened(path: Path, kind: type[sqlite3.Connection], only_reading: bool) -> Iterator[Database]:
    db: Database | None = None
    stamp: unchanging.FileStamp | None = None
    try:
        if only_reading:
            db, stamp = _connect_to_read(path)
        else:
            db = _connect(path, kind)
        _check_version(db, path)
        yield db
        _require_unchanged(path, stamp)
    except sqlite3.OperationalError as err:
        raise _translated(path, err) from err
    except sqlite3.IntegrityError as err:
        raise StudyIntegrityError.single(
            str(path), f"The study refused a change: {err}.", "Nothing was written; run 'qualtool check'."
        ) from err
    except sqlite3.DatabaseError as err:
        _require_unchanged(path, stamp)  # half of a change looks like damage
        raise StudyIntegrityError.single(
            str(path), f"The study file is damaged: {err}.", "Stop, and restore it from a backup."
        ) from err
    finally:
        if db is not None:
            db.conn.close()


def _translated(path: Path, err: sqlite3.OperationalError) -> StudyFileError:
    text = str(err)
    if "locked" in text or "busy" in text:
        return _problem(
            path, "The study is in use by another program.", "Close it there, or try again in a moment."
        )
    if "readonly" in text or "read-only" in text:
        return _problem(path, "The study file is read-only.", "Copy it to a folder you may write to.")
    if "full" in text:
        return _problem(path, "The disk is full; nothing was written.", "Make room and try again.")
    if "I/O" in text:
        return _problem(
            path,
            "The disk cannot be written, perhaps because it is full; nothing was written.",
            "Make room, or look at the disk, and try again.",
        )
    return _problem(path, f"The study cannot be used: {text}.", "Run 'qualtool check'.")


@contextmanager
def reading(path: Path | str) -> Iterator[Database]:
    """A connection to read from: one consistent state throughout.

    Raises:
        StudyFileError: not a study, a newer study, or in use.
        StudyIntegrityError: the file is damaged.
        NotAllowedError: the study is served with login, and nobody with a part in it is logged in.
    """
    with _open(Path(path), only_reading=True) as db:
        db.conn.execute("BEGIN")
        try:
            with acting.admitted(db, Path(path), Role.READER):
                yield db
        finally:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")


@contextmanager
def writing(path: Path | str, *, least: Role = Role.OWNER) -> Iterator[Database]:
    """One transaction: all of it is stored, or nothing.

    In a study served with login it needs an owner, unless the workflow says that a coder may do it too.

    Raises:
        StudyFileError: not a study, a newer study, in use, read-only, or the disk is full.
        StudyIntegrityError: the file is damaged, or refused the change.
        NotAllowedError: the role of the person logged in is less than ``least``, nobody is logged in, or
            another program serves the study with login.
    """
    refuse_if_served(Path(path))
    with _open(Path(path), SealedConnection) as db:
        if isinstance(db.conn, SealedConnection):
            db.conn.begin_sealing()
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            with acting.admitted(db, Path(path), least):
                yield db
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
            raise
        db.conn.execute("COMMIT")


def back_up(study: Path, target: Path) -> None:
    """Copy a study to ``target`` as it stands, also while others write; nothing is locked meanwhile.

    Raises:
        OSError: the target cannot be written.
        NotAllowedError: the study is served with login, and the person logged in is no owner.
    """
    with _open(study) as db, acting.admitted(db, study, Role.OWNER):
        try:
            copy = sqlite3.connect(target)
        except sqlite3.OperationalError as err:
            raise OSError(0, str(err)) from err
        try:
            db.conn.backup(copy)
        except sqlite3.OperationalError as err:
            if "malformed" in str(err):
                raise
            raise OSError(0, str(err)) from err
        finally:
            copy.close()


def compact(study: Path) -> bool:
    """Write the file anew without free pages, and empty its log, so that erased words are in neither.

    Returns False where another program reads the study just now, so that its log cannot be emptied.

    Raises:
        StudyFileError: in use, read-only, or the disk is full; the study is as it was.
        NotAllowedError: served with login by another program, or to somebody who is no owner.
    """
    refuse_if_served(study)
    with _open(study) as db, acting.admitted(db, study, Role.OWNER):
        db.conn.execute("PRAGMA secure_delete=ON")
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        db.conn.execute("VACUUM")
        (is_busy, *_) = db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy
