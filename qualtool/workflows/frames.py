"""The arrays of a study, read once for each state of it.

Every change of a study writes an event, so the newest one tells whether what was read before is still
true: the event itself and not its number, which another copy of the study may have reached as well. While
people code, only codings are read anew: texts, turns and people stay.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

from ..store import Database
from ..store.reading import frames, overview
from ..store.reading.frames import StudyFrame


class _Kept(NamedTuple):
    newest: int
    mark: str
    mark_of_other: str
    frame: StudyFrame


_kept: dict[str, _Kept] = {}
_lock = threading.Lock()
_MOST = 2


def frame_of(db: Database) -> StudyFrame:
    """The frame of the study behind ``db``, from memory as far as nothing has changed since."""
    guid, newest = overview.study_values(db).get("guid", ""), overview.newest_event(db)
    mark = overview.event_mark(db, newest)
    with _lock:
        known = _kept.get(guid)
    if known is not None and known.mark == mark:
        return known.frame
    other = overview.event_mark(db, overview.newest_other_event(db))
    if known is not None and known.mark_of_other == other and _goes_on_from(db, known):
        found = _with_acts(db, known) or frames.with_codings(db, known.frame)
    else:
        found = frames.study_frame(db)
    with _lock:
        _kept.pop(guid, None)
        while len(_kept) >= _MOST:
            _kept.pop(next(iter(_kept)))
        _kept[guid] = _Kept(newest, mark, other, found)
    return found


def _goes_on_from(db: Database, known: _Kept) -> bool:
    """Whether this file's log holds all of what was read before, and not another copy's acts."""
    return overview.event_mark(db, known.newest) == known.mark


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
