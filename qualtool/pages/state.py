"""What the pages share: the open study, the coder, plain text, and errors told in one place."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from ..errors import QualtoolError, StudyFileError
from ..text.showing import visible
from ..workflows.keeping.backups import back_up_if_due
from ..workflows.people.people import coder_names
from ..workflows.roles import Role, is_hosted, may
from ..workflows.study.studies import overview

_MARKDOWN = re.compile(r"([\\`*_\[\]()!:$#<>~|{}+\-.&])")
# Streamlit makes links of bare addresses after Markdown is read, so no escape stops it: a word joiner,
# which has no width, does.
_ADDRESS = re.compile(r"(?<=http)(?=s?://)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_RECENT = 8


def has_words(text: str | None, missing: str) -> bool:
    """Whether a box that a button needs holds words; else what is missing is said.

    A button is not greyed out until then: the click that takes a person out of the box would meet a grey
    button, and do nothing.
    """
    if (text or "").strip():
        return True
    st.warning(missing, icon=":material/edit:")
    return False


def plain(text: object) -> str:
    """Text for a label or a Markdown element, shown as it is.

    Researchers' and participants' words never act as Markdown: a planted image would call out.
    Characters that turn the direction of writing are shown by their code points.
    """
    shown = _ADDRESS.sub("\u2060", visible(str(text).replace("\n", " ")))
    return _MARKDOWN.sub(r"\\\1", shown)


@contextmanager
def guarded() -> Iterator[None]:
    """Show an error of ours as what, where, what next; let everything else pass."""
    try:
        yield
    except QualtoolError as err:
        show_error(err)


def show_error(err: QualtoolError) -> None:
    """Show an error with every problem in it."""
    st.error(plain(err.message), icon=":material/error:")
    rows = [p.as_dict() for p in err.problems if str(p) != err.message]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch")


# --- the open study -------------------------------------------------------------------------------


def start_folder() -> Path:
    """Where studies are looked for and made: the folder the app was started in."""
    return Path(os.environ.get("QUALTOOL_FOLDER") or Path.cwd())


def _recent_file() -> Path:
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "qualtool" / "recent.json"


def recent_studies() -> list[Path]:
    """Studies opened lately that still exist, newest first; a served study has no others beside it."""
    if is_hosted():
        return []
    try:
        names = json.loads(_recent_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [Path(name) for name in names if isinstance(name, str) and Path(name).is_file()]


def _remember(study: Path) -> None:
    if is_hosted():
        return
    names = [str(study), *(str(p) for p in recent_studies() if p != study)][:_RECENT]
    try:
        _recent_file().parent.mkdir(parents=True, exist_ok=True)
        _recent_file().write_text(json.dumps(names), encoding="utf-8")
    except OSError:
        return  # a list of recent studies is a convenience, nothing more


def open_study(study: Path) -> None:
    """Make a study the open one.

    Raises:
        StudyFileError: it cannot be opened; the one that was open stays open.
    """
    resolved = study.expanduser().resolve()
    overview(resolved)
    st.session_state["study"] = str(resolved)
    st.session_state.pop("source", None)
    _remember(resolved)


def keep_backed_up(study: Path) -> None:
    """Back the study up where that is due; that it failed is told once, and work goes on."""
    try:
        back_up_if_due(study)
    except QualtoolError as err:
        if st.session_state.get("backup_told") != err.message:
            st.session_state["backup_told"] = err.message
            st.toast(plain(err.message), icon=":material/warning:", duration="long")


def current_study() -> Path | None:
    """The open study; the one the app was started with until another is opened."""
    if "study" not in st.session_state:
        named = os.environ.get("QUALTOOL_STUDY")
        if not named:
            return None
        try:
            open_study(Path(named))
        except StudyFileError:
            return None
    return Path(st.session_state["study"])


def require_study() -> Path:
    """The open study; without one the page says what to do and stops."""
    study = current_study()
    if study is None:
        st.info("No study is open. Open one, or make a new one, on the page Study.", icon=":material/folder:")
        st.page_link("study.py", label="Go to Study", icon=":material/folder_open:")
        st.stop()
    return study


def only_for(least: Role, what: str) -> None:
    """On a page of somebody whose role does not allow it, say who may do ``what``, and stop."""
    if may(least):
        return
    needed = "Only owners" if least is Role.OWNER else "Only coders and owners"
    st.info(f"{needed} {what}. Your role lets you look at the rest.", icon=":material/lock:")
    st.stop()


# --- the address ----------------------------------------------------------------------------------
# A reload of the page begins a new session. The address carries who was coding what, so that it goes
# on where it was: the coder by name, the study by a digest of its path, the source by its GUID.


def _study_mark(study: Path) -> str:
    return hashlib.sha256(str(study).encode()).hexdigest()[:12]


def take_from_address() -> None:
    """At the start of a session, go on with the study, coder and source of the address."""
    if st.session_state.get("is_begun"):
        return
    st.session_state["is_begun"] = True
    wanted = st.query_params.get("study")
    for path in recent_studies():
        if wanted and _study_mark(path) == wanted:
            with guarded():
                open_study(path)
    study = current_study()
    coder = st.query_params.get("coder")
    # A name from an address is taken only where the study knows it: an address makes nobody.
    if study is not None and coder and coder in coder_names(study):
        st.session_state.setdefault("coder", coder)
    if st.query_params.get("source"):
        st.session_state.setdefault("source", st.query_params["source"])


def keep_in_address() -> None:
    """Write study, coder and source into the address; links between pages drop them."""
    study = current_study()
    known = {
        "study": _study_mark(study) if study is not None else None,
        "coder": current_coder(),
        "source": st.session_state.get("source"),
    }
    for name, value in known.items():
        if value is not None and st.query_params.get(name) != value:
            st.query_params[name] = value


def current_coder() -> str | None:
    """Who is coding in this browser session."""
    return st.session_state.get("coder")


def require_coder() -> str:
    """The coder's name; without one the page asks for it and stops."""
    coder = current_coder()
    if coder is None:
        st.info(
            "Say who you are first: choose your name at the foot of the side bar. Every coding carries it.",
            icon=":material/person:",
        )
        st.stop()
    return coder


def header(title: str, caption: str) -> None:
    """The title of a page and one line on what it is for."""
    st.title(title)
    st.caption(caption)
