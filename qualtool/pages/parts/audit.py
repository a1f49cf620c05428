"""The tab Audit: draw a random sample, judge it blind, see how good the machine is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from qualtool.pages.parts.counted import counted
from qualtool.pages.parts.progress import STOPPED, long_work, say_stopped
from qualtool.pages.state import guarded, plain
from qualtool.panel.judging import audit_judging
from qualtool.workflows.auditing.audit_drawing import CALLED, KIND, MOST_CODES, N_USUAL, draw_audit
from qualtool.workflows.auditing.auditing import (
    audit_result,
    audit_status,
    finish_audit,
    running_audit,
)
from qualtool.workflows.gathering.import_codebook import codebook_of

_STRATA = {
    (KIND, CALLED): "Kind of source, and found or not",
    (CALLED,): "Found by the machine or not",
    (KIND,): "Kind of source",
    (): "Nothing: plainly at random",
}


def show_audit(study: Path, coder: str) -> None:
    """The running audit of this coder; without one, the form to draw it and the last result."""
    running = running_audit(study, coder)
    if running is not None:
        _judge(study, coder, running)
        return
    done = [a for a in audit_status(study)["audits"] if a["finished_at"]]
    _draw(study, coder, is_first=not done)
    send_what_waits(study, coder)
    if done:
        _result(study, done)


# --- drawing --------------------------------------------------------------------------------------


def _draw(study: Path, coder: str, *, is_first: bool) -> None:
    book = codebook_of(study)
    codes = {c.short_id or book.path(c): c.name for c in book.codes if c.is_codable and not c.is_restricted}
    if not codes:
        st.info("There are no codes to audit yet.", icon=":material/menu_book:")
        return
    say_stopped()
    with st.expander("Draw an audit", expanded=is_first, icon=":material/casino:"):
        st.markdown(
            "How often is the machine right? A person judges a random sample of passages **without seeing "
            "what the machine, or anybody else, made of them**. That tells how many passages with a code the "
            "machine finds (sensitivity), how many without it leaves alone (specificity), and how common the "
            "code is once its mistakes are taken off. Suggestions you accept cannot tell: you saw them first."
        )
        with st.form("audit_draw", border=False):
            chosen = st.multiselect(
                "Codes to judge",
                list(codes),
                format_func=lambda key: f"{key} · {codes[key]}" if key != codes[key] else key,
                max_selections=MOST_CODES,
                placeholder="The five the machine finds most often",
                key="audit_codes",
            )
            left, middle, right = st.columns([3, 3, 6], vertical_alignment="bottom")
            n = left.number_input(
                "Passages", 1, 5_000, N_USUAL, key="audit_n", help="The more, the narrower the intervals."
            )
            seed = middle.number_input(
                "Seed of the draw",
                0,
                2**31 - 1,
                0,
                key="audit_seed",
                help="Any number. The same one draws the same passages again; leave it as it is.",
            )
            strata = right.selectbox(
                "A share of each",
                list(_STRATA),
                format_func=_STRATA.__getitem__,
                key="audit_strata",
                help="Found or not: in half of the passages the machine finds one of the codes, so that rare "
                "codes come up. The result weighs them back to what the study holds.",
            )
            pressed = st.form_submit_button("Draw", type="primary", icon=":material/casino:")
        if pressed:
            with guarded():
                with long_work(
                    "Drawing the sample",
                    reading="Reading sentences and answers",
                    then="Asking the machine",
                    stopped=STOPPED,
                ) as told:
                    draw_audit(
                        study,
                        coder=coder,
                        codes=chosen,
                        n=int(n),
                        seed=int(seed),
                        strata=strata or (),
                        progress=told,
                    )
                st.rerun()


# --- judging --------------------------------------------------------------------------------------


def _judge(study: Path, coder: str, running: Mapping[str, Any]) -> None:
    st.caption(
        ":material/visibility_off: What the machine and other people made of these passages is hidden from "
        "you until you finish. Judge by the definitions alone."
    )
    audit_judging(study=study, coder=coder, key="audit", audit=running["audit"])


def send_what_waits(study: Path, coder: str) -> None:
    """Where nothing is judged: send answers that this browser still keeps, and tell what is refused."""
    with st.container(gap=None):  # as a rule nothing is seen of it
        audit_judging(study=study, coder=coder, key="audit", audit=None)


def finish_early(study: Path, coder: str, *, key: str, label: str) -> None:
    """The box that finishes the coder's running audit, read to the end or not."""
    running = running_audit(study, coder)
    with st.popover(label, icon=":material/flag:"):
        if running is not None and running["n_unread"]:
            st.markdown(
                f"{running['n_unread']:,} of {running['n']:,} passages are not read and will count for "
                "nothing. They come in random order, so what is read is a fair sample, only a smaller one."
            )
        st.markdown(
            "A finished audit takes no more answers, and nothing is hidden from you any longer. To give it "
            "up, finish it as it is."
        )
        if st.button("Finish the audit", type="primary", icon=":material/flag:", key=key):
            with guarded():
                finish_audit(study, coder)
                st.rerun()


