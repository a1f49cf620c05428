"""What the components of this room share: their files, the names they are known by, what travels."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ..errors import NotAllowedError, NotLoggedInError, StudyFileError, UserInputError

_ASSETS = Path(__file__).parent / "assets"


def asset(name: str) -> str:
    """A script or style of this package."""
    return (_ASSETS / name).read_text(encoding="utf-8")


def module_of(scripts: Sequence[str]) -> str:
    """Scripts joined to one ES module; the last of them holds the export."""
    return "\n".join(asset(name) for name in scripts)


def digest(*parts: str) -> str:
    """A short name for what a component is about, which tells nothing of it."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def message_of(key: str, name: str = "outbox") -> Mapping[str, Any]:
    """The browser's last message of that name to the component ``key``, or an empty one."""
    state = st.session_state.get(key)
    message = state.get(name) if state is not None else None
    return message if isinstance(message, Mapping) else {}


def checked(data: dict[str, Any]) -> dict[str, Any]:
    """Streamlit sends what it cannot serialise as one long string, silently; this raises instead."""
    json.dumps(data, allow_nan=False)
    return data


def listed(message: Mapping[str, Any], name: str) -> list[Any]:
    """What a message has by that name where it is a list, else nothing."""
    value = message.get(name)
    return value if isinstance(value, list) else []


def taken(
    apply: Callable[[list[Any]], list[list[Any]]], ops: list[Any]
) -> tuple[list[list[Any]], str | None]:
    """Apply what the browser sent; answers, or what stood in the way: then all of it comes again."""
    try:
        return apply(ops), None
    except (StudyFileError, UserInputError, NotAllowedError, NotLoggedInError) as err:
        return [], err.message


def fed(sync: Any, key: str, feed: Callable[[], dict[str, Any]], take: Callable[[], None]) -> None:
    """Run the small component ``sync`` in a fragment: messages come up to ``take``, ``feed`` goes down."""

    def run() -> None:
        try:
            data = feed()
        except NotLoggedInError:
            st.rerun()  # the whole page asks for the login; what was not answered waits in the browser
        sync(key=key, data=checked(data), on_outbox_change=take)

    st.fragment(run)()
