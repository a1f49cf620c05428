"""Backups made by themselves, and a study restored from one."""

from __future__ import annotations

import hashlib
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ...errors import Problem, QualtoolError, StudyFileError, StudyIntegrityError
from ...model import Role
from ...store.checking import checking
from ...store.file import acting, connection, restoring
from ...store.file import backups as backup_store
from ...store.file.backups import Backup
from ...store.file.serving_mark import refuse_if_served
from ...store.log.events import record
from ...store.reading import overview
from ..clock import stamp
from ..roles import allowed, own_name
from . import erasing

EVERY_MINUTES = 30
EVERY_EVENTS = 200
_SETTING = "backups_folder"


def backups_folder(study: Path) -> Path:
    """Where the backups of a study are: ``QUALTOOL_BACKUPS``, its own setting, or beside it.

    In a folder that several studies may share, each has its own, told apart by name and path.
    """
    resolved = study.resolve()
    chosen = os.environ.get("QUALTOOL_BACKUPS", "").strip() or _folder_set(resolved)
    if not chosen:
        return resolved.with_name(resolved.name + ".backups")
    mark = hashlib.sha256(str(resolved).encode()).hexdigest()[:8]
    return Path(chosen).expanduser() / f"{resolved.name}-{mark}.backups"


def _folder_set(study: Path) -> str:
    try:
        with connection.reading(study) as db:
            return overview.study_values(db).get(_SETTING, "")
    except QualtoolError:
        return ""  # a study that cannot be read still has its backups beside it


def set_backups_folder(study: Path, folder: str, *, by: str | None) -> None:
    """Keep the backups of a study in another folder, best on another disk; blank: beside the study.

    Raises:
        StudyFileError: there is no such folder.
    """
    wanted = folder.strip()
    if wanted and not Path(wanted).expanduser().is_dir():
        raise StudyFileError.single(wanted, "There is no such folder.", "Make it first, or choose another.")
    made = stamp(by)
    with connection.writing(study) as db:
        before = overview.study_values(db).get(_SETTING, "")
        if before == wanted:
            return
        overview.set_study_values(db, {_SETTING: wanted})
        record(
            db,
            made,
            "setting_changed",
            target_kind="study",
            target_guid="study",
            before={_SETTING: before},
            after={_SETTING: wanted},
        )


def known_backups(study: Path) -> list[Backup]:
    """The backups of a study, newest first."""
    return backup_store.backups_in(backups_folder(study), study.stem)


def backups_of(study: Path) -> list[dict[str, Any]]:
    """The same as rows: file, made_at, n_events, bytes."""
    return [
        {
            "file": str(b.path),
            "made_at": b.made_at.isoformat(timespec="seconds"),
            "n_events": b.n_events,
            "bytes": b.n_bytes,
        }
        for b in known_backups(study)
    ]


def back_up_now(study: Path, *, at: datetime | None = None) -> Path:
    """Back a study up, verified, and give up backups that rotation does not keep.

    Raises:
        StudyFileError: the backup cannot be written; the study is not touched.
        StudyIntegrityError: the study is damaged; older backups are kept.
        NotAllowedError: the study is served with login, and the person logged in is no owner.
    """
    with allowed(study, Role.OWNER, "back the study up"):
        return _back_up(study, at)


def _back_up(study: Path, at: datetime | None) -> Path:
    moment, folder = at or datetime.now(UTC), backups_folder(study)
    # A backup copies free pages too: none may hold words that were erased.
    erasing.finish(study)
    try:
        made = backup_store.make_backup(study, folder, study.stem, at=moment)
    except OSError as err:
        raise StudyFileError.single(
            str(folder),
            f"No backup could be written there: {err.strerror or err}. The study is as it was.",
            "Make room or mend the folder, or set QUALTOOL_BACKUPS to another.",
        ) from err
    for old in backup_store.superfluous(known_backups(study), now=moment):
        old.path.unlink(missing_ok=True)
    return made.path


def back_up_if_due(study: Path, *, at: datetime | None = None) -> Path | None:
    """Back a study up where it changed and the last backup is old: by time, or by events since.

    Raises:
        as ``back_up_now``; it is a chore of the program, so nobody's role is asked for.
    """
    with acting.as_server():
        return _back_up_if_due(study, at)


