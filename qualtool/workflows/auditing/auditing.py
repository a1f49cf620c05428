"""A blind audit as a person does it: one passage after the other, yes or no to each code, then the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...errors import UserInputError
from ...model import Role
from ...statistics.misclassification import Share, accuracy, rogan_gladen
from ...statistics.undefined import Undefined
from ...store import Database, audits, connection, overview
from ...store import codes as code_store
from ..clock import stamp
from ..suggestions.suggestion_page import surroundings
from ..themes.quote_groups import Passage

YES, NO, SKIPPED = "yes", "no", "skipped"
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
    units: dict[int, str | None] = {}
    for answer in audits.answers(db, row["id"]):
        units[answer["unit_id"]] = answer["answer"]
    given = list(units.values())
    return {
        "audit": row["guid"],
        "coder": row["coder"],
        "made_at": row["made_at"],
        "finished_at": row["finished_at"],
        "seed": row["seed"],
        "codes": [keys.get(code, "(removed code)") for code in audits.code_ids(db, row["id"])],
        "n": len(given),
        "n_answered": sum(a in (YES, NO) for a in given),
        "n_skipped": given.count(SKIPPED),
        "n_unread": given.count(None),
        "n_population": row["n_population"],
    }


def _code_keys(db: Database) -> dict[int, str]:
    book = code_store.codebook(db)
    ids = code_store.code_ids(db)
    return {ids[c.guid]: c.short_id or book.path(c) for c in book.codes}


def running_audit(study: Path, coder: str) -> dict[str, Any] | None:
    """The audit a coder is in the middle of, as in ``audit_status``, and ``next``, the first position
    not yet read (None where all are)."""
    with connection.reading(study) as db:
        row = _running(db, coder)
        if row is None:
            return None
        unread = [a["position"] for a in audits.answers(db, row["id"]) if a["answer"] is None]
        return {**_status(db, row), "next": min(unread, default=None)}


def _running(db: Database, coder: str) -> dict[str, Any] | None:
    who = overview.coder_id(db, coder.strip())
    return None if who is None else audits.running(db, who)


def audit_passage(study: Path, coder: str, position: int) -> dict[str, Any]:
    """One passage of the coder's running audit in its place, with the codes to judge and no more.

    Keys: ``position``, ``source``, ``source_guid``, ``kind``, ``start_char``, ``is_changed`` (its text was
    corrected since), ``before``, ``quote``, ``after``, ``speaker``, ``role``, ``asked``; ``codes`` [{guid,
    key, name, definition, apply_when, do_not_apply_when, answer}] with this coder's own last answer.

    Raises:
        UserInputError: no audit is running, or it has no such passage.
    """
    with connection.reading(study) as db:
        row = _required(db, coder)
        unit = _unit(db, row, position)
        own = {a["code_id"]: a["answer"] for a in audits.answers(db, row["id"]) if a["unit_id"] == unit["id"]}
        book = code_store.codebook(db)
        ids = code_store.code_ids(db)
        codes = [
            {
                "guid": c.guid,
                "key": c.key,
                "name": c.name,
                "definition": c.definition,
                "apply_when": c.apply_when,
                "do_not_apply_when": c.do_not_apply_when,
                "answer": own[ids[c.guid]],
            }
            for c in book.codes
            if ids[c.guid] in own
        ]
        around = surroundings(db, unit, 800)
    told = {k: unit[k] for k in ("position", "source", "source_guid", "kind", "start_char")}
    return {**told, "is_changed": bool(unit["is_changed"]), **around, "codes": codes}


def _required(db: Database, coder: str) -> dict[str, Any]:
    row = _running(db, coder)
    if row is None:
        raise UserInputError("No audit of yours is running: draw one first.")
    return row


def _unit(db: Database, row: Mapping[str, Any], position: int) -> dict[str, Any]:
    unit = audits.unit(db, row["id"], position)
    if unit is None:
        raise UserInputError("The audit has no such passage; its participant may have withdrawn.")
    return unit


def answer_passage(study: Path, coder: str, position: int, answers: Mapping[str, bool]) -> None:
    """Keep whether each code (by GUID) applies to a passage. A later answer stands; the earlier stays too.

    Raises:
        UserInputError: no audit is running, no such passage, or a code is left out.
    """
    _answer(study, coder, position, {guid: YES if yes else NO for guid, yes in answers.items()})


def skip_passage(study: Path, coder: str, position: int) -> None:
    """Pass over a passage that cannot be judged; it counts as skipped, neither as yes nor as no.

    Raises:
        UserInputError: no audit is running, or no such passage.
    """
    _answer(study, coder, position, None)


def _answer(study: Path, coder: str, position: int, answers: Mapping[str, str] | None) -> None:
    made = stamp(coder)
    with connection.writing(study, least=Role.CODER) as db:
        row = _required(db, coder)
        unit = _unit(db, row, position)
        wanted = set(audits.code_ids(db, row["id"]))
        ids = {guid: number for guid, number in code_store.code_ids(db).items() if number in wanted}
        if answers is None:
            given = dict.fromkeys(sorted(wanted), SKIPPED)
        elif set(answers) != set(ids):
            raise UserInputError("Say yes or no to every code, or skip the passage.")
        else:
            given = {ids[guid]: answer for guid, answer in answers.items()}
            # A code taken out of the codebook meanwhile cannot be judged any more.
            given |= dict.fromkeys(sorted(wanted - set(ids.values())), SKIPPED)
        audits.add_answers(db, row["guid"], unit["id"], position, given, made)


def finish_audit(study: Path, coder: str) -> str:
    """Close the coder's running audit for good, read to the end or not; returns its GUID.

    From then on nothing is withheld, and no answer is taken any more.

    Raises:
        UserInputError: no audit is running.
    """
    made = stamp(coder)
    with connection.writing(study, least=Role.CODER) as db:
        row = _required(db, coder)
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
