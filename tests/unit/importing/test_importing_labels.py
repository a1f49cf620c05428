"""Which starts of lines are speakers' labels."""

from __future__ import annotations

import time

import pytest

from qualtool.importing import is_interviewer_label, read_transcript
from qualtool.importing.labels import find_marks


def labels(text: str, interviewer: tuple[str, ...] = ()) -> list[str]:
    return [mark.label for mark in find_marks(text, interviewer=interviewer)]


@pytest.mark.parametrize(
    ("line", "start_ms", "end_ms"),
    [
        ("[00:01:02] Ruth: Words.", 62_000, None),
        ("00:01:02 Ruth: Words.", 62_000, None),
        ("(00:01) Ruth: Words.", 1_000, None),
        ("Ruth (00:01:02): Words.", 62_000, None),
        ("Ruth [1:02:03]: Words.", 3_723_000, None),
        ("Ruth: [00:02] Words.", 2_000, None),
        ("[00:01:02 - 00:01:05.5] Ruth: Words.", 62_000, 65_500),
        ("[00:00:01,250] Ruth: Words.", 1_250, None),
        ("**Ruth:** Words.", None, None),
        ("**Ruth**: Words.", None, None),
        ("Ruth:\tWords.", None, None),
        ("Ruth:Words.", None, None),
        (">> Ruth: Words.", None, None),
        ("Ruth： Words.", None, None),
    ],
)
def test_label_forms(line: str, start_ms: int | None, end_ms: int | None) -> None:
    """Every documented form gives the bare name, its times, and the words after it."""
    text = f"{line}\n\n{line}\n"
    marks = find_marks(text)
    assert [m.label for m in marks] == ["Ruth", "Ruth"]
    assert {(m.start_ms, m.end_ms) for m in marks} == {(start_ms, end_ms)}
    assert text[marks[0].words_start :].startswith("Words.")


@pytest.mark.parametrize(
    "line",
    [
        "And she said: we cannot take him.",
        "One thing: the bus.",
        "Note: this was after the break.",
        "Honestly: it was the worst year.",
        "The Head Teacher: she said no.",
        "So my question: who pays?",
        "Reason: nobody came.",
        "See http://example.org/page for more.",
        "The ratio was 3:1 in that class.",
        "We began at 10:30 that day.",
        "It went on. Then Maria: she left.",
    ],
)
def test_prose_before_a_colon_is_no_label(line: str) -> None:
    """Ordinary writing with a colon inside a turn starts no turn."""
    text = f"Interviewer: How was it?\nRuth: Hard.\n{line}\nInterviewer: I see.\nRuth: No reason given.\n"
    assert labels(text) == ["Interviewer", "Ruth", "Interviewer", "Ruth"]


def test_prose_alone_has_no_labels() -> None:
    """A text in which nobody is labelled has no labels, whatever its headings."""
    assert labels("Aims: to see.\nMethods: we asked.\nResults: mixed.\nConclusion: more.\n") == []
    assert labels("I wrote this at home.\nOne thing: the bus was late.\nMy Mum: she drove.\n") == []


def test_short_texts_of_two_people() -> None:
    """Two names that come once each are labels where the text consists of their turns."""
    assert labels("Anna: Hello.\nBen: Hi.") == ["Anna", "Ben"]


def test_a_name_that_comes_once_among_known_labels() -> None:
    """In a focus group somebody may speak once; a paragraph of theirs is a turn."""
    text = "Moderator: Who is here?\n\nP1: Me.\n\nTom: And me.\n\nP1: Good.\n"
    assert labels(text) == ["Moderator", "P1", "Tom", "P1"]


def test_a_single_name_inside_a_paragraph_is_no_label() -> None:
    """Where turns are parted by blank lines, a name on a wrapped line starts no turn."""
    text = "Moderator: Who is here?\n\nP1: Me, and I saw\nTom: he was early.\n\nModerator: Good.\n"
    assert labels(text) == ["Moderator", "P1", "Moderator"]


def test_headings_at_the_top_are_no_turns() -> None:
    """Entries such as a date or the interviewer's name at the top are not turns."""
    text = "Interview 3\nDate: 3 May 2025\nInterviewer: J. Smith\n\nINT: Shall we?\nRuth: Yes.\nRuth: Do.\n"
    assert labels(text) == ["INT", "Ruth", "Ruth"]


def test_headings_without_a_blank_line() -> None:
    """Headings that run straight into the talk do not swallow it."""
    text = "Date: 3 May 2025\nInterviewer: Shall we begin?\nRuth: Yes, let us.\nRuth: Now.\n"
    assert labels(text) == ["Interviewer", "Ruth", "Ruth"]


