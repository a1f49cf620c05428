"""Codes by two variables, and codes that occur together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from .measures import Frame, Ints, Pieces, grouping, present

Together = Literal["overlap", "turn", "participant"]


def crosstab(
    frame: Frame,
    cut: Pieces,
    *,
    rows: str,
    columns: str,
    codes: Collection[int],
    sources: Collection[int] | None = None,
    derived: Mapping[str, Mapping[str, str]] | None = None,
) -> list[dict[str, Any]]:
    """How many participants voiced any of ``codes``, by two variables.

    Rows ``{"row", "column", "n_voiced", "n_participants", "n_cases", "share"}``; the share is None
    where nobody belongs to the cell.

    Raises:
        KeyError: one of the variables is not in the study.
    """
    row_of, column_of = grouping(frame, rows, derived=derived), grouping(frame, columns, derived=derived)
    if row_of is None or column_of is None:
        raise KeyError(rows if row_of is None else columns)
    people = present(frame, sources=sources).drop_duplicates("participant_id")
    table = pd.DataFrame(
        {
            "row": row_of.reindex(people["participant_id"]).to_numpy(),
            "column": column_of.reindex(people["participant_id"]).to_numpy(),
            "case": people["case_id"].to_numpy(),
            "voiced": people["participant_id"].isin(voicing(cut, codes)).to_numpy(),
        }
    )
    found: list[dict[str, Any]] = []
    for key, cell in table.groupby(["row", "column"], sort=True):
        row, column = key if isinstance(key, tuple) else (key, "")
        n, voiced = len(cell), int(cell["voiced"].sum())
        found.append(
            {
                "row": row,
                "column": column,
                "n_voiced": voiced,
                "n_participants": n,
                "n_cases": int(cell.loc[cell["case"] >= 0, "case"].nunique()),
                "share": voiced / n if n else None,
            }
        )
    return found


def voicing(cut: Pieces, codes: Collection[int]) -> list[int]:
    """Participants who voiced any of these codes."""
    return np.unique(cut.participant[np.isin(cut.code, list(codes))]).tolist()


def together(cut: Pieces, *, by: Together) -> list[dict[str, Any]]:
    """Pairs of codes that occur together, each pair once, most frequent first.

    ``overlap`` counts pairs of codings that share a character, ``turn`` the turns and
    ``participant`` the people in which both codes occur. Rows ``{"a", "b", "n", "n_a", "n_b",
    "jaccard"}`` with code ids; the index is None for overlaps, which have no common base.
    """
    if by == "overlap":
        return _overlaps(cut)
    unit = cut.turn if by == "turn" else cut.participant
    if unit.size == 0:
        return []
    code_ids, code = np.unique(cut.code, return_inverse=True)
    _, place = np.unique(unit, return_inverse=True)
    has = np.zeros((int(place.max()) + 1, code_ids.size), dtype=np.int32)
    has[place, code] = 1
    both = has.T @ has
    alone = both.diagonal()
    found: list[dict[str, Any]] = []
    for i, j in zip(*np.triu_indices(code_ids.size, k=1), strict=True):
        n = int(both[i, j])
        if n:
            found.append(
                {
                    "a": int(code_ids[i]),
                    "b": int(code_ids[j]),
                    "n": n,
                    "n_a": int(alone[i]),
                    "n_b": int(alone[j]),
                    "jaccard": n / int(alone[i] + alone[j] - n),
                }
            )
    return sorted(found, key=lambda r: (-r["n"], r["a"], r["b"]))


def _overlaps(cut: Pieces) -> list[dict[str, Any]]:
    order = np.argsort(cut.start, kind="stable")
    start, end, code, coding = cut.start[order], cut.end[order], cut.code[order], cut.coding[order]
    # For each stretch, those after it that begin before it ends.
    until = np.searchsorted(start, end, side="left")
    first: Ints = np.arange(start.size) + 1
    counts = np.maximum(until - first, 0)
    left = np.repeat(np.arange(start.size), counts)
    within = np.arange(left.size) - np.repeat(np.cumsum(counts) - counts, counts)
    right = first[left] + within
    differ = code[left] != code[right]
    left, right = left[differ], right[differ]
    low, high = np.minimum(code[left], code[right]), np.maximum(code[left], code[right])
    # A coding cut at turns may overlap another in several turns: the pair counts once.
    ones = np.minimum(coding[left], coding[right])
    others = np.maximum(coding[left], coding[right])
    pairs = pd.DataFrame({"a": low, "b": high, "one": ones, "other": others}).drop_duplicates()
    numbers, sizes = np.unique(code, return_counts=True)
    totals: dict[int, int] = dict(zip(numbers.tolist(), sizes.tolist(), strict=True))
    counted: dict[tuple[int, int], int] = {}
    for a, b in zip(pairs["a"].tolist(), pairs["b"].tolist(), strict=True):
        counted[a, b] = counted.get((a, b), 0) + 1
    return [
        {"a": a, "b": b, "n": n, "n_a": totals[a], "n_b": totals[b], "jaccard": None}
        for (a, b), n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]
