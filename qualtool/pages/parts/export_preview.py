"""What an export will hold and what stays out, and the button that makes the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.export_choice import WHAT, ask_again
from qualtool.pages.state import plain
from qualtool.workflows.exports.exporting import ExportFile, export_bytes
from qualtool.workflows.exports.preview_export import Preview, preview_export
from qualtool.workflows.roles import put_off, require_exit

_MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@st.cache_data(show_spinner="Making the preview …", max_entries=4)
def previewed(study: str, content: str, format: str, options: tuple[tuple[str, Any], ...]) -> Preview:
    """A preview, kept until the study changes (``content`` is another then)."""
    return preview_export(Path(study), format=format, **dict(options))


def show_preview(study: Path, content: str, options: Mapping[str, Any]) -> None:
    """Counts and first rows, then the file in the format chosen."""
    # A preview is kept for everybody: whose it may be is asked before it is looked up.
    require_exit(study, str(options["what"]), release=bool(options["release"]))
    frozen = tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in sorted(options.items()))
    format = st.segmented_control(
        "Format", ["xlsx", "csv"], default="xlsx", format_func=str.upper, key="export_format"
    )
    format = format or "xlsx"
    preview = previewed(str(study), content, format, frozen)
    standing = "release" if options["release"] else "working copy"
    with st.container(border=True):
        _counts(preview)
        if preview.head:
            st.dataframe(list(preview.head), hide_index=True, width="stretch", height=260)
            if preview.file.rows > len(preview.head):
                st.caption(f"The first {len(preview.head)} of {preview.file.rows:,} rows.")
        else:
            st.info("Nothing is left to export under these rules.", icon=":material/block:")
    _download(preview.file, f"{options['what']}_{standing.replace(' ', '_')}", format, standing, study)


def _counts(preview: Preview) -> None:
    made = preview.file
    left, middle, right = st.columns([1, 1, 3])
    left.metric("Rows in", f"{made.rows:,}")
    if made.withheld:
        middle.metric("Held back", f"{sum(made.withheld.values()):,}")
    with right:
        if preview.left_out:
            st.dataframe(list(preview.left_out), hide_index=True, width="stretch")
        for note in made.notes:
            st.caption(plain(f"{note[0].upper()}{note[1:]}"))
        if not preview.left_out and not made.notes:
            st.caption("Nothing is left out.")


def _download(made: ExportFile, what: str, format: str, standing: str, study: Path) -> None:
    name = f"{study.stem}_{what}_{date.today().isoformat()}.{format}"
    st.download_button(
        f"Download {standing} ({format.upper()}, {max(1, len(made.content) // 1024):,} kB)",
        data=made.content,
        file_name=name,
        mime=_MIME[format],
        type="primary",
        icon=":material/download:",
        disabled=made.rows == 0,
        on_click=ask_again if standing == "release" else "ignore",
        key="export_download",
    )


def show_transfer(study: Path, counts: Mapping[str, int]) -> None:
    """What the whole study holds, and the button that makes it a file."""
    rows = [{"What": name.replace("_", " "), "How many": n} for name, n in counts.items() if n]
    st.dataframe(rows, hide_index=True, width="stretch")
    st.download_button(
        "Download the whole study (JSON, confidential)",
        data=put_off(lambda: export_bytes(study, format="json").content),
        file_name=f"{study.stem}_{date.today().isoformat()}.json",
        mime=_MIME["json"],
        type="primary",
        icon=":material/download:",
        on_click="ignore",
        key="export_study",
        help=WHAT["study"],
    )
