"""The questions of the page Export: what, for whom, and under which rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.state import plain
from qualtool.workflows.exports.preview_export import ExportChoices
from qualtool.workflows.gathering.sources import source_sets
from qualtool.workflows.people.people import coder_names
from qualtool.workflows.themes.themes import group_names

WHAT = {
    "frequencies": "Theme frequencies",
    "quotes": "Quotes",
    "codings": "Codings",
    "study": "The whole study",
}
_WHAT_WORDS = (
    "How many people, cases and passages voice each code, by a variable.",
    "Coded passages with code, school, role and consent rules.",
    "Every coding with its offsets, coder and facets, to load elsewhere.",
    "Everything, as one JSON file, for a colleague.",
)
STANDINGS = {"working": "Confidential working copy", "release": "Release"}
_STANDING_WORDS = (
    "For the team. Nothing is suppressed; the file says inside that it is confidential.",
    "For anyone. Small numbers are suppressed, quotes leave under consent rules, restricted codes stay out.",
)
_ATTRIBUTIONS = {
    "role": "Role only (as 'SENCO')",
    "role+phase": "Role and phase (as 'SENCO, primary')",
    "role+school": "Role and school's pseudonym",
}
_CONSENT = {"withhold": "Leave them out", "include": "Put them in"}


def choose_what() -> tuple[str, bool]:
    """What is exported, and whether it is a release."""
    left, right = st.columns(2, gap="large")
    what = left.radio(
        "What", list(WHAT), format_func=lambda w: WHAT[w], captions=_WHAT_WORDS, key="export_what"
    )
    if what == "study":
        right.info(
            "A transfer of the whole study: every text, name and coding, consent or not. It is for "
            "colleagues with the same permissions as yours, and never for publication.",
            icon=":material/lock:",
        )
        return what, False
    if what == "codings":
        right.info(
            "Codings are a confidential working copy only: they hold people's words with their places. "
            "To give words to others, release quotes.",
            icon=":material/lock:",
        )
        return what, False
    standing = right.radio(
        "For whom",
        list(STANDINGS),
        format_func=lambda s: STANDINGS[s],
        captions=_STANDING_WORDS,
        key="export_standing",
    )
    return what, standing == "release"


def choose_options(study: Path, choices: ExportChoices, what: str, is_release: bool) -> dict[str, Any] | None:
    """The options of ``export_bytes``; None while a question that has no default waits for its answer."""
    options: dict[str, Any] = {"what": what, "release": is_release}
    columns = st.columns(3, vertical_alignment="bottom")
    if what == "frequencies":
        options |= _counting(study, columns)
    else:
        paths = dict(choices.codes)
        code = columns[0].selectbox(
            "Code",
            [None, *paths],
            format_func=lambda key: "All codes" if key is None else paths[key],
            help="A heading stands for everything under it.",
            key="export_code",
        )
        options["code"] = code
        if is_release:
            options["attribution"] = columns[1].selectbox(
                "Beside each quote",
                list(_ATTRIBUTIONS),
                format_func=lambda a: _ATTRIBUTIONS[a],
                key="export_attribution",
            )
    if choices.restricted:
        named = dict(choices.restricted)
        options["restricted"] = st.multiselect(
            "Restricted codes to put in, by name",
            list(named),
            format_func=lambda key: named[key],
            placeholder="None: restricted codes stay out",
            key="export_restricted",
        )
    if what == "quotes" and is_release:
        answer = _ask_consent()
        if answer is None:
            return None
        options["unknown_consent"] = answer
    return options


def _counting(study: Path, columns: Sequence[Any]) -> dict[str, Any]:
    names = ["all", *(name for name in group_names(study) if name != "all")]
    by = columns[0].selectbox(
        "By", names, format_func=lambda n: "Everybody together" if n == "all" else n, key="export_by"
    )
    sets = {f"Set: {s['name']}": s["name"] for s in source_sets(study)}
    places = {"Interviews": "transcripts", "Survey answers": "answers", "Everything": "all", **sets}
    shown = columns[1].selectbox("From", list(places), key="export_sources")
    layers = {"Everybody's codings": "union", **{f"Only {n}'s": f"coder:{n}" for n in coder_names(study)}}
    layer = columns[2].selectbox("Codings", list(layers), key="export_layer")
    return {"by": by, "sources": places[shown], "layer": layers[layer]}


def _ask_consent() -> str | None:
    """Asked anew at every export: there is no default."""
    answer = st.radio(
        "Quotes of people whose consent is not known",
        list(_CONSENT),
        index=None,
        format_func=lambda a: _CONSENT[a],
        horizontal=True,
        help=plain("Asked each time. Putting them in is your responsibility; the file notes it."),
        key=f"export_consent_{st.session_state.get('export_round', 0)}",
    )
    if answer is None:
        st.info("Answer this to see the preview. It is asked each time.", icon=":material/help:")
    return answer


def ask_again() -> None:
    """Forget the answer about unknown consent: the next export asks once more."""
    st.session_state["export_round"] = st.session_state.get("export_round", 0) + 1
