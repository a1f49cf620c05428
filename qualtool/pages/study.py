"""Study: open or make one; what is in it, how far it is, who took part."""

from __future__ import annotations

import streamlit as st

from qualtool.errors import QualtoolError
from qualtool.pages.parts.backups import show_backups
from qualtool.pages.parts.choose_study import choose_study, copy_form
from qualtool.pages.parts.consent_table import show_consent
from qualtool.pages.parts.sets_of_sources import show_sets
from qualtool.pages.parts.study_contents import (
    show_metrics,
    show_next_step,
    show_progress,
    transcripts_of,
)
from qualtool.pages.state import current_study, header, plain, show_error
from qualtool.workflows.roles import Role, is_hosted, may
from qualtool.workflows.study.studies import overview

study = current_study()
if study is None:
    header("Study", "A study is one file on this computer. Nothing in it is sent anywhere.")
    choose_study()
    st.stop()
try:
    found = overview(study)
except QualtoolError as err:
    header("Study", "The study that was open cannot be read.")
    show_error(err)
    show_backups(study)
    choose_study()
    st.stop()


def only_owners(told: str) -> bool:
    """Whether to go on; whoever is no owner of a served study is told why not."""
    if not may(Role.OWNER):
        st.info(told, icon=":material/lock:")
    return may(Role.OWNER)


coders = ", ".join(found["coders"]) or "nobody yet"
shown, last = (study.name, "Copy") if is_hosted() else (study, "Open, new, copy")
header(
    plain(found["name"]),
    f"{plain(shown)}  ·  codebook version {found['codebook_version']}  ·  coders: {plain(coders)}",
)
rows = transcripts_of(study)
if may(Role.CODER):
    show_next_step(found["next_step"], rows)
show_metrics(found["counts"])
progress, people, sets, backups, file = st.tabs(
    ["Progress", "Participants and consent", "Sets of sources", "Backups", last]
)
if done := st.session_state.pop("restored", None):
    st.success(plain(done), icon=":material/check_circle:")
with progress:
    show_progress(found["progress"], rows)
with people:
    show_consent(study)
with sets:
    show_sets(study, [row["source"] for row in rows])
with backups:
    if only_owners("Only owners see backups and restore them."):
        show_backups(study)
with file:
    if not is_hosted():
        choose_study()
    if only_owners("This server serves one study. Only owners save a copy of it."):
        st.header("Save a copy")
        copy_form(study)
