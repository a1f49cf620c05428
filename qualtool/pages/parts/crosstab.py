"""The tab Crosstab: participants voicing one code, by two variables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from qualtool.pages.parts.theme_scope import Scope, variable_name
from qualtool.workflows.themes.theme_charts import crosstab_chart
from qualtool.workflows.themes.theme_page import code_choices, crosstab_table
from qualtool.workflows.themes.themes import group_names, voiced_codes


def show_crosstab(study: Path, scope: Scope) -> None:
    """Ask for the code and the two variables, then show grid and table."""
    names = code_choices(study)
    variables = [name for name in group_names(study) if name != "source"]
    most = next((code for code in voiced_codes(study) if code in names), next(iter(names)))
    left, middle, right = st.columns([4, 4, 4])
    code = left.selectbox(
        "Code or heading",
        list(names),
        index=list(names).index(most),
        format_func=names.__getitem__,
        key="crosstab_code",
    )
    rows = middle.selectbox("Rows", variables, format_func=variable_name, key="crosstab_rows")
    columns = right.selectbox(
        "Columns",
        variables,
        index=variables.index("phase") if "phase" in variables else 1,
        format_func=variable_name,
        key="crosstab_columns",
    )
    table = crosstab_table(
        study,
        code,
        rows=rows,
        columns=columns,
        layer=scope.layer,
        sources=scope.sources,
        origin=scope.origin,
    )
    if not table.rows:
        st.info("Nobody spoke in these sources.", icon=":material/grid_on:")
        return
    st.caption(
        "x of n: x voiced the code (or one under the heading), of n participants who said or wrote anything "
        "in these sources, asked or not. An empty square has no participants."
        + (f" {table.n_hidden} smaller groups are in the table only." if table.n_hidden else "")
    )
    st.altair_chart(
        crosstab_chart(table, rows_title=variable_name(rows), columns_title=variable_name(columns)),
        width="stretch",
    )
    frame = pd.DataFrame(table.rows)[["row", "column", "n_voiced", "n_participants", "share", "n_cases"]]
    st.dataframe(
        frame,
        hide_index=True,
        height=min(420, 38 + 35 * len(frame)),
        column_config={
            "row": st.column_config.TextColumn(variable_name(rows)),
            "column": st.column_config.TextColumn(variable_name(columns)),
            "n_voiced": st.column_config.NumberColumn("Voiced it"),
            "n_participants": st.column_config.NumberColumn("Participants"),
            "share": st.column_config.NumberColumn("Share", format="percent"),
            "n_cases": st.column_config.NumberColumn("Cases"),
        },
    )
