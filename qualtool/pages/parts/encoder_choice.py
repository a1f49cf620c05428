"""Which language model reads the study: the usual one, or the folder of another."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.pages.state import guarded, has_words, plain
from qualtool.workflows.suggestions.vectors import USUAL, chosen_folder, set_encoder


def choose_encoder(study: Path) -> None:
    """A box that names the encoder in use and takes the folder of another one on this computer."""
    with st.popover("Language model", icon=":material/translate:"):
        folder = chosen_folder(study)
        used = "the usual one (all-MiniLM-L6-v2, made for English)" if folder is None else plain(folder)
        st.markdown(f"In use: **{used}**")
        st.caption(
            "For texts in other languages give the folder of a multilingual model on this computer, as "
            "sentence-transformers or ONNX store it. Nothing is downloaded, and no code of the folder runs. "
            "Topics and suggestions that stand were made with the model named in their run; make them anew."
        )
        typed = st.text_input(
            "Folder of a model", placeholder="/models/multilingual-MiniLM", key="encoder_folder"
        )
        left, right = st.columns(2)
        if left.button("Use this folder", key="encoder_use", width="stretch") and has_words(
            typed, "Give the folder of a model."
        ):
            _set(study, typed.strip())
        if right.button(
            "Back to the usual one", key="encoder_usual", disabled=folder is None, width="stretch"
        ):
            _set(study, USUAL)


def _set(study: Path, folder: str) -> None:
    with guarded():
        with st.spinner("Opening the model …"):
            set_encoder(study, folder)
        st.rerun()
