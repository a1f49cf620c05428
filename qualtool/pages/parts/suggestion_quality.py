"""How good suggestions are: measured against what people coded, and how true their probabilities are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from qualtool.pages.parts.progress import long_work
from qualtool.pages.state import plain
from qualtool.workflows.auditing.evaluating import evaluate_suggestions
from qualtool.workflows.suggestions.suggestion_why import calibration_shown, run_shown

_TWO = st.column_config.NumberColumn(format="%.2f")
_F1 = "Precision and recall in one: 1 where a code is suggested on all its passages and nowhere else."
_FIRST_3 = "Of the codes people gave, the share that stands among the machine's first three for the passage."
_MEANS = {
    "Mean F1 over codes": st.column_config.NumberColumn(format="%.2f", help=_F1),
    "Right code among first 3": st.column_config.NumberColumn(format="%.2f", help=_FIRST_3),
    "Coded passages learnt from": st.column_config.NumberColumn(format="localized"),
}
_HELP = {
    "Precision": "Of the passages it suggests the code for, the share that people coded so.",
    "Recall": "Of the passages that people coded so, the share it suggests the code for.",
    "F1": _F1,
    "Average precision": "How well the code's passages stand before the others when ranked by score.",
    "Among first 3": _FIRST_3,
    "Calibration error": "How far told probabilities were from what turned out right, on average.",
}


def show_quality(study: Path, *, n_codings: int) -> None:
    """What is known of the newest run, and the measures when a person asks for them."""
    with st.expander("How good are the suggestions?", key="suggest_evaluation"):
        _run(study)
        st.caption(
            "Measured on what people coded: it learns from some participants and is tested on the others."
        )
        if st.button("Measure", icon=":material/speed:", key="suggest_measure", disabled=not n_codings):
            with long_work(
                "Measuring; this takes up to a minute",
                reading="Learning from some people and testing on the others",
                then="Adding up",
            ) as told:
                found = evaluate_suggestions(study, progress=told)
                st.session_state["suggest_measured"] = (str(study), found)
        where, found = st.session_state.get("suggest_measured", ("", None))
        if found is None or where != str(study):
            return
        if found.get("reason"):
            st.info(plain(found["reason"]), icon=":material/info:")
            return
        _measured(found)


def _run(study: Path) -> None:
    run = run_shown(study)
    if run is None:
        return
    labels = "" if run["n_labels"] is None else f" from {run['n_labels']:,} coded passages"
    st.caption(f"The newest suggestions were learnt{labels} with {plain(run['encoder'])}.")
    if run["note"]:
        st.caption(plain(run["note"]))
    told = calibration_shown(study)
    if told is None or told["error"] is None:
        st.caption(
            "Scores are told as strong, possible or weak. A code gets a probability once ten passages of "
            "three people carry it."
        )
        return
    st.caption(
        f"**How true the probabilities are** · {told['n_codes']} codes have one · on people left out, a "
        f"suggestion was off by {100 * told['error']:.1f} points in a hundred on average"
    )
    if told["n_now"] != told["n_labels"]:
        st.caption(
            f"Measured when {told['n_labels']:,} passages were coded; the machine has learnt anew since, "
            f"from {told['n_now']:,}. It is measured again when a tenth more are coded, and by Make "
            "suggestions."
        )
    _reliability(told["bins"])


def _reliability(bins: Sequence[Mapping[str, Any]]) -> None:
    """The reliability curve as a chart and a table: what was told beside what turned out right."""
    left, right = st.columns([3, 2])
    rows = [
        {"Told": one["told"], "Turned out right": one["right"], "Exactly true": one["told"]} for one in bins
    ]
    left.line_chart(
        rows,
        x="Told",
        y=["Turned out right", "Exactly true"],
        x_label="Probability told",
        y_label="Share right",
        color=["#3b82c4", "#8a8f98"],
        height=260,
    )
    right.dataframe(
        [
            {
                "Told": f"{one['low']:.1f} to {one['high']:.1f}",
                "Suggestions": one["n"],
                "Turned out right": one["right"],
            }
            for one in bins
        ],
        hide_index=True,
        height=260,
        column_config={
            "Turned out right": _TWO,
            "Suggestions": st.column_config.NumberColumn(format="localized"),
        },
    )


def _measured(found: Mapping[str, Any]) -> None:
    methods = (
        ("These suggestions", found),
        ("Most frequent codes", found["baselines"]["most_frequent_codes"]),
        ("Words alone (TF-IDF)", found["baselines"]["tfidf_logistic"]),
    )
    rows: list[dict[str, Any]] = [
        {
            "Method": name,
            "Mean F1 over codes": row["macro_f1"],
            "Right code among first 3": row["recall_at_3"],
        }
        for name, row in methods
    ]
    ceiling = found.get("ceiling") or {}
    if ceiling.get("macro_f1") is not None:
        rows.append(
            {
                "Method": "A second person (where two coded)",
                "Mean F1 over codes": ceiling["macro_f1"],
                "Right code among first 3": None,
            }
        )
    st.dataframe(rows, hide_index=True, column_config=_MEANS, placeholder="–")
    st.caption(
        "All run from 0 to 1, on people it had not learnt from. The suggestions should do better than the "
        "two methods beneath them; what a second person reaches is as much as can be asked."
    )
    curve = found.get("learning_curve") or []
    if curve:
        st.caption("**What more coding brings** · learnt from a share of the participants")
        st.dataframe(
            [
                {
                    "Coded passages learnt from": point["n_segments"],
                    "Mean F1 over codes": point["macro_f1"],
                    "Right code among first 3": point["recall_at_3"],
                }
                for point in curve
            ],
            hide_index=True,
            column_config=_MEANS,
            placeholder="–",
        )
    _per_code(found["rows"])
    for note in found["notes"]:
        st.caption(plain(note))
    st.caption(f"{plain(found['method'])} · {found['folds']} folds")


def _per_code(rows: Sequence[Mapping[str, Any]]) -> None:
    names = {
        "Precision": "precision",
        "Recall": "recall",
        "F1": "f1",
        "Average precision": "average_precision",
        "Among first 3": "recall_at_3",
        "Calibration error": "calibration_error",
    }
    st.dataframe(
        [
            {
                "Code": row["code"],
                "Coded segments": row["n"],
                **{title: row.get(key) for title, key in names.items()},
                "Why not measured": row.get("reason") or "",
            }
            for row in rows
        ],
        hide_index=True,
        height=260,
        placeholder="–",
        column_config={
            name: st.column_config.NumberColumn(
                format="%.3f" if name == "Calibration error" else "%.2f", help=_HELP[name]
            )
            for name in names
        },
    )
