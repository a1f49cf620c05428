"""A strand of coded texts: what people of schools voiced, by an indicator of their schools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd

from ..errors import UserInputError
from ..statistics import (
    Interval,
    Undefined,
    fieller_interval,
    wilson,
)
from .contrast import theme_contrast
from .contrast_result import ThemeContrast
from .findings import Finding, finding_of
from .grouping import CONTRASTS, TWO_GROUPS, Contrast, place_schools
from .propositions import Denominator, Direction, Proposition, Strand, Unit
from .scope import scope_words
from .shares import DENOMINATORS
from .strand_estimates import Value, merge_note, merged, plain_direction
from .strand_result import Frame, GroupRow, NegativeCase, StrandResult
from .two_themes import level, ordering, theme_pair


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEvidence:
    """What a strand of coded texts rests on.

    ``people`` has the columns participant, urn (blank for none), role, voiced, second (the other theme
    of a pair), asked (yes, no, unclear, unknown), denied; one row a participant whose words were read.
    ``groups`` maps URNs to the indicator, None where the study does not have it; ``phases`` maps URNs
    to phases. ``key`` names the material, ``seed`` feeds what is drawn at random, ``flags`` are told
    with the result.
    """

    people: pd.DataFrame
    groups: Mapping[str, Value] | None
    key: str
    phases: Mapping[str, str | None]
    frame: Frame = "purposive"
    seed: int = 0
    flags: tuple[str, ...] = ()


def text_result(proposition: Proposition, strand: Strand, evidence: TextEvidence) -> StrandResult:
    """The finding of one strand of coded texts."""
    base = StrandResult(
        kind=strand.kind,
        key=evidence.key,
        finding=Finding.SILENT_STRUCTURAL,
        indicator=strand.indicator or "",
        contrast=strand.contrast or "",
        mid=proposition.mid_of(strand),
        unit="school" if proposition.unit is Unit.SCHOOL else "participant",
        frame=evidence.frame,
        bound=strand.bound or "",
        merge_note=merge_note(strand),
        scope=scope_words(proposition, strand),
        flags=evidence.flags,
    )
    people = chosen(proposition, strand, evidence)
    silent = _silence(base, people, _predicted(proposition, strand, evidence))
    if silent is not None:
        return silent
    if strand.contrast is None:
        return replace(base, reason="the strand names no contrast")
    if strand.contrast in CONTRASTS and evidence.groups is None:
        return replace(base, reason=f"the study holds no value of the indicator {strand.indicator}")
    counted = _counted(people, strand)
    base = _described(base, people, counted)
    if strand.contrast in CONTRASTS:
        return _by_groups(base, proposition, strand, people, evidence)
    if strand.contrast == "theme_pair":
        return theme_pair(base, proposition, counted)
    if strand.contrast == "ordering":
        return ordering(base, proposition, counted)
    if strand.contrast == "level":
        return level(base, strand, counted)
    return replace(base, reason=f"coded texts have no contrast '{strand.contrast}'")


# --- who counts -----------------------------------------------------------------------------------


def has_role(role: str, wanted: str) -> bool:
    """Is a participant's role one of those wanted, as in 'parent/carer'? Case does not matter."""
    return bool(_words(role) & _words(wanted))


def _words(role: str) -> set[str]:
    return {part.strip().lower() for part in re.split(r"[/,;|]|\bor\b", role) if part.strip()}


def chosen(proposition: Proposition, strand: Strand, evidence: TextEvidence) -> pd.DataFrame:
    """The people a strand looks at: by role, phase and unit, with the denominator it asks for."""
    people = evidence.people
    if proposition.role is not None:
        wanted = proposition.role
        people = people[people["role"].map(lambda role: has_role(str(role), wanted)).astype(bool)]
    if proposition.phase is not None:
        mine = {urn for urn, phase in evidence.phases.items() if phase == proposition.phase}
        people = people[people["urn"].isin(mine)]
    if proposition.unit is Unit.SCHOOL:
        people = people[people["urn"] != ""]
    if strand.denominator is Denominator.ALL:
        people = people.assign(asked="unknown")
    return people


