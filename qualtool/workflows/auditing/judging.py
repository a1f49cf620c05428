"""A person judges the passages of their blind audit, one at a time or as the page in the browser sends them.

An operation of the page has ``op_id``, ``kind`` and ``audit`` (its GUID), and by its kind:

    judge    position, answers {GUID of each code: "yes" or "no"}, had {GUID: the answer that was shown}
    skip     position, had
    finish

What an operation gave is kept with its id: sent again it does nothing. Nothing that leaves this module
holds a score, a call, a stratum, a suggestion or somebody's coding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import ConflictError, UserInputError
from ...model import Role
from ...store import Database
from ...store.file import connection
from ...store.log.events import Stamp
from ...store.records import audits
from ...store.records import codes as code_store
from ..clock import stamp
from ..coding.operation_messages import each_once
from ..conflicts import conflict
from ..suggestions.suggestion_page import surroundings
from .auditing import NO, SKIPPED, YES, passage_states, required_audit, running_of

MAX_OPERATIONS = 500
# More passages than a person judges while a server is started anew.
N_AHEAD, N_BACK = 24, 8
# Code points of the turn on either side of a passage.
_AROUND = 800


# --- what is shown --------------------------------------------------------------------------------


def passages_to_judge(
    study: Path, coder: str, *, at: int | None = None, n_ahead: int = N_AHEAD, n_back: int = N_BACK
) -> dict[str, Any] | None:
    """The passages a coder judges next and those just before, without the machine's word; None without one.

    Args:
        at: position of the passage a person is at, or wants to see again; without it, the next unread one.

    Returns:
        ``audit`` (GUID); ``n``, ``n_read`` and of these ``n_skipped``; ``first`` and ``next`` (positions of
        the first passage and of the first unread one, None where there is none); ``codes`` [{guid, name,
        definition, apply_when, do_not_apply_when}]; ``cards``, by position: {position, source, speaker,
        asked, before, quote, after, is_changed (its text was corrected since the draw), answers {GUID:
        yes, no, skipped or None}}: the ``n_back`` before ``at``, that one, and the ``n_ahead`` unread first.
    """
    with connection.reading(study) as db:
        row = running_of(db, coder)
        if row is None:
            return None
        given = audits.answers(db, row["id"])
        states = passage_states(given)
        unread = [position for position, state in states.items() if state is None]
        live = _live_codes(db, row)
        own = _own_answers(given, live)
        here = at if at is not None else unread[0] if unread else max(states, default=-1) + 1
        before = [position for position in states if position < here][-n_back:]
        wanted = sorted({*before, *unread[:n_ahead], *({here} & states.keys())})
        cards = [_card(db, row, position, own[position]) for position in wanted]
    return {
        "audit": row["guid"],
        "n": len(states),
        "n_read": len(states) - len(unread),
        "n_skipped": sum(state == SKIPPED for state in states.values()),
        "first": min(states, default=None),
        "next": unread[0] if unread else None,
        "codes": list(live.values()),
        "cards": cards,
    }


def _live_codes(db: Database, row: Mapping[str, Any]) -> dict[int, dict[str, str]]:
    """The audited codes that are still in the codebook, in its order, by their id."""
    ids = code_store.code_ids(db)
    wanted = audits.code_ids(db, row["id"])
    fields = ("guid", "name", "definition", "apply_when", "do_not_apply_when")
    return {
        ids[code.guid]: {field: getattr(code, field) for field in fields}
        for code in code_store.codebook(db).codes
        if ids[code.guid] in wanted
    }


def _own_answers(
    given: Sequence[Mapping[str, Any]], live: Mapping[int, Mapping[str, str]]
) -> dict[int, dict[str, str | None]]:
    """Position -> GUID of each live code -> this coder's last answer."""
    found: dict[int, dict[str, str | None]] = {}
    for answer in given:
        at = found.setdefault(answer["position"], {})
        if answer["code_id"] in live:
            at[live[answer["code_id"]]["guid"]] = answer["answer"]
    return found


def _card(
    db: Database, row: Mapping[str, Any], position: int, own: Mapping[str, str | None]
) -> dict[str, Any]:
    unit = _unit(db, row, position)
    around = surroundings(db, unit, _AROUND)
    return {
        "position": position,
        "source": unit["source"],
        **{name: around[name] for name in ("speaker", "asked", "before", "quote", "after")},
        "is_changed": bool(unit["is_changed"]),
        "answers": dict(own),
    }


def _unit(db: Database, row: Mapping[str, Any], position: int) -> dict[str, Any]:
    unit = audits.unit(db, row["id"], position)
    if unit is None:
        raise UserInputError("The audit has no such passage; its participant may have withdrawn.")
    return unit


# --- one answer -----------------------------------------------------------------------------------


