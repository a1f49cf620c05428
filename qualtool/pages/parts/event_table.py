"""The event log: filters, the table, one event with before and after, and its undo."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.study_contents import transcripts_of
from qualtool.pages.state import guarded, plain
from qualtool.workflows.undoing.history import state_at
from qualtool.workflows.undoing.undo_event import can_undo, undo_event, why_not

_SHOWN = 500
_COLUMNS = {
    "id": st.column_config.NumberColumn("No.", width=60),
    "at": st.column_config.TextColumn("When (UTC)", width=150),
    "by": st.column_config.TextColumn("Who", width="small"),
    "kind": st.column_config.TextColumn("What", width="medium"),
    "target": st.column_config.TextColumn("On"),
    "state": st.column_config.TextColumn("", width="small"),
}


def choose_filters(study: Path, summary: dict[str, Any]) -> dict[str, Any]:
    """Who, what, when and on which source, as ``events_of`` takes them."""
    who, what, since, until, where = st.columns([2, 4, 2, 2, 3])
    by = who.selectbox("Who", summary["by"], index=None, placeholder="Everybody", key="history_by")
    kinds = what.multiselect(
        "What", summary["kinds"], format_func=words_of, placeholder="Everything", key="history_kinds"
    )
    first = since.date_input("From", value=None, format="YYYY-MM-DD", key="history_from")
    last = until.date_input("To", value=None, format="YYYY-MM-DD", key="history_to")
    names = [row["source"] for row in transcripts_of(study)]
    target = where.selectbox("Source", names, index=None, placeholder="Anything", key="history_target")
    return {
        "by": by,
        "kinds": kinds,
        "since": f"{first.isoformat()}T00:00:00" if isinstance(first, date) else None,
        "until": last.isoformat() if isinstance(last, date) else None,
        "target": target,
        "limit": _SHOWN,
    }


def words_of(kind: str) -> str:
    """A kind of event as words: ``coding_added`` is "coding added"."""
    return kind.replace("_", " ")


def what_of(event: dict[str, Any]) -> str:
    """What was done, as words; an act of a copy that was merged says so, with its own time."""
    if event["kind"] != "merged_act":
        return words_of(event["kind"])
    return f"{words_of(event['after']['kind'])} (other copy, {event['after']['at'][:10]})"


def show_events(study: Path, events: list[dict[str, Any]], coder: str | None) -> None:
    """The table, and what was before and after the event that is ticked."""
    rows = [
        {
            **{name: e[name] for name in ("id", "by", "target")},
            "at": e["at"][:19].replace("T", " "),
            "kind": what_of(e),
            "state": "undone" if e["is_undone"] else "an undo" if e["undoes"] else "",
        }
        for e in events
    ]
    ticked = st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * max(1, len(rows)), 458),
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        on_select="rerun",
        selection_mode="single-row",
        key="history_rows",
    )
    _undo_last(study, events, coder)
    chosen = ticked["selection"]["rows"] if ticked else []
    if chosen and chosen[0] < len(events):
        _show_event(study, events[chosen[0]], coder)


def _undo_last(study: Path, events: list[dict[str, Any]], coder: str | None) -> None:
    last = next((e for e in events if e["can_undo"] and e["by"] == coder and not e["undoes"]), None)
    if last is not None:
        _undo_button(
            study, last, coder, f"Undo your last: {words_of(last['kind'])}, {last['target']}", "last"
        )


def _undo_button(study: Path, event: dict[str, Any], coder: str | None, label: str, key: str) -> None:
    if coder and st.button(plain(label), icon=":material/undo:", key=f"history_undo_{key}"):
        with guarded():
            undo_event(study, event["id"], coder)
            st.toast(f"Taken back: {plain(words_of(event['kind']))}.")
            st.rerun()


def _show_event(study: Path, event: dict[str, Any], coder: str | None) -> None:
    with st.container(border=True):
        st.header(plain(f"{event['id']}: {words_of(event['kind'])}, {event['target']}"), anchor=False)
        left, right = st.columns(2)
        for column, name in ((left, "before"), (right, "after")):
            column.caption(name.capitalize())
            content = event[name]
            column.code(
                json.dumps(content, ensure_ascii=False, indent=1) if content else "-",
                language=None,
                wrap_lines=True,
            )
        if event["is_undone"]:
            st.caption("It was taken back.")
        elif event["can_undo"] and event["by"] == coder:
            _undo_button(study, event, coder, "Undo this", "chosen")
        elif event["can_undo"]:
            st.caption(f"Only {plain(event['by'])} can take it back.")
        elif can_undo(event["kind"]):
            st.caption("Words were erased since, for good: nothing before that can be taken back.")
        else:
            st.caption(" ".join(why_not(event["kind"])))


def show_state(study: Path) -> None:
    """The study as it was at the end of a day, rebuilt from the log."""
    with st.expander("The study as it was on a day"):
        day = st.date_input("At the end of (UTC)", value=None, format="YYYY-MM-DD", key="history_at")
        if not isinstance(day, date):
            return
        state = state_at(study, day.isoformat())
        st.write(
            f"{len(state['codings']):,} codings, {len(state['memos']):,} memos,"
            f" codebook version {state['codebook']['version']}."
        )
        if state["codings"]:
            columns = (
                "source",
                "start_char",
                "end_char",
                "code",
                "coder",
                "stance",
                "valence",
                "basis",
                "level",
            )
            rows = [{name: coding[name] for name in columns} for coding in state["codings"]]
            st.dataframe(rows, hide_index=True, width="stretch")
