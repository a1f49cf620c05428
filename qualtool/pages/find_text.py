"""Find: words, meanings, the like of a code, and where a code is missing."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.pages.parts.find_views import VIEWS, show_view
from qualtool.pages.parts.found import show_hits, show_made
from qualtool.pages.state import header, only_for, require_coder, require_study
from qualtool.workflows.coding.find_text import FoundText, Mode, find_text, hits_in_place
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.roles import Role
from qualtool.workflows.study.studies import content_key, overview

A_SCREEN = 20
MODES: dict[Mode, str] = {"phrase": "These words together", "any": "Any of these words"}
KINDS = {"Everywhere": None, "Interviews": "transcript", "Survey answers": "answer"}

study = require_study()
header("Find", "Look for words, for what means the same, for the like of a code, or where one is missing.")
only_for(Role.CODER, "find words to code them; on the page Code words of one source can be found")
coder = require_coder()
counts = overview(study)["counts"]
if not counts["transcripts"] + counts["answers"]:
    st.info("There is no text yet: import transcripts or a survey.", icon=":material/info:")
    st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
    st.stop()

if "find_like" in st.session_state:  # from a quote's button "More like this"
    st.session_state["find_view"] = VIEWS[1]
view = st.segmented_control(
    "Look for", VIEWS, default=VIEWS[0], required=True, key="find_view", label_visibility="collapsed"
)
if view != VIEWS[0]:
    show_view(study, view or VIEWS[1], coder)
    st.stop()


@st.cache_data(max_entries=8, show_spinner="Looking through the study…")
def found_in(
    path: str, content: str, wanted: str, mode: Mode, options: dict[str, bool], kind: str | None
) -> FoundText:
    """The hits of a search; kept while the study stays as it is, which ``content`` tells."""
    return find_text(Path(path), wanted, mode=mode, kind=kind, **options)


show_made(study, coder)
# Streamlit forgets what a page's fields held when another page is shown.
st.session_state.setdefault("find_words", st.session_state.get("find_last", ""))
with st.form("find"):
    left, middle, right, last = st.columns([6, 3, 3, 2], vertical_alignment="bottom")
    wanted = left.text_input("Words", key="find_words", placeholder="moved house")
    mode = middle.selectbox("Find", list(MODES), format_func=MODES.__getitem__, key="find_mode")
    where = right.selectbox("In", list(KINDS), key="find_kind")
    last.form_submit_button("Find", type="primary", width="stretch")
    boxes = st.columns(4)
    case = boxes[0].checkbox("Capitals matter", key="find_case")
    accents = boxes[1].checkbox("Accents matter", key="find_accents")
    whole = boxes[2].checkbox("Whole words only", key="find_whole")
    asking = boxes[3].checkbox("Interviewers' words too", key="find_asking")
st.session_state["find_last"] = wanted
if not wanted.strip():
    st.info("Type a word or a few words, then press Enter.", icon=":material/search:")
    st.stop()

options = {"ignore_case": not case, "ignore_accents": not accents, "whole_word": whole}
options["with_interviewers"] = asking
kind = KINDS[where or "Everywhere"]
found = found_in(str(study), content_key(study), wanted, mode or "phrase", options, kind)
n = len(found.hits)
if not n:
    st.info("These words are nowhere here. Try fewer words, or let capitals and accents not matter.")
    st.stop()
pages = range(1, -(-n // A_SCREEN) + 1)
left, right = st.columns([5, 2], vertical_alignment="bottom")
left.caption(f"{'More than ' if found.is_cut else ''}{n:,} hits in {found.n_sources:,} sources")
mark = f"{hash((wanted, mode, kind, *options.values()))}"
page = right.selectbox(
    "Hits", pages, key=f"find_page_{mark}", format_func=lambda p: f"Screen {p} of {len(pages)}"
)
first = ((page or 1) - 1) * A_SCREEN
codes = {code.guid: code for code in codebook_of(study).codes if code.is_codable}
shown = hits_in_place(study, found.hits[first : first + A_SCREEN], coder)
show_hits(study, shown, codes, coder, key=f"find_{mark}_{page}_{st.session_state.get('find_round', 0)}")
