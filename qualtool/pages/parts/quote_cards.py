"""Quotes as cards: the words, who said them where, and the way to the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from qualtool.pages.state import current_coder, current_study, plain
from qualtool.workflows.auditing.auditing import without_withheld
from qualtool.workflows.roles import Role, may
from qualtool.workflows.themes.quote_groups import Passage

_STEP = 6
Colour = Literal["green", "orange", "red", "gray"]
_GREY: Colour = "gray"
_COLOURS: dict[str, Colour] = {"yes": "green", "paraphrase": "orange", "no": "red", "withdrawn": "red"}
_ICONS: dict[str, str] = {
    "yes": ":material/check:",
    "paraphrase": ":material/edit:",
    "no": ":material/block:",
    "withdrawn": ":material/block:",
}


def show_passages(passages: Sequence[Passage], *, key: str, with_codes: bool = False) -> None:
    """Cards of the passages, a few at first and more at a press.

    ``key`` tells apart the lists of a page; a list with other passages begins anew.
    """
    passages = _not_withheld(passages)
    if not passages:
        st.caption("No quotes.")
        return
    shown = f"{key}_shown"
    n = min(st.session_state.get(shown, _STEP), len(passages))
    for number, passage in enumerate(passages[:n]):
        _card(passage, key=f"{key}_{number}", with_codes=with_codes)
    if n < len(passages):
        more = min(_STEP, len(passages) - n)
        if st.button(f"Show {more} more of {len(passages)}", key=f"{key}_more"):
            st.session_state[shown] = n + more
            st.rerun()


def _not_withheld(passages: Sequence[Passage]) -> Sequence[Passage]:
    """Without others' codings on passages that the coder is judging blind."""
    study = current_study()
    if study is None or not passages:
        return passages
    kept = without_withheld(study, passages, current_coder())
    if len(kept) < len(passages):
        n = len(passages) - len(kept)
        st.caption(f":material/visibility_off: {n} quotes are withheld while your audit runs.")
    return kept


def _card(passage: Passage, *, key: str, with_codes: bool) -> None:
    with st.container(border=True, gap="small"):
        st.text(passage.quote)
        said = [passage.speaker or "Speaker not in the study", passage.role, passage.source]
        said += [", ".join(passage.facets), f"coded by {', '.join(passage.coders)}"]
        st.caption(plain("  ·  ".join(part for part in said if part)))
        if with_codes:
            st.caption(plain("Codes: " + "; ".join(passage.codes)))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(
                passage.consent_words,
                icon=_ICONS.get(passage.consent, ":material/help:"),
                color=_COLOURS.get(passage.consent, _GREY),
            )
            if st.button(
                "Open in the panel", key=f"{key}_open", icon=":material/edit_note:", type="tertiary"
            ):
                st.session_state["source"] = passage.source_guid
                st.session_state["place"] = (passage.source_guid, passage.start_char)
                st.switch_page("code.py")
            if may(Role.CODER) and st.button(
                "More like this", key=f"{key}_like", icon=":material/hub:", type="tertiary"
            ):
                st.session_state["find_like"] = passage.quote
                st.switch_page("find_text.py")
