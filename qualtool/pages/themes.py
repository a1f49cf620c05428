"""Themes: how often codes were voiced, by whom, and together with which others."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.crosstab import show_crosstab
from qualtool.pages.parts.frequencies import show_frequencies
from qualtool.pages.parts.theme_scope import Scope, choose_scope, n_unread_said
from qualtool.pages.parts.together import show_together
from qualtool.pages.state import guarded, header, require_study
from qualtool.workflows.study.studies import overview

study = require_study()
header("Themes", "How often each code was voiced, by whom, and the quotes behind every number.")

found = overview(study)
if not found["counts"]["codings"]:
    st.info("Nothing is coded yet, so there is nothing to count.", icon=":material/bar_chart:")
    if found["counts"]["transcripts"] + found["counts"]["answers"]:
        st.page_link("code.py", label="Go to Code", icon=":material/edit_note:")
    else:
        st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
    st.stop()

scope: Scope = choose_scope(study, found)
n_unread_said(found["progress"], scope.sources)

frequencies_tab, crosstab_tab, together_tab = st.tabs(
    ["Frequencies", "Crosstab", "Together"], key="themes_tab", on_change="rerun"
)
for tab, show in (
    (frequencies_tab, show_frequencies),
    (crosstab_tab, show_crosstab),
    (together_tab, show_together),
):
    if tab.open:
        with tab, guarded():
            show(study, scope)