def _back_up_if_due(study: Path, at: datetime | None) -> Path | None:
    moment = at or datetime.now(UTC)
    with connection.reading(study) as db:
        newest = overview.newest_event(db)
    known = known_backups(study)
    if known:
        since = abs(newest - known[0].n_events)
        is_old = moment - known[0].made_at >= timedelta(minutes=EVERY_MINUTES)
        if since == 0 or not (is_old or since >= EVERY_EVENTS):
            return None
    return _back_up(study, moment) if newest else None


def behind_its_backup(study: Path, newest_event: int) -> Problem | None:
    """Has the newest backup more events than the study? Then changes were lost from the study."""
    known = known_backups(study)
    if not known or known[0].n_events <= newest_event:
        return None
    return Problem(
        where=str(known[0].path),
        message=f"This backup holds {known[0].n_events - newest_event} events that the study has lost.",
        next="Restore the study from it ('qualtool restore').",
    )


def restore(study: Path, backup: Path, *, by: str | None = None) -> dict[str, Any]:
    """Make a study what a backup is; what it was is kept as ``<name>.before-restore``.

    ``backup`` is a path, or the name of a file among the study's backups. Returns ``{"restored",
    "from", "n_events", "replaced"}``; ``replaced`` is None where there was no study.

    Raises:
        StudyFileError: there is no such file, it is another study's, or the disk cannot be written.
        StudyIntegrityError: the backup is damaged. The study is as it was in every case.
        NotAllowedError: the study is served with login, and the person is no owner, or is elsewhere.
    """
    refuse_if_served(study)
    with allowed(study, Role.OWNER, "restore the study", by=by):
        return _restore(study, backup, own_name(by))


def _restore(study: Path, backup: Path, by: str | None) -> dict[str, Any]:
    file = backup if backup.exists() else backups_folder(study) / backup.name
    if not file.is_file():
        raise StudyFileError.single(str(backup), "There is no such backup.", "'qualtool restore' lists them.")
    if study.exists() and file.samefile(study):
        raise StudyFileError.single(str(file), "This is the study itself.", "Choose one of its backups.")
    ready = study.with_name(study.name + ".restoring")
    kept = restoring.free_name(study) if study.exists() else None
    try:
        _make_ready(study, file, ready)
        restoring.replace_study(study, ready, kept or study)
    except OSError as err:
        raise StudyFileError.single(
            str(study),
            f"It could not be restored: {err.strerror or err}. The study is as it was.",
            "Make room, or mend the rights of its folder.",
        ) from err
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            ready.with_name(ready.name + end).unlink(missing_ok=True)
    n_events = _mark_restored(study, file, kept, by)
    return {
        "restored": str(study),
        "from": str(file),
        "n_events": n_events,
        "replaced": str(kept) if kept else None,
    }


def _make_ready(study: Path, file: Path, ready: Path) -> None:
    """A checked copy of the backup beside the study, at the newest schema."""
    backup_store.verified(file)
    ready.unlink(missing_ok=True)
    shutil.copyfile(file, ready)
    with connection.reading(ready) as db:
        guid = overview.study_values(db).get("guid")
        faults = [p for _, p in checking.problems(db)]
    if faults:
        raise StudyIntegrityError("This backup is damaged; nothing was restored.", problems=faults[:20])
    theirs = _guid_of(study)
    if theirs is not None and guid is not None and theirs != guid:
        raise StudyFileError.single(
            str(file),
            "This is a backup of another study; nothing was restored.",
            "Choose one of this study's.",
        )
    backup_store.sync(ready)


def _guid_of(study: Path) -> str | None:
    try:
        with connection.reading(study) as db:
            return overview.study_values(db).get("guid")
    except QualtoolError:
        return None  # too damaged to say


def _mark_restored(study: Path, file: Path, kept: Path | None, by: str | None) -> int:
    made = stamp(by)
    with connection.writing(study) as db:
        overview.set_study_values(db, {"restored_at": made.at})
        after = {"from": file.name, "replaced": kept.name if kept else None}
        n = record(db, made, "study_restored", target_kind="study", target_guid="study", after=after)
    # The newest backup is now one of this study, so that a check does not miss what was given up.
    _back_up(study, None)
    return n
