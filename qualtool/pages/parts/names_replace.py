"""Try a table of names, then replace them for good; and what was done."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.errors import UserInputError
from qualtool.pages.parts.copies import ask_about_copies, show_elsewhere
from qualtool.pages.parts.names_table import Rows, keep_rows
from qualtool.pages.state import guarded, plain, show_error
from qualtool.workflows.keeping.names_page import (
    LEAST_PASSPHRASE,
    default_key,
    n_quotes_changed,
    passphrase_faults,
    passphrase_strength,
    table_bytes,
    table_from,
)
from qualtool.workflows.keeping.pseudonymise import apply, preview
from qualtool.workflows.study.studies import content_key

WORD = "REPLACE"
_HINTS = {
    "weak": ("Weak: easy to guess.", ":material/gpp_bad:"),
    "fair": ("Fair: a word or two more would make it strong.", ":material/gpp_maybe:"),
    "strong": ("Strong.", ":material/verified_user:"),
}


def _n_of(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one}" if n == 1 else f"{n:,} {many or one + 's'}"


def try_and_replace(study: Path, rows: Rows, coder: str) -> None:
    """The dry run, and behind it the form that replaces."""
    st.header("Try it")
    mark = hashlib.sha256(table_bytes(rows, only_ticked=True) + content_key(study).encode()).hexdigest()
    if st.button("See what would change", icon=":material/preview:", key="names_try"):
        with guarded(), st.spinner("Trying the table; nothing is written…"):
            table = table_from(rows)
            found = {**preview(study, table), "n_quotes": n_quotes_changed(study, table)}
            st.session_state["names_tried"] = (mark, found)
    tried = st.session_state.get("names_tried")
    if tried is None:
        return
    if tried[0] != mark:
        st.info("The table or the study changed since: try it again.", icon=":material/refresh:")
        return
    _show_trial(tried[1])
    st.header("Replace for good")
    _replace_form(study, rows, tried[1], coder)


def _show_trial(found: dict[str, Any]) -> None:
    reviews = sum(len(row["needs_review"]) for row in found["sources"])
    boxes = st.columns(4)
    boxes[0].metric("Places in texts", f"{sum(row['n'] for row in found['rows']):,}")
    boxes[1].metric("Sources touched", f"{len(found['sources']):,}")
    boxes[2].metric("Codings whose quote changes", f"{found['n_quotes']:,}")
    boxes[3].metric(
        "Codings to look at afterwards",
        f"{reviews:,}",
        help="They begin or end inside a name. They are kept, with the pseudonym in their quote.",
    )
    by_name, by_source = st.tabs(["By name", "By source"])
    with by_name:
        st.dataframe(
            [
                {
                    "Real name": row["real"],
                    "Pseudonym": row["pseudonym"],
                    "Places": row["n"],
                    "Sources": row["n_sources"],
                    "Left": row["n_left"],
                    "First place": _example(row["examples"]),
                }
                for row in found["rows"]
            ],
            hide_index=True,
            height=min(38 + 35 * len(found["rows"]), 318),
        )
        st.caption(
            "Left: what would stay, because it is part of a longer word or an ordinary word in small letters."
        )
    with by_source:
        st.dataframe(report_rows(found["sources"]), hide_index=True)
        st.caption("Moved along: at another place, or with a pseudonym in the quote. None is lost.")
    names = [row["real"] for row in found["rows"]]
    for warning in found["warnings"]:
        st.caption(plain(in_names(warning, names)))


def in_names(told: str, names: Sequence[str]) -> str:
    """A line of the workflow with the name in place of its row, which the page does not number."""
    row = re.match(r"Row (\d+)(?=:)", told)
    if row is None or not 1 <= int(row[1]) <= len(names):
        return told
    return f"{names[int(row[1]) - 1]}{told[row.end() :]}"


def _example(examples: list[dict[str, str]]) -> str:
    if not examples:
        return ""
    one = examples[0]
    return f"{one['source']}: …{one['before_words']}{one['words']}{one['after_words']}…".replace("\n", " ")


def report_rows(sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What happened to the codings of each source, as rows to show."""
    return [
        {
            "Source": row["source"],
            "Kept": row["kept"],
            "Moved along": row["moved"],
            "To look at": len(row["needs_review"]),
            "Lost": row["lost"],
        }
        for row in sources
    ]


