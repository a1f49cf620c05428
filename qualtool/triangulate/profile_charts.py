"""A school among the schools of its phase: a strip for each indicator, a small line over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from .charts import VERMILION, Layered

GREY = "#8a8f98"
# Lighter than the blue of other charts: thin, see-through marks need it on near-black.
_TICK = "#3d8fd1"
MOST_MARKS = 300
_STRIP_WIDTH, _TREND_WIDTH, _HEIGHT = 225, 85, 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One indicator: the numbers of all schools, the three cuts, this school's number, its years."""

    title: str
    population: Sequence[float]
    cuts: Sequence[float] | None
    value: float | None
    trend: Sequence[tuple[str, float]]


def thinned(population: Sequence[float], most: int = MOST_MARKS) -> list[float]:
    """At most ``most`` numbers, evenly spaced in rank, both ends kept."""
    values = sorted(population)
    if len(values) <= most:
        return values
    step = (len(values) - 1) / (most - 1)
    return [values[round(i * step)] for i in range(most)]


# From so many schools on, a tail that would take half of the picture is drawn at its end.
_MANY, _TAIL, _FAR = 200, 0.995, 1.5


def right_end(population: Sequence[float], marked: Sequence[float] = ()) -> float:
    """Where the picture of a distribution ends: at its largest number, or before a long thin tail.

    What is ``marked`` is always inside. Numbers beyond the end are drawn at it.
    """
    values = sorted(population)
    if not values:
        return 0.0
    at = values[round(_TAIL * (len(values) - 1))]
    is_long = len(values) >= _MANY and values[-1] > _FAR * at > 0
    return max([at if is_long else values[-1], *marked])


def profile_chart(strips: Sequence[Strip]) -> alt.VConcatChart:
    """The strips under each other, each with its line over the years at its right."""
    rows = [
        alt.hconcat(
            _strip(strip),
            _trend(strip.trend),
            spacing=12,
            title=alt.TitleParams(strip.title, anchor="start", fontSize=13, offset=2),
        )
        for strip in strips
    ]
    return alt.vconcat(*rows, spacing=16).resolve_scale(x="independent", y="independent")


def _strip(strip: Strip) -> Layered:
    x = alt.X(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=6),
        axis=alt.Axis(tickCount=5, grid=False),
    )
    end = right_end(strip.population, () if strip.value is None else (strip.value,))
    shown = [min(value, end) for value in strip.population]
    others = pd.DataFrame({"value": thinned(shown)}, dtype=float)
    layers: list[alt.Chart] = [
        alt.Chart(others)
        .mark_tick(color=_TICK, opacity=0.5, thickness=1, size=16)
        .encode(x=x, tooltip=[alt.Tooltip("value:Q", title="A school of its phase", format=".1f")])
    ]
    if strip.cuts is not None:
        names = ("lower quartile", "median", "upper quartile")
        cuts = pd.DataFrame({"value": list(strip.cuts), "cut": names})
        tooltip = [alt.Tooltip("cut:N", title="Cut"), alt.Tooltip("value:Q", format=".1f")]
        base = alt.Chart(cuts).encode(x=x, tooltip=tooltip)
        layers.append(base.transform_filter("datum.cut != 'median'").mark_rule(color=GREY, strokeDash=[3, 2]))
        layers.append(base.transform_filter("datum.cut == 'median'").mark_rule(color=GREY, size=2))
    if strip.value is not None:
        this = pd.DataFrame({"value": [strip.value]}, dtype=float)
        layers.append(
            alt.Chart(this)
            .mark_point(shape="diamond", size=150, filled=True, color=VERMILION, opacity=1)
            .encode(x=x, tooltip=[alt.Tooltip("value:Q", title="This school", format=".1f")])
        )
    return alt.layer(*layers).properties(width=_STRIP_WIDTH, height=_HEIGHT)


# A single year has one tick, at the value itself with all its digits.
_SHORT = "format(datum.value, abs(datum.value) < 100 ? '.1~f' : ',.0f')"


def _trend(trend: Sequence[tuple[str, float]]) -> Layered:
    points = pd.DataFrame(list(trend), columns=["year", "value"]).astype({"year": str, "value": float})
    years = [str(year) for year, _ in trend]
    line = (
        alt.Chart(points)
        .mark_line(color=VERMILION, point=alt.OverlayMarkDef(color=VERMILION, size=28))
        .encode(
            x=alt.X(
                "year:O",
                title=None,
                sort=years,
                axis=alt.Axis(
                    values=[*years[:1], *years[-1:]], labelAngle=0, labelExpr="slice(datum.value, 2)"
                ),
            ),
            y=alt.Y(
                "value:Q",
                title=None,
                scale=alt.Scale(zero=False, nice=False, padding=4),
                axis=alt.Axis(tickCount=2, grid=False, orient="right", labelExpr=_SHORT),
            ),
            tooltip=[
                alt.Tooltip("year:N", title="Year"),
                alt.Tooltip("value:Q", title="Value", format=".1f"),
            ],
        )
    )
    return alt.layer(line).properties(width=_TREND_WIDTH, height=_HEIGHT)
