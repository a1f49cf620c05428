"""Records are true or are not made."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from qualtool import model
from qualtool.errors import QualtoolError
from qualtool.model import (
    Case,
    CaseKind,
    Code,
    Codebook,
    Consent,
    Participant,
    Segment,
    SegmentKind,
    Selection,
    Source,
    SourceKind,
    Speaker,
    Suggestion,
    TimedTurn,
    normalise_urn,
)

SELECTION = Selection(source_guid="g", version=1, start_char=0, end_char=3, quote="abc")


def segment(**changes: Any) -> Segment:
    values: dict[str, Any] = {
        "kind": SegmentKind.TURN,
        "position": 0,
        "start_char": 0,
        "end_char": 3,
        "turn": 0,
    }
    return Segment(**(values | {"label": "R", "n_words": 1} | changes))


def source(**changes: Any) -> Source:
    values: dict[str, Any] = {
        "name": "a",
        "kind": SourceKind.TRANSCRIPT,
        "format": "txt",
        "encoding": "utf-8",
    }
    values |= {"text": "abc", "bytes_sha256": "", "speakers": (Speaker(label="R"),), "segments": (segment(),)}
    return Source(**(values | changes))


REFUSED: dict[str, Callable[[], object]] = {
    "a selection of nothing": lambda: dataclasses.replace(SELECTION, end_char=0, quote=""),
    "a selection backwards": lambda: dataclasses.replace(SELECTION, start_char=5),
    "a selection before the text": lambda: dataclasses.replace(SELECTION, start_char=-1, quote="abcd"),
    "a quote of another length": lambda: dataclasses.replace(SELECTION, quote="abcd"),
    "version 0": lambda: dataclasses.replace(SELECTION, version=0),
    "a blank speaker": lambda: Speaker(label="  "),
    "a turn backwards": lambda: TimedTurn(label="R", start_char=3, end_char=2),
    "a segment backwards": lambda: segment(start_char=4),
    "a segment beyond its text": lambda: source(segments=(segment(end_char=4),)),
    "a segment of nobody": lambda: source(segments=(segment(label="Q"),)),
    "a text with CR": lambda: source(text="a\rc"),
    "a text with NUL": lambda: source(text="a\0c"),
    "a source without a name": lambda: source(name=" "),
    "a case without a name": lambda: Case(name="", kind=CaseKind.SCHOOL),
    "a short URN": lambda: Case(name="S", kind=CaseKind.SCHOOL, urn="1234"),
    "a URN of Arabic digits and a letter": lambda: Case(name="S", kind=CaseKind.SCHOOL, urn="90000a"),
    "a participant without a name": lambda: Participant(name=" ", role=""),
    "a score above one": lambda: Suggestion(selection=SELECTION, code_guid="c", score=1.01, reason=""),
    "a score that is none": lambda: Suggestion(
        selection=SELECTION, code_guid="c", score=float("nan"), reason=""
    ),
    "a code without a name": lambda: Code(guid="g", name=" "),
    "a short id in small letters": lambda: Code(guid="g", name="A", short_id="abc"),
    "a colour in words": lambda: Code(guid="g", name="A", colour="red"),
    "two codes of one short id": lambda: Codebook(
        title="", codes=(Code(guid="1", name="A", short_id="A"), Code(guid="2", name="B", short_id="A"))
    ),
    "two codes of one GUID": lambda: Codebook(
        title="", codes=(Code(guid="1", name="A"), Code(guid="1", name="B"))
    ),
    "a parent that is not there": lambda: Codebook(title="", codes=(Code(guid="1", name="A", parent="9"),)),
    "a circle of parents": lambda: Codebook(
        title="", codes=(Code(guid="1", name="A", parent="2"), Code(guid="2", name="B", parent="1"))
    ),
}


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_a_false_record_is_not_made(kind: str) -> None:
    """A record that contradicts itself is refused in words."""
    with pytest.raises(QualtoolError) as caught:
        REFUSED[kind]()
    assert caught.value.message


def test_the_right_records_are_made() -> None:
    """The records that the refusals above vary are themselves accepted."""
    assert source().speaker_turns() == {"R": 1}
    assert SELECTION.quote == "abc"


@pytest.mark.parametrize(
    ("raw", "urn"),
    [("900001", "900001"), (" 900001 ", "900001"), ("900001.0", "900001"), ("", None), (" ", None)],
)
def test_urns_are_read(raw: str, urn: str | None) -> None:
    """Six digits, also as a spreadsheet spoils them; a blank is none."""
    assert normalise_urn(raw) == urn


@pytest.mark.parametrize("raw", ["90001", "9000011", "900001.5", "URN900001", "-900001", "900 001"])
def test_other_urns_are_refused(raw: str) -> None:
    """Anything else is refused, not repaired."""
    with pytest.raises(QualtoolError):
        normalise_urn(raw)


def test_records_are_frozen_and_take_names_only() -> None:
    """Every record is frozen, has slots and is made by names, so that no two fields change places."""
    records = [c for c in vars(model).values() if dataclasses.is_dataclass(c)]
    assert len(records) > 15
    for record in records:
        options = record.__dataclass_params__
        assert options.frozen, record
        assert hasattr(record, "__slots__"), record
        assert all(f.kw_only for f in dataclasses.fields(record)), record


def test_consent_words_are_those_of_the_sheet() -> None:
    """The five answers to the question of consent."""
    assert [c.value for c in Consent] == ["yes", "paraphrase", "no", "withdrawn", "unknown"]
