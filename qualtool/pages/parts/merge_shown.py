"""What a merge would do or did: counts, what both copies changed, and the codebook to be decided."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import plain
from qualtool.workflows.keeping.merge import MergeReport, Side

_SIDES = {"ours": "as here", "theirs": "as in the other copy"}
_CHANGED_BY = {"ours": "here", "theirs": "the other copy", "both": "both"}
_STANDS = {
    "ours": "as here",
    "theirs": "as in the other copy",
    "both": "both",
    "standing": "the coding stands",
    "older": "the older one",
    "code": "a code",
}
_WHAT = {
    "coding_removed": "coding: removed in one, changed in the other",
    "coding_facets": "facet of a coding",
    "coding_place": "place of a coding",
    "memo": "memo",
    "consent": "consent: the more protective stands",
    "source_name": "name of a source",
    "code_heading": "heading that is applied as a code",
}


def show_preview(seen: MergeReport) -> None:
    """The look ahead, in numbers and tables."""
    if not seen.is_new:
        st.success(
            "Nothing new: this study has everything of that copy already.", icon=":material/check_circle:"
        )
    else:
        st.header(f"What {plain(Path(seen.other).name)} would bring", anchor=False)
        _numbers(seen)
    _tables(seen)


def _numbers(seen: MergeReport) -> None:
    told = seen.as_dict()
    shown = (
        ("Codings added", seen.added.get("codings", 0), "Of every coder, as they are there."),
        ("Changed", seen.changed.get("codings", 0), "Codings of this study: removed, moved, facets."),
        ("Memos", seen.added.get("memos", 0) + seen.changed.get("memos", 0), "New or rewritten."),
        ("Sources", seen.added.get("sources", 0), "Texts that only the other copy has."),
        ("Codes", seen.added.get("codes", 0), "Codes that only the other copy has."),
        ("Need review", len(told["needs_review"]), "Codings whose words were corrected: a person decides."),
        ("Lost", told["lost"], "Every coding and memo of both is counted."),
    )
    for column, (label, number, explained) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(label, f"{number:,}", help=explained)


def _tables(seen: MergeReport) -> None:
    touched = [{**s, "needs_review": len(s["needs_review"])} for s in seen.sources]
    if touched:
        with st.expander(f"Sources whose codings are touched: {len(touched)}"):
            st.dataframe(touched, hide_index=True, width="stretch", column_config=_SOURCES)
    if seen.conflicts:
        st.markdown(f"**Changed in both copies: {len(seen.conflicts)}**")
        st.dataframe(
            [_conflict(one) for one in seen.conflicts],
            hide_index=True,
            width="stretch",
            column_config=_CONFLICTS,
        )
    alike = [{"what": r["kind"], "name": r["name"], "here": r["now"]} for r in seen.renamed]
    if alike:
        st.markdown("**Alike in name, and kept apart**")
        st.dataframe(alike, hide_index=True, width="stretch", column_config=_ALIKE)
    if any(r["kind"] == "coder" for r in seen.renamed) or st.session_state.get("merge_same"):
        st.checkbox("Coders of one name are one person", key="merge_same")
    if seen.duplicates or seen.matched:
        st.caption(
            f"Made in both copies and put together: {len(seen.duplicates)} codings,"
            f" {len(seen.matched)} other things."
        )


_SOURCES = {
    "source": st.column_config.TextColumn("Source"),
    "version": st.column_config.NumberColumn("Text version", width="small"),
    "kept": st.column_config.NumberColumn("Kept", width="small"),
    "moved": st.column_config.NumberColumn("Moved", width="small"),
    "needs_review": st.column_config.NumberColumn("Need review", width="small"),
    "lost": st.column_config.NumberColumn("Lost", width="small"),
}
_CONFLICTS = {
    "what": st.column_config.TextColumn("What"),
    "where": st.column_config.TextColumn("Where"),
    "ours": st.column_config.TextColumn("Here"),
    "theirs": st.column_config.TextColumn("In the other copy"),
    "stands": st.column_config.TextColumn("What stands"),
}
_ALIKE = {
    "what": st.column_config.TextColumn("What", width="small"),
    "name": st.column_config.TextColumn("Name in the other copy"),
    "here": st.column_config.TextColumn("Name here"),
}


def _conflict(one: Mapping[str, Any]) -> dict[str, str]:
    kind, kept = str(one["kind"]), str(one["kept"])
    what, field = _WHAT.get(kind, kind.replace("_", " ")), one.get("field")
    return {
        "what": f"{what} ({field})" if field else what,
        "where": str(one["where"]),
        "ours": str(one.get("ours") or ""),
        "theirs": str(one.get("theirs") or ""),
        "stands": _STANDS.get(kept, kept),
    }


def choose_sides(seen: MergeReport) -> dict[str, Side]:
    """The codebook's differences, each with what is to stand; returns the decisions by code."""
    rows = {
        row["guid"]: {
            "code": row["code"],
            "differs": ", ".join(
                f"{r['field'].replace('_', ' ')}: {_short(r['ours'])} / {_short(r['theirs'])}"
                for r in seen.codebook
                if r["guid"] == row["guid"]
            ),
            "changed_by": _CHANGED_BY[row["changed_by"]],
            "keep": _SIDES["ours"],
        }
        for row in seen.codebook
    }
    if not rows:
        return {}
    st.markdown(f"**Codes that differ: {len(rows)}.** Say for each what is to stand.")
    edited = st.data_editor(
        list(rows.values()),
        hide_index=True,
        width="stretch",
        disabled=["code", "differs", "changed_by"],
        column_config={
            "code": st.column_config.TextColumn("Code", width="small"),
            "differs": st.column_config.TextColumn("Here / in the other copy", width="large"),
            "changed_by": st.column_config.TextColumn("Changed by", width="small"),
            "keep": st.column_config.SelectboxColumn(
                "Keep", options=list(_SIDES.values()), required=True, width="medium"
            ),
        },
        key="merge_codes",
    )
    return {
        guid: "theirs" if row["keep"] == _SIDES["theirs"] else "ours"
        for guid, row in zip(rows, edited, strict=True)
    }


def _short(value: object) -> str:
    text = " ".join(str(value).split()) or "(blank)"
    return text if len(text) <= 60 else text[:59] + "…"


def show_merged(done: MergeReport) -> None:
    """What was done, and what is left to do."""
    told = done.as_dict()
    if not done.is_new:
        st.success("Nothing new was there; nothing was changed.", icon=":material/check_circle:")
        return
    st.success(
        f"Merged {plain(Path(done.other).name)}: {done.added.get('codings', 0):,} codings added,"
        f" {done.changed.get('codings', 0):,} changed, {told['lost']} lost. The backup from before it is"
        f" {plain(Path(done.backup or '-').name)}.",
        icon=":material/check_circle:",
    )
    _numbers(done)
    _tables(done)
    if told["needs_review"]:
        st.page_link(
            "edit_source.py",
            label=f"{len(told['needs_review'])} codings wait for a decision on their words",
            icon=":material/rule:",
        )
    st.caption("To bring both copies to the same state, merge this one into the other as well.")
