"""Names: replace real names by pseudonyms, put them back with the key, withdraw a participant."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.names_back import put_back
from qualtool.pages.parts.names_replace import show_report, try_and_replace
from qualtool.pages.parts.names_table import names_table
from qualtool.pages.parts.withdraw import withdraw_participant
from qualtool.pages.state import header, require_coder, require_study
from qualtool.workflows.roles import Role, may
from qualtool.workflows.study.studies import overview

study = require_study()
header(
    "Names",
    "Replace real names by pseudonyms in the whole study, or take a participant out who withdrew.",
)
if not may(Role.OWNER):
    st.info("Only an owner of this study may replace names or take participants out.", icon=":material/lock:")
    st.stop()
coder = require_coder()
counts = overview(study)["counts"]
if not counts["transcripts"] + counts["answers"]:
    st.info("There is no text yet: import transcripts or a survey.", icon=":material/info:")
    st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
    st.stop()

replacing, back, withdrawing = st.tabs(
    ["Replace names", "Put names back", "Withdraw a participant"], key="names_tab"
)
with replacing:
    show_report()
    rows = names_table(study)
    if rows:
        try_and_replace(study, rows, coder)
with back:
    put_back(study, coder)
with withdrawing:
    withdraw_participant(study, coder)
