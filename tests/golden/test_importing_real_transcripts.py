"""Published transcripts with counted turns (their PROVENANCE.md and expected.json)."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from pathlib import Path

import pytest

from qualtool.errors import TranscriptError
from qualtool.importing import read_transcript, skip_reason
from qualtool.model import SegmentKind, Source

_TURNS = {
    "pdpilot/P1.pdf": {"Dan": 47, "Participant": 47},
    "pdpilot/P2.pdf": {"Dan": 81, "Participant": 84},
    "pdpilot/P3.pdf": {"Dan": 61, "Participant": 60},
    "pdpilot/P4.pdf": {"Dan": 54, "Participant": 55},
}
_HISTORIES = [
    "nprc-oral-histories-00001.txt",
    "returned-peace-corps-volunteers-00014.txt",
    "returned-peace-corps-volunteers-00059.txt",
    "returned-peace-corps-volunteers-00226.txt",
    "returned-peace-corps-volunteers-00243.txt",
]


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "transcripts"


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, dict[str, object]]:
    return json.loads((folder / "expected.json").read_text())


def read(path: Path) -> Source:
    return read_transcript(path.read_bytes(), name=path.name)


def check_turns(source: Source) -> None:
    turns = [s for s in source.segments if s.kind is SegmentKind.TURN]
    assert all(a.end_char <= b.start_char for a, b in pairwise(turns))
    assert all(t.n_words > 0 for t in turns)


@pytest.mark.parametrize("name", _HISTORIES)
def test_oral_histories(folder: Path, expected: dict[str, dict[str, object]], name: str) -> None:
    """Every turn of the oral histories is found, none invented, and the text is the file's."""
    path = folder / "public_domain_oral_history" / name
    known = expected[f"public_domain_oral_history/{name}"]
    source = read(path)
    assert source.n_turns == known["turns"]
    assert source.speaker_turns() == known["speakers"]
    assert source.bytes_sha256 == known["sha256"]
    assert source.text == path.read_text(encoding="utf-8")
    assert len(source.text) == known["chars"]
    assert source.warnings == (
        "No interviewer was recognised. Name their label with --interviewer, or in the sheet's "
        "column is_interviewer.",
    )
    check_turns(source)


def test_oral_history_with_interviewer(folder: Path) -> None:
    """An interviewer that is named is marked, and no warning remains."""
    path = folder / "public_domain_oral_history" / _HISTORIES[0]
    source = read_transcript(path.read_bytes(), name=path.name, interviewer=["stephanie reynolds"])
    assert [s.label for s in source.speakers if s.is_interviewer] == ["Stephanie Reynolds"]
    assert source.warnings == ()


@pytest.mark.parametrize("name", sorted(_TURNS))
def test_pdf_interviews(folder: Path, name: str) -> None:
    """Turns of the printed interviews are counted once over page breaks; furniture is left out."""
    source = read(folder / name)
    assert source.speaker_turns() == _TURNS[name]
    lines = source.text.split("\n")
    assert len(lines) == source.n_turns
    assert all(line.startswith(("Dan: ", "Participant: ")) for line in lines)
    assert not any(line.isdecimal() for line in lines)
    assert "\t" not in source.text
    check_turns(source)


def test_srt(folder: Path) -> None:
    """The SubRip file has 222 cues in ten runs, as many as it has label lines."""
    source = read(folder / "vtt_srt" / "podcast_namespace_example.srt")
    assert (source.n_cues, source.n_turns) == (222, 10)
    assert source.speaker_turns() == {"Travis": 5, "Sarah": 2, "Gilon": 3}
    assert sum(n for _, n in source.cues_by_speaker) == 222
    turns = [s for s in source.segments if s.kind is SegmentKind.TURN]
    assert (turns[0].start_ms, turns[-1].end_ms) == (179, 754_769)
    assert source.text.startswith("Travis: When you first get started in podcasting, it's almost guaranteed")


def test_vtt(folder: Path) -> None:
    """The WebVTT file has seven cues, five of one voice and two of the other, in two runs."""
    source = read(folder / "vtt_srt" / "podcast_namespace_example.vtt")
    assert (source.n_cues, source.n_turns) == (7, 2)
    assert dict(source.cues_by_speaker) == {"Sarah": 5, "Gillian": 2}
    assert source.speaker_turns() == {"Sarah": 1, "Gillian": 1}
    assert "Q&A" in source.text
    turns = [s for s in source.segments if s.kind is SegmentKind.TURN]
    assert [(t.start_ms, t.end_ms) for t in turns] == [(0, 18_630), (19_080, 25_350)]


def test_docx(folder: Path) -> None:
    """The Word document has four paragraphs, three not blank, of 625 characters, and no labels."""
    source = read(folder / "docx" / "qualcoder_ID1.docx")
    paragraphs = source.text.split("\n")
    assert len(paragraphs) == 4
    assert sum(map(len, paragraphs)) == 625
    assert source.n_turns == sum(bool(p.strip()) for p in paragraphs) == 3
    assert source.speaker_turns() == {"(no label)": 3}
    assert "€" in source.text


@pytest.mark.parametrize("suffix", [".html", ".json"])
def test_other_files_are_skipped_with_a_reason(folder: Path, suffix: str) -> None:
    """Web pages and JSON have a reason to be skipped, and are refused with it."""
    path = folder / "vtt_srt" / f"podcast_namespace_example{suffix}"
    reason = skip_reason(path.name)
    assert reason is not None
    with pytest.raises(TranscriptError, match=reason.partition(":")[0]):
        read(path)


def test_every_file_is_read_or_has_a_reason(folder: Path, expected: dict[str, dict[str, object]]) -> None:
    """No file of the folder falls between reading and skipping, and the bytes are those counted."""
    for name, known in expected.items():
        data = (folder / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == known["sha256"]
        assert (skip_reason(name) is None) == (not name.endswith((".html", ".json")))
