"""The traps of the sources, each as the tool meets it: no claim says more than its evidence."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualtool import statistics
from qualtool.errors import UserInputError
from qualtool.triangulate import propositions as records
from qualtool.triangulate import read_propositions
from qualtool.triangulate.claims import baseless, claim_problems
from qualtool.triangulate.external_strand import EffectType, ExternalFinding, external_result, one_series
from qualtool.triangulate.findings import Finding
from qualtool.triangulate.printed_numbers import counts_for_percent, doubts, overlap_bounds
from qualtool.triangulate.strand_result import StrandResult
from qualtool.triangulate.strand_sentences import strand_sentences
from qualtool.triangulate.text_strand import TextEvidence, text_result
from qualtool.triangulate.verdict import make_verdict
from qualtool.workflows.gathering.import_findings import import_findings, warnings_of
from qualtool.workflows.propositions.verdicts import matching
from qualtool.workflows.study.studies import create_study

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., Any]


def proposition(**changes: str) -> records.Proposition:
    lines = {
        "id": "P01",
        "statement": "It is voiced more there.",
        "direction": '"+"',
        "mid": "0.20",
        "theme": "MAGNET",
        "rival_explanation": "RECORDING (P24), as schools may differ in what they record.",
        "strands": "[{kind: interview, indicator: ehcp_quartile, contrast: q4_v_rest}]",
    } | changes
    text = "propositions:\n  - " + "\n    ".join(f"{k}: {v}" for k, v in lines.items())
    return read_propositions(text.encode()).propositions[0]


def people(schools: dict[str, tuple[int, int]], *, asked: str = "yes", role: str = "teacher") -> pd.DataFrame:
    rows = [
        (f"{urn}-{i}", urn, role, i < k, False, asked, False)
        for urn, (k, n) in schools.items()
        for i in range(n)
    ]
    columns = ["participant", "urn", "role", "voiced", "second", "asked", "denied"]
    return pd.DataFrame(rows, columns=columns)


def result_of(
    schools: dict[str, tuple[int, int]], wanted: records.Proposition, **options: Any
) -> StrandResult:
    half = sorted(schools)[: len(schools) // 2]
    groups = {urn: "Q4" if urn in half else "rest" for urn in schools}
    held = TextEvidence(people=people(schools, **options), groups=groups, key="interview", phases={})
    return text_result(wanted, wanted.strands[0], held)


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


# --- 1 and 4: words and numbers -------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Significant proportions of staff do not plan together.",
        "A minority say that the base meets every need.",
        "Almost as many parents tell a good story as a bad one.",
    ],
)
def test_a_word_without_its_base_is_flagged(text: str) -> None:
    """Quantifier drift: the same number is 'significant proportions' here and 'a minority' there."""
    found = baseless(text)
    assert found is not None
    assert "base is not given" in found.message


def test_a_word_with_its_number_stands() -> None:
    """The word may stay where the count and its base stand beside it."""
    assert baseless("Most schools (7 of 9 asked) say so.") is None


def test_a_published_word_without_a_base_warns_at_import() -> None:
    """A finding given as a word, without n, is taken in with a warning that names the trap."""
    told = ExternalFinding(study="NFER (2026)", effect_type=EffectType.SHARE, quantifier="a minority")
    assert any("no base" in w for w in warnings_of(told))


def test_a_sentence_shows_the_number_and_interval_beside_the_word() -> None:
    """'Almost as many' is 50% and 64%: generated sentences hold counts, shares and the interval."""
    wanted = proposition()
    found = " ".join(strand_sentences(result_of(SCHOOLS, wanted), wanted))
    assert "Q4 12 of 15 people at 4 schools" in found
    assert "95% interval +21 to +85 points" in found


# --- 2: odds and likelihood -----------------------------------------------------------------------


def published(effect: EffectType, estimate: float = 2.5) -> tuple[StrandResult, records.Proposition]:
    wanted = proposition(
        strands="[{kind: external_finding, indicator: suspension_rate, contrast: reported}]", theme="INFLEX"
    )
    finding = ExternalFinding(
        study="Mime (2024)", effect_type=effect, indicator="suspension_rate", estimate=estimate
    )
    return external_result(wanted, wanted.strands[0], finding), wanted


def test_odds_are_never_times_as_likely() -> None:
    """An odds ratio of 2.5 is told as odds; the sentence of a researcher that says 'likely' is flagged."""
    found, wanted = published(EffectType.OR)
    told = " ".join(strand_sentences(found, wanted))
    assert "odds ratio of 2.5" in told
    assert "this is no 'times as likely'" in told
    assert claim_problems("Pupils are 2.5 times as likely to be suspended.", found)
    risk, _ = published(EffectType.RR)
    assert not claim_problems("Pupils are 2.5 times as likely to be suspended.", risk)


def test_a_likelihood_beside_odds_stays_unclear() -> None:
    """The printed 1.5 is neither odds nor risk for sure: it is stored as unclear and can only lean."""
    found, wanted = published(EffectType.UNCLEAR, 1.5)
    assert found.finding is Finding.LEANS_FOR
    assert "effect_type_unclear" in found.flags
    assert "unclear which" in " ".join(strand_sentences(found, wanted))


def test_without_an_interval_a_study_can_only_lean() -> None:
    """Odds of 2.5 without an interval lean, however large, and say why."""
    found, _ = published(EffectType.OR, 25.0)
    assert found.finding is Finding.LEANS_FOR
    assert "no_uncertainty_given" in found.flags


# --- 3: excluded and suspended --------------------------------------------------------------------


def test_suspended_is_not_excluded() -> None:
    """Where the figure counts suspensions, a sentence on exclusions is flagged."""
    found, _ = published(EffectType.OR)
    (problem,) = claim_problems("More of them are excluded.", found)
    assert "suspensions, not exclusions" in problem.message
    assert claim_problems("More of them are suspended.", found) == ()


# --- 5: bases that shift --------------------------------------------------------------------------


def test_both_stories_lie_between_bounds() -> None:
    """113 good and 143 poor accounts of 225 parents: those who gave both are between 31 and 113."""
    assert overlap_bounds(113, 143, 225) == (31, 113)


def test_a_printed_per_cent_tells_its_base() -> None:
    """50.2% to one place is 113 of 225, and no count of 217 gives it: the base is not that."""
    assert list(counts_for_percent(50.2, 225, decimals=1)) == [113]
    assert list(counts_for_percent(50.2, 217, decimals=1)) == [109]
    assert list(counts_for_percent(50.2, 100, decimals=1)) == []


def share(theme: str, estimate: float, n: int = 225) -> ExternalFinding:
    return ExternalFinding(
        study="Mime (2024)", effect_type=EffectType.SHARE, theme=theme, estimate=estimate, n=n
    )


def test_a_share_of_both_that_cannot_go_with_its_parts_is_told() -> None:
    """'Almost half gave both' cannot be 30 or 114 of 225 where 113 and 143 gave one; 31 and 113 can be."""
    parts = [share("GOOD", 113 / 225), share("POOR", 143 / 225)]
    for count, is_odd in ((30, True), (31, False), (113, False), (114, True)):
        found = doubts([*parts, share("GOOD and POOR", count / 225)], [None] * 3)
        assert found[:2] == [[], []]
        assert bool(found[2]) == is_odd
    assert "between 31 and 113 can be in both" in found[2][0]
    assert "114 is printed" in found[2][0]
    elsewhere = [share("GOOD", 0.9, 217), share("POOR", 0.9)]  # of another base: nothing can be said
    assert doubts([*elsewhere, share("GOOD and POOR", 0.1)], [None] * 3) == [[], [], []]
    assert doubts([*parts, share("stories of both kinds (many", 0.1)], [None] * 3)[2] == []


def test_the_import_tells_shares_that_their_base_cannot_give(tmp_path: Path) -> None:
    """A per cent that no count of its base rounds to is told, and a share of both that is too large."""
    file = tmp_path / "shares.csv"
    file.write_text(
        "study_id,effect_type,theme,estimate,n\n"
        "Mime (2024),share,GOOD,50.2%,225\n"
        "Mime (2024),share,POOR,0.636,225\n"
        "Mime (2024),share,GOOD and POOR,0.56,225\n"
        "Nord (2023),share,BASE,50.2%,100\n"
        "Nord (2023),share,SPACE,0.5,4\n"
    )
    study = tmp_path / "study.db"
    create_study(study, by="Ada")
    told = import_findings(study, file, by="Ada").warnings
    assert [w for w in told if "another base" in w or "the bases differ" in w] == [
        "shares.csv, line 4: of 225 between 31 and 113 can be in both, by the shares of each; 126 is "
        "printed: the bases differ",
        "shares.csv, line 5: no whole number of 100 rounds to this per cent: it has another base",
    ]


@pytest.mark.parametrize("decimals", [-1, 0, 1, 2])
@pytest.mark.parametrize("n", [0, 1, 7, 41])
def test_counts_behind_a_per_cent_are_those_that_round_to_it(n: int, decimals: int) -> None:
    """Counted one by one: a count belongs to a per cent where it lies within half of the last place."""
    half = 0.5 * 10**-decimals
    for percent in np.round(np.arange(0, 100.1, 3.7), max(decimals, 0)):
        plain = [k for k in range(n + 1) if n and abs(100 * k / n - percent) <= half + 1e-9]
        assert list(counts_for_percent(float(percent), n, decimals=decimals)) == plain


def test_other_studies_that_fit_are_told_and_not_counted() -> None:
    """Two studies on one measure: the first counts, the other is named; accounts of one study are one."""
    wanted = proposition(
        strands="[{kind: external_finding, indicator: suspension_rate, contrast: reported}]", theme="INFLEX"
    )
    first, other, retold, apart = (
        ExternalFinding(
            study=study, account_of=of, effect_type=effect, indicator="suspension_rate", estimate=2.5
        )
        for study, of, effect in (
            ("Mime (2024)", "", EffectType.OR),
            ("Nord (2020)", "", EffectType.OR),
            ("Courier (2024)", "Mime (2024)", EffectType.OR),
            ("Ostra (2019)", "", EffectType.RR),
        )
    )
    assert matching([first, retold], wanted, wanted.strands[0]) == (first,)
    assert matching([first, other, retold], wanted, wanted.strands[0]) == (first, other)
    result = external_result(wanted, wanted.strands[0], first, (other,))
    assert "another study fits as well (of the same measure) and is not counted here: Nord (2020)" in (
        result.reason or ""
    )
    assert "further_studies" in result.flags
    result = external_result(wanted, wanted.strands[0], first, (other, apart))
    assert "2 other studies fit as well (measured otherwise, so never one series)" in (result.reason or "")
    assert (external_result(wanted, wanted.strands[0], first).reason or "").count("fit") == 0


def test_a_caveat_stands_where_the_number_is_told() -> None:
    """What whoever entered a finding noted against it is in the sentence that tells its number."""
    wanted = proposition(
        strands="[{kind: external_finding, indicator: suspension_rate, contrast: reported}]", theme="INFLEX"
    )
    finding = ExternalFinding(
        study="Mime (2024)",
        effect_type=EffectType.OR,
        indicator="suspension_rate",
        estimate=2.5,
        caveat="printed without an interval",
    )
    told = " ".join(strand_sentences(external_result(wanted, wanted.strands[0], finding), wanted))
    assert "as published, caveat: printed without an interval" in told


def test_each_item_has_its_own_base(sample_study: Path, qualtool: Run) -> None:
    """Respondents who left an item blank are not in its denominator: two strands, two bases."""
    ran = qualtool(
        "triangulate", sample_study, "--propositions", ROOT / "corpora/sample/propositions.yaml",
        "--no-record", "--json",
    )  # fmt: skip
    rows = {row["id"]: row for row in ran.json["rows"]}
    assert [s["n_cases"] for s in rows["S09"]["strands"]] == [127, 137]


# --- 6: six times and twice -----------------------------------------------------------------------


def test_six_times_and_twice_are_never_one_series() -> None:
    """The ratio of plan quartiles and that of all SEND measure different things and stay apart."""
    six = ExternalFinding(
        study="NFER (2026)", effect_type=EffectType.RATIO, indicator="ehcp_quartile_ratio", estimate=6
    )
    twice = ExternalFinding(
        study="NFER (2018)", effect_type=EffectType.RATIO, indicator="any_sen_ratio", estimate=2.1
    )
    with pytest.raises(UserInputError) as refused:
        one_series([six, twice])
    assert refused.value.problems[0].where == "indicator"
    assert one_series([six]) == (six,)


# --- 7: an indicator that may mean two things -----------------------------------------------------


def test_the_rival_explanation_stands_beside_the_verdict() -> None:
    """A high rate of plans may be good inclusion or needs not met: the rival is in the verdict's words."""
    wanted = proposition()
    verdict = make_verdict(wanted, [result_of(SCHOOLS, wanted)], {})
    assert verdict.as_dict()["rival_explanation"].startswith("RECORDING")
    assert any(s.startswith("Rival explanation: RECORDING") for s in verdict.sentences())
    assert claim_problems("These are the more inclusive schools.", verdict.strands[0])


