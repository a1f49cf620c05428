"""Pictures of topics: a map of segments, groups, a tree, likeness. Text stays text in every tooltip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from .topic_relations import Relations

_POINT, _CHOSEN, _LINE = "#3d8fd1", "#d55e00", "#8a8f98"
_MOST_NAME = 32
# Every label stands at the middle of its row, the first one too.
_ROWS: dict[str, Any] = {"labelOverlap": False, "labelFlush": False}
# The room a name takes, as a share of the map.
_NAME_WIDTH, _NAME_HEIGHT = 0.24, 0.045
Chart = alt.LayerChart | alt.FacetChart | alt.Chart


def map_chart(points: pd.DataFrame, topics: pd.DataFrame, chosen: str | None) -> Chart:
    """Segments as points, hover shows the quote, a click selects (``segment``); topics by their names."""
    axis = alt.Axis(labels=False, ticks=False, grid=False, title=None, domain=False)
    x = alt.X("x:Q", axis=axis, scale=alt.Scale(nice=False, padding=20))
    y = alt.Y("y:Q", axis=axis, scale=alt.Scale(nice=False, padding=20))
    picked = alt.selection_point(name="segment", fields=["segment_id"])
    shown = points.assign(is_chosen=points["topic"] == chosen)
    dots = (
        alt.Chart(shown)
        .mark_circle(size=34)
        .encode(
            x=x,
            y=y,
            color=alt.condition("datum.is_chosen", alt.value(_CHOSEN), alt.value(_POINT)),
            opacity=alt.condition("datum.is_chosen", alt.value(0.9), alt.value(0.35)),
            tooltip=[
                alt.Tooltip("quote:N", title="Quote"),
                alt.Tooltip("topic:N", title="Topic"),
                alt.Tooltip("source:N", title="Source"),
            ],
        )
        .add_params(picked)
    )
    names = (
        alt.Chart(_readable(topics.assign(short=_short(topics["name"])), chosen))
        .mark_text(fontSize=12, fontWeight="bold", color=_LINE, dy=-16)
        .encode(x=x, y=y, text="short:N", tooltip=[alt.Tooltip("name:N"), alt.Tooltip("size:Q", format=",")])
    )
    return alt.layer(dots, names).properties(height=400)


def _short(names: Sequence[str] | pd.Series) -> list[str]:
    return [name if len(name) <= _MOST_NAME else name[: _MOST_NAME - 1] + "…" for name in names]


def _readable(topics: pd.DataFrame, chosen: str | None) -> pd.DataFrame:
    """The topics whose names can be written without one over another: the chosen, then the largest."""
    width, height = (float(np.ptp(topics[axis])) or 1.0 for axis in ("x", "y"))
    order = topics.assign(first=topics["name"] == chosen).sort_values(["first", "size"], ascending=False)
    kept: list[int] = []
    for row, x, y in zip(order.index, order["x"], order["y"], strict=True):
        free = all(
            abs(x - topics.at[k, "x"]) > _NAME_WIDTH * width
            or abs(y - topics.at[k, "y"]) > _NAME_HEIGHT * height
            for k in kept
        )
        if free:
            kept.append(row)
    return topics.loc[sorted(kept)]


def words_chart(rows: pd.DataFrame, order: Sequence[str]) -> Chart:
    """The words of topics as bars, a small chart a topic; ``rows`` has topic, word, weight."""
    # The same room for the words of all, so that the charts stand in columns.
    words = alt.Axis(labelLimit=120, minExtent=125, maxExtent=125, **_ROWS)
    return (
        alt.Chart(rows)
        .mark_bar(color=_POINT)
        .encode(
            x=alt.X("weight:Q", title=None, axis=alt.Axis(labels=False, ticks=False, grid=False)),
            y=alt.Y("word:N", sort="-x", title=None, axis=words),
            tooltip=[
                alt.Tooltip("word:N", title="Word"),
                alt.Tooltip("weight:Q", title="c-TF-IDF", format=".3f"),
            ],
        )
        .properties(width=150, height=190)
        .facet(
            alt.Facet(
                "topic:N",
                sort=list(order),
                title=None,
                header=alt.Header(labelLimit=230, labelAnchor="start"),
            ),
            columns=3,
        )
        .resolve_scale(y="independent", x="independent")
    )


def groups_chart(table: pd.DataFrame, order: Sequence[str], *, by_said: bool = False) -> Chart:
    """Topic by group: darker where more people of the group say something in the topic.

    ``by_said``: darker where more of what they say is in it.
    """
    shade, most = ("said", max(float(table["said"].max()), 1e-9)) if by_said else ("share", 1.0)
    height = 24 * table["topic"].nunique() + 60
    sizes = [f"{group} ({n:,})" for group, n in zip(table["group"], table["of_people"], strict=True)]
    base = alt.Chart(table.assign(named=sizes)).encode(
        x=alt.X(
            "named:N",
            sort=list(dict.fromkeys(sizes)),
            title=None,
            # Every group has its name, however narrow its column is.
            axis=alt.Axis(labelAngle=-35, labelLimit=180, orient="top", **_ROWS),
        ),
        y=alt.Y("topic:N", title=None, sort=list(order), axis=alt.Axis(labelLimit=280, **_ROWS)),
    )
    cells = base.mark_rect().encode(
        color=alt.Color(
            f"{shade}:Q", title="Of what they say" if by_said else "Share of people",
            scale=alt.Scale(scheme="blues", domain=[0, most]), legend=alt.Legend(format=".0%"),
        ),
        tooltip=[
            alt.Tooltip("topic:N", title="Topic"),
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("n_people:Q", title="People who say something in it"),
            alt.Tooltip("of_people:Q", title="People in the group"),
            alt.Tooltip("share:Q", title="Share of people", format=".0%"),
            alt.Tooltip("said:Q", title="Share of what they say", format=".1%"),
            alt.Tooltip("n_segments:Q", title="Segments"),
        ],
    )  # fmt: skip
    words = base.mark_text(fontSize=11).encode(
        text=alt.Text("said:Q", format=".0%") if by_said else alt.Text("n_people:Q"),
        color=alt.condition(f"datum.{shade} > {0.55 * most}", alt.value("white"), alt.value("#1c2430")),
    )
    return alt.layer(cells, words).properties(height=height)


def tree_chart(found: Relations, names: Sequence[str]) -> Chart:
    """A dendrogram: topics that join further right, near their names, are more alike."""
    from scipy.cluster.hierarchy import dendrogram

    if not len(found.merges):
        return alt.Chart(pd.DataFrame({"name": list(names)})).mark_text().encode(text="name:N")
    drawn = dendrogram(found.merges, no_plot=True)
    rows = []
    for line, (heights, places) in enumerate(zip(drawn["dcoord"], drawn["icoord"], strict=True)):
        rows += [
            {"line": line, "at": at, "height": height, "place": place}
            for at, (height, place) in enumerate(zip(heights, places, strict=True))
        ]
    leaves = pd.DataFrame(
        {
            "height": 0.0,
            "place": [5.0 + 10 * i for i in range(len(names))],
            "name": [names[leaf] for leaf in drawn["leaves"]],
        }
    )
    top = float(np.max(drawn["dcoord"])) * 1.02
    y = alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[0, 10 * len(names)]))
    lines = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(color=_POINT, strokeWidth=1.5)
        .encode(
            x=alt.X(
                "height:Q",
                title="how different two topics are (cosine distance): 0 is the same",
                scale=alt.Scale(domain=[0, top], reverse=True),
                axis=alt.Axis(grid=False),
            ),
            y=y,
            detail="line:N",
            order="at:Q",
        )
    )
    labels = (
        alt.Chart(leaves.assign(short=_short(leaves["name"])))
        .mark_text(align="left", dx=6, fontSize=11, color=_LINE)
        .encode(x="height:Q", y=y, text="short:N", tooltip="name:N")
    )
    return alt.layer(lines, labels).properties(
        height=22 * len(names) + 40, padding={"right": 230, "left": 5, "top": 5, "bottom": 5}
    )


def likeness_chart(found: Relations, names: Sequence[str]) -> Chart:
    """Cosines of all pairs of topics, in the order of the tree."""
    order = [names[leaf] for leaf in found.leaves()]
    rows = [
        {"first": names[a], "second": names[b], "cosine": float(found.cosines[a, b])}
        for a in range(len(names))
        for b in range(len(names))
    ]
    return (
        alt.Chart(pd.DataFrame(rows))
        .mark_rect()
        .encode(
            x=alt.X("first:N", sort=order, title=None, axis=alt.Axis(labels=False, ticks=False)),
            y=alt.Y("second:N", sort=order, title=None, axis=alt.Axis(labelLimit=260, **_ROWS)),
            color=alt.Color("cosine:Q", title="cosine", scale=alt.Scale(scheme="blues", domain=[0, 1])),
            tooltip=["first:N", "second:N", alt.Tooltip("cosine:Q", format=".2f")],
        )
        .properties(height=20 * len(names) + 40)
    )
