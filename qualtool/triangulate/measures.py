"""How often, by whom and where a code was voiced.

Source of the measures: participants and cases voicing a code, number of codings, distinct
sentences touched, and words in the *union* of the coded stretches (overlaps count once), with
interviewers' words left out. A coding that runs over several turns belongs to the speaker of each.

The work is done on whole arrays: all sources are laid end to end on one axis (``_Axis``), so that
100,000 codings take well under half a second.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]


class Frame(Protocol):
    """The arrays read from a study; see ``store.reading.frames.StudyFrame`` for the columns."""

    @property
    def codings(self) -> pd.DataFrame: ...
    @property
    def turns(self) -> pd.DataFrame: ...
    @property
    def sentences(self) -> pd.DataFrame: ...
    @property
    def sources(self) -> pd.DataFrame: ...
    @property
    def participants(self) -> pd.DataFrame: ...
    @property
    def cases(self) -> pd.DataFrame: ...
    @property
    def variables(self) -> pd.DataFrame: ...
    @property
    def asked(self) -> pd.DataFrame: ...
    @property
    def word_starts(self) -> Mapping[int, Ints]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Codings cut at turns, one row a coding and turn; only turns of participants.

    All arrays have one length. ``start`` and ``end`` lie on the common axis of all sources.
    """

    coding: Ints
    code: Ints
    coder: Ints
    stance: Ints
    basis: Ints
    valence: Ints
    level: Ints
    source: Ints
    turn: Ints
    participant: Ints
    case: Ints
    start: Ints
    end: Ints

    def where(self, mask: npt.NDArray[np.bool_]) -> Pieces:
        return Pieces(**{name: getattr(self, name)[mask] for name in self.__slots__})


class _Axis:
    """Lays sources end to end: position = base of the source + offset in it."""

    def __init__(self, sources: pd.DataFrame) -> None:
        ids = sources["source_id"].to_numpy(dtype=np.int64)
        sizes = sources["n_chars"].to_numpy(dtype=np.int64) + 1
        self._order = np.argsort(ids)
        self._ids = ids[self._order]
        self._base = np.concatenate(([0], np.cumsum(sizes[self._order])[:-1])) if ids.size else ids

    def of(self, source_ids: Ints) -> Ints:
        return self._base[np.searchsorted(self._ids, source_ids)]


def pieces(frame: Frame, *, sources: Collection[int] | None = None) -> Pieces:
    """Cut the codings of a study at its turns; ``sources`` limits them to some sources."""
    axis = _Axis(frame.sources)
    codings, turns = frame.codings, frame.turns
    if sources is not None:
        codings = codings[codings["source_id"].isin(list(sources))]
    turn_source = turns["source_id"].to_numpy()
    turn_start = turns["start_char"].to_numpy() + axis.of(turn_source)
    turn_end = turns["end_char"].to_numpy() + axis.of(turn_source)
    base = axis.of(codings["source_id"].to_numpy())
    start, end = codings["start_char"].to_numpy() + base, codings["end_char"].to_numpy() + base
    first = np.searchsorted(turn_end, start, side="right")
    last = np.searchsorted(turn_start, end, side="left") - 1
    row, turn = _expanded(first, last)
    who = turns["participant_id"].to_numpy()[turn]
    spoken = (who >= 0) & (turns["is_interviewer"].to_numpy()[turn] == 0)
    row, turn, who = row[spoken], turn[spoken], who[spoken]
    case_of = frame.participants["case_id"]
    columns = {
        name: codings[name].to_numpy()
        for name in ("id", "code_id", "coder_id", "stance", "basis", "valence", "level", "source_id")
    }
    return Pieces(
        coding=columns["id"][row],
        code=columns["code_id"][row],
        coder=columns["coder_id"][row],
        stance=columns["stance"][row],
        basis=columns["basis"][row],
        valence=columns["valence"][row],
        level=columns["level"][row],
        source=columns["source_id"][row],
        turn=turn,
        participant=who,
        case=case_of.reindex(who).fillna(-1).to_numpy(dtype=np.int64),
        start=np.maximum(start[row], turn_start[turn]),
        end=np.minimum(end[row], turn_end[turn]),
    )


