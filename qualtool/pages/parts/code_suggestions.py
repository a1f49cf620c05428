"""The tab Codes: make suggestions, decide on them one after the other, see how good they are."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.pages.parts.progress import long_work
from qualtool.pages.parts.topic_views import KIND_SHOWN
from qualtool.pages.state import plain
from qualtool.panel.queue import QueueFilters, suggestion_queue
from qualtool.workflows.suggestions.suggesting import suggest_codes
from qualtool.workflows.suggestions.suggestion_page import (
    BY_SOURCE,
    CERTAIN,
    RANDOM,
    STRENGTHS,
    USEFUL,
    place_of_suggestion,
    suggestion_queue_of,
)

SOURCES = {"all": "Interviews and answers", "transcripts": "Interviews", "answers": "Survey answers"}
ORDERS = {
    CERTAIN: "Most certain first",
    USEFUL: "Most useful to learn from",
    BY_SOURCE: "By source",
    RANDOM: "At random",
}


def make_suggestions(study: Path, coder: str, *, n_open: int) -> None:
    """The settings and the button; a new run replaces the open suggestions of earlier runs."""
    n_runs = st.session_state.get("suggest_n_runs", 0)  # a new key after each run: the box closes
    title = "Make suggestions again" if n_open else "Make suggestions"
    with st.expander(title, expanded=not n_open, key=f"suggest_box_{n_runs}"):
        left, middle, right = st.columns([4, 3, 3], vertical_alignment="bottom")
        sources = left.selectbox("In", list(SOURCES), format_func=SOURCES.__getitem__, key="suggest_sources")
        top = middle.number_input("Codes for a passage, at most", 1, 5, 3, key="suggest_top")
        pressed = right.button(
            "Make suggestions",
            type="primary",
            icon=":material/lightbulb:",
            key="suggest_make",
            width="stretch",
        )
        st.caption(
            "It learns from definitions, examples and what was coded so far, on this computer. "
            "Passages nobody has coded are looked at; a code you rejected for one does not come back."
        )
        if pressed:
            # Any press ends this run of the page; what was embedded by then is stored.
            st.button(
                "Stop",
                icon=":material/stop_circle:",
                key="suggest_stop",
                help="What was embedded so far is kept; the next time it goes on from there.",
            )
            with long_work(
                "Making suggestions",
                reading="Reading sentences and answers",
                then="Comparing them with codes",
            ) as told:
                made = suggest_codes(study, top=int(top), sources=sources, by=coder, progress=told)
            st.session_state["suggest_said"] = " ".join(
                [f"{len(made['suggestions']):,} suggestions wait for you.", *made["notes"]]
            )
            st.session_state["suggest_n_runs"] = n_runs + 1
            st.rerun()
    said = st.session_state.pop("suggest_said", None)
    if said:
        st.success(plain(said), icon=":material/check:")


_ORDER_HELP = (
    "Most useful: passages where the machine is in doubt about many codes, above all codes with few codings, "
    "and unlike each other; often long ones. At random: always the same draw, for a fair look at how good "
    "suggestions are."
)


def choose_filters(study: Path, coder: str) -> QueueFilters:
    """Ask which suggestions to look at. Outside the queue: long lists are not sent at each decision."""
    queue = suggestion_queue_of(study, coder=coder)
    codes = {guid: key for guid, (key, _) in queue["codes"].items()}
    sources = list(queue["sources"])
    # What was chosen stays an option when its last suggestion is decided.
    chosen_code, chosen_source = (st.session_state.get(f"suggestions_{n}") for n in ("code", "source"))
    if chosen_code and chosen_code not in codes:
        codes[chosen_code] = "(none left)"
    if chosen_source and chosen_source not in sources:
        sources.append(chosen_source)
    first, left, middle, right = st.columns([3, 3, 3, 4], vertical_alignment="bottom")
    order = first.selectbox(
        "Order", list(ORDERS), format_func=ORDERS.__getitem__, key="suggestions_order", help=_ORDER_HELP
    )
    return QueueFilters(
        order=order or CERTAIN,
        code=left.selectbox(
            "Code",
            list(codes),
            index=None,
            placeholder="All codes",
            format_func=codes.__getitem__,
            key="suggestions_code",
        ),
        source=middle.selectbox(
            "Source", sources, index=None, placeholder="All sources", key="suggestions_source"
        ),
        strengths=tuple(
            right.pills("Strength", STRENGTHS, selection_mode="multi", key="suggestions_strength")
        ),
    )


def decide(study: Path, coder: str, filters: QueueFilters) -> None:
    """The queue: the suggestion to decide on, and the way from it to its place in the panel."""

    def select(guid: str) -> None:
        place = place_of_suggestion(study, guid, coder=coder)
        state = st.session_state
        state["source"] = place["source_guid"]
        state["place"] = (place["source_guid"], int(place["start_char"]))
        state["code_kind"] = KIND_SHOWN[place["kind"]]
        st.switch_page("code.py")

    suggestion_queue(study=study, coder=coder, filters=filters, key="suggestions", on_select=select)
