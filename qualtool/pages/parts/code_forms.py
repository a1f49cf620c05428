"""Forms for one code: change it, remove it, add one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.model import Code
from qualtool.pages.parts.torn_code import torn_code
from qualtool.pages.parts.two_versions import meeting
from qualtool.pages.state import current_coder, guarded, plain
from qualtool.workflows.editing.edit_codebook import (
    add_code,
    change_code,
    code_as_shown,
    colour_under,
    parents_for,
    remove_code,
    similar_codes,
)


def fields_of(study: Path, code: Code | None, key: str) -> dict[str, Any]:
    """The boxes of a code, filled from ``code``; keys are the fields of ``Code``."""
    parents = parents_for(study, code.guid if code else None)
    guids = list(parents)
    left, right = st.columns([3, 2], gap="large")
    with right:
        parent = st.selectbox(
            "Under",
            guids,
            index=guids.index(code.parent) if code and code.parent in parents else 0,
            format_func=lambda guid: parents[guid],
            key=f"{key}parent",
        )
        short_id = st.text_input(
            "Short id",
            value=code.short_id if code else "",
            placeholder="MAGNET",
            help="Capital letters, digits and hyphens; used in files and tables.",
            key=f"{key}short_id",
        )
        colour = st.color_picker(
            "Colour",
            value=code.colour if code else colour_under(study, None),
            help="A new code takes the colour of the code it stands under, unless you choose one.",
            key=f"{key}colour",
        )
        is_restricted = st.checkbox(
            "Restricted",
            value=code.is_restricted if code else False,
            help="Quotes with a restricted code are left out of exports unless the code is named.",
            key=f"{key}restricted",
        )
        is_heading = st.checkbox(
            "Heading only",
            value=not code.is_codable if code else False,
            help="A heading groups codes and is not applied itself.",
            key=f"{key}heading",
        )
    with left:
        name = st.text_input("Name", value=code.name if code else "", key=f"{key}name")
        texts = {
            field: st.text_area(
                label, value=getattr(code, field) if code else "", height=80, key=f"{key}{field}"
            )
            for field, label in (
                ("definition", "Definition"),
                ("apply_when", "Apply when"),
                ("do_not_apply_when", "Do not apply when"),
                ("example", "Example"),
            )
        }
    return {
        "name": name,
        "short_id": short_id,
        "parent": parent,
        "colour": colour,
        "is_restricted": is_restricted,
        "is_codable": not is_heading,
        **texts,
    }


def change_form(study: Path, rows: list[dict[str, Any]]) -> None:
    """Choose a code, change it, or remove it."""
    by_guid: dict[str, dict[str, Any]] = {row["guid"]: row for row in rows}
    if "code_added" in st.session_state:
        st.session_state["code_pick"] = st.session_state.pop("code_added")
    if st.session_state.get("code_pick") not in by_guid:
        st.session_state["code_pick"] = next((r["guid"] for r in rows if r["is_codable"]), rows[0]["guid"])
    torn_code(study, _forget_snapshot)
    guid = st.selectbox("Code", list(by_guid), format_func=lambda g: by_guid[g]["path"], key="code_pick")
    was = None if guid is None else _snapshot(study, guid)
    if guid is None or was is None:
        return
    number = st.session_state["code_form_number"]
    with st.form("change_code"):
        fields = fields_of(study, was, f"change_{number}_{guid}_")
        saved = st.form_submit_button("Save the code", type="primary", icon=":material/save:")
    if saved:
        with meeting("code", study, was=was):
            version = change_code(study, was, fields, by=current_coder())
            now = code_as_shown(study, guid)
            others = version is not None and now is not None and now != replace(was, **_own(was, now, fields))
            told = f"Saved as version {version} of the codebook." if version else "Nothing was changed."
            st.toast(f"{told} What others changed meanwhile stands too." if others else told)
            _forget_snapshot()
            st.rerun()
    _removal(study, by_guid[guid], rows, was)


def _own(was: Code, now: Code, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields this person changed, as they were stored: names are tidied on their way."""
    return {name: getattr(now, name) for name, value in fields.items() if value != getattr(was, name)}


def _snapshot(study: Path, guid: str) -> Code | None:
    """The code as the form first showed it: what a save is checked against.

    The form is drawn anew from the study only when another code is chosen or after a save, so that
    a change by somebody else is noticed and never overwritten.
    """
    kept = st.session_state.get("code_shown")
    if kept is None or kept[0] != str(study) or kept[1].guid != guid:
        code = code_as_shown(study, guid)
        if code is None:
            return None
        st.session_state["code_shown"] = kept = (str(study), code)
        st.session_state["code_form_number"] = st.session_state.get("code_form_number", 0) + 1
    return kept[1]


def _forget_snapshot() -> None:
    st.session_state.pop("code_shown", None)


def _removal(study: Path, row: dict[str, Any], rows: list[dict[str, Any]], was: Code) -> None:
    with st.popover("Remove this code ...", icon=":material/delete:"):
        n_children = sum(other["parent"] == row["guid"] for other in rows)
        st.markdown(f"**Remove {plain(row['path'])}?**")
        st.markdown(
            f"Its {_counted(row['codings'], 'coding stays', 'codings stay')} in the study;"
            " nobody can apply the code any more."
            if row["codings"]
            else "It has no codings."
        )
        if n_children:
            moving = _counted(n_children, "code under it moves", "codes under it move")
            st.markdown(f"The {moving} up one level.")
        st.markdown("You can go back to this version of the codebook at any time (Versions).")
        if st.button("Yes, remove it", type="primary", key="remove_code"):
            with meeting("code", study, was=was):
                remove_code(study, row["guid"], by=current_coder(), was=was)
                st.toast("Removed. Versions brings it back.")
                _forget_snapshot()
                st.rerun()


def _counted(n: int, one: str, several: str) -> str:
    return f"{n} {one if n == 1 else several}"


def add_form(study: Path) -> None:
    """A new code; one that sounds like an old one is asked about first."""
    number = st.session_state.get("added_codes", 0)
    with st.form("add_code"):
        fields = fields_of(study, None, f"add_{number}_")
        anyway = st.checkbox("Add it even if a code of nearly this name exists", key=f"add_{number}_anyway")
        if not st.form_submit_button("Add the code", type="primary", icon=":material/add:"):
            return
    near = [] if anyway else similar_codes(study, fields["name"])
    if near:
        st.warning(
            "The codebook has codes of nearly this name. If yours is another, tick the box and add it.",
            icon=":material/info:",
        )
        st.dataframe(near, hide_index=True, width="stretch")
        return
    if fields["colour"] == colour_under(study, None):
        fields["colour"] = colour_under(study, fields["parent"])
    with guarded():
        guid = add_code(study, fields, by=current_coder())
        st.session_state["added_codes"] = number + 1
        st.session_state["code_added"] = guid
        st.toast("Added.")
        st.rerun()
