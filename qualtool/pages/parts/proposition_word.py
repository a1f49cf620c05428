"""The researcher's word on a proposition: what stands against it, overriding, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.quote_cards import show_passages
from qualtool.pages.state import has_words, plain
from qualtool.workflows.propositions.judged import Judged
from qualtool.workflows.propositions.proposition_acts import (
    negative_cases_of,
    override,
    proposed_code,
    settle_negative_case,
    write_feedback,
    write_meta_inference,
)
from qualtool.workflows.propositions.proposition_page import CODES
from qualtool.workflows.propositions.proposition_words import (
    against_sentence,
    claims_of,
    feedback_lines,
    passages_of_case,
)

_DISPOSITIONS = ("unexplained", "explained", "scope condition")


def show_against(study: Path, row: Judged, coder: str | None) -> None:
    cases = negative_cases_of(study, row)
    if not cases:
        st.caption("Nobody stands against it in the strands that speak.")
        return
    st.markdown(plain(against_sentence(cases)))
    origin = "all" if row.of_all is None else "person"
    for case in cases:
        with st.container(border=True, gap="small"):
            who = " · ".join(p for p in (case["label"], case["participant"], case["why"]) if p)
            st.markdown(f"{plain(who)} :gray[{plain(case['strand'].replace('_', ' '))}]")
            left, middle, right = st.columns([2, 4, 1], vertical_alignment="bottom")
            key = f"neg_{row.verdict.id}_{case['case']}"
            disposition = left.selectbox(
                "Disposition",
                _DISPOSITIONS,
                index=_DISPOSITIONS.index(case["disposition"]),
                key=f"{key}_d",
                disabled=coder is None,
            )
            note = middle.text_input("Why", case["note"], key=f"{key}_n", disabled=coder is None)
            is_same = disposition == case["disposition"] and (note or "") == case["note"]
            if right.button("Save", key=f"{key}_s", disabled=is_same or coder is None):
                settle_negative_case(
                    study, row.verdict.id, case["case"], disposition, note=note or "", by=coder
                )
                st.rerun()
            _words_of(study, row, case, key=key, origin=origin)


def _words_of(study: Path, row: Judged, case: Mapping[str, Any], *, key: str, origin: str) -> None:
    """What the people of a negative case said of the theme; opened when it is wanted."""
    with st.expander("What was said there", key=f"{key}_said", on_change="rerun") as box:
        if not box.open:
            return
        passages = passages_of_case(study, row, case, origin=origin)
        if not passages:
            st.caption("Nothing there is coded with the theme: they were asked, and did not voice it.")
            return
        show_passages(passages, key=f"{key}_quote", with_codes=True)


def show_word(study: Path, row: Judged, coder: str | None) -> None:
    if coder is None:
        st.info("Choose your name in the side bar to write your word.", icon=":material/person:")
        return
    key = row.verdict.id
    if row.override:
        state = " (stale: its evidence changed since)" if row.override["stale"] else ""
        st.markdown(
            f"**{plain(row.override['code'])}** by {plain(row.override['by'])},"
            f" {row.override['at'][:10]}{state}"
        )
        st.text(row.override["note"])
    left, right = st.columns(2, gap="large")
    with left:
        agree = st.radio(
            "Do the examples agree?",
            ["na", "yes", "no"],
            format_func={"na": "not compared", "yes": "yes", "no": "no"}.__getitem__,
            horizontal=True,
            key=f"agree_{key}",
        )
        proposed = proposed_code(row, agree)
        code = st.selectbox("Your code", CODES, index=CODES.index(proposed), key=f"code_{key}_{agree}")
        note = st.text_area("Why", key=f"note_{key}", placeholder="The note stays with the code.")
        with st.container(horizontal=True):
            is_asked = st.button("Override", type="primary", key=f"over_{key}")
            is_taken = row.override is not None and st.button("Take it back", key=f"back_{key}")
        if (is_asked or is_taken) and has_words(note, "Write why: the note stays with the code."):
            if is_asked:
                override(study, key, code, note or "", by=coder, examples_agree=agree)
            else:
                override(study, key, None, note or "", by=coder)
            st.rerun()
        st.caption("The computed code is kept beside yours. Every word of yours is kept, the newest holds.")
    with right:
        text = st.text_area(
            "Taken together (meta-inference)", row.meta_inference, height=190, key=f"meta_{key}"
        )
        if st.button("Save", key=f"meta_save_{key}") and (text or "") != row.meta_inference:
            write_meta_inference(study, key, text or "", by=coder)
            st.rerun()
        for problem in claims_of(text or "", row):
            st.warning(plain(f"{problem.where}: {problem.message} {problem.next}"), icon=":material/report:")
        with st.expander("What somebody answered to it", key=f"feedback_{key}", on_change="rerun") as box:
            if box.open:
                _feedback(study, key, coder)


def _feedback(study: Path, key: str, coder: str) -> None:
    """Answers of stakeholders to a finding; every one is kept."""
    who = st.text_input("Who", key=f"feedback_who_{key}", placeholder="A head, the parents' panel …")
    said = st.text_area("What they said of the finding", key=f"feedback_said_{key}", height=90)
    is_asked = st.button("Keep it", key=f"feedback_save_{key}")
    if is_asked and has_words(who and said, "Write who said what."):
        write_feedback(study, key, (who or "").strip(), said or "", by=coder)
        st.rerun()
    for line in feedback_lines(study, key):
        st.caption(plain(line))
