"""Save the source that is shown, with its codings, as a file to print or to edit in Word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from qualtool.workflows.exports.coded_source import Format, coded_source_bytes, coded_source_name
from qualtool.workflows.roles import put_off

_FORMATS: dict[Format, tuple[str, str, str]] = {
    "html": ("Web page, to print", "text/html", ":material/print:"),
    "docx": (
        "Word document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ":material/description:",
    ),
}


def save_coded_source(study: Path, source_guid: str, name: str, *, only_coder: str | None) -> None:
    """A small window with one button a format; a file is made when its button is pressed."""
    with st.popover("Save…", icon=":material/save:", width="stretch"):
        st.text("This source with stripes, codes and memos beside the words.")
        st.caption("A confidential working copy. Words of people who did not consent are left blank.")
        for format, (label, mime, icon) in _FORMATS.items():
            st.download_button(
                label,
                data=put_off(_maker(study, source_guid, format, only_coder)),
                file_name=coded_source_name(name, format),
                mime=mime,
                icon=icon,
                key=f"coded_source_{format}",
                on_click="ignore",
                width="stretch",
            )


def _maker(study: Path, guid: str, format: Format, only_coder: str | None) -> Callable[[], bytes]:
    return lambda: coded_source_bytes(study, guid, format=format, coder=only_coder).content
