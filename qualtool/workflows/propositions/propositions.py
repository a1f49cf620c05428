"""Propositions of a study: stated, judged, recorded, overridden with a note, and told as history."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ... import __version__
from ...errors import UserInputError
from ...store import Database
from ...store.file import connection
from ...store.log.events import Stamp
from ...store.reading import evidence as evidence_store
from ...store.records import codes as code_store
from ...store.records import propositions as store
from ...triangulate import read_propositions
from ...triangulate.content import content_of, from_contents
from ...triangulate.propositions import Proposition, PropositionSet
from ...triangulate.verdict import Verdict
from ..clock import stamp
from ..files import read_bytes
from ..reports import ImportReport
from ..themes.themes import ALL, PERSON, require_origin
from .evidence_indicators import derivations_of
from .judged import Judged, Matrix
from .verdicts import WITHOUT_SUGGESTED, Judging
from .wording import NotJudged, in_todays_words, lost_codes

# Which acts, beside those on its codes, can have changed a part of a verdict's evidence.
_TEXTS = ("source_edit", "participant", "pseudonym", "erased", "withdr", "merge")
_KINDS: dict[str, tuple[str, ...]] = {
    "codings": _TEXTS,
    "people": ("source", "turns_read", "case_", "survey_", *_TEXTS),
    "groups": ("indicators_", "case_", "source_imported", "setting_"),
    "indicators": ("indicators_",),
    "survey": ("survey_", "indicators_", "case_"),
    "published": ("findings_",),
}


# --- stating --------------------------------------------------------------------------------------


def read_file(file: Path) -> PropositionSet:
    """The propositions of a file.

    Raises:
        UserInputError: it cannot be read, or has faults; every one is named with its line.
    """
    return read_propositions(read_bytes(file, UserInputError), name=file.name)


def import_propositions(
    study: Path, file: Path, *, by: str | None = None, data: bytes | None = None
) -> ImportReport:
    """Take the propositions of a file into a study: new ones, and new versions of changed ones.

    Raises:
        UserInputError: the file has faults, or names codes the codebook lacks; nothing is stored.
    """
    content = read_bytes(file, UserInputError) if data is None else data
    return state_propositions(study, read_propositions(content, name=file.name), by=by)


def state_propositions(study: Path, wanted: PropositionSet, *, by: str | None = None) -> ImportReport:
    """Keep propositions in the study: what is kept is never changed, a new wording is a new version."""
    report, made = ImportReport(), stamp(by)
    with connection.writing(study) as db:
        Judging(db, usable(db, wanted)[0].propositions)  # refuses codes that the codebook never held
        for key, text in wanted.questions:
            store.save_question(db, key, text, made)
        for proposition in wanted.propositions:
            before = proposition.stated_before_results
            version = store.save_proposition(db, proposition.id, content_of(proposition), made, before=before)
            if version is None:
                report.skip(proposition.id, "the study holds it already, word for word")
            else:
                report.accepted += 1
    return report


def propositions_of(study: Path) -> PropositionSet:
    """The propositions a study holds, as they are worded now, with the names their codes have now."""
    with connection.reading(study) as db:
        return _stored(db)


def _stored(db: Database) -> PropositionSet:
    contents, stated_at = [], []
    for row in store.current_propositions(db):
        before = "yes" if row["is_before_results"] else "no"
        contents.append({**row["content"], "stated_before_results": before})
        stated_at.append(str(row["made_at"]))
    found = _read_stored(store.packed([contents, store.questions(db)]))
    followed = in_todays_words(db, list(zip(found.propositions, stated_at, strict=True)))
    return replace(found, propositions=tuple(followed))


def usable(
    db: Database, wanted: PropositionSet | None = None
) -> tuple[PropositionSet, tuple[NotJudged, ...]]:
    """The propositions to judge (of ``wanted``, or all that are stored), and those that cannot be.

    What the study knows of when a proposition was stated, and of what its codes are called now, outranks
    what a file says. Codes that a file names and the study never knew are for the caller to refuse.
    """
    stated = _stored(db)
    chosen = stated if wanted is None else _as_stated(wanted, stated)
    known = {content_key(p) for p in stated.propositions}
    book = code_store.codebook(db)
    lost = {
        p.id: NotJudged(id=p.id, statement=" ".join(p.statement.split()), codes=codes)
        for p in chosen.propositions
        if (codes := lost_codes(book, p)) and content_key(p) in known
    }
    kept = tuple(p for p in chosen.propositions if p.id not in lost)
    return replace(chosen, propositions=kept), tuple(lost.values())


def content_key(proposition: Proposition) -> str:
    """A proposition's content, but for when it was stated."""
    return store.packed({k: v for k, v in content_of(proposition).items() if k != "stated_before_results"})


