"""Put a backup in the place of a study, with what it replaces kept beside it.

Where the study can still be read, its content is replaced in one transaction of its own file: other
programs that have it open go on with what was restored, and a computer that stops in between leaves
the study as it was. A file too damaged for that is replaced as a file.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from pathlib import Path

from ...errors import StudyFileError, StudyIntegrityError
from ..tables import structure
from . import connection
from .backups import sync
from .open_files import held

_TRIES, _PAUSE_SECONDS = 100, 0.05
_SIDES = ("-wal", "-shm", "-journal")


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
            with held(study, lambda path: None):
                _replace_content(study, ready, kept)
        except (StudyFileError, StudyIntegrityError, sqlite3.DatabaseError) as err:
            # In use just now, or too damaged to be written into? Its file is exchanged only then.
            if _is_damaged(study):
                break
            if "readonly" in str(err):
                raise StudyFileError.single(
                    str(study), "It is read-only; nothing was restored.", "Mend the rights of the file."
                ) from err
            time.sleep(_PAUSE_SECONDS)
        else:
            ready.unlink()
            return True
    else:
        raise StudyFileError.single(
            str(study),
            "It is in use all the time, or cannot be written; nothing was restored.",
            "Close it, and try again.",
        )
    _replace_file(study, ready, kept)
    return False


def _is_damaged(study: Path) -> bool:
    if not connection.is_study(study):
        return True
    try:
        with connection.reading(study) as db:
            return any(structure.file_faults(db))
    except StudyIntegrityError:
        return True
    except StudyFileError as err:
        return "malformed" in err.message


def _replace_content(study: Path, ready: Path, kept: Path) -> None:
    new, old = sqlite3.connect(ready), sqlite3.connect(study, timeout=10)
    is_kept = False

    def keep(status: int, remaining: int, total: int) -> None:
        # From its first step on the backup holds the lock of the study: nobody can write to it any more,
        # and everybody still reads what it was. So what is kept is exactly what is replaced.
        nonlocal is_kept
        if not is_kept and status == sqlite3.SQLITE_OK:
            connection.back_up(study, kept)
            sync(kept)
            is_kept = True

    try:
        # Of many steps, however small the study: ``keep`` is called after the first.
        n_pages = int(new.execute("PRAGMA page_count").fetchone()[0])
        new.backup(old, pages=max(1, n_pages // 100), progress=keep)
    except BaseException:
        kept.unlink(missing_ok=True)
        raise
    finally:
        new.close()
        old.close()


def _replace_file(study: Path, ready: Path, kept: Path) -> None:
    shutil.copy2(study, kept)
    sync(kept)
    for side in _SIDES:
        beside = study.with_name(study.name + side)
        if side == "-wal" and beside.exists():
            shutil.copy2(beside, kept.with_name(kept.name + side))
        beside.unlink(missing_ok=True)
    ready.replace(study)
