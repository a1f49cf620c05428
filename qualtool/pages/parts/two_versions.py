"""Two people, or two windows, at one thing: both versions beside each other, and the decision.

A page that is drawn anew reads the study anew, so what a person saw when they pressed a button is what
the page remembered the last time (``as_last_shown``), not what stands now. A conflict waits on the page,
with what was typed, until it is decided; leaving the page does not forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from qualtool.errors import ConflictError, QualtoolError
from qualtool.pages.state import current_coder, plain, show_error

_Shown = TypeVar("_Shown")
Words = Callable[[str, Any], str]
# Label, what it does; the keys are those of the coding panel.
Choice = tuple[str, Callable[[], object]]
_KEYS = {"theirs": "F8", "mine": "F9", "both": "Shift+F8"}


def as_last_shown(name: str, now: _Shown) -> _Shown:
    """What the page showed under this name when it was last drawn; ``now`` is kept for the next time."""
    state = st.session_state
    shown = state.get(f"shown_{name}", now)
    state[f"shown_{name}"] = now
    return shown


@contextmanager
def meeting(place: str, study: Path, **about: Any) -> Iterator[None]:
    """As ``guarded``; a conflict stays on the page, with ``about``, until it is decided."""
    try:
        yield
    except ConflictError as err:
        st.session_state[f"torn_{place}"] = {"study": str(study), "error": err, **about}
        st.rerun()
    except QualtoolError as err:
        show_error(err)


def waiting(place: str, study: Path) -> Mapping[str, Any] | None:
    """The conflict that waits here: ``error`` and what ``meeting`` was given; None where there is none."""
    found = st.session_state.get(f"torn_{place}")
    return found if found is not None and found["study"] == str(study) else None


def settle(place: str) -> None:
    """The conflict of a place is decided."""
    st.session_state.pop(f"torn_{place}", None)


def show_versions(
    place: str,
    err: ConflictError,
    choices: Mapping[str, Choice],
    *,
    words: Words | None = None,
    fields: Sequence[str] = (),
    note: str = "",
) -> None:
    """Theirs and yours, field by field, and the buttons; ``choices`` are of theirs, mine and both.

    ``words`` says how a field's value is shown; ``fields`` which of them, in order (all, unless told).
    """
    tell = words or (lambda _name, value: str(value))
    names = fields or list(dict.fromkeys([*err.theirs, *err.yours]))
    with st.container(border=True, key=f"torn_box_{place}"):
        st.warning(
            plain(err.problems[0].message if err.problems else err.message), icon=":material/call_split:"
        )
        left, right = st.columns(2)
        for column, whose, version in (
            (left, _whose(err), err.theirs),
            (right, "Yours, not stored", err.yours),
        ):
            with column.container(border=True):
                st.markdown(f"**{plain(whose)}**")
                for name in names:
                    if name not in version:
                        continue
                    if len(names) > 1:
                        st.caption(plain(name.replace("_", " ").capitalize()))
                    st.text(tell(name, version[name]) or "(nothing)")
        if note:
            st.caption(note)
        _buttons(place, choices)


def _whose(err: ConflictError) -> str:
    when = f", {err.at[:16].replace('T', ' ')} UTC" if err.at else ""
    if err.by is None:
        return f"What stands{when}"
    return f"Yours, in another window{when}" if err.by == current_coder() else f"{err.by}{when}"


def _buttons(place: str, choices: Mapping[str, Choice]) -> None:
    with st.container(horizontal=True):
        for choice, (label, act) in choices.items():
            pressed = st.button(
                label,
                key=f"torn_{place}_{choice}",
                shortcut=_KEYS[choice],
                type="primary" if choice == "theirs" else "secondary",
            )
            if not pressed:
                continue
            before = st.session_state.get(f"torn_{place}")
            try:
                act()
            except ConflictError as err:  # changed once more: the newer version is shown
                if before is not None:
                    st.session_state[f"torn_{place}"] = {**before, "error": err}
                st.rerun()
            except QualtoolError as err:
                show_error(err)
                continue
            settle(place)
            st.rerun()
