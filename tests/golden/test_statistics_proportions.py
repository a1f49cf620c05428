"""Weighted proportions against the published output of R's survey package (Lumley), api data.

The counts below are the public api samples of Californian schools, tallied by district and by stratum.
"""

import pytest

from qualtool.statistics import WeightedProportion, weighted_proportion

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
