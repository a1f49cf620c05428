"""Published worked examples of equivalence tests.

Of two proportions: recomputed by D. Lakens in the vignette "TOSTER validation against published
literature" of R's TOSTER. Of means by permutation: the two one-sided tests of a margin are those that a
permutation interval of a shift inverts, and such intervals are published with their data.
"""

import numpy as np
import pytest

from qualtool.statistics import Equivalence, is_within, tost_permutation, tost_proportions


def _tested(k1: int, n1: int, k0: int, n0: int, margin: float) -> Equivalence:
    found = tost_proportions(k1, n1, k0, n0, margin=margin)
    assert isinstance(found, Equivalence)
    return found


def test_tost_gives_the_equivalent_example_of_tunes_da_silva() -> None:
    """Tunes da Silva, Logan & Klein 2009, table 3: 187/583 and 95/328, margin .10: Z = 2.18, p = .015."""
    found = _tested(187, 583, 95, 328, 0.10)
    assert found.p == pytest.approx(0.015, abs=5e-4)
    assert found.p == found.p_high
    assert is_within(-0.021, 0.083, 0.10)  # the 90% interval they print


def test_tost_gives_the_other_example_of_tunes_da_silva() -> None:
    """The same table: 331/583 and 201/328, margin .10: Z = 1.62, p = .052, 90% from -10.1 to 1.1%."""
    found = _tested(331, 583, 201, 328, 0.10)
    assert found.p == pytest.approx(0.052, abs=5e-4)
    assert found.p == found.p_low
    assert not is_within(-0.101, 0.011, 0.10)


def test_tost_calls_the_trial_of_walker_and_nowacki_equivalent() -> None:
    """Walker & Nowacki 2011: 133/262 and 136/265, margin .12, two-sided 95% from -.09 to .08: equivalent."""
    assert _tested(133, 262, 136, 265, 0.12).p < 0.025  # a 95% interval is two tests at 2.5%
    assert is_within(-0.09, 0.08, 0.12)


# Recovery times of two groups of patients, Ernst 2004, Stat Sci 19:676; here in hundredths.
QUICK, SLOW = [0.19, 0.22, 0.25, 0.26], [0.23, 0.33, 0.40]
# Wing lengths in mm of two species of midges, the same paper.
WINGS_1 = [1.72, 1.64, 1.74, 1.70, 1.82, 1.82, 1.90, 1.82, 2.08]
WINGS_2 = [1.78, 1.86, 1.96, 2.00, 2.00, 1.96]
JUST_ABOVE = 1e-6


def _shifted(first: list[float], other: list[float], margin: float) -> Equivalence:
    labels = [True] * len(first) + [False] * len(other)
    found = tost_permutation(first + other, labels, margin=margin, rng=np.random.default_rng(1))
    assert isinstance(found, Equivalence)
    return found


def test_one_side_of_permutation_gives_the_p_of_recovery_times() -> None:
    """Vignette "nguyen" of R's CIPerm: that the first are not quicker has p = 0.08571429, three of 35."""
    assert _shifted(QUICK, SLOW, JUST_ABOVE).p_high == pytest.approx(0.08571429, abs=5e-9)


def test_margins_turn_at_the_permutation_interval_of_recovery_times() -> None:
    """README and vignette of R's CIPerm: -21 to 3, each side at 1 of 35; one-sided up to 2, at 2 of 35."""
    for limit, is_low in ((0.21, True), (0.03, False)):
        at, above = (_shifted(QUICK, SLOW, margin) for margin in (limit, limit + JUST_ABOVE))
        assert (at.p_low if is_low else at.p_high) == 2 / 35
        assert (above.p_low if is_low else above.p_high) == 1 / 35
    assert _shifted(QUICK, SLOW, 0.02).p_high == 3 / 35
    assert _shifted(QUICK, SLOW, 0.02 + JUST_ABOVE).p_high == 2 / 35
    assert _shifted(QUICK, SLOW, 0.21).p == 2 / 35
    assert _shifted(QUICK, SLOW, 0.21 + JUST_ABOVE).p == 1 / 35  # equivalent, at this level


def test_margins_turn_at_the_permutation_interval_of_wing_lengths() -> None:
    """Of 5,005 labellings 2.5% a side: Nguyen 2009 prints -0.246 to 0.010 mm, Ernst 2004 -0.250 to 0.010.

    Vignette "nguyen" of R's CIPerm. The upper limit is exact; the lower lies between 0.246 and 0.247, and
    Ernst's, found by another method, is the next margin that some labelling ties with.
    """
    assert _shifted(WINGS_1, WINGS_2, 0.010).p_high > 0.025 > _shifted(WINGS_1, WINGS_2, 0.0101).p_high
    assert _shifted(WINGS_1, WINGS_2, 0.246).p_low > 0.025 > _shifted(WINGS_1, WINGS_2, 0.247).p_low
    assert _shifted(WINGS_1, WINGS_2, 0.250).p_low > _shifted(WINGS_1, WINGS_2, 0.2501).p_low
