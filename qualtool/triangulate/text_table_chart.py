"""A table of words as a picture, for displays whose cells are text (D1, D4)."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import altair as alt
import pandas as pd

from .charts import Layered

_LINE, _PAD, _SIZE = 14, 12, 11
_CHARACTER = 5.9  # width of a letter at this size, on average
_GREY = "#8a8f98"
_MOST_LINES = 24
_SIGNS, _SIGN_WIDTH = tuple("▲△▼▽○"), 13


def text_table_chart(
    columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], *, bold: int | None = None
) -> Layered:
    """Rows of cells with wrapped words under a line of headings; ``widths`` in pixels, one a column.

    ``bold`` is the number of a column whose words stand out.
    """
    lefts = [sum(widths[:i]) for i in range(len(widths))]
    texts, rules = [], []
    y = 0.0
    for is_head, cells in [(True, list(columns)), *((False, list(row)) for row in rows)]:
        wrapped = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
        for number, (lines, left) in enumerate(zip(wrapped, lefts, strict=True)):
            weight = "bold" if is_head or number == bold else "normal"
            for i, line in enumerate(lines):
                at = y + _PAD / 2 + _LINE * (i + 1)
                for shift, part in _parts(line):
                    texts.append({"x": left + 4 + shift, "y": at, "text": part, "weight": weight})
        y += _LINE * max(1, *(len(lines) for lines in wrapped)) + _PAD
        rules.append({"y": y, "x": 0, "x2": sum(widths)})
    size_x = alt.Scale(domain=[0, sum(widths)], nice=False)
    size_y = alt.Scale(domain=[0, y + 4], reverse=True, nice=False)
    x = alt.X("x:Q", scale=size_x, axis=None)
    across = alt.Y("y:Q", scale=size_y, axis=None)
    frame = pd.DataFrame(texts, columns=["x", "y", "text", "weight"])
    layers = [
        alt.Chart(frame[frame["weight"] == weight])
        .mark_text(align="left", baseline="bottom", fontSize=_SIZE, fontWeight=weight)
        .encode(x=x, y=across, text="text:N")
        for weight in ("bold", "normal")
    ]
    lines = alt.Chart(pd.DataFrame(rules)).mark_rule(color=_GREY, opacity=0.6).encode(x=x, x2="x2", y=across)
    return alt.layer(lines, *layers).properties(
        width=sum(widths), height=int(y) + 4, view=alt.ViewBackground(stroke=None)
    )


def _parts(line: str) -> list[tuple[int, str]]:
    """A sign at the head of a line stands alone: a font that lacks it would change the words after it."""
    if line[:1] in _SIGNS and line[1:2] == " ":
        return [(0, line[0]), (_SIGN_WIDTH, line[2:])]
    return [(0, line)]


def _wrapped(text: str, width: int) -> list[str]:
    letters = max(8, int((width - 8) / _CHARACTER))
    lines = [line for part in text.split("\n") for line in textwrap.wrap(part, letters) or [""]]
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "…"]
