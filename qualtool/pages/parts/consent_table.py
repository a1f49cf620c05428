"""Who took part, and what they allowed: a table, a form to change it, and undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.two_versions import as_last_shown, meeting, show_versions, waiting
from qualtool.pages.state import current_coder, guarded, plain
from qualtool.workflows.people.consent import (
    CONSENTS,
    change_consents,
    consent_table,
    last_consent_change,
    undo_consent,
)
from qualtool.workflows.roles import Role, may

_COLUMNS = {
    "name": st.column_config.TextColumn("Participant", width="medium"),
    "consent": st.column_config.TextColumn("May be quoted", width=115),
    "role": st.column_config.TextColumn("Role"),
    "case_name": st.column_config.TextColumn("Case"),
    "n_sources": st.column_config.NumberColumn("Sources", width="small"),
}


def show_consent(study: Path) -> None:
    """The table of participants, and beside it the form."""
    with_surveys = st.toggle("Show respondents of surveys too", key="consent_surveys")
    rows = consent_table(study, with_surveys=with_surveys)
    if not rows:
        st.info("Nobody has taken part yet: participants come with transcripts and surveys.")
        st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
        return
    if not may(Role.OWNER):
        _table(rows)
        return
    _torn(study)
    left, right = st.columns([3, 2], gap="large")
    with right:
        _form(study, rows)
        _undo(study)
    with left:
        _table(rows)


def _table(rows: list[dict[str, Any]]) -> None:
    def ticked() -> None:
        chosen = st.session_state["consent_rows"]["selection"]["rows"]
        st.session_state["consent_people"] = [rows[at]["name"] for at in chosen]

    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * len(rows), 388),
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        on_select=ticked,
        selection_mode="multi-row",
        key="consent_rows",
    )
    counts = {word: sum(row["consent"] == word for row in rows) for word in CONSENTS}
    st.caption(", ".join(f"{word}: {n}" for word, n in counts.items() if n))


def _form(study: Path, rows: list[dict[str, Any]]) -> None:
    names = [row["name"] for row in rows]
    seen = as_last_shown(f"consent_{study}", {row["name"]: row["consent"] for row in rows})
    # Who was chosen may not be listed any more: another study, or the respondents hidden again.
    chosen = st.session_state.get("consent_people", [])
    st.session_state["consent_people"] = [name for name in chosen if name in names]
    with st.form("consent"):
        people = st.multiselect(
            "Participants",
            names,
            placeholder="Choose here, or tick rows of the table",
            key="consent_people",
        )
        consent = st.selectbox(
            "May their words be quoted?", list(CONSENTS), format_func=lambda word: CONSENTS[word]
        )
        if not st.form_submit_button("Set consent", type="primary"):
            return
    with meeting("consent", study, people=people, consent=consent):
        n = change_consents(study, people, consent, by=current_coder(), seen=seen)
        st.toast(f"Consent set to '{consent}' for {n}." if n else "Nothing was changed: it was so already.")
        st.rerun()


def _torn(study: Path) -> None:
    """Somebody set the consent of the same people meanwhile: theirs and yours."""
    found = waiting("consent", study)
    if found is None:
        return
    people, consent, theirs = found["people"], found["consent"], found["error"].theirs

    def use_mine() -> None:
        change_consents(study, people, consent, by=current_coder(), seen=theirs)

    choices = {"theirs": ("Keep theirs", lambda: None), "mine": ("Use mine", use_mine)}
    show_versions(
        "consent", found["error"], choices, words=lambda _, word: CONSENTS.get(str(word), str(word))
    )


def _undo(study: Path) -> None:
    changes = last_consent_change(study, by=current_coder())
    if not changes:
        return
    who = changes[0]["name"] if len(changes) == 1 else f"{len(changes)} participants"
    label = f"Undo: consent of {plain(who)} to '{changes[0]['after']}'"
    if st.button(label, icon=":material/undo:", key="undo_consent"):
        with guarded():
            undo_consent(study, by=current_coder())
            st.rerun()
