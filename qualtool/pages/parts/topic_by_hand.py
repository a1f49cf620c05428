"""What a person does with one topic: name it, merge it, set it aside, make a draft code of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.counted import counted
from qualtool.pages.state import guarded, has_words, plain
from qualtool.workflows.editing.edit_codebook import parents_for
from qualtool.workflows.roles import Role, may
from qualtool.workflows.suggestions.topics_by_hand import (
    draft_code,
    merge_topics,
    part_topic,
    rename_topic,
    set_topic_aside,
)


def by_hand(
    study: Path, topic: Mapping[str, Any], others: Sequence[Mapping[str, Any]], coder: str | None
) -> None:
    """The acts on a topic; ``others`` are the run's other topics with ``guid`` and ``name``."""
    if topic["dismissed"]:
        st.info(plain(f"Set aside: {topic['dismissed']}"), icon=":material/visibility_off:")
    if coder is None:
        return
    key = topic["guid"]
    with st.expander("Name, merge, set aside", key=f"topic_hand_{key}"):
        _name(study, topic, coder, key)
        _merge(study, topic, others, coder, key)
        _aside(study, topic, coder, key)
    if topic["code"] is None and may(Role.OWNER):
        with st.expander("Make a code of it", key=f"topic_draft_{key}"):
            _draft(study, topic, coder, key)


def _name(study: Path, topic: Mapping[str, Any], coder: str, key: str) -> None:
    left, right = st.columns([5, 3], vertical_alignment="bottom")
    label = left.text_input(
        "Name", str(topic["label"]), placeholder="What it is about", key=f"topic_name_{key}"
    )
    is_asked = right.button("Save", key=f"topic_rename_{key}", width="stretch")
    if is_asked and label != topic["label"]:
        with guarded():
            rename_topic(study, topic["guid"], label, by=coder)
            st.rerun()


def _merge(
    study: Path, topic: Mapping[str, Any], others: Sequence[Mapping[str, Any]], coder: str, key: str
) -> None:
    names = {other["guid"]: other["name"] for other in others}
    left, right = st.columns([5, 3], vertical_alignment="bottom")
    chosen = left.multiselect(
        "Merge into it", list(names), format_func=names.__getitem__, key=f"topic_merge_{key}"
    )
    if right.button("Merge", key=f"topic_merged_{key}", width="stretch", disabled=not chosen):
        with guarded():
            merge_topics(study, chosen, topic["guid"], by=coder)
            st.rerun()
    for merged in topic["merged"]:
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.caption(plain(f"Holds: {merged['name']}"))
        if right.button("Part", key=f"topic_part_{merged['guid']}", width="stretch"):
            with guarded():
                part_topic(study, merged["guid"], by=coder)
                st.rerun()


def _aside(study: Path, topic: Mapping[str, Any], coder: str, key: str) -> None:
    left, right = st.columns([5, 3], vertical_alignment="bottom")
    if topic["dismissed"]:
        if right.button("Take back", key=f"topic_back_{key}", width="stretch"):
            with guarded():
                set_topic_aside(study, topic["guid"], "", by=coder)
                st.rerun()
        return
    reason = left.text_input(
        "Set aside because", placeholder="As: greetings and thanks", key=f"topic_reason_{key}"
    )
    is_asked = right.button("Set aside", key=f"topic_aside_{key}", width="stretch")
    if is_asked and has_words(reason, "Say why: the reason stays with the topic."):
        with guarded():
            set_topic_aside(study, topic["guid"], reason, by=coder)
            st.rerun()


def _draft(study: Path, topic: Mapping[str, Any], coder: str, key: str) -> None:
    parents = parents_for(study, None)
    left, right = st.columns(2)
    name = left.text_input("Name of the code", str(topic["label"]), key=f"topic_code_name_{key}")
    parent = right.selectbox(
        "Under", list(parents), format_func=lambda guid: parents[guid], key=f"topic_code_parent_{key}"
    )
    st.caption(
        "The definition stays empty for you to write in Codebook. Its quotes go into a memo on the code, not"
        " into the codebook; its segments become suggestions."
    )
    is_asked = st.button("Make the code", key=f"topic_code_make_{key}")
    if is_asked and has_words(name, "Give the code a name."):
        with guarded():
            n = draft_code(study, topic["guid"], name, by=coder, parent=parent)
            st.session_state["topic_said"] = (
                f"The code is in the codebook; {counted(n, 'segment waits', 'segments wait')} as suggestions"
                " under Codes. Write its definition next."
            )
            st.session_state["topic_made_code"] = topic["guid"]
            st.rerun()
