"""Merge another copy of a study into this one, in one transaction, and log it.

Things are the same by GUID. The two event logs tell who did what since the copies parted: what only the
other copy changed is taken, what only we changed stays, what both changed is weighed and told. Nothing
of either is lost. Left as they are here: the study's own settings, who may log in, and the other
copy's line of acts to undo, for what was done on another computer is not undone on this one.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from ...errors import StudyFileError
from ..log import merge_log
from ..log.events import Stamp, record
from ..log.identity import new_guid
from ..reading import overview, replay
from ..records.codes import current_version
from .merge_audits import merge_audits
from .merge_codebook import merge_codebook
from .merge_codings import merge_codings
from .merge_kit import Decisions, Merging, Progress, Told
from .merge_machine import merge_runs, merge_suggestions, merge_topics
from .merge_marks import merge_marks, merge_memos
from .merge_numbers import merge_indicators, merge_surveys
from .merge_people import merge_people, merge_variables
from .merge_propositions import merge_propositions
from .merge_rows import all_guids, require_all
from .merge_sources import merge_sets, merge_sources

_STEPS = 12
_CACHE_KB = 64_000


def merge_study(
    ours: Database,
    theirs: Database,
    stamp: Stamp,
    *,
    name: str,
    decisions: Decisions,
    progress: Progress | None = None,
) -> tuple[Told, int]:
    """Bring everything of ``theirs`` into ``ours``; returns what was done and how many acts are new.

    ``name`` is what the event calls the other copy. A copy that holds nothing new changes nothing, the
    event log included.

    Raises:
        StudyFileError: they are no copies of one study, or words were erased from one alone.
        StudyIntegrityError: something would be lost.
    """
    tell = _teller(progress)
    ours.conn.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    _require_copies(ours, theirs)
    tell("event logs")
    since = merge_log.since_parting(ours, theirs)
    _require_same_erasures(since)
    m = Merging(ours=ours, theirs=theirs, stamp=stamp, since=since, decisions=decisions)
    before = all_guids(ours)
    tell("people")
    merge_people(m)
    tell("sources")
    texts = merge_sources(m)
    merge_sets(m)
    tell("surveys")
    merge_surveys(m)
    tell("codebook")
    versions = merge_codebook(m)
    tell("suggestions")
    merge_runs(m)
    merge_suggestions(m, texts)
    tell("codings")
    merge_codings(m, texts, versions)
    tell("memos")
    merge_memos(m)
    tell("marks")
    merge_marks(m)
    tell("topics")
    merge_topics(m, texts)
    merge_audits(m, texts)
    tell("school files")
    merge_indicators(m)
    merge_variables(m)
    merge_propositions(m)
    tell("checking")
    require_all(m, before)
    if not (m.told.is_nothing and not since.theirs):
        _log(m, name)
    return m.told, len(since.theirs)


def _teller(progress: Progress | None) -> Callable[[str], None]:
    done = 0

    def tell(what: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, _STEPS, what)

    return tell


def _require_copies(ours: Database, theirs: Database) -> None:
    mine, other = (overview.study_values(db).get("guid") for db in (ours, theirs))
    if mine is None or mine != other:
        raise StudyFileError.single(
            "the other study",
            "It is not a copy of this study, but another one. Nothing was merged.",
            "Only copies of one study can be merged: files made by 'Save a copy', or copied as files.",
        )


def _require_same_erasures(since: merge_log.Since) -> None:
    """Words that were erased from one copy would come back from the other."""
    mine, other = since.erased
    if mine == other:
        return
    where = "this study" if len(mine) >= len(other) else "the other copy"
    rest = "the other copy" if len(mine) >= len(other) else "this study"
    raise StudyFileError.single(
        where,
        f"Names or people were erased from {where} since the copies parted, and not from {rest}:"
        " merging would bring them back. Nothing was merged.",
        f"Pseudonymise or purge {rest} in the same way first, then merge.",
    )


def _log(m: Merging, name: str) -> None:
    """One event for the merge, one for each coding that another stands for, and the other copy's acts."""
    told = m.told
    record(
        m.ours,
        m.stamp,
        merge_log.MERGED,
        target_kind="study",
        target_guid=new_guid(),
        before=replay.packed_states(told.before),
        after={
            **replay.packed_states(told.codings),
            "memos": told.memos,
            "codebook_version": current_version(m.ours),
            "from": name,
            "n_acts": len(m.since.theirs),
            "added": {k: n for k, n in sorted(told.added.items()) if n},
            "changed": {k: n for k, n in sorted(told.changed.items()) if n},
            "consents": told.consents,
            "n_conflicts": len(told.conflicts),
        },
    )
    for twin in told.duplicates:
        record(
            m.ours,
            m.stamp,
            "coding_removed",
            target_kind="coding",
            target_guid=twin["other"],
            after={"stands_for_it": twin["kept"]},
        )
    merge_log.take_over(m.ours, m.since.theirs, m.stamp)
