"""The tab Codes: make suggestions, decide on them one after the other, see how good they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.errors import ConflictError, QualtoolError
from qualtool.pages.parts.progress import long_work
from qualtool.pages.parts.suggestion_card import show_card, words_key
from qualtool.pages.parts.topic_views import KIND_SHOWN
from qualtool.pages.parts.two_versions import Choice, settle, show_versions, waiting
from qualtool.pages.state import plain, show_error
from qualtool.workflows.suggestions.suggesting import (
    accept_suggestion,
    reject_suggestion,
    suggest_codes,
    took_mark_off,
    undo_decision,
)
from qualtool.workflows.suggestions.suggestion_page import (
    BY_SOURCE,
    CERTAIN,
    RANDOM,
    STRENGTHS,
    USEFUL,
    suggestion_queue_of,
)
from qualtool.workflows.suggestions.suggestion_why import learning_shown

SOURCES = {"all": "Interviews and answers", "transcripts": "Interviews", "answers": "Survey answers"}
ORDERS = {
    CERTAIN: "Most certain first",
    USEFUL: "Most useful to learn from",
    BY_SOURCE: "By source",
    RANDOM: "At random",
}
# Streamlit keeps the keys C and R for itself.
KEYS = {"accept": "A", "reject": "X", "edit": "E", "wrong": "W", "later": "L", "undo": "U"}
# Random, but the same for everybody: whoever opens the study again goes on in the same order.
_SEED = 0


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
            st.session_state["suggestions_later"] = []
            st.session_state["suggest_n_runs"] = n_runs + 1
            st.rerun()
    said = st.session_state.pop("suggest_said", None)
    if said:
        st.success(plain(said), icon=":material/check:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which suggestions to look at, and in which order.

    GUID of a code, name of a source, words of strength; none means all.
    """

    code: str | None
    source: str | None
    strengths: tuple[str, ...]
    order: str


# --- deciding -------------------------------------------------------------------------------------


def _act(study: Path, coder: str, one: Mapping[str, Any] | None, what: str, words: str | None = None) -> None:
    """Decide or put off, before the fragment is drawn again: the next suggestion is there at once."""
    state = st.session_state
    if one is None:
        return
    guid = one["guid"]
    try:
        if what == "edit":
            state["suggestion_edited"] = None if state.get("suggestion_edited") == guid else guid
            return
        if what == "later":
            later = [g for g in state.get("suggestions_later", []) if g != guid]
            state["suggestions_later"] = [*later, guid]
            return
        _decide(study, coder, one, what, words)
        settle("suggestion")
        decided = state.get("suggestions_decided", [])
        state["suggestions_decided"] = [*decided, (str(study), coder, guid, what)]
    except ConflictError as err:
        state["torn_suggestion"] = {"study": str(study), "error": err}
    except QualtoolError as err:
        state["suggestions_fault"] = err


def _decide(study: Path, coder: str, one: Mapping[str, Any], what: str, words: str | None) -> None:
    state = st.session_state
    state.pop("suggestion_to_select", None)
    if what == "accept":
        coding = accept_suggestion(study, one["guid"], coder=coder, words=words)
        state["suggestion_took_mark"] = took_mark_off(study, coding)
        state.pop("suggestion_edited", None)
        return
    reject_suggestion(study, one["guid"], coder=coder, is_code_right=what == "wrong")
    if what == "wrong":
        state["suggestion_to_select"] = {**one, "study": str(study)}


def _torn(study: Path, coder: str) -> None:
    """The suggestion was decided by somebody else meanwhile: their decision and yours."""
    found = waiting("suggestion", study)
    if found is None:
        return
    err: ConflictError = found["error"]
    theirs, is_accept = err.theirs["decision"], err.yours["decision"] == "accepted"

    def use_mine() -> None:
        accept_suggestion(study, err.guid, coder=coder, despite=theirs)

    choices: dict[str, Choice] = {"theirs": ("Keep theirs", lambda: None)}
    if is_accept:
        label = "Accept it all the same" if theirs == "rejected" else "Code it as well"
        choices["mine"] = (label, use_mine)
    show_versions("suggestion", err, choices)


def _undo(study: Path, coder: str, guid: str | None) -> None:
    """Take back the decision that was the last one when the button was drawn, and no other: a press that
    arrives twice does nothing the second time."""
    decided = list(st.session_state.get("suggestions_decided", []))
    mine = [d for d in decided if d[:2] == (str(study), coder)]
    if not mine or mine[-1][2] != guid:
        return
    try:
        undo_decision(study, mine[-1][2], coder=coder)
    except QualtoolError as err:
        st.session_state["suggestions_fault"] = err
    st.session_state.pop("suggestion_to_select", None)
    decided.remove(mine[-1])
    st.session_state["suggestions_decided"] = decided


_ORDER_HELP = (
    "Most useful: half from codes with few codings, half from passages the machine is unsure of, unlike each "
    "other. At random: always the same draw, for a fair look at how good suggestions are."
)


