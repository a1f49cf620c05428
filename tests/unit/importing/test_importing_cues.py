"""Subtitles."""

from __future__ import annotations

import pytest

from qualtool.errors import TranscriptError
from qualtool.importing import read_transcript
from qualtool.model import Segment, Source

_VTT = """WEBVTT - talk

NOTE written by hand

intro
00:01.000 --> 00:02.000 align:start
<v.loud Ruth>Hello &amp; <i>welcome</i>

00:02.000 --> 00:03.500
<v Ruth>all of
you.</v>

00:03.500 --> 00:04.000
<v Ben>Hi.</v> <v Ruth>Good.

00:04.000 --> 00:05.000
"""


def turns(source: Source) -> list[Segment]:
    return [s for s in source.segments if s.kind == "turn"]


def test_vtt_voices_become_turns() -> None:
    """Runs of cues by one voice are one line and one turn, with the times of its cues."""
    source = read_transcript(_VTT.encode(), name="a.vtt")
    assert source.text == "Ruth: Hello & welcome all of you.\nBen: Hi.\nRuth: Good."
    assert [(t.label, t.start_ms, t.end_ms) for t in turns(source)] == [
        ("Ruth", 1000, 3500),
        ("Ben", 3500, 4000),
        ("Ruth", 3500, 4000),
    ]
    assert [source.text[t.start_char : t.end_char] for t in turns(source)] == [
        "Hello & welcome all of you.",
        "Hi.",
        "Good.",
    ]
    assert (source.n_turns, source.n_cues) == (3, 4)
    assert dict(source.cues_by_speaker) == {"Ruth": 3, "Ben": 1}


def test_srt_labels_and_cues_that_go_on() -> None:
    """In SubRip a label starts a run, and cues without one go on with it."""
    text = (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nINT: So, how\r\nwas it?\r\n\r\n"
        "2\r\n00:00:02,000 --> 00:00:03,000\r\n{\\an8}<i>Really?</i>\r\n\r\n"
        "3\r\n00:00:03,000 --> 00:00:04,000\r\nP1: 3:1 to us.\r\n4\r\n"
        "00:00:04,000 --> 00:00:05,000\r\nYes.\r\n"
    )
    source = read_transcript(text.encode(), name="a.srt")
    assert source.text == "INT: So, how was it? Really?\nP1: 3:1 to us. Yes."
    assert (source.n_turns, source.n_cues) == (2, 4)
    assert [(t.start_ms, t.end_ms) for t in turns(source)] == [(1000, 3000), (3000, 5000)]


def test_cues_without_any_speaker() -> None:
    """Cues without speakers are words of one unnamed speaker, with a warning and no label in the text."""
    text = "1\n00:00:01,000 --> 00:00:02,000\nJust words\n\n2\n00:00:02,000 --> 00:00:03,000\nhere.\n"
    source = read_transcript(text.encode(), name="a.srt")
    assert source.text == "Just words here."
    assert source.speaker_turns() == {"(no label)": 1}
    assert any("No speaker labels" in w for w in source.warnings)


def test_cue_times_that_run_backwards_are_said() -> None:
    """A cue that ends before it starts is kept, and said."""
    text = "WEBVTT\n\n00:05.000 --> 00:04.000\n<v Ruth>Hm.\n\n00:01.000 --> 00:02.000\n<v Ruth>Ha.\n"
    warnings = " ".join(read_transcript(text.encode(), name="a.vtt").warnings)
    assert "1 cue(s) end before they start" in warnings
    assert "1 cue(s) start before the cue above" in warnings


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.vtt", b"1\n00:00:01,000 --> 00:00:02,000\nHi\n"),
        ("a.vtt", b"WEBVTT\n\n"),
        ("a.srt", b"Hi there.\n"),
    ],
)
def test_files_that_are_no_subtitles(name: str, data: bytes) -> None:
    """A file without WEBVTT or without cues is refused with what to do."""
    with pytest.raises(TranscriptError) as caught:
        read_transcript(data, name=name)
    assert caught.value.problems[0].where == name
    assert caught.value.problems[0].next
