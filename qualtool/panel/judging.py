"""The judging of a blind audit as a Streamlit component: mount it, feed it, and take what it sends.

Built as the queue of suggestions is. ``qt_judging`` travels once; ``qt_judging_sync`` is small, lives in a
fragment, carries answers up, and the next passages down. The browser holds passages ahead, so that an
answer is seen at once, however long the study takes to store it. What goes down is what
``passages_to_judge`` gives, and no word of the machine or of other people is in it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components import v2

from ..workflows.auditing.judging import apply_judgements, passages_to_judge
from .traffic import asset, digest, fed, listed, message_of, module_of, taken

# One module in the browser: the order matters only in that the last file holds the export.
_SCRIPTS = ("dom.js", "outbox.js", "deck.js", "meet.js", "judging_card.js", "judging.js", "judging_mount.js")


@lru_cache(maxsize=1)
def judging_script() -> str:
    """The whole script of the judging, one ES module."""
    return module_of(_SCRIPTS)


_judging = v2.component(
    "qt_judging",
    js=judging_script(),
    css=asset("panel.css") + asset("queue.css") + asset("judging.css"),
    isolate_styles=False,
)
_sync = v2.component("qt_judging_sync", js=asset("judging_sync.js"), isolate_styles=False)


def audit_judging(*, study: Path, coder: str, key: str, audit: str | None) -> None:
    """Show the passages of the coder's running audit (its GUID), to be judged one after the other.

    With None nothing is to be judged here; what still waits in this browser is sent, and what the study
    says to it is told: an answer that came after the end is not lost without a word.

    Raises:
        StudyFileError: the study cannot be opened.
    """
    study = Path(study)
    place = digest(str(study.resolve()), coder)
    channel, sync_key, held = f"{key}-{place}", f"{key}-sync-{place}", f"{key}-held-{place}"
    # Different data makes the page take over the fragments of a server started anew.
    state = st.session_state.setdefault(held, {"acks": [], "trouble": None, "session": uuid.uuid4().hex})
    # A server started anew knows no fragment until the whole page has run: the judging asks for that.
    _judging(
        key=f"{key}-deck-{place}", data={"channel": channel, "place": place}, on_awake_change=lambda: None
    )

    def take() -> None:
        state["acks"], state["trouble"] = _take(message_of(sync_key), study, coder)

    def feed() -> dict[str, Any]:
        found = None if audit is None else _passages(message_of(sync_key), study, coder)
        if audit is not None and (found is None or found["audit"] != audit):
            st.rerun()  # it was finished: the page shows the result
        told = {name: state[name] for name in ("acks", "trouble", "session")}
        return {"channel": channel, **told, **(found or {"audit": None})}

    fed(_sync, sync_key, feed, take)


def _take(message: Mapping[str, Any], study: Path, coder: str) -> tuple[list[list[Any]], str | None]:
    return taken(lambda ops: apply_judgements(study, coder, ops), listed(message, "ops"))


def _passages(message: Mapping[str, Any], study: Path, coder: str) -> dict[str, Any] | None:
    """The passages around the one that is read."""
    at = message.get("at")
    is_place = isinstance(at, int) and not isinstance(at, bool)
    return passages_to_judge(study, coder, at=at if is_place else None)
