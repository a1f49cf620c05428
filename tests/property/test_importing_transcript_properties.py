"""What holds for every transcript and every table."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from qualtool.errors import SurveyError, TranscriptError
from qualtool.importing import read_survey, read_table, read_transcript
from qualtool.importing.labels import find_marks
from qualtool.importing.mapping import SurveyMapping
from qualtool.model import SegmentKind

_LABELS = ["INTERVIEWER", "Interviewer 2", "P1", "Speaker 3", "Q", "Participant", "MODERATOR"]
_words = st.lists(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]),
        min_size=1,
        max_size=9,
    )
    .map(lambda s: s.replace(":", "").replace("：", ""))
    .filter(bool),
    min_size=1,
    max_size=12,
).map(" ".join)
_turns = st.lists(st.tuples(st.sampled_from(_LABELS), _words), min_size=1, max_size=12)


def turn_spans(data: bytes, name: str) -> tuple[str, list[tuple[str, str]]]:
    source = read_transcript(data, name=name)
    found = [s for s in source.segments if s.kind is SegmentKind.TURN]
    return source.text, [(s.label, source.text[s.start_char : s.end_char]) for s in found]


@settings(deadline=None)
@given(_turns, st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_words_and_labels_are_kept_apart(turns: list[tuple[str, str]], between: str) -> None:
    """Each turn's span is exactly the words, in order; labels lie outside, and the text is unchanged."""
    written = between.join(f"{label}: {words}" for label, words in turns)
    text, found = turn_spans(written.encode(), "a.txt")
    assert text == written.removeprefix("\ufeff").replace("\r\n", "\n")
    assert [label for label, _ in found] == [label for label, _ in turns]
    assert [words for _, words in found] == [words.strip() for _, words in turns]


@settings(deadline=None)
@given(_turns)
def test_cues_hold_the_words(turns: list[tuple[str, str]]) -> None:
    """Subtitles of the same turns give the same speakers in the same runs."""
    cues = "".join(
        f"{n}\n00:{n:02d}:00,000 --> 00:{n:02d}:01,000\n{label}: {words}\n\n"
        for n, (label, words) in enumerate(turns, start=1)
    )
    text, found = turn_spans(cues.encode(), "a.srt")
    runs = [turns[0][0]]
    for label, _ in turns[1:]:
        runs += [label] if label != runs[-1] else []
    assert [label for label, _ in found] == runs
    assert text == "\n".join(f"{label}: {words}" for label, words in found)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=300))
def test_any_text_is_read_alike_twice(written: str) -> None:
    """Any text is read or refused; turns are in order, apart and inside; two readings are equal."""
    data = written.encode()
    try:
        source = read_transcript(data, name="a.md")
    except TranscriptError as err:
        assert err.problems
        return
    assert source == read_transcript(data, name="a.md")
    turns = [s for s in source.segments if s.kind is SegmentKind.TURN]
    ends = [0, *(t.end_char for t in turns)]
    assert all(end <= turn.start_char for end, turn in zip(ends, turns, strict=False))
    assert source.n_turns == len(turns) == sum(source.speaker_turns().values())


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["Ruth: Hello.", "And so: it went.", "Note: x", "", "Tom: Yes.", "00:01 Ann: so"])
    )
)
def test_marks_lie_at_starts_of_lines(lines: list[str]) -> None:
    """Every mark is the start of a line that begins with its label, and prose is never one."""
    text = "\n".join(lines)
    for mark in find_marks(text):
        assert mark.line_start == 0 or text[mark.line_start - 1] == "\n"
        assert mark.label in text[mark.line_start : mark.words_start]
        assert mark.label in {"Ruth", "Tom", "Ann"}


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([".txt", ".docx", ".odt", ".rtf", ".pdf", ".vtt", ".srt"]))
def test_any_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    """Whatever the bytes, a reader returns a source or raises its own error."""
    try:
        source = read_transcript(data, name=f"a{suffix}")
    except TranscriptError as err:
        assert err.problems
    else:
        assert source.text.strip()


_cell = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=12)


@settings(deadline=None)
@given(st.lists(st.tuples(_cell, _cell, _cell), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_csv_cells_survive(rows: list[tuple[str, str, str]], separator: str) -> None:
    """Every cell of a written table is read back as it was, whatever the separator."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([("one", "two", "three"), *rows])
    table = read_table(out.getvalue().encode(), name="t.csv", error=SurveyError)
    assert table.header == ("one", "two", "three")
    assert table.rows == tuple(row for row in rows if any(cell.strip() for cell in row))


@settings(deadline=None)
@given(st.lists(_cell, min_size=1, max_size=10))
def test_blank_answers_are_counted_not_lost(cells: list[str]) -> None:
    """A survey has as many respondents as rows; blank answers are None and others the cell."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([("id", "t"), *((str(n), cell) for n, cell in enumerate(cells))])
    mapping = SurveyMapping(id="id", text=("t",))
    survey = read_survey(out.getvalue().encode(), name="t.csv", mapping=mapping)
    assert [r.answers[0].value for r in survey.respondents] == [c if c.strip() else None for c in cells]
