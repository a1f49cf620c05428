"""Quotes as people read them: the words, who said them and where, and who coded them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from qualtool.pages.state import current_coder, current_study, plain
from qualtool.triangulate.sentences import counted
from qualtool.workflows.auditing.auditing import quotes_without_withheld
from qualtool.workflows.roles import Role, may

_SHOWN = 10
# What stands beside a quote whose speaker did not simply agree to be quoted.
_CONSENT = {
    "paraphrase": ":orange-badge[paraphrase only]",
    "no": ":red-badge[not to be quoted]",
    "withdrawn": ":red-badge[consent withdrawn]",
    "unknown": ":gray-badge[consent unknown]",
}


def show_quotes(rows: Sequence[Mapping[str, Any]], *, key: str) -> None:
    """Cards of quotes, the first few; ``rows`` as ``workflows.themes.quotes`` gives them."""
    study = current_study()
    if study is not None and rows:
        kept = quotes_without_withheld(study, rows, current_coder())
        if len(kept) < len(rows):
            n = len(rows) - len(kept)
            st.caption(f":material/visibility_off: {n} quotes are withheld while your audit runs.")
        rows = kept
    if not rows:
        st.info("No quotes here: nobody in this group voiced it.", icon=":material/format_quote:")
        return
    people = len({row["participant_id"] for row in rows})
    st.caption(
        f"{counted(len(rows), 'quote')} of {counted(people, 'participant')}, in the order of the sources"
    )
    limit = st.session_state.get(f"{key}_n_quotes", _SHOWN)
    may_code = may(Role.CODER)
    for number, row in enumerate(rows[:limit]):
        with st.container(border=True, gap="xsmall"):
            st.markdown(plain(row["quote"]).strip())
            st.caption(_who(row))
            if may_code:
                _ways(row, key=f"{key}_{number}")
    if len(rows) > limit and st.button(f"Show more ({len(rows) - limit:,} left)", key=f"{key}_more_quotes"):
        st.session_state[f"{key}_n_quotes"] = limit + 4 * _SHOWN
        st.rerun()


def _ways(row: Mapping[str, Any], *, key: str) -> None:
    """From a quote to its place in the panel, and to passages like it."""
    with st.container(horizontal=True, gap="small"):
        if st.button("Open in the panel", key=f"{key}_open", icon=":material/edit_note:", type="tertiary"):
            st.session_state["source"] = row["source_guid"]
            st.session_state["place"] = (row["source_guid"], row["start_char"])
            st.switch_page("code.py")
        if st.button("More like this", key=f"{key}_like", icon=":material/hub:", type="tertiary"):
            st.session_state["find_like"] = row["quote"]
            st.switch_page("find_text.py")


def _who(row: Mapping[str, Any]) -> str:
    parts = [row["role"] or row["participant"], row["case"], row["source"], row["code_path"]]
    facets = [row[name] for name in ("stance", "valence", "basis", "level") if row[name]]
    said = " · ".join(plain(part) for part in (*parts, *facets, f"coded by {row['coder']}") if part)
    consent = _CONSENT.get(row["consent"] or "", "")
    return f"{said} {consent}".strip()
