"""Import: transcripts, a survey, a codebook, codings, marks of what was asked, school files."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.other_tabs import asked_tab, codebook_tab, codings_tab, schools_tab
from qualtool.pages.parts.survey_tab import survey_tab
from qualtool.pages.parts.transcripts_tab import transcripts_tab
from qualtool.pages.state import header, only_for, require_study
from qualtool.workflows.roles import Role

TABS = {
    "Transcripts": transcripts_tab,
    "Survey": survey_tab,
    "Codebook": codebook_tab,
    "Codings": codings_tab,
    "Asked marks": asked_tab,
    "School files": schools_tab,
}

header("Import", "Each file is taken whole or not at all; what was left out is listed with the reason.")
study = require_study()
only_for(Role.OWNER, "bring files into the study")
for tab, show in zip(st.tabs(list(TABS)), TABS.values(), strict=True):
    with tab:
        show(study)
