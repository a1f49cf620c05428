"""The schools a school is compared with: mainstream primaries or secondaries of one census year."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from typing import Any, Literal

from .datasets_cscp import LA_IN_NAME
from .quartiles import Cuts, quartile_cuts
from .rates import CAUTIOUS_ROLL, LOW_ROLL, Rate, rates
from .school_years import CensusYear, SchoolYear

LEAST_SCHOOLS = 40
LEAST_AUTHORITIES = 10
"""A file of fewer local authorities was put together of named ones: it stands for no country."""
LEAST_OF_LA = 5
Kind = Literal["national", "loaded_set", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A usable school of a reference population: its counts and rates are numbers."""

    school: SchoolYear
    roll: float
    ehcp: float
    any_sen: float
    ehcp_rate: float
    any_sen_rate: float


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Who is compared with whom. ``members`` are all usable schools of ``phase``; of a refused
    reference (``reason`` says why) no cuts are made."""

    year: str
    phase: str
    kind: Kind
    reason: str | None
    members: tuple[Member, ...]

    @property
    def n(self) -> int:
        return len(self.members)

    @property
    def label(self) -> str:
        if self.kind == "national":
            return f"national (n={self.n:,})"
        return f"within loaded set (n={self.n})" if self.kind == "loaded_set" else f"refused: {self.reason}"

    @cached_property
    def cuts(self) -> Cuts | None:
        """Cuts of the EHCP rate."""
        return None if self.kind == "refused" else quartile_cuts([m.ehcp_rate for m in self.members])

    @cached_property
    def any_sen_cuts(self) -> Cuts | None:
        return None if self.kind == "refused" else quartile_cuts([m.any_sen_rate for m in self.members])

    @cached_property
    def pooled(self) -> float | None:
        """EHCPs of all members by pupils of all members, per cent."""
        if self.kind == "refused":
            return None
        return 100 * sum(m.ehcp for m in self.members) / sum(m.roll for m in self.members)

    @cached_property
    def n_by_la(self) -> Counter[str | None]:
        return Counter(m.school.la_code for m in self.members)

    @cached_property
    def pooled_by_la(self) -> dict[str | None, float]:
        """Pooled EHCP rate of every local authority with at least five members."""
        above: dict[str | None, float] = defaultdict(float)
        below: dict[str | None, float] = defaultdict(float)
        for member in self.members:
            above[member.school.la_code] += member.ehcp
            below[member.school.la_code] += member.roll
        return {la: 100 * above[la] / below[la] for la, n in self.n_by_la.items() if n >= LEAST_OF_LA}


def describe_reference(reference: Reference) -> dict[str, Any]:
    """Of the schools of a reference, also of one refused as such: ``pooled`` (sum by sum) and ``mean`` (of
    the schools' rates) of EHC plans, SEN support and any SEN, per cent, and ``n_low_n``, ``n_caution``:
    schools of fewer than 50 and of fewer than 100 pupils."""
    members = reference.members
    roll = sum(m.roll for m in members)
    if not members or not roll:
        return {"pooled": None, "mean": None, "n_low_n": 0, "n_caution": 0}
    counts = {
        "ehcp_rate": sum(m.ehcp for m in members),
        "sen_support_rate": sum(m.any_sen - m.ehcp for m in members),
        "any_sen_rate": sum(m.any_sen for m in members),
    }
    means = {
        "ehcp_rate": fmean(m.ehcp_rate for m in members),
        "sen_support_rate": fmean(100 * (m.any_sen - m.ehcp) / m.roll for m in members),
        "any_sen_rate": fmean(m.any_sen_rate for m in members),
    }
    return {
        "pooled": {name: 100 * count / roll for name, count in counts.items()},
        "mean": means,
        "n_low_n": sum(m.roll < LOW_ROLL for m in members),
        "n_caution": sum(m.roll < CAUTIOUS_ROLL for m in members),
    }


def reference_population(
    census: CensusYear, phase: str, *, rates_by_urn: dict[str, dict[str, Rate]] | None = None
) -> Reference:
    """The mainstream schools of ``phase`` in a census: pupils on roll, both SEN counts numeric.

    National where the file's own totals say so; else labelled as the loaded set; refused under 40
    schools, and for a file of named local authorities.
    """
    members: list[Member] = []
    for school in census.schools.values():
        if school.phase == phase:
            found = rates_by_urn[school.urn] if rates_by_urn is not None else rates(school.cells)
            member = _member(school, found)
            if member is not None:
                members.append(member)
    kind, reason = _kind(census, len(members))
    return Reference(year=census.year, phase=phase, kind=kind, reason=reason, members=tuple(members))


def _member(school: SchoolYear, found: dict[str, Rate]) -> Member | None:
    ehcp_rate, any_sen_rate = found["ehcp_rate"].value, found["any_sen_rate"].value
    if ehcp_rate is None or any_sen_rate is None:
        return None
    roll, ehcp, support = (school.cells[n].value or 0 for n in ("roll", "ehcp_count", "sen_support_count"))
    return Member(
        school=school,
        roll=roll,
        ehcp=ehcp,
        any_sen=ehcp + support,
        ehcp_rate=ehcp_rate,
        any_sen_rate=any_sen_rate,
    )


def _kind(census: CensusYear, n: int) -> tuple[Kind, str | None]:
    if n < LEAST_SCHOOLS and not (census.is_national and n):
        return "refused", f"{n} schools, fewer than {LEAST_SCHOOLS}"
    if census.is_national:
        return "national", None
    if LA_IN_NAME.search(census.name):
        return "refused", "the file covers only named local authorities"
    n_las = len({s.la_code for s in census.schools.values()})
    if n_las < LEAST_AUTHORITIES:
        return "refused", f"the file covers only {n_las} local authorities"
    return "loaded_set", None
