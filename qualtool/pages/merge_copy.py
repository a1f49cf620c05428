"""Merge a copy: bring the work of another copy of the study into this one."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.errors import QualtoolError
from qualtool.pages.parts.choose_study import known_studies, label_of
from qualtool.pages.parts.merge_shown import choose_sides, show_merged, show_preview
from qualtool.pages.parts.progress import long_work
from qualtool.pages.state import current_coder, header, plain, require_study, show_error
from qualtool.workflows.keeping.merge import Decisions, MergeReport, merge, preview
from qualtool.workflows.roles import is_hosted
from qualtool.workflows.study.studies import content_key


def choose_copy(study: Path) -> Path | None:
    """The file of the other copy: one that is known here, or any by its path."""
    known = {path: row for path, row in known_studies().items() if Path(path) != study}
    with st.form("merge_choose"):
        left, right = st.columns(2)
        picked = left.selectbox(
            "The other copy",
            list(known),
            index=None,
            format_func=lambda path: label_of(known[path]),
            placeholder="Choose a study file" if known else "No other study file is known here",
            key="merge_pick",
        )
        typed = right.text_input(
            "Or its path, as on a memory stick", placeholder="/media/stick/study.db", key="merge_path"
        )
        if st.form_submit_button("Look ahead", icon=":material/visibility:"):
            wanted = typed.strip() or picked
            st.session_state["merge_other"] = wanted
            st.session_state.pop("merged", None)
            if wanted is None:
                st.warning("Choose the other copy, or type its path.", icon=":material/info:")
    chosen = st.session_state.get("merge_other")
    return Path(chosen).expanduser() if chosen else None


def looked_ahead(study: Path, other: Path, *, same_coders: bool) -> MergeReport | None:
    """What a merge would do; kept until one of the two files or the choice changes."""
    try:
        stat = other.stat() if other.exists() else None
        key = (str(study), content_key(study), str(other), stat and stat.st_mtime_ns, same_coders)
        if st.session_state.get("merge_seen", (None, None))[0] != key:
            with st.spinner("Comparing the two copies ..."):
                found = preview(study, other, decisions=Decisions(same_coders=same_coders))
            st.session_state["merge_seen"] = (key, found)
    except QualtoolError as err:
        show_error(err)
        return None
    return st.session_state["merge_seen"][1]


study = require_study()
header(
    "Merge a copy",
    "Two people worked in copies of this study: bring the other's work into this one. Nothing is lost.",
)
merged_study, done = st.session_state.get("merged", (None, None))
done = done if merged_study == str(study) else None
if done:
    show_merged(done)
if is_hosted():
    st.info(
        "This server opens no other study. Whoever runs it merges copies on its command line:"
        " qualtool --as-owner merge.",
        icon=":material/lock:",
    )
    st.stop()
other = choose_copy(study)
if other is None or done:
    st.stop()
same = bool(st.session_state.get("merge_same", False))
seen = looked_ahead(study, other, same_coders=same)
if seen is None:
    st.stop()
show_preview(seen)
if not seen.is_new and not seen.codebook:
    st.stop()
codes = choose_sides(seen)
st.caption(f"{plain(study.name)} is backed up first. {plain(other.name)} is only read, and stays as it is.")
if st.button("Merge", type="primary", icon=":material/call_merge:", key="merge_now"):
    decisions = Decisions(codes=codes, same_coders=same)
    with long_work("Merging ...", reading="Steps", then="Storing ...") as tell:
        found = merge(
            study, other, by=current_coder(), decisions=decisions, progress=lambda n, of, _: tell(n, of)
        )
    st.session_state["merged"] = (str(study), found)
    st.rerun()
