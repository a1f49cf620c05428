"""Navigation, and who is coding in which study: the frame around every page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from qualtool.pages.login import let_in, show_member
from qualtool.pages.parts.audit_gate import stopped_by_audit
from qualtool.pages.state import (
    current_coder,
    current_study,
    guarded,
    keep_backed_up,
    keep_in_address,
    plain,
    take_from_address,
)
from qualtool.workflows.people.people import coder_names, greet_coder
from qualtool.workflows.roles import Role, is_hosted

HERE = Path(__file__).resolve().parent
# Less air around the page, so that a text to be coded has the room. Captions, and the chosen one of
# several buttons or tabs, are too faint as Streamlit has them: 4.2 and 3.0 to 1 where 4.5 is needed.
STYLE = """<style>
.stMainBlockContainer { padding: 2.5rem 2rem 2rem; max-width: 100rem; }
[data-testid="stCaptionContainer"] { opacity: 0.78; }
[data-variant="segmented_control"][data-selected="true"], [data-testid="stTab"][aria-selected="true"],
[data-testid="stTab"][aria-selected="true"] * { color: inherit !important; font-weight: 600; }
</style>"""
PAGES = {
    "Prepare": [
        st.Page("study.py", title="Study", icon=":material/folder_open:", default=True),
        st.Page("import_files.py", title="Import", icon=":material/upload_file:", url_path="import"),
        st.Page("codebook.py", title="Codebook", icon=":material/menu_book:"),
        st.Page("history.py", title="History", icon=":material/history:"),
        st.Page("edit_source.py", title="Correct a text", icon=":material/spellcheck:", url_path="correct"),
        st.Page("names.py", title="Names", icon=":material/badge:"),
        st.Page("merge_copy.py", title="Merge a copy", icon=":material/call_merge:", url_path="merge"),
    ],
    "Code": [
        st.Page("code.py", title="Code", icon=":material/edit_note:"),
        st.Page("answers.py", title="Answers", icon=":material/table_rows:"),
        st.Page("find_text.py", title="Find", icon=":material/search:", url_path="find"),
        st.Page("suggestions.py", title="Suggestions", icon=":material/lightbulb:"),
        st.Page("memos.py", title="Memos", icon=":material/sticky_note_2:"),
    ],
    "Find out": [
        st.Page("themes.py", title="Themes", icon=":material/bar_chart:"),
        st.Page("schools.py", title="Schools", icon=":material/school:"),
        st.Page("sampling.py", title="Sampling", icon=":material/travel_explore:"),
        st.Page("triangulate.py", title="Triangulate", icon=":material/join_inner:"),
        st.Page("propositions.py", title="Propositions", icon=":material/rule:"),
        st.Page("displays.py", title="Displays", icon=":material/view_column:"),
        st.Page("export.py", title="Export", icon=":material/download:"),
    ],
}


def choose_coder(study: Path) -> None:
    """Pick a name in the side bar, or give a new one; codings carry it."""
    names = coder_names(study)
    chosen = current_coder()
    options = names if chosen is None or chosen in names else [*names, chosen]
    picked = st.sidebar.selectbox(
        "Coder",
        options,
        index=options.index(chosen) if chosen in options else None,
        placeholder="Who are you?",
        accept_new_options=True,
        help="Choose your name, or type a new one and press Enter. Every coding carries it.",
        key="coder_choice",
    )
    if picked and picked.strip() and picked != chosen:
        with guarded():
            st.session_state["coder"] = greet_coder(study, picked)
            st.rerun()


# Pages of a served study on which a role can do nothing are not listed; an address still leads there.
_MERGE = {"merge": ("merge_copy.py", "Merge a copy")}
_OWNERS = {"import": ("import_files.py", "Import"), "names": ("names.py", "Names"), **_MERGE}
_CODERS = {
    "correct": ("edit_source.py", "Correct a text"),
    "find": ("find_text.py", "Find"),
    "suggestions": ("suggestions.py", "Suggestions"),
}
NOT_FOR = {Role.OWNER: _MERGE, Role.CODER: _OWNERS, Role.READER: _OWNERS | _CODERS}


def shown_for(page: StreamlitPage, role: Role) -> StreamlitPage:
    """The page, or the same unlisted where the role can do nothing on it."""
    if page.url_path not in NOT_FOR[role]:
        return page
    file, title = NOT_FOR[role][page.url_path]
    return st.Page(file, title=title, url_path=page.url_path, visibility="hidden")


# An icon of our own: named ones are fetched from elsewhere.
st.set_page_config(page_title="qualtool", page_icon=str(HERE / "assets" / "icon.svg"), layout="wide")
st.html(STYLE)
member = let_in() if is_hosted() else None
if member is not None:
    PAGES = {title: [shown_for(page, member.role) for page in pages] for title, pages in PAGES.items()}
    if member.role is Role.OWNER:
        PAGES["Prepare"].append(st.Page("members.py", title="Members", icon=":material/group:"))
take_from_address()
page = st.navigation(PAGES, expanded=True)
open_now = current_study()
# A study file that has gone, or was damaged, is told on every page; Study still opens another.
with guarded():
    if open_now is not None:
        keep_backed_up(open_now)
        if member is not None:
            show_member(member, open_now.name)
        else:
            st.sidebar.caption(f"Study: {plain(open_now.name)}")
            choose_coder(open_now)
keep_in_address()
with guarded():
    if not stopped_by_audit(open_now, page):
        page.run()
