"""Suggestions: what a machine proposes, topics and codes, for a person to decide on."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.audit import show_audit
from qualtool.pages.parts.audit_gate import hidden_by_audit
from qualtool.pages.parts.code_suggestions import choose_filters, decide, make_suggestions
from qualtool.pages.parts.suggestion_quality import show_quality
from qualtool.pages.parts.topic_views import VIEWS, show_view
from qualtool.pages.parts.topics import find_topics_form, finer, show_note, show_run, show_topics
from qualtool.pages.state import current_coder, header, only_for, require_coder, require_study
from qualtool.workflows.auditing.audit_gate import is_auditing
from qualtool.workflows.roles import Role, may
from qualtool.workflows.study.studies import overview
from qualtool.workflows.suggestions.suggestion_page import topics_shown

study = require_study()
header("Suggestions", "A machine suggests; a person decides. Nothing here is a coding until you accept it.")
only_for(Role.CODER, "decide on suggestions")

counts = overview(study)["counts"]
if not counts["transcripts"] + counts["answers"]:
    st.info(
        "There is nothing to make suggestions from yet: import transcripts or a survey.",
        icon=":material/upload_file:",
    )
    st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
    st.stop()

if "suggestions_tab" not in st.session_state and is_auditing(study, current_coder()):
    st.session_state["suggestions_tab"] = "Audit"  # a reload goes on where it was
codes_tab, topics_tab, audit_tab = st.tabs(
    ["Codes", "Topics", "Audit"], key="suggestions_tab", on_change="rerun"
)

if topics_tab.open:
    with topics_tab:
        if hidden_by_audit(study, current_coder(), "Topics are"):
            st.stop()
        if may(Role.OWNER):
            find_topics_form(study, has_topics=counts["topics"] > 0)
        found = topics_shown(study)
        if found is None:
            st.info(
                "No topics yet. They group participants' sentences and answers by what they are about. All "
                "of it runs on this computer; nothing is sent anywhere.",
                icon=":material/hub:",
            )
        else:
            view = st.segmented_control("View", VIEWS, default=VIEWS[0], required=True, key="topics_view")
            if view == VIEWS[0]:
                show_note(found["run"])
                finer(study, len(found["topics"]), found["run"]["parameters"].get("method", "tree"))
                show_topics(study, found["topics"], current_coder())
                show_run(found["run"])
            else:
                show_view(study, view or VIEWS[0], current_coder())

if audit_tab.open:
    with audit_tab:
        show_audit(study, require_coder())

if codes_tab.open:
    with codes_tab:
        if not counts["codes"]:
            st.info("There are no codes to suggest yet.", icon=":material/menu_book:")
            st.page_link("codebook.py", label="Go to Codebook", icon=":material/menu_book:")
            st.stop()
        coder = require_coder()
        if may(Role.OWNER):
            make_suggestions(study, coder, n_open=counts["open_suggestions"])
        decide(study, coder, choose_filters(study, coder))
        show_quality(study, n_codings=counts["codings"])
