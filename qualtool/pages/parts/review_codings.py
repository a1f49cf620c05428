"""Codings whose words an edit changed: accept the new place, choose another, or remove."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.two_versions import Choice, as_last_shown, meeting, show_versions, waiting
from qualtool.pages.state import guarded, plain
from qualtool.workflows.editing.edit_page import places_of
from qualtool.workflows.editing.review import Decision, accept_all, resolve_review, review_worklist

_SHOWN = 20


def show_worklist(study: Path, coder: str) -> None:
    """The codings that wait, each with its decisions."""
    rows = review_worklist(study)
    proposed = {row["guid"]: row["proposed"] for row in rows if row["proposed"]}
    seen = as_last_shown(f"review_{study}", proposed)
    _torn(study, coder)
    if not rows:
        st.info("No coding waits for a decision.", icon=":material/task_alt:")
        return
    st.caption(
        "The words of these codings were corrected. Each keeps its old quote, and is in no count, "
        "until somebody decides where it belongs now."
    )
    ready = [row["guid"] for row in rows if row["proposed"]]
    if ready and st.button(f"Accept every proposed place ({len(ready)})", key="review_all"):
        with guarded():
            found = accept_all(study, ready, by=coder, seen=seen)
            if found["left"]:
                told = f"{len(found['left'])} were decided or moved meanwhile: look at them again."
                st.toast(told, icon=":material/call_split:")
            st.rerun()
    for row in rows[:_SHOWN]:
        with st.container(border=True):
            _card(study, row, coder, seen.get(row["guid"]))
    if len(rows) > _SHOWN:
        st.caption(f"{len(rows) - _SHOWN} more follow when these are decided.")


def _card(study: Path, row: Mapping[str, Any], coder: str, seen: Mapping[str, Any] | None) -> None:
    guid, proposed = row["guid"], row["proposed"]
    st.markdown(f":gray-badge[{plain(row['code'])}] {plain(row['coder'])} · {plain(row['source'])}")
    before, now = st.columns(2)
    before.caption("Quote before")
    before.text(row["before"])
    now.caption("Words there now")
    if proposed:
        now.markdown(
            f"{plain(proposed['left'][-60:])}**{plain(proposed['quote'])}**{plain(proposed['right'][:60])}"
        )
    else:
        now.text("The words are gone.")
    accept, remove, other = st.columns([2, 2, 6])
    if proposed and accept.button("Accept", key=f"review_accept_{guid}", icon=":material/check:"):
        _decide(study, guid, "accept", coder, seen=seen)
    if remove.button("Remove coding", key=f"review_remove_{guid}", icon=":material/delete:"):
        _decide(study, guid, "remove", coder)
    with other.popover("Another place"):
        _choose_place(study, row, coder)


def _choose_place(study: Path, row: Mapping[str, Any], coder: str) -> None:
    guid = row["guid"]
    words = st.text_input("Words as they stand in the text now", key=f"review_words_{guid}")
    if not words:
        return
    places = places_of(study, row["source_guid"], words)
    if not places:
        st.caption("These words are not in the text.")
        return
    at = st.selectbox(
        "Where",
        range(len(places)),
        format_func=lambda n: places[n]["context"],
        key=f"review_where_{guid}",
    )
    if st.button("Put it here", key=f"review_place_{guid}"):
        place = places[at]
        _decide(study, guid, "place", coder, place["start_char"], place["end_char"], place["quote"])


def _decide(
    study: Path,
    guid: str,
    decision: Decision,
    coder: str,
    start: int | None = None,
    end: int | None = None,
    quote: str | None = None,
    *,
    seen: Mapping[str, Any] | None = None,
) -> None:
    chosen: dict[str, Any] = {"start_char": start, "end_char": end, "quote": quote}
    with meeting("review", study, guid=guid, decision=decision, chosen=chosen, seen=seen):
        resolve_review(study, guid, decision, by=coder, seen=seen, **chosen)
        st.rerun()


def _torn(study: Path, coder: str) -> None:
    """Somebody decided on the coding meanwhile: their decision and yours."""
    found = waiting("review", study)
    if found is None:
        return
    theirs, decision, chosen = found["error"].theirs, found["decision"], found["chosen"]

    def use_mine() -> None:
        place = chosen
        if decision == "accept":
            place = {name: found["seen"][name] for name in ("start_char", "end_char", "quote")}
        mine: Decision = "remove" if decision == "remove" else "place"
        resolve_review(study, found["guid"], mine, by=coder, despite=True, **place)

    choices: dict[str, Choice] = {"theirs": ("Keep theirs", lambda: None)}
    if theirs["decision"] == "place" and (decision != "accept" or found["seen"]):
        choices["mine"] = ("Use mine", use_mine)
    show_versions("review", found["error"], choices, words=_words)


def _words(name: str, value: Any) -> str:
    told = {"accept": "the proposed place", "place": "put at a place", "remove": "removed", "open": "waits"}
    return told.get(str(value), str(value)) if name == "decision" else f"{value:,}"
