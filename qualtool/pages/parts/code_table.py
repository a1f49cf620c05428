"""The codebook as a table: an indented tree with colours."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

_COLUMNS = {
    "colour": st.column_config.TextColumn("", width=30, help="Colour of the code"),
    "name": st.column_config.TextColumn("Code", width=230),
    "short_id": st.column_config.TextColumn("Short id", width=130),
    "codings": st.column_config.NumberColumn("Codings", width=70),
    "definition": st.column_config.TextColumn("Definition", width="large"),
    "apply_when": st.column_config.TextColumn("Apply when", width="large"),
    "do_not_apply_when": st.column_config.TextColumn("Do not apply when", width="large"),
    "notes": st.column_config.TextColumn("Notes", width="small"),
}
_INDENT = "\N{EM SPACE}\N{EM SPACE}"
_HEADING = "\N{BLACK DOWN-POINTING TRIANGLE} "


def show_codes(rows: list[dict[str, Any]], *, with_counts: bool = True) -> None:
    """The table; a ticked row is the code that the form below it changes."""

    def ticked() -> None:
        chosen = st.session_state["codes_table"]["selection"]["rows"]
        if chosen:
            st.session_state["code_pick"] = rows[chosen[0]]["guid"]

    frame = pd.DataFrame(
        {
            "colour": "",
            "name": _INDENT * row["depth"] + ("" if row["is_codable"] else _HEADING) + row["name"],
            "short_id": row["short_id"],
            "codings": row["codings"],
            "definition": row["definition"],
            "apply_when": row["apply_when"],
            "do_not_apply_when": row["do_not_apply_when"],
            "notes": _notes(row),
        }
        for row in rows
    )
    colours = [f"background-color: {row['colour']}" for row in rows]
    st.dataframe(
        frame.style.apply(lambda _: colours, subset=["colour"]),
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * len(rows), 388),
        column_order=[name for name in _COLUMNS if with_counts or name != "codings"],
        column_config=_COLUMNS,
        on_select=ticked,
        selection_mode="single-row",
        key="codes_table",
    )
    n_headings = sum(not row["is_codable"] for row in rows)
    st.caption(
        f"{len(rows) - n_headings} codes under {n_headings} headings (with a triangle)."
        " Tick a row to change that code."
    )


def _notes(row: dict[str, Any]) -> str:
    return ", ".join(
        word
        for word, holds in (("heading", not row["is_codable"]), ("restricted", row["is_restricted"]))
        if holds
    )
