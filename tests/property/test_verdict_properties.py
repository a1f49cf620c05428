"""What may change a finding, and what may not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualtool.triangulate import read_propositions
from qualtool.triangulate.propositions import Proposition
from qualtool.triangulate.strand_result import StrandResult
from qualtool.triangulate.text_strand import TextEvidence, text_result

COLUMNS = ["participant", "urn", "role", "voiced", "second", "asked", "denied"]


def proposition(contrast: str = "q4_v_rest", denominator: str = "asked", direction: str = "+") -> Proposition:
    strand = f"{{kind: interview, indicator: x, contrast: {contrast}, denominator: {denominator}}}"
    text = (
        f"propositions:\n  - {{id: P1, statement: s, direction: '{direction}', theme: A and B,"
        f" strands: [{strand}]}}"
    )
    return read_propositions(text.encode()).propositions[0]


person = st.tuples(st.integers(0, 7), st.booleans(), st.sampled_from(["yes", "no", "unclear"]))
studies = st.lists(person, min_size=1, max_size=40)


def table(people: list[tuple[int, bool, str]]) -> pd.DataFrame:
    rows = [
        (f"p{i}", f"90000{school}", "teacher", voiced, False, asked, False)
        for i, (school, voiced, asked) in enumerate(people)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def result(wanted: Proposition, people: pd.DataFrame, names: dict[str, str] | None = None) -> StrandResult:
    groups = {f"90000{i}": "Q4" if i < 4 else f"Q{i % 3 + 1}" for i in range(8)}
    if names is not None:
        people = people.assign(urn=people["urn"].map(names))
        groups = {names[urn]: value for urn, value in groups.items()}
    held = TextEvidence(people=people, groups=groups, key="k", phases={})
    return text_result(wanted, wanted.strands[0], held)


def numbers(found: StrandResult) -> tuple[object, ...]:
    numbers = (found.estimate, found.ci_low, found.ci_high, found.p, found.min_p)
    return (found.finding, *(None if x is None else round(x, 9) for x in numbers))


@settings(max_examples=40)
@given(studies)
def test_the_order_of_people_changes_nothing(people: list[tuple[int, bool, str]]) -> None:
    """Rows in another order give the same finding and numbers."""
    wanted, rows = proposition(), table(people)
    shuffled = rows.sample(frac=1, random_state=len(people)).reset_index(drop=True)
    assert numbers(result(wanted, rows)) == numbers(result(wanted, shuffled))


@settings(max_examples=40)
@given(studies)
def test_other_urns_change_nothing(people: list[tuple[int, bool, str]]) -> None:
    """Schools under other names, in another order, give the same finding and numbers."""
    wanted, rows = proposition(), table(people)
    names = {f"90000{i}": f"91000{7 - i}" for i in range(8)}
    assert numbers(result(wanted, rows)) == numbers(result(wanted, rows, names))


@settings(max_examples=40)
@given(studies)
def test_who_was_neither_asked_nor_voiced_counts_among_all_only(people: list[tuple[int, bool, str]]) -> None:
    """One more silent person who was not asked changes no share of those asked."""
    rows = table(people)
    more = pd.concat([rows, table([(0, False, "no")]).assign(participant="new")], ignore_index=True)
    asked = proposition()
    assert numbers(result(asked, rows)) == numbers(result(asked, more))


def test_among_all_the_silent_person_counts() -> None:
    """With the denominator of all people the same person lowers the school's share."""
    people = [(i, i < 4, "yes") for i in range(8)]
    rows, wanted = table(people), proposition(denominator="all")
    more = pd.concat([rows, table([(0, False, "no")]).assign(participant="new")], ignore_index=True)
    before, after = result(wanted, rows).estimate, result(wanted, more).estimate
    assert before == pytest.approx(1.0)
    assert after == pytest.approx(1.0 - 0.5 / 4)


@settings(max_examples=40)
@given(studies)
def test_the_other_direction_turns_the_sign(people: list[tuple[int, bool, str]]) -> None:
    """A proposition of less has the estimate and limits of one of more, with the sign turned."""
    more, less = (result(proposition(direction=d), table(people)) for d in ("+", "-"))
    assert more.p == less.p
    if more.estimate is None:
        assert less.estimate is None
        return
    assert less.estimate == pytest.approx(-more.estimate)
    assert more.finding.sign == -less.finding.sign
    if more.ci_low is not None:
        assert less.ci_high == pytest.approx(-more.ci_low)


@settings(max_examples=40)
@given(studies, st.sampled_from(["q4_v_rest", "quartiles"]))
def test_no_number_is_without_its_reason(people: list[tuple[int, bool, str]], contrast: str) -> None:
    """Whatever the material, a missing estimate has a reason, and p is no smaller than the smallest."""
    found = result(proposition(contrast), table(people))
    if found.estimate is None:
        assert found.reason
    if found.p is not None and found.min_p is not None:
        assert found.min_p <= found.p + 1e-12
    for number in (found.estimate, found.ci_low, found.ci_high):
        assert number is None or np.isfinite(number)
