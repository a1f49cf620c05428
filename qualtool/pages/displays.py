"""Displays: numbers and words beside each other, to look at and to take into a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from qualtool.pages.parts.display_joint import show_joint, show_pillars
from qualtool.pages.parts.display_statistics import show_cases, show_statistics, show_thread
from qualtool.pages.parts.on_paper import on_paper
from qualtool.pages.state import guarded, header, require_study

_DISPLAYS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "D2": ("Side by side", show_joint),
    "D3": ("Statistics by themes", show_statistics),
    "D4": ("Pillars", show_pillars),
    "D5": ("Schools by themes", show_cases),
    "D6": ("Thread", show_thread),
}

study = require_study()
on_paper()
header("Displays", "Numbers and words beside each other. The convergence matrix (D1) is on Propositions.")
# A link from elsewhere chooses a display by a value of its own: a widget forgets on other pages.
wanted = st.session_state.pop("display_wanted", None)
if wanted in _DISPLAYS:
    st.session_state["display"] = wanted
chosen = st.segmented_control(
    "Display",
    list(_DISPLAYS),
    format_func=lambda key: f"{key} {_DISPLAYS[key][0]}",
    default=None if "display" in st.session_state else "D2",
    required=True,
    key="display",
    label_visibility="collapsed",
)
with guarded():
    _DISPLAYS[chosen or "D2"][1](study)
