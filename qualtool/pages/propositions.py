"""Propositions: what was expected, what each strand found, how they stand to each other."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from qualtool.pages.parts.proposition_files import take_files
from qualtool.pages.parts.proposition_shown import show_proposition
from qualtool.pages.parts.proposition_stated import state_form
from qualtool.pages.state import current_coder, guarded, header, require_study
from qualtool.workflows.proposition_page import GLYPH_WORDS, matrix_file, matrix_table
from qualtool.workflows.propositions import Matrix, judge, propositions_of
from qualtool.workflows.roles import Role, may, put_off
from qualtool.workflows.studies import content_key


@st.cache_data(show_spinner="Judging the propositions …", max_entries=4)
def verdicts(study: str, content: str) -> Matrix:
    """The verdicts, kept until the study changes (``content`` is another then)."""
    return judge(Path(study))


study = require_study()
header("Propositions", "What was expected, what each kind of evidence says, and how far they agree.")
with guarded():
    has_any = bool(propositions_of(study).propositions)
    if may(Role.OWNER):
        take_files(study, has_any=has_any)
        state_form(study)
    if not has_any:
        st.info(
            "No propositions yet. A proposition says beforehand what you expect to see, as: 'The magnet"
            " reputation is voiced more at schools in the top quarter'. State one, or import a file of them.",
            icon=":material/rule:",
        )
        st.stop()
    matrix = verdicts(str(study), content_key(study))
    table = matrix_table(matrix)
    stale = sum(row.is_stale for row in matrix.rows)
    if stale:
        st.warning(
            f"{stale} verdicts are stale: their evidence changed since they were last looked at.",
            icon=":material/update:",
        )
    event = st.dataframe(
        list(table.rows),
        column_order=table.columns,
        hide_index=True,
        width="stretch",
        height=min(420, 60 + 36 * len(table.rows)),
        on_select="rerun",
        selection_mode="single-row-required",
        key="proposition_matrix",
        column_config={
            "id": st.column_config.TextColumn("Id", width=50, pinned=True),
            "proposition": st.column_config.TextColumn("Proposition", width=300),
            "computed": st.column_config.TextColumn("Convergence", width=150),
            "researcher": st.column_config.TextColumn("Researcher's", width=110),
            "status": st.column_config.TextColumn("Status", width=140),
            "against": st.column_config.NumberColumn("Against", width=70, help="Schools that contradict it."),
            "stale": st.column_config.TextColumn("Stale", width=80),
            "stated": st.column_config.TextColumn("Stated", width=110),
        },
    )
    st.caption(f"{GLYPH_WORDS}. {matrix.n_contrasts_ever} contrasts looked at so far.")
    if may(Role.CODER):
        with st.container(horizontal=True, vertical_alignment="center"):
            for format in ("docx", "xlsx", "csv"):
                st.download_button(
                    f"Matrix {format.upper()}",
                    data=put_off(partial(matrix_file, study, matrix, format)),
                    file_name=f"convergence_matrix.{format}",
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"matrix_{format}",
                )
            st.caption("Confidential working copies.")
    st.divider()
    rows = event.get("selection", {}).get("rows", [])
    chosen = rows[0] if rows and rows[0] < len(matrix.rows) else 0
    show_proposition(study, matrix.rows[chosen], current_coder())