def test_question_and_answer() -> None:
    """Q and A are labels together; a lone A is not."""
    assert labels("Q: What?\nA: That.") == ["Q", "A"]
    assert labels("A: a list begins here.") == []


def test_lower_case_names_need_more_evidence() -> None:
    """A word in lower case is a label from its third turn on."""
    assert labels("interviewer: one\nmaria: two\nother: x") == ["interviewer"]
    assert labels("interviewer: one\nmaria: a\nmaria: b\nmaria: c").count("maria") == 3


def test_labels_named_by_the_caller() -> None:
    """A label that the caller names is one, even if it looks like prose."""
    text = "the person asking: How was it?\nRuth: Fine.\nRuth: Really."
    assert labels(text, ("The person asking",)) == ["the person asking", "Ruth", "Ruth"]


def test_automatic_transcribers() -> None:
    """A name and a time on a line of their own start a turn; its words are on the next line."""
    text = "Speaker 1  00:03\nHello all.\n\nSpeaker 2  0:10\nHello. School starts at 08:45\nas ever.\n"
    source = read_transcript(text.encode(), name="a.txt")
    turns = [s for s in source.segments if s.kind == "turn"]
    assert [(t.label, t.start_ms) for t in turns] == [("Speaker 1", 3_000), ("Speaker 2", 10_000)]
    assert source.text[turns[1].start_char : turns[1].end_char].startswith("Hello. School")


@pytest.mark.parametrize(
    "label",
    ["INTERVIEWER", "Interviewer 2", "I", "int", "Q", "Moderator", "FACILITATOR", "researcher", "my aunt"],
)
def test_interviewers(label: str) -> None:
    """The usual labels of interviewers are recognised in any case, and those the person names."""
    assert is_interviewer_label(label, ["My  Aunt"])


@pytest.mark.parametrize("label", ["Ruth", "A", "P1", "Interviewee", "Ian", "Quentin", "Integration lead"])
def test_not_interviewers(label: str) -> None:
    """Labels that only begin alike are not interviewers'."""
    assert not is_interviewer_label(label)


def test_turns_run_to_the_next_label() -> None:
    """A turn holds all its paragraphs and never a label; spellings in another case are one speaker."""
    text = "Title of it\n\nInterviewer: One.\n\nMore of it.\nRUTH: Two.\nRuth: Three.\nInterviewer: \n"
    source = read_transcript(text.encode(), name="a.txt")
    turns = [s for s in source.segments if s.kind == "turn"]
    assert [source.text[t.start_char : t.end_char] for t in turns] == [
        "One.\n\nMore of it.",
        "Two.",
        "Three.",
        "",
    ]
    assert source.speaker_turns() == {"Interviewer": 2, "RUTH": 2}
    assert source.text == text
    said = " ".join(source.warnings)
    assert "11 characters stand before" in said
    assert "1 speaker label has no words" in said
    assert "RUTH, Ruth" in said


def test_unlabelled_text_is_paragraphs_of_one_speaker() -> None:
    """Without labels each paragraph is a turn of one unnamed speaker, and a warning says what to do."""
    source = read_transcript(b"First line,\nwrapped.\n\nSecond.\n", name="a.txt")
    turns = [s for s in source.segments if s.kind == "turn"]
    assert [source.text[t.start_char : t.end_char] for t in turns] == ["First line,\nwrapped.", "Second."]
    assert source.speaker_turns() == {"(no label)": 2}
    assert "label and a colon" in source.warnings[0]


def test_no_interviewer_is_said() -> None:
    """A warning names what to do where nobody is the interviewer, and only there."""
    text = b"Ruth: Hello.\nBen: Hi.\nRuth: So."
    assert any("--interviewer" in w for w in read_transcript(text, name="a.txt").warnings)
    named = read_transcript(text, name="a.txt", interviewer=["ben"])
    assert not any("--interviewer" in w for w in named.warnings)
    assert {s.label: s.is_interviewer for s in named.speakers} == {"Ruth": False, "Ben": True}


def test_long_texts_are_read_in_linear_time() -> None:
    """A million characters, in turns or in one line, take seconds of work and not minutes."""
    turns = ("Interviewer: What is it? \nTom: " + "It is what it is. " * 20 + "\n") * 2_600
    for text in (turns, "word " * 200_000, "a:" * 500_000, "\n" * 1_000_000 + "Q: x\nA: y"):
        started = time.process_time()
        read_transcript(text.encode(), name="a.txt")
        assert time.process_time() - started < 15
