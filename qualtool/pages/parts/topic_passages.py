"""The segments of one topic, to be read whole and opened in the panel."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.topic_views import KIND_SHOWN
from qualtool.pages.state import plain
from qualtool.workflows.suggestions.topic_page import topic_passages

_A_SCREEN = 20


def more_passages(study: Path, topic: Mapping[str, Any]) -> None:
    """A box with the segments of a topic, twenty at a time, those that fit it well first."""
    with st.expander("Read its segments", key="topic_more", on_change="rerun") as more:
        if not more.open:
            return
        n_screens = max(1, -(-topic["size"] // _A_SCREEN))
        screen = 1
        if n_screens > 1:
            screen = (
                st.selectbox(
                    "Segments",
                    range(1, n_screens + 1),
                    format_func=lambda at: f"Screen {at} of {n_screens}",
                    key=f"topic_more_screen_{topic['guid']}",
                    label_visibility="collapsed",
                )
                or 1
            )
        shown = topic_passages(study, topic["guid"], first=(screen - 1) * _A_SCREEN, n=_A_SCREEN)
        with st.container(height=420, gap="small"):
            for number, passage in enumerate(shown):
                _passage(passage, key=f"topic_more_{number}")
        st.caption("Those that fit the topic least come last.")


def _passage(passage: Mapping[str, Any], *, key: str) -> None:
    st.text(passage["quote"].strip())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        weak = " · fits weakly" if passage["is_weak"] else ""
        st.caption(f"{plain(passage['source'])}{weak}", width="stretch")
        if st.button("Open", key=key, icon=":material/edit_note:", type="tertiary"):
            st.session_state["source"] = passage["source_guid"]
            st.session_state["place"] = (passage["source_guid"], int(passage["start_char"]))
            st.session_state["code_kind"] = KIND_SHOWN[passage["kind"]]
            st.switch_page("code.py")
