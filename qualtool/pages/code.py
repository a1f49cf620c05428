"""Code: choose a source, read it, code it."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.coded_source_file import save_coded_source
from qualtool.pages.state import keep_in_address, require_coder, require_study
from qualtool.panel.component import coding_panel
from qualtool.workflows.auditing.auditing import has_withheld
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.gathering.sources import source_sets, sources_of
from qualtool.workflows.roles import Role, may
from qualtool.workflows.suggestions.learning import keep_learning

study = require_study()
coder = require_coder()

MARKS = {"coded": "●", "read": "○", "unread": "·"}


def state_of(row: dict[str, object]) -> str:
    """``coded``, ``read`` (to the end, by anybody) or ``unread``."""
    return "coded" if row["coders"] else "read" if row["read_by"] else "unread"


if not codebook_of(study).codes:
    st.info("There are no codes yet. Import a codebook, or make the first code.", icon=":material/menu_book:")
    st.page_link("codebook.py", label="Go to Codebook", icon=":material/menu_book:")
    st.stop()

left, middle, right, last = st.columns([5, 2, 1.4, 1.6], vertical_alignment="bottom")
kinds = {"Interviews": "transcript", "Survey answers": "answer"}
sets = {f"Set: {s['name']}": s["members"] for s in source_sets(study)}
shown = middle.selectbox("Show", [*kinds, *sets], key="code_kind")
rows = sources_of(study, kind=kinds.get(shown), coder=coder)
if shown in sets:
    rows = [row for row in rows if row["name"] in sets[shown]]
blind = right.toggle("Blind", help="Hide other coders' codings and all suggestions.", key="code_blind")
if not rows:
    st.info("There is nothing to code here yet: import transcripts or a survey.", icon=":material/info:")
    st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
    st.stop()

names = {row["guid"]: f"{MARKS[state_of(row)]} {row['name']}  ({row['n_codings']})" for row in rows}
guids = list(names)
wanted = st.session_state.get("source")
guid = left.selectbox(
    "Source  (● coded  ○ read  · unread)",
    guids,
    index=guids.index(wanted) if wanted in guids else 0,
    format_func=lambda g: names[g],
)
if guid is None:  # a select box may be emptied by hand
    st.stop()
st.session_state["source"] = guid
keep_in_address()
if may(Role.CODER):
    name = next(str(row["name"]) for row in rows if row["guid"] == guid)
    with last:
        is_blind = blind or has_withheld(study, guid, coder)
        save_coded_source(study, guid, name, only_coder=coder if is_blind else None)
if not blind:  # what is coded here teaches the suggestions
    keep_learning(study)
# Another page may have sent the person to a place in this source.
place_guid, start_char = st.session_state.get("place", (None, None))
coding_panel(
    study=study,
    source_guid=guid,
    coder=coder,
    key="code",
    blind=blind,
    start_char=start_char if place_guid == guid else None,
)
