"""Published worked example of the false discovery rate."""

import pytest

from qualtool.statistics import benjamini_hochberg

# Benjamini & Hochberg 1995, section 4.1: 15 p-values of a thrombolysis trial.
P_VALUES = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0000,
]


def test_benjamini_hochberg_rejects_the_four_of_the_paper() -> None:
    """At a false discovery rate of 0.05 exactly the four smallest p-values of the paper are rejected."""
    q = benjamini_hochberg(P_VALUES)
    assert [value is not None and value <= 0.05 for value in q] == [True] * 4 + [False] * 11
    assert q[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])
