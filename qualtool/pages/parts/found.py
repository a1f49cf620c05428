"""Hits of a search as a list to be ticked one by one, coded, and taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import streamlit as st

from qualtool.model import Code
from qualtool.pages.state import guarded, plain
from qualtool.workflows.coding.find_text import Extent, HitInPlace, code_hits, uncode_hits

_WORD_END, _WORD_START = re.compile(r"\w*\Z"), re.compile(r"(?!\w)")
_EXTENTS: dict[Extent, str] = {"sentence": "The whole sentence", "words": "Only the words found"}


def show_hits(study: Path, hits: Sequence[HitInPlace], codes: dict[str, Code], coder: str, key: str) -> None:
    """The hits of one screen with a box each, and a form that codes those that are ticked.

    There is no way to tick them all at once: what was not read is not coded. ``key`` changes with the
    search and the screen, so that a tick never passes to another hit.
    """
    with st.form(f"{key}_form", border=False):
        left, middle, right = st.columns([5, 4, 3], vertical_alignment="bottom")
        code = left.selectbox(
            "Code",
            list(codes),
            index=None,
            placeholder="Choose a code",
            format_func=lambda guid: codes[guid].name,
            key=f"{key}_code",
        )
        extent = middle.selectbox(
            "How much", list(_EXTENTS), format_func=_EXTENTS.__getitem__, key=f"{key}_much"
        )
        wanted = right.form_submit_button("Code the ticked hits", type="primary", width="stretch")
        ticked = []
        for source, of_source in groupby(hits, key=lambda hit: hit.source):
            st.markdown(f"**{plain(source)}**")
            ticked += [hit for hit in of_source if _line(hit, key)]
    if not wanted:
        return
    if code is None or not ticked:
        st.warning(
            "Choose a code first." if code is None else "Tick the hits to be coded: each one by itself."
        )
        return
    with guarded():
        made = code_hits(study, ticked, code, coder=coder, extent=extent or "sentence")
        st.session_state["find_made"] = (made, codes[code].name, len(ticked))
        st.session_state["find_round"] = st.session_state.get("find_round", 0) + 1
        st.rerun()


def _line(hit: HitInPlace, key: str) -> bool:
    place = f"{key}_{hit.hit.source_guid}_{hit.hit.start_char}"
    box, words = st.columns([1, 40], gap="small")
    label = f"Code this hit: {plain(hit.words)}, {plain(hit.speaker)}"
    ticked = box.checkbox(label, label_visibility="collapsed", key=place)
    who = [hit.speaker, hit.role, f"turn {hit.turn}" if hit.turn else ""]
    # The word the hit lies in is marked, what was looked for in it is bold.
    before, head = _cut(hit.before, _WORD_END)
    tail, after = _cut(hit.after, _WORD_START)
    words.markdown(
        f":small[:gray[{plain(' · '.join(part for part in who if part))}]]  \n"
        f"{_edge(before)}:orange-background[{plain(head)}**{plain(hit.words.strip())}**{plain(tail)}]"
        f"{_edge(after)}"
        + (f"  \n:small[:gray[coded by you: {plain(', '.join(hit.codes))}]]" if hit.codes else "")
    )
    return ticked


def _cut(text: str, where: re.Pattern[str]) -> tuple[str, str]:
    at = where.search(text)
    cut = at.start() if at else 0
    return text[:cut], text[cut:]


def _edge(text: str) -> str:
    """Words beside the hit, on one line, with a space kept where they had one."""
    inner = " ".join(text.split())
    before = "&nbsp;" if text[:1].isspace() and inner else ""
    after = "&nbsp;" if text[-1:].isspace() and inner else ""
    return f"{before}{plain(inner)}{after}" if inner else "&nbsp;"


def show_made(study: Path, coder: str) -> None:
    """What was just coded, with a button that takes it back."""
    found = st.session_state.get("find_made")
    if not found:
        return
    made, name, n = found
    left, right = st.columns([5, 1], vertical_alignment="center")
    stood = f" {n - len(made)} of the {n} ticked were in words coded so already." if n > len(made) else ""
    left.success(f"{len(made)} coded with {plain(name)}.{stood}", icon=":material/check:")
    if made and right.button("Undo", icon=":material/undo:", key="find_undo", width="stretch"):
        with guarded():
            uncode_hits(study, made, coder=coder)
            st.session_state.pop("find_made")
            st.rerun()
