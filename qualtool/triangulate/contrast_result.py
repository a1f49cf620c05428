"""The record of one theme set beside one school indicator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..statistics import CliffsDelta
from .grouping import TWO_GROUPS
from .shares import DENOMINATORS, SchoolShare


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShare:
    """One group: schools, people of the denominator, mean school share with its t interval.

    ``share`` weights schools equally; it is None for an empty group, its limits where there is no
    spread. ``n_cases_voiced`` counts schools where at least one person voiced the theme.
    """

    label: str
    n_cases: int
    n_cases_voiced: int
    n_participants: int
    n_participants_voiced: int
    share: float | None
    share_low: float | None
    share_high: float | None

    @property
    def presence(self) -> str:
        return f"{self.n_cases_voiced} of {self.n_cases} school{'' if self.n_cases == 1 else 's'}"

    def as_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "n_cases": self.n_cases,
            "n_participants": self.n_participants,
            "share": self.share,
            "share_low": self.share_low,
            "share_high": self.share_high,
            "n_cases_voiced": self.n_cases_voiced,
            "n_participants_voiced": self.n_participants_voiced,
            "presence": self.presence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeContrast:
    """A theme by an indicator. Whatever is None is explained in ``reason``.

    ``estimate`` is a difference in [-1, 1] for two groups (group 1 minus the other), tau-b or rho
    for ordered contrasts, named in ``estimate_kind``. ``schools`` holds every school with
    participants, also those in no group. ``n_outside_strata`` counts schools of strata that hold
    one group only.
    """

    contrast: str
    groups: tuple[GroupShare, ...]
    schools: tuple[SchoolShare, ...]
    denominator: Literal["asked", "all"]
    n_without_school: int = 0
    n_outside_strata: int = 0
    estimate: float | None = None
    estimate_kind: str = ""
    ci_low: float | None = None
    ci_high: float | None = None
    p: float | None = None
    min_p: float | None = None
    method: str = ""
    cliffs: CliffsDelta | None = None
    reason: str | None = None

    @property
    def difference(self) -> float | None:
        """The difference in mean school shares; None for an ordered contrast."""
        return self.estimate if self.contrast in TWO_GROUPS else None

    @property
    def denominator_sentence(self) -> str:
        return DENOMINATORS[self.denominator]

    @property
    def n_unknown_group(self) -> int:
        """Schools with participants whose indicator is unknown."""
        return sum(s.place is None for s in self.schools)

    @property
    def n_not_asked(self) -> int:
        """Schools where nobody is in the denominator."""
        return sum(s.n_asked == 0 for s in self.schools)

    def as_dict(self, *, theme: str = "", indicator: str = "") -> dict[str, Any]:
        """The document of ``triangulate`` for one theme; undefined is None beside ``reason``."""
        delta = self.cliffs
        return {
            "theme": theme,
            "indicator": indicator,
            "contrast": self.contrast,
            "groups": [g.as_dict() for g in self.groups],
            "difference": self.difference,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "p": self.p,
            "min_p": self.min_p,
            "method": self.method,
            "cases": [_case(s, self.contrast) for s in self.schools],
            "reason": self.reason,
            "estimate": self.estimate,
            "estimate_kind": self.estimate_kind,
            "cliffs_delta": delta.delta if delta else None,
            "cliffs_delta_low": delta.low if delta else None,
            "cliffs_delta_high": delta.high if delta else None,
            "cliffs_delta_size": delta.size if delta else None,
            "cliffs_delta_reason": delta.reason if delta else None,
            "denominator": self.denominator,
            "denominator_sentence": self.denominator_sentence,
            "presence": {g.label: g.presence for g in self.groups},
            "n_unknown_group": self.n_unknown_group,
            "n_not_asked": self.n_not_asked,
            "n_without_school": self.n_without_school,
            "n_outside_strata": self.n_outside_strata,
        }


def _case(school: SchoolShare, contrast: str) -> dict[str, Any]:
    group: str | None = school.place.label if school.place else None
    row: dict[str, Any] = {
        "urn": school.urn,
        "group": group,
        "voiced": school.n_voiced,
        "asked": school.n_asked,
        "share": school.share,
    }
    if contrast == "continuous":
        row["value"] = school.place.position if school.place else None
    return row
