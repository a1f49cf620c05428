"""What a page is on paper: without bars, boxes and buttons, and with tables that are whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_HIDDEN = (
    "stSidebar",
    "stHeader",
    "stButton",
    "stButtonGroup",
    "stCheckbox",
    "stDownloadButton",
    "stPageLink",
    "stToolbar",
)
_SCREEN = "screen_only"
_LISTED = ",\n".join(f'[data-testid="{name}"]' for name in _HIDDEN)
_STYLE = f"""<style>
@page {{ size: A4 landscape; margin: 12mm; }}
.paper-table {{ display: none; }}
@media print {{
  {_LISTED}, [class*="st-key-{_SCREEN}"] {{ display: none; }}
  [data-testid="stVerticalBlock"] {{ height: auto !important; max-height: none !important;
    overflow: visible !important; }}
  .paper-table {{ display: table; width: 100%; border-collapse: collapse; font-size: 8.5pt;
    line-height: 1.25; }}
  .paper-table th, .paper-table td {{ border-bottom: 1px solid #888; padding: 3px 5px; text-align: left;
    vertical-align: top; white-space: pre-line; }}
  .paper-table td:nth-child(2) {{ min-width: 13em; }}
  .paper-table tr {{ break-inside: avoid; }}
  MORE
}}
</style>"""
_BOXES = ("stExpander", "stCheckbox", "stTabs", "stDataFrame", "stFileUploader")
# With what holds them: an empty frame would keep its height.
_NOT_ON_PAPER = (
    ", ".join(
        f'[data-testid="stElementContainer"]:has([data-testid="{name}"]), [data-testid="{name}"]'
        for name in _BOXES
    )
    + " { display: none; }"
)


def on_paper(*, without_boxes: bool = False) -> None:
    """On paper a display stands alone; ``without_boxes`` leaves out forms, tabs and tables that scroll."""
    st.html(_STYLE.replace("MORE", _NOT_ON_PAPER if without_boxes else ""))


def screen_only(key: str) -> DeltaGenerator:
    """A container that paper leaves out: for a table that scrolls, of which ``paper_table`` is the whole."""
    return st.container(key=f"{_SCREEN}_{key}")


def paper_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """A table that is on paper only, whole, where the one on the screen scrolls. Words are escaped."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    cells = ("".join(f"<td>{escape(_said(row.get(name)))}</td>" for name in columns) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in cells)
    st.html(f'<table class="paper-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


def _said(value: Any) -> str:
    return "" if value is None else str(value)
