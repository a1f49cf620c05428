"""The data of the displays D2 to D6 on hand-made schools, counts worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from qualtool.triangulate.case_matrix import (
    TOP,
    CaseMatrix,
    State,
    band_of,
    case_matrix,
    rare_attributes,
    silent_schools,
    without_counts,
)
from qualtool.triangulate.contrast import theme_contrast
from qualtool.triangulate.contrast_result import ThemeContrast
from qualtool.triangulate.display_charts import (
    case_matrix_chart,
    group_share_chart,
    standing_chart,
    statistics_chart,
    statistics_tests_chart,
    thread_chart,
)
from qualtool.triangulate.grouping import Contrast
from qualtool.triangulate.joint_display import (
    PARAPHRASE_MARK,
    JointDisplay,
    choose_quotes,
    expected_groups,
)
from qualtool.triangulate.pillar import Pillar, PillarLine, PillarRow, masked_pillar, pillar
from qualtool.triangulate.text_table_chart import text_table_chart
from qualtool.triangulate.theme_cell import ThemeCell
from qualtool.triangulate.theme_statistics import counts_of, masked, theme_statistics
from qualtool.triangulate.thread import ThreadEntry, thread

GROUPS = {"1": "4", "2": "4", "3": "4", "4": "1", "5": "1", "6": "2"}
LABELS = {urn: f"School {urn}" for urn in GROUPS}


def contrast_of(voiced: dict[str, tuple[int, int]], kind: Contrast = "q4_v_rest", asked: str = "yes") -> Any:
    """A contrast of schools with (voiced, people) each."""
    rows = [
        {"participant": f"p{urn}{i}", "urn": urn, "role": "Head", "voiced": i < k, "asked": asked}
        for urn, (k, n) in voiced.items()
        for i in range(n)
    ]
    return theme_contrast(pd.DataFrame(rows), GROUPS, kind, rng=np.random.default_rng(0))


@pytest.fixture
def strong() -> ThemeContrast:
    """All of both people at each of three top schools, nobody of two at each of the other three."""
    return contrast_of({"1": (2, 2), "2": (2, 2), "3": (2, 2), "4": (0, 2), "5": (0, 2), "6": (0, 2)})


@pytest.fixture
def weak() -> ThemeContrast:
    """One of two at every school but the last, where both."""
    return contrast_of({"1": (1, 2), "2": (1, 2), "3": (1, 2), "4": (1, 2), "5": (1, 2), "6": (2, 2)})


# --- D3 -------------------------------------------------------------------------------------------


def test_a_row_holds_shares_counts_and_the_test(strong: ThemeContrast, weak: ThemeContrast) -> None:
    """6 of 6 people at 3 of 3 schools against 0 of 6: difference 1, p .1, the least possible of 3 and 3."""
    shown = theme_statistics([("W", "Weak", weak), ("S", "Strong", strong)])
    first, second = shown.rows
    assert (first.key, second.key) == ("S", "W")  # the larger effect first
    top, rest = first.cells
    assert (top.group, top.share, top.n_voiced, top.n_people) == ("Q4", 1.0, 6, 6)
    assert (top.n_cases_voiced, top.n_cases) == (3, 3)
    assert (rest.group, rest.share, rest.n_voiced, rest.n_people, rest.n_cases_voiced) == ("rest", 0, 0, 6, 0)
    assert first.estimate == 1.0
    assert first.p == pytest.approx(0.1)
    assert first.min_p == pytest.approx(0.1)
    assert second.estimate == pytest.approx(-1 / 6)


def test_q_is_over_the_themes_that_were_tested(strong: ThemeContrast, weak: ThemeContrast) -> None:
    """Of four themes one is too thin and one could give no p below 1: q of the smallest p is p times two."""
    thin = contrast_of({"1": (1, 1), "4": (0, 1)})
    other = contrast_of({"1": (2, 2), "2": (1, 2), "3": (2, 2), "4": (1, 2), "5": (1, 2), "6": (2, 2)})
    found = [("S", "Strong", strong), ("O", "Other", other), ("W", "Weak", weak), ("T", "Thin", thin)]
    shown = theme_statistics(found)
    rows = {row.key: row for row in shown.rows}
    assert shown.n_tested == 2
    assert (rows["W"].p, rows["W"].min_p, rows["W"].q) == (1.0, 1.0, None)
    assert rows["S"].q == pytest.approx(0.2)
    assert rows["T"].q is None
    assert rows["T"].p is None
    assert "too thin" in (rows["T"].reason or "")
    assert shown.rows[-1].key == "T"


def test_no_row_tells_of_segments(strong: ThemeContrast) -> None:
    """Nothing in the display counts codings: a test of segments cannot be read from it."""
    shown = theme_statistics([("S", "Strong", strong)])
    assert not any("coding" in name or "segment" in name for name in counts_of(shown)[0])


def test_a_hidden_cell_takes_the_difference_with_it(strong: ThemeContrast, weak: ThemeContrast) -> None:
    """Where a group is hidden, its share, the other's difference, p and q are gone; other rows stay."""
    shown = theme_statistics([("S", "Strong", strong), ("W", "Weak", weak)])
    made = masked(shown, frozenset({("S", "rest")}), n_suppressed=3)
    rows = {row.key: row for row in made.rows}
    hidden = rows["S"].cells[1]
    assert (hidden.share, hidden.n_voiced, hidden.n_people, hidden.n_cases_voiced) == (None,) * 4
    assert hidden.is_hidden
    assert rows["S"].cells[0].share == 1.0
    assert (rows["S"].estimate, rows["S"].p, rows["S"].min_p, rows["S"].q) == (None,) * 4
    assert rows["W"].estimate is not None
    assert made.n_suppressed == 3


