"""The coding panel as a Streamlit component: mount it, feed it, and take what it sends.

Two components without a build step. ``qt_text`` holds the text, codes and codings as they were when
the page opened; its data stays the same while somebody codes, so it travels once. ``qt_sync`` is
small and lives in a fragment: it carries operations up, and answers and changes down. They meet in
the page through the name of a channel. The scripts are read from this package and passed inline, so
that the panel works from any folder and without network.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components import v2

from ..errors import NotAllowedError, NotLoggedInError, StudyFileError, UserInputError
from ..workflows.coding.panel_coding import apply_operations, changes_since, open_panel
from ..workflows.roles import Role, may
from .traffic import asset, checked, digest, message_of, module_of

# One module in the browser: the order matters only in that the last file holds the export.
_SCRIPTS = (
    "dom.js",
    "text.js",
    "outbox.js",
    "history.js",
    "paint.js",
    "select.js",
    "picker.js",
    "dialogs.js",
    "find.js",
    "keymap.js",
    "keys.js",
    "detail.js",
    "side.js",
    "panel.js",
    "acts.js",
    "moves.js",
    "reading.js",
    "memos.js",
    "conflicts.js",
    "keydialog.js",
    "mount.js",
)


@lru_cache(maxsize=1)
def panel_script() -> str:
    """The whole script of the panel, one ES module."""
    return module_of(_SCRIPTS)


# isolate_styles=False: selections, highlights and accessibility work as in any page.
_text = v2.component("qt_text", js=panel_script(), css=asset("panel.css"), isolate_styles=False)
_sync = v2.component("qt_sync", js=asset("sync.js"), isolate_styles=False)


def coding_panel(
    *,
    study: Path,
    source_guid: str,
    coder: str,
    key: str,
    height: int = 640,
    blind: bool = False,
    refresh_seconds: float | None = None,
    start_char: int | None = None,
) -> None:
    """Show a source to be read and coded by ``coder``.

    It opens where the coder left it, or at the turn that holds ``start_char``.

    The panel reaches down to the lower edge of the window; ``height`` (pixels) is what it takes until
    that is measured. In blind coding nobody else's codings and no suggestions are shown. With
    ``refresh_seconds`` other coders' work is looked for in that interval; without, it comes with
    one's own next act.

    Raises:
        UserInputError: there is no such source.
        StudyFileError: the study cannot be opened.
    """
    study = Path(study)
    place = digest(str(study.resolve()), source_guid, coder, str(blind))
    channel, sync_key = f"{key}-{place}", f"{key}-sync-{place}"
    held = f"{key}-held-{place}"
    # Before the first message of this page everything is read anew: a visit to another page may
    # have changed codes or text. Later the snapshot stays as it was, and only changes travel.
    if held not in st.session_state or not message_of(sync_key):
        st.session_state[held] = {
            "payload": {
                **open_panel(study, source_guid, coder, blind=blind),
                "channel": channel,
                "study": digest(str(study.resolve())),
                "height": height,
                "start_char": start_char,
                # What is not offered is refused by the workflows too.
                "is_reader": not may(Role.CODER),
                "has_fixed_codes": not may(Role.OWNER),
            },
            "acks": [],
            "trouble": None,
            # Different data makes the page take over the fragments of a server started anew.
            "session": uuid.uuid4().hex,
        }
    state = st.session_state[held]
    # A server started anew knows no fragment until the whole page has run: the panel asks for that.
    _text(key=f"{key}-text-{place}", data=checked(state["payload"]), on_awake_change=lambda: None)

    def take() -> None:
        _take(state, message_of(sync_key), study, source_guid, coder)

    def feed() -> None:
        try:
            data = _feed(state, message_of(sync_key), study, source_guid, coder, blind)
        except NotLoggedInError:
            st.rerun()  # the whole page asks for the login; what was not answered waits in the browser
        _sync(key=sync_key, data=checked(data), on_outbox_change=take)

    st.fragment(feed, run_every=refresh_seconds)()


def _take(
    state: dict[str, Any], message: Mapping[str, Any], study: Path, source_guid: str, coder: str
) -> None:
    """Apply what the browser sent. When the study is in use, or the login over, it is told to send again."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    waiting: dict[str, list[Any]] = {}
    for op in message.get("ops") or []:
        named = op.get("source") if isinstance(op, Mapping) else None
        waiting.setdefault(named if isinstance(named, str) else source_guid, []).append(op)
    state["acks"], state["trouble"] = [], None
    for named, ops in waiting.items():
        try:
            state["acks"] += apply_operations(study, named, coder, ops, at=at)
        except (StudyFileError, NotLoggedInError) as err:
            state["trouble"] = err.message
        except (UserInputError, NotAllowedError) as err:
            refused = {"error": err.message}
            state["acks"] += [[op.get("op_id"), refused] for op in ops if isinstance(op, Mapping)]


def _feed(
    state: dict[str, Any],
    message: Mapping[str, Any],
    study: Path,
    source_guid: str,
    coder: str,
    blind: bool,
) -> dict[str, Any]:
    """What changed since the revision the browser has, with the answers to its operations."""
    payload = state["payload"]
    have, book, acts = message.get("have"), message.get("codes"), message.get("acts")
    since = max(payload["source"]["rev"], have if isinstance(have, int) else 0)
    if message.get("ask"):
        since = have if isinstance(have, int) else 0
    if message.get("resync"):
        since = 0
    changes = changes_since(
        study,
        source_guid,
        since,
        coder,
        blind=blind,
        codebook_version=book if isinstance(book, int) else payload["codebook_version"],
        acts=max(payload["acts_rev"], acts if isinstance(acts, int) else 0),
    )
    return {
        **changes,
        "channel": payload["channel"],
        "source": payload["source"]["guid"],
        "acks": state["acks"],
        "trouble": state["trouble"],
        "session": state["session"],
    }
