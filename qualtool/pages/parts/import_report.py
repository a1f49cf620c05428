"""Uploads and import reports: what was taken, what was not, and why; shown until the next import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from qualtool.pages.state import guarded, plain
from qualtool.workflows.gathering.import_uploads import Upload, upload_name

# Advice written for the command line, in the words of this page.
_HERE = {
    "Name their label with --interviewer,": "Name their label in the box 'Labels of interviewers',",
    "For a table of your own give a mapping.": "Describe a table of your own in the box below.",
    "Give this one another name with --name, or rename the file.": "Rename the file, and import it again.",
}

_LINE = 90  # letters of a reason that a table has room for
_SHOWN_WHOLE = 6


def in_app(text: str) -> str:
    """Advice of an import, with the names of boxes in place of options of the command line."""
    for there, here in _HERE.items():
        text = text.replace(there, here)
    return text


def uploader_key(tab: str) -> str:
    """The key of a tab's upload box; it changes after an import, which empties the box."""
    return f"upload_{tab}_{st.session_state.get(f'imports_{tab}', 0)}"


def contents(files: Sequence[UploadedFile]) -> list[Upload]:
    """Names (the last part only) and contents of uploaded files."""
    return [(upload_name(file.name), file.getvalue()) for file in files]


def run_import(tab: str, what: str, act: Callable[[Callable[..., None]], Mapping[str, Any]]) -> None:
    """Do an import with a progress bar; keep its report and empty the upload box.

    ``act`` is given a callback ``(done, total, name)``. An error is shown and the files stay, to be
    tried again.
    """
    bar = st.progress(0.0, text=f"Importing {what} ...")

    def tell(done: int, total: int, name: str = "") -> None:
        share = min(1.0, done / total) if total else 1.0
        bar.progress(share, text=f"{done} of {total} {plain(name)}".strip())

    with guarded():
        report = act(tell)
        st.session_state[f"report_{tab}"] = (st.session_state.get("study"), dict(report))
        st.session_state[f"imports_{tab}"] = st.session_state.get(f"imports_{tab}", 0) + 1
        st.rerun()
    bar.empty()


def last_report(tab: str) -> dict[str, Any] | None:
    """The report of the tab's last import into the open study in this session."""
    study, report = st.session_state.get(f"report_{tab}", (None, None))
    return report if study == st.session_state.get("study") else None


def show_report(
    report: Mapping[str, Any], *, unit: tuple[str, str], given: int | None = None, left_out_as: str = "not"
) -> None:
    """Accepted and skipped, with reasons; ``given`` is how many there were in all.

    ``unit`` is what is counted, one and several.
    """
    skipped = report["skipped"]
    left_out = 0 if given is None else given - report["accepted"]
    sentence = f"{report['accepted']:,} {unit[report['accepted'] != 1]} imported"
    if left_out:
        sentence = (
            f"{given:,} {unit[given != 1]}: {report['accepted']:,} imported, {left_out:,} {left_out_as}"
        )
    refused = bool(report.get("problems"))
    show = st.warning if refused or (report["accepted"] == 0 and skipped) else st.success
    show(f"{plain(sentence)}.", icon=":material/info:" if refused else ":material/check_circle:")
    if skipped:
        st.markdown("**Left out, and why**")
        rows = [
            {"what": row["item"], "why": in_app(row["reason"].removeprefix(f"{row['item']}: "))}
            for row in skipped
        ]
        long = [row for row in rows if len(row["why"]) > _LINE][:_SHOWN_WHOLE]
        for row in long:  # a table would cut them off
            with st.container(border=True):
                st.text(f"{row['what']}: {row['why']}")
        if rows := [row for row in rows if row not in long]:
            st.dataframe(rows, hide_index=True, width="stretch")
    if report.get("problems"):
        with st.expander(f"Every fault, with its place ({len(report['problems'])})"):
            rows = [{key: in_app(value) for key, value in row.items()} for row in report["problems"]]
            st.dataframe(rows, hide_index=True, width="stretch")
    warnings = report.get("warnings", [])
    if warnings:
        with st.expander(f"Notes ({len(warnings)})", expanded=len(warnings) <= 5):
            st.dataframe([{"note": in_app(text)} for text in warnings], hide_index=True, width="stretch")