# --- D5 -------------------------------------------------------------------------------------------


@pytest.fixture
def matrix(strong: ThemeContrast) -> CaseMatrix:
    """Two themes: one asked everywhere but at 6; one that nobody marked, with school 3 not read."""
    asked = contrast_of({"1": (1, 2), "2": (0, 2), "3": (2, 2), "4": (0, 1), "5": (1, 1)})
    never = contrast_of({"6": (0, 2)}, asked="no")
    both = ThemeContrast(
        contrast="q4_v_rest",
        groups=asked.groups,
        schools=(*asked.schools, *never.schools),
        denominator="asked",
    )
    unmarked = contrast_of({"1": (1, 2), "2": (0, 2)}, asked="unknown")
    return case_matrix(
        LABELS,
        {"A": ("Asked", both, {}), "U": ("Unmarked", unmarked, {"2": 1})},
        {"ehcp_quartile": ("EHC plans", GROUPS), "phase": ("phase", {"1": "primary"})},
        deviant={"2": ["asked and silent"]},
        order="ehcp_quartile",
    )


def test_each_state_of_silence_is_kept_apart(matrix: CaseMatrix) -> None:
    """Voiced, asked and silent, not voiced but unmarked, not asked, and not read are five states."""
    states = {row.urn: [cell.state for cell in row.cells] for row in matrix.rows}
    assert states["1"] == [State.VOICED, State.VOICED]
    assert states["2"] == [State.SILENT, State.NOT_VOICED]
    assert states["3"] == [State.VOICED, State.NOT_READ]
    assert states["6"] == [State.NOT_ASKED, State.NOT_READ]


def test_rows_are_in_order_of_the_band(matrix: CaseMatrix) -> None:
    """Top quarter first, then the second, then the bottom one; within a band by label."""
    assert [row.urn for row in matrix.rows] == ["1", "2", "3", "6", "4", "5"]
    assert matrix.rows[0].bands == {"ehcp_quartile": TOP, "phase": "primary"}
    assert matrix.rows[1].bands["phase"] == "unknown"
    assert matrix.rows[1].deviant == ("asked and silent",)
    assert matrix.rows[1].cells[1].shown == "(○) 0 of 2 +?"


def test_only_asked_silence_is_a_negative_case(matrix: CaseMatrix) -> None:
    """Of the three top schools one is asked and silent; in the unmarked theme none is evidence."""
    found = silent_schools(matrix, "A", "ehcp_quartile")
    assert (found.silent, found.voiced, found.not_evidence) == (("School 2",), ("School 1", "School 3"), ())
    assert found.sentence.startswith("1 of 3 schools asked in the top quarter")
    weak = silent_schools(matrix, "U", "ehcp_quartile")
    assert (weak.silent, weak.not_evidence) == ((), ("School 2", "School 3"))


