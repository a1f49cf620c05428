"""Study files: find them, make one with a codebook, name a copy."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from ...codebook import read_codebook
from ...errors import StudyFileError
from ...store.file.connection import is_study
from ..gathering.import_codebook import import_codebook
from .sample import ROOT
from .studies import create_study

SUFFIX = ".db"


def studies_in(folder: Path) -> list[dict[str, Any]]:
    """Study files of a folder, the newest first: path, name, changed (local time), megabytes."""
    try:
        found = [path for path in folder.expanduser().glob(f"*{SUFFIX}") if is_study(path)]
    except OSError:
        return []
    return described(sorted(found, key=lambda path: path.stat().st_mtime, reverse=True))


def described(paths: list[Path]) -> list[dict[str, Any]]:
    """Paths of files with what a person knows them by; those that went meanwhile are left out."""
    rows: list[dict[str, Any]] = []
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            continue
        # Shown to a person at this computer, so in its own time.
        changed = datetime.fromtimestamp(stat.st_mtime).astimezone()
        rows.append(
            {
                "path": path,
                "name": path.stem,
                "folder": str(path.parent),
                "changed": f"{changed:%Y-%m-%d %H:%M}",
                "megabytes": round(stat.st_size / 1e6, 1),
            }
        )
    return rows


def offered_codebooks() -> list[Path]:
    """Codebooks that come with the program; empty where only the package is installed."""
    found = sorted((ROOT / "codebooks").glob("*.yaml"))
    return [path for path in found if not path.stem.endswith("-propositions")]


def new_study(
    folder: Path, name: str, *, codebook: tuple[str, bytes] | None = None, by: str | None = None
) -> Path:
    """Make a study called ``name`` in a folder; ``codebook`` is a file's name and content.

    Raises:
        StudyFileError: no name, the file exists, or the folder cannot be written.
        CodebookError: the codebook has faults; then no study is made.
    """
    study = _study_path(folder, name)
    if codebook is not None:
        read_codebook(codebook[1], name=codebook[0])  # faults are told before a file is made
    create_study(study, by=by)
    if codebook is not None:
        import_codebook(study, Path(codebook[0]), data=codebook[1], by=by)
    return study


def _study_path(folder: Path, name: str) -> Path:
    wanted = " ".join(name.split()).removesuffix(SUFFIX)
    if not wanted or wanted.strip(".") == "" or any(c in wanted for c in '/\\:*?"<>|'):
        raise StudyFileError.single(
            "name of the study",
            "A study needs a name that can name a file." if wanted else "The study has no name yet.",
            'Use letters, digits, spaces and hyphens; none of / \\ : * ? " < > |.',
        )
    return folder.expanduser() / f"{wanted}{SUFFIX}"


def copy_name(study: Path) -> Path:
    """A name for a copy beside the study that no file has yet."""
    number = 1
    while True:
        suffix = " copy" if number == 1 else f" copy {number}"
        wanted = study.with_name(f"{study.stem}{suffix}{study.suffix}")
        if not wanted.exists():
            return wanted
        number += 1
