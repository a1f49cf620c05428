"""Under every display: what it is made of, and its files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import current_coder, guarded, plain
from qualtool.workflows.displays.display_files import FORMATS, display_bytes
from qualtool.workflows.displays.display_release import barred_keys, needs_sign_off
from qualtool.workflows.displays.displays import Shown
from qualtool.workflows.roles import Role, may


def show_foot(study: Path, shown: Shown[Any]) -> None:
    """Unit, denominator, weights, frame, what is hidden, date and version; then the files."""
    st.caption("  \n".join(plain(line) for line in shown.foot.lines()))
    stem = re.sub(r"[^a-z0-9]+", "_", f"{shown.what} {shown.title}".lower()).strip("_")[:60]
    key = f"{shown.what}_{stem}"
    files = st.container(horizontal=True, vertical_alignment="center")
    is_release = files.toggle(
        "Release",
        value=not may(Role.CODER),
        disabled=not may(Role.CODER),
        help="Small numbers suppressed, bands for exact figures, quotes with consent and the role alone.",
        key=f"release_{shown.what}",
    )
    sign_off = _sign_off(study, shown) if is_release else None
    if is_release and barred_keys(study, shown.codes):
        st.info("This display is about a restricted code. It is not released.", icon=":material/lock:")
        return
    is_ready = not is_release or sign_off is None or bool(sign_off.strip())
    with files:
        format = st.segmented_control(
            "File",
            FORMATS,
            default=FORMATS[0],
            format_func=str.upper,
            required=True,
            key=f"format_{key}",
            label_visibility="collapsed",
        )
        is_asked = st.button("Make the file", icon=":material/draft:", key=f"make_{key}")
        if is_asked and not is_ready:
            st.warning("Write first who checked the output.", icon=":material/edit:")
        elif is_asked:
            # Made here and not when it is fetched: who asks, and what they may, is known only now.
            with guarded(), st.spinner("Making the file …"):
                content = display_bytes(
                    study, shown, format, release=is_release, sign_off=sign_off, by=current_coder()
                )
                st.download_button(
                    f"Save the {format.upper()}",
                    data=content,
                    file_name=f"{stem}{'_release' if is_release else ''}.{format}",
                    icon=":material/download:",
                    type="primary",
                    on_click="ignore",
                    key=f"save_{key}",
                )
    st.caption(
        "A release: read it once more before it leaves."
        if is_release
        else "Confidential working copies, not suppressed."
    )


def _sign_off(study: Path, shown: Shown[Any]) -> str | None:
    """What whoever checked the output says; None where nothing has to be signed."""
    licences = needs_sign_off(study, shown)
    if not licences:
        return None
    return st.text_input(
        f"Output check (numbers under {', '.join(licences)})",
        placeholder="Who checked it, and what was found",
        help="It is kept in the file and in the history. Quotes never leave beside these numbers.",
        key=f"sign_off_{shown.what}",
    )
