"""Export: working copies for the team, releases for everybody else, the whole study for a colleague."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.export_choice import choose_options, choose_what
from qualtool.pages.parts.export_preview import show_preview, show_transfer
from qualtool.pages.state import guarded, header, only_for, require_study
from qualtool.workflows.exports.preview_export import export_choices
from qualtool.workflows.roles import Role
from qualtool.workflows.study.studies import content_key, overview

study = require_study()
header("Export", "What leaves the study, for whom, and what stays in.")
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption("Joint displays and verdicts have their files where they are shown:")
    st.page_link("displays.py", label="Displays", icon=":material/view_column:")
    st.page_link("propositions.py", label="Propositions", icon=":material/rule:")
choices = export_choices(study)
what, is_release = choose_what()

if what == "study":
    only_for(Role.OWNER, "take the whole study")
    show_transfer(study, overview(study)["counts"])
    st.stop()
if choices.n_codings == 0:
    st.info("Nothing is coded yet: only the whole study can be exported.", icon=":material/edit_note:")
    st.page_link("code.py", label="Go to Code", icon=":material/edit_note:")
    st.stop()

if not is_release:
    only_for(Role.CODER, "take working copies. Choose Release above")
st.divider()
with guarded():
    options = choose_options(study, choices, what, is_release)
    if options is not None:
        show_preview(study, content_key(study), options)
