"""The table of names to replace: proposed, uploaded or typed, with the places of one beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qualtool.errors import UserInputError
from qualtool.pages.parts.progress import long_work
from qualtool.pages.state import plain, show_error
from qualtool.workflows.keeping.names_page import KINDS, proposed_rows, table_bytes, uploaded_rows
from qualtool.workflows.keeping.propose_names import ProposedNames, propose_for
from qualtool.workflows.study.studies import content_key

Rows = list[dict[str, Any]]
_COLUMNS = {
    "use": st.column_config.CheckboxColumn("Use", default=True, width=62),
    "real": st.column_config.TextColumn("Real name", width=150),
    "pseudonym": st.column_config.TextColumn("Pseudonym", width=122),
    "kind": st.column_config.SelectboxColumn("Kind", options=KINDS, default="person", width=80),
    "certainty": st.column_config.TextColumn("Sure?", disabled=True, width=58),
    "n": st.column_config.NumberColumn("Places", disabled=True, width=64),
    "n_sources": st.column_config.NumberColumn("Sources", disabled=True, width=74),
    "why": st.column_config.TextColumn("Found by", disabled=True, width="medium"),
    "caution": st.column_config.TextColumn("Mind", disabled=True, width="medium"),
}
_BLANK = {"use": True, "kind": "person", "certainty": "yours", "case": ""}


def keep_rows(rows: Rows, notes: tuple[str, ...] = (), found: ProposedNames | None = None) -> None:
    """Show these rows from now on; what was typed into the table before is gone."""
    st.session_state["names_rows"] = st.session_state["names_edited"] = rows
    st.session_state["names_notes"] = notes
    st.session_state["names_found"] = found
    st.session_state["names_round"] = st.session_state.get("names_round", 0) + 1
    for gone in ("names_tried", "names_fault"):
        st.session_state.pop(gone, None)


def names_table(study: Path) -> Rows:
    """Ways to fill the table, and the table; returns its rows as they are edited now."""
    if st.session_state.get("names_study") != str(study):
        keep_rows([])
        st.session_state["names_study"] = str(study)
    save = _ways_in(study)
    if not st.session_state["names_rows"]:
        st.info(
            "Start with **Look for names**: rules, your participants and cases, and the register of schools "
            "propose what to replace. You decide. Nothing is changed until you say so at the end.",
            icon=":material/person_search:",
        )
        _save_button(study, save, [])
        return []
    left, right = st.columns([7, 3], gap="medium")
    with left:
        rows = _editor()
        for note in st.session_state["names_notes"]:
            st.caption(plain(note))
    with right:
        _places(rows)
    _save_button(study, save, rows)
    return rows


def _ways_in(study: Path) -> DeltaGenerator:
    """Buttons that fill the table; returns the place of the one that saves it."""
    left, middle, right, last = st.columns([3, 3, 3, 3], vertical_alignment="bottom")
    if left.button("Look for names", type="primary", icon=":material/person_search:", width="stretch"):
        with long_work("Looking for names…", reading="Texts read", then="Putting the forms together") as told:
            found = propose_for(study, progress=told)
            keep_rows(proposed_rows(found), found.notes, found)
        st.session_state["names_content"] = content_key(study)
        st.rerun()
    if middle.button("Type them yourself", icon=":material/keyboard:", width="stretch"):
        keep_rows([dict(_BLANK) for _ in range(5)])
        st.rerun()
    round_ = st.session_state["names_round"]
    # Another key closes it once a table was taken.
    with right.popover(
        "Use a table of yours", icon=":material/upload_file:", width="stretch", key=f"names_own_{round_}"
    ):
        _upload()
    return last


def _upload() -> None:
    """Take a table from a file; one with faults is told, and the box is empty again for the next."""
    number = st.session_state.get("names_uploads", 0)
    file = st.file_uploader(
        "CSV with the columns real, pseudonym, kind", type=["csv"], key=f"names_upload_{number}"
    )
    if file is not None:
        st.session_state["names_uploads"] = number + 1
        st.session_state.pop("names_fault", None)
        try:
            keep_rows(uploaded_rows(file.getvalue(), Path(file.name).name))
        except UserInputError as err:
            st.session_state["names_fault"] = err
        st.rerun()
    if "names_fault" in st.session_state:
        show_error(st.session_state["names_fault"])


def _save_button(study: Path, place: DeltaGenerator, rows: Rows) -> None:
    place.download_button(
        "Save this table",
        # Called outside the session, so it is given the rows as they are now.
        data=lambda: table_bytes(rows, only_ticked=False),
        file_name=f"{study.stem}-names.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        disabled=not rows,
        width="stretch",
        help="The table holds the real names, readable by anybody: keep it as safe as the study.",
    )


def _editor() -> Rows:
    key = f"names_editor_{st.session_state['names_round']}"
    if key not in st.session_state:
        # Streamlit forgets what was typed when another page is shown: go on from what was kept.
        st.session_state["names_rows"] = st.session_state["names_edited"]
    # Above the table, where its tool bar would lie over buttons otherwise.
    told = st.container()
    rows = st.data_editor(
        st.session_state["names_rows"],
        key=key,
        num_rows="add",
        placeholder="",
        hide_index=True,
        height=min(38 + 35 * (len(st.session_state["names_rows"]) + 2), 430),
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
    )
    kept = [{**_BLANK, **{k: v for k, v in row.items() if v is not None}} for row in rows]
    st.session_state["names_edited"] = kept
    n = sum(bool(row["use"]) for row in kept if row.get("real"))
    told.caption(
        f"{n} of {sum(bool(row.get('real')) for row in kept)} names are ticked. Use, Real name, Pseudonym "
        "and Kind can be changed; the last line adds a name. Forms of one name share a pseudonym."
    )
    return kept


def _places(rows: Rows) -> None:
    """Why a name was proposed, and the first places where it stands."""
    found: ProposedNames | None = st.session_state["names_found"]
    if found is None:
        st.caption("The places of each name are shown below, once you try the table.")
        return
    by_name = {one.real: one for one in found.proposals}
    names = [row["real"] for row in rows if row.get("real") in by_name]
    name = st.selectbox("See where it stands", names, key="names_looked_at", help="Type to find a name.")
    if name is None:
        return
    one = by_name[name]
    st.caption(plain(f"Found by: {'; '.join(one.why)}"))
    if one.caution:
        st.warning(plain(one.caution[0].upper() + one.caution[1:]), icon=":material/visibility:")
    if not one.contexts:
        st.caption("In no text: it stands in a table of the study, as the name of somebody or something.")
    for context in one.contexts:
        with st.container(border=True, gap=None):
            st.caption(plain(context.source))
            words = f"…{context.before}»{context.words}«{context.after}…"
            st.text(" ".join(words.split()))
