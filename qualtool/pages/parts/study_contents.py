"""What is in a study, how far it is, and what comes next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import current_coder, plain
from qualtool.workflows.study.study_page import draw_progress, metrics, source_rows

_PAGES = {
    "import": ("import_files.py", "Go to Import"),
    "codebook": ("codebook.py", "Go to Codebook"),
    "code": ("code.py", "Go on coding"),
    "suggestions": ("suggestions.py", "Go to Suggestions"),
    "triangulate": ("triangulate.py", "Go to Triangulate"),
}
_COLUMNS = {
    "source": st.column_config.TextColumn("Source", width="medium"),
    "state": st.column_config.TextColumn("State", width="small"),
    "codings": st.column_config.NumberColumn("Codings", width="small"),
    "coded_by": st.column_config.TextColumn("Coded by"),
    "read_by": st.column_config.TextColumn("Read to the end by"),
    "turns": st.column_config.NumberColumn("Turns", width="small"),
    "characters": st.column_config.NumberColumn("Characters", width="small"),
    "recorded_on": st.column_config.TextColumn("Date", width="small"),
}


def show_next_step(step: dict[str, str], rows: list[dict[str, Any]]) -> None:
    """The one thing to do next, as a button."""
    page, label = _PAGES[step["page"]]
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Next step.** {plain(step['text'])}")
        if st.button(label, type="primary", icon=":material/arrow_forward:", key="next_step"):
            unread = [row["guid"] for row in rows if row["state"] == "unread"]
            if step["page"] == "code" and unread:
                st.session_state["source"] = unread[0]
            st.switch_page(page)


def show_metrics(counts: dict[str, int]) -> None:
    """Numbers of what is in the study."""
    shown = metrics(counts)
    for column, (label, number, explained) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(label, f"{number:,}", help=explained)


def show_progress(progress: dict[str, int], rows: list[dict[str, Any]]) -> None:
    """A bar of coded, read and unread transcripts, and the table of them."""
    if not rows:
        st.info("There are no transcripts in this study yet.", icon=":material/info:")
        st.page_link("import_files.py", label="Import transcripts", icon=":material/upload_file:")
        return
    st.altair_chart(draw_progress(progress), width="stretch")
    event = st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * len(rows), 388),
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        on_select="rerun",
        selection_mode="single-row",
        key="study_sources",
    )
    # A tick outlives the rows it was made on when another study is opened.
    chosen = [at for at in event["selection"]["rows"] if at < len(rows)]
    if not chosen:
        st.caption("Tick a row to go on with that source.")
    elif st.button(
        f"Code {plain(rows[chosen[0]]['source'])}", icon=":material/edit_note:", key="code_source"
    ):
        st.session_state["source"] = rows[chosen[0]]["guid"]
        st.switch_page("code.py")


def transcripts_of(study: Path) -> list[dict[str, Any]]:
    """Transcripts with their state, those nobody touched first."""
    return source_rows(study, coder=current_coder())
