"""Put real names back with the key file and its passphrase."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.errors import UserInputError
from qualtool.pages.parts.names_replace import report_rows
from qualtool.pages.state import plain, show_error
from qualtool.workflows.keeping.names_page import default_key
from qualtool.workflows.keeping.pseudonymise import reverse


def put_back(study: Path, coder: str) -> None:
    """The form, and what it did."""
    _show_report()
    st.caption(
        "With the key file and its passphrase every real name goes back to where it stood. Codings made "
        "meanwhile stay where they are. Names can be replaced again afterwards."
    )
    with st.form("names_back", width=640):
        key = st.text_input("Key file", value=str(default_key(study)), key="names_back_key")
        passphrase = st.text_input("Passphrase", type="password", key="names_back_pass")
        is_sure = st.checkbox("Yes, put the real names back into the study", key="names_back_sure")
        if not st.form_submit_button("Put names back", icon=":material/lock_open:"):
            return
    if not is_sure:
        st.warning("Tick the box first: the study will hold real names again.", icon=":material/info:")
        return
    try:
        with st.spinner("Putting names back…"):
            found = reverse(study, key=Path(key.strip()).expanduser(), passphrase=passphrase, by=coder)
    except UserInputError as err:
        show_error(err)
        return
    st.session_state["names_back_report"] = found
    st.rerun()


def _show_report() -> None:
    found = st.session_state.pop("names_back_report", None)
    if found is None:
        return
    n = len(found["sources"])
    st.success(
        f"Real names are back in {n} {'source' if n == 1 else 'sources'}. No coding was lost.",
        icon=":material/check_circle:",
    )
    for warning in found["warnings"]:
        st.warning(plain(warning), icon=":material/warning:")
    if found["sources"]:
        st.dataframe(report_rows(found["sources"]), hide_index=True)
