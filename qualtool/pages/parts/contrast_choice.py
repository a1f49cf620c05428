"""The questions of the page Triangulate: which theme, beside what, and what counts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from qualtool.pages.state import plain
from qualtool.triangulate.sentences import counted
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.gathering.sources import source_sets, sources_of
from qualtool.workflows.propositions.contrast_page import CONTRAST_WORDS, Pair, pairs_of
from qualtool.workflows.themes.themes import voiced_codes

_STANCES = {
    "voiced": "Voiced (denials do not count)",
    "own": "Voiced of their own experience",
    "any": "Any mention, denials too",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the study; ``label`` is the indicator as a person knows it."""

    theme: str
    pair: Pair
    year: str | None
    stance: str
    by_phase: bool
    sources: str
    origin: str = "all"


def choose_question(study: Path) -> Question | None:
    """The question asked, or None while no theme is written; without codes or pairs the page stops."""
    pairs = _pairs(study)
    left, middle, right = st.columns([4, 3, 3], vertical_alignment="bottom")
    with left:
        theme = _theme(study)
    labels = list(dict.fromkeys(pair.label for pair in pairs))
    label = middle.selectbox("Beside", labels, key="tri_indicator")
    fitting = {pair.contrast: pair for pair in pairs if pair.label == label}
    contrast = right.selectbox(
        "Compare", list(fitting), format_func=lambda c: CONTRAST_WORDS[c], key=f"tri_contrast_{label}"
    )
    pair = fitting[contrast]
    year, stance, sources, by_phase = _details(study, pair)
    if not theme:
        st.info("Write a theme, such as MAGNET and not PUSH.", icon=":material/edit:")
        return None
    is_own = st.toggle(
        "Without suggested codings",
        key="tri_origin",
        help="Leave out codings that began as a machine's suggestion.",
    )
    return Question(
        theme=theme,
        pair=pair,
        year=year,
        stance=stance,
        by_phase=by_phase,
        sources=sources,
        origin="person" if is_own else "all",
    )


def _pairs(study: Path) -> list[Pair]:
    with st.spinner("Reading the indicators …"):
        pairs = pairs_of(study)
    if not pairs:
        st.info(
            "There is nothing to set a theme beside: no school of this study has an indicator. Import school "
            "files, and give schools their URN in the sheet of transcripts.",
            icon=":material/join_inner:",
        )
        st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
        st.stop()
    return pairs


def _theme(study: Path) -> str:
    book = codebook_of(study)
    used = voiced_codes(study)
    codes = sorted((c for c in book.codes if c.is_codable), key=lambda c: -used.get(c.key, 0))
    if not used:
        st.info("Nothing is coded yet: a theme is made of codings.", icon=":material/edit_note:")
        st.page_link("code.py", label="Go to Code", icon=":material/edit_note:")
        st.stop()
    kind = st.segmented_control(
        "Theme", ["One code", "An expression"], default="One code", key="tri_kind", width="stretch"
    )
    if kind == "An expression":
        return st.text_input(
            "Expression",
            key="tri_expression",
            placeholder="MAGNET and not PUSH",
            help="Short ids joined by and, or, not and brackets; a name with spaces in double quotes.",
        ).strip()
    names = {c.key if book.find(c.key) is c else book.path(c): c for c in codes}
    return st.selectbox(
        "Code (most used first)",
        list(names),
        format_func=lambda key: f"{names[key].name} ({counted(used.get(names[key].key, 0), 'coding')})",
        key="tri_code",
    )


def _details(study: Path, pair: Pair) -> tuple[str | None, str, str, bool]:
    first, second, third, fourth = st.columns([2, 3, 3, 2], vertical_alignment="bottom")
    years = ["Latest", *pair.years]
    year = first.selectbox("Year", years, key=f"tri_year_{pair.indicator}")
    stance = second.selectbox(
        "What counts", list(_STANCES), format_func=lambda s: _STANCES[s], key="tri_stance"
    )
    sets = {f"Set: {s['name']}": s["name"] for s in source_sets(study)}
    interviews = {"Interviews": "transcripts"} if sources_of(study) else {}
    places = {**interviews, "Everything": "all", **sets}
    shown = third.selectbox("From", list(places), key="tri_sources")
    fits = pair.has_two_groups and pair.contrast != "secondary_v_primary"
    by_phase = fourth.checkbox(
        "Within phases",
        key="tri_phase",
        disabled=not fits,
        help=plain("Compare primary with primary and secondary with secondary schools only."),
    )
    return None if year == "Latest" else year, stance, places[shown], by_phase and fits
