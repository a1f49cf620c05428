"""The strands of a proposition beside each other: estimate, interval, and the difference set as important."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from .charts import BLUE, VERMILION, Layered

_GREY = "#8a8f98"
# Pixels: a row, the band in it, and how far line and name stand from its middle.
ROW, _BAND, _DOWN, _UP = 84, 22, 22, -26
_KINDS = {"for": BLUE, "against": VERMILION, "open": _GREY}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One strand: ``side`` is for, against or open; what has no number says why in ``words``."""

    label: str
    estimate: float | None
    low: float | None
    high: float | None
    mid: float
    side: str
    words: str


def forest_chart(rows: Sequence[ForestRow]) -> Layered:
    """One line a strand under its name; the band holds differences smaller than the important one.

    Estimates are signed: to the right is as predicted.
    """
    limit = max([0.5, *(abs(v) for r in rows for v in (r.estimate, r.low, r.high) if v is not None)])
    reach = min(1.0, limit * 1.05)
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    frame = _frame(rows, reach)
    y = alt.Y("row:N", sort=None, title=None, axis=None)
    axis = alt.Axis(format="+.1f", grid=False, tickCount=5)
    x = alt.X("estimate:Q", title="against what was predicted  ←  0  →  as predicted", scale=scale, axis=axis)
    colour = alt.Color(
        "side:N", scale=alt.Scale(domain=list(_KINDS), range=list(_KINDS.values())), legend=None
    )
    tooltip = [
        alt.Tooltip("strand:N", title="Strand"),
        alt.Tooltip("estimate:Q", format="+.2f"),
        alt.Tooltip("low:Q", title="95% from", format="+.2f"),
        alt.Tooltip("high:Q", title="to", format="+.2f"),
        alt.Tooltip("words:N", title="Finding"),
    ]
    known = frame.dropna(subset=["estimate"])
    band = (
        alt.Chart(known)
        .mark_bar(color=_GREY, opacity=0.22, height=_BAND, yOffset=_DOWN)
        .encode(x=alt.X("from:Q", scale=scale), x2="to:Q", y=y)
    )
    zero = alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=_GREY).encode(x="at:Q")
    limits = (
        alt.Chart(known.dropna(subset=["low", "high"]))
        .mark_rule(size=3, yOffset=_DOWN)
        .encode(x=alt.X("low:Q", scale=scale), x2="high:Q", y=y, color=colour, tooltip=tooltip)
    )
    points = (
        alt.Chart(known)
        .mark_point(size=110, filled=True, opacity=1, yOffset=_DOWN)
        .encode(x=x, y=y, color=colour, tooltip=tooltip)
    )
    # Names stand above the lines: beside them they would take the room of the picture.
    names = (
        alt.Chart(frame)
        .mark_text(align="left", fontSize=12, fontWeight="bold", yOffset=_UP)
        .encode(x=alt.X("left:Q", scale=scale), y=y, text="strand:N")
    )
    said = (
        alt.Chart(frame)
        .mark_text(align="left", fontSize=11, yOffset=_UP + 15)
        .encode(x=alt.X("left:Q", scale=scale), y=y, text="words:N")
    )
    return alt.layer(band, zero, limits, points, names, said).properties(height=ROW * max(1, len(rows)))


def _frame(rows: Sequence[ForestRow], reach: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "row": str(number),  # two strands may bear one name
                "strand": r.label,
                "estimate": r.estimate,
                "low": r.low,
                "high": r.high,
                "from": -r.mid,
                "to": r.mid,
                "left": -reach,
                "side": r.side,
                "words": r.words,
            }
            for number, r in enumerate(rows)
        ]
    ).astype({"estimate": float, "low": float, "high": float})
