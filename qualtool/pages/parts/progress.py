"""Long work inside a run of a page: a status box with a bar that a workflow's progress moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from qualtool.errors import QualtoolError
from qualtool.pages.state import show_error

Progress = Callable[[int, int], None]


STOPPED = "Stopped. What was read is kept, and the next time goes on from there."
_STOPPED = "long_work_stopped"


@contextmanager
def long_work(doing: str, *, reading: str, then: str, stopped: str | None = None) -> Iterator[Progress]:
    """Show a status box while the work runs; the callable it gives moves the bar.

    ``reading`` says what is counted while the bar moves, ``then`` what goes on once it is full. With
    ``stopped`` there is a button that stops it while the bar moves, and that sentence tells afterwards
    what became of it (``say_stopped``). An error of ours is shown as what, where, what next, and ends
    the run of the page.
    """
    box = st.status(doing, expanded=True)
    bar = box.progress(0.0, text=reading)
    if stopped is not None:
        # Pressing it runs the page anew, which ends this run when the bar moves next.
        box.button(
            "Stop", icon=":material/stop_circle:", key="long_work_stop", on_click=_stop, args=(stopped,)
        )

    def told(done: int, total: int) -> None:
        share = min(done / total, 1.0) if total else 1.0
        bar.progress(share, text=f"{reading}: {done:,} of {total:,}" if done < total else then)

    try:
        yield told
    except QualtoolError as err:
        box.update(label="Nothing was changed.", state="error")
        show_error(err)
        st.stop()
    bar.empty()
    box.update(label="Done.", state="complete", expanded=False)


def _stop(told: str) -> None:
    st.session_state[_STOPPED] = told


def say_stopped() -> None:
    """What became of work that a person stopped, once."""
    told = st.session_state.pop(_STOPPED, None)
    if told:
        st.info(told, icon=":material/stop_circle:")