def choose_filters(study: Path, coder: str) -> Filters:
    """Ask which suggestions to look at. Outside the fragment: long lists are not sent at each decision."""
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
    return Filters(
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


@st.fragment
def decide(study: Path, coder: str, filters: Filters) -> None:
    """The queue: buttons that stay where they are, and the suggestion to decide on."""
    queue = suggestion_queue_of(
        study,
        code=filters.code,
        source=filters.source,
        strengths=filters.strengths,
        later=st.session_state.get("suggestions_later", []),
        order=filters.order,
        seed=_SEED,
        coder=coder,
    )
    fault = st.session_state.pop("suggestions_fault", None)
    if fault is not None:
        show_error(fault)
    if st.session_state.pop("suggestion_took_mark", False):
        st.toast(
            "Your mark “no substantive answer” was taken off this answer. Undo brings it back.",
            icon=":material/info:",
            duration="long",
        )
    _torn(study, coder)
    if queue["counts"]["open"]:
        show_learning(study)
    _buttons(study, coder, queue)
    _to_select(study)
    first = queue["first"]
    if first is None:
        _nothing_left(queue)
        return
    is_edited = st.session_state.get("suggestion_edited") == first["guid"]
    show_card(study, first, accept_words=partial(_accept_words, study, coder, first) if is_edited else None)


def _accept_words(study: Path, coder: str, one: Mapping[str, Any]) -> None:
    _act(study, coder, one, "accept", str(st.session_state.get(words_key(one["guid"]), "")))


def _to_select(study: Path) -> None:
    """After "right code, wrong words": the way to the place where the right words can be selected."""
    one = st.session_state.get("suggestion_to_select")
    if one is None or one["study"] != str(study):
        return
    told, go = st.columns([7, 3], vertical_alignment="center")
    told.info(
        f"Right code, wrong words: {plain(one['code_name'])} in {plain(one['source'])}. Select the right "
        "words in the panel, or go on here.",
        icon=":material/text_select_start:",
    )
    if go.button("Select the words", key="suggestion_select", icon=":material/edit_note:", width="stretch"):
        state = st.session_state
        state.pop("suggestion_to_select")
        state["source"] = one["source_guid"]
        state["place"] = (one["source_guid"], int(one["start_char"]))
        state["code_kind"] = KIND_SHOWN[one["kind"]]
        st.switch_page("code.py")


def show_learning(study: Path) -> None:
    """What the machine is doing with the newest decisions, in one line, told anew with each decision.

    Not on a clock: a page that draws itself anew while a key is pressed may take the key twice.
    """
    now = learning_shown(study)
    if now.fault:
        st.caption(f":material/error: Learning from decisions stopped: {plain(now.fault)}")
    elif now.doing in ("opening", "learning"):
        st.caption(":material/sync: Learning from your decisions …")
    elif now.n_fits:
        st.caption(
            f":material/check: Learnt from {now.n_labels:,} codings; the suggestions below are up to date."
        )
    else:  # always a line, so that nothing moves when the first decision is learnt from
        st.caption(":material/school: Suggestions learn from what is decided and coded, as you go on.")


_DECISIONS = (
    ("accept", "Accept", ":material/check:", None),
    ("reject", "Reject", ":material/close:", None),
    ("edit", "Edit words", ":material/edit:", "The code is right for other words of this turn."),
    (
        "wrong",
        "Wrong words",
        None,  # an icon would cut the label off
        "Right code, wrong words: put it aside and select the right ones in the panel.",
    ),
    ("later", "Later", ":material/schedule:", None),
)


def _buttons(study: Path, coder: str, queue: Mapping[str, Any]) -> None:
    first = queue["first"]
    mine = [d for d in st.session_state.get("suggestions_decided", []) if d[:2] == (str(study), coder)]
    act = partial(_act, study, coder, first)
    columns = st.columns(6)
    for column, (what, label, icon, told) in zip(columns, _DECISIONS, strict=False):
        column.button(
            label,
            key=f"suggestion_{what}",
            type="primary" if what == "accept" else "secondary",
            icon=icon,
            shortcut=KEYS[what],
            on_click=act,
            args=(what,),
            disabled=first is None,
            help=told,
            width="stretch",
        )
    columns[-1].button(
        "Undo",
        key="suggestion_undo",
        icon=":material/undo:",
        shortcut=KEYS["undo"],
        on_click=_undo,
        args=(study, coder, mine[-1][2] if mine else None),
        disabled=not mine,
        help="Take back your last decision; a coding made of it is removed.",
        width="stretch",
    )
    counts = queue["counts"]
    st.caption(
        f"**{queue['n']:,}** to decide here · {counts['open']:,} open · {counts['accepted']:,} accepted · "
        f"{counts['rejected']:,} rejected"
    )


def _nothing_left(queue: Mapping[str, Any]) -> None:
    if queue["counts"]["open"]:
        st.info("Nothing is left under these filters. Clear one to go on.", icon=":material/filter_alt_off:")
    else:
        st.info(
            "No suggestions wait for you. Make suggestions above, or link a topic to a code.",
            icon=":material/lightbulb:",
        )