def _expanded(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Rows and the members ``first..last`` of each, one entry a pair."""
    counts = np.maximum(last - first + 1, 0)
    row = np.repeat(np.arange(first.size), counts)
    within = np.arange(row.size) - np.repeat(np.cumsum(counts) - counts, counts)
    return row, first[row] + within


# --- groups -------------------------------------------------------------------------------------


def grouping(
    frame: Frame, by: str, *, derived: Mapping[str, Mapping[str, str]] | None = None
) -> pd.Series | None:
    """The group of each participant: index participant_id, values text; None for a source variable.

    ``by`` is ``all``, ``role``, ``case``, ``urn``, ``case_kind``, ``la_code``, a variable of
    participants or of cases, or the name of an indicator in ``derived`` (URN -> value).
    A participant without a value is in the group ``(none)``.

    Raises:
        KeyError: nothing in the study has this name.
    """
    people = frame.participants
    if by == "all":
        return pd.Series("all", index=people.index, dtype=object)
    if by == "role":
        return _named(people["role"])
    own = _variable(frame, "participant", by)
    of_case = _case_values(frame, by, derived or {})
    if own is None and of_case is None:
        raise KeyError(by)
    values = pd.Series(None, index=people.index, dtype=object)
    if of_case is not None:
        values = people["case_id"].map(of_case.to_dict()).astype(object)
    if own is not None:
        values = own.reindex(people.index).where(lambda s: s.notna(), values)
    return _named(values)


def _named(values: pd.Series) -> pd.Series:
    text = values.astype(object).where(values.notna(), "")
    return text.map(lambda v: str(v) if str(v).strip() else "(none)")


def _variable(frame: Frame, owner: str, name: str) -> pd.Series | None:
    rows = frame.variables
    rows = rows[(rows["owner_kind"] == owner) & (rows["name"] == name)]
    return None if rows.empty else pd.Series(rows["value"].to_numpy(), index=rows["owner_id"])


def _case_values(frame: Frame, by: str, derived: Mapping[str, Mapping[str, str]]) -> pd.Series | None:
    cases = frame.cases
    plain: dict[str, Callable[[], pd.Series]] = {
        "case": lambda: cases["pseudonym"].where(cases["pseudonym"].notna(), cases["name"]),
        "case_kind": lambda: cases["kind"],
        "urn": lambda: cases["urn"],
        "la_code": lambda: cases["la_code"],
    }
    if by in plain:
        return plain[by]()
    own = _variable(frame, "case", by)
    if own is not None:
        return own
    if by in derived:
        return cases["urn"].map(dict(derived[by]))
    return None


def group_names(frame: Frame, derived: Iterable[str] = ()) -> list[str]:
    """Everything that ``grouping`` can group by, in a useful order."""
    rows = frame.variables
    own = sorted(set(rows.loc[rows["owner_kind"].isin(["case", "participant"]), "name"]))
    fixed = ["role", "case", "case_kind", "la_code", "urn"]
    return [*fixed, *own, *(d for d in derived if d not in own), "source", "all"]


def present(frame: Frame, *, sources: Collection[int] | None = None) -> pd.DataFrame:
    """Who said anything: one row a participant and source with words of theirs."""
    turns = frame.turns
    mask = (turns["participant_id"] >= 0) & (turns["is_interviewer"] == 0)
    if sources is not None:
        mask &= turns["source_id"].isin(list(sources))
    rows = turns.loc[mask, ["source_id", "participant_id"]].drop_duplicates()
    case_of = frame.participants["case_id"]
    return rows.assign(case_id=case_of.reindex(rows["participant_id"]).to_numpy())


# --- frequencies --------------------------------------------------------------------------------


def frequencies(
    frame: Frame,
    cut: Pieces,
    *,
    by: str,
    codes: Mapping[int, tuple[str, str]],
    sources: Collection[int] | None = None,
    derived: Mapping[str, Mapping[str, str]] | None = None,
) -> list[dict[str, Any]]:
    """Theme frequencies, a row for every code x every group, zeros included.

    ``codes`` maps code ids to (key, path) in the order wanted. The denominator of a group is its
    participants (cases) who said or wrote anything in the sources looked at.
    """
    who = present(frame, sources=sources)
    if by == "source":
        names = frame.sources.set_index("source_id")["name"]
        of_present = who["source_id"].map(names).to_numpy()
        of_piece = names.reindex(cut.source).to_numpy()
    else:
        groups = grouping(frame, by, derived=derived)
        of_person = groups if groups is not None else pd.Series(dtype=object)
        of_present = of_person.reindex(who["participant_id"]).to_numpy()
        of_piece = of_person.reindex(cut.participant).to_numpy()
    labels = sorted(set(of_present.tolist()), key=_natural)
    number = {label: i for i, label in enumerate(labels)}
    base = _denominators(who, of_present, labels)
    counted = _counted(frame, cut, np.array([number[g] for g in of_piece], dtype=np.int64), len(labels))
    rows: list[dict[str, Any]] = []
    for code_id, (key, path) in codes.items():
        for label in labels:
            found = counted.get((code_id, number[label]), _NOTHING)
            rows.append(
                {
                    "code": key,
                    "code_path": path,
                    "group": label,
                    **found,
                    "denominator_participants": base[label][0],
                    "denominator_cases": base[label][1],
                    "suppressed": False,
                }
            )
    return rows


def _natural(label: str) -> tuple[int, float, str]:
    """Numbers by size, then words by letter, then ``(none)``."""
    if label == "(none)":
        return (2, 0.0, "")
    try:
        return (0, float(label), label)
    except ValueError:
        return (1, 0.0, label)


def _denominators(
    who: pd.DataFrame, labels_of_rows: npt.NDArray[Any], labels: list[str]
) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    people, cases = who["participant_id"].to_numpy(), who["case_id"].to_numpy()
    for label in labels:
        mask = labels_of_rows == label
        counts[label] = (
            int(np.unique(people[mask]).size),
            int(np.unique(cases[mask & (cases >= 0)]).size),
        )
    return counts


_NOTHING = {"n_codings": 0, "n_segments": 0, "n_participants": 0, "n_cases": 0, "n_words": 0}


def _counted(frame: Frame, cut: Pieces, group: Ints, n_groups: int) -> dict[tuple[int, int], dict[str, int]]:
    cell = cut.code * max(n_groups, 1) + group
    counts = {
        "n_codings": _distinct(cell, cut.coding),
        "n_participants": _distinct(cell, cut.participant),
        "n_cases": _distinct(cell[cut.case >= 0], cut.case[cut.case >= 0]),
        **_covered(frame, cell, cut.start, cut.end),
    }
    found: dict[tuple[int, int], dict[str, int]] = {}
    for number in np.unique(cell).tolist():
        found[divmod(number, max(n_groups, 1))] = {name: counts[name].get(number, 0) for name in _NOTHING}
    return found


def _distinct(cell: Ints, what: Ints) -> dict[int, int]:
    """Number of different ``what`` in each cell."""
    if cell.size == 0:
        return {}
    span = int(what.max()) + 1
    pairs = np.unique(cell * span + what) // span
    cells, counts = np.unique(pairs, return_counts=True)
    return dict(zip(cells.tolist(), counts.tolist(), strict=True))


def union(cell: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Merge overlapping stretches within each cell; returns cell, start, end, sorted."""
    if cell.size == 0:
        return cell, start, end
    order = np.lexsort((start, cell))
    cell, start, end = cell[order], start[order], end[order]
    # A running maximum that starts anew in each cell: cells are lifted above each other first.
    lift = (np.cumsum(np.concatenate(([0], (np.diff(cell) != 0).astype(np.int64))))) * (int(end.max()) + 1)
    reach = np.maximum.accumulate(end + lift) - lift
    opens = np.concatenate(([True], (cell[1:] != cell[:-1]) | (start[1:] > reach[:-1])))
    at = np.flatnonzero(opens)
    return cell[at], start[at], np.maximum.reduceat(end, at)


def _covered(frame: Frame, cell: Ints, start: Ints, end: Ints) -> dict[str, dict[int, int]]:
    """Words and distinct sentences in the union of each cell's stretches."""
    axis = _Axis(frame.sources)
    cell, start, end = union(cell, start, end)
    words = _all_words(frame, axis)
    n_words = np.searchsorted(words, end) - np.searchsorted(words, start)
    source = frame.sentences["source_id"].to_numpy()
    lifted = axis.of(source)
    sentence_start = frame.sentences["start_char"].to_numpy() + lifted
    sentence_end = frame.sentences["end_char"].to_numpy() + lifted
    first = np.searchsorted(sentence_end, start, side="right")
    last = np.searchsorted(sentence_start, end, side="left") - 1
    row, sentence = _expanded(first, last)
    return {"n_words": _summed(cell, n_words), "n_segments": _distinct(cell[row], sentence)}


def _all_words(frame: Frame, axis: _Axis) -> Ints:
    ids = np.array(sorted(frame.word_starts), dtype=np.int64)
    if ids.size == 0:
        return ids
    bases = axis.of(ids)
    return np.concatenate([frame.word_starts[int(i)] + b for i, b in zip(ids, bases, strict=True)])


def _summed(cell: Ints, amount: Ints) -> dict[int, int]:
    cells, index = np.unique(cell, return_inverse=True)
    return dict(zip(cells.tolist(), np.bincount(index, weights=amount).astype(int).tolist(), strict=True))
