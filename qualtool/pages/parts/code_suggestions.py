"""The tab Codes: make suggestions, decide on them one after the other, see how good they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from qualtool.errors import ConflictError, QualtoolError
from qualtool.pages.parts.progress import long_work
from qualtool.pages.parts.two_versions import Choice, settle, show_versions, waiting
from qualtool.pages.state import plain, show_error
from qualtool.workflows.evaluating import evaluate_suggestions
from qualtool.workflows.suggesting import (
    accept_suggestion,
    reject_suggestion,
    suggest_codes,
    undo_decision,
)
from qualtool.workflows.suggestion_page import STRENGTHS, suggestion_queue_of

SOURCES = {"all": "Interviews and answers", "transcripts": "Interviews", "answers": "Survey answers"}
# Streamlit keeps the keys C and R for itself.
_COLOURS: dict[str, Literal["green", "blue", "gray"]] = {
    "strong": "green",
    "possible": "blue",
    "weak": "gray",
}
KEYS = {"accept": "A", "reject": "X", "later": "L", "undo": "U"}


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
    """Which suggestions to look at: GUID of a code, name of a source, words of strength; none means all."""

    code: str | None
    source: str | None
    strengths: tuple[str, ...]


# --- deciding -------------------------------------------------------------------------------------


def _act(study: Path, coder: str, guid: str, what: str) -> None:
    """Accept, reject or put off, before the fragment is drawn again: the next one is there at once."""
    state = st.session_state
    try:
        if what == "later":
            later = [g for g in state.get("suggestions_later", []) if g != guid]
            state["suggestions_later"] = [*later, guid]
            return
        (accept_suggestion if what == "accept" else reject_suggestion)(study, guid, coder=coder)
        settle("suggestion")
        state["suggestions_decided"] = [
            *state.get("suggestions_decided", []),
            (str(study), coder, guid, what),
        ]
    except ConflictError as err:
        state["torn_suggestion"] = {"study": str(study), "error": err}
    except QualtoolError as err:
        state["suggestions_fault"] = err


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


def _undo(study: Path, coder: str) -> None:
    decided = list(st.session_state.get("suggestions_decided", []))
    mine = [d for d in decided if d[:2] == (str(study), coder)]
    if not mine:
        return
    try:
        undo_decision(study, mine[-1][2], coder=coder)
    except QualtoolError as err:
        st.session_state["suggestions_fault"] = err
    decided.remove(mine[-1])
    st.session_state["suggestions_decided"] = decided


def choose_filters(study: Path) -> Filters:
    """Ask which suggestions to look at. Outside the fragment: long lists are not sent at each decision."""
    queue = suggestion_queue_of(study)
    codes = {guid: key for guid, (key, _) in queue["codes"].items()}
    sources = list(queue["sources"])
    # What was chosen stays an option when its last suggestion is decided.
    chosen_code, chosen_source = (st.session_state.get(f"suggestions_{n}") for n in ("code", "source"))
    if chosen_code and chosen_code not in codes:
        codes[chosen_code] = "(none left)"
    if chosen_source and chosen_source not in sources:
        sources.append(chosen_source)
    left, middle, right = st.columns([4, 4, 4], vertical_alignment="bottom")
    return Filters(
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
    )
    fault = st.session_state.pop("suggestions_fault", None)
    if fault is not None:
        show_error(fault)
    _torn(study, coder)
    _buttons(study, coder, queue)
    if queue["first"] is None:
        _nothing_left(queue)
    else:
        _card(queue["first"])


def _buttons(study: Path, coder: str, queue: Mapping[str, Any]) -> None:
    first = queue["first"]
    guid = first["guid"] if first else ""
    mine = [d for d in st.session_state.get("suggestions_decided", []) if d[:2] == (str(study), coder)]
    accept, reject, later, undo, said = st.columns([2, 2, 2, 2, 4], vertical_alignment="center")
    act = partial(_act, study, coder, guid)
    none = first is None
    accept.button(
        "Accept",
        key="suggestion_accept",
        type="primary",
        icon=":material/check:",
        shortcut=KEYS["accept"],
        on_click=act,
        args=("accept",),
        disabled=none,
        width="stretch",
    )
    reject.button(
        "Reject",
        key="suggestion_reject",
        icon=":material/close:",
        shortcut=KEYS["reject"],
        on_click=act,
        args=("reject",),
        disabled=none,
        width="stretch",
    )
    later.button(
        "Later",
        key="suggestion_later",
        icon=":material/schedule:",
        shortcut=KEYS["later"],
        on_click=act,
        args=("later",),
        disabled=none,
        width="stretch",
    )
    undo.button(
        "Undo",
        key="suggestion_undo",
        icon=":material/undo:",
        shortcut=KEYS["undo"],
        on_click=_undo,
        args=(study, coder),
        disabled=not mine,
        help="Take back your last decision; a coding made of it is removed.",
        width="stretch",
    )
    counts = queue["counts"]
    said.caption(
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


def _card(one: Mapping[str, Any]) -> None:
    left, right = st.columns([3, 2])
    with left.container(border=True):
        st.caption(f"{plain(one['source'])} · {plain(one['speaker'])}{_role(one)}")
        if one["asked"]:
            st.caption(f"{plain(one['asked']['speaker'])}: {plain(one['asked']['text'])}")
        st.markdown(
            f"{plain(one['before'])}:blue-background[{plain(one['quote'])}]{plain(one['after'])}".strip()
        )
    with right.container(border=True):
        st.markdown(f"**{plain(one['code_name'])}**  \n{plain(one['code_path'])}")
        st.badge(f"{one['strength']} suggestion", color=_COLOURS[one["strength"]])
        st.markdown(plain(one["reason"]))
        for title, key in (
            ("Definition", "definition"),
            ("Apply when", "apply_when"),
            ("Do not apply when", "do_not_apply_when"),
        ):
            if one[key]:
                st.caption(f"**{title}:** {plain(one[key])}")


def _role(one: Mapping[str, Any]) -> str:
    return f" ({plain(one['role'])})" if one["role"] and one["role"] != one["speaker"] else ""


# --- how good they are ----------------------------------------------------------------------------


def show_evaluation(study: Path, *, n_codings: int) -> None:
    """How well suggestions agree with what people coded; measured only when asked, for it takes a while."""
    with st.expander("How good are the suggestions?", key="suggest_evaluation"):
        st.caption(
            "Measured on what people coded: it learns from some participants and is tested on the others."
        )
        if st.button("Measure", icon=":material/speed:", key="suggest_measure", disabled=not n_codings):
            with long_work("Measuring; this takes some minutes", reading="Learning and testing", then=""):
                st.session_state["suggest_measured"] = (str(study), evaluate_suggestions(study))
        where, found = st.session_state.get("suggest_measured", ("", None))
        if found is None or where != str(study):
            return
        if found.get("reason"):
            st.info(plain(found["reason"]), icon=":material/info:")
            return
        st.dataframe(
            [
                {
                    "Method": name,
                    "Mean F1 over codes": row["macro_f1"],
                    "Right code among first 3": row["recall_at_3"],
                }
                for name, row in (
                    ("These suggestions", found),
                    ("Most frequent codes", found["baselines"]["most_frequent_codes"]),
                    ("Words alone (TF-IDF)", found["baselines"]["tfidf_logistic"]),
                )
            ],
            hide_index=True,
            column_config={
                name: st.column_config.NumberColumn(format="%.2f")
                for name in ("Mean F1 over codes", "Right code among first 3")
            },
        )
        decimals = st.column_config.NumberColumn(format="%.2f")
        st.dataframe(
            [
                {
                    "Code": row["code"],
                    "Coded segments": row["n"],
                    "Precision": row["precision"],
                    "Recall": row["recall"],
                    "F1": row["f1"],
                    "Why not measured": row.get("reason") or "",
                }
                for row in found["rows"]
            ],
            hide_index=True,
            height=260,
            column_config={"Precision": decimals, "Recall": decimals, "F1": decimals},
        )
        st.caption(f"{plain(found['method'])} · {found['folds']} folds")
