"""The strands of a proposition beside each other: estimate, interval, and the difference set as important."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from .charts import BLUE, VERMILION, Layered

_GREY = "#8a8f98"
_ROW = 44
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
    """One line a strand; the band in the middle holds differences smaller than the important one.

    Estimates are signed: to the right is as predicted.
    """
    frame = pd.DataFrame(
        [
            {
                "strand": r.label,
                "estimate": r.estimate,
                "low": r.low,
                "high": r.high,
                "from": -r.mid,
                "to": r.mid,
                "side": r.side,
                "words": r.words,
            }
            for r in rows
        ]
    ).astype({"estimate": float, "low": float, "high": float})
    y = alt.Y("strand:N", sort=None, title=None, axis=alt.Axis(labelLimit=230))
    limit = max([0.5, *(abs(v) for r in rows for v in (r.estimate, r.low, r.high) if v is not None)])
    scale = alt.Scale(domain=[-min(1.0, limit * 1.05), min(1.0, limit * 1.05)])
    title = "difference as predicted (right) or against (left)"
    x = alt.X("estimate:Q", title=title, scale=scale, axis=alt.Axis(format="+.2f", grid=False))
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
    band = (
        alt.Chart(frame)
        .mark_bar(color=_GREY, opacity=0.18, height=_ROW - 10)
        .encode(x=alt.X("from:Q", scale=scale), x2="to:Q", y=y)
    )
    zero = alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=_GREY).encode(x="at:Q")
    known = frame.dropna(subset=["estimate"])
    limits = (
        alt.Chart(known.dropna(subset=["low", "high"]))
        .mark_rule(size=3)
        .encode(x=alt.X("low:Q", scale=scale), x2="high:Q", y=y, color=colour, tooltip=tooltip)
    )
    points = (
        alt.Chart(known)
        .mark_point(size=110, filled=True, opacity=1)
        .encode(x=x, y=y, color=colour, tooltip=tooltip)
    )
    missing = frame[frame["estimate"].isna()].assign(at=0.0)
    notes = (
        alt.Chart(missing)
        .mark_text(color=_GREY, dy=0, fontStyle="italic", fontSize=12)
        .encode(x=alt.X("at:Q", scale=scale), y=y, text="words:N")
    )
    return alt.layer(band, zero, limits, points, notes).properties(height=_ROW * max(1, len(rows)) + 20)
