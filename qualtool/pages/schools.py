"""Schools: the indicators of a case beside the words of its people."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.on_paper import on_paper
from qualtool.pages.parts.school_profile import case_label, show_case
from qualtool.pages.parts.school_words import show_people, show_words
from qualtool.pages.state import guarded, header, require_study
from qualtool.workflows.people.people import cases_of

study = require_study()
on_paper()
header("Schools", "The numbers of a case beside what its people said.")

cases = {case["guid"]: case for case in cases_of(study)}
if not cases:
    st.info(
        "There are no cases yet. Import transcripts with a sheet that names the school of each speaker.",
        icon=":material/school:",
    )
    st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
    st.stop()

guids = list(cases)
wanted = st.session_state.get("case")
guid = st.selectbox(
    "School or other case",
    guids,
    index=guids.index(wanted) if wanted in guids else 0,
    format_func=lambda g: case_label(cases[g]),
)
st.session_state["case"] = guid

left, right = st.columns([5, 6], gap="large")
with left, guarded():
    show_case(study, cases[guid])
if cases[guid]["kind"] == "school":
    with left:
        if st.button("Among the other schools (D5)", icon=":material/grid_on:", type="tertiary"):
            st.session_state["display_wanted"] = "D5"
            st.switch_page("displays.py")
with right, guarded():
    show_people(study, cases[guid])
    show_words(study, cases[guid])
