"""All schools of a phase by one number, with the schools of the study and their comparison schools marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from .charts import VERMILION, Layered
from .profile_charts import GREY, right_end

_FILL = "#3d8fd1"
_N_BARS = 60


def distribution_chart(
    population: Sequence[float],
    own: Mapping[str, float],
    near: Mapping[str, float],
    *,
    title: str,
    chosen: str | None = None,
) -> Layered:
    """A histogram of ``population``; diamonds are the study's schools, circles comparison schools.

    The last bar holds a long thin tail too. The label of the ``chosen`` school stands at its diamond.
    """
    marked = [value for value in (*own.values(), *near.values()) if not np.isnan(value)]
    end = right_end(population, marked)
    counts, edges = np.histogram(np.minimum(np.asarray(population, dtype=float), end), bins=_N_BARS)
    bars = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "n": counts})
    x = alt.X("low:Q", title=title, axis=alt.Axis(grid=False))
    layers: list[alt.Chart] = [
        alt.Chart(bars)
        .mark_bar(color=_FILL, opacity=0.45)
        .encode(
            x=x,
            x2="high:Q",
            y=alt.Y("n:Q", title="Schools", axis=alt.Axis(tickCount=4, grid=False)),
            y2=alt.datum(0),
            tooltip=[
                alt.Tooltip("low:Q", title="From", format=".1f"),
                alt.Tooltip("high:Q", title="to", format=".1f"),
                alt.Tooltip("n:Q", title="Schools", format=","),
            ],
        )
    ]
    if len(population):
        cuts = pd.DataFrame(
            {
                "low": np.quantile(population, (0.25, 0.5, 0.75)),
                "cut": ["lower quartile", "median", "upper quartile"],
            }
        )
        layers.append(
            alt.Chart(cuts)
            .mark_rule(color=GREY, strokeDash=[3, 2])
            .encode(x="low:Q", tooltip=["cut:N", alt.Tooltip("low:Q", title="at", format=".2f")])
        )
    height = int(counts.max()) if len(counts) else 1
    layers += [
        _marks(near, "Comparison school", "circle", _FILL, height * 0.35),
        _marks(own, "School of the study", "diamond", VERMILION, height * 0.65),
    ]
    if chosen is not None and chosen in own and not np.isnan(own[chosen]):
        place = (own[chosen] - edges[0]) / (edges[-1] - edges[0])
        layers.append(_name_of(chosen, own[chosen], height * 0.65, place=place))
    return alt.layer(*layers).properties(height=240)


def _marks(values: Mapping[str, float], what: str, shape: str, colour: str, at: float) -> alt.Chart:
    known = {label: value for label, value in values.items() if not np.isnan(value)}
    points = pd.DataFrame({"label": list(known), "low": list(known.values())}).astype(
        {"label": str, "low": float}
    )
    points["at"] = at
    return (
        alt.Chart(points)
        .mark_point(shape=shape, size=130, filled=True, color=colour, opacity=0.95, stroke="white")
        .encode(
            x="low:Q",
            y="at:Q",
            tooltip=[alt.Tooltip("label:N", title=what), alt.Tooltip("low:Q", title="value", format=".1f")],
        )
    )


def _name_of(label: str, value: float, at: float, *, place: float) -> alt.Chart:
    """The name at its diamond; at an end of the axis (``place`` near 0 or 1) it stands inside the chart."""
    align = "left" if place < 0.1 else "right" if place > 0.9 else "center"
    point = pd.DataFrame({"label": [label], "low": [value], "at": [at]})
    return (
        alt.Chart(point)
        .mark_text(dy=-14, align=align, fontWeight="bold", color=VERMILION, fontSize=13)
        .encode(x="low:Q", y="at:Q", text="label:N")
    )
