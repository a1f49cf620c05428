"""One proposition whole: words, chart, strands, quotes, what stands against it, and the researcher's word."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.pages.parts.display_choices import themed
from qualtool.pages.parts.on_paper import paper_table
from qualtool.pages.parts.proposition_word import show_against, show_word
from qualtool.pages.parts.quote_cards import show_passages
from qualtool.pages.state import guarded, plain
from qualtool.triangulate.forest_chart import ROW
from qualtool.triangulate.propositions import PropositionSet
from qualtool.triangulate.sentences import counted
from qualtool.triangulate.strand_sentences import material, negative_sentence
from qualtool.workflows.propositions.draw_propositions import draw_strands, strands_picture
from qualtool.workflows.propositions.judged import Judged
from qualtool.workflows.propositions.proposition_acts import (
    history_of,
)
from qualtool.workflows.propositions.proposition_page import (
    passages_behind,
    proposition_docx,
    strand_label,
    strand_rows,
)
from qualtool.workflows.propositions.proposition_words import (
    history_lines,
    sensitivity_rows,
    theme_words,
)
from qualtool.workflows.propositions.propositions import look_at_one
from qualtool.workflows.propositions.sensitivity import sensitivity
from qualtool.workflows.roles import Role, may, put_off
from qualtool.workflows.undoing.history import acts_told

# The label stands above in full; the room is for the numbers.
_NARROW = {
    "strand": st.column_config.TextColumn("strand", width=150),
    "what counts": st.column_config.TextColumn("what counts", width=100),
}


def show_proposition(study: Path, row: Judged, coder: str | None) -> None:
    """Everything about one proposition."""
    verdict = row.verdict
    statement = " ".join(verdict.proposition.statement.split())
    st.header(plain(f"{verdict.id}: {statement}"), anchor=False)
    with st.container(horizontal=True, gap="small"):
        st.badge(verdict.assessment.status.value, color="blue")
        st.badge(plain(verdict.code_words))
        if row.override:
            stale = ", stale" if row.override["stale"] else ""
            st.badge(f"researcher: {plain(row.override['code'])}{stale}", color="violet")
        if row.of_all is not None and row.differs_from_all:
            st.badge(f"with all codings: {row.of_all.assessment.status.value}", color="orange")
        if not verdict.is_confirmatory:
            st.badge("stated after looking", color="orange")
    st.caption(plain(theme_words(study, verdict.proposition)))
    _stale(study, row, coder)
    st.markdown(plain(verdict.sentences()[0]))
    chart = draw_strands(row).properties(height=ROW * len(verdict.strands) + 60)  # the axis is in it
    st.altair_chart(themed(chart), width="stretch", key=f"strands_{verdict.id}")
    st.caption(
        "Lines: 95% intervals. Grey band: smaller than the difference set as important. 0.20 is 20 points."
    )
    _in_words(row)
    strands = [{k: "" if v is None else v for k, v in line.items()} for line in strand_rows(row)]
    st.dataframe(strands, hide_index=True, width="stretch", column_config=_NARROW)
    paper_table(strands, list(strands[0]))
    if row.meta_inference:
        st.markdown(f"**Taken together.** {plain(row.meta_inference)}")
    _files(study, row)
    shown = {"Quotes": _quotes, "Against it": show_against, "Your word": show_word}
    shown |= {"Sensitivity": _sensitivity, "History": _history}
    if row.of_all is not None:  # what is written is written of all codings
        shown = {"Quotes": _quotes}
    tabs = st.tabs(list(shown), key="proposition_tabs", on_change="rerun")
    for tab, show in zip(tabs, shown.values(), strict=True):
        if tab.open:
            with tab, guarded():
                show(study, row, coder)


def _in_words(row: Judged) -> None:
    """What each strand says, side by side; then what else could explain it."""
    strands = row.verdict.strands
    beside = min(2, len(strands))
    for first in range(0, len(strands), 2):
        for column, strand in zip(st.columns(beside, gap="medium"), strands[first : first + 2], strict=False):
            with column.container(border=True, gap="small"):
                st.markdown(f"**{plain(strand_label(strand))}**")
                for sentence in (*strand.sentences, negative_sentence(strand)):
                    if sentence:
                        st.caption(plain(sentence))
    rival = row.verdict.proposition.rival_explanation.strip()
    st.markdown(
        f"**Rival explanation.** {plain(rival)}" if rival else ":gray[No rival explanation is stated.]"
    )


def _stale(study: Path, row: Judged, coder: str | None) -> None:
    if not row.is_stale or row.of_all is not None:
        return
    changed = ", ".join(row.stale_because)
    st.warning(f"Its evidence changed since the verdict was recorded: {changed}.", icon=":material/update:")
    if row.events:
        with st.expander(f"The acts that changed it ({len(row.events)})"):
            st.dataframe(acts_told(study, row.events), hide_index=True, width="stretch")
    if may(Role.CODER) and st.button(
        "I have looked at it",
        key=f"look_{row.verdict.id}",
        help="Records this verdict as it is now: it is stale no more. The one before stays in its history.",
    ):
        with guarded():
            look_at_one(study, row.verdict.id, by=coder)
            st.rerun()


def _files(study: Path, row: Judged) -> None:
    if not may(Role.CODER):
        return
    stem = row.verdict.id.lower()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Word document",
            data=put_off(lambda: proposition_docx(study, row, strands_picture(row))),
            file_name=f"{stem}.docx",
            icon=":material/download:",
            on_click="ignore",
            key=f"docx_{row.verdict.id}",
        )
        for format in ("png", "svg"):
            st.download_button(
                f"Chart {format.upper()}",
                data=lambda format=format: strands_picture(row, format),
                file_name=f"{stem}.{format}",
                icon=":material/download:",
                on_click="ignore",
                key=f"{format}_{row.verdict.id}",
            )
        st.caption("Confidential working copies, not suppressed.")


def _quotes(study: Path, row: Judged, coder: str | None) -> None:
    key = row.verdict.id
    labels = [strand_label(s) for s in row.verdict.strands]
    chosen = st.segmented_control(
        "The quotes behind",
        list(range(len(labels))),
        default=0,
        required=True,
        format_func=labels.__getitem__,
        key=f"behind_{key}",
    )
    strand = row.verdict.strands[chosen or 0]
    if not row.verdict.proposition.strands[chosen or 0].is_of_texts:
        st.caption(f"No words stand behind {material(strand.kind)}; these are what people said of the theme.")
    if strand.scope:
        st.caption(plain(f"What counts: {strand.scope}."))
    origin = "all" if row.of_all is None else "person"
    for found in passages_behind(study, row.verdict.proposition, chosen or 0, origin=origin):
        n = f"{counted(len(found.counted), 'passage')} of {counted(found.n_people, 'participant')}"
        st.markdown(f"**{plain(found.code)}** ({n})")
        show_passages(found.counted, key=f"behind_{key}_{chosen}_{found.code}", with_codes=False)
        if found.others:
            words = (
                f"Coded so, but not counted ({len(found.others)}): denials, another facet, or people whom"
                " the theme or the comparison leaves out"
            )
            with st.expander(words, key=f"uncounted_{key}_{chosen}_{found.code}", on_change="rerun") as box:
                if box.open:
                    show_passages(found.others, key=f"other_{key}_{chosen}_{found.code}", with_codes=False)


@st.fragment  # alone, so that its words of waiting are there at once
def _sensitivity(study: Path, row: Judged, coder: str | None) -> None:
    st.caption(
        "The verdict under one coder's codings, the union and the intersection, without suggestions that"
        " were accepted, without schools that have a base, and over all people or those asked."
    )
    if not st.button("Work it out", key=f"sens_{row.verdict.id}"):
        return
    with st.spinner("Judging again under each …"):
        alone = PropositionSet(title="", propositions=(row.verdict.proposition,))
        (found,) = sensitivity(study, alone)
    st.markdown(
        "The finding of every strand **holds** under all."
        if found["holds"]
        else "It is another under the rows marked with **differs**."
    )
    st.dataframe(sensitivity_rows(found, row), hide_index=True, width="stretch")


def _history(study: Path, row: Judged, coder: str | None) -> None:
    st.dataframe(history_lines(history_of(study, row.verdict.id)), hide_index=True, width="stretch")
