"""Small numbers in released tables."""

from typing import Any

import pytest

from qualtool.disclosure import Line, Table, audit, hide_complements, suppress_frequencies, threshold_for
from qualtool.errors import DisclosureError


def row(code: str, group: str, count: int, base: int, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "code_path": f"Heading > {code}",
        "group": group,
        "n_codings": 2 * count,
        "n_segments": 2 * count,
        "n_participants": count,
        "n_cases": min(count, 4),
        "n_words": 30 * count,
        "denominator_participants": base,
        "denominator_cases": 4,
        "suppressed": False,
        **more,
    }


def hidden_groups(table: Any) -> list[str]:
    return [r["group"] for r in table.rows if r["suppressed"]]


@pytest.mark.parametrize(
    ("licences", "threshold"),
    [
        ([], 5),
        (["OGL3"], 5),
        (["OGL3", "school_supplied"], 5),
        (["OGL3", "NPD_SRS"], 10),
        (["unknown"], 10),
        (["Crown"], 10),
    ],
)
def test_the_threshold_follows_the_strictest_input(licences: list[str], threshold: int) -> None:
    """10 if any input is NPD-derived or of unknown licence, else 5."""
    assert threshold_for(licences) == threshold


def test_interviews_are_judged_by_their_base() -> None:
    """1 of 12 teachers stays, 2 of 4 heads goes, 0 of 5 assistants stays."""
    table = suppress_frequencies([row("A", "teacher", 1, 12), row("A", "head", 2, 4), row("A", "TA", 0, 5)])
    assert hidden_groups(table) == ["head"]
    assert table.rows[0]["n_participants"] == 1
    head = table.rows[1]
    assert {k: v for k, v in head.items() if v is None}.keys() == {
        "n_codings",
        "n_segments",
        "n_participants",
        "n_cases",
        "n_words",
        "denominator_participants",
    }
    assert head["denominator_cases"] == 4
    assert (table.threshold, table.n_suppressed) == (5, 6)


def test_counts_of_schools_are_shown_beside_large_bases() -> None:
    """Two schools of four are no secret where the base of people is large enough."""
    assert suppress_frequencies([row("A", "teacher", 2, 12)]).rows[0]["n_cases"] == 2


def test_a_licence_raises_the_threshold() -> None:
    """A base of 8 stands under open licences and falls under NPD."""
    rows = [row("A", "teacher", 4, 8)]
    assert hidden_groups(suppress_frequencies(rows, licences=["OGL3"])) == []
    assert hidden_groups(suppress_frequencies(rows, licences=["NPD_SRS"])) == ["teacher"]


def test_a_total_does_not_give_the_hidden_row_back() -> None:
    """With a total beside the groups a second row is hidden, the one of the smallest base."""
    rows = [
        row("A", "head", 2, 4),
        row("A", "teacher", 6, 12),
        row("A", "TA", 3, 9),
        row("A", "all", 11, 25),
    ]
    assert hidden_groups(suppress_frequencies(rows)) == ["head", "TA"]


def test_a_code_nobody_voiced_hides_its_total() -> None:
    """Every count of a total of 0 is known to be 0, so it is the total that goes."""
    rows = [
        row("A", "head", 0, 4),
        row("A", "teacher", 0, 12),
        row("A", "TA", 0, 9),
        row("A", "all", 0, 25),
    ]
    table = suppress_frequencies(rows)
    assert hidden_groups(table) == ["head", "all"]


def test_rows_that_do_not_add_up_are_no_line() -> None:
    """People in two groups break the sum, and subtraction gives nobody's count."""
    rows = [row("A", "head", 2, 4), row("A", "teacher", 6, 12), row("A", "all", 7, 15)]
    assert hidden_groups(suppress_frequencies(rows)) == ["head"]


def test_surveys_hide_small_counts_and_small_complements() -> None:
    """3 of 40 and 37 of 40 say as much about three people; 0 and 20 of 40 do not."""
    rows = [row("A", g, n, 40) for g, n in (("a", 3), ("b", 37), ("c", 20), ("d", 0))]
    assert hidden_groups(suppress_frequencies(rows, kind="survey")) == ["a", "b"]


def test_a_single_choice_question_is_audited_both_ways() -> None:
    """Options add up to the base and groups to the total: no hidden cell can be worked out."""
    counts = {"yes": (2, 20), "no": (18, 30), "unsure": (10, 15)}
    rows = []
    for code, (first, second) in counts.items():
        rows += [row(code, "base", first, 30), row(code, "none", second, 65)]
        rows.append(row(code, "total", first + second, 95))
    table = suppress_frequencies(rows, kind="survey", codes_partition_base=True)
    hidden = {(r["code"], r["group"]) for r in table.rows if r["suppressed"]}
    assert ("yes", "base") in hidden
    for code in counts:
        assert sum(key[0] == code for key in hidden) != 1
    for group in ("base", "none", "total"):
        assert sum(key[1] == group for key in hidden) != 1


def test_restricted_codes_are_left_out_unless_named() -> None:
    """A restricted code stands in no released row, and the note counts it."""
    rows = [row("ADULT-CONDUCT", "all", 9, 30), row("A", "all", 9, 30)]
    table = suppress_frequencies(rows, restricted_codes=["ADULT-CONDUCT"])
    assert [r["code"] for r in table.rows] == ["A"]
    assert any(note.startswith("1 restricted") for note in table.notes)
    named = suppress_frequencies(rows, restricted_codes=["ADULT-CONDUCT"], named_codes=["ADULT-CONDUCT"])
    assert len(named.rows) == 2


def test_an_empty_table_is_released_empty() -> None:
    """No rows, no crash."""
    table = suppress_frequencies([])
    assert (table.rows, table.n_suppressed) == ((), 0)


def test_rows_that_cannot_be_judged_are_refused_all_at_once() -> None:
    """Missing counts, counts above their base and repeated cells are each named."""
    rows = [
        row("A", "x", 9, 3),
        {"code": "B", "group": "x", "n_participants": 2, "denominator_participants": None},
        row("C", "x", 1, 8),
        row("C", "x", 1, 8),
    ]
    with pytest.raises(DisclosureError) as caught:
        suppress_frequencies(rows)
    assert [p.where for p in caught.value.problems] == ["row 1", "row 2", "row 4"]


def test_the_audit_finds_a_cell_that_can_be_worked_out() -> None:
    """One hidden part of a visible total is exposed; two hidden parts are not."""
    cells = {"a": 2, "b": 7, "c": 9, "t": 18}
    table = Table(
        cells=cells, bases=dict.fromkeys(cells, 30), lines=(Line(parts=("a", "b", "c"), total="t"),)
    )
    assert audit(table, {"a"}) == {"a"}
    assert audit(table, {"a", "b"}) == set()
    assert audit(table, {"a", "t"}) == set()


def test_primary_hiding_alone_can_fail() -> None:
    """Hidden cells in every row and column may still be exact: all but one pair are at their limit."""
    cells = {"a": 1, "b": 1, "t": 2}
    table = Table(cells=cells, bases={"a": 1, "b": 1, "t": 9}, lines=(Line(parts=("a", "b"), total="t"),))
    assert audit(table, {"a", "b"}) == {"a", "b"}
    assert hide_complements(table, {"a", "b"}) == {"a", "b", "t"}


def test_a_fixed_total_that_gives_all_back_stops_the_release() -> None:
    """Where nothing is left to hide the table is refused."""
    table = Table(cells={"a": 1}, bases={"a": 30}, lines=(Line(parts=("a",), fixed_total=1),))
    with pytest.raises(DisclosureError, match="whatever is hidden"):
        hide_complements(table, {"a"})
