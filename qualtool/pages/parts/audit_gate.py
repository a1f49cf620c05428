"""What stands in place of a page that is closed to a person in the middle of a blind audit."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from qualtool.pages.parts.audit import finish_early, send_what_waits
from qualtool.pages.state import current_coder, plain
from qualtool.workflows.auditing.audit_gate import Closed, closed_page, is_auditing


def stopped_by_audit(study: Path | None, page: StreamlitPage) -> bool:
    """Whether the page is closed to whoever looks; then this was said in its place."""
    closed = None if study is None else closed_page(study, current_coder(), page.url_path)
    if study is None or closed is None:
        return False
    st.title(page.title)
    if closed.coder is None:
        _ask_who(closed)
    else:
        st.info(
            f"The page **{page.title}** is closed to you while your blind audit runs: it could tell what the "
            "machine or other people made of the passages that you judge.",
            icon=":material/visibility_off:",
        )
        _way_on(study, closed.coder)
    return True


def hidden_by_audit(study: Path, coder: str | None, what: str) -> bool:
    """Whether a part of an open page is closed to a coder; then this was said in its place."""
    if coder is None or not is_auditing(study, coder):
        return False
    st.info(
        f"{what} closed to you while your blind audit runs: it could tell what the machine or other people "
        "made of the passages that you judge.",
        icon=":material/visibility_off:",
    )
    return True


def _ask_who(closed: Closed) -> None:
    *others, last = closed.auditors
    who = f"{', '.join(others)} and {last} are" if others else f"{last} is"
    st.info(
        f"Say who you are first, at the foot of the side bar: {plain(who)} in the middle of a blind audit "
        "and must not see this page.",
        icon=":material/person:",
    )


def _way_on(study: Path, coder: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Go on with the audit", type="primary", icon=":material/casino:", key="gate_go"):
            st.session_state["suggestions_tab"] = "Audit"
            st.switch_page("suggestions.py")
        finish_early(study, coder, key="gate_finish", label="Finish or give up")
    send_what_waits(study, coder)
