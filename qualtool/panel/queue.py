"""The queue of suggestions as a Streamlit component: mount it, feed it, and take what it sends.

Built as the coding panel is. ``qt_queue`` travels once; ``qt_queue_sync`` is small, lives in a fragment,
carries decisions up, and answers and the next suggestions down. The browser holds a few suggestions
ahead, so that a decision is seen at once, however long the study takes to store it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components import v2

from ..errors import UserInputError
from ..workflows.suggestions.deciding import apply_decisions
from ..workflows.suggestions.suggestion_page import suggestion_queue_of
from ..workflows.suggestions.suggestion_why import learning_shown, suggestion_why
from .traffic import asset, digest, fed, listed, message_of, module_of, taken

# One module in the browser: the order matters only in that the last file holds the export.
_SCRIPTS = ("dom.js", "outbox.js", "deck.js", "meet.js", "queue_card.js", "queue.js", "queue_mount.js")
# More than a person decides while the study stores one decision.
N_AHEAD = 8
# Of which the reasons may be asked in one message: the one that is read, and the next.
_MOST_WHY = 2


@lru_cache(maxsize=1)
def queue_script() -> str:
    """The whole script of the queue, one ES module."""
    return module_of(_SCRIPTS)


_queue = v2.component(
    "qt_queue", js=queue_script(), css=asset("panel.css") + asset("queue.css"), isolate_styles=False
)
_sync = v2.component("qt_queue_sync", js=asset("queue_sync.js"), isolate_styles=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilters:
    """Which suggestions to look at, and in which order.

    GUID of a code, name of a source, words of strength; none means all.
    """

    code: str | None
    source: str | None
    strengths: tuple[str, ...]
    order: str
    # Random, but the same for everybody: whoever opens the study again goes on in the same order.
    seed: int = 0


def suggestion_queue(
    *, study: Path, coder: str, filters: QueueFilters, key: str, on_select: Callable[[str], None]
) -> None:
    """Show the suggestions that wait for ``coder``, to be decided one after the other.

    ``on_select`` is called with the GUID of a suggestion whose right words the person wants to select.

    Raises:
        StudyFileError: the study cannot be opened.
    """
    study = Path(study)
    place = digest(str(study.resolve()), coder)
    channel, sync_key, held = f"{key}-{place}", f"{key}-sync-{place}", f"{key}-held-{place}"
    main_key = f"{key}-queue-{place}"
    # Different data makes the page take over the fragments of a server started anew.
    state = st.session_state.setdefault(held, {"acks": [], "trouble": None, "session": uuid.uuid4().hex})

    def select() -> None:
        asked = message_of(main_key, "select")
        if isinstance(asked.get("guid"), str):
            state["select"] = asked["guid"]

    # A server started anew knows no fragment until the whole page has run: the queue asks for that.
    _queue(
        key=main_key,
        data={"channel": channel, "study": digest(str(study.resolve())), "coder": coder},
        on_awake_change=lambda: None,
        on_select_change=select,
    )
    wanted = state.pop("select", None)
    if wanted is not None:
        on_select(wanted)

    def take() -> None:
        state["acks"], state["trouble"] = _take(message_of(sync_key), study, coder)

    def feed() -> dict[str, Any]:
        return {"channel": channel, **_feed(state, message_of(sync_key), study, coder, filters)}

    fed(_sync, sync_key, feed, take)


def _take(message: Mapping[str, Any], study: Path, coder: str) -> tuple[list[list[Any]], str | None]:
    return taken(lambda ops: apply_decisions(study, coder, ops), listed(message, "ops"))


def _feed(
    state: Mapping[str, Any], message: Mapping[str, Any], study: Path, coder: str, filters: QueueFilters
) -> dict[str, Any]:
    """Answers to what was sent, the next suggestions, and what the browser asked about."""
    later = [guid for guid in listed(message, "later") if isinstance(guid, str)]
    shown = message.get("shown")
    queue = suggestion_queue_of(
        study,
        code=filters.code,
        source=filters.source,
        strengths=filters.strengths,
        later=later,
        order=filters.order,
        seed=filters.seed,
        coder=coder,
        n=N_AHEAD,
        shown=shown if isinstance(shown, str) else None,
    )
    return {
        "acks": state["acks"],
        "trouble": state["trouble"],
        "session": state["session"],
        "filters": json.dumps(asdict(filters)),
        "cards": queue["upcoming"],
        "n": queue["n"],
        "counts": queue["counts"],
        "shown": shown if isinstance(shown, str) else None,
        "is_shown_open": queue["is_shown_open"],
        "learning": _learning(study),
        "why": _whys(study, coder, [g for g in listed(message, "why") if isinstance(g, str)]),
    }


def _learning(study: Path) -> dict[str, Any]:
    """What the machine is doing with the newest decisions: ``doing`` and a line of ``words``."""
    now = learning_shown(study)
    if now.fault:
        return {"doing": "stopped", "words": f"Learning from decisions stopped: {now.fault}"}
    if now.doing in ("opening", "learning"):
        return {"doing": "learning", "words": "Learning from your decisions …"}
    if now.n_fits:
        words = f"Learnt from {now.n_labels:,} codings; the suggestions below are up to date."
        return {"doing": "learnt", "words": words}
    return {"doing": "", "words": "Suggestions learn from what is decided and coded, as you go on."}


def _whys(study: Path, coder: str, guids: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for guid in guids[:_MOST_WHY]:
        try:
            found[guid] = suggestion_why(study, guid, coder=coder)
        except UserInputError as err:
            found[guid] = {"fault": err.message}
    return found
