"""Put a backup in the place of a study, with what it replaces kept beside it.

Where the study can still be read, its content is replaced in one transaction of its own file: other
programs that have it open go on with what was restored, and a computer that stops in between leaves
the study as it was. A file too damaged for that is replaced as a file.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from ..errors import QualtoolError, StudyFileError
from . import connection
from .backups import sync

_TRIES = 5
_SIDES = ("-wal", "-shm", "-journal")


class _ChangedMeanwhile(Exception):
    """Somebody wrote between the copy of what is replaced and its replacement."""


def free_name(study: Path) -> Path:
    """``<name>.before-restore``, or with a number where that is taken."""
    first = study.with_name(study.name + ".before-restore")
    names = (first, *(first.with_name(f"{first.name}-{n}") for n in range(2, 1000)))
    return next(name for name in names if not name.exists())


def replace_study(study: Path, ready: Path, kept: Path) -> bool:
    """Make a study what the file ``ready`` is, and keep what it was as ``kept``.

    ``ready`` is a whole study file without a log beside it, in the same folder; it is used up.
    Returns True where the study could be read, False where its damaged file was set aside.

    Raises:
        OSError: the folder cannot be written; the study is as it was.
        StudyFileError: it is in use all the time.
    """
    if not study.exists():
        ready.replace(study)
        return True
    for _ in range(_TRIES):
        try:
            _replace_content(study, ready, kept)
        except _ChangedMeanwhile:
            continue
        except StudyFileError as err:
            if connection.is_study(study) and "damaged" not in err.message and "malformed" not in err.message:
                raise
            break
        except (QualtoolError, sqlite3.DatabaseError):
            break
        ready.unlink()
        return True
    else:
        raise StudyFileError.single(
            str(study),
            "Others are writing to the study all the time; nothing was restored.",
            "Try again later.",
        )
    _replace_file(study, ready, kept)
    return False


def _newest(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()[0])


def _replace_content(study: Path, ready: Path, kept: Path) -> None:
    kept.unlink(missing_ok=True)
    connection.back_up(study, kept)
    sync(kept)
    new = sqlite3.connect(ready)
    old, seen = sqlite3.connect(study, timeout=10), sqlite3.connect(study, timeout=10)
    copy = sqlite3.connect(f"{kept.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    is_checked = False

    def check(status: int, remaining: int, total: int) -> None:
        # From its first step on, the backup holds the lock of the study: nobody can write any more.
        nonlocal is_checked
        if not is_checked and status == sqlite3.SQLITE_OK:
            is_checked = True
            if _newest(seen) != _newest(copy):
                raise _ChangedMeanwhile

    try:
        # Of many steps, however small the study: the first one takes the lock, then ``check`` is called.
        n_pages = int(new.execute("PRAGMA page_count").fetchone()[0])
        new.backup(old, pages=max(1, n_pages // 100), progress=check)
    except BaseException:
        kept.unlink(missing_ok=True)
        raise
    finally:
        for conn in (new, old, seen, copy):
            conn.close()


def _replace_file(study: Path, ready: Path, kept: Path) -> None:
    shutil.copy2(study, kept)
    sync(kept)
    for side in _SIDES:
        beside = study.with_name(study.name + side)
        if side == "-wal" and beside.exists():
            shutil.copy2(beside, kept.with_name(kept.name + side))
        beside.unlink(missing_ok=True)
    ready.replace(study)
