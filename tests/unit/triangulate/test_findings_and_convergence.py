"""The rules from an estimate to a finding, and from findings to a verdict, as the tables have them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualtool.triangulate.convergence import (
    Convergence,
    Status,
    Voice,
    assess,
    one_step_down,
    pair_code,
)
from qualtool.triangulate.findings import Finding, finding_of
from qualtool.triangulate.propositions import Direction

F = Finding
SPEAKING = [f for f in Finding if not f.is_silent]


@pytest.mark.parametrize(
    ("d", "low", "high", "finding"),
    [
        (0.53, 0.21, 0.85, F.SUPPORTS),
        (0.20, 0.01, 0.39, F.SUPPORTS),
        (0.15, 0.05, 0.25, F.LEANS_FOR),
        (-0.3, -0.5, -0.1, F.OPPOSES),
        (-0.1, -0.15, -0.05, F.LEANS_AGAINST),
        (0.05, -0.1, 0.19, F.NO_MEANINGFUL_DIFFERENCE),
        (0.3, -0.1, 0.7, F.LEANS_FOR),
        (-0.3, -0.7, 0.1, F.LEANS_AGAINST),
        (0.1, -0.3, 0.5, F.UNCLEAR),
        (0.4, None, None, F.LEANS_FOR),
        (0.1, None, None, F.UNCLEAR),
    ],
)
def test_the_first_rule_that_fits_makes_the_finding(
    d: float, low: float | None, high: float | None, finding: Finding
) -> None:
    """Interval above 0, below 0, inside the band, else a lean by the estimate (.20 matters)."""
    assert finding_of(d, low, high, 0.20, Direction.MORE) is finding


@pytest.mark.parametrize(
    ("low", "high", "finding"),
    [
        (-0.1, 0.15, F.SUPPORTS),
        (0.02, 0.15, F.SUPPORTS),
        (0.25, 0.6, F.OPPOSES),
        (-0.6, -0.2, F.OPPOSES),
        (0.1, 0.3, F.UNCLEAR),
        (-0.5, 0.5, F.UNCLEAR),
        (None, None, F.UNCLEAR),
    ],
)
def test_no_difference_needs_equivalence(low: float | None, high: float | None, finding: Finding) -> None:
    """No difference is supported by an interval inside the band, and opposed by one outside it."""
    assert finding_of(0.1, low, high, 0.20, Direction.NO_DIFFERENCE) is finding


def test_a_level_is_decided_by_the_interval_alone() -> None:
    """However small the distance, an interval on the stated side supports; one over the bound does not."""
    assert finding_of(0.02, 0.01, 0.03, 0.10, Direction.LEVEL) is F.SUPPORTS
    assert finding_of(-0.02, -0.03, -0.01, 0.10, Direction.LEVEL) is F.OPPOSES
    assert finding_of(0.02, -0.03, 0.07, 0.10, Direction.LEVEL) is F.UNCLEAR
    assert finding_of(0.15, -0.03, 0.33, 0.10, Direction.LEVEL) is F.LEANS_FOR


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1), st.floats(0, 0.5))
def test_a_wider_difference_never_makes_a_new_clear_finding(
    d: float, below: float, above: float, mid: float, more: float
) -> None:
    """Raising the difference that matters never turns a finding into a support or an opposition."""
    narrow = finding_of(d, d - below, d + above, mid, Direction.MORE)
    wide = finding_of(d, d - below, d + above, mid + more, Direction.MORE)
    if wide in (F.SUPPORTS, F.OPPOSES):
        assert narrow is wide


PAIRS = [
    (F.SILENT_STRUCTURAL, F.SILENT_SUBSTANTIVE, "silence", "both"),
    (F.SILENT_SUBSTANTIVE, F.SUPPORTS, "silence", "a"),
    (F.UNCLEAR, F.SILENT_STRUCTURAL, "silence", "b"),
    (F.TOO_THIN, F.SUPPORTS, "inconclusive", None),
    (F.UNCLEAR, F.UNCLEAR, "inconclusive", None),
    (F.SUPPORTS, F.SUPPORTS, "agreement", "clear"),
    (F.OPPOSES, F.OPPOSES, "agreement", "clear"),
    (F.NO_MEANINGFUL_DIFFERENCE, F.NO_MEANINGFUL_DIFFERENCE, "agreement", "clear"),
    (F.SUPPORTS, F.LEANS_FOR, "partial agreement", "tentative"),
    (F.LEANS_AGAINST, F.LEANS_AGAINST, "partial agreement", "tentative"),
    (F.SUPPORTS, F.NO_MEANINGFUL_DIFFERENCE, "dissonance", "clear"),
    (F.OPPOSES, F.NO_MEANINGFUL_DIFFERENCE, "dissonance", "clear"),
    (F.LEANS_FOR, F.NO_MEANINGFUL_DIFFERENCE, "inconclusive", None),
    (F.SUPPORTS, F.OPPOSES, "dissonance", "clear"),
    (F.SUPPORTS, F.LEANS_AGAINST, "dissonance", "tentative"),
    (F.LEANS_FOR, F.LEANS_AGAINST, "dissonance", "tentative"),
]


@pytest.mark.parametrize(("a", "b", "code", "detail"), PAIRS)
def test_two_findings_have_one_code(a: Finding, b: Finding, code: str, detail: str | None) -> None:
    """Every rule for two strands, with its detail, in both orders."""
    found, turned = pair_code(a, b), pair_code(b, a)
    assert (found.convergence.value, found.detail) == (code, detail)
    assert turned.convergence is found.convergence
    assert turned.detail == {"a": "b", "b": "a"}.get(detail or "", detail)


def voices(*findings: Finding) -> list[Voice]:
    return [Voice(key=str(i), finding=f) for i, f in enumerate(findings)]


@pytest.mark.parametrize(
    ("findings", "code", "status"),
    [
        ((F.SUPPORTS, F.SUPPORTS), "agreement", "supported"),
        ((F.OPPOSES, F.OPPOSES), "agreement", "contradicted"),
        ((F.NO_MEANINGFUL_DIFFERENCE,) * 2, "agreement", "contradicted"),
        ((F.SUPPORTS, F.LEANS_FOR), "partial agreement", "tentatively supported"),
        ((F.LEANS_AGAINST, F.OPPOSES), "partial agreement", "tentatively contradicted"),
        ((F.SUPPORTS, F.OPPOSES), "dissonance", "contested"),
        ((F.SUPPORTS, F.SILENT_STRUCTURAL), "silence", "one strand only"),
        ((F.SILENT_SUBSTANTIVE, F.SILENT_STRUCTURAL), "silence", "no evidence"),
        ((F.SUPPORTS, F.UNCLEAR), "inconclusive", "not shown"),
        ((F.SUPPORTS,), "silence", "one strand only"),
        ((F.SUPPORTS, F.SUPPORTS, F.SUPPORTS), "agreement", "supported"),
        ((F.SUPPORTS, F.SUPPORTS, F.LEANS_FOR), "partial agreement", "tentatively supported"),
        ((F.SUPPORTS, F.SUPPORTS, F.UNCLEAR), "inconclusive", "not shown"),
        ((F.SUPPORTS, F.LEANS_FOR, F.OPPOSES), "dissonance", "contested"),
        ((F.SUPPORTS, F.SUPPORTS, F.SILENT_STRUCTURAL), "agreement", "supported"),
        ((F.SUPPORTS, F.SILENT_SUBSTANTIVE, F.SILENT_STRUCTURAL), "silence", "one strand only"),
    ],
)
def test_the_headline_and_status_of_several_strands(
    findings: tuple[Finding, ...], code: str, status: str
) -> None:
    """A clear dissonance leads; else silence where fewer than two speak; else the weakest agreement."""
    found = assess(voices(*findings))
    assert found.headline.convergence.value == code
    assert found.status.value == status
    assert len(found.pairs) == len(findings) * (len(findings) - 1) // 2


def test_accounts_of_one_study_count_once() -> None:
    """Four reports of one study are one voice: nothing is confirmed by them, and they cannot outvote."""
    four = [Voice(key="NFER", finding=F.SUPPORTS, is_account=i > 0) for i in range(4)]
    found = assess(four)
    assert found.n_voices == 1
    assert (found.headline.convergence, found.status) == (Convergence.SILENCE, Status.ONE_STRAND)
    assert all(pair.is_one_study for pair in found.pairs)
    with_own = assess([*four, Voice(key="interviews", finding=F.LEANS_FOR)])
    assert with_own.headline.convergence is Convergence.PARTIAL


def test_an_account_speaks_only_where_its_study_does_not() -> None:
    """The study's own result outranks what a newspaper makes of it."""
    told = [
        Voice(key="study", finding=F.SUPPORTS, is_account=True),
        Voice(key="study", finding=F.LEANS_FOR),
        Voice(key="own", finding=F.SUPPORTS),
    ]
    assert assess(told).headline.convergence is Convergence.PARTIAL


