"""Memos: what the researchers wrote, on the study, its sources, codes, cases and codings."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.parts.memos import memo_card, torn_memo, undo_removal, write_form
from qualtool.pages.parts.two_versions import as_last_shown
from qualtool.pages.state import header, require_coder, require_study
from qualtool.workflows.editing.memo_page import find_memos
from qualtool.workflows.roles import Role, may

SHOWN = 50
KINDS = {"study": "Study", "source": "Source", "code": "Code", "case": "Case", "coding": "Coding"}

study = require_study()
header(
    "Memos", "Your thoughts, kept beside what they are about. You can change your own, and read everybody's."
)
coder = require_coder()

torn_memo(study, coder)
if may(Role.CODER):
    write_form(study, coder, KINDS)
    undo_removal(study, coder)

state = st.session_state
if not find_memos(study)["n_all"]:
    st.info(
        "There are no memos yet. Write the first above, or beside a coding on the page Code.",
        icon=":material/sticky_note_2:",
    )
    st.page_link("code.py", label="Go to Code", icon=":material/edit_note:")
    st.stop()

left, middle, right = st.columns([5, 3, 4], vertical_alignment="bottom")
kinds = left.pills(
    "About", list(KINDS), selection_mode="multi", format_func=KINDS.__getitem__, key="memo_kinds"
)
who = middle.selectbox(
    "Coder",
    find_memos(study)["coders"],
    index=None,
    placeholder="Everybody",
    key="memo_coder",
)
text = right.text_input("With the words", key="memo_text", icon=":material/search:")
found = find_memos(study, kinds=kinds, coder=who, text=text)
memos = found["memos"]
st.caption(f"{len(memos):,} of {found['n_all']:,} memos, newest first")
if not memos:
    st.info("No memo fits. Take away a filter to see more.", icon=":material/filter_alt_off:")

limit = state.get("memo_limit", SHOWN)
seen = as_last_shown("memos", {memo["guid"]: memo["text"] for memo in memos[:limit]})
for memo in memos[:limit]:
    memo_card(study, memo, coder, KINDS, seen=seen.get(memo["guid"], memo["text"]))
if len(memos) > limit and st.button(f"Show {SHOWN} more", key="memo_more"):
    state["memo_limit"] = limit + SHOWN
    st.rerun()
