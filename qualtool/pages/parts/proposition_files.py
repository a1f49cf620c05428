"""Bring propositions and published findings into the study from files, and see the findings it holds."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.pages.parts.import_report import contents, last_report, run_import, show_report, uploader_key
from qualtool.pages.state import current_coder
from qualtool.workflows.gathering.import_findings import import_findings
from qualtool.workflows.propositions.propositions import import_propositions
from qualtool.workflows.propositions.published import published_table


def take_files(study: Path, *, has_any: bool) -> None:
    """Two upload boxes; a changed wording becomes a new version, nothing is overwritten."""
    for tab, unit in (
        ("propositions", ("proposition", "propositions")),
        ("findings", ("finding", "findings")),
    ):
        report = last_report(tab)
        if report is not None:
            show_report(report, unit=unit)
    with st.expander("Import propositions or published findings", expanded=not has_any):
        left, right = st.columns(2)
        file = left.file_uploader(
            "Propositions (.yaml)", type=["yaml", "yml"], key=uploader_key("propositions")
        )
        if left.button("Import the propositions", disabled=file is None, key="import_propositions") and file:
            ((name, data),) = contents([file])
            run_import(
                "propositions",
                "propositions",
                lambda tell: import_propositions(study, Path(name), by=current_coder(), data=data).as_dict(),
            )
        found = right.file_uploader(
            "Published findings (.csv or .yaml)", type=["csv", "yaml", "yml"], key=uploader_key("findings")
        )
        if right.button("Import the findings", disabled=found is None, key="import_findings") and found:
            ((label, content),) = contents([found])
            run_import(
                "findings",
                "findings",
                lambda tell: import_findings(study, Path(label), by=current_coder(), data=content).as_dict(),
            )


def show_findings(study: Path) -> None:
    """The published findings of the study, with what was noted against each; nothing where it holds none."""
    rows = published_table(study)
    if not rows:
        return
    with st.expander(f"Published findings ({len(rows):,})"):
        st.dataframe(
            rows,
            column_order=[c for c in rows[0] if any(row[c] for row in rows)],
            hide_index=True,
            width="stretch",
            key="published_findings",
            column_config={
                "Study": st.column_config.TextColumn(width=170, pinned=True),
                "About": st.column_config.TextColumn(width=170),
                "Caveat": st.column_config.TextColumn(width=240),
            },
        )
        st.caption(
            "Numbers as their authors printed them. Accounts of one study count once; where several studies "
            "fit a strand, the verdict names those that are not counted."
        )
