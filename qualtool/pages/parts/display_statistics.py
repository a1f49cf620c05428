"""D3, D5 and D6 on the screen: themes by groups, schools by themes, one theme in time."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import streamlit as st

from qualtool.pages.parts.display_choices import (
    is_coded,
    judged,
    origin_choice,
    pair_choice,
    theme_choice,
    themed,
    themes_choice,
)
from qualtool.pages.parts.display_files import show_foot
from qualtool.pages.parts.on_paper import paper_table, screen_only
from qualtool.pages.parts.quote_cards import show_passages
from qualtool.pages.state import current_coder, guarded, plain
from qualtool.triangulate.case_matrix import BANDS, CaseMatrix, silent_schools
from qualtool.triangulate.display_charts import case_matrix_chart, thread_chart
from qualtool.triangulate.theme_statistics import ORDERS, Order, ThemeStatistics
from qualtool.workflows.displays.display_quotes import passages_of_cell, schools_in_group
from qualtool.workflows.displays.display_tables import case_rows, theme_rows, thread_counts, thread_rows
from qualtool.workflows.displays.displays import Shown, schools_by_themes, statistics_by_themes, thread_of
from qualtool.workflows.displays.draw_displays import draw
from qualtool.workflows.editing.memo_page import own_memo
from qualtool.workflows.editing.memos import write_memo
from qualtool.workflows.people.people import cases_of
from qualtool.workflows.propositions.contrast_page import Pair
from qualtool.workflows.roles import Role, may
from qualtool.workflows.study.studies import content_key

_CELL = "single-cell"


@st.cache_data(show_spinner="Counting all themes …", max_entries=8)
def _statistics(
    study: str, content: str, indicator: str, contrast: str, order: Order, origin: str
) -> Shown[ThemeStatistics]:
    return statistics_by_themes(Path(study), indicator, contrast=contrast, order=order, origin=origin)


def show_statistics(study: Path) -> None:
    """D3: the grid of shares with tests, the table below, and the quotes behind a row."""
    left, right = st.columns(2)
    with left:
        pair = pair_choice(study, key="statistics_pair", default="quartiles")
    chosen = right.selectbox("In order", list(ORDERS), format_func=ORDERS.__getitem__, key="statistics_order")
    if pair is None or not is_coded(study):
        return
    order = cast(Order, chosen)
    origin = origin_choice("statistics")
    shown = _statistics(str(study), content_key(study), pair.indicator, pair.contrast, order, origin)
    st.header(plain(shown.title), anchor=False)
    rows = theme_rows(shown.content)
    chart, table = st.tabs(["Grid", "Table"])
    with chart:
        st.altair_chart(themed(draw(shown.content)), width="content", key="statistics_chart")
    with table:
        with screen_only("statistics"):
            event = st.dataframe(
                rows,
                hide_index=True,
                width="stretch",
                height=430,
                on_select="rerun",
                selection_mode=_CELL,
                key="statistics_table",
                column_config={"theme": st.column_config.TextColumn("theme", pinned=True, width=190)},
            )
            st.caption("Press a cell to read the quotes behind it.")
        paper_table(rows, list(rows[0]) if rows else ())
        cells = event.get("selection", {}).get("cells", [])
        if cells and cells[0][0] < len(rows):
            _behind_statistics(study, shown.content, pair, cells[0], origin)
    show_foot(study, shown)


def _behind_statistics(
    study: Path, content: ThemeStatistics, pair: Pair, cell: tuple[int, str], origin: str
) -> None:
    row = content.rows[cell[0]]
    group = next((g for g in content.groups if str(cell[1]).startswith(f"{g} ")), None)
    urns = None
    if group is not None:
        urns = schools_in_group(study, row.key, pair.indicator, pair.contrast, group)
    st.markdown(f"**{plain(row.name)}**, {plain(group or 'all schools')}")
    show_passages(passages_of_cell(study, row.key, urns, origin=origin), key=f"d3_{row.key}_{group}")


# --- D5 -------------------------------------------------------------------------------------------


def show_cases(study: Path) -> None:
    """D5: a row a school; a cell pressed shows its quotes; and where nobody voices a theme."""
    left, middle, right = st.columns([5, 2, 3])
    with left:
        themes = themes_choice(study, key="cases_themes")
    if not themes:
        st.info("Choose at least one theme.", icon=":material/arrow_upward:")
        return
    if not is_coded(study):
        return
    order = middle.selectbox(
        "In order of",
        ["ehcp_quartile", "any_sen_quartile", "has_base", "phase"],
        format_func={
            "ehcp_quartile": "EHC plans",
            "any_sen_quartile": "any SEN",
            "has_base": "base",
            "phase": "phase",
        }.__getitem__,
        key="cases_order",
    )
    origin = origin_choice("cases")
    rows_by_id = {row.verdict.id: row for row in judged(study, origin).rows}
    key = right.selectbox(
        "Mark what contradicts",
        [None, *rows_by_id],
        format_func=lambda k: (
            f"{k}: {' '.join(rows_by_id[k].verdict.proposition.statement.split())}" if k else "nothing"
        ),
        key="cases_against",
    )
    shown = schools_by_themes(
        study,
        themes,
        order=order,
        against=rows_by_id[key] if key else None,
        origin=origin,
    )
    content = shown.content
    st.altair_chart(themed(case_matrix_chart(content)), width="content", key="cases_chart")
    _table_of_cases(study, content, origin)
    _negative_cases(content)
    show_foot(study, shown)


def _table_of_cases(study: Path, content: CaseMatrix, origin: str) -> None:
    rows = case_rows(content)
    with screen_only("cases"):
        event = st.dataframe(
            rows,
            hide_index=True,
            width="stretch",
            height=min(480, 37 + 35 * len(rows)),
            on_select="rerun",
            selection_mode=_CELL,
            key="cases_table",
            column_config={"school": st.column_config.TextColumn("school", pinned=True, width=100)},
        )
        st.caption("Press a cell to read its quotes.")
    paper_table(rows, list(dict.fromkeys(name for row in rows for name in row)))
    st.caption("'+?': some people of the school are not read to the end.")
    cells = event.get("selection", {}).get("cells", [])
    themes = {name: key for key, name in content.themes.items()}
    if cells and cells[0][0] < len(content.rows):
        row = content.rows[cells[0][0]]
        theme = themes.get(str(cells[0][1]))
        names = [theme] if theme is not None else list(content.themes)
        st.markdown(f"**{plain(row.label)}**, {plain(content.themes[theme] if theme else 'all themes')}")
        passages = tuple(p for name in names for p in passages_of_cell(study, name, {row.urn}, origin=origin))
        _summary(study, row.urn)
        show_passages(passages, key=f"d5_{row.urn}_{theme}", with_codes=theme is None)


def _summary(study: Path, urn: str) -> None:
    """The person's own summary of a school, which is their memo on it; everybody's stand in the table."""
    coder = current_coder()
    guid = next((str(case["guid"]) for case in cases_of(study) if case["urn"] == urn), None)
    if coder is None or guid is None or not may(Role.CODER):
        return
    was = own_memo(study, "case", guid, coder=coder)
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    text = left.text_area(
        "Your summary of this school",
        was,
        height=90,
        placeholder="What its people say, in a sentence or two. It is your memo on the school.",
        key=f"summary_{urn}_{coder}",
    )
    if right.button("Save", key=f"summary_save_{urn}") and (text or "").strip() != was:
        with guarded():
            write_memo(study, "case", guid, (text or "").strip(), coder=coder, seen=was)
            st.rerun()


def _negative_cases(content: CaseMatrix) -> None:
    banded = [name for name in content.indicators if any(r.bands.get(name) in BANDS for r in content.rows)]
    if not banded:
        return
    with st.expander("Where nobody voices it", icon=":material/search:", expanded=True):
        left, middle, right = st.columns([3, 2, 2])
        theme = left.selectbox(
            "Theme", list(content.themes), format_func=content.themes.__getitem__, key="silent_theme"
        )
        indicator = middle.selectbox(
            "Schools by", banded, format_func=content.indicators.__getitem__, key="silent_indicator"
        )
        band = right.selectbox("in the", BANDS, index=3, key="silent_band")
        found = silent_schools(content, theme, indicator, band=band)
        st.markdown(f"**{plain(found.sentence)}**")
        for label, names in (
            ("Asked, and nobody voices it", found.silent),
            ("Somebody voices it", found.voiced),
            ("Not asked, not marked, or not read: no evidence", found.not_evidence),
        ):
            st.markdown(f"{label}: {plain(', '.join(names)) or ':gray[none]'}")


# --- D6 -------------------------------------------------------------------------------------------


def show_thread(study: Path) -> None:
    """D6: codings by time and strand, and what happened in order."""
    theme = theme_choice(study, key="thread_theme")
    if theme is None:
        return
    origin = origin_choice("thread")
    shown = thread_of(study, theme, origin=origin)
    content = shown.content
    st.header(plain(shown.title), anchor=False)
    left, right = st.columns([5, 4], gap="large")
    with left:
        if content.counts:
            st.altair_chart(thread_chart(content).properties(height=290), width="stretch", key="thread_chart")
        else:
            st.info("Nobody has coded it yet.", icon=":material/info:")
    with right:
        if content.counts:
            st.dataframe(thread_counts(content), hide_index=True, width="stretch")
    st.markdown("**What happened, in order**")
    entries = thread_rows(content)
    if not entries:
        st.caption("Nothing yet: no coding, memo or proposition is about it.")
        show_foot(study, shown)
        return
    with screen_only("thread"):
        st.dataframe(
            entries,
            hide_index=True,
            width="stretch",
            height=min(420, 37 + 35 * max(1, len(entries))),
            column_config={"what": st.column_config.TextColumn("what", width=430)},
        )
    paper_table(entries, list(entries[0]) if entries else ())
    with st.expander("Its quotes", key="thread_quotes", on_change="rerun") as box:
        if box.open:
            show_passages(passages_of_cell(study, theme, origin=origin), key=f"d6_{theme}")
    show_foot(study, shown)