@functools.lru_cache(maxsize=8)
def _read_stored(packed: str) -> PropositionSet:
    """Propositions of the same content are read once."""
    contents, questions = json.loads(packed)
    return from_contents(contents, questions=[(key, text) for key, text in questions])


def proposition_of(study: Path, key: str) -> Proposition:
    """One proposition as it is worded now.

    Raises:
        UserInputError: the study does not hold it.
    """
    for proposition in propositions_of(study).propositions:
        if proposition.id == key:
            return proposition
    raise no_such(key)


def no_such(key: str) -> UserInputError:
    return UserInputError.single(
        f"proposition '{key}'",
        "The study does not hold it.",
        "Import it with 'qualtool import propositions', or check its id.",
    )


def require(db: Database, key: str) -> None:
    """Refuse a proposition that the study does not hold."""
    if key not in {row["key"] for row in store.current_propositions(db)}:
        raise no_such(key)


# --- judging --------------------------------------------------------------------------------------


def judge(
    study: Path,
    wanted: PropositionSet | None = None,
    *,
    year: str | None = None,
    seed: int = 0,
    origin: str = ALL,
) -> Matrix:
    """The verdict on every proposition, of ``wanted`` or of those the study holds; nothing is written.

    A verdict is stale where its evidence differs from that of the verdict last recorded. With ``origin``
    'person' codings that began as a machine's suggestion do not count; what is recorded and overridden
    is of all codings, and so is what is stale.

    Raises:
        UserInputError: a file names a code that is not in the codebook, or a year or origin is none.
    """
    require_origin(origin)
    with connection.reading(study) as db:
        chosen, not_judged = usable(db, wanted)
        judging = Judging(db, chosen.propositions, year=year, seed=seed)
        verdicts = judging.verdicts()
        kept = _Kept(db)
        rows = tuple(kept.beside(v, judging.evidence.themes[v.id].guids) for v in verdicts)
        if origin == PERSON:
            own = judging.verdicts(WITHOUT_SUGGESTED)
            rows = tuple(
                replace(r, verdict=v, of_all=r.verdict, n_unexplained=kept.n_unexplained(v))
                for r, v in zip(rows, own, strict=True)
            )
        ever = store.n_contrasts_looked_at(db)
    n = sum(len(v.strands) for v in verdicts)
    return Matrix(
        rows=rows,
        seed=seed,
        n_contrasts=n,
        n_contrasts_ever=ever,
        questions=chosen.questions,
        origin=origin,
        not_judged=not_judged,
    )


def _as_stated(wanted: PropositionSet, stated: PropositionSet) -> PropositionSet:
    late = {p.id for p in stated.propositions if not p.stated_before_results}
    known = {content_key(p): p for p in stated.propositions}
    found = (known.get(content_key(p), p) for p in wanted.propositions)
    return replace(
        wanted,
        propositions=tuple(replace(p, stated_before_results=False) if p.id in late else p for p in found),
    )


