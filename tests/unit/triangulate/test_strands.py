"""Strands of surveys, school figures and published findings, and the second look."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from qualtool.errors import UserInputError
from qualtool.statistics import Design
from qualtool.triangulate import read_propositions
from qualtool.triangulate.external_strand import EffectType, ExternalFinding, external_result
from qualtool.triangulate.findings import Finding
from qualtool.triangulate.indicator_strand import IndicatorEvidence, indicator_result
from qualtool.triangulate.propositions import Proposition
from qualtool.triangulate.respondent_strand import RespondentEvidence, respondent_result
from qualtool.triangulate.scope import scope_words
from qualtool.triangulate.secondary import secondary_rows
from qualtool.triangulate.strand_sentences import strand_sentences
from qualtool.triangulate.text_strand import TextEvidence, text_result


def proposition(strand: str, **changes: str) -> Proposition:
    lines = {"id": "P1", "statement": "s", "direction": "'+'", "mid": "0.2", "theme": "A and not B"} | changes
    text = ", ".join(f"{k}: {v}" for k, v in lines.items())
    return read_propositions(f"propositions: [{{{text}, strands: [{strand}]}}]".encode()).propositions[0]


def survey(n: int, k: dict[str, int], *, frame: Any = "probability", **more: Any) -> RespondentEvidence:
    """``n`` respondents a group; ``k`` of each say yes."""
    yes = [i < said for said in k.values() for i in range(n)]
    labels = [name for name in k for _ in range(n)]
    total = n * len(k)
    return RespondentEvidence(
        **{
            "yes": yes,
            "second": [False] * total,
            "groups": {str(i): label for i, label in enumerate(labels)},
            "design": Design(n=total),
            "frame": frame,
            "key": "survey",
            **more,
        }
    )


CLOSED = "{kind: survey_closed, indicator: x, contrast: q4_v_rest}"


def test_a_survey_drawn_by_chance_has_its_p_with_the_smallest() -> None:
    """80 against 40 of 100: difference .40, Rao-Scott p, and the smallest p of the margins."""
    wanted = proposition(CLOSED)
    found = respondent_result(wanted, wanted.strands[0], survey(100, {"Q4": 80, "rest": 40}))
    assert found.estimate == pytest.approx(0.4)
    assert found.finding is Finding.SUPPORTS
    assert found.p is not None
    assert found.min_p is not None
    assert found.min_p < found.p < 1e-6


def test_a_self_selected_survey_has_no_p_and_a_warning() -> None:
    """Who chose to answer was not sampled: Newcombe's interval, no p, and the sentence that says so."""
    wanted = proposition(CLOSED)
    found = respondent_result(
        wanted, wanted.strands[0], survey(100, {"Q4": 80, "rest": 40}, frame="self_selected")
    )
    assert (found.p, found.min_p) == (None, None)
    assert "no p is given" in (found.reason or "")
    assert "self_selected" in found.flags
    assert "do not estimate a population" in " ".join(strand_sentences(found, wanted))


def test_weights_move_the_share_and_are_told() -> None:
    """Doubling the weight of those who say yes in Q4 raises the difference; what it costs is told."""
    wanted = proposition(CLOSED)
    plain = survey(50, {"Q4": 20, "rest": 10})
    weights = [2.0 if said and i < 50 else 1.0 for i, said in enumerate(plain.yes)]
    held = survey(50, {"Q4": 20, "rest": 10}, design=Design(n=100, weights=weights), has_weights=True)
    found = respondent_result(wanted, wanted.strands[0], held)
    assert found.estimate == pytest.approx(40 / 70 - 0.2)
    groups, weighing, *_ = strand_sentences(found, wanted)
    assert "weights supplied" in groups
    assert found.groups[0].n_effective == pytest.approx(70**2 / (20 * 4 + 30))
    assert "Q4 50 respondents worth 45 of equal weight (design effect " in weighing
    without = strand_sentences(respondent_result(wanted, wanted.strands[0], plain), wanted)
    assert not any("equal weight" in sentence for sentence in without)


def test_nobody_says_yes_is_a_silence_with_its_limit() -> None:
    """A question put to 40 to which nobody says yes: 0 of 40, up to 9%."""
    wanted = proposition(CLOSED)
    found = respondent_result(wanted, wanted.strands[0], survey(20, {"Q4": 0, "rest": 0}))
    assert found.finding is Finding.SILENT_SUBSTANTIVE
    assert found.silent_high == pytest.approx(0.0876, abs=5e-4)


def test_an_open_question_that_did_not_ask_is_a_structural_silence() -> None:
    """Nobody wrote of it and no question raised it: nothing can be said."""
    wanted = proposition("{kind: free_text, indicator: x, contrast: q4_v_rest}")
    held = survey(20, {"Q4": 0, "rest": 0}, is_asked=False)
    found = respondent_result(wanted, wanted.strands[0], held)
    assert found.finding is Finding.SILENT_STRUCTURAL