def test_opposite_results_of_one_study_are_unclear() -> None:
    """A study that says both is no voice for either side."""
    both = [Voice(key="x", finding=F.SUPPORTS), Voice(key="x", finding=F.OPPOSES)]
    found = assess([*both, Voice(key="y", finding=F.SUPPORTS)])
    assert found.headline.convergence is Convergence.INCONCLUSIVE


@given(st.lists(st.sampled_from(list(Finding)), min_size=1, max_size=5))
def test_the_order_of_strands_changes_no_verdict(findings: list[Finding]) -> None:
    """Headline code and status are the same whatever the order of the strands."""
    found = assess(voices(*findings))
    for order in itertools.islice(itertools.permutations(findings), 24):
        other = assess(voices(*order))
        assert other.headline.convergence is found.headline.convergence
        assert other.status is found.status


@given(st.sampled_from(SPEAKING), st.sampled_from(SPEAKING))
def test_a_status_has_its_sign(a: Finding, b: Finding) -> None:
    """What is supported has no finding against it, what is contradicted none for it."""
    status = assess(voices(a, b)).status
    if status in (Status.SUPPORTED, Status.TENTATIVELY_SUPPORTED):
        assert min(a.sign, b.sign) > 0
    if status in (Status.CONTRADICTED, Status.TENTATIVELY_CONTRADICTED):
        assert max(a.sign, b.sign) <= 0


def test_examples_that_disagree_take_one_step_down() -> None:
    """Agreement becomes partial, partial becomes dissonance; the rest stays."""
    assert one_step_down(Convergence.AGREEMENT) is Convergence.PARTIAL
    assert one_step_down(Convergence.PARTIAL) is Convergence.DISSONANCE
    assert one_step_down(Convergence.SILENCE) is Convergence.SILENCE


def test_fetters_suggestions_follow_the_code() -> None:
    """Agreement confirms, partial agreement and silence expand, dissonance is discordance."""
    assert assess(voices(F.SUPPORTS, F.SUPPORTS)).fetters == "confirmation"
    assert assess(voices(F.SUPPORTS, F.SILENT_STRUCTURAL)).fetters == "expansion"
    assert assess(voices(F.SUPPORTS, F.OPPOSES)).fetters == "discordance"
    assert assess(voices(F.SUPPORTS, F.UNCLEAR)).fetters is None
