"""Published worked examples of equivalence tests on two proportions.

Recomputed by D. Lakens in the vignette "TOSTER validation against published literature" of R's TOSTER.
"""

import pytest

from qualtool.statistics import Equivalence, is_within, tost_proportions


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