def test_a_release_has_states_and_no_counts(matrix: CaseMatrix) -> None:
    """URNs and numbers of people go; a band goes where fewer than two schools of the frame share it."""
    made = without_counts(matrix)
    assert {row.urn for row in made.rows} == {""}
    assert {cell.n_voiced for row in made.rows for cell in row.cells} == {None}
    assert made.rows[0].cells[0].shown == "●"
    frame = [{"ehcp_quartile": TOP, "phase": "secondary"}] * 2
    narrow = rare_attributes(made, frame, least=2)
    assert narrow.rows[0].bands == {"ehcp_quartile": TOP, "phase": "suppressed"}
    assert narrow.rows[3].bands["ehcp_quartile"] == "suppressed"  # nobody else in the second quarter
    assert narrow.n_suppressed == 4


@pytest.mark.parametrize(
    ("value", "words"),
    [("4", TOP), ("1.0", "bottom quarter"), ("Q2", "second quarter"), ("yes", "yes"), (None, "unknown")],
)
def test_a_band_is_words(value: str | None, words: str) -> None:
    """A quartile becomes its words; other words stay."""
    assert band_of(value) == words


# --- D2 -------------------------------------------------------------------------------------------


def quote(who: str, urn: str, consent: str | None, said: str, stance: str | None = None) -> dict[str, Any]:
    return {
        "participant": who,
        "urn": urn,
        "consent": consent,
        "quote": said,
        "stance": stance,
        "role": "Head",
        "case": f"School {urn}",
        "source_guid": who,
        "start_char": len(said),
    }


def test_only_yes_is_shown_word_for_word() -> None:
    """Yes is quoted, paraphrase marked without words, and no, withdrawn, unknown and blank never shown."""
    rows = [
        quote("a", "1", "yes", "may be said"),
        quote("b", "1", "paraphrase", "not in these words"),
        quote("c", "1", "no", "never"),
        quote("d", "1", "withdrawn", "never"),
        quote("e", "1", "unknown", "never"),
        quote("f", "1", None, "never"),
        quote("g", "9", "yes", "of no group"),
    ]
    chosen, withheld = choose_quotes(rows, {"1": "Q4"}, ())
    assert [q.shown for q in chosen] == ["may be said", PARAPHRASE_MARK]
    assert chosen[1].words == ""
    assert withheld == {"no": 1, "withdrawn": 1, "unknown": 2}


def test_one_quote_of_a_group_stands_against() -> None:
    """Where more is expected a denial is the negative case; in the other group a voice is."""
    rows = [quote(who, "1", "yes", f"voiced by {who}") for who in "abcd"]
    rows += [quote("e", "1", "yes", "not here", "denies"), quote("f", "4", "yes", "here too")]
    rows += [quote("g", "4", "yes", "not here either", "denies")]
    chosen, _ = choose_quotes(rows, {"1": "Q4", "4": "rest"}, ("Q4",))
    top = [q for q in chosen if q.group == "Q4"]
    assert [q.negative for q in top] == ["", "", "denies"]
    rest = [q for q in chosen if q.group == "rest"]
    assert [(q.words, q.negative) for q in rest] == [
        ("not here either", ""),
        ("here too", "voiced in the other group"),
    ]
    assert rest[0].who == "Head (denies it)"


def test_other_people_come_before_a_second_quote_of_one() -> None:
    """Three people are quoted once each though one of them said four things; a passage stands once."""
    rows = [quote("a", "1", "yes", "x" * n) for n in (170, 171, 172, 173)]
    rows += [quote("b", "1", "yes", "short"), quote("c", "1", "yes", "shorter"), rows[0]]
    chosen, _ = choose_quotes(rows, {"1": "Q4"}, ())
    assert sorted(q.source_guid for q in chosen) == ["a", "b", "c"]
    few, _ = choose_quotes(rows[:1] * 3, {"1": "Q4"}, ())
    assert len(few) == 1


def test_where_more_is_expected() -> None:
    """The first of two groups or the upper half of an order; the other side where less is predicted."""
    assert expected_groups(("Q4", "rest"), 1) == ("Q4",)
    assert expected_groups(("Q4", "rest"), -1) == ("rest",)
    assert expected_groups(("Q1", "Q2", "Q3", "Q4"), 1) == ("Q3", "Q4")
    assert expected_groups(("Q4", "rest"), 0) == ()


