"""What is typed into the search box, and which passages fit it."""

from __future__ import annotations

import pytest

from qualtool.errors import UserInputError
from qualtool.text.queries import Matcher, parse_query

TEXTS = {
    "a": "Families moved house to be near us.",
    "b": "We moved the house keys.",
    "c": "They relocated. Their mother chose the café.",
    "d": "Nothing of the kind.",
}


def fitting(typed: str) -> str:
    matcher = Matcher(parse_query(typed))
    return "".join(name for name, text in TEXTS.items() if matcher.fits(text))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("moved house", "ab"),
        ('"moved house"', "a"),
        ("“moved house”", "a"),
        ("moved OR relocated", "abc"),
        ("moved -keys", "a"),
        ("moved NOT keys", "a"),
        ('moved NOT "house keys"', "a"),
        ("moved families OR mother relocated", "ac"),
        ("MOVED", "ab"),
        ("cafe", "c"),
        ("hous", ""),
        ("not kind or nothing", ""),
        ("kind.", "d"),
        ("- moved", "ab"),
    ],
)
def test_a_query_keeps_to_what_fits(typed: str, wanted: str) -> None:
    """All words of an alternative, whole, in any order; phrases as they stand; none of those denied."""
    assert fitting(typed) == wanted


@pytest.mark.parametrize(
    "typed", ["", "  ", "-moved", "NOT moved", "moved OR", "OR", '"moved', "moved NOT", '""']
)
def test_what_cannot_be_looked_for_is_said(typed: str) -> None:
    """Nothing to look for, an open quotation mark, or a lone operator gives a plain sentence."""
    with pytest.raises(UserInputError) as caught:
        parse_query(typed)
    assert caught.value.problems


def test_only_operators_and_quotes_are_strict() -> None:
    """Plain words are looked for by meaning as well; the rest keeps to the letter."""
    assert not parse_query("parents and schools or not").is_strict
    assert all(parse_query(typed).is_strict for typed in ('"a b"', "a OR b", "a -b", "a NOT b"))
    assert parse_query('a "b c" -d').words == "a b c"
