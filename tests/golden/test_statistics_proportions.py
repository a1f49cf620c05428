"""Survey statistics against the published output of R's survey package (Lumley), api data.

The counts below are the public api samples of Californian schools, tallied by district and by stratum.
Figures of ``svychisq(~sch.wide + stype, dclus1)`` are those of the package's own page (example-chisq);
those with more digits are R's output as the tests of the Julia package Survey.jl publish it
(test/r_reference: chisq.csv, domain.csv, proportions.csv; survey 4.5).
"""

import pytest

from qualtool.statistics import (
    Design,
    Estimate,
    RaoScott,
    WeightedProportion,
    logit_interval,
    rao_scott,
    weighted_mean,
    weighted_proportion,
)

# apiclus1: 15 of 757 districts, all their schools; elementary, high, middle schools by district.
DISTRICTS = [
    (8, 1, 2),
    (2, 1, 1),
    (1, 0, 1),
    (10, 0, 3),
    (2, 0, 0),
    (2, 1, 1),
    (2, 1, 1),
    (13, 0, 3),
    (4, 4, 1),
    (34, 0, 0),
    (16, 2, 3),
    (30, 3, 4),
    (10, 0, 3),
    (1, 0, 0),
    (9, 1, 2),
]
# apistrat: sampled, in the population, and without an award, by type of school.
STRATA = {"E": (100, 4421, 27), "H": (50, 755, 34), "M": (50, 1018, 26)}


def _cluster_sample(kind: int) -> tuple[list[bool], list[int]]:
    is_kind, district = [], []
    for number, counts in enumerate(DISTRICTS):
        for other, n in enumerate(counts):
            is_kind += [other == kind] * n
            district += [number] * n
    return is_kind, district


@pytest.mark.parametrize(
    ("kind", "mean", "with_fpc", "without"),
    [
        (0, 0.78688524590164, 0.0463365536499119, 0.0468025716133837),
        (1, 0.0765027322404373, 0.0268102190507709, 0.0270798559291773),
        (2, 0.136612021857924, 0.0296490466402603, 0.0299472342965665),
    ],
)
def test_clusters_give_the_published_standard_errors(
    kind: int, mean: float, with_fpc: float, without: float
) -> None:
    """svymean(~stype) of the one-stage cluster sample, with and without population correction."""
    is_kind, district = _cluster_sample(kind)
    corrected = weighted_proportion(is_kind, clusters=district, n_clusters_in_population={None: 757})
    plain = weighted_proportion(is_kind, weights=[33.847] * 183, clusters=district)
    assert isinstance(corrected, WeightedProportion)
    assert isinstance(plain, WeightedProportion)
    assert corrected.estimate == pytest.approx(mean, abs=1e-12)
    assert corrected.standard_error == pytest.approx(with_fpc, abs=1e-12)
    assert plain.standard_error == pytest.approx(without, abs=1e-12)
    assert plain.df == 14


def test_strata_give_the_published_standard_error() -> None:
    """svymean(~awards) of the stratified sample is 0.36106393 (no award) with SE 0.03440592."""
    is_no, stratum, weight = [], [], []
    for name, (n, n_population, n_no) in STRATA.items():
        is_no += [True] * n_no + [False] * (n - n_no)
        stratum += [name] * n
        weight += [n_population / n] * n
    found = weighted_proportion(
        is_no,
        weights=weight,
        strata=stratum,
        n_clusters_in_population={name: float(v[1]) for name, v in STRATA.items()},
    )
    assert isinstance(found, WeightedProportion)
    assert found.estimate == pytest.approx(0.36106393283823, abs=1e-12)
    assert found.standard_error == pytest.approx(0.0344059182016133, abs=1e-12)
    assert found.df == 197


# Schools without a school-wide growth target met, and without an award: by district, as above.
NOT_SCHOOL_WIDE = {
    2: (0, 0, 1),
    3: (1, 0, 2),
    5: (0, 1, 1),
    6: (0, 0, 1),
    7: (1, 0, 0),
    8: (1, 1, 0),
    9: (3, 0, 0),
    10: (1, 1, 1),
    11: (5, 0, 0),
    12: (0, 0, 2),
}
NO_AWARD = {
    0: (2, 0, 0),
    1: (1, 0, 0),
    2: (0, 0, 1),
    3: (1, 0, 3),
    5: (2, 1, 1),
    6: (0, 0, 1),
    7: (3, 0, 0),
    8: (2, 2, 1),
    9: (8, 0, 0),
    10: (4, 2, 1),
    11: (9, 3, 1),
    12: (1, 0, 2),
    14: (0, 0, 1),
}
LOS_ANGELES = {  # api00 of the two districts of that county, the fourth and fifth of the sample
    3: (493, 592, 550, 689, 598, 628, 652, 628, 832, 777, 709, 709, 736),
    4: (561, 555),
}


