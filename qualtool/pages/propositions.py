"""Propositions: what was expected, what each strand found, how they stand to each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from qualtool.errors import StudyFileError
from qualtool.pages.parts.display_choices import origin_choice
from qualtool.pages.parts.display_files import show_foot
from qualtool.pages.parts.on_paper import on_paper, paper_table
from qualtool.pages.parts.proposition_files import show_findings, take_files
from qualtool.pages.parts.proposition_shown import show_proposition
from qualtool.pages.parts.proposition_stated import state_form
from qualtool.pages.state import current_coder, guarded, header, plain, require_study
from qualtool.workflows.displays.display_files import convergence_display
from qualtool.workflows.propositions.judged import Matrix
from qualtool.workflows.propositions.proposition_page import WITHOUT_SUGGESTED_WORDS, matrix_table
from qualtool.workflows.propositions.propositions import judge, propositions_of, record_verdicts
from qualtool.workflows.roles import Role, may
from qualtool.workflows.study.studies import content_key


@st.cache_data(show_spinner="Judging the propositions …", max_entries=4)
def verdicts(study: str, content: str, origin: str) -> Matrix:
    """The verdicts, kept until the study changes (``content`` is another then)."""
    return judge(Path(study), origin=origin)


def looked_at(study: Path) -> Matrix:
    """The verdicts; what is seen for the first time is recorded, for it can not be unseen."""
    matrix = verdicts(str(study), content_key(study), "all")
    if may(Role.CODER) and any(row.recorded is None for row in matrix.rows):
        try:
            record_verdicts(study, matrix, by=current_coder(), only_new=True)
        except StudyFileError:  # a study that may be read only, or is in use: it is shown all the same
            return matrix
        matrix = verdicts(str(study), content_key(study), "all")
    return matrix


def _first(keys: Sequence[str]) -> int:
    """The row to begin with: that of a proposition just stated, or the first."""
    wanted = st.session_state.get("proposition_wanted")
    return keys.index(wanted) if wanted in keys else 0


_ALWAYS = ("id", "proposition", "status", "computed", "against", "stated")
study = require_study()
on_paper(without_boxes=True)
header("Propositions", "What was expected, what each kind of evidence says, and how far they agree.")
with guarded():
    has_any = bool(propositions_of(study).propositions)
    if may(Role.OWNER):
        take_files(study, has_any=has_any)
        state_form(study)
    if not has_any:
        show_findings(study)
        st.info(
            "No propositions yet. A proposition says beforehand what you expect to see, as: 'The magnet"
            " reputation is voiced more at schools in the top quarter'. State one, or import a file of them.",
            icon=":material/rule:",
        )
        st.stop()
    origin = origin_choice("propositions")
    matrix = looked_at(study) if origin == "all" else verdicts(str(study), content_key(study), origin)
    for lost in matrix.not_judged:
        st.warning(plain(lost.sentence), icon=":material/link_off:")
    if not matrix.rows:
        st.stop()
    if origin != "all":
        st.info(WITHOUT_SUGGESTED_WORDS, icon=":material/person:")
    table = matrix_table(matrix)
    stale = sum(row.is_stale for row in matrix.rows)
    if stale:
        st.warning(
            f"{stale} {'verdict is' if stale == 1 else 'verdicts are'} stale: the evidence changed since it"
            " was last looked at.",
            icon=":material/update:",
        )
    kept = [c for c in table.columns if c in _ALWAYS or any(row[c] for row in table.rows)]
    event = st.dataframe(
        list(table.rows),
        column_order=kept,
        hide_index=True,
        width="stretch",
        height=min(420, 60 + 36 * len(table.rows)),
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [_first(table.keys)]}},
        key=f"proposition_matrix_{len(table.keys)}",
        column_config={
            "id": st.column_config.TextColumn("Id", width=50, pinned=True),
            "proposition": st.column_config.TextColumn("Proposition", width=215),
            "computed": st.column_config.TextColumn("Convergence", width=190),
            "researcher": st.column_config.TextColumn("Researcher's", width=140),
            "status": st.column_config.TextColumn("Status", width=145),
            "against": st.column_config.TextColumn(
                "Against", width=170, help="Schools that contradict it, and those that nobody has explained."
            ),
            "with all codings": st.column_config.TextColumn("With all codings", width=150),
            "stale": st.column_config.TextColumn("Stale", width=80),
            "stated": st.column_config.TextColumn("Stated", width=110),
        },
    )
    paper_table(table.rows, kept)
    show_foot(study, convergence_display(study, matrix))
    show_findings(study)
    st.divider()
    rows = event.get("selection", {}).get("rows", [])
    chosen = rows[0] if rows and rows[0] < len(matrix.rows) else 0
    show_proposition(study, matrix.rows[chosen], current_coder())
