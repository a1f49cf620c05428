"""State a proposition on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import current_coder, guarded, plain
from qualtool.triangulate.strand_sentences import material
from qualtool.workflows.propositions.proposition_page import DIRECTION_WORDS, KINDS
from qualtool.workflows.propositions.stating import (
    HeldAgainst,
    StatingChoices,
    as_expression,
    state_one,
    stating_choices,
)

_OF_TEXTS = ("interview", "focus_group", "free_text")
_NO_FIGURES = ("theme_pair", "ordering", "level")
_UNITS = {"school": "schools", "participant": "people"}
_ANY = "any"
_FILTERS: dict[str, tuple[str, dict[str, str]]] = {
    "stance": ("Stance", {"affirms": "affirmed", "denies": "denied", "mixed": "mixed"}),
    "valence": ("Valence", {"negative": "negative", "positive": "positive", "neutral": "neutral"}),
    "basis": ("Basis", {"own": "own experience", "reported": "told of others"}),
    "level": (
        "About",
        {
            "pupil": "pupils",
            "class": "classes",
            "base": "bases",
            "school": "schools",
            "la": "the authority",
            "nation": "the nation",
        },
    ),
}


def state_form(study: Path) -> None:
    """The boxes of a new proposition; what does not fit is told, all at once."""
    said = st.session_state.pop("proposition_said", None)
    if said:
        st.success(plain(said), icon=":material/check:")
    with st.expander("State a proposition", key="proposition_form", on_change="rerun") as box:
        if not box.open:
            return
        choices = stating_choices(study)
        if not choices.codes:
            st.info("A proposition is about a theme: make codes first.", icon=":material/menu_book:")
            return
        left, right = st.columns([3, 2], gap="large")
        with left:
            fields = _claim(choices)
        with right:
            held = _held_against(choices)
            fields |= _terms(choices, held)
            kinds = _kinds(held)
        fields["strands"] = _strands(choices, held, kinds)
        is_whole = bool(kinds) and len(fields["strands"]) == len(kinds)
        is_ready = bool(fields["statement"].strip() and fields["theme"]) and is_whole
        is_asked = st.button("State it", type="primary", key="proposition_state")
        if is_asked and is_ready:
            with guarded():
                key = state_one(study, fields, by=current_coder())
                st.session_state["proposition_said"] = f"{key} is stated; its verdict is below."
                st.session_state["proposition_wanted"] = key
                _clear()
                st.rerun()
        if not is_ready:
            say = st.warning if is_asked else st.caption
            say("It needs what you expect, a theme, and each kind of evidence with what it asks for.")


def _clear() -> None:
    """Empty the boxes, so that the next proposition is none of the last one."""
    kept = ("proposition_said", "proposition_wanted", "proposition_matrix", "proposition_tabs")
    for name in [n for n in st.session_state if str(n).startswith("proposition_") and n not in kept]:
        del st.session_state[name]


def _claim(choices: StatingChoices) -> dict[str, Any]:
    """What is expected, of which theme, and whose words count."""
    statement = st.text_area(
        "What do you expect to see?",
        placeholder="As: The magnet reputation is voiced more at schools in the top quarter.",
        key="proposition_statement",
    )
    first = st.selectbox(
        "Theme",
        list(choices.codes),
        index=None,
        format_func=choices.codes.__getitem__,
        key="proposition_theme",
    )
    theme = st.text_input(
        "Or an expression of codes",
        placeholder="MAGNET and not PUSH",
        help="Codes or headings joined by and, or, not; brackets. It wins over the box above.",
        key="proposition_expression",
    )
    filters: dict[str, Any] = {}
    columns = st.columns(len(_FILTERS))
    for column, (name, (label, words)) in zip(columns, _FILTERS.items(), strict=True):
        filters[name] = _filter(column, label, words, key=f"proposition_{name}")
    roles, phases = st.columns(2)
    filters["role"] = _filter(roles, "Only said by", {r: r for r in choices.roles}, key="proposition_role")
    phase_words = {"primary": "primary schools", "secondary": "secondary schools"}
    filters["phase"] = _filter(phases, "Only in", phase_words, key="proposition_phase")
    rival = st.text_area(
        "Rival explanation",
        placeholder="What else could bring this about?",
        height=70,
        key="proposition_rival",
    )
    return {
        "statement": statement or "",
        "theme": (theme or "").strip() or (as_expression(first) if first else ""),
        "rival_explanation": rival or "",
        **filters,
    }


def _filter(column: Any, label: str, words: dict[str, str], *, key: str) -> str | None:
    options = [_ANY, *words]
    chosen = column.selectbox(label, options, format_func=lambda o: words.get(o, _ANY), key=key)
    return None if chosen == _ANY else chosen


def _terms(choices: StatingChoices, held: HeldAgainst) -> dict[str, Any]:
    """Id, question, direction, and what is set before looking."""
    id, question = st.columns([2, 5])
    key = id.text_input("Id", choices.next_id, key="proposition_id")
    texts = dict(choices.questions)
    asked = question.selectbox(
        "Research question",
        list(texts),
        index=None,
        format_func=lambda k: f"{k}: {texts[k]}" if k in texts else str(k),
        placeholder="none yet",
        accept_new_options=True,
        help="Choose one, or type a new one and press Enter.",
        key="proposition_question",
    )
    direction, unit = "level", "school"
    if held.contrast != "level":
        direction = st.selectbox(
            "Direction",
            [d.value for d in DIRECTION_WORDS],
            format_func=lambda v: next(w for d, w in DIRECTION_WORDS.items() if d.value == v),
            help="The first group is the one named first in Held against, as the top quarter.",
            key="proposition_direction",
        )
    if held.contrast in _NO_FIGURES:
        unit = st.selectbox(
            "Counted by",
            list(_UNITS),
            format_func=_UNITS.__getitem__,
            help="Of interviews; a survey counts its respondents.",
            key="proposition_unit",
        )
    mid = st.slider(
        "Least difference that matters (0.20 = 20 points)",
        0.05,
        0.50,
        0.20,
        0.05,
        help="As a difference of shares. Set it before you look at results.",
        key="proposition_mid",
    )
    before = st.checkbox("Stated before looking at results", value=True, key="proposition_before")
    return {
        "id": (key or "").strip(),
        "question": asked,
        "direction": direction,
        "unit": unit,
        "mid": mid,
        "before": before,
    }


def _held_against(choices: StatingChoices) -> HeldAgainst:
    return st.selectbox(
        "Held against", choices.against, format_func=lambda h: h.label, key="proposition_against"
    )


def _kinds(held: HeldAgainst) -> list[str]:
    usable = [k for k in KINDS if held.contrast not in _NO_FIGURES or k.value not in ("indicator",)]
    return st.multiselect(
        "Kinds of evidence",
        [k.value for k in usable],
        default=["interview"],
        format_func=lambda v: next(material(k) for k in KINDS if k.value == v),
        help="Focus groups are taken with the interviews unless they are chosen on their own.",
        key="proposition_kinds",
    )


def _strands(choices: StatingChoices, held: HeldAgainst, kinds: list[str]) -> list[dict[str, Any]]:
    """A strand a kind, with what closed answers, figures and published findings need beside it."""
    shared: dict[str, Any] = {"indicator": held.indicator, "contrast": held.contrast}
    if held.contrast == "level":
        shared["bound"] = st.text_input("Bound of the share", "> 0.5", key="proposition_bound")
    found: list[dict[str, Any]] = []
    for kind in kinds:
        if kind in _OF_TEXTS:
            found.append({"kind": kind, **shared})
        elif kind == "survey_closed":
            found += _closed(choices, shared)
        elif kind == "indicator":
            found += _figures(choices, held)
        else:
            found += _published(choices, held)
    return found


def _closed(choices: StatingChoices, shared: dict[str, Any]) -> list[dict[str, Any]]:
    if not choices.closed:
        st.info("The study has no closed question yet: import a survey.", icon=":material/upload_file:")
        return []
    left, middle, right = st.columns([3, 2, 2])
    chosen = left.selectbox(
        "Closed question",
        list(choices.closed),
        index=None,
        format_func=lambda k: f"{k[1]} ({k[0]})",
        key="proposition_item",
    )
    if chosen is None:
        return []
    survey, item = chosen
    is_ticked = chosen in choices.ticked
    yes = middle.multiselect(
        "Answers that mean yes",
        choices.closed[chosen],
        disabled=is_ticked,
        placeholder="a tick" if is_ticked else "Choose options",
        key=f"proposition_yes_{item}",
    )
    if not yes and not is_ticked:
        return []
    strand: dict[str, Any] = {"kind": "survey_closed", **shared, "survey": survey, "item": item, "yes": yes}
    if shared["contrast"] in ("theme_pair", "ordering"):
        others = [key[1] for key in choices.closed if key[0] == survey and key[1] != item]
        strand["against"] = right.selectbox("Against", others, key=f"proposition_other_{survey}")
    return [strand]


def _figures(choices: StatingChoices, held: HeldAgainst) -> list[dict[str, Any]]:
    if not choices.figures:
        st.info("No school figure is loaded yet.", icon=":material/upload_file:")
        return []
    name = st.selectbox(
        "School figure",
        list(choices.figures),
        format_func=lambda n: choices.figures[n],
        help="The figure itself, over all schools of the loaded files, by what it is held against.",
        key="proposition_figure",
    )
    return [{"kind": "indicator", "indicator": name, "contrast": held.contrast, "by": held.indicator}]


def _published(choices: StatingChoices, held: HeldAgainst) -> list[dict[str, Any]]:
    if not choices.studies:
        st.info("No published finding is imported yet: see above.", icon=":material/upload_file:")
        return []
    study = st.selectbox("Published study", choices.studies, key="proposition_study")
    return [{"kind": "external_finding", "contrast": "reported", "study": study}]
