"""Charts of the displays D2, D3, D5 and D6. Colours are of Okabe and Ito; signs double every colour.

Letters have no colour of their own: the page, or the white sheet of a file, gives it to all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from .case_matrix import BANDS, MARKS, CaseMatrix, State
from .charts import BLUE, VERMILION, Layered
from .joint_display import JointDisplay
from .sentences import counted, p_value, test_words
from .theme_statistics import ThemeStatistics
from .thread import Thread

_GREY = "#8a8f98"
_GREEN, _PURPLE, _OCHRE = "#009E73", "#CC79A7", "#B07D00"
_SHARE = alt.Scale(domain=[0, 1])
_ROW = 46
_POINTS: Mapping[State, dict[str, Any]] = {
    State.VOICED: {"shape": "circle", "filled": True, "color": BLUE},
    State.SILENT: {"shape": "circle", "filled": False, "color": VERMILION},
    State.NOT_VOICED: {"shape": "circle", "filled": False, "color": _OCHRE, "strokeDash": [3, 2]},
}
_STRANDS = (BLUE, VERMILION, _GREEN, _PURPLE, _OCHRE)


# --- D2 -------------------------------------------------------------------------------------------


def standing_chart(shown: JointDisplay) -> Layered:
    """Left of D2: each school at its place among the schools of its phase, by group; lines are quarters.

    Where no school has a number (in a release none has) the schools of each quarter are counted.
    """
    if not any(s.position is not None for s in shown.standings):
        return _band_chart(shown)
    rows = [
        {"group": s.group, "place": s.position, "school": s.label, "value": s.value, "band": s.band}
        for s in shown.standings
        if s.position is not None
    ]
    frame = pd.DataFrame(rows, columns=["group", "place", "school", "value", "band"])
    y = alt.Y("group:N", sort=list(shown.groups), title=None, scale=alt.Scale(domain=list(shown.groups)))
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], grid=False)
    x = alt.X("place:Q", scale=_SHARE, title="schools of the phase with less", axis=axis)
    quarters = alt.Chart(pd.DataFrame({"at": [0.25, 0.5, 0.75]}))
    lines = quarters.mark_rule(color=_GREY, strokeDash=[3, 3]).encode(x=alt.X("at:Q", scale=_SHARE))
    dots = (
        alt.Chart(frame)
        .mark_tick(thickness=3, size=20, color=BLUE, opacity=0.85)
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("school:N", title="School"),
                alt.Tooltip("band:N", title="Band"),
                alt.Tooltip("place:Q", title="Place", format=".0%"),
            ],
        )
    )
    return alt.layer(lines, dots).properties(height=_ROW * max(1, len(shown.groups)))


def _band_chart(shown: JointDisplay) -> Layered:
    counts = Counter((s.group, s.band) for s in shown.standings)
    bands = [*BANDS, *sorted({band for _, band in counts} - set(BANDS))]
    frame = pd.DataFrame(
        [{"group": g, "band": b.replace(" quarter", ""), "n": n} for (g, b), n in counts.items()],
        columns=["group", "band", "n"],
    )
    names = [band.replace(" quarter", "") for band in bands]
    axis = alt.Axis(labelAngle=0, grid=False)
    x = alt.X("band:N", sort=names, scale=alt.Scale(domain=names), title="quarter of the phase", axis=axis)
    y = alt.Y("group:N", sort=list(shown.groups), title=None, scale=alt.Scale(domain=list(shown.groups)))
    numbers = alt.Chart(frame).mark_text(fontSize=15).encode(x=x, y=y, text="n:Q")
    return alt.layer(numbers).properties(height=_ROW * max(1, len(shown.groups)))


def group_share_chart(shown: JointDisplay) -> Layered:
    """Middle of D2: the share of each group as a dot with its interval, and raw counts beside it."""
    frame = pd.DataFrame(
        [
            {"group": g.group, "share": g.share, "low": g.low, "high": g.high, "count": count_words(g)}
            for g in shown.themes
        ],
        columns=["group", "share", "low", "high", "count"],
    ).astype({"share": float, "low": float, "high": float})
    y = alt.Y("group:N", sort=list(shown.groups), title=None, scale=alt.Scale(domain=list(shown.groups)))
    x = alt.X("share:Q", scale=_SHARE, title="share voicing it", axis=alt.Axis(format="%", grid=False))
    tooltip: list[Any] = [
        alt.Tooltip("group:N", title="Group"),
        alt.Tooltip("share:Q", title="Share", format=".0%"),
        alt.Tooltip("low:Q", title="95% from", format=".0%"),
        alt.Tooltip("high:Q", title="to", format=".0%"),
        alt.Tooltip("count:N", title="Voiced"),
    ]
    limits = (
        alt.Chart(frame.dropna(subset=["low", "high"]))
        .mark_rule(size=3, color=VERMILION)
        .encode(x=alt.X("low:Q", scale=_SHARE), x2="high:Q", y=y, tooltip=tooltip)
    )
    dots = (
        alt.Chart(frame.dropna(subset=["share"]))
        .mark_point(size=120, filled=True, opacity=1, color=VERMILION)
        .encode(x=x, y=y, tooltip=tooltip)
    )
    words = (
        alt.Chart(frame.assign(at=0.0))
        .mark_text(align="left", dx=5, dy=17, fontSize=11)
        .encode(x=alt.X("at:Q", scale=_SHARE), y=y, text="count:N")
    )
    return alt.layer(limits, dots, words).properties(height=_ROW * max(1, len(shown.groups)))


def count_words(group: Any) -> str:
    """'5 of 7 people, 3 of 4 schools', or that it is suppressed."""
    if group.is_hidden:
        return "suppressed"
    people = f"{group.n_voiced} of {group.n_people} {'person' if group.n_people == 1 else 'people'}"
    if group.n_cases_voiced is None:
        return f"{people}, {counted(group.n_cases, 'school')}"
    return f"{people}, {group.n_cases_voiced} of {counted(group.n_cases, 'school')}"


# --- D3 -------------------------------------------------------------------------------------------


def statistics_chart(shown: ThemeStatistics) -> Layered:
    """D3 as a grid: the share of each theme in each group, written in its square; the test at the right."""
    rows = [
        {
            "theme": row.name,
            "group": cell.group,
            "share": cell.share,
            "text": _square(cell),
            "count": count_words(cell),
        }
        for row in shown.rows
        for cell in row.cells
    ]
    frame = pd.DataFrame(rows, columns=["theme", "group", "share", "text", "count"])
    frame = frame.astype({"share": float})
    order = [row.name for row in shown.rows]
    y = alt.Y(
        "theme:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelLimit=260, labelOverlap=False, labelFlush=False, labelBound=False),
    )
    x = alt.X("group:N", sort=list(shown.groups), title=None, axis=alt.Axis(labelAngle=0, orient="top"))
    tooltip: list[Any] = [
        alt.Tooltip("theme:N", title="Theme"),
        alt.Tooltip("group:N", title="Group"),
        alt.Tooltip("share:Q", title="Mean school share", format=".0%"),
        alt.Tooltip("count:N", title="Voiced"),
    ]
    known = frame.dropna(subset=["share"])
    squares = (
        alt.Chart(known)
        .mark_rect()
        .encode(
            x=x,
            y=y,
            color=alt.Color("share:Q", scale=alt.Scale(scheme="viridis", domain=[0, 1]), legend=None),
            tooltip=tooltip,
        )
    )
    # viridis runs from dark to light: white letters on the lower half, black above.
    letters = (
        alt.Chart(known)
        .mark_text(fontSize=11)
        .encode(
            x=x,
            y=y,
            text="text:N",
            color=alt.condition(alt.datum.share > 0.55, alt.value("black"), alt.value("white")),
            tooltip=tooltip,
        )
    )
    blank = frame[frame["share"].isna()]
    hidden = alt.Chart(blank).mark_text(fontSize=11).encode(x=x, y=y, text="text:N")
    return alt.layer(squares, letters, hidden).properties(width=alt.Step(88), height=alt.Step(22))


def _square(cell: Any) -> str:
    if cell.is_hidden:
        return "suppressed"
    if cell.share is None:
        return "–"
    return f"{cell.share:.0%} ({cell.n_voiced}/{cell.n_people})"


def statistics_tests_chart(shown: ThemeStatistics) -> Layered:
    """The tests of D3 in words, a line a theme as in the grid; p never without the least possible one."""
    names = (shown.estimate_kind or "estimate", "p (least possible)", "q")
    rows = []
    for row in shown.rows:
        told = (
            "–" if row.estimate is None else f"{row.estimate:+.2f}",
            "–" if row.is_hidden else test_words(row.p, row.min_p),
            "–" if row.q is None else p_value(row.q),
        )
        rows += [
            {"theme": row.name, "what": name, "text": text} for name, text in zip(names, told, strict=True)
        ]
    frame = pd.DataFrame(rows, columns=["theme", "what", "text"])
    axis = alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False, labelLimit=110)
    words = (
        alt.Chart(frame)
        .mark_text(fontSize=11)
        .encode(
            x=alt.X("what:N", sort=list(names), title=None, axis=axis),
            y=alt.Y("theme:N", sort=[row.name for row in shown.rows], axis=None),
            text="text:N",
        )
    )
    return alt.layer(words).properties(
        width=alt.Step(112), height=alt.Step(22), view=alt.ViewBackground(stroke=None)
    )


# --- D5 -------------------------------------------------------------------------------------------


def case_matrix_chart(shown: CaseMatrix) -> Layered:
    """D5 as a grid: schools down, bands and themes across; a sign for each state, deviant cases marked."""
    order = [row.label for row in shown.rows]
    bands = pd.DataFrame(
        [
            {"school": row.label, "column": shown.indicators[name], "text": band.replace(" quarter", "")}
            for row in shown.rows
            for name, band in row.bands.items()
        ],
        columns=["school", "column", "text"],
    )
    cells = pd.DataFrame(
        [
            {
                "school": row.label,
                "column": shown.themes[cell.theme],
                "sign": MARKS[cell.state],
                "state": cell.state.value,
                "shown": cell.shown,
            }
            for row in shown.rows
            for cell in row.cells
        ],
        columns=["school", "column", "sign", "state", "shown"],
    )
    deviant = pd.DataFrame(
        [{"school": r.label, "column": "contradicts", "text": "◆"} for r in shown.rows if r.deviant],
        columns=["school", "column", "text"],
    )
    has_deviant = bool(len(deviant))
    columns = [*shown.indicators.values(), *shown.themes.values(), *(["contradicts"] if has_deviant else [])]
    y = alt.Y("school:N", sort=order, title=None, scale=alt.Scale(domain=order))
    axis = alt.Axis(labelAngle=-45, orient="top", labelLimit=150, labelOverlap=False)
    x = alt.X("column:N", sort=columns, title=None, scale=alt.Scale(domain=columns), axis=axis)
    words = alt.Chart(bands).mark_text(fontSize=11).encode(x=x, y=y, text="text:N")
    tooltip: list[Any] = [
        alt.Tooltip("school:N", title="School"),
        alt.Tooltip("column:N", title="Theme"),
        alt.Tooltip("state:N", title="It is"),
        alt.Tooltip("shown:N", title="People"),
    ]
    signs = [
        alt.Chart(cells[cells["state"] == state.value])
        .mark_point(size=110, strokeWidth=2, opacity=1, **options)
        .encode(x=x, y=y, tooltip=tooltip)
        for state, options in _POINTS.items()
    ]
    others = cells[~cells["state"].isin([state.value for state in _POINTS])]
    signs.append(
        alt.Chart(others).mark_text(fontSize=14, color=_GREY).encode(x=x, y=y, text="sign:N", tooltip=tooltip)
    )
    marks = alt.Chart(deviant).mark_text(fontSize=14, color=VERMILION).encode(x=x, y=y, text="text:N")
    step = max(44, min(74, 800 // max(1, len(columns))))
    return alt.layer(words, *signs, marks).properties(width=alt.Step(step), height=alt.Step(24))


# --- D6 -------------------------------------------------------------------------------------------


def thread_chart(shown: Thread) -> Layered:
    """D6: codings of the theme by time, stacked by strand."""
    frame = pd.DataFrame(
        [
            {"when": c.when, "strand": c.strand, "codings": c.n_codings, "sources": c.n_sources}
            for c in shown.counts
        ],
        columns=["when", "strand", "codings", "sources"],
    )
    strands = sorted(set(frame["strand"]))
    scale = alt.Scale(domain=strands, range=list(_STRANDS[: max(1, len(strands))]))
    bars = (
        alt.Chart(frame)
        .mark_bar(size=28)
        .encode(
            x=alt.X("when:N", sort="ascending", title=f"{shown.span} of coding", axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("strand:N", sort=strands),
            y=alt.Y("codings:Q", title="codings", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color("strand:N", scale=scale, title=None, legend=alt.Legend(orient="top")),
            tooltip=[
                alt.Tooltip("when:N", title=shown.span.capitalize()),
                alt.Tooltip("strand:N", title="Strand"),
                alt.Tooltip("codings:Q", title="Codings"),
                alt.Tooltip("sources:Q", title="Sources"),
            ],
        )
    )
    return alt.layer(bars).properties(height=230)
