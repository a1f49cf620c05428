"""The tab Together: which codes occur together, by overlap, turn or participant."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from qualtool.pages.parts.theme_scope import Scope
from qualtool.workflows.themes.theme_charts import together_chart
from qualtool.workflows.themes.theme_page import Together, codes_together

_NAMES: tuple[Together, ...] = ("overlap", "turn", "participant")
UNITS = {
    "overlap": "In overlapping codings",
    "turn": "In one turn",
    "participant": "By one participant",
}
_COUNTED = {
    "overlap": "pairs of codings that share at least one character",
    "turn": "turns (or answers) in which both codes occur",
    "participant": "participants who voiced both",
}


def show_together(study: Path, scope: Scope) -> None:
    """Ask for the unit, then show grid and table."""
    left, right = st.columns([8, 4], vertical_alignment="bottom")
    chosen = left.segmented_control(
        "Together",
        list(UNITS),
        default="turn",
        required=True,
        format_func=UNITS.__getitem__,
        key="together_by",
    )
    by = _NAMES[list(UNITS).index(chosen)]
    every = right.toggle("All codes", key="together_every")
    found = codes_together(
        study,
        by=by,
        layer=scope.layer,
        sources=scope.sources,
        top=None if every else 15,
        origin=scope.origin,
    )
    if not found["pairs"]:
        st.info("No two codes occur together in these sources.", icon=":material/join_inner:")
        return
    st.caption(
        f"A number counts {_COUNTED[by]}. {len(found['order'])} of {found['n_codes']} codes that "
        "meet another are shown, those that do so most often first. "
        "An empty square: never."
    )
    st.altair_chart(together_chart(found), width="stretch")
    st.dataframe(
        pd.DataFrame(found["pairs"]),
        hide_index=True,
        height=380,
        column_config={
            "code_a": st.column_config.TextColumn("Code"),
            "code_b": st.column_config.TextColumn("With"),
            "n": st.column_config.NumberColumn("Together"),
            "n_a": st.column_config.NumberColumn(
                "Code alone or not", help="All its occurrences, by the same unit."
            ),
            "n_b": st.column_config.NumberColumn("The other", help="All its occurrences, by the same unit."),
            "jaccard": st.column_config.NumberColumn(
                "Jaccard", format="%.2f", help="Together, of all units with either; not defined for overlaps."
            ),
        },
    )
