"""Why a code is suggested, in full: the nearest coded quotes, the words that counted, the definition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import UserInputError
from ...store import Database
from ...store.file import connection
from ...store.machine import machine, suggestion_rows
from ...store.records import audits
from ...store.records import codes as code_store
from ...suggest import Calibration, parts_of, text_key
from .learning import LearningState, keep_learning

_N_QUOTES = 3
_WORDS = re.compile(r"Words that counted: (.*?)\.(?: |$)")


def suggestion_why(study: Path, guid: str, *, coder: str | None = None) -> dict[str, Any]:
    """What speaks for a suggestion.

    Returns:
        ``quotes``: the nearest passages coded with it, each ``source, quote, coder, likeness`` (a cosine);
        ``words`` that counted; ``definition``: the nearest sentence of the codebook with its
        ``likeness``, or None; ``encoder`` and ``run`` (when, and from how many labels).
        Without stored vectors (word counts) quotes and definition are empty, and ``note`` says so.

    Raises:
        UserInputError: there is no such suggestion, or it is withheld from ``coder`` during an audit, as
            coded passages of the audit are.
    """
    with connection.reading(study) as db:
        row = machine.suggestion(db, guid)
        audits.refuse_withheld(db, row, coder)
        hidden = audits.withheld_from_name(db, coder)
        code = code_store.codebook(db).by_guid().get(row["code_guid"])
        run = machine.run_of(db, row["run"])
        coded = [c for c in machine.coded_quotes(db, row["code_id"]) if not hidden.row(c)]
    if code is None:
        raise UserInputError("The code of this suggestion is no longer in the codebook.")
    words = _WORDS.search(row["reason"])
    found: dict[str, Any] = {
        "quotes": [],
        "words": [] if words is None else words[1].split(", "),
        "definition": None,
        "encoder": run["libraries"].get("encoder", ""),
        "n_labels": run["parameters"].get("n_labels"),
        "made_at": run["made_at"],
        "note": "",
    }
    digest, backend = run["libraries"].get("encoder_digest", ""), run["libraries"].get("encoder_backend", "")
    others = [c for c in coded if c["quote"] != row["quote"] or c["source_guid"] != row["source_guid"]]
    parts = parts_of(code)
    with connection.reading(study) as db:
        vectors = _vectors(db, [row["quote"], *parts, *(c["quote"] for c in others)], digest, backend)
    mine = vectors.get(text_key(row["quote"]))
    if mine is None:
        found["note"] = "It was found by words alone, so there are no nearest passages to show."
        return found
    found["quotes"] = _nearest(mine, others, vectors)
    told = [(float(mine @ vectors[text_key(p)]), p) for p in parts[1:] or parts if text_key(p) in vectors]
    if told:
        likeness, part = max(told)
        found["definition"] = {"words": part, "likeness": round(likeness, 2)}
    return found


def _vectors(db: Database, texts: Sequence[str], digest: str, backend: str) -> Mapping[str, np.ndarray]:
    return machine.stored_vectors(db, [text_key(text) for text in texts], digest, backend)


def _nearest(
    mine: np.ndarray, coded: Sequence[Mapping[str, Any]], vectors: Mapping[str, np.ndarray]
) -> list[dict[str, Any]]:
    ranked: dict[str, tuple[float, Mapping[str, Any]]] = {}
    for one in coded:
        vector = vectors.get(text_key(one["quote"]))
        if vector is not None:
            ranked.setdefault(text_key(one["quote"]), (float(mine @ vector), one))
    best = sorted(ranked.values(), key=lambda pair: (-pair[0], pair[1]["source"], pair[1]["quote"]))
    return [
        {
            "source": one["source"],
            "quote": one["quote"],
            "coder": one["coder"],
            "likeness": round(likeness, 2),
        }
        for likeness, one in best[:_N_QUOTES]
    ]


def calibration_shown(study: Path) -> dict[str, Any] | None:
    """How true the probabilities shown now are: ``bins``, ``error``, ``n_suggestions``, ``n_codes``,
    ``n_labels`` it was measured with, and ``n_now``, from how many the machine has learnt since.

    None where there is no run, or too few labels for probabilities.
    """
    with connection.reading(study) as db:
        run = suggestion_rows.latest_fit(db)
        told = suggestion_rows.latest_calibration(db)
    if run is None or told is None:
        return None
    found = Calibration.from_dict(told[0])
    return {
        "n_labels": told[1],
        "n_now": int(run["parameters"].get("n_labels", told[1])),
        "bins": [dict(one) for one in found.bins],
        "error": found.error,
        "n_suggestions": found.n_suggestions,
        "n_codes": len(found.curves),
    }


def run_shown(study: Path) -> dict[str, Any] | None:
    """The newest run of suggestions, or learning anew: ``encoder, made_at, n_labels, note``; None where
    there is none."""
    with connection.reading(study) as db:
        run = suggestion_rows.latest_fit(db)
    if run is None:
        return None
    return {
        "encoder": run["libraries"].get("encoder", ""),
        "made_at": run["made_at"],
        "n_labels": run["parameters"].get("n_labels"),
        "note": run["note"],
    }


def learning_shown(study: Path) -> LearningState:
    """See to it that the study is learnt from in the background; what that is doing now."""
    return keep_learning(study)
