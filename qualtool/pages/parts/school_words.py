"""The right of the page Schools: who of the case spoke, and what they said."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import streamlit as st

from qualtool.pages.parts.quote_cards import show_passages
from qualtool.workflows.schools.school_page import speakers_of
from qualtool.workflows.themes.quote_groups import CONSENT_WORDS, quote_groups
from qualtool.workflows.themes.themes import quotes

_BY: dict[str, Literal["code_path", "role"]] = {"Theme": "code_path", "Role": "role"}


def show_people(study: Path, case: dict[str, Any]) -> None:
    """Who was interviewed, in which source, with what consent."""
    rows = speakers_of(study, case["guid"])
    st.markdown("**Who spoke**")
    if not rows:
        st.caption("Nobody of this case is in the study yet.")
        return
    st.dataframe(
        [
            {
                "Speaker": row["participant"],
                "Role": row["role"],
                "Consent": CONSENT_WORDS.get(row["consent"], row["consent"]),
                "Words": row["n_words"],
                "Source": row["source"] or "no source",
            }
            for row in rows
        ],
        hide_index=True,
        width="stretch",
        height="content" if len(rows) <= 6 else 250,
    )


def show_words(study: Path, case: dict[str, Any]) -> None:
    """The quotes of the case, by theme or by role, most-voiced first."""
    rows = quotes(study, case_guid=case["guid"])
    st.markdown("**What they said**")
    if not rows:
        st.info("Nothing of this case is coded yet.", icon=":material/edit_note:")
        st.page_link("code.py", label="Go to Code", icon=":material/edit_note:")
        return
    left, right = st.columns([3, 6], vertical_alignment="bottom")
    by = left.segmented_control("By", list(_BY), default="Theme", key="schools_by") or "Theme"
    groups = quote_groups(rows, _BY[by])
    place = right.selectbox(
        f"{by} (most people first)",
        range(len(groups)),
        format_func=lambda i: _label(groups[i].label, groups[i].n_people, len(groups[i].passages)),
        key=f"schools_group_{case['guid']}_{by}",
    )
    with st.container(height=640, border=False):
        show_passages(
            groups[place].passages, key=f"schools_{case['guid']}_{by}_{place}", with_codes=by == "Role"
        )


def _label(name: str, n_people: int, n_passages: int) -> str:
    people = "1 person" if n_people == 1 else f"{n_people} people"
    passages = "1 passage" if n_passages == 1 else f"{n_passages} passages"
    return f"{name.rpartition(' > ')[2]} ({people}, {passages})"