# --- D4, D6 ---------------------------------------------------------------------------------------


def pillar_row(key: str, *data: PillarLine) -> PillarRow:
    return PillarRow(
        id=key, data=data, category=(), pillar=f"{key} told", is_written=False, theme=(), quotes=()
    )


def test_few_people_lose_their_numbers_in_a_pillar() -> None:
    """A line on 4 people is hidden at a threshold of 5, one on 5 people or on schools is not."""
    lines = [PillarLine(text=f"n={n}", hidden="hidden", smallest=n) for n in (4, 5, None)]
    shown = pillar("Why?", [pillar_row("P1"), pillar_row("P2", *lines)])
    assert [row.id for row in shown.rows] == ["P2", "P1"]  # without numbers comes last
    made = masked_pillar(shown, 5)
    assert [line.text for line in made.rows[0].data] == ["hidden", "n=5", "n=None"]
    assert made.n_suppressed == 1


def coded(at: str, strand: str, source: str, who: str) -> dict[str, Any]:
    return {"made_at": at, "strand": strand, "source": source, "participant": who, "coder": "Ada"}


def test_a_thread_counts_by_month_and_strand_in_order() -> None:
    """Two codings of one person in May, one in June, and a memo between stand in order of time."""
    rows = [
        coded("2026-06-02T10:00", "interviews", "b.txt", "Bo"),
        coded("2026-05-01T10:00", "interviews", "a.txt", "Al"),
        coded("2026-05-03T10:00", "interviews", "a.txt", "Al"),
        coded("2026-05-03T10:00", "written answers", "s#1", "Cy"),
    ]
    memo = ThreadEntry(at="2026-05-20T09:00", kind="memo", strand="", what="a thought", by="Ada")
    shown = thread("M", "Magnet", rows, [memo])
    assert shown.span == "month"
    assert [(c.when, c.strand, c.n_codings, c.n_people) for c in shown.counts] == [
        ("2026-05", "interviews", 2, 1),
        ("2026-05", "written answers", 1, 1),
        ("2026-06", "interviews", 1, 1),
    ]
    assert [(c.strand, c.n_codings, c.n_sources) for c in shown.strands] == [
        ("interviews", 3, 2),
        ("written answers", 1, 1),
    ]
    assert [e.kind for e in shown.entries] == ["coding", "coding", "memo", "coding"]
    assert thread("M", "Magnet", rows[1:], []).span == "day"


# --- charts ---------------------------------------------------------------------------------------


def test_every_display_is_drawn(strong: ThemeContrast, matrix: CaseMatrix) -> None:
    """Each chart holds what its data hold: squares, signs, dots, bars and words."""
    statistics = theme_statistics([("S", "Strong", strong)])
    assert "100% (6/6)" in statistics_chart(statistics).to_json()
    assert ".100 (.100)" in statistics_tests_chart(statistics).to_json()
    hidden = masked(statistics, frozenset({("S", "rest")}), n_suppressed=1)
    told = statistics_chart(hidden).to_json() + statistics_tests_chart(hidden).to_json()
    assert "suppressed" in told
    assert "0/6" not in told
    assert '"state": "asked, not voiced"' in case_matrix_chart(matrix).to_json()
    group = ThemeCell(
        group="Q4", share=0.5, low=0.2, high=0.8, n_voiced=2, n_people=4, n_cases_voiced=1, n_cases=2
    )
    joint = JointDisplay(
        title="t",
        theme="t",
        indicator="i",
        groups=("Q4",),
        expected_high=(),
        standings=(),
        themes=(group,),
        quotes=(),
        silent={},
        withheld={},
    )
    assert "2 of 4 people, 1 of 2 schools" in group_share_chart(joint).to_json()
    assert standing_chart(joint).to_json()
    drawn = thread("M", "Magnet", [coded("2026-06-02", "interviews", "b.txt", "Bo")], [])
    assert '"codings": 1' in thread_chart(drawn).to_json()
    assert "two words" in text_table_chart(("a",), [["two words"]], (80,)).to_json()
    assert isinstance(pillar("", []), Pillar)