def _replace_form(study: Path, rows: Rows, found: dict[str, Any], coder: str) -> None:
    st.warning(
        "This cannot be undone. Real names are erased from texts, quotes, memos, history, suggestions and "
        "search; only the key file together with its passphrase puts them back.",
        icon=":material/warning:",
    )
    round_ = st.session_state.get("names_done", 0)
    left, right = st.columns(2, gap="large")
    with left:
        key = st.text_input(
            "Where the key file goes",
            value=str(default_key(study)),
            key=f"names_key_{round_}",
            help="Encrypted. Keep it on another disk than the study. One that exists gets one more layer.",
        )
        passphrase = st.text_input(
            f"Passphrase ({LEAST_PASSPHRASE} characters or more)", type="password", key=f"names_pass_{round_}"
        )
        again = st.text_input("Passphrase again", type="password", key=f"names_again_{round_}")
        if passphrase:
            text, icon = _HINTS[passphrase_strength(passphrase)]
            st.caption(f"{icon} {text}")
        st.caption(
            "Four or five words that do not belong together are strong and can be remembered. "
            "Nobody can read the key file without the passphrase, nor find it out."
        )
    with right:
        delete = ask_about_copies(found["backups"], found["other_copies"], key=f"names_copies_{round_}")
    word = st.text_input(f"Type {WORD} to go on", key=f"names_word_{round_}", width=320)
    if not st.button("Replace names for good", type="primary", icon=":material/lock:", key="names_apply"):
        return
    faults = passphrase_faults(passphrase or "", again or "")
    if not (key or "").strip():
        faults.append("Say where the key file goes.")
    if delete is None:
        faults.append("Say what becomes of the backups.")
    if (word or "").strip() != WORD:
        faults.append(f"Type {WORD} in the last box.")
    for fault in faults:
        st.error(fault, icon=":material/error:")
    if faults:
        return
    _apply(study, rows, Path(key.strip()).expanduser(), passphrase, delete, coder)


def _apply(study: Path, rows: Rows, key: Path, passphrase: str, delete: bool | None, coder: str) -> None:
    try:
        with st.spinner("Replacing names everywhere, then writing the file anew. Do not close this page…"):
            found = apply(
                study,
                table_from(rows),
                key=key,
                passphrase=passphrase,
                delete_backups=bool(delete),
                keep_backups=not delete,
                by=coder,
            )
    except UserInputError as err:
        show_error(err)
        return
    names = [row["real"] for row in rows if row["use"] and row.get("real")]
    keep_rows([])
    st.session_state["names_done"] = st.session_state.get("names_done", 0) + 1
    st.session_state["names_report"] = {**found, "names": names, "key": str(key)}
    st.rerun()


def show_report() -> None:
    """What the last replacement did, until the person puts it away."""
    found = st.session_state.get("names_report")
    if found is None:
        return
    n = sum(len(row["needs_review"]) for row in found["sources"])
    st.success(
        f"{_n_of(found['replaced'], 'place')} replaced in {_n_of(len(found['sources']), 'source')}. "
        "No coding was lost.",
        icon=":material/check_circle:",
    )
    if n:
        st.warning(
            f"{_n_of(n, 'coding')} began or ended inside a name: look at their quotes on the page Code.",
            icon=":material/rule:",
        )
    for warning in found["warnings"]:
        st.warning(plain(in_names(warning, found["names"])), icon=":material/warning:")
    st.dataframe(report_rows(found["sources"]), hide_index=True, height="auto")
    if found["left"]:
        st.caption("Left where they are, inside longer words or as ordinary words:")
        st.dataframe(_left_rows(found), hide_index=True)
    left, right = st.columns(2, gap="large")
    with left:
        _key_box(Path(found["key"]))
    with right:
        if found["new_backup"]:
            st.caption(f"New, clean backup: {plain(Path(found['new_backup']).name)}")
        if found["backups_deleted"]:
            n_deleted = len(found["backups_deleted"])
            st.caption(f"{_n_of(n_deleted, 'older copy', 'older copies')} deleted.")
        for file in found["backups_kept"]:
            st.caption(f"Still holds the names: {plain(file)}")
        show_elsewhere(found["elsewhere"])
    if st.button("Put this report away", icon=":material/done:", key="names_report_away"):
        del st.session_state["names_report"]
        st.rerun()
    st.divider()


def _left_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    names = found["names"]
    return [
        {
            "Name": names[one["row"] - 1] if one["row"] <= len(names) else f"row {one['row']}",
            "Times": one["n"],
            "Where": ", ".join(one["where"]),
        }
        for one in found["left"]
    ]


def _key_box(key: Path) -> None:
    st.caption(f"Key file: {plain(key)}. Copy it to a safe place that is not beside the study.")
    if key.is_file():
        st.download_button(
            "Download the key file",
            data=key.read_bytes,
            file_name=key.name,
            mime="application/octet-stream",
            icon=":material/key:",
            on_click="ignore",
        )