def _answers(without: dict[int, tuple[int, int, int]]) -> tuple[list[str], list[str], list[int]]:
    """Yes or No, the type of school and its district, school by school."""
    answer, kind, district = [], [], []
    for number, counts in enumerate(DISTRICTS):
        for name, n, n_no in zip("EHM", counts, without.get(number, (0, 0, 0)), strict=True):
            answer += ["No"] * n_no + ["Yes"] * (n - n_no)
            kind += [name] * n
            district += [number] * n
    return answer, kind, district


def test_the_tallies_are_those_of_the_printed_table() -> None:
    """svytable(~sch.wide + stype, dclus1) prints 406.164, 101.541, 270.776 without the target met."""
    answer, kind, _ = _answers(NOT_SCHOOL_WIDE)
    pairs = list(zip(answer, kind, strict=True))
    weighed = [33.847 * pairs.count((a, k)) for a in ("No", "Yes") for k in "EHM"]
    assert weighed == pytest.approx([406.164, 101.541, 270.776, 4467.8035, 372.317, 575.3989], abs=1e-3)


def test_rao_scott_gives_the_example_of_the_survey_package() -> None:
    """svychisq(~sch.wide + stype, dclus1): F = 5.1934 on 1.4946 and 20.925, p = 0.02175; X² = 11.9409."""
    answer, kind, district = _answers(NOT_SCHOOL_WIDE)
    design = Design(n=183, weights=[33.847] * 183, clusters=district, n_clusters_in_population={None: 757})
    found = rao_scott(answer, kind, design)
    assert isinstance(found, RaoScott)
    assert found.f == pytest.approx(5.1934, abs=5e-5)
    assert found.df_1 == pytest.approx(1.4946, abs=5e-5)
    assert found.df_2 == pytest.approx(20.925, abs=5e-4)
    assert found.p == pytest.approx(0.02175, abs=5e-6)
    assert found.pearson == pytest.approx(11.9409, abs=5e-5)


def test_rao_scott_gives_rs_output_for_clusters() -> None:
    """svychisq(~stype + awards) of the cluster sample with weights only, to twelve figures."""
    answer, kind, district = _answers(NO_AWARD)
    found = rao_scott(kind, answer, Design(n=183, weights=[33.847] * 183, clusters=district))
    assert isinstance(found, RaoScott)
    assert (found.f, found.df_1, found.df_2, found.p) == pytest.approx(
        (4.92628761345023, 1.71200283432057, 23.9680396804879, 0.0200399451888242), rel=1e-10
    )


def test_rao_scott_gives_rs_output_for_strata() -> None:
    """svychisq(~stype + awards) of the stratified sample with population correction, to twelve figures."""
    answer, stratum, weight = [], [], []
    for name, (n, n_population, n_no) in STRATA.items():
        answer += ["No"] * n_no + ["Yes"] * (n - n_no)
        stratum += [name] * n
        weight += [n_population / n] * n
    populations = {name: float(v[1]) for name, v in STRATA.items()}
    design = Design(n=200, weights=weight, strata=stratum, n_clusters_in_population=populations)
    found = rao_scott(stratum, answer, design)
    assert isinstance(found, RaoScott)
    assert (found.f, found.df_1, found.df_2) == pytest.approx(
        (14.1694082305841, 1.88513588010282, 371.371768380256), rel=1e-10
    )
    assert found.p == pytest.approx(2.08210852324867e-06, rel=1e-8)


@pytest.mark.parametrize(
    ("populations", "error"), [(None, 17.4230693023744), ({None: 757.0}, 17.2495860301136)]
)
def test_a_domain_has_the_published_error(populations: dict[None, float] | None, error: float) -> None:
    """svyby(~api00, ~county): Los Angeles 647.2667, with its error among all fifteen districts."""
    score, inside, district = [], [], []
    for number, counts in enumerate(DISTRICTS):
        here = LOS_ANGELES.get(number)
        score += list(here) if here else [float("nan")] * sum(counts)  # unused outside the domain
        inside += [here is not None] * sum(counts)
        district += [number] * sum(counts)
    design = Design(n=183, clusters=district, n_clusters_in_population=populations)
    found = weighted_mean(score, design, inside)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(647.266666666667, abs=1e-9)
    assert found.standard_error == pytest.approx(error, abs=1e-9)


@pytest.mark.parametrize(
    ("p", "error", "df", "low", "high"),
    [
        (0.0907974, 0.009738, 7, 0.0702492, 0.1166023),
        (0.0344159, 0.0333862, 7, 0.0033022, 0.2771624),
        (0.0907974, 0.0106686, 19, 0.0708027, 0.1157353),
    ],
)
def test_logit_limits_are_those_of_the_svy_package(
    p: float, error: float, df: int, low: float, high: float
) -> None:
    """Share, error and limits as the Python package svy (samplics-org/svy) prints them in its test data."""
    assert logit_interval(p, error, df=df) == pytest.approx((low, high), abs=2e-6)
