"""The tab Topics: find them, look at them, link one to a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from qualtool.pages.parts.counted import counted
from qualtool.pages.parts.encoder_choice import choose_encoder
from qualtool.pages.parts.progress import STOPPED, Progress, long_work, say_stopped
from qualtool.pages.parts.topic_by_hand import by_hand
from qualtool.pages.parts.topic_passages import more_passages
from qualtool.pages.parts.topic_views import SOURCES_SHOWN
from qualtool.pages.parts.two_versions import as_last_shown, meeting, show_versions, waiting
from qualtool.pages.state import current_coder, guarded, plain
from qualtool.workflows.roles import Role, is_hosted, may
from qualtool.workflows.suggestions.finding_topics import (
    find_topics,
    link_topic,
    umap_is_installed,
    why_on_words,
)
from qualtool.workflows.suggestions.topic_runs import keep_cut, recut_topics
from qualtool.workflows.themes.theme_page import codable_choices

METHODS = {"tree": "Tree: the same each time", "umap": "UMAP and HDBSCAN"}
BY_SIZE, CHOSEN = "By the amount of text", "I choose"
_STABILITY = (
    "Stability: how well the topic is found again when a fifth of the texts is left out. 1 is always;"
    " below about 0.3 another cut might not show it."
)
_ASKED = "topics_why_on_words"
_REPLACES = (
    "The new topics replace these, with their names and links; the view Runs compares both. What was"
    " suggested or coded stays."
)


def find_topics_form(study: Path, *, has_topics: bool) -> None:
    """The settings and the button; a new run replaces the list of topics."""
    say_stopped()
    n_runs = st.session_state.get("topics_n_runs", 0)  # a new key after each run: the box closes
    title = "Find topics again" if has_topics else "Find topics"
    with st.expander(title, expanded=not has_topics, key=f"topics_box_{n_runs}"):
        left, middle, right = st.columns([3, 3, 4], vertical_alignment="bottom")
        sources = left.selectbox(
            "In", list(SOURCES_SHOWN), format_func=SOURCES_SHOWN.__getitem__, key="topics_sources"
        )
        how = middle.radio("Number of topics", [BY_SIZE, CHOSEN], key="topics_how", horizontal=True)
        chosen = right.slider("Topics", 2, 100, 20, key="topics_number", disabled=how == BY_SIZE)
        method = "tree"
        if umap_is_installed():
            method = st.segmented_control(
                "Method",
                list(METHODS),
                default="tree",
                required=True,
                format_func=METHODS.__getitem__,
                key="topics_method",
            )
        if method == "umap":
            st.caption(
                "BERTopic's usual pipeline: slower, it finds the number of topics, leaves texts without"
                " a topic, and may differ on another machine."
            )
        if has_topics:
            st.caption(_REPLACES)
        on_words = _ask_on_words()
        with st.container(horizontal=True):
            is_asked = st.button("Find topics", type="primary", icon=":material/hub:", key="topics_find")
            if not is_hosted():  # its folders are the server's
                choose_encoder(study)
        if is_asked:
            if not on_words:
                _stop_to_ask(study)
            with _finding() as told:
                find_topics(
                    study,
                    n_topics=chosen if how == CHOSEN and method != "umap" else None,
                    sources=sources,
                    method="umap" if method == "umap" else "tree",
                    on_words=on_words,
                    by=current_coder(),
                    progress=told,
                )
            st.session_state["topics_n_runs"] = n_runs + 1
            st.session_state.pop(_ASKED, None)
            st.rerun()


def _finding() -> AbstractContextManager[Progress]:
    return long_work(
        "Finding topics",
        reading="Reading sentences and answers",
        then="Grouping them; almost done",
        stopped=STOPPED,
    )


def _stop_to_ask(study: Path) -> None:
    """Where topics would be of word counts: run the page anew with the question."""
    why = why_on_words(study)
    if why is not None:
        st.session_state[_ASKED] = why
        st.rerun()


def _ask_on_words() -> bool:
    """Whether word counts may stand in; asked only once it was seen that they would have to."""
    why = st.session_state.get(_ASKED)
    if why is None:
        return False
    st.warning(plain(why), icon=":material/warning:")
    return st.checkbox("Make topics of word counts all the same; they will be poorer", key="topics_on_words")


def finer(study: Path, n_now: int, method: str) -> None:
    """Cut the tree elsewhere and look, before a run is stored."""
    with st.expander("Coarser or finer", key="topics_finer", on_change="rerun") as box:
        if not box.open:
            return
        if method == "umap":
            st.info("UMAP and HDBSCAN make no tree that could be cut elsewhere.", icon=":material/info:")
            return
        n = st.slider("Topics", 2, 80, min(80, max(2, n_now)), key="topics_cut")
        with guarded(), st.spinner("Cutting the tree …"):
            cut = recut_topics(study, n)
            st.dataframe(
                [{"Segments": t["size"], "Words": ", ".join(t["words"][:8])} for t in cut],
                hide_index=True,
                width="stretch",
                height=320,
                column_config={"Segments": st.column_config.NumberColumn(width=80)},
            )
        if not may(Role.OWNER):
            return
        st.caption(f"Nothing is stored yet. {_REPLACES}")
        if st.button(
            f"Keep these {n} topics", key="topics_keep", icon=":material/save:", disabled=n == n_now
        ):
            with _finding() as told:
                keep_cut(study, n, by=current_coder(), progress=told)
            st.rerun()


def show_topics(study: Path, topics: Sequence[Mapping[str, Any]], coder: str | None) -> None:
    """The list on the left, the chosen topic on the right."""
    st.caption(
        "A topic holds sentences and answers that are about alike things; a machine put them together. Read"
        " some of them, then link the topic to a code, make a code of it, or set it aside."
    )
    left, right = st.columns([11, 9])
    with left:
        chosen = _list(topics)
    with right:
        _one_topic(study, topics[chosen], [t for t in topics if t is not topics[chosen]], coder)


def _list(topics: Sequence[Mapping[str, Any]]) -> int:
    """The list; the row chosen. A topic stays chosen when it changes its place, as by merging."""
    order = [topic["guid"] for topic in topics]
    frame = pd.DataFrame(
        {
            "Words": [_told(t) for t in topics],
            "Size": [t["size"] for t in topics],
            "Stability": [stability_of(t) for t in topics],
            "Code": [t["code"] or "" for t in topics],
        }
    )
    if frame["Stability"].isna().all():  # measured for the tree only
        frame = frame.drop(columns="Stability")
    if st.session_state.get("topics_order") != order:  # a list of its own for each order
        st.session_state["topics_order"] = order
        st.session_state["topics_n_lists"] = st.session_state.get("topics_n_lists", 0) + 1
    before = st.session_state.get("topic_chosen")
    event = st.dataframe(
        frame,
        key=f"topics_list_{st.session_state['topics_n_lists']}",
        hide_index=True,
        height=560,
        on_select="rerun",
        selection_mode="single-row-required",
        placeholder="–",
        selection_default={"selection": {"rows": [order.index(before) if before in order else 0]}},
        alt="Topics with their words, size, stability and linked code",
        column_config={
            "Words": st.column_config.TextColumn(width=215),
            "Size": st.column_config.ProgressColumn(
                format="%d",
                max_value=int(frame["Size"].max()),
                width=85,
                help="Sentences and answers in the topic.",
            ),
            "Stability": st.column_config.NumberColumn(format="%.2f", width=75, help=_STABILITY),
            "Code": st.column_config.TextColumn(width=95, help="The code you linked the topic to."),
        },
    )
    rows = event.get("selection", {}).get("rows", [])
    chosen = rows[0] if rows and rows[0] < len(topics) else 0
    st.session_state["topic_chosen"] = order[chosen]
    return chosen


def stability_of(topic: Mapping[str, Any]) -> float | None:
    """As measured of the machine's own topic; not of one that people merged others into."""
    return None if topic["merged"] else topic["stability"]