# --- 8: schools chosen on purpose -----------------------------------------------------------------


def test_absence_at_chosen_schools_is_no_evidence_of_absence() -> None:
    """Asked of all and voiced by nobody: 0 of n with its upper limit, and how they were chosen."""
    wanted = proposition()
    found = result_of({f"90000{i}": (0, 5) for i in range(4)}, wanted)
    assert found.finding is Finding.SILENT_SUBSTANTIVE
    assert found.silent_high == pytest.approx(0.161, abs=5e-4)
    told = " ".join(strand_sentences(found, wanted))
    assert "voiced by none of 20 people asked" in told
    assert "up to 16%" in told
    assert "chosen for their good practice" in told


@pytest.mark.parametrize("asked", ["no", "unclear", "unknown"])
def test_nobody_asked_is_another_silence(asked: str) -> None:
    """Where nobody was asked, silence is structural, and no sentence says that there is nothing."""
    wanted = proposition()
    found = result_of({f"90000{i}": (0, 5) for i in range(4)}, wanted, asked=asked)
    assert found.finding is Finding.SILENT_STRUCTURAL
    told = " ".join(strand_sentences(found, wanted))
    assert "not evidence that there is nothing" in told
    assert claim_problems("Nobody speaks of it there.", found)


# --- 9: parents and staff -------------------------------------------------------------------------


