"""Import a codebook, codings, marks of what was asked, and school files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.asked_marks import mark_here
from qualtool.pages.parts.import_report import contents, last_report, run_import, show_report, uploader_key
from qualtool.pages.parts.own_table import own_table
from qualtool.pages.state import current_coder
from qualtool.workflows.gathering.import_codebook import codebook_of, import_codebook
from qualtool.workflows.gathering.import_codings import import_asked, import_codings
from qualtool.workflows.gathering.import_uploads import import_uploaded_indicators, indicator_tables
from qualtool.workflows.schools.indicator_words import imported_files
from qualtool.workflows.study.study_files import offered_codebooks


def codebook_tab(study: Path) -> None:
    """One YAML file, or a codebook that comes with the program."""
    report = last_report("codebook")
    if report is not None:
        show_report(report, unit=("code", "codes and headings"))
        st.page_link("codebook.py", label="Look at the codebook", icon=":material/menu_book:")
        st.divider()
    st.caption(
        "A codebook with the ids of codes that are here already changes them and keeps their codings; codes"
        " that the file does not hold stay. Each import is a version that you can go back from."
    )
    offered = {path.stem: path for path in offered_codebooks()}
    file = st.file_uploader("Codebook (.yaml)", type=["yaml", "yml"], key=uploader_key("codebook"))
    ready = st.selectbox(
        "Or one that comes with qualtool",
        list(offered),
        index=None,
        placeholder="Choose",
        key="codebook_ready",
    )
    chosen = contents([file])[0] if file is not None else None
    if chosen is None and ready is not None:
        chosen = (offered[ready].name, offered[ready].read_bytes())
    if (
        st.button("Import the codebook", type="primary", disabled=chosen is None, key="import_codebook")
        and chosen
    ):
        name, data = chosen
        run_import(
            "codebook",
            "codes",
            lambda tell: import_codebook(study, Path(name), data=data, by=current_coder()),
        )


def codings_tab(study: Path) -> None:
    """Codings made elsewhere, all or (with the switch) those that are right."""
    report = last_report("codings")
    if report is not None:
        bad = len({row["item"] for row in report["skipped"]})
        show_report(report, unit=("row", "rows"), given=report["accepted"] + bad)
        st.divider()
    st.caption(
        "Columns: source, start_char, end_char, code, coder; if you have them also quote, stance, valence,"
        " basis, level. Leave both offsets blank to code a whole source."
        " New coders are added; new codes are not."
    )
    _say_if_no_codes(study)
    file = st.file_uploader("Codings (.csv or .xlsx)", type=["csv", "xlsx"], key=uploader_key("codings"))
    skip_bad = st.toggle(
        "Import the right rows even if others are wrong",
        help="Off: one wrong row, and nothing is stored. On: wrong rows are listed and left out.",
        key="skip_bad",
    )
    if st.button("Import the codings", type="primary", disabled=file is None, key="import_codings") and file:
        ((name, data),) = contents([file])
        run_import(
            "codings",
            "codings",
            lambda tell: import_codings(
                study, Path(name), data=data, skip_bad=skip_bad, by=current_coder(), progress=tell
            ).as_dict(),
        )


def _say_if_no_codes(study: Path) -> None:
    if not codebook_of(study).codes:
        st.info("There are no codes yet: import a codebook first.", icon=":material/menu_book:")


def asked_tab(study: Path) -> None:
    """Which matters the interviewer raised in which source."""
    report = last_report("asked")
    if report is not None:
        show_report(report, unit=("mark", "marks"))
        st.divider()
    st.caption(
        "Columns: source, code, asked (yes, no or unclear). A participant who was not asked about a matter"
        " is told apart from one who was asked and did not voice it."
    )
    _say_if_no_codes(study)
    file = st.file_uploader("Asked marks (.csv or .xlsx)", type=["csv", "xlsx"], key=uploader_key("asked"))
    if st.button("Import the marks", type="primary", disabled=file is None, key="import_asked") and file:
        ((name, data),) = contents([file])
        run_import(
            "asked",
            "marks",
            lambda tell: import_asked(study, Path(name), data=data, by=current_coder()).as_dict(),
        )
    mark_here(study)


def schools_tab(study: Path) -> None:
    """Published school files, recognised by their columns, several at once."""
    report = last_report("schools")
    if report is not None:
        # Files that were not taken come before columns and rows of those that were.
        skipped = sorted(report["skipped"], key=lambda row: row["item"] != row["item"].split(": ")[0])
        show_report({**report, "skipped": skipped}, unit=("file", "files"), given=report["given"])
        tables = indicator_tables(report["files"])
        if tables["files"]:
            st.dataframe(
                tables["files"],
                hide_index=True,
                width="stretch",
                # The ends of long names give way, so that totals and tokens are seen at once.
                column_config={
                    "file": st.column_config.TextColumn("file", width=260),
                    "dataset": st.column_config.TextColumn("dataset", width=170),
                },
            )
            if any(file["unknown tokens"] for file in tables["files"]):
                st.caption(
                    "Unknown tokens are signs whose meaning nobody has published: their cells are kept as"
                    " they are and count as no number."
                )
            _show_checks(tables["checksums"])
            with st.expander(
                "How many values of each indicator are numbers, suppressed, not applicable, ..."
            ):
                st.dataframe(tables["statuses"], hide_index=True, width="stretch")
        st.page_link("schools.py", label="Go on to Schools", icon=":material/school:")
        st.divider()
    st.caption(
        "Files as published: the register of schools (GIAS) and its links, school census, special needs,"
        " absence, suspensions, performance tables, inspections, pupil premium. They are known by their"
        " columns, whatever they are called; a zip is gone through. Schools are joined by URN."
    )
    files = st.file_uploader(
        "School files (.csv, .xlsx, or a .zip of them)",
        type=["csv", "xlsx", "zip"],
        accept_multiple_files=True,
        key=uploader_key("schools"),
    )
    year = st.text_input(
        "School year, where the files do not tell", placeholder="2024/25", key="schools_year"
    ).strip()
    if st.button("Import the school files", type="primary", disabled=not files, key="import_schools"):
        run_import(
            "schools",
            "school files",
            lambda tell: import_uploaded_indicators(
                study, contents(files), year=year or None, by=current_coder(), progress=tell
            ).as_dict(),
        )
    with st.expander("A table of your own: figures from a trust, an authority or your own count"):
        own_table(study)
    _files_of_the_study(study)


def _show_checks(checks: list[dict[str, Any]]) -> None:
    """Published totals beside the sums of the schools: those that differ at once, the others on demand."""
    differ = [check for check in checks if check["agrees"] == "no"]
    if differ:
        st.warning(
            "Published totals that are not the sum of the schools in the file. That is so in an extract, and"
            " then no quartiles of the country are made of it.",
            icon=":material/info:",
        )
        st.dataframe(differ, hide_index=True, width="stretch")
    others = [check for check in checks if check["agrees"] != "no"]
    if others:
        with st.expander(f"Published totals against the sums of the schools ({len(others)})"):
            st.dataframe(others, hide_index=True, width="stretch")


def _files_of_the_study(study: Path) -> None:
    files = imported_files(study)
    if files:
        in_use = sum(file["used"].startswith("yes") for file in files)
        with st.expander(f"School files in this study ({in_use} in use, {len(files) - in_use} replaced)"):
            st.dataframe(files, hide_index=True, width="stretch")
