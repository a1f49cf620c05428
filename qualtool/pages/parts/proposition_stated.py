"""State a proposition on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import current_coder, guarded, plain
from qualtool.workflows.proposition_page import (
    CONTRAST_CHOICES,
    CONTRAST_WORDS,
    DIRECTION_WORDS,
    INDICATOR_WORDS,
    next_id,
    state_one,
)
from qualtool.workflows.theme_page import codable_choices

_KINDS = {
    "interview": "interviews",
    "free_text": "written answers",
    "focus_group": "focus groups",
}


def state_form(study: Path) -> None:
    """The boxes of a new proposition; what does not fit is told, all at once."""
    said = st.session_state.pop("proposition_said", None)
    if said:
        st.success(plain(said), icon=":material/check:")
    with st.expander("State a proposition", key="proposition_form", on_change="rerun") as box:
        if not box.open:
            return
        codes = codable_choices(study)
        if not codes:
            st.info("A proposition is about a theme: make codes first.", icon=":material/menu_book:")
            return
        left, right = st.columns([3, 2], gap="large")
        statement = left.text_area(
            "What do you expect to see?",
            placeholder="As: The magnet reputation is voiced more at schools in the top quarter.",
            key="proposition_statement",
        )
        first = left.selectbox(
            "Theme", list(codes), index=None, format_func=codes.__getitem__, key="proposition_theme"
        )
        theme = left.text_input(
            "Or an expression of codes",
            placeholder="MAGNET and not PUSH",
            help="Codes joined by and, or, not; brackets. It wins over the box above.",
            key="proposition_expression",
        )
        rival = left.text_area(
            "Rival explanation",
            placeholder="What else could bring this about?",
            height=70,
            key="proposition_rival",
        )
        id = right.text_input("Id", next_id(study), key="proposition_id")
        direction = right.selectbox(
            "Direction",
            [d.value for d in DIRECTION_WORDS],
            format_func=lambda v: next(w for d, w in DIRECTION_WORDS.items() if d.value == v),
            key="proposition_direction",
        )
        mid = right.slider(
            "Least difference that matters",
            0.05,
            0.50,
            0.20,
            0.05,
            help="As a difference of shares. Set it before you look at results.",
            key="proposition_mid",
        )
        indicator = right.selectbox(
            "Set beside",
            list(INDICATOR_WORDS),
            format_func=INDICATOR_WORDS.__getitem__,
            key="proposition_indicator",
        )
        contrast = right.selectbox(
            "Contrast",
            CONTRAST_CHOICES,
            format_func=lambda c: str(CONTRAST_WORDS.get(c, c)),
            key="proposition_contrast",
        )
        kinds = right.multiselect(
            "Strands", list(_KINDS), default=list(_KINDS)[:2], format_func=_KINDS.__getitem__,
            key="proposition_kinds",
        )  # fmt: skip
        before = right.checkbox("Stated before looking at results", value=True, key="proposition_before")
        fields: dict[str, Any] = {
            "id": (id or "").strip(),
            "statement": statement or "",
            "direction": direction,
            "theme": (theme or "").strip() or first or "",
            "mid": mid,
            "rival_explanation": rival or "",
            "before": before,
            "strands": [{"kind": k, "indicator": indicator, "contrast": contrast} for k in kinds],
        }
        is_ready = bool(fields["statement"].strip() and fields["theme"] and kinds)
        if st.button("State it", type="primary", disabled=not is_ready, key="proposition_state"):
            with guarded():
                key = state_one(study, fields, by=current_coder())
                st.session_state["proposition_said"] = f"{key} is stated."
                st.rerun()