def test_roles_are_shown_apart() -> None:
    """A parent's view and a teacher's of one school stand in rows of their own beside the pooled share."""
    wanted = proposition()
    held = pd.concat([people(SCHOOLS), people({u: (0, 2) for u in SCHOOLS}, role="parent")])
    held = held.assign(participant=held["participant"] + held["role"]).reset_index(drop=True)
    groups = {urn: "Q4" if urn < "900005" else "rest" for urn in SCHOOLS}
    evidence = TextEvidence(people=held, groups=groups, key="interview", phases={})
    found = text_result(wanted, wanted.strands[0], evidence)
    assert {r.label: (r.n_voiced, r.n) for r in found.roles} == {"parent": (0, 16), "teacher": (15, 27)}
    staff = proposition(role="teacher")
    only = text_result(staff, staff.strands[0], evidence)
    assert [r.label for r in only.roles] == ["teacher"]
    assert only.n_participants == 27


# --- 10: groups put together ----------------------------------------------------------------------


def test_groups_are_merged_with_a_reason_only() -> None:
    """Inadequate counted as requires improvement without a reason is refused; with one it is told."""
    strand = "{kind: interview, indicator: ofsted_grade, contrast: continuous, merge: {Inadequate: Good}"
    with pytest.raises(UserInputError, match="1 problem"):
        proposition(strands=f"[{strand}}}]")
    wanted = proposition(strands=f"[{strand}, merge_reason: two schools only}}]")
    grades = dict(zip(SCHOOLS, ["Good", "Inadequate", "Outstanding", "Good"] * 2, strict=True))
    held = TextEvidence(people=people(SCHOOLS), groups=grades, key="interview", phases={})
    found = text_result(wanted, wanted.strands[0], held)
    assert found.merge_note == "Inadequate counts as Good (two schools only)"
    assert found.estimate is not None


