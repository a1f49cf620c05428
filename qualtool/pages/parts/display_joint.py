"""D2 and D4 on the screen: side by side, and the pillars of a question."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.pages.parts.display_choices import (
    is_coded,
    judged,
    origin_choice,
    pair_choice,
    theme_choice,
    themed,
)
from qualtool.pages.parts.display_files import show_foot
from qualtool.pages.parts.quote_cards import show_passages
from qualtool.pages.state import plain
from qualtool.triangulate.display_charts import group_share_chart, standing_chart
from qualtool.triangulate.joint_display import ChosenQuote, JointDisplay
from qualtool.workflows.displays.display_joint import (
    has_groups,
    joint_of_proposition,
    joint_of_theme,
    pillars_of,
)
from qualtool.workflows.displays.display_quotes import passages_of_cell
from qualtool.workflows.displays.display_tables import tables_of
from qualtool.workflows.displays.displays import Shown

_WIDTHS = {
    "group": st.column_config.TextColumn("group", width=44),
    "share [95%]": st.column_config.TextColumn("share [95%]", width=118),
    "people": st.column_config.TextColumn("people", width=56),
    "schools": st.column_config.TextColumn("schools", width=62),
}
_BY = ("A proposition", "A theme")


def show_joint(study: Path) -> None:
    """D2: indicator, theme and quotes beside each other, group by group."""
    stated = judged(study).rows
    rows = [row for row in stated if has_groups(row)]
    left_out = ", ".join(row.verdict.id for row in stated if not has_groups(row))
    left, middle, right = st.columns([5, 9, 6])
    by = left.segmented_control(
        "Of", _BY, default=_BY[0] if rows else _BY[1], required=True, key="joint_by", disabled=not rows
    )
    if by == _BY[0] and rows:
        statements = {r.verdict.id: " ".join(r.verdict.proposition.statement.split()) for r in rows}
        key = middle.selectbox(
            "Proposition",
            list(statements),
            format_func=lambda k: f"{k}: {statements[k]}",
            help=plain(f"Not listed, as they set no words beside groups of schools: {left_out}.")
            if left_out
            else None,
            key="joint_proposition",
        )
        with right:
            origin = origin_choice("joint")
        row = next(r for r in judged(study, origin).rows if r.verdict.id == key)
        shown = joint_of_proposition(study, row, origin=origin)
        theme = row.verdict.proposition.theme_text
    else:
        with middle:
            theme = theme_choice(study, key="joint_theme")
        with right:
            pair = pair_choice(study, key="joint_pair")
        if theme is None or pair is None or not is_coded(study):
            return
        origin = origin_choice("joint")
        shown = joint_of_theme(study, theme, pair.indicator, contrast=pair.contrast, origin=origin)
    _side_by_side(study, shown, theme, origin)


def _side_by_side(study: Path, shown: Shown[JointDisplay], theme: str, origin: str) -> None:
    content = shown.content
    st.header(plain(content.title), anchor=False)
    numbers, words = st.columns([8, 5], gap="medium")
    with numbers:
        _numbers(content)
        for sentence in content.sentences:
            st.markdown(plain(sentence))
        if content.foot:
            st.markdown(f"**Taken together.** {plain(content.foot)}")
    with words:
        st.markdown("**In their words**")
        for group in content.groups:
            st.markdown(f":gray[{plain(group)}]")
            _quotes_of(content, group)
    _all_quotes(study, content, theme, origin)
    show_foot(study, shown)


def _numbers(content: JointDisplay) -> None:
    tables = tables_of(content)
    height = 76 + 48 * len(content.groups)  # the axis with its title is in it
    left, right = st.columns([5, 6], gap="small")
    with left:
        st.markdown(f"**{plain(content.indicator[:1].upper() + content.indicator[1:])}**")
        chart = standing_chart(content).properties(height=height)
        st.altair_chart(themed(chart), width="stretch", key="joint_standing")
        st.caption(
            "Each line is a school, placed among all loaded schools of its phase; dashes are quarters."
        )
        st.dataframe(list(tables[0].rows), hide_index=True, width="stretch")
    with right:
        st.markdown(f"**{plain(content.theme)}**")
        chart = group_share_chart(content).properties(height=height)
        st.altair_chart(themed(chart), width="stretch", key="joint_shares")
        st.caption(
            "Dots: mean share of the schools of a group, with its 95% interval. There is none of one school,"
            " or where all schools are alike."
        )
        st.dataframe(list(tables[1].rows), hide_index=True, width="stretch", column_config=_WIDTHS)
    if content.reason:
        st.info(plain(f"{content.reason[0].upper()}{content.reason[1:]}."), icon=":material/info:")


def _quotes_of(content: JointDisplay, group: str) -> None:
    for number, quote in enumerate(q for q in content.quotes if q.group == group):
        _card(quote, key=f"joint_{group}_{number}")
    for school in content.silent.get(group, ()):
        st.markdown(f":orange-badge[asked and silent] {plain(school)}")
    if not any(q.group == group for q in content.quotes):
        st.caption("No quote that may be shown.")


def _card(quote: ChosenQuote, *, key: str) -> None:
    with st.container(border=True, gap="xsmall"):
        st.text(quote.shown)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(plain(" · ".join(part for part in (quote.who, quote.school) if part)))
            if quote.negative:
                st.badge("negative case", color="orange")
            if st.button("Open", key=f"{key}_open", icon=":material/edit_note:", type="tertiary"):
                st.session_state["source"] = quote.source_guid
                st.session_state["place"] = (quote.source_guid, quote.start_char)
                st.switch_page("code.py")


def _all_quotes(study: Path, content: JointDisplay, theme: str, origin: str) -> None:
    with st.expander("All quotes of a group", key="joint_all", on_change="rerun") as box:
        if not box.open:
            return
        group = st.segmented_control(
            "Group", content.groups, default=content.groups[0], required=True, key="joint_group"
        )
        urns = {s.urn for s in content.standings if s.group == group}
        show_passages(passages_of_cell(study, theme, urns, origin=origin), key=f"joint_all_{theme}_{group}")


# --- D4 -------------------------------------------------------------------------------------------


def show_pillars(study: Path) -> None:
    """D4: five columns, a row a proposition of the question."""
    if not judged(study).rows:
        st.info("No propositions yet: state one on the page Propositions.", icon=":material/rule:")
        st.page_link("propositions.py", label="Go to Propositions", icon=":material/rule:")
        return
    matrix = judged(study, origin_choice("pillar"))
    used = {row.verdict.proposition.question for row in matrix.rows}
    texts = {key: text for key, text in matrix.questions if key in used}
    question = st.selectbox(
        "Research question",
        [*texts, None],  # one question at first: all of them are a long page
        format_func=lambda k: f"{k}: {texts[k]}" if k else "All propositions",
        key="pillar_question",
    )
    shown = pillars_of(study, matrix, question)
    heads = ("Quantitative data", "Category", "Pillar", "Qualitative theme", "Quotes")
    widths = (4, 3, 4, 4, 5)
    with st.container(border=True):
        for column, head in zip(st.columns(widths, gap="medium"), heads, strict=True):
            column.markdown(f"**{head}**")
    for row in shown.content.rows:
        with st.container(border=True):
            data, category, middle, theme, words = st.columns(widths, gap="medium")
            data.markdown("  \n".join(plain(line.text) for line in row.data) or ":gray[none]")
            category.markdown("  \n".join(plain(text) for text in row.category) or ":gray[none]")
            middle.markdown(f"**{plain(row.pillar)}**")
            if not row.is_written:
                middle.caption("No meta-inference is written: this is the computed code.")
            theme.markdown("  \n".join(plain(line.text) for line in row.theme))
            with words:
                for quote in row.quotes:
                    st.text(quote.shown)
                    st.caption(plain(" · ".join(p for p in (quote.who, quote.school) if p)))
                if not row.quotes:
                    st.caption("No quote that may be shown.")
    show_foot(study, shown)
