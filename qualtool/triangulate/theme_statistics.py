"""Statistics by themes (D3): a row for each theme, a cell for each group of schools, and the test.

The unit of the test is the school; segments are never tested. q-values are Benjamini and Hochberg's
over the themes that could be tested; those that could not are left out of the family.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..statistics import benjamini_hochberg
from .contrast_result import ThemeContrast
from .findings import tested_p
from .theme_cell import ThemeCell, cell_of

Order = Literal["effect", "codebook", "share"]
ORDERS: dict[str, str] = {
    "effect": "largest effect first",
    "codebook": "as in the codebook",
    "share": "most voiced in the last group",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """A theme: its cells in the order of the groups, and the test; what is None has its ``reason``."""

    key: str
    name: str
    cells: tuple[ThemeCell, ...]
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    min_p: float | None
    q: float | None
    denominator: str
    reason: str | None = None

    @property
    def is_hidden(self) -> bool:
        """Is any of its cells hidden?"""
        return any(cell.is_hidden for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeStatistics:
    """The display: ``groups`` in order, the rows, and what its estimate is called."""

    groups: tuple[str, ...]
    rows: tuple[ThemeRow, ...]
    estimate_kind: str
    n_tested: int
    n_suppressed: int = 0


def theme_statistics(
    found: Sequence[tuple[str, str, ThemeContrast]], *, order: Order = "effect"
) -> ThemeStatistics:
    """The display of (key, name, contrast) of each theme, all of one indicator and contrast."""
    q_values = benjamini_hochberg([tested_p(contrast.p, contrast.min_p) for _, _, contrast in found])
    rows = [_row(*one, q) for one, q in zip(found, q_values, strict=True)]
    kinds = [contrast.estimate_kind for _, _, contrast in found if contrast.estimate_kind]
    return ThemeStatistics(
        groups=tuple(g.label for g in found[0][2].groups) if found else (),
        rows=sorted_rows(rows, order),
        estimate_kind=kinds[0] if kinds else "",
        n_tested=sum(q is not None for q in q_values),
    )


def sorted_rows(rows: Sequence[ThemeRow], order: Order) -> tuple[ThemeRow, ...]:
    """Rows in an order; by effect, the narrower interval first among equals, untestable ones last."""
    if order == "effect":
        return tuple(sorted(rows, key=_by_effect))
    if order == "share":
        return tuple(sorted(rows, key=lambda row: -(row.cells[-1].share or 0.0) if row.cells else 0.0))
    return tuple(rows)


def _by_effect(row: ThemeRow) -> tuple[float, float]:
    if row.estimate is None:
        return (1.0, 0.0)
    width = 2.0 if row.ci_low is None or row.ci_high is None else row.ci_high - row.ci_low
    return (-abs(round(row.estimate, 9)), width)


def _row(key: str, name: str, contrast: ThemeContrast, q: float | None) -> ThemeRow:
    return ThemeRow(
        key=key,
        name=name,
        cells=tuple(cell_of(group) for group in contrast.groups),
        estimate=contrast.estimate,
        ci_low=contrast.ci_low,
        ci_high=contrast.ci_high,
        p=contrast.p,
        min_p=contrast.min_p,
        q=q,
        denominator=contrast.denominator,
        reason=contrast.reason if contrast.p is None else None,
    )


# --- small numbers --------------------------------------------------------------------------------


def counts_of(shown: ThemeStatistics) -> list[dict[str, Any]]:
    """One row a theme and group, as ``disclosure.suppress_frequencies`` wants them."""
    return [cell.counts(row.key) for row in shown.rows for cell in row.cells]


def masked(
    shown: ThemeStatistics, hidden: frozenset[tuple[str, str]], *, n_suppressed: int
) -> ThemeStatistics:
    """The display with the cells ``hidden`` (key, group) taken out.

    A difference and its interval would give a hidden share back beside the other one, so they go too,
    with p and q.
    """
    rows = []
    for row in shown.rows:
        cells = tuple(cell.hidden() if (row.key, cell.group) in hidden else cell for cell in row.cells)
        found = replace(row, cells=cells)
        if found.is_hidden:
            reason = "suppressed: a group of few people"
            found = replace(
                found, estimate=None, ci_low=None, ci_high=None, p=None, min_p=None, q=None, reason=reason
            )
        rows.append(found)
    # Sorted by an effect that is hidden, a row's place would tell of it.
    seen = [row for row in rows if not row.is_hidden]
    rest = sorted((row for row in rows if row.is_hidden), key=lambda row: row.key)
    return replace(shown, rows=(*seen, *rest), n_suppressed=n_suppressed)