# --- what may never be claimed --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("80% of schools speak of reputation.", "no population"),
        ("The plans cause the reputation.", "shows no cause"),
        ("Reputation rose at these schools.", "no change over time"),
        ("Pupils with plans are more often sent away.", "not pupils"),
    ],
)
def test_claims_beyond_the_evidence_are_flagged(text: str, says: str) -> None:
    """Population, cause, trend and pupils: each is flagged for a contrast of chosen schools."""
    found = result_of(SCHOOLS, proposition())
    assert any(says in p.message for p in claim_problems(text, found)), text


def test_a_claim_within_the_evidence_stands() -> None:
    """A sentence with count, base and frame is not flagged."""
    text = "In 4 of 4 high-EHCP case-study schools asked at least one participant spoke of it."
    assert claim_problems(text, result_of(SCHOOLS, proposition())) == ()


def test_no_difference_needs_the_equivalence_finding() -> None:
    """A wide interval around 0 is no finding of no difference."""
    even = dict(zip(SCHOOLS, [(0, 3), (3, 3), (1, 3), (2, 3)] * 2, strict=True))
    found = result_of(even, proposition())
    assert found.finding is Finding.UNCLEAR
    assert any("too wide" in p.message for p in claim_problems("The groups did not differ.", found))


def test_every_number_carries_unit_denominator_frame_and_weights() -> None:
    """The sentence with the shares says whose they are, of whom, how they were chosen, and weighted how."""
    wanted = proposition()
    shares = strand_sentences(result_of(SCHOOLS, wanted), wanted)[0]
    for part in ("people at 4 schools", "denominator: participants asked", "chosen on purpose", "no weights"):
        assert part in shares
    words = strand_sentences(result_of(SCHOOLS, wanted), wanted)
    assert any("smallest p" in s and "p is" in s for s in words)
    assert any("do not estimate a population" in s for s in words)
    assert any("no cause" in s for s in words)


