"""Codebook: the tree of codes; change, add and remove them; its versions."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.code_forms import add_form, change_form
from qualtool.pages.parts.code_table import show_codes
from qualtool.pages.parts.codebook_history import show_history
from qualtool.pages.state import current_coder, header, require_study
from qualtool.workflows.auditing.audit_gate import is_auditing
from qualtool.workflows.editing.edit_codebook import code_rows, codebook_yaml
from qualtool.workflows.roles import Role, may, put_off

header("Codebook", "What each code means. Every change is a new version; codings are never lost by it.")
study = require_study()
rows = code_rows(study)
if not rows:
    st.info(
        "There are no codes yet. Import a codebook, or add the first code below.", icon=":material/menu_book:"
    )
    st.page_link("import_files.py", label="Import a codebook", icon=":material/upload_file:")
    if may(Role.OWNER):
        add_form(study)
    st.stop()

show_codes(rows, with_counts=not is_auditing(study, current_coder()))
if may(Role.OWNER):
    change, add, history = st.tabs(["Change a code", "Add a code", "Versions"])
    with change:
        change_form(study, rows)
    with add:
        add_form(study)
    with history:
        show_history(study)
else:
    st.caption("Owners of the study change the codebook: tell them which code you miss.")
st.download_button(
    "Download the codebook (YAML)",
    data=put_off(lambda: codebook_yaml(study).encode()),
    file_name="codebook.yaml",
    mime="application/yaml",
    on_click="ignore",
    icon=":material/download:",
    key="codebook_download",
)
