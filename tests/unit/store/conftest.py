"""A study of one interview and one coding, and its raw connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from qualtool.importing import read_transcript
from qualtool.model import Code, Codebook, Coding, Origin
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.records import codes, codings, people, sources
from qualtool.text import select

STAMP = Stamp(by="Ada", at="2026-01-01T09:00:00+00:00")
TEXT = "Interviewer: How is it?\nRuth: Good 👩‍👩‍👧 here, cafe\u0301 and all.\nInterviewer: Thanks.\n"
HEADING = Code(guid="00000000-0000-4000-8000-000000000001", name="Heading", is_codable=False)
CODE = Code(guid="00000000-0000-4000-8000-000000000002", name="Code", short_id="CODE", parent=HEADING.guid)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "study.db"
    connection.create(path)
    with connection.writing(path) as db:
        codes.save_codebook(db, Codebook(title="T", codes=(HEADING, CODE)), STAMP, note="first")
        people.ensure_coder(db, "Ada", STAMP)
        people.ensure_coder(db, "machine", STAMP, kind="suggester")
        source = read_transcript(TEXT.encode(), name="a.txt")
        source_id, guid = sources.add_source(db, source, STAMP, participants={})
        at = TEXT.index("Good")
        selection = select(TEXT, source_guid=guid, version=1, start_char=at, end_char=at + 15)
        coding = Coding(
            guid="00000000-0000-4000-8000-0000000000aa",
            selection=selection,
            code_guid=CODE.guid,
            coder="Ada",
            origin=Origin.TYPED,
        )
        codings.add_coding(db, coding, STAMP, source_id=source_id, code_id=2, coder_id=1)
    return path


@pytest.fixture
def raw(study: Path) -> Iterator[sqlite3.Connection]:
    """The study as another program would open it, foreign keys on."""
    conn = sqlite3.connect(study, isolation_level=None)
    conn.execute("PRAGMA foreign_keys=ON")
    yield conn
    conn.close()
