"""Correct a text: replace words, change what a turn says, and decide on codings that wait."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.edit_text import choose_source, edit_turn, replace_words, show_report, undo_last
from qualtool.pages.parts.review_codings import show_worklist
from qualtool.pages.state import header, only_for, require_coder, require_study
from qualtool.workflows.editing.review import n_waiting
from qualtool.workflows.roles import Role, may

study = require_study()
header(
    "Correct a text",
    "Mend a typing error, or take a name out. Codings move along; those whose words changed wait for you.",
)
only_for(Role.CODER, "correct texts and decide where codings go")
coder = require_coder()
show_report()

n = n_waiting(study)
if n:
    waits = "1 coding waits" if n == 1 else f"{n} codings wait"
    st.warning(f"{waits} for a decision.", icon=":material/rule:")
if not may(Role.OWNER):
    st.info("Only owners correct texts; you decide where your own codings go.", icon=":material/lock:")
    show_worklist(study, coder)
    st.stop()
correct, waiting = st.tabs(["Correct", "Codings that wait"], key="correct_tab")
with correct:
    source = choose_source(study)
    if source is not None:
        undo_last(study, source, coder)
        st.header("Find and replace")
        replace_words(study, source, coder)
        st.header("Change one turn")
        edit_turn(study, source, coder)
with waiting:
    show_worklist(study, coder)
