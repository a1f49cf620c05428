"""The versions of the codebook, what changed between two of them, and the way back."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.pages.parts.two_versions import as_last_shown
from qualtool.pages.state import current_coder, guarded
from qualtool.workflows.editing.edit_codebook import codebook_versions, go_back_to_version, version_changes


def show_history(study: Path) -> None:
    """Versions, newest first; the difference of any two; go back to one."""
    versions = codebook_versions(study)
    table = [
        {
            "version": row["version"],
            "what": row["note"],
            "by": row["made_by"],
            "when (UTC)": row["made_at"][:16].replace("T", " "),
        }
        for row in versions
    ]
    st.dataframe(table, hide_index=True, width="stretch", height=min(38 + 35 * len(table), 250))
    if len(versions) < 2:
        st.caption("Changes will be listed here from the second version on.")
        return
    numbers = [row["version"] for row in versions]
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    old: int = left.selectbox("From version", numbers, index=1, key=f"version_old_{numbers[0]}") or numbers[1]
    new: int = middle.selectbox("To version", numbers, index=0, key=f"version_new_{numbers[0]}") or numbers[0]
    name = f"versions_{study}"
    newest_seen, old_seen = as_last_shown(name, (numbers[0], old))
    if right.button(
        f"Go back to version {old}", disabled=old == numbers[0], icon=":material/undo:", key="go_back"
    ):
        with guarded():
            go_back_to_version(study, old_seen, by=current_coder(), newest_seen=newest_seen)
            st.session_state.pop("code_shown", None)
            st.toast(
                f"The codebook is as it was in version {old_seen}. This is a new version; nothing was lost."
            )
            st.rerun()
    with guarded():
        changes = version_changes(study, old, new)
        if changes:
            st.dataframe(changes, hide_index=True, width="stretch")
        else:
            st.caption("These two versions hold the same codes.")
