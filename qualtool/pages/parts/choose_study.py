"""Open a study, make a new one, save a copy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import current_coder, guarded, open_study, plain, recent_studies, start_folder
from qualtool.workflows.gathering.import_uploads import upload_name
from qualtool.workflows.study.studies import save_copy
from qualtool.workflows.study.study_files import (
    copy_name,
    described,
    new_study,
    offered_codebooks,
    studies_in,
)

_NO_CODEBOOK, _UPLOAD = "None yet", "Upload a file"


def choose_study() -> None:
    """Two forms side by side: open one, make one."""
    left, right = st.columns(2, gap="large")
    with left:
        open_form()
    with right:
        new_form()


def open_form() -> None:
    """Studies opened lately and those in the start folder, or any path."""
    st.header("Open a study")
    known = known_studies()
    with st.form("open_study"):
        picked = st.selectbox(
            "Recent, or in this folder",
            list(known),
            index=0 if known else None,
            format_func=lambda path: label_of(known[path]),
            placeholder="None found" if not known else "Choose a study",
            key="open_pick",
        )
        typed = st.text_input(
            "Or the path of a study file", placeholder=str(start_folder() / "my study.db"), key="open_path"
        )
        if not st.form_submit_button("Open", type="primary", icon=":material/folder_open:"):
            return
    wanted = typed.strip() or picked
    if wanted is None:
        st.warning("Choose a study, or type the path of one.", icon=":material/info:")
        return
    with guarded():
        open_study(Path(wanted))
        st.rerun()


def known_studies() -> dict[str, dict[str, Any]]:
    """Studies opened lately and those of the start folder, by path."""
    found = (*described(recent_studies()), *studies_in(start_folder()))
    return {str(row["path"].resolve()): row for row in found}


def label_of(row: Mapping[str, Any]) -> str:
    """What a person knows a study file by."""
    return f"{row['name']}  ·  {row['changed']}  ·  {row['megabytes']} MB  ·  {row['folder']}"


def new_form() -> None:
    """A name, a folder, and a codebook to begin with."""
    st.header("Make a new study")
    offered = {path.stem: path for path in offered_codebooks()}
    with st.form("new_study"):
        name = st.text_input("Name", placeholder="Interviews 2026", key="new_name")
        folder = st.text_input("Folder", value=str(start_folder()), key="new_folder")
        choice = st.selectbox("Codebook to begin with", [_NO_CODEBOOK, *offered, _UPLOAD], key="new_codebook")
        file = st.file_uploader(
            "Codebook file, if you upload one (.yaml)", type=["yaml", "yml"], key="new_upload"
        )
        if not st.form_submit_button("Make the study", type="primary", icon=":material/add:"):
            return
    codebook: tuple[str, bytes] | None = None
    if choice in offered:
        codebook = (offered[choice].name, offered[choice].read_bytes())
    elif file is not None:
        codebook = (upload_name(file.name), file.getvalue())
    elif choice == _UPLOAD:
        st.warning("Add the codebook file, or choose to begin without one.", icon=":material/info:")
        return
    with guarded():
        open_study(new_study(Path(folder.strip() or "."), name, codebook=codebook, by=current_coder()))
        st.rerun()


def copy_form(study: Path) -> None:
    """Save the study as it stands under another name."""
    with st.form("copy_study"):
        target = st.text_input(
            "Save the copy as",
            value=str(copy_name(study)),
            help="The copy holds everything, words of participants included: keep it as safe as the study.",
            key="copy_path",
        )
        if not st.form_submit_button("Save a copy", icon=":material/content_copy:"):
            return
    with guarded(), st.spinner("Copying ..."):
        saved = save_copy(study, Path(target.strip()).expanduser())
        st.success(
            f"Saved {plain(saved['copy'])} ({saved['bytes'] / 1e6:.1f} MB).", icon=":material/check_circle:"
        )