# --- the segment-level trap -----------------------------------------------------------------------


def test_segments_as_units_would_find_what_schools_do_not() -> None:
    """One talkative school: segments give p below 1e-5 where the permutation of schools gives .83."""
    rng = np.random.default_rng(3)
    # Segments with the theme, of all segments, of schools 1 to 4 in the top quartile and 5 to 8 below.
    coded = [(16, 57), (14, 69), (20, 63), (21, 67), (5, 20), (115, 188), (9, 30), (4, 38)]
    table = [[sum(k for k, _ in half), sum(n - k for k, n in half)] for half in (coded[:4], coded[4:])]
    naive = float(stats.chi2_contingency(table, correction=False)[1])
    shares = [k / n for k, n in coded]
    found = statistics.permute_groups(shares, [True] * 4 + [False] * 4, rng=rng)
    assert naive < 1e-5
    assert isinstance(found, statistics.PermutationResult)
    assert found.p == pytest.approx(58 / 70)


def test_a_second_segment_of_a_person_changes_nothing() -> None:
    """Saying it ten times is voicing it once: neither share, p nor finding moves."""
    wanted = proposition()
    groups = {urn: "Q4" if urn < "900005" else "rest" for urn in SCHOOLS}
    once = people(SCHOOLS)
    twice = pd.concat([once, once[once["voiced"]]], ignore_index=True)
    found = [
        text_result(wanted, wanted.strands[0], TextEvidence(people=p, groups=groups, key="k", phases={}))
        for p in (once, twice)
    ]
    assert found[0] == found[1]


def test_no_test_takes_segments() -> None:
    """No function of the statistics, and no result of a strand, has segments for its unit."""
    for name in statistics.__all__:
        thing = getattr(statistics, name)
        if inspect.isfunction(thing):
            assert not any("segment" in p or "coding" in p for p in inspect.signature(thing).parameters)
    assert "segment" not in str(StrandResult.__annotations__["unit"])