def _told(topic: Mapping[str, Any]) -> str:
    words = ", ".join(topic["words"][:6]) or "(no words of its own)"
    told = f"{topic['label']}: {words}" if topic["label"] else words
    return f"{told} (set aside)" if topic["dismissed"] else told


def _one_topic(
    study: Path, topic: Mapping[str, Any], others: Sequence[Mapping[str, Any]], coder: str | None
) -> None:
    with st.container(border=True, gap="small"):
        if topic["label"]:
            st.header(plain(topic["label"]), anchor=False)
        st.markdown(f"**{plain(', '.join(topic['words'][:10]) or '(no words of its own)')}**")
        stability = stability_of(topic)
        how_stable = "stability not measured" if stability is None else f"stability {stability:.2f}"
        st.caption(
            f"{counted(topic['size'], 'segment')} · {how_stable}"
            + (f" · {counted(topic['n_open'], 'open suggestion')}" if topic["n_open"] else ""),
            help=f"A segment is a sentence or an answer. {_STABILITY}",
        )
        for quote in topic["quotes"]:
            st.markdown(f"“{plain(quote['quote']).strip()}” :small[:gray[{plain(quote['source'])}]]")
        _link(study, topic, coder)
        by_hand(study, topic, others, coder)
        more_passages(study, topic)


