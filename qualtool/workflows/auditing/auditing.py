"""A blind audit from its draw to its result: how far it is, what it withholds, and what it says at last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...errors import UserInputError
from ...model import Role
from ...statistics.misclassification import Share, accuracy, rogan_gladen
from ...statistics.undefined import Undefined
from ...store import Database
from ...store.file import connection
from ...store.reading import overview
from ...store.records import audits
from ...store.records import codes as code_store
from ..clock import stamp
from ..themes.quote_groups import Passage

YES, NO, SKIPPED = "yes", "no", "skipped"
ANSWERED = "answered"
# Lang & Reiczigel looked at rates from here up.
_LEAST_STUDIED = 0.5
CAUTION = (
    "What a person answered in the audit is taken as the truth. Accepted suggestions are no part of it: who "
    "accepts one has seen it. Passages not read count for nothing, nor do skipped ones."
)


def audit_status(study: Path) -> dict[str, Any]:
    """All audits, newest first: ``{"audits": [...]}`` with how far each is, and nothing of its answers.

    An audit is ``{audit, coder, made_at, finished_at, seed, codes, n, n_answered, n_skipped, n_unread,
    n_population}``.
    """
    with connection.reading(study) as db:
        return {"audits": [_status(db, row) for row in audits.audits(db)]}


def _status(db: Database, row: Mapping[str, Any]) -> dict[str, Any]:
    keys = _code_keys(db)
    given = list(passage_states(audits.answers(db, row["id"])).values())
    return {
        "audit": row["guid"],
        "coder": row["coder"],
        "made_at": row["made_at"],
        "finished_at": row["finished_at"],
        "seed": row["seed"],
        "codes": [keys.get(code, "(removed code)") for code in audits.code_ids(db, row["id"])],
        "n": len(given),
        "n_answered": given.count(ANSWERED),
        "n_skipped": given.count(SKIPPED),
        "n_unread": given.count(None),
        "n_population": row["n_population"],
    }


def passage_states(answers: Sequence[Mapping[str, Any]]) -> dict[int, str | None]:
    """Position of each passage -> ANSWERED, SKIPPED or, not read yet, None; of rows of ``audits.answers``.

    A code taken out of the codebook meanwhile is skipped by itself: one yes or no makes a passage answered.
    """
    found: dict[int, str | None] = {}
    for row in answers:
        state = ANSWERED if row["answer"] in (YES, NO) else row["answer"]
        if found.get(row["position"]) != ANSWERED:
            found[row["position"]] = state or found.get(row["position"])
    return found


def _code_keys(db: Database) -> dict[int, str]:
    book = code_store.codebook(db)
    ids = code_store.code_ids(db)
    return {ids[c.guid]: c.short_id or book.path(c) for c in book.codes}


def running_audit(study: Path, coder: str) -> dict[str, Any] | None:
    """The audit a coder is in the middle of, as in ``audit_status``, and ``next``, the first position
    not yet read (None where all are)."""
    with connection.reading(study) as db:
        row = running_of(db, coder)
        if row is None:
            return None
        states = passage_states(audits.answers(db, row["id"]))
        return {
            **_status(db, row),
            "next": min((at for at, is_read in states.items() if not is_read), default=None),
        }


def running_of(db: Database, coder: str) -> dict[str, Any] | None:
    """The row of the coder's running audit; None without one."""
    who = overview.coder_id(db, coder.strip())
    return None if who is None else audits.running(db, who)


def required_audit(db: Database, coder: str) -> dict[str, Any]:
    """The row of the coder's running audit.

    Raises:
        UserInputError: none is running.
    """
    row = running_of(db, coder)
    if row is None:
        raise UserInputError("No audit of yours is running: draw one first.")
    return row


def finish_audit(study: Path, coder: str) -> str:
    """Close the coder's running audit for good, read to the end or not; returns its GUID.

    From then on nothing is withheld, and no answer is taken any more.

    Raises:
        UserInputError: no audit is running.
    """
    made = stamp(coder)
    with connection.writing(study, least=Role.CODER) as db:
        row = required_audit(db, coder)
        audits.finish(db, row["guid"], made)
        return str(row["guid"])


def has_withheld(study: Path, source_guid: str, coder: str) -> bool:
    """Does a source hold passages of the coder's running audit?"""
    with connection.reading(study) as db:
        place = audits.places_of_sources(db).get(source_guid)
        return place is not None and audits.withheld_from_name(db, coder).has_source(place[0])


def without_withheld(study: Path, passages: Sequence[Passage], coder: str | None) -> tuple[Passage, ...]:
    """Coded passages without those that touch the coder's running audit and are not their own work."""
    shows = _shows(study, coder)
    return tuple(
        p
        for p in passages
        if set(p.coders) == {coder} or shows(p.source_guid, p.start_char, p.start_char + len(p.quote))
    )


def quotes_without_withheld(
    study: Path, rows: Sequence[Mapping[str, Any]], coder: str | None
) -> list[Mapping[str, Any]]:
    """Rows of ``themes.quotes`` without others' codings that touch the coder's running audit."""
    shows = _shows(study, coder)
    return [r for r in rows if r["coder"] == coder or shows(r["source_guid"], r["start_char"], r["end_char"])]


