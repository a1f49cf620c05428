"""Answers: read the free-text answers of a survey in one grid, and code them."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.state import require_coder, require_study
from qualtool.panel.grid import answers_grid
from qualtool.workflows.coding.answers_page import MOST_COLUMNS, answer_questions
from qualtool.workflows.gathering.import_codebook import codebook_of

study = require_study()
coder = require_coder()

questions = {row["id"]: row for row in answer_questions(study)}
if not questions:
    st.info("There are no free-text answers yet: import a survey.", icon=":material/info:")
    st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
    st.stop()
if not codebook_of(study).codes:
    st.info("There are no codes yet. Import a codebook, or make the first code.", icon=":material/menu_book:")
    st.page_link("codebook.py", label="Go to Codebook", icon=":material/menu_book:")
    st.stop()


def named(number: int) -> str:
    """A question as a reader knows it."""
    row = questions[number]
    return f"{row['name']}  ({row['n']:,} answers, {row['survey']})"


left, middle, right = st.columns([10, 10, 3], vertical_alignment="bottom")
chosen = left.selectbox("Question", list(questions), format_func=named, key="answers_question")
question = next(iter(questions)) if chosen is None else chosen
beside = {row["id"]: row["name"] for row in questions[question]["closed"]}
first = [row["id"] for row in questions[question]["closed"] if row["kind"] in ("single", "likert")][:2]
closed = middle.multiselect(
    "Closed answers beside",
    list(beside),
    default=first,
    format_func=beside.__getitem__,
    max_selections=MOST_COLUMNS,
    placeholder="None",
    key=f"answers_beside_{question}",
)
blind = right.toggle("Blind", help="Hide other coders' codings.", key="answers_blind")
answers_grid(study=study, question=question, coder=coder, key="answers", closed=tuple(closed), blind=blind)
