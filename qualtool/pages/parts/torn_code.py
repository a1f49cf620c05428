"""A code that two people changed at once: field by field, both versions and the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.errors import ConflictError
from qualtool.model import Code
from qualtool.pages.parts.two_versions import Choice, settle, show_versions, waiting
from qualtool.pages.state import current_coder, guarded
from qualtool.workflows.editing.edit_codebook import bring_code_back, change_code, parents_for, remove_code


def torn_code(study: Path, then: Callable[[], None]) -> None:
    """The code that waits for a decision, if one does; ``then`` draws the form anew."""
    found = waiting("code", study)
    if found is None:
        return
    err: ConflictError = found["error"]
    was: Code = found["was"]
    parents = parents_for(study, None)

    def words(name: str, value: object) -> str:
        if name == "parent":
            return parents.get(None if value is None else str(value), "a code that is gone")
        if name == "removed":
            return "Removed from the codebook"
        return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else str(value)

    def finish(act: Callable[[], object]) -> Callable[[], None]:
        def decide() -> None:
            act()
            then()

        return decide

    choices = {name: (label, finish(act)) for name, (label, act) in _choices(study, was, err).items()}
    show_versions("code", err, choices, words=words, note="Yours is in History too, whatever you decide.")
    torn = [name for name in err.theirs if name in err.yours]
    if len(torn) > 1:
        _field_by_field(study, was, err, torn, then)


def _choices(study: Path, was: Code, err: ConflictError) -> dict[str, Choice]:
    by = current_coder()
    theirs, yours = err.theirs, err.yours
    if "removed" in yours:
        return {
            "theirs": ("Keep the code", lambda: None),
            "mine": ("Remove it all the same", lambda: remove_code(study, was.guid, by=by)),
        }
    if "removed" in theirs:
        return {
            "theirs": ("Leave it removed", lambda: None),
            "mine": ("Bring it back with mine", lambda: bring_code_back(study, replace(was, **yours), by=by)),
        }
    rest = {name: value for name, value in yours.items() if name not in theirs}
    return {
        "theirs": ("Keep theirs", lambda: _save(study, was, theirs, rest)),
        "mine": ("Use mine", lambda: _save(study, was, theirs, yours)),
    }


def _save(study: Path, was: Code, theirs: dict[str, Any], fields: dict[str, Any]) -> None:
    """Change the code as it stands with theirs, which the person has seen now."""
    change_code(study, replace(was, **theirs), fields, by=current_coder())


def _field_by_field(
    study: Path, was: Code, err: ConflictError, torn: list[str], then: Callable[[], None]
) -> None:
    """Where several fields differ, each can be chosen by itself."""
    with st.form("torn_code_fields", border=False):
        chosen = {
            name: st.radio(
                name.replace("_", " ").capitalize(),
                ["theirs", "mine"],
                horizontal=True,
                key=f"torn_code_field_{name}",
            )
            for name in torn
        }
        if not st.form_submit_button("Save as chosen field by field"):
            return
    fields = {n: v for n, v in err.yours.items() if n not in torn or chosen[n] == "mine"}
    with guarded():
        _save(study, was, err.theirs, fields)
        settle("code")
        then()
        st.rerun()
