"""What every tab of the page Themes is about: whose codings, in which sources; and names of variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.triangulate.sentences import counted
from qualtool.workflows.gathering.sources import source_sets

_SOURCES = {"transcripts": "Interviews", "answers": "Survey answers", "all": "Interviews and answers"}
_VARIABLES = {
    "role": "Role",
    "case": "Case",
    "case_kind": "Kind of case",
    "la_code": "Local authority (code)",
    "urn": "School (URN)",
    "phase": "Phase",
    "group": "Group",
    "base": "Base",
    "ehcp_quartile": "Quartile of EHCP share",
    "any_sen_quartile": "Quartile of SEN share",
    "has_base": "School has a base",
    "region": "Region",
    "ofsted_grade": "Ofsted grade",
    "source": "Source",
    "all": "Everybody together",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which sources, whose codings, and how they began: names as the workflows take them."""

    sources: str
    layer: str
    origin: str = "all"


def choose_scope(study: Path, found: Mapping[str, Any]) -> Scope:
    """Ask for sources and layer; interviews first where there are any."""
    sets = {s["name"]: f"Set: {s['name']} ({s['n']})" for s in source_sets(study)}
    names = {**_SOURCES, **sets}
    if not found["counts"]["transcripts"]:
        names = {"answers": names["answers"], **names}
    layers = {"union": "Everybody's codings", **{f"coder:{c}": f"Only {c}'s" for c in found["coders"]}}
    left, right, last = st.columns([4, 4, 4], vertical_alignment="bottom")
    sources = left.selectbox("Sources", list(names), format_func=names.__getitem__, key="themes_sources")
    layer = right.selectbox("Codings", list(layers), format_func=layers.__getitem__, key="themes_layer")
    is_own = last.toggle(
        "Without suggested codings",
        key="themes_origin",
        help="Leave out codings that began as a machine's suggestion, as it was or with other words.",
    )
    return Scope(sources=sources or "all", layer=layer or "union", origin="person" if is_own else "all")


def n_unread_said(progress: Mapping[str, int], sources: str) -> None:
    """Say how many interviews nobody has worked on: their silence means nothing."""
    unread, n = progress["unread"], sum(progress.values())
    if unread and sources != "answers":
        told = f"{unread} of {counted(n, 'interview')} {'is' if unread == 1 else 'are'}"
        st.caption(
            f":material/warning: {told} neither coded nor marked read: that a theme is missing there means"
            " nothing yet."
        )


def variable_name(name: str) -> str:
    """A variable in words; plain text, which options, columns and axes show as it is."""
    return _VARIABLES.get(name) or name.replace("_", " ")
