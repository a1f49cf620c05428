"""The worked proposition of the methods: a reputation voiced at eight schools."""

import numpy as np
import pandas as pd
import pytest

from qualtool.triangulate import (
    ThemeContrast,
    finding_sentences,
    read_propositions,
    theme_contrast,
)
from qualtool.triangulate.external_strand import EffectType, ExternalFinding, external_result
from qualtool.triangulate.text_strand import TextEvidence, text_result
from qualtool.triangulate.verdict import make_verdict

# School: people who voiced the theme, people asked. S1 to S4 are in the top quartile.
SCHOOLS = {
    "900001": (3, 3),
    "900002": (3, 4),
    "900003": (2, 3),
    "900004": (4, 5),
    "900005": (1, 2),
    "900006": (1, 3),
    "900007": (0, 3),
    "900008": (1, 4),
}


@pytest.fixture
def worked() -> ThemeContrast:
    rows = [
        {"participant": f"{urn}-{i}", "urn": urn, "role": "teacher", "voiced": i < k, "asked": "yes"}
        for urn, (k, n) in SCHOOLS.items()
        for i in range(n)
    ]
    groups = {urn: "Q4" if urn < "900005" else "rest" for urn in SCHOOLS}
    return theme_contrast(pd.DataFrame(rows), groups, "q4_v_rest", rng=np.random.default_rng(1))


def test_the_numbers_are_those_of_the_page(worked: ThemeContrast) -> None:
    """Means .80 and .27, d = +.53, Welch .21 to .85, exact p .029, the smallest this design can give."""
    found = worked.as_dict(theme="MAGNET", indicator="ehcp_quartile")
    assert [round(g["share"], 2) for g in found["groups"]] == [0.80, 0.27]
    rounded = [round(found[key], 2) for key in ("difference", "ci_low", "ci_high")]
    assert rounded == [0.53, 0.21, 0.85]
    assert found["p"] == found["min_p"] == pytest.approx(2 / 70)
    assert round(found["p"], 3) == 0.029
    assert found["reason"] is None


def test_delta_says_complete_separation(worked: ThemeContrast) -> None:
    """Every top-quartile school stands above every other one: delta 1 and no interval."""
    assert worked.cliffs is not None
    assert worked.cliffs.delta == 1.0
    assert (worked.cliffs.low, worked.cliffs.high, worked.cliffs.reason) == (
        None,
        None,
        "complete separation",
    )


def test_presence_alone_would_mislead(worked: ThemeContrast) -> None:
    """Any participant: 4 of 4 against 3 of 4 schools, where the shares differ by half."""
    assert [g.presence for g in worked.groups] == ["4 of 4 schools", "3 of 4 schools"]


def test_the_sentence_is_that_of_the_page(worked: ThemeContrast) -> None:
    """The words give counts of schools asked, mean shares, interval, both p and the warning."""
    assert finding_sentences(worked, theme="Magnet reputation") == [
        "In 4 of 4 top-quartile case-study schools asked and 3 of 4 other case-study schools asked at least "
        "one participant voiced 'Magnet reputation'; on average 80% and 27% of those asked.",
        "The difference in mean school shares is +53 percentage points (95% interval +21 to +85; "
        "over 8 schools, of those asked; chosen on purpose, no weights).",
        "With 4 and 4 schools the smallest p these data can give is .029; the exact permutation p is .029.",
        "Denominator: participants asked about the theme; whoever voiced it unasked counts as given the "
        "opportunity.",
        "The schools were chosen on purpose; these shares do not estimate a population.",
    ]


def test_the_verdict_is_that_of_the_page() -> None:
    """Interviews (.53, .21 to .85) and a survey (.51, .21 to .80) support P01: agreement, supported."""
    text = (
        "propositions: [{id: P01, statement: s, direction: '+', mid: 0.2, theme: MAGNET,"
        " rival_explanation: R,"
        " strands: [{kind: interview, indicator: x, contrast: q4_v_rest},"
        " {kind: external_finding, indicator: x, contrast: reported}]}]"
    )
    wanted = read_propositions(text.encode()).propositions[0]
    rows = [
        (f"{urn}-{i}", urn, "teacher", i < k, False, "yes", False)
        for urn, (k, n) in SCHOOLS.items()
        for i in range(n)
    ]
    columns = ["participant", "urn", "role", "voiced", "second", "asked", "denied"]
    groups = {urn: "Q4" if urn < "900005" else "rest" for urn in SCHOOLS}
    held = TextEvidence(people=pd.DataFrame(rows, columns=columns), groups=groups, key="interview", phases={})
    interviews = text_result(wanted, wanted.strands[0], held)
    survey = ExternalFinding(study="a survey", effect_type=EffectType.RD, estimate=0.51, low=0.21, high=0.80)
    verdict = make_verdict(
        wanted, [interviews, external_result(wanted, wanted.strands[1], survey)], inputs={}
    )
    assert [round(x or 0, 2) for x in (interviews.estimate, interviews.ci_low, interviews.ci_high)] == [
        0.53,
        0.21,
        0.85,
    ]
    assert [s.finding.value for s in verdict.strands] == ["supports", "supports"]
    assert verdict.assessment.headline.convergence.value == "agreement"
    assert (verdict.assessment.status.value, verdict.assessment.fetters) == ("supported", "confirmation")
