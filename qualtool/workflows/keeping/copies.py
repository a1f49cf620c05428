"""Copies of a study that hold what is to be erased: backups, and what a restore set aside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...errors import QualtoolError, UserInputError
from ...store.file import backups as backup_store
from ...store.file import connection
from ...store.reading import overview
from .backups import back_up_now, backups_folder

_ELSEWHERE = (
    "Copies made by hand, exports, saved quotes, the imported files themselves and what an operating "
    "system or a cloud folder keeps are out of reach: delete them yourself."
)


def known_copies(study: Path) -> dict[str, Any]:
    """``{"backups": [{file, made_at, n_events, bytes}], "other": [{"file", "why"}], "elsewhere"}``.

    Backups are looked for wherever this study ever told to keep them: in the folder chosen now, in the
    one of its settings, and beside it.
    """
    rows: dict[str, dict[str, Any]] = {}
    for folder in _folders(study):
        for backup in backup_store.backups_in(folder, study.resolve().stem):
            rows[str(backup.path)] = {
                "file": str(backup.path),
                "made_at": backup.made_at.isoformat(timespec="seconds"),
                "n_events": backup.n_events,
                "bytes": backup.n_bytes,
            }
    other = [
        {"file": str(path), "why": "what the study was before it was restored"}
        for path in sorted(study.resolve().parent.glob(f"{_escaped(study.name)}.before-restore*"))
    ]
    return {"backups": list(rows.values()), "other": other, "elsewhere": _ELSEWHERE}


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _folders(study: Path) -> list[Path]:
    resolved = study.resolve()
    chosen = backups_folder(study)
    found = [chosen, resolved.with_name(resolved.name + ".backups")]
    try:
        with connection.reading(study) as db:
            setting = overview.study_values(db).get("backups_folder", "")
    except QualtoolError:
        setting = ""
    if setting:
        found.append(Path(setting).expanduser() / chosen.name)
    return list(dict.fromkeys(found))


def require_decision(copies: dict[str, Any], *, delete: bool, keep: bool) -> None:
    """Refuse to erase while nobody decided what becomes of the copies.

    Raises:
        UserInputError: there are copies, and they are neither to be deleted nor to be kept.
    """
    n = len(copies["backups"]) + len(copies["other"])
    if n and not delete and not keep:
        raise UserInputError.single(
            "backups",
            f"{n} copies of the study still hold what is to be erased. Nothing was changed.",
            "Say whether they are deleted (once a new, clean backup is verified) or kept.",
        )


def settle(study: Path, copies: dict[str, Any], *, delete: bool, is_finished: bool) -> dict[str, Any]:
    """Make a new, clean backup and verify it, then delete the old ones where that was confirmed.

    Returns ``{"new_backup", "backups_deleted", "backups_kept", "warnings"}``. Nothing is deleted where the
    new backup could not be made.
    """
    files = [row["file"] for row in (*copies["backups"], *copies["other"])]
    found: dict[str, Any] = {
        "new_backup": None,
        "backups_deleted": [],
        "backups_kept": files,
        "warnings": [],
    }
    if not delete:
        if files:
            told = f"{len(files)} copies made before still hold what was erased."
            found["warnings"].append(f"{told} Run it again with --delete-backups, or delete them by hand.")
        return found
    if not is_finished:
        found["warnings"].append("No copy was deleted: another program reads the study. Close it, run again.")
        return found
    try:
        found["new_backup"] = str(back_up_now(study))
    except QualtoolError as err:
        found["warnings"].append(f"No copy was deleted, for no new backup could be made: {err.message}")
        return found
    deleted, kept = _delete(files, found["new_backup"])
    found["backups_deleted"], found["backups_kept"] = deleted, kept
    if kept:
        found["warnings"].append(f"{len(kept)} copies could not be deleted: delete them by hand.")
    return found


def _delete(files: Sequence[str], spared: str) -> tuple[list[str], list[str]]:
    deleted: list[str] = []
    kept: list[str] = []
    for name in files:
        path = Path(name)
        if path.resolve() == Path(spared).resolve():
            continue
        try:
            for end in ("", "-wal", "-shm", "-journal"):
                path.with_name(path.name + end).unlink(missing_ok=True)
        except OSError:
            kept.append(name)
        else:
            deleted.append(name)
    return deleted, kept
