"""Words are found at their true offsets, however they are written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualtool.text.finding import Finder


@pytest.mark.parametrize(
    ("wanted", "options", "text", "found"),
    [
        ("house", {}, "House, HOUSE and houses", ["House", "HOUSE", "house"]),
        ("house", {"ignore_case": False}, "House and house", ["house"]),
        ("house", {"whole_word": True}, "House houses warehouse house.", ["House", "house"]),
        ("cafe", {}, "Café, cafe\u0301 and CAFE", ["Café", "cafe\u0301", "CAFE"]),
        ("café", {}, "cafe", ["cafe"]),
        ("café", {"ignore_accents": False}, "cafe café", ["café"]),
        ("don't", {}, "I don’t and don't", ["don’t", "don't"]),
        ("moved  house", {}, "They moved\nhouse.", ["moved\nhouse"]),
        ("moved house", {"mode": "any"}, "a house, moved", ["house", "moved"]),
        ("school schools", {"mode": "any"}, "schools school", ["schools", "school"]),
        ("art", {"mode": "any", "whole_word": True}, "art part arts art", ["art", "art"]),
        ("a.b", {}, "a.b axb", ["a.b"]),
        ("İ", {}, "İstanbul x", ["İ"]),
        ("x", {}, "İİİ x", ["x"]),
        ("", {}, "anything", []),
        ("   ", {"mode": "any"}, "anything", []),
        ("a b a", {"whole_word": True}, "xa b a b a", ["a b a"]),
    ],
)
def test_found_words(wanted: str, options: dict[str, object], text: str, found: list[str]) -> None:
    """Each hit, cut from the text itself at the offsets given, is what was looked for."""
    assert [text[a:b] for a, b in Finder(wanted, **options).spans(text)] == found


@given(
    st.text(alphabet="aébİ\u0301 A\U0001f469x", max_size=30),
    st.text(alphabet="aébxA", min_size=1, max_size=3),
    st.text(alphabet="aébİ\u0301 A\U0001f469x", max_size=30),
)
def test_what_is_in_a_text_is_found_there(before: str, wanted: str, after: str) -> None:
    """A word put into any text is found, and every hit is that word but for case and accents."""
    text = before + wanted + after
    spans = Finder(wanted).spans(text)
    assert spans

    def bare(words: str) -> str:
        apart = unicodedata.normalize("NFD", words)
        return "".join(c for c in apart if not unicodedata.combining(c)).casefold()

    assert {bare(text[a:b]) for a, b in spans} == {bare(wanted)}
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(spans[n][1] <= spans[n + 1][0] for n in range(len(spans) - 1))


@given(st.text(alphabet="ab c", max_size=40), st.sampled_from(["a", "ab", "b c"]))
def test_whole_words_have_no_word_beside_them(text: str, wanted: str) -> None:
    """A whole-word hit has neither letter nor digit before or behind it."""
    for a, b in Finder(wanted, whole_word=True).spans(text):
        assert not text[max(0, a - 1) : a].isalnum()
        assert not text[b : b + 1].isalnum()