def _shows(study: Path, coder: str | None) -> Callable[[str, int, int], bool]:
    """Tells whether a stretch of the current text of a source (GUID) may be shown with others' work."""
    with connection.reading(study) as db:
        hidden = audits.withheld_from_name(db, coder)
        known = audits.places_of_sources(db) if hidden else {}
    return lambda guid, start, end: not (hidden and hidden.covers(*known[guid], start, end))


# --- the result -----------------------------------------------------------------------------------


def audit_result(study: Path, guid: str | None = None) -> dict[str, Any]:
    """What a finished audit (the newest, or the one named) says; for ``qualtool audit``.

    A row a code: ``code, n_read, n_yes, true_called, true_not_called, false_called, false_not_called,
    sensitivity, specificity, apparent, corrected, judged``. The last five are shares as ``{estimate,
    low, high}``, null with a ``reason`` where undefined: ``apparent`` is the share of the population the
    machine calls, unadjusted; ``corrected`` is it corrected for misclassification; ``judged`` is the
    share a person found, from the sample alone. Passages are weighed by their stratum.

    Raises:
        UserInputError: no audit is finished yet, or there is none of this GUID.
    """
    with connection.reading(study) as db:
        row = _finished(db, guid)
        status = _status(db, row)
        answers = audits.answers(db, row["id"])
        n_called = audits.code_ids(db, row["id"])
        strata = audits.strata(db, row["id"])
        keys = _code_keys(db)
    by_code: dict[int, list[dict[str, Any]]] = {code: [] for code in n_called}
    for answer in answers:
        if answer["answer"] in (YES, NO):
            by_code[answer["code_id"]].append(answer)
    rows = [
        {"code": keys.get(code, "(removed code)"), **_measured(read, n_called[code], strata)}
        for code, read in by_code.items()
    ]
    notes = [CAUTION, *_notes(answers, strata), *_low_notes(rows)]
    return {**status, "run": row["run"], "rows": rows, "notes": notes}


def _finished(db: Database, guid: str | None) -> dict[str, Any]:
    if guid is not None:
        row = audits.audit(db, guid)
        if row["finished_at"] is None:
            raise UserInputError("This audit is running: its result is shown when it is finished.")
        return row
    found = audits.audits(db)
    done = [row for row in found if row["finished_at"] is not None]
    if not done:
        told = "is running: its result is shown when it is finished" if found else "was drawn yet"
        raise UserInputError(f"{'The audit' if found else 'No audit'} {told}.")
    return done[0]


def _notes(answers: Sequence[Mapping[str, Any]], strata: Mapping[str, int]) -> list[str]:
    read = {a["stratum"] for a in answers if a["answer"] in (YES, NO)}
    unread = {a["stratum"] for a in answers} - read
    missing = [name for name in strata if name in unread]
    if not missing:
        return []
    return [f"Nothing was read of: {'; '.join(missing)}. The shares say nothing of these passages."]


def _low_notes(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    low = [
        row["code"]
        for row in rows
        if row["corrected"]["estimate"] is not None
        and min(row["sensitivity"]["estimate"], row["specificity"]["estimate"]) < _LEAST_STUDIED
    ]
    if not low:
        return []
    return [
        f"Sensitivity or specificity is below a half ({', '.join(low)}): intervals of corrected shares "
        "were not studied there; read them with care."
    ]


def _measured(read: Sequence[Mapping[str, Any]], n_called: int, strata: Mapping[str, int]) -> dict[str, Any]:
    is_yes = [a["answer"] == YES for a in read]
    called = [bool(a["is_called"]) for a in read]
    named = [a["stratum"] for a in read]
    weights = [strata[name] / named.count(name) for name in named]
    is_stratified = len(set(named)) > 1
    found = accuracy(
        is_yes,
        called,
        weights=weights if is_stratified else None,
        strata=named if is_stratified else None,
    )
    n = sum(strata.values())
    return {
        "n_read": len(read),
        "n_yes": sum(is_yes),
        **_counts(is_yes, called),
        "sensitivity": _told(found.sensitivity),
        "specificity": _told(found.specificity),
        "apparent": {"estimate": round(n_called / n, 4), "n_called": n_called, "n": n},
        "corrected": _corrected(n_called / n, n, found.sensitivity, found.specificity),
        "judged": _told(found.prevalence),
    }


def _counts(is_yes: Sequence[bool], called: Sequence[bool]) -> dict[str, int]:
    pairs = list(zip(is_yes, called, strict=True))
    names = {
        "true_called": (True, True),
        "true_not_called": (True, False),
        "false_called": (False, True),
        "false_not_called": (False, False),
    }
    return {name: pairs.count(pair) for name, pair in names.items()}


def _corrected(apparent: float, n: int, se: Share | Undefined, sp: Share | Undefined) -> dict[str, Any]:
    if isinstance(se, Undefined) or isinstance(sp, Undefined):
        return _told(se if isinstance(se, Undefined) else sp)
    found = rogan_gladen(
        apparent,
        n,
        sensitivity=se.estimate,
        n_sensitivity=se.n_effective,
        specificity=sp.estimate,
        n_specificity=sp.n_effective,
    )
    if isinstance(found, Undefined):
        return _told(found)
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(found).items()}


def _told(share: Share | Undefined) -> dict[str, Any]:
    if isinstance(share, Undefined):
        return {"estimate": None, "low": None, "high": None, "reason": share.reason}
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(share).items()}