# --- the result -----------------------------------------------------------------------------------


def _result(study: Path, done: list[dict[str, Any]]) -> None:
    named = {a["audit"]: f"{a['finished_at'][:16].replace('T', ' ')} (UTC), {a['coder']}" for a in done}
    chosen = st.selectbox(
        "Result of the audit", list(named), format_func=named.__getitem__, key="audit_shown"
    )
    with guarded():
        found = audit_result(study, chosen)
        st.caption(
            f"{counted(found['n_answered'], 'passage')} judged, "
            f"{found['n_skipped']:,} skipped, {found['n_unread']:,} not read; "
            f"drawn from {found['n_population']:,} with seed {found['seed']}. In brackets: limits of 95 %."
        )
        book = codebook_of(study)
        names = {c.short_id or book.path(c): c.name for c in book.codes}
        frame = pd.DataFrame([_cells(row, names) for row in found["rows"]])
        st.dataframe(
            frame, hide_index=True, width="stretch", key="audit_table", column_config=_COLUMNS, row_height=40
        )
        for told in _reasons(found["rows"], names):
            st.caption(told)
        st.caption(
            "Report **corrected** beside **machine finds it in**: the first is an estimate of how common the "
            "code is, with the machine's mistakes taken off; the second is what counting its finds would "
            "say. Wide limits mean that too few passages were judged."
        )
        for told in found["notes"]:
            st.caption(told)


_COLUMNS: dict[str, Any] = {
    "Code": st.column_config.TextColumn(width=142),
    "Judged": st.column_config.NumberColumn(width=58, help="Passages with an answer for this code."),
    "Yes": st.column_config.NumberColumn(width=42, help="Passages the person said yes to."),
    "Sensitivity": st.column_config.TextColumn(
        width=135, help="Of the passages that have the code, the share the machine finds."
    ),
    "Specificity": st.column_config.TextColumn(
        width=140, help="Of the passages without the code, the share the machine leaves alone."
    ),
    "Machine finds it in": st.column_config.TextColumn(
        width=118, help="Share of all passages of the study, as the machine has it: not corrected."
    ),
    "Corrected": st.column_config.TextColumn(
        width=135, help="That share with the machine's mistakes taken off (Rogan and Gladen)."
    ),
    "Sample alone": st.column_config.TextColumn(
        width=142, help="Share of all passages by the person's answers alone, without the machine."
    ),
}


def _reasons(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[str]:
    """Why figures are undefined, each reason once, with the codes it holds for."""
    codes_of: dict[str, list[str]] = {}
    for row in rows:
        for what in ("sensitivity", "specificity", "corrected"):
            if row[what].get("reason"):
                told = f"{what.capitalize()} is undefined where {row[what]['reason']}"
                codes_of.setdefault(told, []).append(plain(names.get(row["code"], row["code"])))
    return [f"{told}: {', '.join(codes)}." for told, codes in codes_of.items()]


def _cells(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "Code": names.get(row["code"], row["code"]),
        "Judged": row["n_read"],
        "Yes": row["n_yes"],
        "Sensitivity": _share(row["sensitivity"]),
        "Specificity": _share(row["specificity"]),
        "Machine finds it in": f"{100 * row['apparent']['estimate']:.1f} %",
        "Corrected": _share(row["corrected"]),
        "Sample alone": _share(row["judged"]),
    }


def _share(one: Mapping[str, Any]) -> str:
    if one["estimate"] is None:
        return "undefined"
    return f"{100 * one['estimate']:.1f} % ({100 * one['low']:.1f} to {100 * one['high']:.1f})"
