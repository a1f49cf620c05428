"""Withdraw a participant: see what will be erased, confirm by their name, and the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.errors import QualtoolError
from qualtool.pages.parts.copies import ask_about_copies, show_elsewhere
from qualtool.pages.parts.names_replace import report_rows
from qualtool.pages.state import guarded, plain, show_error
from qualtool.workflows.keeping.purge import preview, purge
from qualtool.workflows.people.consent import consent_table

_COUNTS = {
    False: "Erase everything, the person too: counts become smaller",
    True: "Keep counts: the words go, how often they were coded stays",
}


def withdraw_participant(study: Path, coder: str) -> None:
    """Choose a participant, see what is theirs, and take it out."""
    _show_report()
    st.caption(
        "When somebody withdraws, what they said, its codings, memos on it, answers and search entries are "
        "erased for good, from history too. Other people's words stay."
    )
    with_surveys = st.toggle("Respondents of surveys too", key="withdraw_surveys")
    people = {row["name"]: row for row in consent_table(study, with_surveys=with_surveys)}
    if not people:
        st.info("Nobody has taken part yet: participants come with transcripts and surveys.")
        return
    done = st.session_state.get("withdraw_done", 0)
    name = st.selectbox(
        "Participant",
        list(people),
        index=None,
        placeholder="Choose, or type a name",
        format_func=lambda n: " · ".join(filter(None, (n, people[n]["role"], people[n]["case_name"]))),
        key=f"withdraw_who_{done}_{with_surveys}",
    )
    if name is None:
        return
    with guarded():
        found = preview(study, name)
        _show_what_goes(found)
        _form(study, name, found, coder, f"{done}_{hash(name)}")


def _show_what_goes(found: dict[str, Any]) -> None:
    st.header("What will be erased")
    rows = found["sources"]
    boxes = st.columns(4)
    boxes[0].metric("Sources", f"{len(rows):,}")
    boxes[1].metric("Codings", f"{sum(row['n_codings'] for row in rows):,}")
    boxes[2].metric("Memos", f"{sum(row['n_memos'] for row in rows):,}")
    boxes[3].metric("Answers", f"{found['n_answers']:,}")
    if rows:
        st.dataframe(
            [
                {
                    "Source": row["source"],
                    "What goes": "all of it" if row["whole"] else "their turns",
                    "Turns": row["n_turns"],
                    "Codings": row["n_codings"],
                    "Memos": row["n_memos"],
                }
                for row in rows
            ],
            hide_index=True,
        )
    for warning in found["warnings"]:
        st.warning(plain(warning), icon=":material/warning:")


def _form(study: Path, name: str, found: dict[str, Any], coder: str, key: str) -> None:
    st.header("Erase for good")
    st.warning("This cannot be undone, and there is no key that brings it back.", icon=":material/warning:")
    left, right = st.columns(2, gap="large")
    with left:
        keep = st.radio(
            "Counts",
            list(_COUNTS),
            format_func=_COUNTS.__getitem__,
            key=f"withdraw_counts_{key}",
            help="Keep counts only where what the person signed allows it.",
        )
    with right:
        delete = ask_about_copies(found["backups"], found["other_copies"], key=f"withdraw_copies_{key}")
    with st.form(f"withdraw_{key}", border=False):
        # The name is the placeholder, which is never read as Markdown; a label would be.
        typed = st.text_input(
            "Type the participant's name to go on", placeholder=name, key=f"withdraw_name_{key}", width=420
        )
        if not st.form_submit_button(
            "Erase this participant's words", type="primary", icon=":material/person_off:"
        ):
            return
    if delete is None:
        st.error("Say what becomes of the copies.", icon=":material/error:")
    if (typed or "").strip() != name.strip():
        st.error("The name typed is not the participant's.", icon=":material/error:")
    if delete is None or (typed or "").strip() != name.strip():
        return
    try:
        with st.spinner("Erasing, then writing the file anew. Do not close this page…"):
            report = purge(
                study,
                name,
                keep_counts=bool(keep),
                delete_backups=delete,
                keep_backups=not delete,
                by=coder,
            )
    except QualtoolError as err:
        show_error(err)
        return
    st.session_state["withdraw_done"] = st.session_state.get("withdraw_done", 0) + 1
    st.session_state["withdraw_report"] = {**report, "keeps_counts": bool(keep)}
    st.rerun()


def _show_report() -> None:
    found = st.session_state.get("withdraw_report")
    if found is None:
        return
    gone = (
        f"{found['n_codings']:,} of their codings, {found['n_memos']:,} memos, {found['n_answers']:,} answers"
    )
    stays = "Counts stay, words do not." if found["keeps_counts"] else "Nothing of it is counted any more."
    st.success(
        f"Their words are erased, with {gone}. {stays} "
        f"The study calls them {plain(found['participant'])} now.",
        icon=":material/check_circle:",
    )
    for warning in found["warnings"]:
        st.warning(plain(warning), icon=":material/warning:")
    rows = [row for row in report_rows(found["sources"]) if row["Moved along"] or row["To look at"]]
    if rows:
        st.caption("Other people's codings in the same sources; those to look at reached into erased words:")
        st.dataframe(rows, hide_index=True)
    if found["new_backup"]:
        st.caption(f"New, clean backup: {plain(Path(found['new_backup']).name)}")
    for file in found["backups_kept"]:
        st.caption(f"Still holds the words: {plain(file)}")
    show_elsewhere(found["elsewhere"])
    if st.button("Put this report away", icon=":material/done:", key="withdraw_report_away"):
        del st.session_state["withdraw_report"]
        st.rerun()
    st.divider()
