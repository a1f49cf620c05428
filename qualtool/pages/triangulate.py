"""Triangulate: a theme set beside a school indicator, school by school."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.pages.parts.contrast_choice import Question, choose_question
from qualtool.pages.parts.contrast_shown import show_downloads, show_evidence, show_finding, show_tables
from qualtool.pages.state import guarded, header, require_study
from qualtool.workflows.propositions.triangulating import TriangulatedTheme, contrast_of
from qualtool.workflows.study.studies import content_key


@st.cache_data(show_spinner="Comparing schools …", max_entries=30)
def answer(
    study: str,
    content: str,
    theme: str,
    indicator: str,
    contrast: str,
    year: str | None,
    stance: str,
    by_phase: bool,
    sources: str,
    origin: str,
) -> TriangulatedTheme:
    """The answer to a question, kept until the study changes (``content`` is another then)."""
    return contrast_of(
        Path(study),
        theme,
        indicator,
        contrast=contrast,
        year=year,
        stance=stance,
        by_phase=by_phase,
        sources=sources,
        origin=origin,
    )


def asked(study: Path, question: Question) -> TriangulatedTheme:
    """The answer, with everything it depends on as a key."""
    pair = question.pair
    return answer(
        str(study),
        content_key(study),
        question.theme,
        pair.indicator,
        pair.contrast,
        question.year,
        question.stance,
        question.by_phase,
        question.sources,
        question.origin,
    )


study = require_study()
header("Triangulate", "Is a theme voiced more where an indicator is high? The unit is the school.")
with guarded():
    question = choose_question(study)
    if question is not None:
        found = asked(study, question)
        key = f"{question.pair.contrast}_{question.pair.indicator}_{question.theme}"
        st.divider()
        show_finding(found)
        show_tables(found, question, key=key)
        show_downloads(study, found, question)
        st.divider()
        show_evidence(study, found, question, key=key)
