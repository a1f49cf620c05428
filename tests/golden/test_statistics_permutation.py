"""Worked examples of permutation tests, and the smallest p a design can give."""

import numpy as np
import pytest

from qualtool.statistics import Association, PermutationResult, kendall_tau_b, permute_groups, spearman_rho


def _test(first: list[float], other: list[float], **options: object) -> PermutationResult:
    labels = [True] * len(first) + [False] * len(other)
    found = permute_groups(first + other, labels, rng=np.random.default_rng(1), **options)  # pyright: ignore
    assert isinstance(found, PermutationResult)
    return found


def test_three_against_three_can_give_a_tenth() -> None:
    """With three schools a side the smallest two-sided p is 2 / 20 = 0.10."""
    found = _test([0.9, 0.8, 0.7], [0.3, 0.2, 0.1])
    assert (found.p, found.min_p, found.n_labellings) == (0.1, 0.1, 20)


def test_four_against_four_can_give_twenty_nine_thousandths() -> None:
    """With four schools a side the smallest two-sided p is 2 / 70 = 0.029."""
    found = _test([0.9, 0.8, 0.7, 0.6], [0.3, 0.2, 0.1, 0.0])
    assert found.p == found.min_p == pytest.approx(2 / 70)


def test_permutation_gives_the_wilcoxon_p_of_the_r_help_page() -> None:
    """On ranks the test is Wilcoxon's: R's wilcox.test page gives one-sided p = 0.1272 (W = 35)."""
    # Hollander & Wolfe 1973, p. 69: permeability of chorioamnion at term and at 12 to 26 weeks.
    at_term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    early = [1.15, 0.88, 0.90, 0.74, 1.21]
    ranks = np.argsort(np.argsort(at_term + early)) + 1.0
    found = _test(ranks[:10].tolist(), ranks[10:].tolist())
    assert found.n_labellings == 3003
    # The rank sum's distribution is symmetric, so the two-sided p is twice the printed one.
    assert found.p == pytest.approx(2 * 0.1272, abs=2e-4)


def test_kendall_gives_the_example_of_the_r_help_page() -> None:
    """R's cor.test page (Hollander & Wolfe 1973, p. 187) gives tau = 0.4444 and exact p = 0.1194."""
    lightness = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    panel = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    found = kendall_tau_b(lightness, panel, rng=np.random.default_rng(1), max_exact=400_000)
    assert isinstance(found, Association)
    assert round(found.coefficient, 4) == 0.4444
    assert found.test.is_exact
    assert round(found.test.p, 4) == 0.1194


def test_tau_b_counts_ties_as_in_the_scipy_manual() -> None:
    """With ties in both variables tau-b is -0.4714045, the value the SciPy manual prints."""
    found = kendall_tau_b([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], rng=np.random.default_rng(1))
    assert isinstance(found, Association)
    assert found.coefficient == pytest.approx(-0.47140452079103173)


def test_spearman_gives_the_textbook_example() -> None:
    """IQ and hours of television of ten people, the textbook example, give rho = -29/165."""
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    found = spearman_rho(iq, hours, rng=np.random.default_rng(1))
    assert isinstance(found, Association)
    assert found.coefficient == pytest.approx(-29 / 165)
    assert not found.test.is_exact


def test_pairs_as_strata_give_fishers_test_of_darwins_maize() -> None:
    """Fisher 1935, section 21: 863 of the 32,768 ways to cross 15 pairs of maize reach Darwin's 314."""
    # Crossed minus self-fertilised height, in eighths of an inch, pot by pot.
    differences = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    heights = [h for d in differences for h in (float(d), 0.0)]
    pairs = [f"{number:02}" for number in range(15) for _ in range(2)]
    found = permute_groups(heights, [True, False] * 15, strata=pairs, rng=np.random.default_rng(1))
    assert isinstance(found, PermutationResult)
    assert found.is_exact
    assert found.statistic == pytest.approx(314 / 15)
    assert found.p == 2 * 863 / 32768


TABLE_7_7 = [[2, 4, 29, 19], [7, 6, 116, 51], [19, 27, 201, 76], [18, 22, 133, 54]]


@pytest.mark.parametrize(("part", "tau", "rho"), [(1, -0.0859, None), (10, -0.1235, -0.1358)])
def test_ordered_answers_of_patients_give_the_printed_coefficients(
    part: int, tau: float, rho: float | None
) -> None:
    """Fagerland, Lydersen & Laake 2017, table 7.7: tau-b -0.0859; a tenth of it: -0.1235, and rho -0.1358."""
    cells = [(i, j, n // part) for i, row in enumerate(TABLE_7_7) for j, n in enumerate(row)]
    x = [float(i) for i, _, n in cells for _ in range(n)]
    y = [float(j) for _, j, n in cells for _ in range(n)]
    ordered = kendall_tau_b(x, y, rng=np.random.default_rng(1), n_draws=9)
    ranked = spearman_rho(x, y, rng=np.random.default_rng(1), n_draws=9)
    assert isinstance(ordered, Association)
    assert isinstance(ranked, Association)
    assert round(ordered.coefficient, 4) == tau
    assert rho is None or round(ranked.coefficient, 4) == rho
