"""Published worked example of Cliff's delta."""

import pytest

from qualtool.statistics import CliffsDelta, cliffs_delta


def test_cliffs_delta_gives_the_example_of_effsize() -> None:
    """The help page of R's effsize::cliff.delta prints -0.25 (small), -0.7265846 to 0.3890062."""
    found = cliffs_delta([10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50])
    assert isinstance(found, CliffsDelta)
    assert found.delta == pytest.approx(-0.25)
    assert found.size == "small"
    assert (found.low, found.high) == pytest.approx((-0.7265846, 0.3890062), abs=5e-8)
