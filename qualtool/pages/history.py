"""History: who did what and when; take back what you did."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.event_table import choose_filters, show_events, show_state
from qualtool.pages.state import current_coder, guarded, header, require_study
from qualtool.workflows.undoing.history import events_of, log_summary

study = require_study()
header("History", "Every act is written down, and stays. Choose one of your own to take it back.")
summary = log_summary(study)
if not summary["n"]:
    st.info("Nothing was done in this study yet.", icon=":material/history:")
    st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
    st.stop()
with guarded():
    filters = choose_filters(study, summary)
    events = events_of(study, **filters)
    st.caption(f"{len(events):,} of {summary['n']:,} events, newest first")
    show_events(study, events[::-1], current_coder())
    show_state(study)