@pytest.mark.parametrize(
    ("bound", "finding"),
    [("'> 0.5'", Finding.SUPPORTS), ("'< 0.5'", Finding.OPPOSES), ("'> 0.78'", Finding.UNCLEAR)],
)
def test_a_level_is_held_against_its_bound(bound: str, finding: Finding) -> None:
    """80 of 100 lie above one half for sure; beside a bound of .78 the side is not known."""
    wanted = proposition(f"{{kind: survey_closed, contrast: level, bound: {bound}}}", direction="level")
    found = respondent_result(wanted, wanted.strands[0], survey(100, {"all": 80}))
    assert found.finding is finding
    assert found.estimate == pytest.approx(0.8)


def test_four_quartiles_give_a_line() -> None:
    """10, 20, 30 and 40 of 100: 30 points from the first quartile to the fourth."""
    wanted = proposition(CLOSED.replace("q4_v_rest", "quartiles"), direction="'trend+'")
    held = survey(100, {"Q1": 10, "Q2": 20, "Q3": 30, "Q4": 40})
    found = respondent_result(wanted, wanted.strands[0], held)
    assert found.estimate == pytest.approx(0.3)
    assert found.finding is Finding.SUPPORTS


def test_a_pair_of_answers() -> None:
    """The second answer is commoner among those who give the first: 30 of 40 against 10 of 60."""
    wanted = proposition("{kind: survey_closed, contrast: theme_pair}", theme="A and B")
    yes = [i < 40 for i in range(100)]
    second = [i < 30 or 40 <= i < 50 for i in range(100)]
    held = survey(100, {"all": 40}, yes=yes, second=second)
    found = respondent_result(wanted, wanted.strands[0], held)
    assert found.estimate == pytest.approx(30 / 40 - 10 / 60)
    assert found.p is not None


def test_answers_that_fit_no_group_stop_one_strand_only() -> None:
    """Groups that are no quartiles make this strand unclear, with the reason, and no error."""
    wanted = proposition(CLOSED)
    found = respondent_result(wanted, wanted.strands[0], survey(10, {"north": 4, "south": 2}))
    assert found.finding is Finding.UNCLEAR
    assert "does not fit" in (found.reason or "") or "do not fit" in (found.reason or "")


def external(effect: EffectType, estimate: float, low: float | None, high: float | None, **more: Any) -> Any:
    wanted = proposition("{kind: external_finding, indicator: x, contrast: reported}")
    found = ExternalFinding(
        study="S", effect_type=effect, indicator="x", estimate=estimate, low=low, high=high, n=100, **more
    )
    return external_result(wanted, wanted.strands[0], found)


def test_odds_are_compared_at_their_baseline() -> None:
    """Odds of 2.5 at a risk of 25% are 20.5 points: with limits above 0 they support a difference of 20."""
    found = external(EffectType.OR, 2.5, 1.5, 4.0, baseline=0.25)
    assert found.distance == pytest.approx(0.25 * (2.5 / (0.75 + 0.25 * 2.5) - 1))
    assert found.finding is Finding.SUPPORTS
    assert external(EffectType.OR, 2.5, 1.5, 4.0, baseline=0.02).finding is Finding.LEANS_FOR


def test_a_ratio_without_a_baseline_leans() -> None:
    """Even with a narrow interval: its size in shares is not known."""
    assert external(EffectType.OR, 2.5, 2.0, 3.0).finding is Finding.LEANS_FOR
    assert external(EffectType.RR, 0.5, 0.4, 0.6).finding is Finding.LEANS_AGAINST
    assert external(EffectType.RR, 1.1, None, None).finding is Finding.UNCLEAR


def test_a_difference_with_its_interval_is_a_finding() -> None:
    """A published difference of 25 points, 12 to 38, supports; one inside the band says no difference."""
    assert external(EffectType.RD, 0.25, 0.12, 0.38).finding is Finding.SUPPORTS
    assert external(EffectType.RD, 0.02, -0.1, 0.14).finding is Finding.NO_MEANINGFUL_DIFFERENCE


@pytest.mark.parametrize(
    "values",
    [{"estimate": -1.0}, {"low": 1.0}, {"low": 3.0, "high": 2.0}, {"baseline": 1.0}, {"study": " "}],
)
def test_a_published_finding_must_make_sense(values: dict[str, Any]) -> None:
    """A ratio below 0, one limit, limits the wrong way round, a sure baseline, no study: each is refused."""
    with pytest.raises(UserInputError):
        ExternalFinding(**{"study": "S", "effect_type": EffectType.OR, "estimate": 2.0, **values})


def test_school_figures_are_compared_over_all_schools() -> None:
    """Rates in per cent become shares; nothing was sampled, so no p."""
    wanted = proposition("{kind: indicator, indicator: absence_rate, contrast: base_v_none}", mid="0.05")
    values = {str(100000 + i): 10.0 + (10 if i < 20 else 0) + i % 3 for i in range(60)}
    groups = {str(100000 + i): "yes" if i < 20 else "no" for i in range(60)}
    found = indicator_result(
        wanted, wanted.strands[0], IndicatorEvidence(values=values, groups=groups, key="i")
    )
    assert found.estimate == pytest.approx(0.1, abs=0.002)
    assert (found.finding, found.p, found.n_cases) == (Finding.SUPPORTS, None, 60)


