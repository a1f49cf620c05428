"""Named sets of sources: make, change, remove, and undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import current_coder, guarded, plain
from qualtool.workflows.sources import save_source_set, source_sets

_NEW = "(a new set)"


def show_sets(study: Path, names: list[str]) -> None:
    """The sets there are, and a form for one of them; ``names`` are the study's transcripts."""
    sets = {row["name"]: row for row in source_sets(study)}
    _undo(study)
    if sets:
        table = [
            {"set": row["name"], "sources": row["n"], "members": ", ".join(row["members"])}
            for row in sets.values()
        ]
        st.dataframe(table, hide_index=True, width="stretch")
    else:
        st.caption(
            "There are no sets yet. A set (say, the secondary schools) can be chosen on the pages Code,"
            " Themes, Triangulate and Export in place of all sources."
        )
    if not names and not sets:
        st.info("Import transcripts first; sets are made of them.", icon=":material/info:")
        return
    picked = st.selectbox("Set", [_NEW, *sets], key="set_pick")
    _form(study, sets.get(picked), names)


def _form(study: Path, chosen: dict[str, Any] | None, names: list[str]) -> None:
    members = list(chosen["members"]) if chosen else []
    key = str(chosen["name"]) if chosen else ""
    with st.form("source_set"):
        name = st.text_input("Name of the set", value=key, key=f"set_name_{key}", disabled=chosen is not None)
        options = list(dict.fromkeys((*names, *members)))
        picked = st.multiselect("Sources in it", options, default=members, key=f"set_members_{key}")
        with st.container(horizontal=True):
            save = st.form_submit_button("Save the set", type="primary")
            remove = st.form_submit_button("Remove the set", disabled=chosen is None)
    if save and not picked:
        st.warning("Choose at least one source; a set without any is removed with the other button.")
    elif save or remove:
        _keep(study, key or name, [] if remove else picked, before=members)


def _keep(study: Path, name: str, members: list[str], *, before: list[str]) -> None:
    with guarded():
        save_source_set(study, name, members, by=current_coder() or "")
        st.session_state["set_undo"] = (str(study), name, before)
        st.session_state.pop("set_name_", None)
        st.session_state.pop("set_members_", None)
        st.rerun()


def _undo(study: Path) -> None:
    where, name, members = st.session_state.get("set_undo", ("", "", []))
    if where == str(study) and st.button(
        f"Undo the last change of the set {plain(name)}", icon=":material/undo:", key="undo_set"
    ):
        with guarded():
            save_source_set(study, name, members, by=current_coder() or "")
            for part in ("name", "members"):
                st.session_state.pop(f"set_{part}_{name}", None)
            del st.session_state["set_undo"]
            st.rerun()