def _predicted(proposition: Proposition, strand: Strand, evidence: TextEvidence) -> set[str] | None:
    """URNs of the schools where more is predicted; None where that is said of no group."""
    ends = {"quartiles": ("Q4", "Q1")} | TWO_GROUPS
    if strand.contrast not in ends or evidence.groups is None:
        return None
    if proposition.direction is Direction.NO_DIFFERENCE:
        return set()
    first, other = ends[strand.contrast]
    wanted = first if proposition.sign > 0 else other
    try:
        places = place_schools(merged(evidence.groups, strand), strand.contrast)
    except UserInputError:  # told with the contrast itself
        return None
    return {urn for urn, place in places.items() if place is not None and place.label == wanted}


def _silence(base: StrandResult, people: pd.DataFrame, predicted: set[str] | None) -> StrandResult | None:
    """Silence, if nobody voiced the theme: structural where nobody was asked, else substantive.

    Of those asked, people of the ``predicted`` schools stand against the proposition (None: all).
    """
    where = "at a school" if base.unit == "school" else "in the study"
    if people.empty:
        reason = f"no {base.kind.replace('_', ' ')} of anybody {where} was coded or read"
        return replace(base, reason=reason)
    if people["voiced"].any() or people["second"].any():
        return None
    asked = people[people["asked"] == "yes"]
    n = int(asked["participant"].nunique())
    if n == 0:
        marked = people["asked"].isin(["no", "unclear"]).any()
        why = "the matter was not raised" if marked else "nothing tells with whom the matter was raised"
        return replace(base, reason=f"{why}, and it did not come up")
    limit = wilson(0, n)
    return replace(
        base,
        finding=Finding.SILENT_SUBSTANTIVE,
        n_voiced=0,
        n_asked=n,
        n_participants=n,
        n_cases=int(asked.loc[asked["urn"] != "", "urn"].nunique()),
        silent_high=limit.high if isinstance(limit, Interval) else None,
        denominator=DENOMINATORS["asked"],
        reason=f"asked of {n} people, voiced by none",
        negative_cases=tuple(
            NegativeCase(case=str(u), participant=str(p), why="asked and silent")
            for u, p in zip(asked["urn"], asked["participant"], strict=True)
            if predicted is None or str(u) in predicted
        ),
    )


def _counted(people: pd.DataFrame, strand: Strand) -> pd.DataFrame:
    """People of the denominator, one row a person, with ``voiced`` and ``second`` as numbers."""
    marked = people["asked"].isin(["yes", "no", "unclear"]).any()
    chance = people["voiced"] | people["second"] | (people["asked"] == "yes")
    found = people[chance] if marked else people
    return found.groupby(["participant", "urn"], as_index=False)[["voiced", "second"]].any()


def _described(base: StrandResult, people: pd.DataFrame, counted: pd.DataFrame) -> StrandResult:
    marked = bool(people["asked"].isin(["yes", "no", "unclear"]).any())
    return replace(
        base,
        n_participants=int(counted["participant"].nunique()),
        n_cases=int(counted.loc[counted["urn"] != "", "urn"].nunique()),
        n_asked=int(people.loc[people["asked"] == "yes", "participant"].nunique()) if marked else None,
        n_voiced=int(people.loc[people["voiced"], "participant"].nunique()),
        denominator=DENOMINATORS["asked" if marked else "all"],
        roles=_by_role(people, marked),
    )


def _by_role(people: pd.DataFrame, marked: bool) -> tuple[GroupRow, ...]:
    """Each kind of person on its own, so that a parent's view is never a teacher's."""
    chance = people["voiced"] | people["second"] | (people["asked"] == "yes")
    counted = people[chance] if marked else people
    # Several rows of one person in one role are one person.
    counted = counted.groupby(["participant", "urn", "role"], as_index=False)[["voiced"]].any()
    rows = []
    for role, mine in counted.groupby("role", sort=True):
        n, k = len(mine), int(mine["voiced"].sum())
        limits = wilson(k, n)
        known = isinstance(limits, Interval)
        rows.append(
            GroupRow(
                label=str(role) or "(none)",
                n_voiced=k,
                n=n,
                n_cases=int(mine.loc[mine["urn"] != "", "urn"].nunique()),
                share=k / n,
                low=limits.low if known else None,
                high=limits.high if known else None,
            )
        )
    return tuple(rows)


