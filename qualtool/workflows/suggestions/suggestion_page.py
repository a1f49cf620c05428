"""What a person sees while deciding on topics and code suggestions."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...model import Code
from ...store.file import connection
from ...store.machine import machine, suggestion_queue, suggestion_rows, topics_by_hand
from ...store.records import audits
from ...store.records import codes as code_store
from ...store.records import sources as source_store
from ...suggest import Calibration, strength, told
from .finding_topics import latest_topics
from .topic_page import topic_name

STRENGTHS = ("strong", "possible", "weak")
CERTAIN, USEFUL, BY_SOURCE, RANDOM = "certain", "useful", "source", "random"
ORDERS = (CERTAIN, USEFUL, BY_SOURCE, RANDOM)
_MORE = "…"


# --- topics ---------------------------------------------------------------------------------------


def topics_shown(study: Path) -> dict[str, Any] | None:
    """The newest run and its topics; None where there is none.

    Each topic has ``guid, number, words, size, stability, n_weak, quotes, code`` (short id,
    else path, of the code it is linked to, or None) and ``n_open``, the suggestions of its link that
    wait for a person.
    """
    found = latest_topics(study)
    if found is None:
        return None
    with connection.reading(study) as db:
        weak = suggestion_queue.weak_counts(db, found["run"]["id"])
        waiting = suggestion_queue.open_by_topic(db)
        book = code_store.codebook(db)
        merged = {t["guid"]: topics_by_hand.merged_into(db, t["id"]) for t in found["topics"]}
    known = {c.guid: c.short_id or book.path(c) for c in book.codes}
    topics = [
        {
            **t,
            "name": topic_name(t),
            "merged": [{"guid": m["guid"], "name": topic_name(m)} for m in merged[t["guid"]]],
            "code": known.get(t["code_guid"]),
            "n_weak": weak.get(t["guid"], 0),
            "n_open": waiting.get(t["guid"], 0),
        }
        for t in found["topics"]
    ]
    return {"run": found["run"], "topics": topics}


# --- the queue ------------------------------------------------------------------------------------


def suggestion_queue_of(
    study: Path,
    *,
    code: str | None = None,
    source: str | None = None,
    strengths: Sequence[str] = (),
    later: Sequence[str] = (),
    order: str = CERTAIN,
    seed: int = 0,
    coder: str | None = None,
    n: int = 1,
    shown: str | None = None,
) -> dict[str, Any]:
    """The suggestions that wait for a person, in one of ``ORDERS``.

    Args:
        code, source: GUID of a code or name of a source to keep to.
        strengths: words of ``STRENGTHS`` to keep to; none means all.
        later: GUIDs of suggestions put off; they come last, in this order.
        order: ``CERTAIN`` (highest probability, or score, first), ``USEFUL`` (what teaches the machine
            most), ``BY_SOURCE`` (as the texts run) or ``RANDOM`` (drawn with ``seed``).
        coder: who looks; suggestions on passages of their running audit are withheld.
        n: how many to show.
        shown: GUID of the suggestion a person is reading.

    Returns:
        ``counts`` {open, accepted, rejected}; ``n`` waiting under the filters; ``upcoming``, the first
        of them (see ``_shown``); ``is_shown_open``; ``codes`` {GUID: (key, number open)} and ``sources``
        {name: number open} to filter by, most first.
    """
    with connection.reading(study) as db:
        known = code_store.codebook(db)
        by_guid = known.by_guid()
        hidden = audits.withheld_from_name(db, coder)
        rows = [r for r in machine.suggestions(db) if r["code_guid"] in by_guid and not hidden.row(r)]
        counts = suggestion_queue.status_counts(db)
        kept = [r for r in rows if _fits(r, code, source, strengths)]
        stored = suggestion_rows.latest_calibration(db)
        curves = Calibration(curves={}) if stored is None else Calibration.from_dict(stored[0])
        kept.sort(key=lambda r: _place_of(r, order, seed, curves))
        put_off = {guid: place for place, guid in enumerate(later)}
        kept.sort(key=lambda r: put_off.get(r["guid"], -1))
        upcoming = [_shown(db, row, by_guid[row["code_guid"]], known.path) for row in kept[:n]]
        for one_shown in upcoming:
            one_shown["reason"] = hidden.reason(one_shown["reason"])
    per_code = Counter(r["code_guid"] for r in rows)
    return {
        "counts": {
            "open": counts["open"],
            "accepted": counts["accepted"] + counts.get("edited", 0),
            "rejected": counts["rejected"],
        },
        "n": len(kept),
        "upcoming": upcoming,
        "is_shown_open": any(r["guid"] == shown for r in rows),
        "codes": {guid: (by_guid[guid].key, n) for guid, n in per_code.most_common()},
        "sources": dict(Counter(r["source"] for r in rows).most_common()),
    }


def _fits(row: Mapping[str, Any], code: str | None, source: str | None, strengths: Sequence[str]) -> bool:
    return (
        code in (None, row["code_guid"])
        and source in (None, row["source"])
        and (not strengths or strength(row["score"]) in strengths)
    )


def _place_of(row: Mapping[str, Any], order: str, seed: int, curves: Calibration) -> tuple[Any, ...]:
    # A code without a probability is placed by the curve of all codes: its bare scores run higher.
    certainty = row["probability"]
    if certainty is None:
        certainty = curves.rank(row["code_guid"], row["score"])
    if order == BY_SOURCE:
        return (row["source"], row["start_char"], -certainty)
    if order == USEFUL:
        return (row["place"] is None, row["place"] or 0, -certainty)
    if order == RANDOM:
        return (hashlib.sha256(f"{seed} {row['guid']}".encode()).hexdigest(),)
    return (-certainty, row["id"])


def _shown(db: Database, row: Mapping[str, Any], code: Code, path_of: Any) -> dict[str, Any]:
    """A suggestion with the words around it and the code it proposes."""
    return {
        "guid": row["guid"],
        "source": row["source"],
        "strength": strength(row["score"]),
        "probability": row["probability"],
        "told": told(row["score"], row["probability"]),
        "reason": row["reason"],
        "code": code.key,
        "code_name": code.name,
        "code_path": path_of(code),
        "definition": code.definition,
        "apply_when": code.apply_when,
        "do_not_apply_when": code.do_not_apply_when,
        **surroundings(db, row, 500),
    }


def place_of_suggestion(study: Path, guid: str, *, coder: str | None = None) -> dict[str, Any]:
    """Where a suggestion stands: ``source_guid``, ``start_char`` and ``kind`` of its source.

    Raises:
        UserInputError: there is no such suggestion, or it is withheld from ``coder`` during an audit.
    """
    with connection.reading(study) as db:
        row = machine.suggestion(db, guid)
        audits.refuse_withheld(db, row, coder)
        kind = source_store.find_source(db, row["source_guid"])["kind"]
    return {"source_guid": row["source_guid"], "start_char": row["start_char"], "kind": kind}


def suggestion_context(
    study: Path, guid: str, *, n_chars: int = 500, coder: str | None = None
) -> dict[str, Any]:
    """The words around a suggestion: ``before, quote, after, speaker, role, asked``.

    ``before`` and ``after`` are the rest of the turn, at most ``n_chars`` code points each; ``asked``
    is the turn before it, as ``{"speaker", "text"}``, or None at the beginning of a source.

    Raises:
        UserInputError: there is no such suggestion, or it is withheld from ``coder`` during an audit.
    """
    with connection.reading(study) as db:
        row = machine.suggestion(db, guid)
        audits.refuse_withheld(db, row, coder)
        return surroundings(db, row, n_chars)


def surroundings(db: Database, row: Mapping[str, Any], n_chars: int) -> dict[str, Any]:
    """As ``suggestion_context``, of a row with source_id, version, start_char, end_char and quote."""
    text = source_store.text_of(db, row["source_id"], row["version"])
    turns = source_store.turns_of(db, row["source_id"], row["version"])
    start, end = row["start_char"], row["end_char"]
    at = next((i for i, t in enumerate(turns) if t["start_char"] <= start < t["end_char"]), None)
    turn = turns[at] if at is not None else {"start_char": start, "end_char": end, "label": "", "role": ""}
    before = text[turn["start_char"] : start]
    after = text[end : max(end, turn["end_char"])]
    asked = None
    if at:
        last = turns[at - 1]
        words = text[last["start_char"] : last["end_char"]]
        asked = {"speaker": last["label"], "text": _ending(words, n_chars)}
    return {
        "before": _ending(before, n_chars),
        "quote": row["quote"],
        "after": _beginning(after, n_chars),
        "speaker": turn["label"],
        "role": turn["role"] or "",
        "asked": asked,
    }


def _ending(text: str, n_chars: int) -> str:
    return text if len(text) <= n_chars else _MORE + text[len(text) - n_chars :]


def _beginning(text: str, n_chars: int) -> str:
    return text if len(text) <= n_chars else text[:n_chars] + _MORE
