"""Pictures of the displays. Apart from their data, so that the command line loads charts only for them."""

from __future__ import annotations

import io
import textwrap
from typing import Any, Literal

import altair as alt

from ...triangulate.case_matrix import CaseMatrix
from ...triangulate.display_charts import (
    case_matrix_chart,
    group_share_chart,
    standing_chart,
    statistics_chart,
    statistics_tests_chart,
    thread_chart,
)
from ...triangulate.joint_display import JointDisplay
from ...triangulate.pillar import COLUMNS as PILLAR_COLUMNS
from ...triangulate.pillar import Pillar
from ...triangulate.text_table_chart import text_table_chart
from ...triangulate.theme_statistics import ThemeStatistics
from ...triangulate.thread import Thread
from ..propositions.proposition_page import GLYPH_MEANINGS, GLYPH_WORDS
from .display_strands import Convergence
from .display_tables import tables_of
from .displays import Shown

Picture = Literal["png", "svg"]
_WIDE = 130
_PILLAR_WIDTHS = (230, 140, 230, 230, 290)


def draw(content: object) -> Any:
    """The chart of a display, for a screen or a file."""
    match content:
        case Convergence():
            return _convergence(content)
        case ThemeStatistics():
            return alt.hconcat(statistics_chart(content), statistics_tests_chart(content), spacing=6)
        case CaseMatrix():
            return case_matrix_chart(content)
        case JointDisplay():
            return _joint(content)
        case Pillar():
            rows = [row.texts() for row in content.rows]
            return text_table_chart(PILLAR_COLUMNS, rows, _PILLAR_WIDTHS, bold=2)
        case Thread():
            return thread_chart(content).properties(width=640)
        case _:
            raise TypeError(f"there is no picture of {type(content).__name__}")


def _convergence(content: Convergence) -> Any:
    table = content.table()
    columns = [c for c in table.columns if c not in ("stale", "stated")]
    widths = [{"id": 44, "proposition": 260, "against": 110, "researcher": 90}.get(c, 150) for c in columns]
    matrix = text_table_chart(columns, [[str(row[c]) for c in columns] for row in table.rows], widths)
    signs = [GLYPH_MEANINGS[at : at + 3] for at in range(0, len(GLYPH_MEANINGS), 3)]
    return alt.vconcat(matrix, text_table_chart(("signs", "", ""), signs, (200, 200, 200)), spacing=18)


def _joint(content: JointDisplay) -> Any:
    left = standing_chart(content).properties(width=330, title=content.indicator)
    middle = group_share_chart(content).properties(width=330, title=content.theme)
    quotes = tables_of(content)[2]
    rows = [
        [q["group"], q["quote"], " · ".join(p for p in (q["who"], q["school"]) if p), q["against"]]
        for q in quotes.rows
    ]
    words = text_table_chart(("group", "quote", "who", "against"), rows, (60, 440, 170, 130))
    parts: list[Any] = [alt.hconcat(left, middle, spacing=30), words]
    if content.foot:
        parts.append(text_table_chart(("taken together",), [[content.foot]], (800,)))
    return alt.vconcat(*parts, spacing=18)


def picture(shown: Shown[Any], format: Picture, *, standing: str) -> bytes:
    """The picture on a white sheet, with what has to stand beside it under its title."""
    # The signs of D1 stand in a table of their own, each apart: see text_table_chart.
    lines = [line for line in (standing, *shown.foot.lines()) if GLYPH_WORDS not in line]
    subtitle = [part for line in lines for part in textwrap.wrap(line, _WIDE)]
    title = alt.TitleParams(
        textwrap.wrap(shown.title, 90), subtitle=subtitle, anchor="start", subtitleColor="#444"
    )
    chart = draw(shown.content).properties(title=title, background="white", padding=12)
    chart = chart.configure_text(color="#222")
    if format == "svg":
        text = io.StringIO()
        chart.save(text, format="svg")
        return text.getvalue().encode()
    buffer = io.BytesIO()
    chart.save(buffer, format="png", scale_factor=2)
    return buffer.getvalue()
