"""Choose a source and correct its text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.two_versions import Choice, as_last_shown, meeting, show_versions, waiting
from qualtool.pages.state import guarded, plain
from qualtool.workflows.editing.edit_page import editable_sources, editable_turns, preview_replace
from qualtool.workflows.editing.edit_source import edit_source, edit_stretch
from qualtool.workflows.undoing.undo_edit import last_edit, undo_edit

_SAID = "edit_report"
_KINDS = {"transcript": "Interviews", "answer": "Survey answers"}


def choose_source(study: Path) -> str | None:
    """The GUID of the source to correct, or None where there is none."""
    left, right = st.columns([3, 7], vertical_alignment="bottom")
    kind = left.segmented_control(
        "Kind",
        list(_KINDS),
        default="transcript",
        required=True,
        format_func=_KINDS.__getitem__,
        key="edit_kind",
    )
    rows = {row["guid"]: row for row in editable_sources(study, kind=kind)}
    if not rows:
        st.info("There is no text of this kind yet: import some first.", icon=":material/upload_file:")
        st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
        return None
    guid = right.selectbox(
        "Source",
        list(rows),
        format_func=lambda g: f"{rows[g]['name']} ({rows[g]['n_codings']} codings)",
        key=f"edit_source_{kind}",
    )
    return str(guid)


def show_report() -> None:
    """What the last correction did to codings."""
    found = st.session_state.pop(_SAID, None)
    if found is None:
        return
    if isinstance(found, str):
        st.success(plain(found), icon=":material/check:")
        return
    n = len(found["needs_review"])
    st.success(
        f"Saved as version {found['version']} of {plain(found['source'])}: {found['kept']} codings kept, "
        f"{found['moved']} moved, {n} for review, {found['lost']} lost.",
        icon=":material/check:",
    )
    for warning in found["warnings"]:
        st.warning(plain(warning), icon=":material/warning:")
    if n:
        st.dataframe(
            [
                {"Quote before": r["before"], "Words there now": r["after"] or ""}
                for r in found["needs_review"]
            ],
            hide_index=True,
            width="stretch",
        )


def _do(act: Callable[[], dict[str, Any] | str], version: int | None = None) -> None:
    """Do it and show the page anew; where nothing changed, say so."""
    with guarded():
        found = act()
        is_same = isinstance(found, dict) and found["version"] == version
        st.session_state[_SAID] = "The text stays as it was: nothing was changed." if is_same else found
        st.rerun()


def undo_last(study: Path, source: str, coder: str) -> None:
    """Offer to take the last correction of the source back."""
    edit = last_edit(study, source)
    if edit is None:
        return
    seen = as_last_shown(f"edit_{source}", edit["version"])
    left, right = st.columns([8, 2], vertical_alignment="center")
    when = edit["at"][:16].replace("T", " ")
    left.caption(f"Last corrected by {plain(edit['by'])} on {when} UTC (version {edit['version']})")
    if right.button("Undo correction", icon=":material/undo:", key="edit_undo", width="stretch"):
        _do(lambda: _undone(study, source, coder, seen))


def _undone(study: Path, source: str, coder: str, version: int) -> str:
    found = undo_edit(study, source, by=coder, version=version)
    return f"{found['source']} is as it was before: {found['restored']} codings put back."


def replace_words(study: Path, source: str, coder: str) -> None:
    """Find and replace, with every place in its context first."""
    left, middle, right = st.columns([4, 4, 2], vertical_alignment="bottom")
    old = left.text_input("Words in the text", key="edit_old", help="Case and spaces count.")
    new = middle.text_input("Put in their place", key="edit_new", help="Leave blank to take the words out.")
    whole = right.checkbox("Whole words only", value=True, key="edit_whole")
    if not old:
        return
    found = preview_replace(study, source, old, new, whole_word=whole)
    hits = found["hits"]
    if not hits:
        st.info("These words are not in this text.", icon=":material/search_off:")
        return
    count = "1 place" if len(hits) == 1 else f"{len(hits)} places"
    st.caption(count)
    st.dataframe(
        [{"Now": hit["before"], "Then": hit["after"]} for hit in hits], hide_index=True, width="stretch"
    )
    seen = as_last_shown(f"replace_{source}_{old}_{whole}", found["version"])
    if st.button(f"Replace in {count}", type="primary", key="edit_replace"):
        version = seen
        _do(
            lambda: edit_source(
                study, source, replace=(old, new), whole_word=whole, by=coder, version=version
            ),
            version,
        )


def edit_turn(study: Path, source: str, coder: str) -> None:
    """Change the words of one turn."""
    _torn(study, coder)
    found = _begun_with(study, source)
    turns = {turn["number"]: turn for turn in found["turns"]}
    if not turns:
        st.info("This text has no turns.", icon=":material/info:")
        return
    number = st.selectbox(
        "Turn",
        list(turns),
        format_func=lambda n: f"{n} · {turns[n]['label']} · {turns[n]['text'][:80]}",
        key=f"edit_turn_{source}",
    )
    turn, version = turns[number], found["version"]
    with st.form("edit_turn_form", border=False):
        text = st.text_area(
            "What was said", value=turn["text"], height=200, key=f"edit_words_{source}_{version}_{number}"
        )
        if st.form_submit_button("Save turn", type="primary", icon=":material/save:"):
            with meeting("turn", study, source=source, number=number):
                where = (turn["start_char"], turn["end_char"])
                _say(edit_stretch(study, source, *where, text or "", by=coder, version=version), version)


def _begun_with(study: Path, source: str) -> dict[str, Any]:
    """The turns as they were when the form was first drawn, so that nothing typed is taken away.

    They are read anew for another source or another turn, and after a save.
    """
    state = st.session_state
    thing, wanted = (str(study), source), state.get(f"edit_turn_{source}")
    kept = state.get("edit_begun")
    if kept is not None and kept["thing"] == thing and wanted in (None, kept["number"]):
        found = kept["found"]
        if f"edit_words_{source}_{found['version']}_{kept['number']}" in state:
            return found
    found = editable_turns(study, source)
    numbers = [turn["number"] for turn in found["turns"]]
    number = wanted if wanted in numbers else next(iter(numbers), None)
    state["edit_begun"] = {"thing": thing, "number": number, "found": found}
    return found


def _say(found: dict[str, Any], version: int) -> None:
    is_same = found["version"] == version
    st.session_state[_SAID] = "The text stays as it was: nothing was changed." if is_same else found
    st.session_state.pop("edit_begun", None)
    st.rerun()


def _torn(study: Path, coder: str) -> None:
    """The words of this turn were corrected by somebody else meanwhile: theirs and yours."""
    found = waiting("turn", study)
    if found is None:
        return
    err = found["error"]
    theirs, text = err.theirs, err.yours["text"]

    def forget() -> None:
        st.session_state.pop("edit_begun", None)

    def use_mine() -> None:
        where = (theirs["start_char"], theirs["end_char"])
        report = edit_stretch(study, found["source"], *where, text, by=coder, version=theirs["version"])
        st.session_state[_SAID] = report
        forget()

    choices: dict[str, Choice] = {"theirs": ("Keep theirs", forget)}
    if "start_char" in theirs:
        choices["mine"] = ("Use mine", use_mine)
    note = f"Turn {found['number']}. To keep some of both, choose one, then correct it."
    show_versions("turn", err, choices, fields=("text",), note=note)
