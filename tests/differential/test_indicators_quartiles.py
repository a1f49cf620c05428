"""Cuts and quartiles against a twin in exact fractions."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualtool.indicators import census_years, quartile, quartile_cuts, read_indicator_file


def twin(rates: list[Fraction]) -> tuple[list[Fraction], list[int]]:
    """The cuts at (n - 1) p between order statistics, and for each rate 1 + the cuts below it."""
    ordered = sorted(rates)
    cuts = []
    for p in (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)):
        place = (len(ordered) - 1) * p
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        cuts.append(ordered[below] + (place - below) * (ordered[above] - ordered[below]))
    return cuts, [1 + sum(cut < rate for cut in cuts) for rate in rates]


def test_real_primaries_have_the_twins_cuts_and_quartiles(shared_data: Path) -> None:
    """Every primary of 2022/23 is in the quartile that exact fractions put it in, ties included."""
    path = shared_data / "schools/cscp/2022-2023_england_census.csv"
    file = read_indicator_file(path.read_bytes(), name=path.name)
    schools = census_years([file])[0].schools.values()
    primaries = [
        (int(s.cells["ehcp_count"].value or 0), int(s.cells["roll"].value or 0))
        for s in schools
        if s.phase == "primary" and s.cells["roll"].value
    ]
    exact_cuts, exact = twin([Fraction(100 * ehcp, roll) for ehcp, roll in primaries])
    cuts = quartile_cuts([100 * ehcp / roll for ehcp, roll in primaries])
    assert cuts == pytest.approx([float(cut) for cut in exact_cuts], rel=1e-12)
    assert Counter(quartile(100 * ehcp / roll, cuts) for ehcp, roll in primaries) == Counter(exact)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_quartiles_are_the_twins(eighths: list[int]) -> None:
    """Rates that floats hold exactly are cut and placed as in exact fractions."""
    exact_cuts, exact = twin([Fraction(n, 8) for n in eighths])
    cuts = quartile_cuts([n / 8 for n in eighths])
    assert list(cuts) == [float(cut) for cut in exact_cuts]
    assert [quartile(n / 8, cuts) for n in eighths] == exact
