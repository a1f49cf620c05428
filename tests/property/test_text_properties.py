"""Text over all of Unicode: canonical form, segments, quotes and their offsets."""

from __future__ import annotations

import sqlite3
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qualtool.errors import SelectionError, TranscriptError
from qualtool.model import SegmentKind, TimedTurn
from qualtool.text import (
    canonical,
    count_words,
    decode,
    segments_of_answer,
    segments_of_turns,
    select,
    sentences_of,
    word_starts,
)

# Every code point but surrogates, NUL among them; the odd ones come often.
_LINES_AND_MARKS = "\r\n\t\v\f\x1c\x1d\x1e\x85\u2028\u2029\u00a0\u200d\u202e\ufeff\ufffd"
_LETTERS_AND_POINTS = "dIıİßﬁ.!?… '’-_\U0001f469\U0001f1ec\u0301"
ODD = st.sampled_from([*_LINES_AND_MARKS, *_LETTERS_AND_POINTS])
ANY = st.text(alphabet=ODD | st.characters(exclude_categories=["Cs"]), max_size=80)
PLAIN = ANY.map(lambda t: t.replace("\0", "").replace("\r", ""))
STRINGS = PLAIN.filter(lambda t: not t.startswith("\ufeff"))


@given(ANY)
@example("\ufeff\ufeffa\r\rb\r\n\n")
@example("a\x85b\u2028c\x0bd")
def test_canonical_form_changes_line_ends_only(text: str) -> None:
    """CRLF and CR become LF, one mark is stripped, NUL is refused, and nothing else changes."""
    if "\0" in text:
        with pytest.raises(TranscriptError):
            canonical(text, where="x")
        return
    found = canonical(text, where="x")
    assert "\r" not in found
    assert found == text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not found.startswith("\ufeff"):
        assert canonical(found, where="x") == found


@given(ANY, st.integers(0xD800, 0xDFFF), ANY)
def test_lone_surrogates_are_refused(before: str, half: int, after: str) -> None:
    """Half of a surrogate pair is refused, and the error holds none of the text."""
    with pytest.raises(TranscriptError) as caught:
        canonical(before + chr(half) + after, where="file")
    str(caught.value).encode()
    assert caught.value.problems[0].where == "file"


@given(STRINGS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_marked_encodings_round_trip(text: str, encoding: str) -> None:
    """A text written with a byte-order mark, or in UTF-8, is read back to the last character."""
    decoded = decode(text.encode(encoding), where="x")
    assert decoded.text == text
    if encoding != "utf-8":
        assert decoded.encoding == encoding


@given(st.text(alphabet=st.characters(codec="cp1252", exclude_characters="\0"), max_size=60))
def test_windows_1252_is_read_where_utf_8_is_not(text: str) -> None:
    """Bytes that are no UTF-8 are read as Windows-1252 to the last character."""
    data = text.encode("cp1252")
    found = decode(data, where="x")
    try:
        assert found.text == data.decode("utf-8").removeprefix("\ufeff")
        assert found.encoding.startswith("utf-8")
    except UnicodeDecodeError:
        assert (found.text, found.encoding) == (text, "cp1252")


@given(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=8),
    st.sampled_from(["le", "be"]),
)
def test_utf_16_without_a_mark_is_not_taken_for_utf_8_text(text: str, order: str) -> None:
    """Plain words in UTF-16 without a mark and with one accent are read as UTF-16."""
    words = text + "é\u2019" + text
    data = words.encode(f"utf-16-{order}")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        found = decode(data, where="x")
        assert (found.text, found.encoding) == (words, f"utf-16-{order}")


@given(PLAIN, st.integers(-3, 90), st.integers(-3, 90))
def test_a_selection_is_a_slice_or_refused(text: str, start: int, end: int) -> None:
    """Offsets inside the text give the slice; all others are refused, the words never repeated."""
    options = {"source_guid": "g", "version": 1, "start_char": start, "end_char": end}
    if 0 <= start < end <= len(text):
        found = select(text, **options)
        assert found.quote == text[start:end]
        assert select(text, **options, quote=text[start:end]) == found
        with pytest.raises(SelectionError) as caught:
            select(text, **options, quote=text[start:end] + "x")
        assert len(text[start:end]) < 12 or text[start:end] not in str(caught.value)
    else:
        with pytest.raises(SelectionError):
            select(text, **options)


@given(PLAIN)
@example("👩‍👩‍👧‍👦 cafe\u0301 𝒳 İstanbul")
def test_sqlite_cuts_as_python_does(text: str) -> None:
    """SQLite's length and substr count as Python's slices, so that the file can test a quote."""
    conn = sqlite3.connect(":memory:")
    try:
        assert conn.execute("SELECT length(?)", (text,)).fetchone() == (len(text),)
        for start in range(0, len(text), 7):
            found = conn.execute("SELECT substr(?, ?, 5)", (text, start + 1)).fetchone()
            assert found == (text[start : start + 5],)
    finally:
        conn.close()


@given(PLAIN)
def test_words_start_where_they_are_counted(text: str) -> None:
    """As many starts as words; each is a letter, digit or underscore after something that is none."""
    starts = word_starts(text)
    assert len(starts) == count_words(text)
    assert starts == sorted(set(starts))
    for start in starts:
        assert text[start].isalnum() or text[start] == "_" or unicodedata.category(text[start])[0] in "LNM"


@given(st.lists(PLAIN, max_size=5))
@settings(deadline=None)
def test_sentences_keep_every_visible_character(stretches: list[str]) -> None:
    """Sentences rise without overlap, are trimmed, and leave nothing but white space out."""
    found = sentences_of(stretches)
    assert len(found) == len(stretches)
    for stretch, spans in zip(stretches, found, strict=True):
        at = 0
        for start, end in spans:
            assert at <= start < end <= len(stretch)
            assert not stretch[at:start].strip()
            assert not stretch[start].isspace() and not stretch[end - 1].isspace()
            at = end
        assert not stretch[at:].strip()
    assert sentences_of(stretches) == found


@given(st.lists(PLAIN, min_size=1, max_size=5))
@settings(deadline=None)
def test_a_sentence_never_crosses_a_turn(parts: list[str]) -> None:
    """Each sentence lies in the turn it names, turns keep their order, and words add up to the turn's."""
    text, turns = "", []
    for n, part in enumerate(parts):
        text += f"L{n}: "
        turns.append(TimedTurn(label=f"L{n}", start_char=len(text), end_char=len(text) + len(part)))
        text += part + "\n"
    segments = segments_of_turns(text, turns)
    cut = [s for s in segments if s.kind is SegmentKind.TURN]
    sentences = [s for s in segments if s.kind is SegmentKind.SENTENCE]
    assert [(s.start_char, s.end_char, s.label) for s in cut] == [
        (t.start_char, t.end_char, t.label) for t in turns
    ]
    assert [s.position for s in sentences] == list(range(len(sentences)))
    for sentence in sentences:
        turn = cut[sentence.turn]
        assert turn.start_char <= sentence.start_char < sentence.end_char <= turn.end_char
        assert sentence.label == turn.label
        assert sentence.n_words == count_words(text[sentence.start_char : sentence.end_char])


@given(PLAIN)
def test_an_answer_is_one_segment(text: str) -> None:
    """The segment of an answer spans the whole cell."""
    (segment,) = segments_of_answer(text, "7")
    assert (segment.start_char, segment.end_char, segment.label) == (0, len(text), "7")
    assert segment.n_words == count_words(text)
