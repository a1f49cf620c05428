"""The charts of the page Themes, made of its tables. On its own, for it loads Altair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from ...triangulate import theme_charts
from .theme_page import CrosstabTable, ThemeTable


def frequency_chart(table: ThemeTable, *, measure: str, title: str) -> alt.Chart | theme_charts.Layered:
    """Bars while the groups can be told apart by colour, else a grid of codes by groups."""
    few = len(table.groups) <= theme_charts.MAX_BAR_GROUPS
    draw = theme_charts.group_bars if few else theme_charts.group_grid
    return draw(
        pd.DataFrame(table.cells),
        names=table.names,
        groups=table.headings,
        measure=title,
        is_share=measure == "share",
    )


def crosstab_chart(table: CrosstabTable, *, rows_title: str, columns_title: str) -> theme_charts.Layered:
    """A grid with "x of n" in each square."""
    return theme_charts.crosstab_grid(
        pd.DataFrame(table.shown), rows_title=rows_title, columns_title=columns_title
    )


def together_chart(found: Mapping[str, Any]) -> theme_charts.Layered:
    """A grid of the pairs of ``theme_page.codes_together``."""
    return theme_charts.together_grid(pd.DataFrame(found["squares"]), order=found["order"])
