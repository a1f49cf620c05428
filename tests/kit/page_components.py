"""Streamlit components on a page that a test opened: what they were given, and messages of their browser."""

from __future__ import annotations

import json
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest


def component(at: AppTest, name: str) -> Any:
    """The message that draws the component of that name."""
    return next(c.proto for c in at.get("bidi_component") if c.proto.component_name == name)


def given(at: AppTest, name: str) -> dict[str, Any]:
    """The data that the component of that name was given."""
    found: dict[str, Any] = json.loads(component(at, name).json)
    return found


def send(at: AppTest, name: str, /, **message: Any) -> AppTest:
    """What the outbox of a component does, by the private way in."""
    states = at._tree.get_widget_states()
    made = WidgetState(id=component(at, name).id)
    made.json_value = json.dumps({"outbox": {"nonce": "n", **message}})
    states.widgets.append(made)
    return at._run(states)
