"""The answers grid as a Streamlit component: mount it, feed it, and take what it sends.

Built as the coding panel is: ``qt_grid`` holds the rows as they were when the page opened, and travels
once; ``qt_grid_sync`` is small, lives in a fragment, and carries operations up and answers down.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components import v2

from ..errors import NotAllowedError, NotLoggedInError, StudyFileError, UserInputError
from ..workflows.coding.answers_page import open_answers
from ..workflows.coding.code_answers import apply_answer_operations, rows_now
from ..workflows.roles import Role, may
from .traffic import asset, checked, digest, message_of, module_of

# One module in the browser: the order matters only in that the last file holds the export.
_SCRIPTS = (
    "dom.js",
    "outbox.js",
    "picker.js",
    "grid_rows.js",
    "grid_window.js",
    "grid_paint.js",
    "grid_bars.js",
    "grid.js",
    "grid_acts.js",
    "grid_mount.js",
)


@lru_cache(maxsize=1)
def grid_script() -> str:
    """The whole script of the grid, one ES module."""
    return module_of(_SCRIPTS)


_grid = v2.component(
    "qt_grid", js=grid_script(), css=asset("panel.css") + asset("grid.css"), isolate_styles=False
)
_sync = v2.component("qt_grid_sync", js=asset("grid_sync.js"), isolate_styles=False)


def answers_grid(
    *,
    study: Path,
    question: int,
    coder: str,
    key: str,
    closed: Sequence[int] = (),
    blind: bool = False,
) -> None:
    """Show the free-text answers to a question, to be read and coded by ``coder``.

    ``closed`` are ids of up to four closed questions shown beside. Other coders' work is shown as it
    was when the page opened, and on a row when one codes it; in blind coding it is not.

    Raises:
        UserInputError: there is no such question.
        StudyFileError: the study cannot be opened.
    """
    study = Path(study)
    place = digest(str(study.resolve()), str(question), coder, str(blind), *map(str, closed))
    channel, sync_key, held = f"{key}-{place}", f"{key}-sync-{place}", f"{key}-held-{place}"
    # Before the first message everything is read anew: a visit to another page may have changed it.
    if held not in st.session_state or not message_of(sync_key):
        payload = open_answers(study, question, coder, closed=closed, blind=blind)
        st.session_state[held] = {
            "payload": {
                **payload,
                "channel": channel,
                "study": digest(str(study.resolve())),
                "is_reader": not may(Role.CODER),  # what is not offered is refused by the workflows too
            },
            # Different data makes the page take over the fragments of a server started anew.
            "sent": {"session": uuid.uuid4().hex},
        }
    state = st.session_state[held]
    # A server started anew knows no fragment until the whole page has run: the grid asks for that.
    _grid(key=f"{key}-grid-{place}", data=checked(state["payload"]), on_awake_change=lambda: None)

    def take() -> None:
        answered = _take(message_of(sync_key), study, coder, question, blind)
        state["sent"] = {"session": state["sent"]["session"], **answered}

    def feed() -> None:
        if state["sent"].pop("is_over", False):
            st.rerun()  # the whole page asks for the login; what was not answered waits in the browser
        _sync(key=sync_key, data=checked({"channel": channel, **state["sent"]}), on_outbox_change=take)

    st.fragment(feed)()


def _take(message: Mapping[str, Any], study: Path, coder: str, question: int, blind: bool) -> dict[str, Any]:
    """Apply what the browser sent and answer it. While the study is in use nothing is: it comes again."""
    ops = [op for op in message.get("ops") or [] if isinstance(op, Mapping)]
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    try:
        acks = apply_answer_operations(study, coder, ops, at=at)
        touched: dict[int, list[int]] = {}
        for op in ops:
            row, up_to = op.get("row"), op.get("up_to")
            if op.get("question") == question and isinstance(row, int) and isinstance(up_to, int):
                touched.setdefault(up_to, []).append(row)
        rows: dict[str, Any] = {}
        for up_to, wanted in touched.items():
            found = rows_now(study, question, coder, wanted, up_to=up_to, blind=blind)
            rows.update({str(row): state for row, state in found.items()})
    except (StudyFileError, UserInputError, NotAllowedError) as err:
        is_over = isinstance(err, NotLoggedInError)
        return {"acks": [], "rows": {}, "trouble": err.message, "at": at, "is_over": is_over}
    return {"acks": acks, "rows": rows, "trouble": None}
