"""Displays as tables, for the screen beside a chart and for files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...exporting.display_docx import DisplayTable
from ...triangulate.case_matrix import CaseMatrix
from ...triangulate.joint_display import JointDisplay, Standing
from ...triangulate.pillar import COLUMNS as PILLAR_COLUMNS
from ...triangulate.pillar import Pillar
from ...triangulate.sentences import p_value, test_words
from ...triangulate.theme_cell import ThemeCell
from ...triangulate.theme_statistics import ThemeStatistics
from ...triangulate.thread import Thread
from .display_joint import bands_in
from .display_strands import Convergence

HIDDEN = "suppressed"


def tables_of(content: object) -> tuple[DisplayTable, ...]:
    """The tables of a display, the main one first."""
    match content:
        case Convergence():
            table = content.table()
            return (_table("Propositions", table.rows, table.columns),)
        case ThemeStatistics():
            return (_table("Themes by groups", theme_rows(content)),)
        case CaseMatrix():
            return (_table("Schools by themes", case_rows(content)),)
        case JointDisplay():
            return joint_tables(content)
        case Pillar():
            return (_table("Pillars", pillar_rows(content), PILLAR_COLUMNS),)
        case Thread():
            return (
                _table("Codings by time and strand", thread_counts(content)),
                _table("What happened, in order", thread_rows(content)),
            )
        case _:
            return ()


def _table(
    title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None
) -> DisplayTable:
    names = columns or tuple(dict.fromkeys(name for row in rows for name in row))
    return DisplayTable(title=title, columns=tuple(names), rows=tuple(rows))


def share_words(share: float | None, low: float | None, high: float | None) -> str:
    """'67% [22%, 96%]'; a dash where there is no share."""
    if share is None:
        return "–"
    limits = f" [{low:.0%}, {high:.0%}]" if low is not None and high is not None else ""
    return f"{share:.0%}{limits}"


# --- D2 -------------------------------------------------------------------------------------------


def joint_tables(shown: JointDisplay) -> tuple[DisplayTable, ...]:
    """Indicator by group, theme by group, quotes by group."""
    themes = [
        {
            "group": g.group,
            "share [95%]": HIDDEN if g.is_hidden else share_words(g.share, g.low, g.high),
            "people": HIDDEN if g.is_hidden else f"{g.n_voiced} of {g.n_people}",
            "schools": g.n_cases if g.n_cases_voiced is None else f"{g.n_cases_voiced} of {g.n_cases}",
        }
        for g in shown.themes
    ]
    quotes = [
        {"group": q.group, "quote": q.shown, "who": q.who, "school": q.school, "against": q.negative}
        for q in shown.quotes
    ]
    silent = [
        {
            "group": group,
            "quote": "(no words: asked, and nobody voiced it)",
            "who": "",
            "school": name,
            "against": "asked and silent",
        }
        for group, names in shown.silent.items()
        for name in names
    ]
    return (
        _table(f"{shown.indicator}, schools by group", standing_rows(shown)),
        _table(f"{shown.theme}, by group", themes),
        _table("Quotes by group", [*quotes, *silent], ("group", "quote", "who", "school", "against")),
    )


def standing_rows(shown: JointDisplay) -> list[dict[str, Any]]:
    """A row a group: how many schools, in which quarters of their phase."""
    counts = bands_in(shown.standings)
    by_group: dict[str, list[Standing]] = {}
    for standing in shown.standings:
        by_group.setdefault(standing.group, []).append(standing)
    return [
        {
            "group": group,
            "schools": len(by_group.get(group, ())),
            "quarter": ", ".join(
                f"{n} {band.replace(' quarter', '')}" for band, n in counts.get(group, {}).items()
            ),
        }
        for group in shown.groups
    ]


# --- D3 -------------------------------------------------------------------------------------------


def theme_rows(shown: ThemeStatistics) -> list[dict[str, Any]]:
    """A row a theme: for each group share with interval and counts; then the test."""
    rows = []
    for row in shown.rows:
        told: dict[str, Any] = {"theme": row.name}
        for cell in row.cells:
            told[f"{cell.group} share [95%]"] = (
                HIDDEN if cell.is_hidden else share_words(cell.share, cell.low, cell.high)
            )
            told[f"{cell.group} people"] = _of(cell, cell.n_voiced, cell.n_people)
            told[f"{cell.group} schools"] = _of(cell, cell.n_cases_voiced, cell.n_cases)
        told[shown.estimate_kind or "estimate"] = None if row.estimate is None else f"{row.estimate:+.2f}"
        has_limits = row.ci_low is not None and row.ci_high is not None
        told["95% interval"] = f"[{row.ci_low:+.2f}, {row.ci_high:+.2f}]" if has_limits else None
        told["p (least possible)"] = HIDDEN if row.is_hidden else test_words(row.p, row.min_p)
        told["q"] = None if row.q is None else p_value(row.q)
        told["denominator"] = row.denominator
        told["why not"] = row.reason or ""
        rows.append(told)
    return rows


def _of(cell: ThemeCell, part: int | None, whole: int | None) -> str:
    if cell.is_hidden:
        return HIDDEN
    return f"{part} of {whole}" if whole else "–"  # a spreadsheet takes 1/2 for a date


# --- D4, D5, D6 -----------------------------------------------------------------------------------


def pillar_rows(shown: Pillar) -> list[dict[str, Any]]:
    """A row a proposition with the five columns."""
    return [dict(zip(PILLAR_COLUMNS, row.texts(), strict=True)) for row in shown.rows]


def case_rows(shown: CaseMatrix) -> list[dict[str, Any]]:
    """A row a school: bands, then a sign with counts for each theme, then how it contradicts."""
    has_deviant = any(row.deviant for row in shown.rows)
    has_summary = any(row.summary for row in shown.rows)
    rows = []
    for row in shown.rows:
        told: dict[str, Any] = {"school": row.label}
        told |= {shown.indicators[name]: band for name, band in row.bands.items()}
        told |= {shown.themes[cell.theme]: cell.shown for cell in row.cells}
        if has_deviant:
            told["contradicts"] = f"◆ {'; '.join(row.deviant)}" if row.deviant else ""
        if has_summary:
            told["memos on the school"] = row.summary
        rows.append(told)
    return rows


def thread_counts(shown: Thread) -> list[dict[str, Any]]:
    """A row a span of time and strand, then one a strand."""
    rows = []
    for count in (*shown.counts, *shown.strands):
        row: dict[str, Any] = {"when": count.when, "strand": count.strand, "codings": count.n_codings}
        if count.n_people is not None:
            row["people"] = count.n_people
        rows.append(row | {"sources": count.n_sources})
    return rows


def thread_rows(shown: Thread) -> list[dict[str, Any]]:
    """What happened, oldest first."""
    return [
        {
            "when": e.at[:16].replace("T", " "),
            "kind": e.kind,
            "strand": e.strand,
            "what": e.what,
            "by": e.by,
        }
        for e in shown.entries
    ]
