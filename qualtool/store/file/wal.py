"""Were changes lost with the write-ahead log of a study?

Committed changes lie in ``<study>-wal`` until they are copied into the study file. When somebody
deletes that file in between (a program was killed, and "leftover" files tidied up), SQLite opens
the study as it was before, without a word. The index beside it, ``<study>-shm``, still knows how
many changes there were and how many of them were copied.
"""

from __future__ import annotations

import struct
import time
from pathlib import Path

_INITIALISED = 12  # byte of the first header that is 1 once it is in use
_N_FRAMES = 16  # 32 bits, in the machine's own order: frames of the log that count
_N_COPIED = 96  # 32 bits: frames copied into the file
_LEAST = 100
_PAUSE_SECONDS = 0.05


def is_wal_gone(study: Path) -> bool:
    """Does the index tell of changes that are neither in the file nor in a log beside it?

    Looked at twice: the last program to close a study copies everything, then takes both files away,
    and may be doing so just now.
    """
    if not _looks_gone(study):
        return False
    time.sleep(_PAUSE_SECONDS)
    return _looks_gone(study)


def _looks_gone(study: Path) -> bool:
    index, log = study.with_name(study.name + "-shm"), study.with_name(study.name + "-wal")
    try:
        with index.open("rb") as file:
            head = file.read(_LEAST)
        if len(head) < _LEAST or not head[_INITIALISED]:
            return False
        (n_frames,) = struct.unpack_from("=I", head, _N_FRAMES)
        (n_copied,) = struct.unpack_from("=I", head, _N_COPIED)
        return n_frames > n_copied and (not log.exists() or log.stat().st_size == 0)
    except OSError:
        return False
