"""Import transcripts: look at the files, add the sheet, import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.import_report import (
    contents,
    in_app,
    last_report,
    run_import,
    show_report,
    uploader_key,
)
from qualtool.pages.state import current_coder
from qualtool.workflows.gathering.import_uploads import (
    Upload,
    import_uploaded_transcripts,
    look_at_transcript,
    speakers_sheet,
)

FORMATS = [".txt", ".md", ".docx", ".pdf", ".vtt", ".srt", ".odt", ".rtf"]


@st.cache_data(show_spinner=False, max_entries=500)
def _look(name: str, data: bytes, interviewer: tuple[str, ...]) -> dict[str, Any]:
    return look_at_transcript(name, data, interviewer)


def transcripts_tab(study: Path) -> None:
    """Upload, preview, import, report."""
    report = last_report("transcripts")
    if report is not None:
        show_report(report, unit=("file", "files"), given=report["given"])
        _show_sources(report.get("sources", []))
        st.page_link("code.py", label="Go on to Code", icon=":material/edit_note:")
        st.divider()
    files = st.file_uploader(
        "Transcripts",
        type=None,
        accept_multiple_files=True,
        key=uploader_key("transcripts"),
        help="Text, Word, OpenDocument, RTF, PDF, WebVTT and SubRip; several at once.",
    )
    if not files:
        st.caption(
            f"Add files ({' '.join(FORMATS)}). Each turn starts with who speaks and a colon, as"
            " Interviewer: and Ruth: do. You see what will be imported before anything is stored."
        )
        return
    uploads = contents(files)
    labels = st.text_input(
        "Labels of interviewers",
        placeholder="Sam, Dr Lee",
        help="Known: Interviewer, I, INT, Q, Moderator, Facilitator, Researcher. Put commas between others.",
        key="interviewer_labels",
    )
    interviewer = tuple(label.strip() for label in labels.split(",") if label.strip())
    looks = _look_at_all(uploads, interviewer)
    _show_looks(looks)
    sheet = _sheet(looks)
    n_good = sum(not look["reason"] for look in looks)
    label = f"Import {n_good} of {len(looks)} files"
    if n_good == len(looks):
        label = "Import 1 file" if n_good == 1 else f"Import {n_good} files"
    if st.button(
        label, type="primary", disabled=not n_good, icon=":material/upload_file:", key="import_transcripts"
    ):
        run_import(
            "transcripts",
            "transcripts",
            lambda tell: import_uploaded_transcripts(
                study, uploads, sheet=sheet, interviewer=interviewer, by=current_coder(), progress=tell
            ).as_dict(),
        )


def _look_at_all(uploads: list[Upload], interviewer: tuple[str, ...]) -> list[dict[str, Any]]:
    bar = st.progress(0.0, text="Reading the files ...")
    looks: list[dict[str, Any]] = []
    for number, (name, data) in enumerate(uploads, start=1):
        looks.append(_look(name, data, interviewer))
        bar.progress(number / len(uploads), text=f"Read {number} of {len(uploads)}")
    bar.empty()
    return looks


def _show_looks(looks: list[dict[str, Any]]) -> None:
    rows = [
        {
            "file": look["file"],
            "turns": "" if look["turns"] is None else str(look["turns"]),
            "speakers (turns)": ", ".join(f"{label} ({n})" for label, n in look["speakers"].items()),
            "interviewers": ", ".join(look["interviewers"]),
            "to note": in_app(look["reason"] or " ".join(look["warnings"])),
        }
        for look in looks
    ]
    st.dataframe(rows, hide_index=True, width="stretch", height=min(38 + 35 * len(rows), 320))


def _sheet(looks: list[dict[str, Any]]) -> Upload | None:
    """The sheet that says who the speakers are; a ready one to fill in can be downloaded."""
    with st.expander("Who are the speakers? (a sheet, optional but worth it)"):
        st.caption(
            "The sheet says for each speaker their name in the study, role, school (URN), and whether they"
            " may be quoted. Download it with your speakers filled in, complete it, and add it here."
        )
        st.download_button(
            "Download the sheet to fill in",
            data=lambda: speakers_sheet(looks),
            file_name="transcripts_sheet.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            key="sheet_download",
        )
        file = st.file_uploader(
            "The sheet (.csv or .xlsx)", type=["csv", "xlsx"], key=uploader_key("transcripts") + "_sheet"
        )
    return None if file is None else contents([file])[0]


def _show_sources(sources: list[dict[str, Any]]) -> None:
    if not sources:
        return
    rows = [
        {
            "file": row["name"],
            "turns": row["n_turns"],
            "sentences": row["n_segments"],
            "speakers (turns)": ", ".join(f"{label} ({n})" for label, n in row["speakers"].items()),
            "participants": ", ".join(row["participants"]),
            "encoding": row["encoding"],
        }
        for row in sources
    ]
    st.dataframe(rows, hide_index=True, width="stretch", height=min(38 + 35 * len(rows), 320))
