"""The answers of the page Triangulate: words, figures, a chart, tables, and the quotes behind a cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.contrast_choice import Question
from qualtool.pages.parts.quote_cards import show_passages
from qualtool.pages.state import plain
from qualtool.triangulate.sentences import counted
from qualtool.workflows.propositions.contrast_page import (
    CONTRAST_WORDS,
    contrast_table,
    evidence_behind,
    figures_of,
    group_rows,
    school_rows,
)
from qualtool.workflows.propositions.draw_contrast import contrast_picture, draw_contrast
from qualtool.workflows.propositions.triangulating import TriangulatedTheme
from qualtool.workflows.roles import Role, may, put_off
from qualtool.workflows.themes.quote_groups import passages_of

# Short headings, so that a table fits beside the chart; the files have the long ones.
_COLUMNS = {
    "mean share": st.column_config.NumberColumn("share", format="percent", help="Mean share of its schools"),
    "from": st.column_config.NumberColumn(format="percent", help="95% interval from"),
    "to": st.column_config.NumberColumn(format="percent", help="95% interval to"),
    "share": st.column_config.NumberColumn(format="percent"),
    "people": st.column_config.NumberColumn("people"),
    "people asked": st.column_config.NumberColumn("asked", help="People asked, or voicing it unasked"),
    "people voicing": st.column_config.NumberColumn("voiced", help="People who voiced it"),
    "schools voicing": st.column_config.NumberColumn("any", help="Schools where somebody voiced it"),
}
_TYPES = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BEHIND = "tri_behind"


def show_finding(found: TriangulatedTheme) -> None:
    """The finding in words, then its figures; what is undefined with its reason."""
    presence, *rest = found.sentences
    st.markdown(f"**{plain(presence)}**")
    st.markdown(plain(" ".join(rest)))
    reason = found.contrast.reason
    if reason and found.contrast.estimate is None:
        st.info(plain(f"{reason[0].upper()}{reason[1:]}."), icon=":material/info:")
    elif reason:
        st.caption(plain(f"{reason[0].upper()}{reason[1:]}."))
    figures = figures_of(found)
    # An interval and a p with its floor need more room than a number of schools.
    widths = [5 if " " in figure.shown else 3 for figure in figures]
    for column, figure in zip(st.columns(widths), figures, strict=True):
        column.metric(plain(figure.label), figure.shown, help=plain(figure.help) or None)


def show_tables(found: TriangulatedTheme, question: Question, *, key: str) -> None:
    """The chart, and beside it groups and schools; a row pressed chooses the quotes shown below."""
    left, right = st.columns([4, 6], gap="medium")
    with left:
        st.altair_chart(draw_contrast(found, label=question.pair.label), width="content", key="tri_chart")
        st.caption(
            "Dots: schools, at the share of their people who voiced the theme. "
            + (
                ""
                if question.pair.contrast == "continuous"
                else "Diamonds: mean of the group, with its 95% interval."
            )
        )
    with right:
        groups, schools = group_rows(found), school_rows(found)
        _selectable(groups, f"tri_groups_{key}", lambda row: f"g:{row['group']}", "Groups")
        _selectable(schools, f"tri_schools_{key}", lambda row: f"s:{row['urn']}", "Schools")
        st.caption("Press the box before a row to see the quotes behind it.")


def _selectable(
    rows: Sequence[dict[str, Any]], key: str, choice: Callable[[dict[str, Any]], str], label: str
) -> None:
    def chosen() -> None:
        places = st.session_state[key].selection.rows
        if places and places[0] < len(rows):
            st.session_state[_BEHIND] = choice(rows[places[0]])

    st.markdown(f"**{label}**")
    st.dataframe(
        [{k: round(v, 2) if isinstance(v, float) else v for k, v in row.items()} for row in rows],
        key=key,
        hide_index=True,
        width="stretch",
        height="content" if len(rows) <= 6 else 250,
        on_select=chosen,
        selection_mode="single-row",
        column_config=_COLUMNS,
    )


def show_evidence(study: Path, found: TriangulatedTheme, question: Question, *, key: str) -> None:
    """The quotes of the schools chosen; who was asked and silent, and who was not asked."""
    cells = _cells(found)
    if st.session_state.get(_BEHIND) not in cells:
        st.session_state[_BEHIND] = "all"
    cell = st.selectbox("The quotes behind", list(cells), format_func=lambda c: cells[c][0], key=_BEHIND)
    behind = evidence_behind(study, found, cells[cell][1], question.stance)
    if behind.silent_schools:
        st.caption(plain(f"Asked, and nobody voiced it: {', '.join(behind.silent_schools)}."))
    passages, others = passages_of(behind.quotes), passages_of(behind.others)
    tabs = st.tabs(
        [
            f"Voiced ({len(passages)})",
            f"Asked and silent ({_n(len(behind.silent))})",
            f"Not counted ({counted(len(others), 'quote')}, {_n(len(behind.not_asked))} not asked)",
        ]
    )
    with tabs[0]:
        show_passages(passages, key=f"tri_{key}_{cell}_v", with_codes=len(found.codes) > 1)
    with tabs[1]:
        _people(behind.silent, "Nobody was asked and stayed silent.")
    with tabs[2]:
        st.caption(
            "Quotes of the theme's codes that do not count as voicing it, or of people of whom the "
            "whole expression is not true."
        )
        show_passages(others, key=f"tri_{key}_{cell}_o", with_codes=True)
        _people(behind.not_asked, "Everybody was asked, or voiced it unasked.")


def _cells(found: TriangulatedTheme) -> dict[str, tuple[str, set[str]]]:
    """Choice -> its label and its URNs: everything, each group, each school."""
    schools = found.contrast.schools
    cells = {"all": (f"All {counted(len(schools), 'school')}", {s.urn for s in schools})}
    for group in found.contrast.groups:
        urns = {s.urn for s in schools if s.place is not None and s.place.label == group.label}
        cells[f"g:{group.label}"] = (f"Group {group.label} ({counted(len(urns), 'school')})", urns)
    for s in schools:
        name = found.schools.get(s.urn, s.urn)
        count = f"{s.n_voiced} of {s.n_asked} voiced it" if s.n_asked else "nobody asked"
        cells[f"s:{s.urn}"] = (f"{name}: {count}", {s.urn})
    return cells


def _n(people: int) -> str:
    return "1 person" if people == 1 else f"{people} people"


def _people(rows: Sequence[dict[str, str]], none: str) -> None:
    if not rows:
        st.caption(none)
        return
    st.dataframe(
        [{"Speaker": r["participant"], "Role": r["role"], "School": r["school"]} for r in rows],
        hide_index=True,
        width="stretch",
    )


def show_downloads(study: Path, found: TriangulatedTheme, question: Question) -> None:
    """Chart and tables as files; each is made when it is asked for."""
    if not may(Role.CODER):
        return
    label = question.pair.label
    title = f"{found.theme_name} by {label}: {CONTRAST_WORDS[question.pair.contrast].lower()}"
    stem = re.sub(r"[^a-z0-9]+", "_", f"{found.theme_name} {found.indicator}".lower()).strip("_")[:60]
    makers: dict[str, Callable[[], bytes]] = {
        "png": lambda: contrast_picture(found, "png", title=title, label=label),
        "svg": lambda: contrast_picture(found, "svg", title=title, label=label),
        "csv": lambda: contrast_table(study, found, "csv"),
        "xlsx": lambda: contrast_table(study, found, "xlsx"),
    }
    with st.container(horizontal=True, vertical_alignment="center"):
        for format, make in makers.items():
            st.download_button(
                f"{'Chart' if format in ('png', 'svg') else 'Tables'} {format.upper()}",
                data=put_off(make),
                file_name=f"{stem}.{format}",
                mime=_TYPES[format],
                icon=":material/download:",
                on_click="ignore",
                key=f"tri_{format}",
            )
        st.caption("Confidential working copies, not suppressed.")
