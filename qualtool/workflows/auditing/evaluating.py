"""How good code suggestions are, measured on what people coded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import SuggestionError
from ...store.file import connection
from ...store.machine import suggestion_rows
from ...suggest import CodeProfile, encode_study, evaluate
from ...suggest.classifier import with_parents
from ...suggest.measures import macro_f1
from ..suggestions.machine_units import notes_of
from ..suggestions.study_evidence import StudyEvidence, evidence_of
from ..suggestions.vectors import study_encoder

Progress = Callable[[int, int], None]
CEILING = "second human"


def evaluate_suggestions(
    study: Path, *, folds: int = 5, encoder: str | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """How good code suggestions are on what people coded; the document of ``qualtool evaluate``.

    The same person is never in training and in test. ``encoder`` tries the folder of another model.

    Raises:
        SuggestionError: nothing is coded yet, fewer than two folds are asked, or no such encoder.
    """
    with connection.reading(study) as db:
        known = evidence_of(db, "all")
        by_coder = suggestion_rows.labels_by_coder(db)
        seen = suggestion_rows.sources_by_coder(db)
    if not known.evidence.labels:
        raise SuggestionError("Nothing is coded yet: suggestions are measured on what people coded.")
    used, note = study_encoder(study, folder=encoder)
    texts = known.units.texts
    vectors, profiles = encode_study(texts, known.book.codes, used, progress=progress)
    allowed = {c.guid for c in known.codes}
    profiles = [p for p in profiles if p.guid in allowed]
    found = evaluate(
        texts,
        vectors,
        profiles,
        known.evidence.labels,
        known.groups,
        read=known.evidence.read,
        prompted=known.prompted,
        n_folds=folds,
        progress=progress,
    )
    names = known.book.by_guid()
    for row in found["rows"]:
        row["code"] = names[row["code"]].key
    return {
        **found,
        "ceiling": _ceiling(known, profiles, by_coder, seen),
        "encoder": {"name": used.name, "digest": used.digest},
        "notes": notes_of(
            note, used.language_note(texts), _prompted_note(len(known.prompted)), _everywhere_note(found)
        ),
    }


def _everywhere_note(found: Mapping[str, Any]) -> str:
    """Where a code is on every tested passage, finding it is no feat; which codes these are."""
    n = found.get("n_segments", 0)
    codes = [str(row["code"]) for row in found["rows"] if n and row["n"] == n]
    if not codes:
        return ""
    return (
        f"Every tested passage carries {', '.join(codes)}: that it is found there says nothing. Passages "
        "without a code count once somebody has read their source to the end."
    )


def _prompted_note(n: int) -> str:
    if not n:
        return ""
    told = "1 accepted suggestion is" if n == 1 else f"{n:,} accepted suggestions are"
    return f"{told} learnt from and not tested on: who accepts one has seen it."


def _ceiling(
    known: StudyEvidence,
    profiles: Sequence[CodeProfile],
    by_coder: Sequence[tuple[int, int, str]],
    seen: set[tuple[int, str]],
) -> dict[str, Any]:
    """How well two people agree where both coded: no machine can be asked for more.

    The mean over pairs of coders of the macro-F1 of one against the other (the same both ways).
    """
    rows = known.units.rows
    place = {row["id"]: i for i, row in enumerate(rows)}
    guid_of = {number: guid for guid, number in known.code_ids.items()}
    column = {profile.guid: at for at, profile in enumerate(profiles)}
    marks: dict[str, np.ndarray] = {}
    for segment, code, coder in by_coder:
        at = column.get(guid_of[code])
        if segment in place and at is not None:
            mine = marks.setdefault(coder, np.zeros((len(rows), len(profiles)), dtype=bool))
            mine[place[segment], at] = True
    pairs = [_pair(a, b, marks, rows, seen, profiles) for a, b in combinations(sorted(marks), 2)]
    told = [pair for pair in pairs if pair["macro_f1"] is not None]
    if not told:
        reason = "No text was coded by two people."
        return {"name": CEILING, "macro_f1": None, "pairs": [], "reason": reason}
    mean = sum(pair["macro_f1"] for pair in told) / len(told)
    return {"name": CEILING, "macro_f1": round(mean, 4), "pairs": told}


def _pair(
    first: str,
    second: str,
    marks: Mapping[str, np.ndarray],
    rows: Sequence[Mapping[str, Any]],
    seen: set[tuple[int, str]],
    profiles: Sequence[CodeProfile],
) -> dict[str, Any]:
    both = [
        i for i, r in enumerate(rows) if (r["source_id"], first) in seen and (r["source_id"], second) in seen
    ]
    one, other = (with_parents(marks[name][both], profiles) for name in (first, second))
    return {"coders": [first, second], "n_segments": len(both), "macro_f1": macro_f1(one, other)}
