"""Write, change and remove memos."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.two_versions import meeting, show_versions, waiting
from qualtool.pages.state import guarded, plain
from qualtool.workflows.conflicts import both_texts
from qualtool.workflows.editing.memo_page import memo_targets, own_memo, remove_memo, save_memo

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
        before, number = _begun_with(study, coder, kind, guid)
        if before:
            st.caption("You have a memo on this already: go on with it here.")
        with st.form("memo_form", border=False):
            text = st.text_area(
                "Memo",
                value=before,
                height=140,
                key=f"memo_new_{number}",
            )
            if st.form_submit_button("Save memo", type="primary", icon=":material/save:"):
                with meeting("memo", study, kind=kind, guid=guid):
                    save_memo(study, kind, guid, text, coder=coder, seen=before)
                    st.session_state[_SAID] = "Saved."
                    del st.session_state["memo_begun"]
                    st.rerun()


def _begun_with(study: Path, coder: str, kind: str, guid: str) -> tuple[str, int]:
    """The memo as it was when the form for it was first drawn, and the number of that form.

    The form is drawn from the study anew only for another thing, after a save, or when the page was
    left: what another window stores meanwhile does not take away what is being typed.
    """
    state = st.session_state
    thing = (str(study), coder, kind, guid)
    number = state.get("memo_form_number", 0)
    if state.get("memo_begun", ((), ""))[0] != thing or f"memo_new_{number}" not in state:
        state["memo_begun"] = (thing, own_memo(study, kind, guid, coder=coder))
        state["memo_form_number"] = number = number + 1
    return state["memo_begun"][1], number


def torn_memo(study: Path, coder: str) -> None:
    """A memo that was written anew meanwhile, in another window: both texts, and the decision."""
    found = waiting("memo", study)
    if found is None:
        return
    err = found["error"]
    theirs, yours = err.theirs["text"], err.yours["text"]

    def write(text: str) -> None:
        save_memo(study, found["kind"], found["guid"], text, coder=coder, seen=theirs)
        _let_go()

    def drop() -> None:
        remove_memo(study, found["kind"], found["guid"], coder=coder, seen=theirs)
        _let_go()

    choices = {"theirs": ("Keep theirs" if theirs.strip() else "Leave it removed", _let_go)}
    if yours.strip():
        choices["mine"] = ("Use mine", lambda: write(yours))
    else:
        choices["mine"] = ("Remove it all the same", drop)
    if theirs.strip() and yours.strip():
        choices["both"] = ("Keep both", lambda: write(both_texts(theirs, yours)))
    note = "Both texts are in History too, whatever you decide."
    show_versions("memo", err, choices, fields=("text",), note=note)


def _let_go() -> None:
    """The forms are drawn anew from what stands."""
    for name in ("memo_begun", "memo_editing"):
        st.session_state.pop(name, None)
    st.session_state[_SAID] = "Decided."


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
            save_memo(study, gone["kind"], gone["guid"], text, coder=coder, seen=newer)
            del st.session_state["memo_gone"]
            st.session_state[_SAID] = "The memo is back."
            st.rerun()


def memo_card(
    study: Path, memo: Mapping[str, Any], coder: str, kinds: Mapping[str, str], *, seen: str
) -> None:
    """One memo, with what it is about; its writer can change or remove it.

    ``seen`` is its text as the page showed it when a button was pressed.
    """
    guid, own = memo["guid"], memo["coder"] == coder
    with st.container(border=True):
        about, change, remove = st.columns([10, 1, 1], vertical_alignment="center")
        when = memo["changed_at"][:16].replace("T", " ")
        about.markdown(f":gray-badge[{kinds[memo['target_kind']]}] **{plain(memo['about'])}**")
        about.caption(f"{plain(memo['coder'])} · {when} UTC")
        if own:
            if change.button("", key=f"memo_edit_{guid}", icon=":material/edit:", help="Change this memo"):
                st.session_state["memo_editing"] = guid
                st.session_state["memo_edited"] = memo["text"]
            if remove.button("", key=f"memo_drop_{guid}", icon=":material/delete:", help="Remove this memo"):
                _remove(study, memo, coder, seen)
        if memo.get("quote"):
            st.markdown("> " + plain(memo["quote"]).strip())
        if own and st.session_state.get("memo_editing") == guid:
            _edit(study, memo, coder)
        else:
            st.text(memo["text"])


def _edit(study: Path, memo: Mapping[str, Any], coder: str) -> None:
    with st.form(f"memo_change_{memo['guid']}", border=False):
        before = st.session_state.setdefault("memo_edited", memo["text"])
        text = st.text_area("Memo", value=before, height=140, key=f"memo_changed_{memo['guid']}")
        left, right, _ = st.columns([2, 2, 8])
        save = left.form_submit_button("Save", type="primary", width="stretch")
        cancel = right.form_submit_button("Cancel", width="stretch")
    if save:
        with meeting("memo", study, kind=memo["target_kind"], guid=memo["target_guid"]):
            save_memo(study, memo["target_kind"], memo["target_guid"], text or "", coder=coder, seen=before)
            st.session_state[_SAID] = "Saved."
            del st.session_state["memo_editing"]
            st.rerun()
    if cancel:
        del st.session_state["memo_editing"]
        st.rerun()


def _remove(study: Path, memo: Mapping[str, Any], coder: str, seen: str) -> None:
    with meeting("memo", study, kind=memo["target_kind"], guid=memo["target_guid"]):
        text = remove_memo(study, memo["target_kind"], memo["target_guid"], coder=coder, seen=seen)
        st.session_state["memo_gone"] = {
            "study": str(study),
            "coder": coder,
            "kind": memo["target_kind"],
            "guid": memo["target_guid"],
            "about": memo["about"],
            "text": text,
        }
        st.rerun()
