"""Import a table of the team: say on the screen what its columns are, or bring the mapping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.errors import IndicatorError
from qualtool.pages.parts.import_report import contents, run_import, uploader_key
from qualtool.pages.state import current_coder, guarded, plain
from qualtool.workflows.gathering.import_uploads import import_uploaded_indicators
from qualtool.workflows.gathering.own_tables import (
    KINDS,
    LICENCE_WORDS,
    LICENCES,
    MEANINGS,
    TableLook,
    look_at_table,
    mapping_file,
)

_KEYS = {"school": "schools (URN)", "la": "local authorities (code)"}


@st.cache_data(show_spinner="Reading the file ...", max_entries=4)
def _look(name: str, data: bytes) -> TableLook:
    return look_at_table(data, name)


def own_table(study: Path) -> None:
    """Upload, preview, what each column is, import."""
    left, right = st.columns(2)
    file = left.file_uploader("Your table (.csv or .xlsx)", type=["csv", "xlsx"], key=uploader_key("own"))
    given = right.file_uploader(
        "Its mapping, if you have one (.yaml)", type=["yaml", "yml"], key=uploader_key("own_mapping")
    )
    if file is None:
        st.caption(
            "A row for each school or local authority, a column with its URN or code. Without a mapping you"
            " say here what the columns are."
        )
        return
    ((name, data),) = contents([file])
    with guarded():
        if given is not None:
            _import_button(study, name, data, contents([given])[0][1])
            return
        _describe(study, _look(name, data), data)


def _describe(study: Path, look: TableLook, data: bytes) -> None:
    st.dataframe(list(look.first_rows), hide_index=True, width="stretch", height=180)
    key = uploader_key("own") + look.name
    one, two, three = st.columns(3)
    key_kind = one.radio(
        "Each row is one of", list(_KEYS), index=int(look.la is not None), format_func=_KEYS.__getitem__,
        key=f"{key}kind",
    )  # fmt: skip
    guess = look.school or look.la
    column = one.selectbox(
        "Column of the URN or code",
        look.header,
        index=look.header.index(guess) if guess in look.header else 0,
        key=f"{key}key",
    )
    licence = two.selectbox(
        "Licence",
        LICENCES,
        index=None,
        placeholder="Choose",
        format_func=lambda licence: f"{licence}: {LICENCE_WORDS[licence]}",
        help="It decides which numbers are too small to show, and what may leave.",
        key=f"{key}licence",
    )
    publisher = two.text_input("Where it comes from", key=f"{key}publisher")
    options = ["", *look.header]
    year_column = three.selectbox(
        "Column of the school year",
        options,
        index=options.index(look.year_column or ""),
        format_func=lambda column: column or "(none: one year for all rows)",
        key=f"{key}year_column",
    )
    year = three.text_input(
        "School year", look.year or "", placeholder="2022/23", disabled=bool(year_column), key=f"{key}year"
    )
    st.markdown("**Which columns are indicators?** Tick them; say the unit and whom it counts.")
    edited = st.data_editor(
        list(look.columns),
        hide_index=True,
        width="stretch",
        disabled=["column"],
        column_config={
            "use": st.column_config.CheckboxColumn("Import"),
            "column": "Column",
            "name": st.column_config.TextColumn("Name", help="Small letters, digits and underscores."),
            "kind": st.column_config.SelectboxColumn("Kind", options=KINDS, required=True),
            "unit": st.column_config.TextColumn("Unit", help="As in pupils, days, pounds."),
            "population": st.column_config.TextColumn("Of whom", help="As in all pupils on roll."),
        },
        key=f"{key}columns",
    )
    tokens = _meanings(look, key) if look.tokens else []
    chosen: dict[str, Any] = {
        "licence": licence or "",
        "publisher": publisher,
        "key_kind": key_kind,
        "key": column,
        "year": year,
        "year_column": year_column or None,
        "columns": edited,
        "tokens": tokens,
    }
    try:
        mapping = mapping_file(look, **chosen)
    except IndicatorError as err:
        st.info("To be said before it can be imported:", icon=":material/info:")
        rows = [
            {"where": p.where.removeprefix("mapping, "), "what": p.message, "what next": p.next}
            for p in err.problems
        ]
        st.dataframe(rows, hide_index=True, width="stretch")
        return
    _import_button(study, look.name, data, mapping)
    st.download_button(
        "Save the mapping, for the next delivery",
        mapping,
        file_name=f"{Path(look.name).stem}.yaml",
        mime="application/yaml",
        icon=":material/download:",
        key=f"{key}save",
    )


def _meanings(look: TableLook, key: str) -> list[dict[str, Any]]:
    st.markdown(
        "**What do these signs mean?** They stand where a number could. Without a meaning they stay as they"
        " are and count as no number."
    )
    return st.data_editor(
        list(look.tokens),
        hide_index=True,
        width="stretch",
        disabled=["token", "n"],
        column_config={
            "token": "Sign",
            "n": st.column_config.NumberColumn("Cells", width="small"),
            "meaning": st.column_config.SelectboxColumn(
                "Meaning",
                options=list(MEANINGS),
                help="A suppressed cell is never shown, counted as 0 or filled in.",
            ),
        },
        key=f"{key}tokens",
    )


def _import_button(study: Path, name: str, data: bytes, mapping: bytes) -> None:
    if st.button(f"Import {plain(name)}", type="primary", key="import_own"):
        run_import(
            "schools",
            "your table",
            lambda tell: import_uploaded_indicators(
                study, [(name, data)], mapping=mapping, by=current_coder(), progress=tell
            ).as_dict(),
        )
