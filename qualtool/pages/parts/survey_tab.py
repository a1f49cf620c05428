"""Import a survey: first rows, what each column is, import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.import_report import contents, last_report, run_import, show_report, uploader_key
from qualtool.pages.state import current_coder, guarded, plain
from qualtool.workflows.gathering.import_survey import import_survey
from qualtool.workflows.gathering.survey_mapping import (
    FRAMES,
    SurveyLook,
    column_uses,
    guess_survey,
    mapping_faults,
    mapping_of,
)

_NUMBERED = "(none: number the rows)"
_NONE = "(none)"
_MANY = {
    "text": ("Free text", "Each answer becomes a source that can be coded."),
    "single": ("Closed questions, one answer", ""),
    "likert": ("Closed questions on a scale", "Ordered answers, as from never to always."),
    "number": ("Numbers", ""),
    "variables": ("Facts about the respondent", "Kept to group by: phase, region."),
}
_ONES = {
    "role": ("Role", "Who the respondent is, as in parent or SENCO."),
    "urn": ("URN of the school", "Joins the respondent to a school."),
    "weight": ("Weight", "A number for each respondent of a sample."),
    "stratum": ("Stratum", "The part of the sample the respondent was drawn from."),
    "psu": ("Sampling unit", "What was drawn first, as the school."),
}


@st.cache_data(show_spinner="Reading the file ...", max_entries=4)
def _look(name: str, data: bytes) -> SurveyLook:
    return guess_survey(data, name)


def survey_tab(study: Path) -> None:
    """Upload, preview, mapping, import, report."""
    report = last_report("survey")
    if report is not None:
        _show_survey_report(report)
        st.divider()
    file = st.file_uploader("Survey file (.csv or .xlsx)", type=["csv", "xlsx"], key=uploader_key("survey"))
    if file is None:
        st.caption("A row for each respondent, a column for each question; the first row names the columns.")
        return
    ((name, data),) = contents([file])
    with guarded():
        look = _look(name, data)
        st.markdown(
            f"**{plain(name)}**: {look.n_rows:,} rows, {len(look.header)} columns,"
            f" encoding {plain(look.encoding)}."
        )
        for text in look.warnings:
            st.text(text)
        st.dataframe(list(look.first_rows), hide_index=True, width="stretch", height=210)
        _mapping(study, look, data)


def _mapping(study: Path, look: SurveyLook, data: bytes) -> None:
    st.markdown("**What is each column?** This is a guess: correct it where it is wrong.")
    key = uploader_key("survey") + look.name
    chosen: dict[str, Any] = {}
    left, right = st.columns([3, 2], gap="large")
    with left:
        for use, (label, explained) in _MANY.items():
            chosen[use] = st.multiselect(
                label,
                look.header,
                default=getattr(look.guess, use),
                help=explained or None,
                key=f"{key}{use}",
            )
        chosen["multi"] = st.multiselect(
            "Tick-all questions: how their columns begin",
            look.prefixes,
            default=look.guess.multi,
            accept_new_options=True,
            help="Each column that begins so is an option of one question: q1_ for q1_local and q1_early.",
            key=f"{key}multi",
        )
    with right:
        chosen["id"] = _one("Respondent id", None, look, look.guess.id, key + "id", _NUMBERED)
        for use, (label, explained) in _ONES.items():
            chosen[use] = _one(label, explained, look, getattr(look.guess, use), key + use, _NONE)
        frames = list(FRAMES)
        frame = st.selectbox(
            "How were respondents found?",
            frames,
            index=frames.index(look.frame),
            format_func=lambda frame: FRAMES[frame],
            key=f"{key}frame",
        )
    mapping = mapping_of(chosen)
    faults = mapping_faults(look, mapping)
    st.dataframe(column_uses(look, mapping), hide_index=True, width="stretch", height=300)
    if faults:
        st.warning("The mapping does not work yet.", icon=":material/info:")
        st.dataframe([fault.as_dict() for fault in faults], hide_index=True, width="stretch")
    if st.button(
        "Import the survey",
        type="primary",
        disabled=bool(faults),
        icon=":material/upload_file:",
        key="import_survey",
    ):
        run_import(
            "survey",
            "answers",
            lambda tell: import_survey(
                study, Path(look.name), mapping, data=data, frame=frame, by=current_coder(), progress=tell
            ).as_dict(),
        )


def _one(label: str, explained: str | None, look: SurveyLook, guess: str | None, key: str, none: str) -> str:
    """One column of the file, "" for none."""
    options = ["", *look.header]
    return st.selectbox(
        label,
        options,
        index=options.index(guess) if guess in look.header else 0,
        format_func=lambda column: column or none,
        help=explained,
        key=key,
    )


def _show_survey_report(report: dict[str, Any]) -> None:
    """Answers and blanks add up to the cells of the free-text questions."""
    blank = report.get("n_blank_answers")
    given = None if blank is None else report["accepted"] + blank
    show_report(
        report,
        unit=("free-text cell", "free-text cells") if blank else ("answer", "answers"),
        given=given,
        left_out_as="blank",
    )
    if blank is not None:
        st.caption(
            f"{report['n_respondents']:,} respondents, {report['n_questions']} questions, encoding"
            f" {plain(report['encoding'])}; respondents: {FRAMES[report['frame']]}."
        )
    st.page_link("code.py", label="Go on to Code", icon=":material/edit_note:")
