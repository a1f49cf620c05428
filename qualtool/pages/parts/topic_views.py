"""Views of the topics beside the list: map, groups, tree, coverage, runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.counted import counted
from qualtool.pages.state import guarded, plain
from qualtool.workflows.suggestions.draw_topics import (
    draw_groups,
    draw_likeness,
    draw_map,
    draw_tree,
    draw_words,
)
from qualtool.workflows.suggestions.topic_page import (
    CASE,
    KIND,
    MOST_POINTS,
    ROLE,
    WHEN,
    TopicRun,
    coverage,
    grouping_names,
    near_duplicates,
    place_of,
    topic_run,
    topics_by,
)
from qualtool.workflows.suggestions.topic_runs import runs_compared, topic_runs
from qualtool.workflows.suggestions.topics_by_hand import merge_topics

_FIRST = 6
SOURCES_SHOWN = {
    "all": "Interviews and answers",
    "transcripts": "Interviews",
    "answers": "Survey answers",
}
KIND_SHOWN = {"transcript": "Interviews", "answer": "Survey answers"}
_COUNTS = ("People", "How much they say")
_GROUPINGS = {ROLE: "Role", CASE: "Case", WHEN: "Month of recording", KIND: "Kind of source"}
VIEWS = ("List", "Words", "Map", "Groups", "Tree", "Coverage", "Runs")


def show_view(study: Path, view: str, coder: str | None) -> None:
    """One of ``VIEWS`` other than the list."""
    if view == "Runs":
        _runs(study)
        return
    with st.spinner("Reading the segments of the topics …"):
        run = topic_run(study)
    if run is None or not run.topics:
        st.info("The texts of these topics were changed since: find topics again.", icon=":material/info:")
        return
    with guarded():
        if view == "Words":
            _words(run)
        elif view == "Map":
            _map(run)
        elif view == "Groups":
            _groups(study, run)
        elif view == "Tree":
            _tree(study, run, coder)
        else:
            _coverage(study, run)


# --- words ----------------------------------------------------------------------------------------


def _words(run: TopicRun) -> None:
    rows = range(len(run.topics))
    chosen = st.multiselect(
        "Topics", rows, default=list(rows)[:_FIRST], format_func=lambda row: run.names[row], key="topic_words"
    )
    if not chosen:
        st.info("Choose a topic to see its words.", icon=":material/info:")
        return
    st.altair_chart(draw_words(run, chosen))
    st.caption("Bars: how much a word belongs to this topic and not to the others (class-based TF-IDF).")


# --- map ------------------------------------------------------------------------------------------


def _map(run: TopicRun) -> None:
    if run.why_no_map:
        st.info(plain(run.why_no_map), icon=":material/info:")
        return
    chosen = st.selectbox("Topic in orange", run.names, index=_last_chosen(run), key="topic_map_chosen")
    # A map of its own after each jump: the point that was clicked is not clicked again on coming back.
    n_jumps = st.session_state.setdefault("topic_map_jumps", 0)
    event: Any = st.altair_chart(
        draw_map(run, chosen),
        width="stretch",
        on_select="rerun",
        selection_mode="segment",
        key=f"topic_map_{n_jumps}",
    )
    n = len(run.segments)
    thinned = f" {MOST_POINTS:,} of them at most are drawn, evenly taken." if n > MOST_POINTS else ""
    st.caption(
        f"Each point is one of {n:,} segments: hover to read it, click to open it in the panel.{thinned}"
        " Topics that are alike stand near each other; distances inside a topic do not compare with those"
        " between topics."
    )
    picked = event.get("selection", {}).get("segment") or []
    # The name of a topic, which stands over its points, is no segment.
    if picked and "segment_id" in picked[0]:
        _open(run, int(picked[0]["segment_id"]))


def _last_chosen(run: TopicRun) -> int:
    """The row of the topic that was looked at in the list."""
    guids = [topic["guid"] for topic in run.topics]
    last = st.session_state.get("topic_chosen")
    return guids.index(last) if last in guids else 0


def _open(run: TopicRun, segment_id: int) -> None:
    place = place_of(run, segment_id)
    if place is None:
        st.info("This segment is no longer in the study: its text was changed since.", icon=":material/info:")
        return
    st.session_state["topic_map_jumps"] += 1
    st.session_state["source"] = place["source_guid"]
    st.session_state["place"] = (place["source_guid"], int(place["start_char"]))
    st.session_state["code_kind"] = KIND_SHOWN[place["kind"]]
    st.switch_page("code.py")


# --- groups ---------------------------------------------------------------------------------------


def _groups(study: Path, run: TopicRun) -> None:
    left, right = st.columns(2, vertical_alignment="bottom")
    by = left.selectbox(
        "Topics by",
        grouping_names(study, run),
        format_func=lambda name: str(_GROUPINGS.get(name, name)),
        key="topic_groups_by",
    )
    table = topics_by(study, run, by)
    if table.empty:
        st.info("Nothing is known of this for anybody who speaks in a topic.", icon=":material/info:")
        return
    counts = right.segmented_control(
        "Count", _COUNTS, default=_COUNTS[0], required=True, key="topic_groups_count"
    )
    by_said = counts == _COUNTS[1]
    st.altair_chart(draw_groups(run, table, by_said=by_said), width="stretch")
    st.caption(
        (
            "How much of what they say is in it: of each person's segments, as a mean over people. "
            if by_said
            else "Numbers: people of the group who say something in it; shades are shares of its people. "
        )
        + "In brackets: people of the group who say anything in a topic. A talkative person counts once; of "
        "few people a share tells little. Topics are a machine's: read before you believe a difference."
    )
    with st.expander("As a table"):
        st.dataframe(
            table.assign(share=100 * table["share"], said=100 * table["said"]),
            hide_index=True,
            width="stretch",
            column_config={
                "topic": "Topic",
                "group": "Group",
                "n_people": "People in it",
                "of_people": "People of the group",
                "share": st.column_config.NumberColumn("Share", format="%.0f %%"),
                "said": st.column_config.NumberColumn("Of what they say", format="%.1f %%"),
                "n_segments": "Segments",
            },
            column_order=["topic", "group", "n_people", "of_people", "share", "said", "n_segments"],
        )


# --- tree -----------------------------------------------------------------------------------------


def _tree(study: Path, run: TopicRun, coder: str | None) -> None:
    tree = draw_tree(run)
    if tree is None:
        st.info(plain(run.why_no_map or ""), icon=":material/info:")
        return
    pairs = near_duplicates(run)
    if pairs:
        told = counted(len(pairs), "pair of topics is", "pairs of topics are")
        st.warning(f"{told} nearly the same.", icon=":material/content_copy:")
        for pair in pairs[:10]:
            left, right = st.columns([6, 1], vertical_alignment="center")
            left.markdown(
                f"{plain(pair['first'])} — {plain(pair['second'])} :gray[likeness {pair['cosine']:.2f}]"
            )
            key = f"topic_pair_{pair['a']}_{pair['b']}"
            if right.button("Merge", key=key, disabled=coder is None, width="stretch") and coder:
                with guarded():
                    into = run.topics[pair["a"]]["guid"]
                    merge_topics(study, [run.topics[pair["b"]]["guid"]], into, by=coder)
                    st.rerun()
    else:
        st.caption("No two topics are nearly the same (all pairs were compared).")
    st.caption(
        "Topics that join near their names are much alike; those that join far to the left have little in"
        " common. Fewer topics ('Coarser or finer' in the list) join the nearest first, much as here."
    )
    st.altair_chart(tree, width="stretch")
    with st.expander("How alike every pair is"):
        chart = draw_likeness(run)
        if chart is not None:
            st.altair_chart(chart, width="stretch")


# --- coverage -------------------------------------------------------------------------------------


def _flagged_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: not row["says"])


_SHARE: dict[str, Any] = {"format": "%.0f %%", "min_value": 0.0, "max_value": 100.0}


def _coverage(study: Path, run: TopicRun) -> None:
    found = coverage(study, run)
    topics = _flagged_first([{**row, "coded": 100 * row["coded"]} for row in found["topics"]])
    n_open = sum(1 for row in topics if row["says"])
    st.markdown(f"**{n_open} of {counted(len(topics), 'topic')}** the codebook does not cover yet")
    event: Any = st.dataframe(
        topics,
        key="topic_coverage",
        hide_index=True,
        width="stretch",
        height=320,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "topic": st.column_config.TextColumn("Topic", width=205),
            "says": st.column_config.TextColumn("Says", width=105),
            "coded": st.column_config.ProgressColumn(
                "Coded", width=95, help="Share of its segments that carry any code.", **_SHARE
            ),
            "size": st.column_config.NumberColumn("Segments", width=75),
            "codes": st.column_config.TextColumn(
                "Codes most often on it", width=265, help="In brackets: coded segments of the topic."
            ),
            "linked": st.column_config.TextColumn("Linked to", width=90),
            "set_aside": "Set aside because",
        },
        column_order=["topic", "says", "coded", "size", "codes", "linked", "set_aside"],
    )
    ticked = event.get("selection", {}).get("rows", [])
    st.caption(
        "Not covered: linked to no code, not set aside, and less than a tenth of its segments coded. Tick a"
        " topic to read it, and to link it, make a code of it or set it aside."
    )
    if ticked and ticked[0] < len(topics):
        guid = run.topics[topics[ticked[0]]["row"]]["guid"]
        st.button("Show it in the list", icon=":material/list:", on_click=_to_list, args=(guid,))
    codes = [
        {**row, "share": None if row["share"] is None else 100 * row["share"]}
        for row in _flagged_first(found["codes"])
    ]
    n_lost = sum(1 for row in codes if row["says"] == "no topic finds it")
    st.markdown(f"**{counted(n_lost, 'code')}** that no topic finds")
    st.dataframe(
        codes,
        hide_index=True,
        width="stretch",
        height=320,
        column_config={
            "code": st.column_config.TextColumn("Code", width=170),
            "segments": st.column_config.NumberColumn("Coded segments", width=115),
            "topic": st.column_config.TextColumn("Topic that holds most of them", width=240),
            "share": st.column_config.ProgressColumn("Share of them there", width=140, **_SHARE),
            "says": st.column_config.TextColumn("Says", width=155),
        },
        column_order=["code", "says", "topic", "share", "segments"],
    )
    st.caption(
        "Topics are what is talked about; a code of stance or tone need not be one of them. A code is found"
        " where one topic holds at least 15 % of its segments, and twice what chance would put there."
    )


def _to_list(guid: str) -> None:
    """Show a topic in the list; runs before the page is drawn anew."""
    st.session_state["topic_chosen"] = guid
    st.session_state.pop("topics_order", None)  # a list of its own, in which this one is chosen
    st.session_state["topics_view"] = VIEWS[0]


# --- runs -----------------------------------------------------------------------------------------


def _runs(study: Path) -> None:
    runs = topic_runs(study)
    st.dataframe(
        [
            {
                "Made": run["made_at"][:16].replace("T", " "),
                "By": run["made_by"],
                "Method": "UMAP and HDBSCAN" if run["method"] == "umap" else "Tree",
                "Topics": run["topics"],
                "In": SOURCES_SHOWN.get(run["sources"], run["sources"]),
                "Segments": run["n"],
                "Encoder": run["encoder"],
                "Seed": run["seed"],
            }
            for run in runs
        ],
        hide_index=True,
        width="stretch",
    )
    st.caption("Newest first; times are UTC.")
    if len(runs) < 2:
        st.caption("Find topics again, with other settings, to compare two runs here.")
        return
    names = {run["guid"]: f"{run['made_at'][:16].replace('T', ' ')}, {run['topics']} topics" for run in runs}
    left, right = st.columns(2)
    first = left.selectbox("Compare", list(names), index=0, format_func=names.__getitem__, key="topic_run_a")
    second = right.selectbox("with", list(names), index=1, format_func=names.__getitem__, key="topic_run_b")
    with guarded():
        found = runs_compared(study, first or "", second or "")
        if found["adjusted_rand"] is None:
            st.info(plain(found["reason"] or ""), icon=":material/info:")
        else:
            st.metric(
                f"How far they agree over {counted(found['n'], 'segment')} (adjusted Rand index)",
                f"{found['adjusted_rand']:.2f}",
            )
            st.caption("1 means the same groups; about 0, no more alike than by chance.")
        st.dataframe(
            found["rows"],
            hide_index=True,
            width="stretch",
            column_config={
                "topic": "Topic of the first",
                "best match": "Most like it in the second",
                "shared": st.column_config.ProgressColumn(
                    "Shared", format="percent", max_value=1.0, help="Segments in both, of those in either."
                ),
            },
        )
