"""Named cases of reading bytes as text."""

from __future__ import annotations

import pytest

from qualtool.errors import TranscriptError
from qualtool.model import SegmentKind, TimedTurn
from qualtool.text import canonical, count_words, decode, segments_of_turns, sentences_of, word_starts

CASES = {
    "utf-8": ("Zoë — “fine”".encode(), "utf-8", "Zoë — “fine”"),
    "utf-8 with a mark": (b"\xef\xbb\xbfZo\xc3\xab", "utf-8-sig", "Zoë"),
    "windows-1252 quotes": (b"\x93fine\x94 \x96 \x80 5", "cp1252", "“fine” – € 5"),
    "latin accents": (b"caf\xe9", "cp1252", "café"),
    "utf-16 le with a mark": ("é’".encode("utf-16"), "utf-16", "é’"),
    "utf-16 be with a mark": (b"\xfe\xff\x00A\x20\x19", "utf-16", "A’"),
    "utf-32 with a mark": ("A’".encode("utf-32"), "utf-32", "A’"),
    "utf-16 le without a mark": ("Ruth said “é”".encode("utf-16-le"), "utf-16-le", "Ruth said “é”"),
    "utf-16 be without a mark": ("Ruth said “é”".encode("utf-16-be"), "utf-16-be", "Ruth said “é”"),
    "nothing": (b"", "utf-8", ""),
}


@pytest.mark.parametrize("kind", sorted(CASES))
def test_decoding(kind: str) -> None:
    """Bytes are read as the encoding they are in, and it is named."""
    data, encoding, text = CASES[kind]
    found = decode(data, where="x")
    assert (found.encoding, found.text) == (encoding, text)


@pytest.mark.parametrize("data", [b"\x81", b"abc \x8d def", b"\x90\x9d", b"\xff\xfeA", b"\xff\xfe\x00\xd8"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    """Bytes without meaning in any encoding are refused with the file's name and what to do."""
    with pytest.raises(TranscriptError) as caught:
        canonical(decode(data, where="a.txt").text, where="a.txt")
    assert caught.value.problems[0].where == "a.txt"
    assert "UTF-8" in caught.value.problems[0].next


def test_utf_16_in_plain_letters_is_refused_or_read() -> None:
    """ASCII words in UTF-16 without a mark never come out as letters with NULs between them."""
    data = "Ruth: plain words".encode("utf-16-le")
    try:
        text = canonical(decode(data, where="x").text, where="x")
    except TranscriptError as err:
        assert "NUL" in err.message
    else:
        assert text == "Ruth: plain words"


def test_line_ends() -> None:
    """All three line ends are one, and other separators stay characters of the line."""
    assert canonical("a\r\nb\rc\n\r\nd", where="x") == "a\nb\nc\n\nd"
    assert canonical("a\x85b\u2028c\x0bd\x0ce", where="x") == "a\x85b\u2028c\x0bd\x0ce"
    assert canonical("e\u0301 ﬁ ｆ", where="x") == "e\u0301 ﬁ ｆ"


def test_words_of_real_sentences() -> None:
    """Inner apostrophes and hyphens join a word; dashes, dots and emoji do not."""
    assert count_words("It's a well-known two-year-old's school — 3.5% of 900,001, o’clock 👩‍👧") == 11
    text = "Ruth’s  well-known\nschool."
    assert [text[n:].split()[0] for n in word_starts(text)] == ["Ruth’s", "well-known", "school."]
    assert count_words("") == count_words(" … — !") == 0


def test_sentences_of_real_talk() -> None:
    """Sentences end at their marks, a blank stretch has none, and spans are offsets into the stretch."""
    text = "  I said no. Did they listen?  They did not!\n\nSo."
    (spans, blank) = sentences_of([text, " \n "])
    assert [text[a:b] for a, b in spans] == ["I said no.", "Did they listen?", "They did not!", "So."]
    assert blank == []


def test_a_very_long_turn_is_cut_and_joined() -> None:
    """A turn of a million characters keeps all its words and sentences."""
    sentence = "This is one of very many sentences in a row. "
    text = sentence * 22_000
    turn = TimedTurn(label="R", start_char=0, end_char=len(text))
    segments = segments_of_turns(text, [turn])
    cut = [s for s in segments if s.kind is SegmentKind.SENTENCE]
    assert len(cut) == 22_000
    assert sum(s.n_words for s in cut) == segments[0].n_words == 10 * 22_000
    assert {text[s.start_char : s.end_char] for s in cut} == {sentence.strip()}
