"""A study that is served with login is marked, so that no other program writes around the roles.

The mark is a file beside the study whose lock the server holds as long as it lives: the lock goes with
the process however that ends, so a mark left behind means nothing. Reading the study is free to whoever
may read the file. Writing is refused to every other program, but for the account that runs the server
when it says so. This is a rule of this program: whoever may change the file can change it with another.
"""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from ...errors import NotAllowedError
from . import acting

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SUFFIX = "-served"
_FAR = 1 << 30  # Windows locks bytes: one that holds nothing, so that the mark can still be read
_is_owner: ContextVar[bool] = ContextVar("qualtool_as_owner", default=False)


def mark_of(study: Path) -> Path:
    """Where the mark of a study is."""
    resolved = study.resolve()
    return resolved.with_name(resolved.name + SUFFIX)


@contextmanager
def as_owner() -> Iterator[None]:
    """The account that runs the server says that it wants to write beside it."""
    token = _is_owner.set(True)
    try:
        yield
    finally:
        _is_owner.reset(token)


class ServedStudy:
    """The mark, held by the server; ``release`` gives it back.

    Raises:
        NotAllowedError: another program serves the study.
        OSError: the mark cannot be written.
    """

    def __init__(self, study: Path, *, since: str) -> None:
        self._path = mark_of(study)
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        if not _lock(self._handle):
            os.close(self._handle)
            raise _is_served(study, _read(self._path))
        os.ftruncate(self._handle, 0)
        known = {"account": _account(), "process": os.getpid(), "since": since}
        os.write(self._handle, json.dumps(known).encode())

    def release(self) -> None:
        """End the mark."""
        self._path.unlink(missing_ok=True)
        os.close(self._handle)


def refuse_if_served(study: Path) -> None:
    """Before a write of any other program.

    Raises:
        NotAllowedError: the study is being served with login.
    """
    if acting.hosting() is not None:
        return
    found = served_by(study)
    if found is None or (_is_owner.get() and found.get("account") == _account()):
        return
    raise _is_served(study, found)


def served_by(study: Path) -> dict[str, Any] | None:
    """Who serves the study now (``account``, ``process``, ``since``); None when nobody does."""
    path = mark_of(study)
    if not path.exists():
        return None
    try:
        handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    except FileNotFoundError:
        return None
    except OSError:
        return {}  # it is there and may not be looked at: somebody else's
    try:
        return None if _lock(handle, shared=True) else _read(path)
    finally:
        os.close(handle)


def _is_served(study: Path, found: dict[str, Any]) -> NotAllowedError:
    whose = "this account" if found.get("account") == _account() else "another account"
    return NotAllowedError.single(
        study.name,
        f"This study is being served with login (by {whose}); changes are made in the app.",
        "Close the server first, or, from its own account, use 'qualtool --as-owner ...'.",
    )


def _account() -> str:
    if sys.platform != "win32":
        return f"uid {os.getuid()}"
    return getpass.getuser()


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _lock(handle: int, *, shared: bool = False) -> bool:
    """Take the lock, if nobody else holds it; it ends with the handle."""
    try:
        if sys.platform == "win32":
            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
