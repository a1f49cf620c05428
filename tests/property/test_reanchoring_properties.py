"""Edits of a text against the stretches marked in it, over all of Unicode."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qualtool.errors import SelectionError
from qualtool.model import Segment, SegmentKind, TimedTurn
from qualtool.text import (
    Edit,
    Outcome,
    Reanchoring,
    apply_edits,
    count_words,
    edits_between,
    occurrences,
    place_through,
    reanchoring_between,
    replacing,
    resegmented,
    segments_of_turns,
)

ODD = st.sampled_from("\n\t\u2028\u00a0\u200d\u202e aab…’_ßİ\u0301\U0001f469\U0001f1ec中文")
ANY = st.text(alphabet=ODD | st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=60)


@st.composite
def texts_with_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text and edits of it that do not overlap, in any order."""
    text = draw(ANY)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=10)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    edits = [Edit(start_char=a, end_char=b, text=draw(ANY)) for a, b in pairs]
    return text, draw(st.permutations(edits))


def stretches(text: str) -> list[tuple[int, int]]:
    """Every stretch of a short text, a sample of those of a longer one."""
    step = max(1, len(text) // 12)
    ends = range(0, len(text) + 1, step)
    return [(a, b) for a in ends for b in ends if a < b]


def touches(edit: Edit, start: int, end: int) -> bool:
    """The definition: an edit touches a stretch if it takes a character of it, or adds one inside."""
    if edit.start_char == edit.end_char:
        return bool(edit.text) and start < edit.start_char < end
    return max(edit.start_char, start) < min(edit.end_char, end)


@given(texts_with_edits())
def test_a_quote_is_kept_unless_the_edit_touched_it(case: tuple[str, list[Edit]]) -> None:
    """An untouched quote is found again to the letter, where the edits before it have moved it."""
    text, edits = case
    mapping = Reanchoring(text, edits)
    for start, end in stretches(text):
        found = mapping.place(start, end)
        if any(touches(e, start, end) for e in edits):
            continue
        grown = sum(len(e.text) - (e.end_char - e.start_char) for e in edits if e.end_char <= start)
        assert (found.start_char, found.end_char) == (start + grown, end + grown)
        assert found.quote == text[start:end]
        assert found.outcome is (Outcome.MOVED if grown else Outcome.KEPT)


@given(texts_with_edits())
def test_offsets_are_valid_and_travel_with_their_quote(case: tuple[str, list[Edit]]) -> None:
    """A place is inside the new text and its quote is the text there; no changed quote is called kept."""
    text, edits = case
    mapping = Reanchoring(text, edits)
    for start, end in stretches(text):
        found = mapping.place(start, end)
        if found.start_char is None or found.end_char is None:
            assert (found.outcome, found.end_char, found.quote) == (Outcome.NEEDS_REVIEW, None, "")
            continue
        assert 0 <= found.start_char < found.end_char <= len(mapping.new)
        assert mapping.new[found.start_char : found.end_char] == found.quote
        assert (found.outcome is Outcome.NEEDS_REVIEW) <= any(touches(e, start, end) for e in edits)
        if found.outcome is not Outcome.NEEDS_REVIEW:
            assert found.quote == text[start:end]


@given(texts_with_edits(), st.randoms())
def test_the_order_of_edits_and_stretches_does_not_matter(case: tuple[str, list[Edit]], rng: object) -> None:
    """Edits given in another order place every stretch as before, whichever is asked first."""
    text, edits = case
    asked = stretches(text)
    first = {s: Reanchoring(text, edits).place(*s) for s in asked}
    other = Reanchoring(text, sorted(edits, key=lambda e: (-e.end_char, -e.start_char)))
    # Insertions at one place keep the order they were given in; other orders give other texts.
    if other.new == Reanchoring(text, edits).new:
        assert {s: other.place(*s) for s in reversed(asked)} == first


@given(ANY)
def test_nothing_is_left_of_a_deleted_text(text: str) -> None:
    """When the whole text is deleted every stretch needs review, and has no place."""
    mapping = reanchoring_between(text, "")
    for start, end in stretches(text):
        assert mapping.place(start, end).start_char is None


@given(ANY, ANY.filter(bool), st.data())
def test_an_insertion_at_a_border_makes_nothing_longer(text: str, words: str, data: st.DataObject) -> None:
    """Words put in exactly before or after a stretch, or both, leave its quote as it was."""
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    for places in ((start,), (end,), (start, end)):
        mapping = Reanchoring(text, [Edit(start_char=p, end_char=p, text=words) for p in places])
        found = mapping.place(start, end)
        assert found.quote == text[start:end]
        assert found.start_char == start + (len(words) if start in places else 0)


@given(texts_with_edits(), st.data())
def test_edits_one_after_the_other(case: tuple[str, list[Edit]], data: st.DataObject) -> None:
    """A stretch that two edits leave alone is where each would have moved it; the way back leads home."""
    text, edits = case
    first = Reanchoring(text, edits)
    second = reanchoring_between(first.new, data.draw(ANY))
    for start, end in stretches(text):
        one = first.place(start, end)
        both = place_through((first, second), start, end)
        if one.outcome is Outcome.NEEDS_REVIEW or one.start_char is None or one.end_char is None:
            continue
        two = second.place(one.start_char, one.end_char)
        assert (both.start_char, both.end_char, both.quote) == (two.start_char, two.end_char, two.quote)
        home = first.inverse().place(one.start_char, one.end_char)
        if not any(touches(e, start, end) for e in edits):
            assert (home.start_char, home.end_char, home.quote) == (start, end, text[start:end])


@given(texts_with_edits())
def test_the_way_back_restores_the_text(case: tuple[str, list[Edit]]) -> None:
    """The inverse of an edit gives the old text to the letter."""
    mapping = Reanchoring(*case)
    assert mapping.inverse().new == case[0]
    assert mapping.inverse().inverse().new == mapping.new


@given(ANY, ANY)
@example("Alice went. Alice said.", "[PUPIL-01] went. [PUPIL-01] said.")
@example("中文很好看吧", "中文不好看呢")
def test_the_diff_leads_from_one_text_to_the_other(old: str, new: str) -> None:
    """The edits found between two texts, applied to the first, give the second; equal texts have none."""
    found = edits_between(old, new)
    assert apply_edits(old, found) == new
    assert (found == ()) == (old == new)


@given(st.sampled_from([" ", "\n", ", "]), st.lists(st.tuples(st.integers(0, 59), ANY), max_size=8))
def test_the_diff_touches_nothing_but_changed_words(separator: str, changes: list[tuple[int, str]]) -> None:
    """Among words that each occur once, the diff leaves every word alone that was not replaced."""
    words = [f"word{n}x" for n in range(60)]
    now = list(words)
    for n, new in changes:
        now[n] = new
    old = separator.join(words)
    mapping = reanchoring_between(old, separator.join(now))
    for n, word in enumerate(words):
        at = old.index(word)
        if now[n] == word:
            assert mapping.place(at, at + len(word)).quote == word


def test_the_diff_is_fine_grained() -> None:
    """Two corrected words in a line, and two in a script without spaces, touch nothing between them."""
    old = "the shcool has a long wiating list for the base"
    new = "the school has a long waiting list for the base"
    mapping = reanchoring_between(old, new)
    at = old.index("has a long")
    assert mapping.place(at, at + 10).outcome is Outcome.KEPT
    assert mapping.place(4, 10).quote == "school"
    assert len(reanchoring_between("我们的学校很好因为老师", "我门的学校很好因为教师").edits) == 2


@pytest.mark.parametrize("separator", [" ", "\n", ""])
def test_the_diff_of_a_long_text_takes_seconds(separator: str) -> None:
    """Two texts of a third of a million characters with nothing in common are told apart in bounded time."""
    old = separator.join(f"{n * 7919 % 100_003:x}" for n in range(60_000))
    new = separator.join(f"{n * 6101 % 100_003:x}" for n in range(60_000))
    start = time.process_time()
    assert apply_edits(old, edits_between(old, new)) == new
    assert time.process_time() - start < 60  # pair by pair it would be hours


@given(ANY, st.text("ab ’\u0301", min_size=1, max_size=3), ANY)
def test_replacing_is_what_python_does(text: str, wanted: str, by: str) -> None:
    """Replacing words gives the text of ``str.replace``; whole words are never cut out of longer ones."""
    assert replacing(text, wanted, by).new == text.replace(wanted, by)
    for at in occurrences(text, wanted, is_whole_word=True):
        around = text[max(0, at - 1) : at], text[at + len(wanted) : at + len(wanted) + 1]
        assert not (around[0].isalnum() and wanted[0].isalnum())
        assert not (around[1].isalnum() and wanted[-1].isalnum())


def test_whole_words_end_at_apostrophes_and_brackets() -> None:
    """A possessive is replaced, a longer name is not, and a combining mark belongs to its letter."""
    text = "Al's bag. Alan. (Al) Al-Amin al Al\u0301"
    assert replacing(text, "Al", "Bo", is_whole_word=True).new == "Bo's bag. Alan. (Bo) Bo-Amin al Al\u0301"


def test_overlapping_edits_are_refused() -> None:
    """Two edits of the same characters, or one beyond the text, are refused."""
    one, two = Edit(start_char=0, end_char=3, text="x"), Edit(start_char=2, end_char=4, text="y")
    with pytest.raises(SelectionError):
        Reanchoring("abcdef", [one, two])
    with pytest.raises(SelectionError):
        Reanchoring("ab", [one])
    with pytest.raises(SelectionError):
        Edit(start_char=3, end_char=2, text="")
    with pytest.raises(SelectionError):
        Reanchoring("ab", []).place(1, 3)


# --- segments -------------------------------------------------------------------------------------


def transcript(parts: list[str]) -> tuple[str, tuple[Segment, ...]]:
    """A transcript of these turns by two speakers in turn."""
    text, turns = "", []
    for n, part in enumerate(parts):
        label = f"L{n % 2}"
        text += f"{label}: "
        turns.append(TimedTurn(label=label, start_char=len(text), end_char=len(text) + len(part), start_ms=n))
        text += part + "\n"
    return text, segments_of_turns(text, turns)


@given(st.lists(ANY.map(str.strip), min_size=1, max_size=4), st.data())
@settings(deadline=None)
def test_turns_and_sentences_stay_whole(parts: list[str], data: st.DataObject) -> None:
    """After any edit turns are as many, in order, with their speakers and times; sentences inside."""
    text, segments = transcript(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    mapping = Reanchoring(text, [Edit(start_char=a, end_char=b, text=data.draw(ANY)) for a, b in pairs])
    found = resegmented(segments, mapping).segments
    before = [s for s in segments if s.kind is SegmentKind.TURN]
    turns = [s for s in found if s.kind is SegmentKind.TURN]
    assert [(t.label, t.position, t.start_ms) for t in turns] == [
        (t.label, t.position, t.start_ms) for t in before
    ]
    at = 0
    for turn in turns:
        assert at <= turn.start_char <= turn.end_char <= len(mapping.new)
        assert turn.n_words == count_words(mapping.new[turn.start_char : turn.end_char])
        at = turn.end_char
    sentences = [s for s in found if s.kind is SegmentKind.SENTENCE]
    assert [s.position for s in sentences] == list(range(len(sentences)))
    for one in sentences:
        assert turns[one.turn].start_char <= one.start_char < one.end_char <= turns[one.turn].end_char
        assert one.n_words == count_words(mapping.new[one.start_char : one.end_char])


@given(st.lists(st.text("ab. ", min_size=1).filter(str.strip), min_size=1, max_size=4), st.data())
@settings(deadline=None)
def test_segments_are_those_of_a_fresh_import(parts: list[str], data: st.DataObject) -> None:
    """Correcting words inside turns gives the segments that importing the corrected text would give."""
    parts = [p.strip() for p in parts]
    text, segments = transcript(parts)
    n = data.draw(st.integers(0, len(parts) - 1))
    now = list(parts)
    now[n] = data.draw(st.text("abc. ", min_size=1).filter(str.strip)).strip()
    new_text, wanted = transcript(now)
    start = next(s.start_char for s in segments if s.kind is SegmentKind.TURN and s.position == n)
    inside = [
        Edit(start_char=start + e.start_char, end_char=start + e.end_char, text=e.text)
        for e in edits_between(parts[n], now[n])
    ]
    mapping = Reanchoring(text, inside)
    assert mapping.new == new_text
    assert resegmented(segments, mapping).segments == wanted


def test_a_turn_grows_to_the_end_of_its_line() -> None:
    """Words added to the end of what somebody said are theirs; a new line after it is nobody's, and told."""
    text, segments = transcript(["One.", "Two."])
    end = text.index("\nL1")
    more = resegmented(segments, Reanchoring(text, [Edit(start_char=end, end_char=end, text=" More.")]))
    assert more.segments[0].end_char == end + 6
    assert more.n_loose == 0
    line = resegmented(segments, Reanchoring(text, [Edit(start_char=end, end_char=end, text="\nNew words")]))
    assert line.segments[0].end_char == end
    assert line.n_loose == 2


def test_labels_that_read_otherwise_are_told() -> None:
    """A label corrected in the text is told with its turn; words beside it are not taken for one."""
    text, segments = transcript(["L0 is here.", "Two.", "Three."])
    found = resegmented(segments, replacing(text, "L0:", "Ruth Ann:"))
    assert found.labels == ((0, "Ruth Ann"), (2, "Ruth Ann"))
    assert found.n_loose == 0
