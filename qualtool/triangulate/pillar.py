"""Pillar display (D4): quantitative data and category, the pillar, qualitative theme and quotes.

The columns of the pillar integration process (Johnson, Grove & Clarke 2019, J Mixed Methods Res 13:301).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .joint_display import ChosenQuote

COLUMNS = ("quantitative data", "quantitative category", "PILLAR", "qualitative theme", "quotes")


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarRow:
    """One proposition: lines of each column, and quotes. ``pillar`` is the meta-inference where written."""

    id: str
    data: tuple[str, ...]
    category: tuple[str, ...]
    pillar: str
    is_written: bool
    theme: tuple[str, ...]
    quotes: tuple[ChosenQuote, ...]

    def texts(self) -> tuple[str, str, str, str, str]:
        """The five cells as text."""
        quotes = [f"{q.shown} ({q.role})" for q in self.quotes]
        return (
            "\n".join(self.data),
            "\n".join(self.category),
            self.pillar,
            "\n".join(self.theme),
            "\n".join(quotes),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pillar:
    """The display for one research question."""

    question: str
    rows: tuple[PillarRow, ...]
    n_suppressed: int = 0


def pillar(question: str, rows: Sequence[PillarRow]) -> Pillar:
    """The display; propositions without any quantitative strand come last."""
    return Pillar(question=question, rows=tuple(sorted(rows, key=lambda row: not row.data)))
