"""Pillar display (D4): quantitative data and category, the pillar, qualitative theme and quotes.

The columns of the pillar integration process (Johnson, Grove & Clarke 2019, J Mixed Methods Res 13:301).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .joint_display import ChosenQuote

COLUMNS = ("quantitative data", "quantitative category", "PILLAR", "qualitative theme", "quotes")


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarLine:
    """A line of a cell; ``hidden`` stands for it in a release where ``smallest`` people are too few.

    ``smallest`` is None for a line that tells nothing of people.
    """

    text: str
    hidden: str
    smallest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarRow:
    """One proposition: lines of each column, and quotes. ``pillar`` is the meta-inference where written.

    ``codes`` are the codes its theme names.
    """

    id: str
    data: tuple[PillarLine, ...]
    category: tuple[str, ...]
    pillar: str
    is_written: bool
    theme: tuple[PillarLine, ...]
    quotes: tuple[ChosenQuote, ...]
    codes: tuple[str, ...] = ()

    def texts(self) -> tuple[str, str, str, str, str]:
        """The five cells as text."""
        quotes = [f"{q.shown} ({q.who})" for q in self.quotes]
        return (
            "\n".join(line.text for line in self.data),
            "\n".join(self.category),
            self.pillar,
            "\n".join(line.text for line in self.theme),
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


def masked_pillar(shown: Pillar, threshold: int) -> Pillar:
    """The display with the numbers hidden that rest on fewer people than ``threshold``."""
    n = 0
    rows = []
    for row in shown.rows:
        hidden = [line for line in (*row.data, *row.theme) if _is_small(line, threshold)]
        n += len(hidden)
        rows.append(
            replace(
                row,
                data=tuple(_safe(line, threshold) for line in row.data),
                theme=tuple(_safe(line, threshold) for line in row.theme),
            )
        )
    return replace(shown, rows=tuple(rows), n_suppressed=n)


def _is_small(line: PillarLine, threshold: int) -> bool:
    return line.smallest is not None and line.smallest < threshold


def _safe(line: PillarLine, threshold: int) -> PillarLine:
    return replace(line, text=line.hidden) if _is_small(line, threshold) else line
