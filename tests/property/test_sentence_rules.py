"""No generated sentence says what its strand cannot carry, and no number of one stands bare."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualtool.statistics import Design
from qualtool.triangulate import finding_sentences, read_propositions, theme_contrast
from qualtool.triangulate.claims import claim_problems
from qualtool.triangulate.external_strand import EffectType, ExternalFinding, external_result
from qualtool.triangulate.findings import Finding
from qualtool.triangulate.indicator_strand import IndicatorEvidence, indicator_result
from qualtool.triangulate.propositions import Proposition
from qualtool.triangulate.respondent_strand import RespondentEvidence, respondent_result
from qualtool.triangulate.strand_result import FRAMES, StrandResult
from qualtool.triangulate.strand_sentences import negative_sentence, strand_sentences
from qualtool.triangulate.text_strand import TextEvidence, text_result

DIRECTIONS = ("+", "-", "trend+", "trend-", "none", "level")
CONTRASTS = ("q4_v_rest", "quartiles", "continuous", "theme_pair", "ordering", "level")
UNITS = re.compile(r"\b(?:schools?|people|respondents?|pupils|participants?)\b")
DRAWN = ("drawn by chance", "chose to answer", "chosen on purpose", "all that published", *FRAMES.values())
WHOSE = re.compile(r"denominator|\bof (?:those|all)\b|that published|counted|asked|base not printed|in all")
NO_POPULATION = re.compile(
    r"\d+%\s+of\s+(?:all\s+|the\s+)?(?:schools|heads|teachers|parents|families|pupils)\b"
)
CAUSE = re.compile(
    r"\b(?:because|leads? to|results? in|due to|effect of|impact of|drives?|increase[sd]?)\b", re.I
)
CHANCE = re.compile(r"\btimes (?:as|more) likely\b|\blikelihood\b|\bmore likely\b", re.I)
DISCLAIMER = "this is no 'times as likely'"

people = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["yes", "no", "unclear", "unknown"]),
        st.booleans(),
    ),
    max_size=30,
)


def stated(kind: str, direction: str, contrast: str, unit: str, denominator: str) -> Proposition:
    theme = "AA and not BB" if contrast == "ordering" else "AA and BB"
    bound = ", bound: '< 0.5'" if contrast == "level" else ""
    strand = f"{{kind: {kind}, indicator: x, contrast: {contrast}, denominator: {denominator}{bound}}}"
    text = (
        f"propositions:\n  - {{id: P1, statement: s, direction: '{direction}', theme: {theme}, unit: {unit},"
        f" strands: [{strand}]}}"
    )
    return read_propositions(text.encode()).propositions[0]


def told(result: StrandResult, wanted: Proposition) -> Iterator[str]:
    yield from strand_sentences(result, wanted)
    yield from filter(None, [negative_sentence(result)])


def hold(result: StrandResult, wanted: Proposition) -> None:
    """The rules, one by one, over every sentence of a result."""
    sentences = list(told(result, wanted))
    assert sentences
    whole = " ".join(sentences)
    assert result.frame == "census" or not NO_POPULATION.search(whole)
    for sentence in sentences:
        assert not claim_problems(sentence, result), sentence
        assert not CAUSE.search(sentence), sentence
        assert not CHANCE.search(sentence.replace(DISCLAIMER, "")), sentence
        assert "None" not in sentence and "nan" not in sentence.lower().split(), sentence
        if re.search(r"\d", _plain(sentence)) and result.finding is not Finding.TOO_THIN:
            assert UNITS.search(sentence) or result.frame == "published", sentence
            assert any(words in sentence for words in DRAWN), sentence
            assert WHOSE.search(sentence) or sentence.startswith("The smallest p"), sentence
            assert "weight" in sentence or sentence.startswith("Against it"), sentence
    if result.finding is Finding.SILENT_STRUCTURAL:
        assert "not evidence" in whole
        assert not re.search(r"\d", _plain(whole))
    if result.frame in ("purposive", "self_selected") and result.groups and not result.finding.is_silent:
        assert "do not estimate a population" in whole or result.finding is Finding.TOO_THIN
    if result.p is not None:
        assert "smallest p" in whole
    if result.frame == "self_selected":
        assert result.p is None
        assert "; p is" not in whole
    if result.finding is Finding.UNCLEAR and result.estimate is not None and not result.bound:
        assert "not a finding of no difference" in whole


def _plain(sentence: str) -> str:
    """Without what is no number of the strand: labels of quarters, the bound, the 95 of an interval."""
    return re.sub(r"Q[1-4]|95%|Fewer than 30 respondents.*?indicative\.|< 0\.5", "", sentence)


@settings(max_examples=300)
@given(
    people,
    st.sampled_from(DIRECTIONS),
    st.sampled_from(CONTRASTS),
    st.sampled_from(["school", "participant"]),
    st.sampled_from(["asked", "all"]),
    st.booleans(),
)
def test_interviews(
    rows: list[tuple[int, bool, bool, str, bool]],
    direction: str,
    contrast: str,
    unit: str,
    denominator: str,
    has_groups: bool,
) -> None:
    """Whatever people of ten schools said, nothing is claimed of a population, a cause, or an absence."""
    wanted = stated("interview", direction, contrast, unit, denominator)
    table = pd.DataFrame(
        [
            (f"p{i}", f"90000{school}" if school < 9 else "", "teacher", said, other, asked, denied)
            for i, (school, said, other, asked, denied) in enumerate(rows)
        ],
        columns=["participant", "urn", "role", "voiced", "second", "asked", "denied"],
    ).astype({"voiced": bool, "second": bool, "denied": bool})
    values = {f"90000{i}": i % 4 + 1 for i in range(9)}
    held = TextEvidence(people=table, groups=values if has_groups else None, key="k", phases={})
    hold(text_result(wanted, wanted.strands[0], held), wanted)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.sampled_from([True, False, None]), st.booleans(), st.integers(1, 4)), max_size=60),
    st.sampled_from(DIRECTIONS),
    st.sampled_from(CONTRASTS),
    st.sampled_from(["probability", "self_selected"]),
    st.booleans(),
)
def test_surveys(
    rows: list[tuple[bool | None, bool, int]],
    direction: str,
    contrast: str,
    frame: str,
    is_weighted: bool,
) -> None:
    """Whatever respondents answered, a share says how they came in, and a p only where chance drew them."""
    wanted = stated("survey_closed", direction, contrast, "participant", "asked")
    n = len(rows)
    weights = [1.0 + i % 3 for i in range(n)] if is_weighted and frame == "probability" else None
    held = RespondentEvidence(
        yes=[said for said, _, _ in rows],
        second=[None if said is None else other for said, other, _ in rows],
        groups={str(i): float(group) for i, (_, _, group) in enumerate(rows)},
        design=Design(n=n, weights=weights),
        frame="probability" if frame == "probability" else "self_selected",
        key="s",
        has_weights=weights is not None,
    )
    hold(respondent_result(wanted, wanted.strands[0], held), wanted)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 40), st.integers(1, 4)), max_size=30),
    st.sampled_from(("+", "-", "none")),
    st.sampled_from(("q4_v_rest", "quartiles", "continuous")),
)
def test_school_figures(rows: list[tuple[float, int]], direction: str, contrast: str) -> None:
    """Figures of all schools are of schools, and never of pupils or of a sample."""
    wanted = stated("indicator", direction, contrast, "school", "all")
    values = {str(i): value for i, (value, _) in enumerate(rows)}
    groups = {str(i): float(group) for i, (_, group) in enumerate(rows)}
    held = IndicatorEvidence(values=values, groups=groups, key="i")
    result = indicator_result(wanted, wanted.strands[0], held)
    assert result.p is None
    hold(result, wanted)


@pytest.mark.parametrize("effect", list(EffectType))
@pytest.mark.parametrize("has_interval", [True, False])
@pytest.mark.parametrize("n", [None, 1200])
def test_published(effect: EffectType, has_interval: bool, n: int | None) -> None:
    """A published number keeps its own word: odds stay odds, and its base is told or said to be missing."""
    wanted = stated("external_finding", "+", "level", "school", "all")
    estimate = 0.1 if effect in (EffectType.RD, EffectType.SHARE) else 1.8
    finding = ExternalFinding(
        study="A study (2023)",
        effect_type=effect,
        estimate=estimate,
        low=estimate * 0.8 if has_interval else None,
        high=estimate * 1.3 if has_interval else None,
        n=n,
        year="2023",
    )
    result = external_result(wanted, wanted.strands[0], finding)
    sentences = " ".join(told(result, wanted))
    assert not CHANCE.search(sentences.replace(DISCLAIMER, ""))
    assert ("base not printed" in sentences) is (n is None)
    assert "weights unknown" in sentences


@settings(max_examples=80)
@given(people, st.sampled_from(["q4_v_rest", "quartiles", "continuous"]))
def test_a_theme_beside_an_indicator(rows: list[tuple[int, bool, bool, str, bool]], contrast: str) -> None:
    """The sentences of the page Triangulate say of whom, over how many, and that nothing is estimated."""
    table = pd.DataFrame(
        [(f"p{i}", f"90000{s % 9}", "t", said, asked) for i, (s, said, _, asked, _) in enumerate(rows)],
        columns=["participant", "urn", "role", "voiced", "asked"],
    ).astype({"voiced": bool})
    values: dict[str, str | float | bool | None] = {f"90000{i}": i % 4 + 1 for i in range(9)}
    found = theme_contrast(table, values, contrast, rng=np.random.default_rng(0))
    sentences = finding_sentences(found, theme="AA")
    whole = " ".join(sentences)
    assert not NO_POPULATION.search(whole)
    assert not CAUSE.search(whole)
    assert "do not estimate a population" in whole
    for sentence in sentences:
        if "interval" in sentence:
            assert "chosen on purpose" in sentence
            assert re.search(r"over \d+ schools", sentence)
