"""Charts of themes. Each is a data function and a chart function; a table stands beside it on screen.

No background, text or axis colour is set, so that a page's light or dark theme (or an exporter's
white sheet) supplies them. Marks use colours of Okabe and Ito's palette, told apart by people with
colour blindness, that keep a contrast of 3:1 or more on white and on near-black.
"""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from .contrast_result import ThemeContrast

BLUE, VERMILION = "#0072B2", "#D55E00"
Layered = alt.LayerChart | alt.FacetChart
_SHARE = alt.Scale(domain=[0, 1])
_GROUP_WIDTH, _HEIGHT = 110, 280


def school_points(contrast: ThemeContrast) -> pd.DataFrame:
    """One row a school with a share: urn, group, value, share, asked, count ('2 of 3')."""
    columns = ["urn", "group", "value", "share", "asked", "count"]
    rows = [
        {
            "urn": s.urn,
            "group": s.place.label,
            "value": s.place.position,
            "share": s.share,
            "asked": s.n_asked,
            "count": f"{s.n_voiced} of {s.n_asked}",
        }
        for s in contrast.schools
        if s.place is not None and s.share is not None
    ]
    return pd.DataFrame(rows, columns=columns)


def group_means(contrast: ThemeContrast) -> pd.DataFrame:
    """One row a group with schools: group, share, low, high (missing where there is no spread), presence."""
    columns = ["group", "share", "low", "high", "presence"]
    rows = [
        {
            "group": g.label,
            "share": g.share,
            "low": g.share_low,
            "high": g.share_high,
            "presence": g.presence,
        }
        for g in contrast.groups
        if g.share is not None
    ]
    return pd.DataFrame(rows, columns=columns)


def theme_by_group_chart(
    contrast: ThemeContrast, *, names: Mapping[str, str] | None = None, value_title: str = "Indicator"
) -> Layered:
    """Dots are schools; a diamond and a bar are each group's mean share and its 95% interval.

    A continuous contrast is a scatter of schools, without groups; ``value_title`` names its axis.
    ``names`` gives schools the names they are pointed at with, in place of their URNs.
    """
    points = school_points(contrast)
    if names is not None:
        points["urn"] = [names.get(urn, urn) for urn in points["urn"]]
    if contrast.contrast == "continuous":
        return _scatter(points, value_title)
    order = [g.label for g in contrast.groups]
    points = _spread(points)
    x = alt.X("group:N", sort=order, title=None, axis=alt.Axis(labelAngle=0))
    y_title = "Share of participants voicing the theme"
    dots = (
        alt.Chart(points)
        .mark_circle(size=90, opacity=0.75, color=BLUE)
        .encode(
            x=x,
            xOffset=alt.XOffset("lane:Q", scale=alt.Scale(domain=[-1, 1])),
            y=alt.Y("share:Q", scale=_SHARE, title=y_title, axis=alt.Axis(format="%")),
            tooltip=[
                alt.Tooltip("urn:N", title="School"),
                alt.Tooltip("group:N", title="Group"),
                alt.Tooltip("count:N", title="Voiced"),
            ],
        )
    )
    means = group_means(contrast)
    base = alt.Chart(means).encode(x=x)
    bars = base.mark_rule(size=2, color=VERMILION).encode(y=alt.Y("low:Q", title=y_title), y2="high:Q")
    diamonds = base.mark_point(shape="diamond", size=160, filled=True, color=VERMILION).encode(
        y=alt.Y("share:Q", title=y_title),
        tooltip=[
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("share:Q", title="Mean school share", format=".0%"),
            alt.Tooltip("low:Q", title="95% interval from", format=".0%"),
            alt.Tooltip("high:Q", title="to", format=".0%"),
            alt.Tooltip("presence:N", title="Any participant"),
        ],
    )
    chart = alt.layer(dots, bars.transform_filter("isValid(datum.low)"), diamonds)
    return chart.properties(width=_GROUP_WIDTH * len(order), height=_HEIGHT)


def _spread(points: pd.DataFrame) -> pd.DataFrame:
    """Give schools of one group and share lanes beside each other, so that none hides another."""
    same = points.groupby(["group", "share"])["urn"]
    rank, size = same.cumcount(), same.transform("size")
    lane = (rank - (size - 1) / 2) * 0.18
    return points.assign(lane=lane.astype(float).clip(-0.95, 0.95))


def _scatter(points: pd.DataFrame, value_title: str) -> Layered:
    dots = (
        alt.Chart(points)
        .mark_circle(size=90, opacity=0.75, color=BLUE)
        .encode(
            x=alt.X("value:Q", title=value_title, scale=alt.Scale(zero=False)),
            y=alt.Y(
                "share:Q",
                scale=_SHARE,
                title="Share of participants voicing the theme",
                axis=alt.Axis(format="%"),
            ),
            tooltip=[
                alt.Tooltip("urn:N", title="School"),
                alt.Tooltip("value:Q", title=value_title, format=".3~g"),
                alt.Tooltip("count:N", title="Voiced"),
            ],
        )
    )
    return alt.layer(dots)
