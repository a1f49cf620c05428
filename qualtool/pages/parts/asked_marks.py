"""Mark on the screen what was asked in a source."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.pages.state import current_coder, guarded
from qualtool.workflows.gathering.asked import ANSWERS, asked_in, mark_asked
from qualtool.workflows.gathering.sources import sources_of

_UNMARKED = "not marked"


def mark_here(study: Path) -> None:
    """One source, every code: asked, not asked, unclear, or nothing marked."""
    sources = {row["guid"]: row["name"] for row in sources_of(study, kind="transcript")}
    if not sources:
        return
    with st.expander("Or mark an interview here", key="asked_here", on_change="rerun") as box:
        if not box.open:
            return
        guid = st.selectbox("Interview", list(sources), format_func=sources.__getitem__, key="asked_source")
        if guid is None:
            return
        with guarded():
            rows = [{**row, "asked": row["asked"] or _UNMARKED} for row in asked_in(study, guid)]
            if not rows:
                return  # that there are no codes is said above
            n_saved = st.session_state.get("asked_saved", 0)  # a new table after each save
            edited = st.data_editor(
                rows,
                hide_index=True,
                width="stretch",
                height=380,
                disabled=["code", "path"],
                column_config={
                    "code": st.column_config.TextColumn("Code", width=130),
                    "path": st.column_config.TextColumn("In the codebook"),
                    "asked": st.column_config.SelectboxColumn(
                        "Asked", options=[_UNMARKED, *ANSWERS], required=True, width=130
                    ),
                },
                key=f"asked_table_{guid}_{n_saved}",
            )
            marks = {
                now["code"]: "" if now["asked"] == _UNMARKED else now["asked"]
                for was, now in zip(rows, edited, strict=True)
                if now["asked"] != was["asked"]
            }
            label = f"Save {len(marks)} mark{'s' * (len(marks) != 1)}"
            if st.button(label, type="primary", disabled=not marks, key="asked_save"):
                mark_asked(study, guid, marks, by=current_coder())
                st.session_state["asked_saved"] = n_saved + 1
                st.rerun()
