"""One suggestion on the page: the words in their turn, the code, why it is suggested, other words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from qualtool.pages.state import current_coder, guarded, plain
from qualtool.workflows.suggestions.suggestion_why import suggestion_why

_COLOURS: dict[str, Literal["green", "blue", "gray"]] = {
    "strong": "green",
    "possible": "blue",
    "weak": "gray",
}
# A suggestion that is rather right than wrong is green.
_RATHER = 0.5
Accept = Callable[[], None]


def show_card(study: Path, one: Mapping[str, Any], *, accept_words: Accept | None) -> None:
    """The suggestion to decide on; with ``accept_words`` its words can be changed first."""
    left, right = st.columns([3, 2])
    with left.container(border=True):
        st.caption(f"{plain(one['source'])} · {plain(one['speaker'])}{_role(one)}")
        if one["asked"]:
            st.caption(f"{plain(one['asked']['speaker'])}: {plain(one['asked']['text'])}")
        st.markdown(
            f"{plain(one['before'])}:blue-background[{plain(one['quote'])}]{plain(one['after'])}".strip()
        )
        if accept_words is not None:
            _other_words(one, accept_words)
    with right.container(border=True):
        _code(one)
        _why(study, one)


def _other_words(one: Mapping[str, Any], accept_words: Accept) -> None:
    with st.form("suggestion_words_form", border=False):
        st.text_area(
            "The words this code is right for",
            value=one["quote"],
            key=words_key(one["guid"]),
            help="Shorten them, or add words that stand before or after them in the turn.",
        )
        st.form_submit_button(
            "Accept these words", icon=":material/check:", type="primary", on_click=accept_words
        )


def words_key(guid: str) -> str:
    """The name under which the page keeps the words a person wrote for a suggestion."""
    return f"suggestion_words_{guid}"


def _code(one: Mapping[str, Any]) -> None:
    st.markdown(f"**{plain(one['code_name'])}**  \n{plain(one['code_path'])}")
    if one["probability"] is None:
        st.badge(f"{one['strength']} suggestion", color=_COLOURS[one["strength"]])
    else:
        st.badge(one["told"], color="green" if one["probability"] >= _RATHER else "gray")
    st.markdown(plain(one["reason"]))


def _why(study: Path, one: Mapping[str, Any]) -> None:
    with st.expander("Why this code?", key="suggestion_why"), guarded():
        why = suggestion_why(study, one["guid"], coder=current_coder())
        if why["quotes"]:
            st.caption("Nearest passages coded with it (likeness from 0 to 1)")
        for near in why["quotes"]:
            st.text(f"{near['likeness']:.2f}  {near['quote']}")
            st.caption(f"{plain(near['source'])} · coded by {plain(near['coder'])}")
        if why["words"]:
            st.caption(f"**Words that counted:** {plain(', '.join(why['words']))}")
        if why["definition"]:
            told = why["definition"]
            st.caption(f"**Nearest in the codebook** ({told['likeness']:.2f}): {plain(told['words'])}")
        if why["note"]:
            st.caption(why["note"])
        learnt = "" if why["n_labels"] is None else f", learnt from {why['n_labels']:,} coded passages"
        st.caption(f"Found by {plain(why['encoder'] or 'an unnamed model')}{learnt}.")
    for title, key in (
        ("Definition", "definition"),
        ("Apply when", "apply_when"),
        ("Do not apply when", "do_not_apply_when"),
    ):
        if one[key]:
            st.caption(f"**{title}:** {plain(one[key])}")


def _role(one: Mapping[str, Any]) -> str:
    return f" ({plain(one['role'])})" if one["role"] and one["role"] != one["speaker"] else ""
