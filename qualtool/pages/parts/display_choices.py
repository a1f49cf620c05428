"""Boxes that several displays share: a theme, themes, a grouping; and the verdicts, judged once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.workflows.displays.displays import likely_themes
from qualtool.workflows.propositions.contrast_page import CONTRAST_WORDS, Pair, pairs_of
from qualtool.workflows.propositions.judged import Matrix
from qualtool.workflows.propositions.propositions import judge
from qualtool.workflows.study.studies import content_key
from qualtool.workflows.themes.theme_page import codable_choices
from qualtool.workflows.themes.themes import voiced_codes


def themed(chart: Any) -> Any:
    """The chart with its letters in the colour of the page's own."""
    return chart.configure_text(color="#fafafa" if st.context.theme.type == "dark" else "#31333f")


@st.cache_data(show_spinner="Judging the propositions …", max_entries=4)
def _judged(study: str, content: str, origin: str) -> Matrix:
    return judge(Path(study), origin=origin)


def judged(study: Path, origin: str = "all") -> Matrix:
    """The verdicts, kept until the study changes."""
    return _judged(str(study), content_key(study), origin)


@st.cache_data(show_spinner="Reading the school files …", max_entries=4)
def _pairs(study: str, content: str) -> list[Pair]:
    return [pair for pair in pairs_of(Path(study)) if pair.contrast != "continuous"]


def is_coded(study: Path) -> bool:
    """Whether anything is coded; else what to do is said. Shares of nothing would read as silence."""
    if voiced_codes(study):
        return True
    st.info("Nothing is coded yet: a theme is made of codings.", icon=":material/edit_note:")
    st.page_link("code.py", label="Go to Code", icon=":material/edit_note:")
    return False


def pair_choice(study: Path, *, key: str, default: str = "q4_v_rest") -> Pair | None:
    """An indicator with a contrast that makes groups; None, with a word, where the study has none."""
    pairs = _pairs(str(study), content_key(study))
    if not pairs:
        st.info(
            "No school of the study has a school figure yet: import a school census, and give schools their"
            " URN in the sheet of transcripts.",
            icon=":material/upload_file:",
        )
        st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
        return None
    first = next((i for i, pair in enumerate(pairs) if pair.contrast == default), 0)
    return st.selectbox(
        "By",
        pairs,
        index=first,
        format_func=lambda p: f"{p.label}: {CONTRAST_WORDS[p.contrast].lower()}",
        key=key,
    )


def theme_choice(study: Path, *, key: str) -> str | None:
    """One code; the likeliest first."""
    codes = codable_choices(study)
    if not codes:
        st.info("There are no codes yet.", icon=":material/menu_book:")
        return None
    likely = likely_themes(study)
    options = list(codes)
    return st.selectbox(
        "Theme",
        options,
        index=options.index(likely[0]) if likely else 0,
        format_func=lambda k: codes[k],
        key=key,
    )


def themes_choice(study: Path, *, key: str) -> Sequence[str]:
    """Several codes; those of the propositions at first."""
    codes = codable_choices(study)
    return st.multiselect(
        "Themes",
        list(codes),
        default=likely_themes(study),
        format_func=lambda k: codes[k].rpartition(" > ")[2],
        key=key,
    )


def origin_choice(key: str) -> str:
    """Whether codings that began as a machine's suggestion count: ``all`` or ``person``."""
    is_own = st.toggle(
        "Without suggested codings",
        help="Leave out codings that began as a machine's suggestion.",
        key=f"{key}_origin",
    )
    return "person" if is_own else "all"
