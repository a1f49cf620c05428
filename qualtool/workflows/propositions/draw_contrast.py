"""The chart of a theme by an indicator. Apart from the tables, so that the command line loads no charts."""

from __future__ import annotations

import io
from typing import Literal

import altair as alt

from ...triangulate.charts import Layered, theme_by_group_chart
from .triangulating import TriangulatedTheme

_WIDTH, _HEIGHT = 290, 330


def draw_contrast(found: TriangulatedTheme, *, label: str) -> Layered:
    """Dots for schools, the mean share of each group with its interval; ``label`` names the indicator."""
    chart = theme_by_group_chart(found.contrast, names=found.schools, value_title=label)
    return chart.properties(width=_WIDTH, height=_HEIGHT)


def contrast_picture(
    found: TriangulatedTheme, format: Literal["png", "svg"], *, title: str, label: str
) -> bytes:
    """The chart on a white sheet with the finding under its title, for a paper or a slide."""
    subtitle = [*found.sentences[1:3], "Confidential working copy."]
    chart = draw_contrast(found, label=label).properties(
        title=alt.TitleParams(title, subtitle=subtitle, anchor="start"), background="white"
    )
    if format == "png":
        buffer = io.BytesIO()
        chart.save(buffer, format="png", scale_factor=2)
        return buffer.getvalue()
    text = io.StringIO()
    chart.save(text, format="svg")
    return text.getvalue().encode()
