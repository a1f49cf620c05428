"""The left of the page Schools: the indicators of a case among the schools of its phase."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import plain
from qualtool.workflows.schools.draw_school import draw_profile
from qualtool.workflows.schools.school_page import Fact, SchoolProfile, school_profile

KINDS = {"school": "School", "la": "Local authority", "family": "Family", "other": "Other case"}


def case_label(case: dict[str, Any]) -> str:
    """The pseudonym with the name beside it."""
    names = [case["pseudonym"], case["name"]]
    shown = " · ".join(dict.fromkeys(name for name in names if name))
    return shown if case["kind"] == "school" else f"{shown} ({KINDS[case['kind']].lower()})"


def show_case(study: Path, case: dict[str, Any]) -> None:
    """What the case is, then its indicators, or why it has none."""
    with st.spinner("Reading the indicators of all loaded schools …"):
        profile = school_profile(study, case["urn"], case["kind"])
    facts = [f"{name}: {value}" for name, value in sorted(case["variables"].items())]
    told = [KINDS[case["kind"]], f"URN {case['urn']}" if case["urn"] else "", *facts]
    st.caption(plain("  ·  ".join(part for part in told if part)))
    if profile.why_none:
        st.info(plain(profile.why_none), icon=":material/info:")
        if case["kind"] == "school":
            st.page_link("import_files.py", label="Go to Import", icon=":material/upload_file:")
        return
    if profile.caution:
        st.warning(profile.caution, icon=":material/warning:")
    _show_numbers(profile)
    st.markdown("\n".join(_fact_line(fact) for fact in profile.facts))
    if profile.steadiness:
        st.caption(plain(profile.steadiness))
    with st.expander("The numbers as a table", icon=":material/table:"):
        st.dataframe(table_rows(profile), hide_index=True, width="stretch")


def _fact_line(fact: Fact) -> str:
    told = "  ·  ".join(part for part in (f"{fact.source} {fact.year}".strip(), fact.note) if part)
    return f"- **{fact.label}**: {plain(fact.shown)} :gray[{plain(told)}]"


def _show_numbers(profile: SchoolProfile) -> None:
    if not profile.lines:
        st.info("The loaded files hold no counts of pupils for this school.", icon=":material/info:")
        return
    n = max(len(line.population) for line in profile.lines)
    st.altair_chart(draw_profile(profile), width="content", key="profile_chart")
    if n:
        st.caption(
            f"Diamond: this school. Ticks: the {n:,} loaded {plain(profile.phase or '')} schools (evenly "
            "spaced ones where there are over 300, the few far above at the right end). Thick line: median; "
            "dashed: quartiles. At the right: this school over the years."
        )
    else:
        st.caption("Its phase is not known, so it is not set among other schools. Right: over the years.")


def table_rows(profile: SchoolProfile) -> list[dict[str, Any]]:
    """One row an indicator; what has no number says why in words."""
    rows = []
    for line in profile.lines:
        low, middle, high = line.cuts or (None, None, None)
        below = line.share_below
        rows.append(
            {
                "Indicator": line.label,
                "Value": line.shown,
                "Year": line.year,
                "Higher than": None if below is None else f"{below:.0%} of {len(line.population):,}",
                "Lower quartile": None if low is None else round(low, 1),
                "Median": None if middle is None else round(middle, 1),
                "Upper quartile": None if high is None else round(high, 1),
                "Over the years": "  ".join(f"{year} {value:,.1f}" for year, value in line.trend),
                "Made of": line.note,
                "Source": line.source,
            }
        )
    return rows