class _Kept:
    """What a study keeps of verdicts, read once."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.recorded = store.latest_verdicts(db)
        self.overrides = {row["key"]: row for row in store.overrides_of(db)}
        self.settled = store.dispositions(db)
        self.texts = {r["key"]: r["text"] for r in store.texts_of(db) if r["kind"] == "meta_inference"}

    def beside(self, verdict: Verdict, codes: frozenset[str]) -> Judged:
        recorded = self.recorded.get(verdict.id)
        changed = () if recorded is None else _changed(recorded["inputs"], verdict.inputs)
        events: list[dict[str, Any]] = []
        if changed and recorded is not None:
            events = self._events(verdict.id, recorded["event_id"], codes, changed)
        return Judged(
            verdict=verdict,
            recorded=recorded,
            stale_because=changed,
            events=tuple(events),
            override=self._override(verdict, codes),
            meta_inference=self.texts.get(verdict.id, ""),
            n_unexplained=self.n_unexplained(verdict),
        )

    def n_unexplained(self, verdict: Verdict) -> int:
        """Of the schools that contradict it those without a disposition, or called unexplained."""
        done = {case for (key, case), row in self.settled.items() if key == verdict.id and _is_settled(row)}
        return len(verdict.negative_schools - done)

    def _events(
        self, key: str, since: int, codes: frozenset[str], changed: Sequence[str]
    ) -> list[dict[str, Any]]:
        found = evidence_store.events_since(self.db, since, codes, key)
        told: dict[int, dict[str, Any]] = {}
        for part in changed:
            own = found.get(part, [])
            kinds = _KINDS.get(part, ())
            fitting = [e for e in found["other"] if str(e["kind"]).startswith(kinds)] if kinds else []
            # Codings can fall away with an edit or an erasure, which are no acts of coding; and what no
            # kind tells is told by everything that was done.
            for event in own + fitting if own or fitting else found["other"]:
                told[int(event["id"])] = event
        return [told[number] for number in sorted(told)]

    def _override(self, verdict: Verdict, codes: frozenset[str]) -> dict[str, Any] | None:
        row = self.overrides.get(verdict.id)
        if row is None or row["convergence"] is None:
            return None
        basis = store.verdict_by_id(self.db, row["verdict_id"])
        changed = () if basis is None else _changed(basis["inputs"], verdict.inputs)
        events = self._events(verdict.id, basis["event_id"], codes, changed) if basis and changed else []
        return {
            "code": row["convergence"],
            "note": row["note"],
            "examples_agree": row["examples_agree"],
            "by": row["made_by"],
            "at": row["made_at"],
            "stale": bool(changed),
            "stale_because": list(changed),
            "stale_events": events,
            "computed": None if basis is None else basis["convergence"],
        }


def _is_settled(row: Mapping[str, Any]) -> bool:
    return row["disposition"] != "unexplained"


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(k for k in sorted(before.keys() | now.keys()) if before.get(k) != now.get(k))


def record_verdicts(
    study: Path, matrix: Matrix, *, by: str | None = None, only_new: bool = False
) -> list[str]:
    """Record verdicts as looked at now; with ``only_new`` those never recorded. Returns their ids.

    Propositions must be in the study (``state_propositions``). A recorded verdict is what later ones
    are compared with: once its evidence changes it is stale, until it is recorded anew.

    Raises:
        UserInputError: the verdicts leave suggested codings out; those of all codings are the record.
    """
    if matrix.origin != ALL:
        raise UserInputError.single(
            "verdicts",
            "Verdicts without suggested codings are a what-if and are not recorded.",
            "Record those of all codings.",
        )
    made = stamp(by)
    rows = [r for r in matrix.rows if r.recorded is None or (not only_new and differs(r))]
    if not rows:
        return []
    with connection.writing(study) as db:
        for row in rows:
            record_one(db, row.verdict, made, matrix.seed)
        n = sum(len(r.verdict.strands) for r in rows)
        store.record_verdicts(db, [r.verdict.id for r in rows], made, n_contrasts=n)
    return [r.verdict.id for r in rows]


def look_at_one(study: Path, key: str, *, by: str | None = None) -> list[str]:
    """Record one verdict as looked at now, judged among all others; theirs stay as they are.

    Returns its id, or nothing where it is recorded so already.
    """
    matrix = judge(study)
    return record_verdicts(
        study, replace(matrix, rows=tuple(r for r in matrix.rows if r.verdict.id == key)), by=by
    )


def differs(row: Judged) -> bool:
    """Is a verdict another, or of other evidence, than the one recorded?"""
    return row.is_stale or row.has_changed


def record_one(db: Database, verdict: Verdict, made: Stamp, seed: int) -> int:
    """Store one verdict and return its row's id; the event is written by the caller."""
    headline = verdict.assessment.headline
    found = {
        "convergence": headline.convergence.value,
        "detail": headline.detail,
        "status": verdict.assessment.status.value,
        "document": {
            "strands": [s.as_dict() for s in verdict.strands],
            "derivations": derivations_of(db, verdict.proposition.strands),
        },
        "inputs": dict(verdict.inputs),
        "sha256": verdict.sha256,
    }
    return store.add_verdict(db, verdict.id, found, made, code_version=__version__, seed=seed)


def look_at(
    study: Path,
    wanted: PropositionSet | None = None,
    *,
    year: str | None = None,
    seed: int = 0,
    anew: bool = False,
    by: str | None = None,
) -> Matrix:
    """Judge, and keep: propositions of ``wanted`` in the study, and first verdicts (``anew``: all).

    This is what ``qualtool triangulate --propositions`` does. Stale verdicts stay marked until they
    are recorded anew.
    """
    if wanted is not None:
        new = _not_stored(study, wanted)
        if new:
            state_propositions(study, wanted, by=by)
    matrix = judge(study, wanted, year=year, seed=seed)
    kept = record_verdicts(study, matrix, by=by, only_new=not anew)
    return judge(study, wanted, year=year, seed=seed) if kept else matrix


def _not_stored(study: Path, wanted: PropositionSet) -> list[str]:
    with connection.reading(study) as db:
        known = {row["key"]: row["sha256"] for row in store.current_propositions(db)}
        questions = dict(store.questions(db))
    new = [p.id for p in wanted.propositions if known.get(p.id) != store.digest(store.packed(content_of(p)))]
    return new + [key for key, text in wanted.questions if questions.get(key) != text]
