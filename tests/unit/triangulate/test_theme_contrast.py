"""A theme beside a school indicator."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qualtool.errors import UserInputError
from qualtool.triangulate import ThemeContrast, theme_contrast

URNS = [f"90000{i}" for i in range(1, 9)]
HALVES: dict[str, Any] = {urn: 4 if i < 4 else 1 + i % 3 for i, urn in enumerate(URNS)}


def people(*rows: tuple[str, str, bool, str]) -> pd.DataFrame:
    """Participant, URN, voiced, asked."""
    return pd.DataFrame(
        [
            {"participant": p, "urn": u or None, "role": "teacher", "voiced": v, "asked": a}
            for p, u, v, a in rows
        ],
        columns=["participant", "urn", "role", "voiced", "asked"],
    )


def at_each(voiced: list[int], asked: str = "yes", n: int = 3, urns: list[str] = URNS) -> pd.DataFrame:
    """``n`` people at each school, the first ``voiced[i]`` of them voicing."""
    return people(
        *((f"{u}-{j}", u, j < voiced[i], asked) for i, u in enumerate(urns[: len(voiced)]) for j in range(n))
    )


def run(
    participants: pd.DataFrame, groups: Any, contrast: Any = "q4_v_rest", **options: Any
) -> ThemeContrast:
    return theme_contrast(participants, groups, contrast, rng=np.random.default_rng(2), **options)


def test_the_document_has_the_keys_of_the_contract() -> None:
    """The JSON keys of one theme are there, finite and serialisable."""
    document = run(at_each([3, 2, 3, 2, 1, 0, 1, 0]), HALVES).as_dict(
        theme="MAGNET", indicator="ehcp_quartile"
    )
    assert list(document)[:12] == [
        "theme",
        "indicator",
        "contrast",
        "groups",
        "difference",
        "ci_low",
        "ci_high",
        "p",
        "min_p",
        "method",
        "cases",
        "reason",
    ]
    assert list(document["groups"][0])[:4] == ["label", "n_cases", "n_participants", "share"]
    assert list(document["cases"][0]) == ["urn", "group", "voiced", "asked", "share"]
    json.dumps(document, allow_nan=False)


def test_asked_marks_make_the_denominator() -> None:
    """Where asked is marked, only those asked or voicing count; the sentence says so."""
    found = run(
        people(
            ("a", "900001", True, "no"),
            ("b", "900001", False, "no"),
            ("c", "900001", False, "yes"),
            ("d", "900001", False, "unclear"),
        ),
        {"900001": 4},
    )
    assert (found.schools[0].n_voiced, found.schools[0].n_asked) == (1, 2)
    assert found.denominator == "asked"


def test_without_marks_everybody_is_the_denominator() -> None:
    """No mark of asking: all participants count and the warning is printed."""
    found = run(people(("a", "900001", True, "unknown"), ("b", "900001", False, "unknown")), {"900001": 4})
    assert found.schools[0].share == 0.5
    assert found.denominator_sentence == "denominator: all participants; absence may mean not asked"


def test_a_person_interviewed_twice_is_one_person() -> None:
    """Two interviews of one participant at one school count once, voiced if in either."""
    found = run(people(("a", "900001", False, "yes"), ("a", "900001", True, "yes")), {"900001": 4})
    assert (found.schools[0].n_voiced, found.schools[0].n_asked) == (1, 1)


def test_unknown_groups_and_people_without_a_school_are_counted() -> None:
    """Schools whose indicator is None, 'unknown' or absent are in neither group; nobody is lost."""
    frame = pd.concat([at_each([3, 2, 3, 2, 1, 0, 1, 0]), people(("x", "", True, "yes"))], ignore_index=True)
    groups = {**HALVES, "900001": None, "900005": "unknown"}
    del groups["900002"]
    found = run(frame, groups)
    assert found.n_unknown_group == 3
    assert found.n_without_school == 1
    assert [g.n_cases for g in found.groups] == [2, 3]
    cases = {row["urn"]: row["group"] for row in found.as_dict()["cases"]}
    assert cases["900001"] is None
    assert len(cases) == 8


def test_too_few_schools_give_a_reason_and_no_number() -> None:
    """1 against 4, and 2 against 2, are too thin: shares stay, the numbers are None."""
    one = run(at_each([3, 1, 1, 0, 0]), {u: "Q4" if u == "900001" else "rest" for u in URNS})
    four = run(at_each([3, 1, 1, 0]), {"900001": 4, "900002": 4, "900003": 1, "900004": 1})
    for found in (one, four):
        document = found.as_dict()
        for key in ("difference", "ci_low", "ci_high", "p", "min_p", "cliffs_delta"):
            assert document[key] is None
        assert document["reason"].startswith("too thin")
        assert document["groups"][0]["share"] is not None


def test_a_theme_nobody_was_asked_about_is_not_a_silence() -> None:
    """Never asked and never voiced is said as such, and no share is made up."""
    found = run(at_each([0] * 8, asked="no"), HALVES)
    assert found.reason == "nobody at any school was asked about the theme, and nobody voiced it"
    assert all(case["share"] is None for case in found.as_dict()["cases"])
    assert found.n_not_asked == 8


def test_asked_and_voiced_by_nobody_is_a_finding() -> None:
    """Everybody was asked, nobody voiced it: difference 0 with a wide interval and p = 1."""
    found = run(at_each([0] * 8), HALVES)
    assert (found.difference, found.p, found.min_p) == (0.0, 1.0, 1.0)
    assert found.ci_high is not None
    assert found.ci_high > 0.4


def test_no_participants_at_all_is_no_crash() -> None:
    """An empty study gives a reason."""
    found = run(people(), HALVES)
    assert found.reason == "nobody at any school was asked about the theme, and nobody voiced it"
    assert found.schools == ()


def test_ten_schools_a_side_are_bootstrapped() -> None:
    """From ten schools a group whole schools are resampled; p comes from the exact or drawn test."""
    urns = [str(900100 + i) for i in range(20)]
    frame = at_each([3, 2] * 5 + [1, 2] * 5, urns=urns)
    found = run(frame, {u: "yes" if i < 10 else "no" for i, u in enumerate(urns)}, "base_v_none")
    assert "bootstrap of schools" in found.method
    assert found.ci_low is not None
    assert found.difference is not None
    assert found.ci_high is not None
    assert found.ci_low < found.difference < found.ci_high


def test_strata_compare_within_phase() -> None:
    """Phases are compared within and averaged; a phase with one group only is left out and counted."""
    urns = [*URNS, "900009"]
    phase = {u: "primary" if i % 2 else "secondary" for i, u in enumerate(URNS)} | {"900009": "special"}
    found = run(at_each([3, 2, 3, 2, 1, 0, 1, 0, 3], urns=urns), {**HALVES, "900009": "Q4"}, strata=phase)
    assert found.n_outside_strata == 1
    assert "within strata" in found.method
    assert found.difference == pytest.approx(2 / 3)
    assert found.min_p == pytest.approx(2 / 36)


def test_a_school_without_a_phase_is_a_stratum_of_its_own() -> None:
    """An unknown phase breaks nothing: such schools are compared with each other."""
    phase = {u: "primary" if i < 6 else None for i, u in enumerate(URNS)}
    found = run(at_each([3, 2, 3, 2, 1, 0, 1, 0]), HALVES, strata=phase)
    assert found.n_outside_strata == 2
    assert found.p is not None


def test_strata_of_one_group_each_leave_nothing_to_compare() -> None:
    """If every phase holds one group only the reason says so."""
    found = run(at_each([3, 2, 3, 2, 1, 0, 1, 0]), HALVES, strata={u: str(HALVES[u] == 4) for u in URNS})
    assert found.difference is None
    assert found.reason == "no stratum holds schools of both groups"


def test_quartiles_give_tau_b() -> None:
    """Four groups are reported in order, with tau-b as the estimate and no single difference."""
    groups = {u: f"Q{1 + i // 2}" for i, u in enumerate(URNS)}
    found = run(at_each([0, 0, 1, 1, 2, 2, 3, 3]), groups, "quartiles")
    document = found.as_dict()
    assert [g["label"] for g in document["groups"]] == ["Q1", "Q2", "Q3", "Q4"]
    assert document["estimate"] == pytest.approx(1.0)
    assert document["estimate_kind"] == "Kendall's tau-b"
    assert document["p"] == document["min_p"] == pytest.approx(2 / 2520)
    assert document["difference"] is None
    assert "no single difference" in document["reason"]


def test_a_number_gives_rho() -> None:
    """A continuous indicator gives Spearman's rho with an interval; each school shows its value."""
    groups = {u: 1.5 * i for i, u in enumerate(URNS)}
    found = run(at_each([0, 1, 0, 1, 2, 1, 3, 3]), groups, "continuous")
    assert found.estimate_kind == "Spearman's rho"
    assert found.estimate is not None
    assert found.ci_low is not None
    assert found.ci_low < found.estimate
    assert found.as_dict()["cases"][2]["value"] == 3.0


