"""The share of each school's participants who voice a theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from .grouping import Place

COLUMNS = ("participant", "urn", "role", "voiced", "asked")
ASKED_VALUES = ("yes", "no", "unclear", "unknown")
DENOMINATORS: dict[str, str] = {
    "asked": (
        "denominator: participants asked about the theme; "
        "whoever voiced it unasked counts as given the opportunity"
    ),
    "all": "denominator: all participants; absence may mean not asked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolShare:
    """One school: ``n_voiced`` of ``n_asked`` participants of the denominator, and its place.

    ``share`` is None where nobody is in the denominator; ``place`` is None where the indicator
    is unknown.
    """

    urn: str
    place: Place | None
    n_voiced: int
    n_asked: int

    @property
    def share(self) -> float | None:
        return self.n_voiced / self.n_asked if self.n_asked else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """All schools in order of URN, and how the denominator was made.

    ``n_without_school`` counts participants who belong to no school and enter no share.
    """

    schools: tuple[SchoolShare, ...]
    denominator: Literal["asked", "all"]
    n_without_school: int


def school_shares(participants: pd.DataFrame, places: Mapping[str, Place | None]) -> Shares:
    """Count per school who voiced the theme and who could have.

    ``participants`` has the columns participant (str), urn (str or missing), role (str),
    voiced (bool), asked (yes, no, unclear, unknown). Several rows of one person at one school are
    one person: voiced if in any, asked if in any. If any row says yes, no or unclear the
    denominator is those asked or voicing, else everybody.

    Raises:
        ValueError: a column is missing, or ``asked`` holds another value.
    """
    _check(participants)
    marked = bool(participants["asked"].isin(["yes", "no", "unclear"]).any())
    at_school = participants[participants["urn"].notna() & (participants["urn"].astype(str) != "")]
    elsewhere = participants.loc[~participants.index.isin(at_school.index), "participant"]
    opportunity = at_school["voiced"].astype(bool) | ~pd.Series(marked, index=at_school.index)
    people = pd.DataFrame(
        {
            "urn": at_school["urn"].astype(str),
            "participant": at_school["participant"].astype(str),
            "voiced": at_school["voiced"].astype(bool),
            "counted": opportunity | (at_school["asked"] == "yes"),
        }
    )
    people = people.groupby(["urn", "participant"], as_index=False)[["voiced", "counted"]].any()
    totals = people.groupby("urn")[["voiced", "counted"]].sum().sort_index()
    schools = tuple(
        SchoolShare(
            urn=str(urn),
            place=places.get(str(urn)),
            n_voiced=int(row["voiced"]),
            n_asked=int(row["counted"]),
        )
        for urn, row in totals.iterrows()
    )
    return Shares(
        schools=schools,
        denominator="asked" if marked else "all",
        n_without_school=int(elsewhere.astype(str).nunique()),
    )


def _check(participants: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in participants.columns]
    if missing:
        raise ValueError(f"participants lack the column(s) {', '.join(missing)}")
    strange = sorted(set(participants["asked"].astype(str)) - set(ASKED_VALUES))
    if strange:
        raise ValueError(f"asked holds {', '.join(strange)}; it knows {', '.join(ASKED_VALUES)}")
    if not participants.index.is_unique:
        raise ValueError("participants need a unique index")
