"""Named sets of sources: make, change, remove, and undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.two_versions import meeting, show_versions, waiting
from qualtool.pages.state import current_coder, plain
from qualtool.workflows.gathering.sources import save_source_set, source_sets
from qualtool.workflows.roles import Role, may

_NEW = "(a new set)"


def show_sets(study: Path, names: list[str]) -> None:
    """The sets there are, and a form for one of them; ``names`` are the study's transcripts."""
    sets = {row["name"]: row for row in source_sets(study)}
    _undo(study)
    _torn(study)
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
    if not may(Role.OWNER):
        return
    if not names and not sets:
        st.info("Import transcripts first; sets are made of them.", icon=":material/info:")
        return
    picked = st.selectbox("Set", [_NEW, *sets], key="set_pick")
    _form(study, sets.get(picked), names)


def _begun_with(study: Path, key: str, members: list[str]) -> list[str]:
    """The members as the form was first drawn with: a change by others does not take away what is chosen."""
    state = st.session_state
    if state.get("set_begun", ((), []))[0] != (str(study), key) or f"set_members_{key}" not in state:
        state["set_begun"] = ((str(study), key), members)
    return state["set_begun"][1]


def _form(study: Path, chosen: dict[str, Any] | None, names: list[str]) -> None:
    key = str(chosen["name"]) if chosen else ""
    members = _begun_with(study, key, list(chosen["members"]) if chosen else [])
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
    with meeting("set", study, name=name, members=members):
        save_source_set(study, name, members, by=current_coder() or "", seen=before)
        now = next(
            (row["members"] for row in source_sets(study) if row["name"] == " ".join(name.split())), []
        )
        if now and set(now) != set(members):
            st.toast("Saved. What others put in or took out meanwhile stands too.")
        st.session_state["set_undo"] = (str(study), name, before, now)
        _forget(name)
        st.rerun()


def _forget(name: str) -> None:
    """The forms are drawn anew from what stands."""
    for part in ("set_name_", "set_members_", f"set_members_{name}", "set_begun"):
        st.session_state.pop(part, None)


def _torn(study: Path) -> None:
    """The set was made, changed or removed by somebody else meanwhile: theirs and yours."""
    found = waiting("set", study)
    if found is None:
        return
    name, theirs, yours = found["name"], found["error"].theirs["members"], found["members"]

    def use(members: list[str]) -> None:
        save_source_set(study, name, members, by=current_coder() or "", seen=theirs)
        _forget(name)

    choices = {"theirs": ("Keep theirs", lambda: _forget(name))}
    choices["mine"] = ("Use mine" if yours else "Remove it all the same", lambda: use(yours))
    if theirs and yours:
        choices["both"] = ("Keep both", lambda: use(list(dict.fromkeys([*theirs, *yours]))))
    show_versions(
        "set", found["error"], choices, words=lambda _, members: "\n".join(members) or "(no such set)"
    )


def _undo(study: Path) -> None:
    where, name, members, now = st.session_state.get("set_undo", ("", "", [], []))
    if where == str(study) and st.button(
        f"Undo the last change of the set {plain(name)}", icon=":material/undo:", key="undo_set"
    ):
        with meeting("set", study, name=name, members=members):
            save_source_set(study, name, members, by=current_coder() or "", seen=now)
            for part in ("name", "members"):
                st.session_state.pop(f"set_{part}_{name}", None)
            del st.session_state["set_undo"]
            st.rerun()
