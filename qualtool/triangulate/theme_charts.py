"""Charts of how often themes were voiced: bars by group, and grids with the counts written in them.

As in ``triangulate.charts`` no background or text colour is set, so that they suit a light and a
dark page. A grid's squares carry their own colours, and numbers black or white by the depth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from .charts import BLUE, VERMILION, Layered

# Okabe and Ito's, darkened where the original is too pale on white.
GROUP_COLOURS = (BLUE, VERMILION, "#008F68", "#B5489A")
# More groups than colours are no longer told apart as bars: a grid shows them.
MAX_BAR_GROUPS = len(GROUP_COLOURS)
_PALE, _DEEP = "#E6EEF6", "#0B4A82"
_ROW, _THIN = 26, 13
_NAMES = alt.Axis(labelLimit=300, labelFlush=False, labelOverlap=False)
_HALF = 0.5


def group_bars(
    cells: pd.DataFrame, *, names: Sequence[str], groups: Sequence[str], measure: str, is_share: bool
) -> alt.Chart:
    """Horizontal bars: a row a code in the order of ``names``, a colour a group.

    ``cells`` has the columns name, heading (the group), value, label.
    """
    x = alt.X(
        "value:Q",
        title=measure,
        axis=alt.Axis(format="%") if is_share else alt.Axis(tickMinStep=1, tickCount=8, format=",d"),
        scale=alt.Scale(domain=[0, 1]) if is_share else alt.Undefined,
    )
    chart = (
        alt.Chart(cells)
        .mark_bar(color=BLUE)
        .encode(x=x, y=alt.Y("name:N", sort=list(names), title=None, axis=_NAMES), tooltip=_tooltip(measure))
    )
    if len(groups) < 2:
        return chart.properties(height=_ROW * max(len(names), 1) + 40)
    return chart.encode(
        yOffset=alt.YOffset("heading:N", sort=list(groups)),
        color=alt.Color(
            "heading:N",
            sort=list(groups),
            title=None,
            scale=alt.Scale(domain=list(groups), range=list(GROUP_COLOURS[: len(groups)])),
            legend=alt.Legend(orient="top"),
        ),
    ).properties(height=(_THIN * len(groups) + 8) * max(len(names), 1) + 136)


def group_grid(
    cells: pd.DataFrame, *, names: Sequence[str], groups: Sequence[str], measure: str, is_share: bool
) -> Layered:
    """A square a code and group, deeper the larger; the count is written in it."""
    return _grid(
        cells,
        x=alt.X("heading:N", sort=list(groups), title=None, axis=_slanted(groups)),
        y=alt.Y("name:N", sort=list(names), title=None, axis=_NAMES),
        value="value",
        text="text",
        largest=1.0 if is_share else None,
        title=measure,
        tooltip=_tooltip(measure),
        height=_ROW * max(len(names), 1) + 110,
        is_share=is_share,
    )


def crosstab_grid(rows: pd.DataFrame, *, rows_title: str, columns_title: str) -> Layered:
    """Share of participants voicing a code by two variables, with "x of n" written in each square.

    ``rows`` has the columns row, column, share, label.
    """
    n_rows = rows["row"].nunique() if len(rows) else 1
    columns = list(dict.fromkeys(rows["column"]))
    return _grid(
        rows,
        x=alt.X("column:N", sort=columns, title=columns_title, axis=_slanted(columns)),
        y=alt.Y("row:N", sort=list(dict.fromkeys(rows["row"])), title=rows_title, axis=_NAMES),
        value="share",
        text="label",
        largest=1.0,
        title="Share",
        tooltip=[
            alt.Tooltip("row:N", title=rows_title),
            alt.Tooltip("column:N", title=columns_title),
            alt.Tooltip("label:N", title="Voiced"),
            alt.Tooltip("share:Q", title="Share", format=".0%"),
        ],
        height=34 * n_rows + 110,
        is_share=True,
    )


def together_grid(squares: pd.DataFrame, *, order: Sequence[str]) -> Layered:
    """How often two codes meet; ``squares`` has the columns code_a, code_b, n, both ways round."""
    return _grid(
        squares,
        x=alt.X(
            "code_a:N",
            sort=list(order),
            title=None,
            axis=alt.Axis(labelAngle=-40, labelLimit=180, labelOverlap=False, orient="top"),
        ),
        y=alt.Y("code_b:N", sort=list(order), title=None, axis=_NAMES),
        value="n",
        text="n",
        largest=None,
        title="Together",
        tooltip=[
            alt.Tooltip("code_a:N", title="Code"),
            alt.Tooltip("code_b:N", title="with"),
            alt.Tooltip("n:Q", title="Together"),
        ],
        height=_ROW * max(len(order), 1) + 140,
        is_share=False,
    )


def _tooltip(measure: str) -> list[Any]:
    return [
        alt.Tooltip("name:N", title="Code"),
        alt.Tooltip("heading:N", title="Group"),
        alt.Tooltip("label:N", title=measure),
    ]


def _slanted(labels: Sequence[str]) -> alt.Axis:
    angle = 0 if len(labels) <= 6 and max(map(len, labels), default=0) <= 16 else -40
    return alt.Axis(labelAngle=angle, labelLimit=180, labelOverlap=False, orient="top")


def _grid(
    frame: pd.DataFrame,
    *,
    x: alt.X,
    y: alt.Y,
    value: str,
    text: str,
    largest: float | None,
    title: str,
    tooltip: list[Any],
    height: int,
    is_share: bool,
) -> Layered:
    top = largest or max(float(frame[value].max()) if len(frame) else 0.0, 1.0)
    base = alt.Chart(frame).encode(x=x, y=y)
    squares = base.mark_rect(stroke="#80808040").encode(
        color=alt.Color(
            f"{value}:Q",
            title=title,
            scale=alt.Scale(domain=[0, top], range=[_PALE, _DEEP]),
            legend=alt.Legend(format="%" if is_share else "d", gradientLength=120),
        ),
        tooltip=tooltip,
    )
    numbers = base.mark_text(fontSize=12).encode(
        text=f"{text}:N",
        color=alt.condition(f"datum['{value}'] > {top * _HALF}", alt.value("white"), alt.value("#10202f")),
    )
    return alt.layer(squares, numbers).properties(height=height)