def _link(study: Path, topic: Mapping[str, Any], coder: str | None) -> None:
    if coder is None:
        st.info("Choose your name in the side bar to link this topic to a code.", icon=":material/person:")
        return
    codes = codable_choices(study)
    if not codes:
        st.page_link("codebook.py", label="Make codes to link topics to", icon=":material/menu_book:")
        return
    # A box of its own for each link there is: an older one would go on showing what it showed.
    key = f"topic_code_{topic['guid']}_{topic['code']}"
    seen = as_last_shown(f"topic_{study}_{topic['guid']}", topic["code"])
    _torn(study, coder)
    code = st.selectbox(
        "Link to a code (its segments become suggestions)",
        list(codes),
        index=list(codes).index(topic["code"]) if topic["code"] in codes else None,
        format_func=codes.__getitem__,
        placeholder="Choose a code",
        key=key,
    )
    left, right = st.columns(2)
    if left.button(
        "Link",
        type="primary",
        icon=":material/link:",
        disabled=code in (None, topic["code"]),
        key="topic_link",
        width="stretch",
    ):
        with meeting("topic", study, guid=topic["guid"], code=code):
            n = link_topic(study, topic["guid"], code, coder=coder, seen=seen)
            rest = "; the others were coded so or decided before" if n < topic["size"] else ""
            st.session_state["topic_said"] = (
                f"{n:,} of its {counted(topic['size'], 'segment')} wait as suggestions under Codes{rest}."
            )
            st.rerun()
    if right.button(
        "Unlink",
        icon=":material/link_off:",
        disabled=topic["code"] is None,
        key="topic_unlink",
        width="stretch",
    ):
        with meeting("topic", study, guid=topic["guid"], code=None):
            link_topic(study, topic["guid"], None, coder=coder, seen=seen)
            st.session_state["topic_said"] = "Unlinked; its open suggestions were withdrawn."
            st.rerun()
    said = st.session_state.pop("topic_said", None)
    if said:
        st.success(said, icon=":material/check:")
        if st.session_state.pop("topic_made_code", None) == topic["guid"]:
            st.page_link("codebook.py", label="Write its definition", icon=":material/menu_book:")


def _torn(study: Path, coder: str) -> None:
    """Somebody linked the topic to another code meanwhile: theirs and yours."""
    found = waiting("topic", study)
    if found is None:
        return
    theirs = found["error"].theirs["code"]

    def use_mine() -> None:
        link_topic(study, found["guid"], found["code"], coder=coder, seen=theirs)

    choices = {"theirs": ("Keep theirs", lambda: None), "mine": ("Use mine", use_mine)}
    show_versions("topic", found["error"], choices, words=lambda _, code: code or "(no code)")


def show_note(run: Mapping[str, Any]) -> None:
    """What has to be known of these topics: texts left out, another language, word counts."""
    if run["note"]:
        st.caption(f":material/info: {plain(run['note'])}")


def show_run(run: Mapping[str, Any]) -> None:
    """How the topics were made, so that they can be made again."""
    with st.expander("How these topics were made"):
        rows = {
            "made at": run["made_at"],
            "made by": run["made_by"],
            "seed": run["seed"],
            **{f"setting: {name}": value for name, value in run["parameters"].items()},
            **run["libraries"],
        }
        st.dataframe(
            [
                {"What": name, "Value": "as found" if value is None else str(value)}
                for name, value in rows.items()
            ],
            hide_index=True,
        )
