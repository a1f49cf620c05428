"""Views of the page Find beside words: by meaning, like a code, where a code is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from qualtool.pages.parts.audit_gate import hidden_by_audit
from qualtool.pages.parts.counted import counted
from qualtool.pages.parts.found import show_made
from qualtool.pages.parts.theme_scope import variable_name
from qualtool.pages.state import guarded, plain
from qualtool.workflows.coding.find_text import Hit, HitInPlace, code_hits, hits_in_place
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.propositions.silence import (
    ASKED,
    NOT_READ,
    SilentCase,
    silence_groups,
    silent_cases,
)
from qualtool.workflows.suggestions.search import MOST, Found, FoundPassage, more_like, more_like_code, search
from qualtool.workflows.themes.theme_page import codable_choices, code_choices
from qualtool.workflows.themes.themes import group_names

VIEWS = ("Words", "By meaning", "Like a code", "Where a code is missing")
_KINDS = {"all": "Everywhere", "transcripts": "Interviews", "answers": "Survey answers"}
_EVERY = "Every group"
_QUARTERS = {"1": "1: lowest quarter", "4": "4: highest quarter"}
_PANEL = ":material/edit_note:"
Progress = Callable[[int, int], None]


def show_view(study: Path, view: str, coder: str) -> None:
    """One of ``VIEWS`` other than words."""
    with guarded():
        if view == VIEWS[1]:
            _by_meaning(study, coder)
        elif view == VIEWS[2]:
            _like_code(study, coder)
        elif not hidden_by_audit(study, coder, "Where a code is missing is"):
            _missing(study)


# --- by meaning, like a code ----------------------------------------------------------------------


def _by_meaning(study: Path, coder: str) -> None:
    show_made(study, coder)
    quote = st.session_state.pop("find_like", None)
    if quote is not None:
        st.session_state["meaning_quote"] = quote
        st.session_state["meaning_words"] = ""
    with st.form("find_meaning"):
        left, right, last = st.columns([7, 3, 2], vertical_alignment="bottom")
        typed = left.text_input(
            "Words, or a sentence",
            key="meaning_words",
            placeholder='parents choose us for the base    "moved house" OR relocated -mother',
            help='Plain words are looked for by what they mean. "A phrase", OR, NOT or - before a word keep '
            "to passages that fit to the letter.",
        )
        kind = (
            right.selectbox("In", list(_KINDS), format_func=_KINDS.__getitem__, key="meaning_kind") or "all"
        )
        last.form_submit_button("Find", type="primary", width="stretch")
    if typed.strip():
        st.session_state.pop("meaning_quote", None)
        found = _looked(lambda told: search(study, typed, kind=kind, progress=told))
        _show(study, coder, found, key=f"meaning_{hash((typed, kind))}")
        return
    like = st.session_state.get("meaning_quote")
    if like:
        with st.container(border=True):
            st.caption("More like")
            st.text(like)
        found = _looked(lambda told: more_like(study, like, kind=kind, progress=told))
        _show(study, coder, found, key=f"like_{hash((like, kind))}")
        return
    st.info("Type what it should be about, then press Enter.", icon=":material/search:")


def _like_code(study: Path, coder: str) -> None:
    codes = codable_choices(study)
    if not codes:
        st.info("There are no codes yet.", icon=":material/menu_book:")
        return
    left, right = st.columns([7, 3])
    code = left.selectbox(
        "Code",
        list(codes),
        index=None,
        format_func=codes.__getitem__,
        placeholder="Choose a code",
        key="like_code",
    )
    kind = right.selectbox("In", list(_KINDS), format_func=_KINDS.__getitem__, key="like_kind") or "all"
    if code is None:
        st.info("Choose a code: passages like those coded with it, and not coded so yet, are found.")
        return
    show_made(study, coder)
    found = _looked(lambda told: more_like_code(study, code, coder=coder, kind=kind, progress=told))
    _show(study, coder, found, key=f"code_{code}_{kind}", code=code)


def _looked(look: Callable[[Progress], Found]) -> Found:
    """Look, with a bar where texts have to be read by the machine first."""
    box = st.empty()

    def told(done: int, total: int) -> None:
        box.progress(
            done / total if total else 1.0, text=f"Reading sentences and answers: {done:,} of {total:,}"
        )

    with st.spinner("Looking through the study …"):
        found = look(told)
    box.empty()
    return found


def _show(study: Path, coder: str, found: Found, *, key: str, code: str | None = None) -> None:
    """Passages with a box each, and a form that codes those that are ticked; ``code`` is set beforehand."""
    for note in found.notes:
        st.caption(f":material/warning: {plain(note)}")
    if not found.passages:
        st.info("Nothing like it is here. Try other words.", icon=":material/search_off:")
        return
    n, with_words = len(found.passages), found.n_words
    most = f"The first {n:,}" if n == MOST else counted(n, "passage")
    words = f" · {counted(with_words, 'has', 'have')} the very words" if with_words else ""
    st.caption(f"{most}, the most alike first{words}. Likeness runs from 0 to 1.")
    # A form of its own after each coding: no tick passes to another passage.
    key = f"{key}_{st.session_state.get('find_round', 0)}"
    hits = [
        Hit(source_guid=p.source_guid, start_char=p.start_char, end_char=p.end_char) for p in found.passages
    ]
    places = hits_in_place(study, hits, coder)
    book = codebook_of(study)
    codes = {c.guid: c for c in book.codes if c.is_codable}
    chosen = next((guid for guid, c in codes.items() if code in (c.short_id, book.path(c))), None)
    with st.form(f"{key}_form", border=False):
        left, right = st.columns([9, 3], vertical_alignment="bottom")
        guid = left.selectbox(
            "Code",
            list(codes),
            index=None if chosen is None else list(codes).index(chosen),
            placeholder="Choose a code for the passages you tick",
            format_func=lambda one: codes[one].name,
            key=f"{key}_code",
        )
        wanted = right.form_submit_button("Code the ticked passages", type="primary", width="stretch")
        cards = enumerate(zip(found.passages, places, strict=True))
        ticked = [place for number, (one, place) in cards if _card(one, place, key=f"{key}_{number}")]
    if wanted and (guid is None or not ticked):
        st.warning("Choose a code first." if guid is None else "Tick the passages to be coded.")
    elif wanted and guid is not None:
        made = code_hits(study, ticked, guid, coder=coder, extent="words")
        st.session_state["find_made"] = (made, codes[guid].name, len(ticked))
        st.session_state["find_round"] = st.session_state.get("find_round", 0) + 1
        st.rerun()


def _card(passage: FoundPassage, place: HitInPlace, *, key: str) -> bool:
    """One passage; whether it is ticked."""
    with st.container(border=True, gap="small"):
        box, words = st.columns([1, 30], gap="small")
        ticked = box.checkbox(
            f"Code this passage of {plain(passage.source)}", label_visibility="collapsed", key=f"{key}_tick"
        )
        words.text(passage.text)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if passage.has_words:
                st.badge("the words", icon=":material/match_word:", color="green")
            # An answer's source names who gave it.
            person = passage.participant if passage.kind == "transcript" else ""
            coded = f"coded by you: {', '.join(place.codes)}" if place.codes else ""
            about = (f"{max(passage.likeness, 0.0):.2f}", person, passage.source, coded)
            st.caption(plain("  ·  ".join(part for part in about if part)), width="stretch")
            if st.form_submit_button("Open in the panel", key=f"{key}_open", icon=_PANEL, type="tertiary"):
                _to_panel(passage.source_guid, passage.start_char)
            if st.form_submit_button(
                "More like this", key=f"{key}_like", icon=":material/hub:", type="tertiary"
            ):
                st.session_state["find_like"] = passage.text
                st.rerun()
    return ticked


def _to_panel(source_guid: str, start_char: int) -> None:
    st.session_state["source"] = source_guid
    st.session_state["place"] = (source_guid, start_char)
    st.switch_page("code.py")


def _open(source_guid: str, start_char: int, *, key: str, label: str) -> None:
    if st.button(label, key=key, icon=_PANEL, type="tertiary"):
        _to_panel(source_guid, start_char)


# --- where a code is missing ----------------------------------------------------------------------


def _missing(study: Path) -> None:
    codes = code_choices(study)
    if not codes:
        st.info("There are no codes yet.", icon=":material/menu_book:")
        return
    left, middle, right = st.columns([4, 3, 3])
    code = left.selectbox(
        "Code",
        list(codes),
        index=None,
        format_func=codes.__getitem__,
        placeholder="Choose a code",
        key="missing_code",
    )
    names = ["all", *(name for name in group_names(study) if name not in ("all", "source"))]
    by = middle.selectbox("Cases by", names, format_func=variable_name, key="missing_by") or "all"
    groups = [_EVERY, *silence_groups(study, by)] if by != "all" else [_EVERY]
    quarters = _QUARTERS if by.endswith("quartile") else {}
    group = right.selectbox(
        "Group",
        groups,
        format_func=lambda name: str(quarters.get(name, name)),
        key=f"missing_group_{by}",
        disabled=by == "all",
    )
    if code is None:
        st.info(
            "Choose a code: the cases (schools, for instance) in which nobody voices it are found,"
            " with what their silence means.",
            icon=":material/search_off:",
        )
        return
    found = silent_cases(study, code, by=by, group=None if group in (None, _EVERY) else group)
    if not found.n_cases:
        st.info("No case of this group has anybody who spoke: people belong to no case yet.")
        return
    if not found.cases:
        st.success(
            f"No case without it: in all of the {counted(found.n_cases, 'case')} here somebody voices it.",
            icon=":material/check:",
        )
        return
    st.caption(
        f"{len(found.cases):,} of {counted(found.n_cases, 'case')} voice it nowhere. Only a case that "
        "was asked and read speaks against a theme; one that nobody has read says nothing."
    )
    for number, case in enumerate(found.cases):
        _case(case, key=f"missing_{code}_{number}")


def _colour(state: str) -> Literal["orange", "gray", "blue"]:
    return "orange" if state == ASKED else "gray" if state == NOT_READ else "blue"


def _case(case: SilentCase, *, key: str) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(case.case)}**", width="content")
            st.badge(case.state, color=_colour(case.state))
        told = [
            counted(case.n_participants, "person", "people"),
            counted(case.n_sources, "source", "sources"),
        ]
        told += [f"{case.n_unread:,} not read"] if 0 < case.n_unread < case.n_sources else []
        told += [f"{counted(case.n_denials, 'coding', 'codings')} against it"] if case.n_denials else []
        told += [f"group {case.group}"] if case.group != "all" else []
        st.caption(plain("  ·  ".join(told)))
        with st.container(horizontal=True, gap="small"):
            for number, (guid, name, is_read) in enumerate(case.sources[:6]):
                label = plain(name if is_read else f"{name} (not read)")
                _open(guid, 0, key=f"{key}_{number}", label=label)
