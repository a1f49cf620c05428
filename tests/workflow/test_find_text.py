"""Finding words in a whole study, and coding what a person ticked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.workflows.coding import find_text as finding
from qualtool.workflows.coding.find_text import HitInPlace, code_hits, find_text, hits_in_place, uncode_hits
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.gathering.sources import sources_of
from qualtool.workflows.reports import ImportReport

TALK = (
    "Interviewer: Is more staff wished for?\n"
    "Ann: More staff would help. We asked for more staff twice. Café staff too.\n"
    "Bob: Nothing of that. MORE  staff, always.\n"
).encode()


@pytest.fixture
def study(tmp_path: Path, answer_studies: ModuleType) -> Path:
    """One interview and eight answers that speak of staff."""
    path: Path = answer_studies.make_study(tmp_path / "study.db")["path"]
    import_loaded(path, [("talk.txt", TALK)], ImportReport(), by="Anna")
    return path


@pytest.fixture
def staffing(study: Path) -> str:
    return next(code.guid for code in codebook_of(study).codes if code.name == "Staffing")


def in_place(study: Path, wanted: str, **options: Any) -> list[HitInPlace]:
    return hits_in_place(study, find_text(study, wanted, **options).hits, "Anna")


def quotes(study: Path) -> list[str]:
    with closing(sqlite3.connect(study)) as db, db:
        return [r[0] for r in db.execute("SELECT quote FROM coding WHERE removed_at IS NULL ORDER BY id")]


def test_every_place_is_found_with_who_says_it(study: Path) -> None:
    """Interviews come first, then answers; each hit has its speaker, turn, sentence and words around."""
    shown = in_place(study, "more staff")
    talk = [(hit.speaker, hit.turn, hit.words) for hit in shown if hit.source == "talk.txt"]
    assert talk == [("Ann", 2, "More staff"), ("Ann", 2, "more staff"), ("Bob", 3, "MORE  staff")]
    assert [hit.kind for hit in shown] == ["transcript"] * 3 + ["answer"] * 4
    assert shown[0].before == ""
    assert shown[0].after.startswith(" would help. We asked")
    assert shown[1].before.endswith("We asked for ")


def test_interviewers_and_speakers_names_are_left_out(study: Path) -> None:
    """What an interviewer asks is found only on demand, and a label before a turn never."""
    assert len(in_place(study, "more staff", kind="transcript", with_interviewers=True)) == 4
    assert find_text(study, "Ann").hits == ()
    assert find_text(study, "Interviewer", with_interviewers=True).hits == ()


def test_what_was_not_asked_for_is_not_found(study: Path) -> None:
    """Capitals, accents, whole words and the kind of source narrow the hits."""
    assert len(in_place(study, "MORE", ignore_case=False)) == 1
    assert len(in_place(study, "cafe")) == 2
    assert len(in_place(study, "cafe", ignore_accents=False)) == 0
    assert len(in_place(study, "no", whole_word=True)) == 1
    assert len(in_place(study, "twice always", mode="any")) == 2
    assert find_text(study, "staff", kind="answer").n_sources == 4
    assert find_text(study, "  ").hits == ()


def test_sentences_or_words_are_coded_as_wished(study: Path, staffing: str) -> None:
    """Ticked hits are coded, each on its own source: the sentence around it, or the words alone."""
    shown = in_place(study, "more staff", kind="transcript")
    made = code_hits(study, shown[1:], staffing, coder="Anna")
    assert quotes(study) == ["We asked for more staff twice.", "MORE  staff, always."]
    assert uncode_hits(study, made, coder="Anna") == 2
    assert uncode_hits(study, made, coder="Anna") == 0
    assert quotes(study) == []
    code_hits(study, shown[:1], staffing, coder="Anna", extent="words")
    assert quotes(study) == ["More staff"]
    assert in_place(study, "more staff", kind="transcript")[0].codes == ("Staffing",)


def test_an_answer_is_coded_whole(study: Path, staffing: str) -> None:
    """An answer is not cut into sentences: the whole of it is what is coded."""
    shown = in_place(study, "too small", kind="answer")
    code_hits(study, shown, staffing, coder="Anna")
    assert quotes(study) == ["More staff, and time for them. The building is too small."]


def test_two_hits_in_a_sentence_are_one_coding(study: Path, staffing: str) -> None:
    """The same sentence is not coded twice, and what stood already is not taken back by undo."""
    shown = in_place(study, "nothing that", mode="any", kind="transcript")
    assert len(shown) == 2
    made = code_hits(study, shown, staffing, coder="Anna")
    assert len(made) == 1
    assert code_hits(study, shown, staffing, coder="Anna") == []


def test_faults_code_nothing(study: Path, staffing: str) -> None:
    """A heading, no code, nothing ticked, too much, another's coding, a changed text: words, no coding."""
    shown = in_place(study, "more staff", kind="transcript")
    heading = next(code.guid for code in codebook_of(study).codes if not code.is_codable)
    for hits, code in ((shown, heading), (shown, "none"), ([], staffing), (shown * 100, staffing)):
        with pytest.raises(UserInputError):
            code_hits(study, hits, code, coder="Anna")
    assert quotes(study) == []
    made = code_hits(study, shown[:1], staffing, coder="Anna")
    with pytest.raises(UserInputError, match="only your own"):
        uncode_hits(study, made, coder="Ben")
    guid = sources_of(study)[0]["guid"]
    beyond = finding.Hit(source_guid=guid, start_char=5_000, end_char=5_004)
    with pytest.raises(UserInputError, match="Search again"):
        hits_in_place(study, [beyond], "Anna")


def test_very_many_hits_are_cut_and_said_to_be(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the most that is listed the search stops and says so."""
    monkeypatch.setattr(finding, "MOST_HITS", 3)
    found = find_text(study, "staff")
    assert (len(found.hits), found.is_cut) == (3, True)
