"""Two copies of one study that were worked in apart become one: nothing of either is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import StudyFileError
from ...store.checking.other_copy import other_copy
from ...store.file import connection
from ...store.merging.merge_kit import Decisions, Progress, Side, Told
from ...store.merging.merging import merge_study
from ..clock import stamp
from .backups import back_up_now

__all__ = ["Decisions", "MergeReport", "Side", "merge", "preview"]

# Left as it is in this study; the report says so.
_NOT_TAKEN = (
    "settings of the study",
    "who may log in",
    "the other copy's acts to undo: they are undone there",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeReport:
    """What a merge did, or would do (``dry_run``).

    ``added``, ``changed`` count records by kind; ``sources`` holds one report a source whose codings
    were touched, as an edit gives it: source, version, kept, moved, needs_review, lost. ``conflicts``
    are things both copies changed, with what stands (``kept``); ``codebook`` the differences between
    the codebooks, with who changed what and what stands; ``duplicates`` codings made in both copies;
    ``matched`` other things made in both; ``renamed`` those of one name that stay apart. ``n_acts`` is
    the number of the other copy's acts that are new here. ``is_new`` is False where there was nothing.
    """

    study: str
    other: str
    dry_run: bool
    is_new: bool
    n_acts: int
    added: Mapping[str, int]
    changed: Mapping[str, int]
    sources: tuple[Mapping[str, Any], ...]
    conflicts: tuple[Mapping[str, Any], ...]
    codebook: tuple[Mapping[str, Any], ...]
    duplicates: tuple[Mapping[str, Any], ...]
    matched: tuple[Mapping[str, Any], ...]
    renamed: tuple[Mapping[str, Any], ...]
    backup: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON document: the fields, with the sums of the sources' reports beside them."""
        one = self.sources[0] if len(self.sources) == 1 else None
        return {
            "source": one["source"] if one else None,
            "version": one["version"] if one else None,
            "kept": sum(s["kept"] for s in self.sources),
            "moved": sum(s["moved"] for s in self.sources),
            "needs_review": [r for s in self.sources for r in s["needs_review"]],
            "lost": 0,
            **asdict(self),
            "not_taken": list(_NOT_TAKEN),
        }


class _OnlyLooked(Exception):
    """Ends a transaction that was a look ahead."""


def preview(study: Path, other: Path, *, decisions: Decisions | None = None) -> MergeReport:
    """What ``merge`` would do, with nothing changed.

    Raises:
        as ``merge``.
    """
    return _merged(study, other, None, decisions or Decisions(), None, is_look=True)


def merge(
    study: Path,
    other: Path,
    *,
    by: str | None = None,
    decisions: Decisions | None = None,
    progress: Progress | None = None,
) -> MergeReport:
    """Bring everything of another copy into a study; the other copy's file is only read.

    Before it a backup is made. All of it is one transaction. A copy that holds nothing new changes
    nothing, the event log included.

    Raises:
        StudyFileError: the other file is no copy of this study, cannot be read, or is the study itself;
            or names were erased from one of the two alone.
        StudyIntegrityError: the other copy is damaged, or something would be lost.
        NotAllowedError: the study is served with login.
    """
    return _merged(study, other, by, decisions or Decisions(), progress, is_look=False)


def _merged(
    study: Path,
    other: Path,
    by: str | None,
    decisions: Decisions,
    progress: Progress | None,
    *,
    is_look: bool,
) -> MergeReport:
    made = stamp(by)
    _require_two(study, other)
    told, n_acts, backup = Told(), 0, None
    with other_copy(other) as theirs:
        if not is_look:
            backup = back_up_now(study)

        def work(db: Database) -> None:
            nonlocal told, n_acts
            told, n_acts = merge_study(
                db, theirs, made, name=other.name, decisions=decisions, progress=progress
            )

        try:
            with connection.writing(study) as db:
                work(db)
                if is_look:
                    raise _OnlyLooked
        except _OnlyLooked:
            pass
    return MergeReport(
        study=str(study),
        other=str(other),
        dry_run=is_look,
        is_new=bool(n_acts) or not told.is_nothing,
        n_acts=n_acts,
        added={k: n for k, n in told.added.items() if n},
        changed={k: n for k, n in told.changed.items() if n},
        sources=tuple(told.sources),
        conflicts=tuple(told.conflicts),
        codebook=tuple(told.codebook),
        duplicates=tuple(told.duplicates),
        matched=tuple(told.matched),
        renamed=tuple(told.renamed),
        backup=None if backup is None else str(backup),
    )


def _require_two(study: Path, other: Path) -> None:
    try:
        is_same = other.exists() and other.samefile(study)
    except OSError:
        is_same = False  # the study is told to be missing when it is opened
    if is_same:
        raise StudyFileError.single(
            str(other), "This is the study itself; nothing was merged.", "Choose the other copy."
        )
