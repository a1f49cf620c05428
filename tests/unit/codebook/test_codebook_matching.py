"""Hints against making a code that is there already."""

from __future__ import annotations

import pytest

from qualtool.codebook import near_names
from qualtool.model import Code, Codebook

NAMES = (
    "Magnet reputation",
    "Waiting",
    "Families heard or unheard",
    "Families heard",
    "Family cost",
    "Welcome",
)
CODEBOOK = Codebook(
    title="T",
    codes=tuple(
        Code(guid=str(n), name=name, short_id="BASE-JOINT" if name == "Welcome" else "")
        for n, name in enumerate(NAMES)
    ),
)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("magnet reputation", "Magnet reputation"),
        ("Magnet reputations", "Magnet reputation"),
        ("Reputation: magnet", "Magnet reputation"),
        ("Wating", "Waiting"),
        ("base joint", "Welcome"),
    ],
)
def test_capitals_endings_slips_order_and_short_ids_are_seen_through(name: str, first: str) -> None:
    """A new name that is nearly an old name or short id points to that code first."""
    assert near_names(name, CODEBOOK)[0].name == first


def test_nearest_comes_first_and_the_limit_holds() -> None:
    """The exact name comes before a near one, and no more codes are given than asked for."""
    assert near_names("Families heard", CODEBOOK)[0].name == "Families heard"
    crowd = Codebook(title="T", codes=tuple(Code(guid=str(n), name=f"Waiting {n}") for n in range(9)))
    assert near_names("Waiting 1", crowd)[0].name == "Waiting 1"
    assert len(near_names("Waiting 1", crowd)) == 3
    assert len(near_names("Waiting 1", crowd, limit=5)) == 5
    assert near_names("Waiting 1", crowd, limit=0) == ()


@pytest.mark.parametrize("name", ["", "  ", "-", "Timetable", "Suspension"])
def test_names_that_are_not_near_give_nothing(name: str) -> None:
    """A blank name, or one like no other, has no near code."""
    assert near_names(name, CODEBOOK) == ()
