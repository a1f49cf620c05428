"""Write, change and remove memos."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import guarded, plain
from qualtool.workflows.memo_page import memo_targets, own_memo, remove_memo, save_memo

_SAID = "memo_said"


def write_form(study: Path, coder: str, kinds: Mapping[str, str]) -> None:
    """Write a memo on the study, a source, a code or a case.

    A person has one memo on a thing: theirs, if there is one, stands in the form to be gone on with.
    """
    with st.expander("Write a memo", icon=":material/edit:", key="memo_write"):
        targets = memo_targets(study)
        left, right = st.columns([4, 6])
        kind = left.segmented_control(
            "On",
            list(targets),
            default="study",
            required=True,
            format_func=kinds.__getitem__,
            key="memo_kind",
        )
        choices = dict(targets[kind])
        if not choices:
            right.info(f"The study has no {kind} yet.", icon=":material/info:")
            return
        guid = (
            right.selectbox(
                kinds[kind],
                list(choices),
                format_func=choices.__getitem__,
                key=f"memo_target_{kind}",
            )
            if kind != "study"
            else next(iter(choices))
        )
        before = own_memo(study, kind, guid, coder=coder)
        if before:
            st.caption("You have a memo on this already: go on with it here.")
        with st.form("memo_form", border=False):
            text = st.text_area(
                "Memo",
                value=before,
                height=140,
                key=f"memo_new_{guid}_{len(before)}_{hash(before)}",
            )
            if st.form_submit_button("Save memo", type="primary", icon=":material/save:"):
                with guarded():
                    save_memo(study, kind, guid, text, coder=coder)
                    st.session_state[_SAID] = "Saved."
                    st.rerun()


def undo_removal(study: Path, coder: str) -> None:
    """Say what was just done, and offer the memo removed last back."""
    said = st.session_state.pop(_SAID, None)
    if said:
        st.toast(said, icon=":material/check:")
    gone = st.session_state.get("memo_gone")
    if gone is None or gone["study"] != str(study) or gone["coder"] != coder:
        return
    left, right = st.columns([8, 2], vertical_alignment="center")
    left.info(f"Your memo on {plain(gone['about'])} was removed.", icon=":material/delete:")
    if right.button("Undo", icon=":material/undo:", key="memo_undo", width="stretch"):
        with guarded():
            # What was written there meanwhile stays below the text that comes back.
            newer = own_memo(study, gone["kind"], gone["guid"], coder=coder)
            text = "\n\n".join(part for part in (gone["text"], newer) if part)
            save_memo(study, gone["kind"], gone["guid"], text, coder=coder)
            del st.session_state["memo_gone"]
            st.session_state[_SAID] = "The memo is back."
            st.rerun()


def memo_card(study: Path, memo: Mapping[str, Any], coder: str, kinds: Mapping[str, str]) -> None:
    """One memo, with what it is about; its writer can change or remove it."""
    guid, own = memo["guid"], memo["coder"] == coder
    with st.container(border=True):
        about, change, remove = st.columns([10, 1, 1], vertical_alignment="center")
        when = memo["changed_at"][:16].replace("T", " ")
        about.markdown(f":gray-badge[{kinds[memo['target_kind']]}] **{plain(memo['about'])}**")
        about.caption(f"{plain(memo['coder'])} · {when} UTC")
        if own:
            if change.button("", key=f"memo_edit_{guid}", icon=":material/edit:", help="Change this memo"):
                st.session_state["memo_editing"] = guid
            if remove.button("", key=f"memo_drop_{guid}", icon=":material/delete:", help="Remove this memo"):
                _remove(study, memo, coder)
        if memo.get("quote"):
            st.markdown("> " + plain(memo["quote"]).strip())
        if own and st.session_state.get("memo_editing") == guid:
            _edit(study, memo, coder)
        else:
            st.text(memo["text"])


def _edit(study: Path, memo: Mapping[str, Any], coder: str) -> None:
    with st.form(f"memo_change_{memo['guid']}", border=False):
        text = st.text_area("Memo", value=memo["text"], height=140, key=f"memo_changed_{memo['guid']}")
        left, right, _ = st.columns([2, 2, 8])
        save = left.form_submit_button("Save", type="primary", width="stretch")
        cancel = right.form_submit_button("Cancel", width="stretch")
    if save:
        with guarded():
            save_memo(study, memo["target_kind"], memo["target_guid"], text or "", coder=coder)
            st.session_state[_SAID] = "Saved."
            del st.session_state["memo_editing"]
            st.rerun()
    if cancel:
        del st.session_state["memo_editing"]
        st.rerun()


def _remove(study: Path, memo: Mapping[str, Any], coder: str) -> None:
    with guarded():
        text = remove_memo(study, memo["target_kind"], memo["target_guid"], coder=coder)
        st.session_state["memo_gone"] = {
            "study": str(study),
            "coder": coder,
            "kind": memo["target_kind"],
            "guid": memo["target_guid"],
            "about": memo["about"],
            "text": text,
        }
        st.rerun()
