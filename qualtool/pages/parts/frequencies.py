"""The tab Frequencies: codes by a variable, as a chart, a table and a file, and the quotes behind."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from qualtool.pages.parts.quotes import show_quotes
from qualtool.pages.parts.theme_scope import Scope, variable_name
from qualtool.workflows.exports.exporting import export_bytes
from qualtool.workflows.roles import Role, may, put_off
from qualtool.workflows.themes.theme_charts import frequency_chart
from qualtool.workflows.themes.theme_page import ThemeTable, code_choices, quotes_behind, theme_table
from qualtool.workflows.themes.themes import group_names

MEASURES = {
    "participants": "Participants",
    "share": "Share of participants",
    "cases": "Cases",
    "codings": "Codings",
    "segments": "Segments (sentences)",
    "words": "Words",
}
TOP = 15
_MIME = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_EVERY = "(every group)"


def show_frequencies(study: Path, scope: Scope) -> None:
    """Ask for variable and measure, then show."""
    left, middle, right = st.columns([4, 4, 4], vertical_alignment="bottom")
    by = left.selectbox("By", group_names(study), format_func=variable_name, key="themes_by")
    measure = middle.selectbox(
        "Count", list(MEASURES), format_func=MEASURES.__getitem__, key="themes_measure"
    )
    every = right.toggle("All codes", help="Codes nobody voiced too.", key="themes_every")
    table = theme_table(
        study,
        by=by,
        measure=measure,
        layer=scope.layer,
        sources=scope.sources,
        top=None if every else TOP,
        origin=scope.origin,
    )
    if not table.cells:
        st.info("Nobody voiced a code in these sources.", icon=":material/bar_chart:")
        return
    st.caption(_said(table, measure))
    st.altair_chart(frequency_chart(table, measure=measure, title=MEASURES[measure]), width="stretch")
    _table(table, measure)
    _downloads(study, by, scope)
    _quotes(study, table, by, scope)


def _said(table: ThemeTable, measure: str) -> str:
    parts = [f"{len(table.codes)} of {table.n_codes} codes shown; somebody voiced {table.n_voiced}."]
    if measure in ("participants", "share"):
        parts.append("n: a group's participants who said or wrote anything in these sources, asked or not.")
    elif measure == "cases":
        parts.append("n: cases with a participant who said or wrote anything in these sources.")
    elif measure == "words":
        parts.append("Words under overlapping codings of one code count once.")
    if table.n_hidden_groups:
        parts.append(f"{table.n_hidden_groups} smaller groups are not shown here; the files have them.")
    if table.stale:
        parts.append(f"{table.stale} codings wait for a decision after an edit and are not counted.")
    return " ".join(parts)


def _table(table: ThemeTable, measure: str) -> None:
    frame = pd.DataFrame(table.cells)
    wide = frame.pivot(index="name", columns="heading", values="value").reindex(
        index=table.names, columns=table.headings
    )
    wide.index.name = "Code"
    number = st.column_config.NumberColumn(format="percent" if measure == "share" else "%d")
    event = st.dataframe(
        wide,
        key="themes_table",
        on_select="rerun",
        selection_mode="single-cell",
        height=min(420, 38 + 35 * len(wide)),
        column_config={heading: number for heading in table.headings},
        alt="The same numbers as a table: codes in rows, groups in columns",
    )
    cells = event.get("selection", {}).get("cells", [])
    row, column = cells[0] if cells else (len(table.codes), "")
    if cells != st.session_state.get("themes_cell") and row < len(table.codes):
        st.session_state["themes_code"] = table.codes[row]
        groups = dict(zip(table.headings, (g["group"] for g in table.groups), strict=True))
        st.session_state["themes_group"] = groups.get(column, _EVERY)
    st.session_state["themes_cell"] = cells


def _file(study: Path, kind: str, by: str, scope: Scope) -> bytes:
    return export_bytes(
        study,
        format=kind,
        what="frequencies",
        by=by,
        sources=scope.sources,
        layer=scope.layer,
        origin=scope.origin,
    ).content


def _downloads(study: Path, by: str, scope: Scope) -> None:
    if not may(Role.CODER):
        return
    columns = st.columns([3, 3, 6], vertical_alignment="center")
    for column, kind in zip(columns, _MIME, strict=False):
        column.download_button(
            f"Download {kind.upper()}",
            data=put_off(partial(_file, study, kind, by, scope)),
            file_name=f"{study.stem} frequencies by {by}.{kind}",
            mime=_MIME[kind],
            on_click="ignore",
            icon=":material/download:",
            key=f"themes_{kind}",
            width="stretch",
        )
    columns[2].caption("All codes and groups, all measures; a working copy, confidential.")


def _quotes(study: Path, table: ThemeTable, by: str, scope: Scope) -> None:
    st.header("Quotes")
    st.caption("Choose a number in the table, or a code and a group here.")
    names = code_choices(study)
    groups = [_EVERY, *(g["group"] for g in table.groups)]
    state = st.session_state
    if state.get("themes_code") not in names:
        state["themes_code"] = table.codes[0]
    if state.get("themes_group") not in groups:
        state["themes_group"] = _EVERY
    left, right = st.columns(2)
    code = left.selectbox("Code", list(names), format_func=names.__getitem__, key="themes_code")
    group = right.selectbox("Group", groups, key="themes_group")
    rows = quotes_behind(
        study,
        code,
        by=by,
        group=None if group == _EVERY else group,
        layer=scope.layer,
        sources=scope.sources,
        origin=scope.origin,
    )
    show_quotes(rows, key="themes")
