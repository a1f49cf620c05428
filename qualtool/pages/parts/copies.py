"""Copies of a study that still hold what is erased: which there are, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import plain

_DELETE = "Delete them, once a new, clean backup is verified"
_KEEP = "Keep them: they still hold everything"


def ask_about_copies(
    backups: Sequence[dict[str, Any]], others: Sequence[dict[str, str]], *, key: str
) -> bool | None:
    """Whether the copies are to be deleted; None until the person said so. Without any: True."""
    if not backups and not others:
        st.caption("No backup of this study is known, so none has to be deleted.")
        show_elsewhere("")
        return True
    n = len(backups) + len(others)
    st.caption("1 copy holds what is erased:" if n == 1 else f"{n} copies hold what is erased:")
    rows = [
        {"File": Path(row["file"]).name, "Made (UTC)": row["made_at"][:16].replace("T", " ")}
        for row in backups
    ]
    rows += [{"File": Path(row["file"]).name, "Made (UTC)": row["why"]} for row in others]
    st.dataframe(rows, hide_index=True, height=min(38 + 35 * len(rows), 178))
    choice = st.radio("What becomes of these copies?", [_DELETE, _KEEP], index=None, key=key)
    show_elsewhere("")
    return None if choice is None else choice == _DELETE


def show_elsewhere(told: str) -> None:
    """Copies that nobody here can reach."""
    st.caption(
        plain(told)
        or "Out of reach, for you to delete: copies made by hand, exports, the files you imported, and "
        "what a cloud folder keeps."
    )