def test_the_second_look_names_what_it_is() -> None:
    """Presence, odds, Fisher, equivalence, people within schools; no p without the smallest one."""
    rows = [
        (f"{u}-{i}", f"9000{u:02}", "t", i < (2 if u < 4 else 1), False, "yes", False)
        for u in range(8)
        for i in range(3)
    ]
    people = pd.DataFrame(rows, columns=["participant", "urn", "role", "voiced", "second", "asked", "denied"])
    groups = {f"9000{u:02}": "Q4" if u < 4 else f"Q{u % 3 + 1}" for u in range(8)}
    held = TextEvidence(people=people, groups=groups, key="k", phases={})
    for contrast, n in (("q4_v_rest", 7), ("quartiles", 3), ("continuous", 0)):
        wanted = proposition(f"{{kind: interview, indicator: x, contrast: {contrast}}}")
        found = secondary_rows(wanted, wanted.strands[0], held)
        assert len(found) == n
        for row in found:
            assert row["value"] is not None or row["p"] is not None or row["reason"]
            assert row["p"] is None or row["min_p"] <= row["p"] + 1e-12


def along(frame: Any, **more: Any) -> RespondentEvidence:
    """100 respondents at 0, 1, .. 99 of an indicator; whoever is above 49 says yes."""
    return RespondentEvidence(
        **{
            "yes": [i > 49 for i in range(100)],
            "second": [False] * 100,
            "groups": {str(i): float(i) for i in range(100)},
            "design": Design(n=100),
            "frame": frame,
            "key": "survey",
            **more,
        }
    )


def test_a_number_is_a_line_across_its_middle_half() -> None:
    """The slope of least squares over the quartiles' distance, with an interval and without a p."""
    wanted = proposition("{kind: survey_closed, indicator: x, contrast: continuous}")
    found = respondent_result(wanted, wanted.strands[0], along("probability"))
    x = [float(i) for i in range(100)]
    mean = sum(x) / 100
    slope = sum((a - mean) * (i > 49) for i, a in enumerate(x)) / sum((a - mean) ** 2 for a in x)
    assert found.estimate == pytest.approx(slope * 49.5)  # type 7: 24.75 to 74.25
    assert found.finding is Finding.SUPPORTS
    assert found.ci_low is not None
    assert found.p is None
    assert "smallest p" in (found.reason or "")
    told = " ".join(strand_sentences(found, wanted))
    assert "from 24.8 to 74.2 of x (the middle half) along a line" in told
    assert ": 50 of 100 respondents" in told


def test_a_number_with_one_value_in_the_middle_is_unclear() -> None:
    """Where the middle half of the respondents has one value there is no line to draw."""
    wanted = proposition("{kind: survey_closed, indicator: x, contrast: continuous}")
    flat = {str(i): 5.0 if 10 < i < 90 else float(i) for i in range(100)}
    found = respondent_result(wanted, wanted.strands[0], along("self_selected", groups=flat))
    assert found.finding is Finding.UNCLEAR
    assert "one value only" in (found.reason or "")


def test_what_counts_stands_in_the_sentence() -> None:
    """Facets, role, phase and the answers that mean yes are told beside the theme."""
    wanted = proposition(
        "{kind: interview, indicator: x, contrast: q4_v_rest}", valence="negative", basis="own"
    )
    assert scope_words(wanted, wanted.strands[0]) == "negative, of one's own experience"
    closed = proposition(
        "{kind: survey_closed, indicator: x, contrast: q4_v_rest, item: a, yes: [4, 5], among: {base: yes}}",
        role="teacher",
        phase="primary",
        valence="negative",
    )
    words = scope_words(closed, closed.strands[0])
    assert words == "a answered 4 or 5; only teacher, primary schools, base yes"
    found = respondent_result(closed, closed.strands[0], survey(20, {"Q4": 15, "rest": 5}))
    told = " ".join(strand_sentences(found, closed))
    assert f"'A and not B' ({words})" in told
    assert "Fewer than 30 respondents in Q4 and rest" in told


def test_only_the_predicted_schools_stand_against_a_silence() -> None:
    """Where less is predicted in the first group, silence there contradicts nothing."""
    people = pd.DataFrame(
        {
            "participant": ["a", "b"],
            "urn": ["1", "2"],
            "role": ["t", "t"],
            "voiced": [False, False],
            "second": [False, False],
            "asked": ["yes", "yes"],
            "denied": [False, False],
        }
    )
    for direction, against in (("'-'", {"2"}), ("'+'", {"1"}), ("none", set[str]())):
        wanted = proposition("{kind: interview, indicator: x, contrast: base_v_none}", direction=direction)
        held = TextEvidence(people=people, groups={"1": "yes", "2": "no"}, key="interview", phases={})
        found = text_result(wanted, wanted.strands[0], held)
        assert found.finding is Finding.SILENT_SUBSTANTIVE
        assert {case.case for case in found.negative_cases} == against