def test_rho_without_variation_says_why() -> None:
    """Every school at the same share leaves rho undefined."""
    found = run(at_each([1] * 8), {u: float(i) for i, u in enumerate(URNS)}, "continuous")
    assert found.estimate is None
    assert found.reason == "Spearman's rho is undefined: all schools have the same share"


@pytest.mark.parametrize(
    ("contrast", "value", "label"),
    [
        ("q4_v_rest", "Q4", "Q4"),
        ("q4_v_rest", 4.0, "Q4"),
        ("q4_v_rest", "2", "rest"),
        ("q4_v_rest", "no", "rest"),
        ("base_v_none", "yes", "base"),
        ("base_v_none", False, "none"),
        ("quartiles", 3, "Q3"),
        ("secondary_v_primary", "Primary", "primary"),
        ("q4_v_rest", float("nan"), None),
        ("continuous", float("nan"), None),
        ("base_v_none", "unknown", None),
    ],
)
def test_values_find_their_group(contrast: str, value: Any, label: str | None) -> None:
    """Quartiles as number or word, yes and no, and the ways to say unknown."""
    place = run(at_each([1]), {"900001": value}, contrast).schools[0].place
    assert (place.label if place else None) == label


def test_values_that_do_not_fit_are_named_all_at_once() -> None:
    """A rate where a quartile is wanted is refused for every school, with what to give."""
    with pytest.raises(UserInputError) as caught:
        run(at_each([1, 1]), {"900001": 3.7, "900002": "many"})
    assert [p.where for p in caught.value.problems] == ["school 900001", "school 900002"]
    with pytest.raises(UserInputError, match="not a contrast"):
        run(at_each([1]), {}, "thirds")


def test_a_frame_that_lacks_columns_is_refused() -> None:
    """Missing columns and unknown marks are mistakes of the caller."""
    with pytest.raises(ValueError, match="asked"):
        run(at_each([1]).drop(columns="asked"), {})
    with pytest.raises(ValueError, match="perhaps"):
        run(at_each([1], asked="perhaps"), {})
