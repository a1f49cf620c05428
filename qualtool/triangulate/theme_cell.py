"""A theme in one group of schools, as the displays side by side (D2) and of statistics (D3) show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .contrast_result import GroupShare


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCell:
    """A theme in one group: mean school share in [0, 1] with limits, and the counts behind it.

    In a released table a hidden cell has ``is_hidden`` and None everywhere else but in ``n_cases``.
    """

    group: str
    share: float | None
    low: float | None
    high: float | None
    n_voiced: int | None
    n_people: int | None
    n_cases_voiced: int | None
    n_cases: int
    is_hidden: bool = False

    def hidden(self) -> ThemeCell:
        """The same cell with all that tells of people taken out."""
        return replace(
            self, share=None, low=None, high=None, n_voiced=None, n_people=None, n_cases_voiced=None,
            is_hidden=True,
        )  # fmt: skip

    def counts(self, code: str) -> dict[str, Any]:
        """A row for theme ``code`` as ``disclosure.suppress_frequencies`` wants it."""
        return {
            "code": code,
            "group": self.group,
            "n_participants": self.n_voiced,
            "denominator_participants": self.n_people,
            "n_cases": self.n_cases_voiced,
            "denominator_cases": self.n_cases,
        }


def cell_of(group: GroupShare) -> ThemeCell:
    """The cell of a group of a contrast."""
    return ThemeCell(
        group=group.label,
        share=group.share,
        low=group.share_low,
        high=group.share_high,
        n_voiced=group.n_participants_voiced,
        n_people=group.n_participants,
        n_cases_voiced=group.n_cases_voiced,
        n_cases=group.n_cases,
    )
