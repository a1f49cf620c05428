"""What a person sees while correcting a text: hits in their context, turns, and places for a coding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...store.file import connection
from ...store.records import sources as source_store
from ...text import occurrences

_AROUND = 35


def editable_sources(study: Path, *, kind: str) -> list[dict[str, Any]]:
    """Sources of a kind by name: ``name, guid, n_codings``."""
    with connection.reading(study) as db:
        rows = source_store.sources(db, kind=kind)
    return [{k: row[k] for k in ("name", "guid", "n_codings")} for row in rows]


def preview_replace(
    study: Path, source: str, old: str, new: str, *, whole_word: bool = False
) -> dict[str, Any]:
    """Every place where ``old`` would become ``new``: ``{"version", "hits": [{"before", "after"}]}``."""
    with connection.reading(study) as db:
        row = source_store.find_source(db, source)
        text = source_store.text_of(db, row["id"], row["current_version"])
    hits = []
    for at in occurrences(text, old, is_whole_word=whole_word):
        left = text[max(0, at - _AROUND) : at]
        right = text[at + len(old) : at + len(old) + _AROUND]
        hits.append({"before": f"{left}{old}{right}", "after": f"{left}{new}{right}"})
    return {"version": int(row["current_version"]), "hits": hits}


def editable_turns(study: Path, source: str) -> dict[str, Any]:
    """A source's turns: ``{"version", "turns": [{"number", "label", "start_char", "end_char", "text"}]}``."""
    with connection.reading(study) as db:
        row = source_store.find_source(db, source)
        version = int(row["current_version"])
        text = source_store.text_of(db, row["id"], version)
        turns = source_store.turns_of(db, row["id"], version)
    return {
        "version": version,
        "turns": [
            {
                "number": turn["position"] + 1,
                "label": turn["label"],
                "start_char": turn["start_char"],
                "end_char": turn["end_char"],
                "text": text[turn["start_char"] : turn["end_char"]],
            }
            for turn in turns
        ],
    }


def places_of(study: Path, source: str, words: str) -> list[dict[str, Any]]:
    """Where words stand in the current text: ``start_char, end_char, quote`` and ``context``."""
    with connection.reading(study) as db:
        row = source_store.find_source(db, source)
        text = source_store.text_of(db, row["id"], row["current_version"])
    return [
        {
            "start_char": at,
            "end_char": at + len(words),
            "quote": words,
            "context": text[max(0, at - _AROUND) : at + len(words) + _AROUND],
        }
        for at in occurrences(text, words)
    ]
