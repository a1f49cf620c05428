"""Where a code is missing: cases of a group in which nobody voices it, and what their silence means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...errors import UserInputError
from ...store.file import connection
from ...store.reading import frames, overview
from ...store.reading.frames import StudyFrame
from ...store.records import codes as code_store
from ...triangulate import measures
from ..frames import frame_of
from ..schools.derived import case_indicators
from ..themes.themes import DERIVED, subtree

ASKED, UNCLEAR, NOT_ASKED, UNMARKED, NOT_READ = (
    "asked and silent",
    "silent, unclear whether asked",
    "not asked",
    "silent, nobody noted whether asked",
    "not read",
)
STATES = (ASKED, UNCLEAR, UNMARKED, NOT_ASKED, NOT_READ)
_DENIES = 2
_RANK = {"yes": 2, "unclear": 1, "no": 0}
_OF_RANK = {2: ASKED, 1: UNCLEAR, 0: NOT_ASKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentCase:
    """A case in which nobody voices a code.

    ``state`` is one of ``STATES``; only the first is evidence against. ``n_unread`` of its ``n_sources``
    are neither coded nor marked read. ``n_denials`` codings deny what the code says.
    ``sources`` are (GUID, name, was read).
    """

    case: str
    group: str
    state: str
    n_participants: int
    n_sources: int
    n_unread: int
    n_denials: int
    sources: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Silent cases, those asked first; ``n_cases`` and ``n_voiced`` count the whole group."""

    cases: tuple[SilentCase, ...]
    n_cases: int
    n_voiced: int


def silence_groups(study: Path, by: str) -> list[str]:
    """The groups of a variable that have cases with people who spoke, in order.

    Raises:
        UserInputError: the study has no such variable.
    """
    with connection.reading(study) as db:
        frame = frame_of(db)
        groups = _groups(db, frame, by)
    return sorted(set(_people(frame, groups)["group"]))


def silent_cases(study: Path, code: str, *, by: str = "all", group: str | None = None) -> Silence:
    """Cases of a group (None: of all) whose participants voice neither a code nor anything under it.

    A passage that denies does not voice. A case is *not read* while none of its sources is coded or
    marked read to the end: that is no silence. Whether it was asked is the best mark of the sources
    that were read, for the code or one under it.

    Raises:
        UserInputError: no such code or variable.
    """
    with connection.reading(study) as db:
        book, ids = code_store.codebook(db), code_store.code_ids(db)
        wanted = [ids[guid] for guid in subtree(book, code_store.find_code(db, code)["guid"])]
        frame = frame_of(db)
        groups = _groups(db, frame, by)
        read = frames.read_marks(db) | {int(s) for s in frame.codings["source_id"].unique().tolist()}
    people = _people(frame, groups)
    if group is not None:
        people = people[people["group"] == group]
    cut = measures.pieces(frame)
    cut = cut.where(np.isin(cut.code, wanted))
    voiced = set(cut.participant[cut.stance != _DENIES].tolist())
    denied = cut.participant[cut.stance == _DENIES].tolist()
    asked = _asked(frame, wanted)
    columns = (frame.sources[name].tolist() for name in ("source_id", "guid", "name"))
    names = {int(number): (str(guid), str(name)) for number, guid, name in zip(*columns, strict=True)}
    found: list[SilentCase] = []
    n_cases = n_voiced = 0
    labels = _labels(frame)
    for case_id in sorted({int(c) for c in people["case_id"].to_numpy()}):
        rows = people[people["case_id"] == case_id]
        n_cases += 1
        persons = set(rows["participant_id"].tolist())
        if persons & voiced:
            n_voiced += 1
            continue
        sources = sorted(set(rows["source_id"].tolist()), key=lambda s: names[s][1])
        found.append(
            SilentCase(
                case=labels[case_id],
                group=str(rows["group"].iloc[0]),
                state=_state([s for s in sources if s in read], asked),
                n_participants=len(persons),
                n_sources=len(sources),
                n_unread=sum(s not in read for s in sources),
                n_denials=sum(p in persons for p in denied),
                sources=tuple((*names[s], s in read) for s in sources),
            )
        )
    found.sort(key=lambda c: (STATES.index(c.state), c.case))
    return Silence(cases=tuple(found), n_cases=n_cases, n_voiced=n_voiced)


def _groups(db: Any, frame: StudyFrame, by: str) -> pd.Series:
    derived: Mapping[str, Mapping[str, str]] = {}
    if by in DERIVED and overview.has_indicators(db):
        derived = case_indicators(db, [by])
    try:
        found = measures.grouping(frame, by, derived=derived)
    except KeyError as err:
        raise UserInputError(f"The study has no variable '{by}'.") from err
    if found is None:
        raise UserInputError("Cases are grouped by a variable of cases or of people, not of sources.")
    return found


def _people(frame: StudyFrame, groups: pd.Series) -> pd.DataFrame:
    """Who spoke in which source: participant_id, source_id, case_id, group; only people with a case."""
    rows = measures.present(frame)
    rows = rows[rows["case_id"] >= 0]
    return rows.assign(group=groups.reindex(rows["participant_id"]).to_numpy())


def _labels(frame: StudyFrame) -> dict[int, str]:
    cases = frame.cases
    labels = cases["pseudonym"].where(cases["pseudonym"].notna() & (cases["pseudonym"] != ""), cases["name"])
    return {
        int(case_id): str(label) for case_id, label in zip(cases.index.tolist(), labels.tolist(), strict=True)
    }


def _asked(frame: StudyFrame, codes: list[int]) -> dict[int, int]:
    """Source -> the best mark for any of the codes: 2 yes, 1 unclear, 0 no."""
    marks = frame.asked[frame.asked["code_id"].isin(codes)]
    best: dict[int, int] = {}
    for source, mark in zip(marks["source_id"].tolist(), marks["asked"].tolist(), strict=True):
        best[source] = max(best.get(source, 0), _RANK[mark])
    return best


def _state(read: list[int], asked: Mapping[int, int]) -> str:
    if not read:
        return NOT_READ
    ranks = [asked[source] for source in read if source in asked]
    return _OF_RANK[max(ranks)] if ranks else UNMARKED
