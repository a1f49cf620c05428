"""Backups of a study: named by when and after how many events, verified, and rotated.

A backup is a whole study file, made by SQLite's online backup while others work. It is written under
another name, verified, and only then given its own, so that what looks like a backup is one.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ...errors import StudyIntegrityError
from . import connection

KEPT_NEWEST = 10
KEPT_DAYS = 14
_NAME = re.compile(r"^(?P<stem>.+)-(?P<at>\d{8}T\d{9})Z-(?P<n>\d+)\.db$")
_FORMAT = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup: its file, when it was made (UTC), how many events it holds, its bytes."""

    path: Path
    made_at: datetime
    n_events: int
    n_bytes: int


def backups_in(folder: Path, stem: str) -> list[Backup]:
    """The backups of a study in a folder, newest first; empty where there is no folder."""
    found: list[Backup] = []
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return []
    for entry in entries:
        name = _NAME.match(entry.name)
        if name is None or name["stem"] != stem:
            continue
        moment = datetime.strptime(name["at"] + "000", _FORMAT).replace(tzinfo=UTC)
        size = entry.stat().st_size
        found.append(Backup(path=Path(entry.path), made_at=moment, n_events=int(name["n"]), n_bytes=size))
    return sorted(found, key=lambda b: (b.made_at, b.path.name), reverse=True)


def make_backup(study: Path, folder: Path, stem: str, *, at: datetime) -> Backup:
    """Back a study up into a folder, which is made where it is not there.

    Raises:
        OSError: the folder cannot be written, or its disk is full; nothing is left there.
        StudyIntegrityError: the copy is damaged, because the study is; nothing is left there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{stem}-{os.getpid()}-{at.strftime(_FORMAT)}.part"
    try:
        connection.back_up(study, part)
        n_events = verified(part)
        sync(part)
        name = f"{stem}-{at.strftime(_FORMAT)[:-3]}Z-{n_events}.db"
        part.replace(folder / name)
    finally:
        for leftover in (part, part.with_name(part.name + "-journal"), part.with_name(part.name + "-wal")):
            leftover.unlink(missing_ok=True)
    size = (folder / name).stat().st_size
    return Backup(path=folder / name, made_at=at, n_events=n_events, n_bytes=size)


def verified(backup: Path) -> int:
    """Number of events in a backup whose every page is whole and whose log has no gap.

    Raises:
        StudyIntegrityError: it is damaged, or no study.
    """
    if not connection.is_study(backup):
        raise StudyIntegrityError.single(str(backup), "This is not a study file.", "Choose another backup.")
    # Immutable: nothing is written beside it, not even a log.
    conn = sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        faults = [row[0] for row in conn.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        n, highest = conn.execute("SELECT count(*), coalesce(max(id), 0) FROM event").fetchone()
    except sqlite3.DatabaseError as err:
        faults, n, highest = [str(err)], 0, 0
    finally:
        conn.close()
    if faults or n != highest:
        told = f"Damaged: {faults[0]}." if faults else "Events are missing from its log."
        raise StudyIntegrityError.single(
            str(backup), told, "Choose an older backup, or run 'qualtool check'."
        )
    return int(n)


def sync(path: Path) -> None:
    """Have the disk keep what was written."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def superfluous(backups: Sequence[Backup], *, now: datetime) -> list[Backup]:
    """Those that rotation gives up: neither among the newest, nor the newest of a recent day."""
    newest_first = sorted(backups, key=lambda b: (b.made_at, b.path.name), reverse=True)
    kept = {b.path for b in newest_first[:KEPT_NEWEST]}
    days: set[object] = set()
    for backup in newest_first:
        day = backup.made_at.date()
        if day not in days and backup.made_at > now - timedelta(days=KEPT_DAYS):
            kept.add(backup.path)
        days.add(day)
    return [b for b in newest_first if b.path not in kept]
