"""Which study files this process has open, so that nobody reads their bytes beside SQLite.

SQLite guards a study with advisory locks, and on Linux and macOS a process loses all its locks on a
file as soon as it closes any handle on it, also one that had nothing to do with SQLite. Then another
program takes the log and its index away while they are in use: "disk I/O error", a bus error, or a
damaged study. So a study's files may be opened as plain files only while this process has no
connection to it, and none may come meanwhile.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_gate = threading.RLock()
_n_open: Counter[tuple[int, int]] = Counter()


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and number of a file, without opening it; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def held(path: Path, look: Callable[[Path], None]) -> Iterator[None]:
    """While a connection to ``path`` is about to be made, used and closed.

    ``look`` reads the file beforehand as a plain file; it is left out where this process has the file
    open already, for then it was looked at. What it raises passes.
    """
    with _gate:
        key = _identity(path)
        if key is None or not _n_open[key]:
            look(path)
        if key is not None:
            _n_open[key] += 1
    try:
        yield
    finally:
        if key is not None:
            with _gate:
                _n_open[key] -= 1
                if not _n_open[key]:
                    del _n_open[key]


def read_head(path: Path, n_bytes: int) -> bytes | None:
    """The first bytes of a file, or None where this process has it open as a study.

    Raises:
        OSError: the file cannot be read.
    """
    with _gate:
        if _n_open[_identity(path) or (0, 0)]:
            return None
        with path.open("rb") as file:
            return file.read(n_bytes)