def answer_passage(study: Path, coder: str, position: int, answers: Mapping[str, bool]) -> None:
    """Keep whether each code (by GUID) applies to a passage. A later answer stands; the earlier stays too.

    Raises:
        UserInputError: no audit is running, no such passage, or a code is left out.
    """
    made = stamp(coder)
    said = {guid: YES if yes else NO for guid, yes in answers.items()}
    with connection.writing(study, least=Role.CODER) as db:
        _answer(db, made, required_audit(db, coder), position, said)


def skip_passage(study: Path, coder: str, position: int) -> None:
    """Pass over a passage that cannot be judged; it counts as skipped, neither as yes nor as no.

    Raises:
        UserInputError: no audit is running, or no such passage.
    """
    made = stamp(coder)
    with connection.writing(study, least=Role.CODER) as db:
        _answer(db, made, required_audit(db, coder), position, None)


def _answer(
    db: Database,
    made: Stamp,
    row: Mapping[str, Any],
    position: int,
    said: Mapping[str, str] | None,
    *,
    had: Mapping[str, Any] | None = None,
) -> None:
    """Append the answers to a passage, None for a skip; ``had`` are those the person answered on top of.

    Raises:
        ConflictError: others stand there meanwhile, given in another window.
    """
    unit = _unit(db, row, position)
    live = audits.live_codes(db, row["id"])
    guids = set(live.values())
    # A code taken out of the codebook meanwhile cannot be judged any more: it is skipped.
    wanted = dict.fromkeys(guids, SKIPPED) if said is None else {g: a for g, a in said.items() if g in guids}
    known = {code: guid for guid, code in code_store.code_ids(db).items()}
    audited = audits.code_ids(db, row["id"])
    strange = set(said or ()) - {known[code] for code in audited}
    words = {SKIPPED} if said is None else {YES, NO}
    if strange or set(wanted) != guids or not set(wanted.values()) <= words:
        raise UserInputError("Say yes or no to every code, or skip the passage.")
    if had is not None:
        last = audits.answers_of_unit(db, unit["id"])
        stands = {guid: last.get(code) for code, guid in live.items()}
        if stands == wanted and any(had.get(guid) != answer for guid, answer in stands.items()):
            return  # said the same in another window
        _require_as_shown(row, position, stands, wanted, had, made)
    given = {code: wanted.get(known[code], SKIPPED) for code in audited}
    audits.add_answers(db, row["guid"], unit["id"], position, given, made)


def _require_as_shown(
    row: Mapping[str, Any],
    position: int,
    stands: Mapping[str, str | None],
    wanted: Mapping[str, str],
    had: Mapping[str, Any],
    made: Stamp,
) -> None:
    if all(had.get(guid) == answer for guid, answer in stands.items()):
        return
    raise conflict(
        "audit",
        str(row["guid"]),
        "audit",
        theirs={"answers": dict(stands)},
        yours={"answers": dict(wanted), "position": position},
        change={"by": made.by},
        message="This passage was answered meanwhile",
        me=made.by,
    )


# --- operations of the page -----------------------------------------------------------------------


def apply_judgements(study: Path, coder: str, ops: Sequence[Any]) -> list[list[Any]]:
    """Apply operations of one coder's audit; returns ``[op_id, result]`` for each.

    A result is empty, or has ``error`` (words) or ``conflict`` (``theirs`` and ``yours``: the answers that
    stand, given in another window, and those sent, by GUID of the code). What lies beyond the first 500
    operations of a message is not answered: it comes again.

    Raises:
        UserInputError: the coder has no name.
        StudyFileError: the study is in use or cannot be written; nothing was applied.
    """
    if not coder.strip():
        raise UserInputError("Say who you are first: an audit is one person's.")
    made = stamp(coder.strip())
    with connection.writing(study, least=Role.CODER) as db:
        return each_once(db, made, ops, MAX_OPERATIONS, lambda op: _judgement(db, made, op), _answers)


def _answers(met: ConflictError) -> tuple[dict[str, Any], dict[str, Any]]:
    return met.theirs["answers"], met.yours["answers"]


def _judgement(db: Database, made: Stamp, op: Mapping[str, Any]) -> dict[str, Any]:
    kind, position = op.get("kind"), op.get("position")
    row = running_of(db, made.by)
    is_over = row is None or row["guid"] != op.get("audit")
    if kind == "finish":
        if row is not None and not is_over:
            audits.finish(db, row["guid"], made)
        return {}
    if kind not in ("judge", "skip"):
        raise UserInputError("This program does not know such an operation.")
    if row is None or is_over:
        raise UserInputError("This audit is finished: it takes no more answers.")
    if not isinstance(position, int) or isinstance(position, bool) or not 0 <= position < 2**53:
        raise UserInputError("The operation does not say which passage is meant.")
    _answer(db, made, row, position, _said(op, "answers") if kind == "judge" else None, had=_said(op, "had"))
    return {}


def _said(op: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Answers by GUID, as an operation has them; what is no answer is told where it is used."""
    value = op.get(name)
    if not isinstance(value, Mapping):
        return {}
    return {str(guid): answer if isinstance(answer, str) else None for guid, answer in value.items()}