# --- by groups of schools -------------------------------------------------------------------------


def _by_groups(
    base: StrandResult,
    proposition: Proposition,
    strand: Strand,
    people: pd.DataFrame,
    evidence: TextEvidence,
) -> StrandResult:
    kind = cast("Contrast", strand.contrast)
    groups = merged(evidence.groups or {}, strand)
    rng = np.random.default_rng(evidence.seed)
    try:
        found = theme_contrast(people[people["urn"] != ""], groups, kind, rng=rng)
    except UserInputError as err:  # values of one indicator must not stop the other propositions
        return replace(base, finding=Finding.UNCLEAR, reason=err.message.rstrip("."))
    base = replace(
        base,
        unit="school",
        groups=_group_rows(found),
        n_cases=sum(g.n_cases for g in found.groups),
        n_participants=sum(g.n_participants for g in found.groups),
        negative_cases=_negative(found, people, proposition),
        reason=found.reason,
    )
    if found.estimate is None:
        thin = found.reason is not None and found.reason.startswith("too thin")
        return replace(base, finding=Finding.TOO_THIN if thin else Finding.UNCLEAR)
    low, high, method, reason = _limits(found)
    sign = proposition.sign
    d = sign * found.estimate
    if low is not None and high is not None and sign < 0:
        low, high = -high, -low
    return replace(
        base,
        finding=finding_of(d, low, high, base.mid, plain_direction(proposition)),
        estimate=d,
        distance=d,
        estimate_kind=found.estimate_kind,
        ci_low=low,
        ci_high=high,
        p=found.p,
        min_p=found.min_p,
        method=method,
        reason=reason,
        flags=(*base.flags, *_zero_cell(found)),
    )


def _group_rows(found: ThemeContrast) -> tuple[GroupRow, ...]:
    return tuple(
        GroupRow(
            label=g.label,
            n_voiced=g.n_participants_voiced,
            n=g.n_participants,
            n_cases=g.n_cases,
            share=g.share,
            low=g.share_low,
            high=g.share_high,
        )
        for g in found.groups
    )


def _limits(found: ThemeContrast) -> tuple[float | None, float | None, str, str | None]:
    """The interval of an estimate; tau-b gets Fieller's, where theme by theme it is given without."""
    if found.contrast != "quartiles" or found.estimate is None:
        is_difference = found.contrast in TWO_GROUPS
        only_order = not is_difference and found.ci_low is not None
        return found.ci_low, found.ci_high, found.method, None if only_order else found.reason
    limits = fieller_interval(found.estimate, sum(g.n_cases for g in found.groups))
    if isinstance(limits, Undefined):
        return None, None, found.method, f"no interval: {limits.reason}"
    return limits.low, limits.high, f"{found.method}; {limits.method}", None


def _zero_cell(found: ThemeContrast) -> tuple[str, ...]:
    if found.contrast not in TWO_GROUPS:
        return ()
    cells = [c for g in found.groups for c in (g.n_cases_voiced, g.n_cases - g.n_cases_voiced)]
    return ("zero_cell",) if 0 in cells else ()


def _negative(
    found: ThemeContrast, people: pd.DataFrame, proposition: Proposition
) -> tuple[NegativeCase, ...]:
    """Schools that contradict the proposition, and people who deny the theme."""
    ends = {"quartiles": ("Q4", "Q1")} | TWO_GROUPS
    cases: list[NegativeCase] = []
    if found.contrast in ends and proposition.direction is not Direction.NO_DIFFERENCE:
        pair = ends[found.contrast]
        predicted, other = pair if proposition.sign > 0 else (pair[1], pair[0])
        for school in found.schools:
            label = school.place.label if school.place else ""
            if label == predicted and school.n_asked and not school.n_voiced:
                cases.append(NegativeCase(case=school.urn, participant="", why="asked and silent"))
            if label == other and school.n_voiced:
                cases.append(NegativeCase(case=school.urn, participant="", why="voiced in the other group"))
    denying = people[people["denied"]]
    cases += [
        NegativeCase(case=str(u), participant=str(p), why="denies")
        for u, p in zip(denying["urn"], denying["participant"], strict=True)
    ]
    return tuple(cases)
