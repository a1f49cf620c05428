"""Sampling: where the study's schools stand in the country, and which schools to compare them with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from qualtool.pages.state import guarded, header, plain, require_study
from qualtool.workflows.roles import Role, may, put_off
from qualtool.workflows.schools.sampling_page import (
    COLUMNS,
    FIXED_LABELS,
    NEAR_LABELS,
    Sampled,
    compare,
    comparison_rows,
    draw_distribution,
    left_out_rows,
    missed_rows,
    own_rows,
    sampled,
    sampling_table,
)

_SHOWN = {"school": COLUMNS["school"], "why": "Left out because", **COLUMNS, "distance": "Distance"}


_FIGURES = {
    _SHOWN[name]: st.column_config.NumberColumn(_SHOWN[name], format="%.1f")
    for name in ("ehcp_rate", "sen_support_rate", "fsm6_rate")
} | {_SHOWN["distance"]: st.column_config.NumberColumn(_SHOWN["distance"], format="%.2f")}


def _table(rows: list[dict[str, object]]) -> None:
    st.dataframe(
        [{label: row[name] for name, label in _SHOWN.items() if name in row} for row in rows],
        hide_index=True,
        width="stretch",
        column_config=_FIGURES,
    )


def _conditions(found: Sampled, own: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The school that is compared, and what ``compare`` is asked of it."""
    left, right = st.columns([5, 4], gap="medium")
    urn = left.selectbox("School of the study", own, format_func=lambda u: found.own[u], key="sampling_urn")
    n = right.slider("How many comparison schools", 1, 20, 5, key="sampling_n")
    has_regions = bool((found.frame["region"] != "").any())
    left, right = st.columns([5, 4], gap="medium")
    fixed = left.multiselect(
        "What a comparison school must share",
        list(FIXED_LABELS),
        default=["region" if has_regions else "la_code", "size_band", "fsm_band"],
        format_func=FIXED_LABELS.__getitem__,
        help="The phase always.",
        key="sampling_fixed",
    )
    near = right.multiselect(
        "Nearest by",
        list(NEAR_LABELS),
        default=["roll", "fsm6_rate"],
        format_func=NEAR_LABELS.__getitem__,
        help="Each divided by its spread among the schools of the phase.",
        key="sampling_near",
    )
    quartiles = left.multiselect(
        "EHC plan quartile of a comparison school", [1, 2, 3, 4], default=[1, 2, 3],
        format_func=lambda q: f"Q{q}", help="Q1: the quarter with the lowest rates. Q4: with the highest.",
        key="sampling_quartiles",
    )  # fmt: skip
    return urn, {"fixed": fixed, "near": near, "quartiles": quartiles, "n": n}


def _compare(found: Sampled, phase: str, name: str) -> None:
    own = [urn for urn in found.own if found.frame.at[urn, "phase"] == phase]
    urn, options = _conditions(found, own)
    result = compare(found, urn, **options)
    st.altair_chart(
        draw_distribution(found, phase=phase, name=name, chosen=urn, others=[u for u, _ in result.found]),
        width="stretch",
    )
    st.caption(
        "Diamonds: schools of the study. Circles: comparison schools. Dashed: quartiles. The few schools"
        " far beyond are in the last bar."
    )
    if result.reason:
        st.info(plain(f"No comparison school: {result.reason}."), icon=":material/info:")
    _table(comparison_rows(found, result))
    st.caption(plain(f"First {found.own[urn]} itself, then its comparison schools, the nearest first."))
    st.markdown(
        f"**{result.n_candidates:,} of the {result.n_of_phase:,}** other schools of its phase could be"
        " compared. Who was left out:"
    )
    st.dataframe(
        [{"Left out because": row["reason"], "Schools": row["n"]} for row in left_out_rows(result)],
        hide_index=True,
        width="content",
        column_config={"Schools": st.column_config.NumberColumn("Schools", format="localized")},
    )
    if result.missed:
        with st.expander(f"The nearest {len(result.missed)} that were left out, and why"):
            _table(missed_rows(found, result))
    if may(Role.CODER):

        def table_of_all() -> bytes:
            everyone = [compare(found, each, **options) for each in found.own]
            return sampling_table(study, found, everyone, "xlsx")

        st.download_button(
            "Save the comparison schools of all (working copy)",
            put_off(table_of_all),
            file_name="comparison_schools.xlsx",
            icon=":material/download:",
        )


def _none_of(found: Sampled) -> None:
    """No school of the study is in the census: which were looked for, and what to do."""
    year = found.frame["year"].iloc[0]
    if not found.missing:
        st.info(
            "No school of the study has a URN yet. Give it in the sheet of transcripts, and import the sheet"
            " again.",
            icon=":material/info:",
        )
    else:
        st.info(f"No school of the study is in the census of {year}.", icon=":material/info:")
        for urn, label in found.missing.items():
            st.text(f"{label} ({urn}). {found.became[urn]}")
        st.caption("Check the URN in the sheet of transcripts, or import a census that holds the school.")
    st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")


study = require_study()
header("Sampling", "Where the study's schools stand in the country, and which to compare them with.")
with guarded():
    with st.spinner("Reading all loaded schools …"):
        found = sampled(study)
    if found.why_none:
        st.info(plain(found.why_none), icon=":material/info:")
        st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
        st.stop()
    if not found.own:
        _none_of(found)
        st.stop()
    year = found.frame["year"].iloc[0]
    one, two = st.columns(2)
    phases = [p for p in found.phases if (found.frame.loc[list(found.own), "phase"] == p).any()]
    phase = one.segmented_control(
        "Phase", phases, default=phases[0], format_func=str.capitalize, required=True, key="sampling_phase"
    )
    name = two.selectbox(
        "Shown", list(NEAR_LABELS), index=2, format_func=NEAR_LABELS.__getitem__, key="sampling_shown"
    )
    n_of_phase = int((found.frame["phase"] == phase).sum())
    standing = found.standing.get(phase or "", "")
    st.caption(plain(f"{year}: {n_of_phase:,} schools of this phase. {standing}"))
    if found.missing:
        names = ", ".join(found.missing.values())
        st.caption(plain(f"Not in this census, see All schools of the study below: {names}."))
    if not (found.frame["school_name"] != "").any():
        st.caption("This census names no schools: names and regions come with the register (GIAS).")
    _compare(found, phase or phases[0], name)
    with st.expander(f"All schools of the study ({len(found.own)})"):
        _table(own_rows(found))
        for urn, label in found.missing.items():
            st.text(f"{label} ({urn}) is not in the census of {year}. {found.became[urn]}")
