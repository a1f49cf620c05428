"""The arrays of a study, read once for each state of it.

Every change of a study writes an event, so the number of the newest one tells whether what was read
before is still true. While people code, only codings are read anew: texts, turns and people stay.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

from ..store import Database, frames, overview
from ..store.frames import StudyFrame


class _Kept(NamedTuple):
    newest: int
    newest_other: int
    frame: StudyFrame


_kept: dict[str, _Kept] = {}
_lock = threading.Lock()
_MOST = 2


def frame_of(db: Database) -> StudyFrame:
    """The frame of the study behind ``db``, from memory as far as nothing has changed since."""
    guid, newest = overview.study_values(db).get("guid", ""), overview.newest_event(db)
    with _lock:
        known = _kept.get(guid)
    if known is not None and known.newest == newest:
        return known.frame
    other = overview.newest_other_event(db)
    if known is not None and known.newest_other == other:
        found = _with_acts(db, known) or frames.with_codings(db, known.frame)
    else:
        found = frames.study_frame(db)
    with _lock:
        _kept.pop(guid, None)
        while len(_kept) >= _MOST:
            _kept.pop(next(iter(_kept)))
        _kept[guid] = _Kept(newest, other, found)
    return found


def _with_acts(db: Database, known: _Kept) -> StudyFrame | None:
    """The frame after single acts of coding, without reading the others; None where that cannot be."""
    changed = frames.changed_codings(db, known.newest)
    if changed is None:
        return None
    return frames.with_changes(db, known.frame, changed) if changed else known.frame


def forget() -> None:
    """Drop what is kept in memory."""
    with _lock:
        _kept.clear()
