"""Random corrections over all of Unicode against random codings, through the study file itself."""

from __future__ import annotations

import sqlite3
import tempfile
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qualtool.errors import UserInputError
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.records.codes import save_codebook
from qualtool.text import reanchoring_between
from qualtool.workflows.coding import coding
from qualtool.workflows.editing import review
from qualtool.workflows.editing.edit_source import edit_source, edit_stretch
from qualtool.workflows.gathering import import_transcripts
from qualtool.workflows.keeping import checking
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies
from qualtool.workflows.undoing.history import events_of
from qualtool.workflows.undoing.undo_edit import undo_edit

CODES = tuple(
    Code(guid=f"00000000-0000-4000-8000-00000000000{n}", name=f"Code {n}", short_id=f"C{n}") for n in range(4)
)
STAMP = Stamp(by="Ada", at="2026-01-01T09:00:00.000+00:00")
NAME = "talk.txt"

# Signs that make trouble: astral planes, joiners and families of emoji, flags, combining marks, scripts
# written from the right and the controls that turn them, letters whose case changes their length,
# every kind of line end, blanks that are none, private and unassigned code points, the last one.
TRICKY = (
    "👩‍👩‍👧‍👦",
    "🇬🇧",
    "é",
    "e\u0301",
    "a\u0308\u0323",
    "\u200d",
    "\ufe0f",
    "\u202e",
    "\u2066",
    "\u2069",
    "\u200f",
    "שלום",
    "مرحبا",
    "नमस्ते",
    "中文",
    "ß",
    "İ",
    "ǆ",
    "ﬁ",
    "\r",
    "\r\n",
    "\n",
    "\u2028",
    "\u2029",
    "\u0085",
    "\x0b",
    "\x1c",
    "\u00a0",
    "\u3000",
    "\ufeff",
    "\ue000",
    "\U000e0001",
    "\U0010ffff",
    "𝒳",
    "'",
    '"',
    "\\",
    "%",
    "_",
    "Ruth: ",
    "the",
    " ",
)
WORDS = st.sampled_from(TRICKY) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=5
)
TEXT = st.lists(WORDS, min_size=1, max_size=14).map("".join).filter(lambda text: bool(text.strip()))
# An act: how, where from, how long, and what is put there.
EDIT = st.tuples(
    st.sampled_from(("whole", "stretch", "replace")),
    st.integers(0, 99),
    st.integers(0, 9),
    TEXT | st.just(""),
)
PLACES = st.lists(
    st.tuples(st.integers(0, 99), st.integers(1, 12), st.integers(0, 3)), min_size=1, max_size=10
)


class Study:
    """A study file with one source of a given text."""

    def __init__(self, folder: Path, text: str) -> None:
        self.path = folder / "study.db"
        studies.create_study(self.path, by="Ada")
        with connection.writing(self.path) as db:
            save_codebook(db, Codebook(title="T", codes=CODES), STAMP, note="first")
        data = f"Interviewer: What?\nRuth: {text}\n".encode()
        import_transcripts.import_loaded(self.path, [(NAME, data)], ImportReport(), by="Ada")

    @property
    def text(self) -> str:
        return coding.text_of(self.path, NAME)

    def code(self, at: int, length: int, code: int) -> None:
        text = self.text
        start = at % len(text)
        end = min(len(text), start + length)
        try:
            coding.code_selection(self.path, NAME, start, end, f"C{code}", coder="Ada")
        except UserInputError:
            assert not text[start:end].strip()  # only blanks cannot be coded

    def edit(self, how: str, at: int, length: int, words: str) -> dict[str, Any] | None:
        """Correct the text in one of three ways; None where it is refused, and then nothing changed."""
        text = self.text
        start = at % len(text)
        end = min(len(text), start + length)
        was = self.rows()
        try:
            if how == "whole":
                report = edit_source(self.path, NAME, text=text[:start] + words + text[end:], by="Ben")
            elif how == "stretch":
                version = self.version()
                report = edit_stretch(self.path, NAME, start, end, words, by="Ben", version=version)
            else:
                report = edit_source(self.path, NAME, replace=(text[start:end], words), by="Ben")
        except UserInputError:
            assert self.rows() == was
            return None
        return report

    def version(self) -> int:
        with connection.reading(self.path) as db:
            return int(db.conn.execute("SELECT current_version FROM source").fetchone()[0])

    def codings(self) -> dict[str, tuple[int, int, int, str]]:
        with connection.reading(self.path) as db:
            rows = db.conn.execute(
                "SELECT guid, version, start_char, end_char, quote FROM coding WHERE removed_at IS NULL"
            )
            return {guid: tuple(rest) for guid, *rest in rows}

    def rows(self) -> dict[str, list[Any]]:
        """What an undo has to bring back, to the row: all but revisions, the log, and kept texts."""
        conn = sqlite3.connect(self.path)
        try:
            return {
                "codings": sorted(
                    conn.execute(
                        "SELECT guid, version, start_char, end_char, quote, code_id, coder_id, stance,"
                        " removed_at, made_by, made_at FROM coding"
                    )
                ),
                "speakers": sorted(conn.execute("SELECT id, label, is_interviewer FROM speaker")),
                "segments": sorted(
                    map(
                        repr,
                        conn.execute(
                            "SELECT g.* FROM segment g JOIN source s ON s.current_version = g.version"
                        ),
                    )
                ),
                "text": conn.execute(
                    "SELECT v.version, v.text, v.sha256 FROM text_version v JOIN source s"
                    " ON s.current_version = v.version"
                ).fetchall(),
            }
        finally:
            conn.close()


def require_whole(study: Study, guids: set[str]) -> None:
    """No coding is lost, each quote is the text at its offsets in its version, and check is clean."""
    now = study.codings()
    assert set(now) == guids
    texts = {v: coding.text_of(study.path, NAME, version=v) for v in {row[0] for row in now.values()}}
    for version, start, end, quote in now.values():
        assert texts[version][start:end] == quote
    assert checking.check_study(study.path)["problems"] == []


@given(text=TEXT, places=PLACES, edits=st.lists(EDIT, min_size=1, max_size=4))
@example(
    text="The school of Alice 👩‍👩‍👧 felt right. Alice’s café.",
    places=[(24, 5, 0), (31, 6, 1), (45, 11, 2), (30, 40, 3)],
    edits=[("replace", 44, 5, "[PUPIL-01]")],
)
@example(
    text="ab\r\ncd\rß", places=[(24, 3, 0)], edits=[("whole", 26, 1, "\r\n"), ("stretch", 24, 2, "İ\u0301")]
)
@settings(max_examples=60, deadline=None)
def test_corrections_keep_every_coding(
    text: str, places: list[tuple[int, int, int]], edits: list[tuple[str, int, int, str]]
) -> None:
    """After each of several corrections a quote is kept unless it was touched; undone, all is as before."""
    with tempfile.TemporaryDirectory() as folder:
        study = Study(Path(folder), text)
        for place in places:
            study.code(*place)
        guids, states = set(study.codings()), [study.rows()]
        for edit in edits:
            before, old = study.codings(), study.text
            report = study.edit(*edit)
            if report is None or study.text == old:
                assert study.rows() == states[-1]
                continue
            states.append(study.rows())
            require_whole(study, guids)
            _require_kept(study, before, old, report)
        for wanted in reversed(states[:-1]):
            undo_edit(study.path, NAME, by="Ben")
            assert study.rows() == wanted
        require_whole(study, guids)


def _require_kept(study: Study, before: dict[str, Any], old: str, report: dict[str, Any]) -> None:
    """Quotes that the difference of the texts leaves alone are kept; the rest are told, and wait."""
    after, waiting = study.codings(), {row["guid"] for row in report["needs_review"]}
    assert report["lost"] == 0
    for guid, (version, start, end, quote) in before.items():
        if guid in waiting:
            assert after[guid] == (version, start, end, quote)
        else:
            assert after[guid][3] == quote
    # Text outside the smallest changed stretch was certainly not touched.
    first, last = _changed(old, study.text)
    for guid, (version, start, end, _) in before.items():
        if version == report["version"] - 1 and (end <= first or start >= last):
            assert guid not in waiting
    assert waiting <= {row["guid"] for row in review.review_worklist(study.path)}
    assert reanchoring_between(old, study.text).new == study.text


def _changed(old: str, new: str) -> tuple[int, int]:
    """Start and end of the stretch of the old text outside of which both texts are equal."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    n_same = 0
    while n_same < min(len(old), len(new)) - first and old[-1 - n_same] == new[-1 - n_same]:
        n_same += 1
    return first, len(old) - n_same


@given(text=TEXT)
@settings(max_examples=25, deadline=None)
def test_saving_without_a_change_changes_nothing(text: str) -> None:
    """The text given back as it was shown, whatever its line ends, changes no row and writes no event."""
    with tempfile.TemporaryDirectory() as folder:
        study = Study(Path(folder), text)
        study.code(24, 3, 0)
        was, events = study.rows(), events_of(study.path)
        shown = study.text
        edit_source(study.path, NAME, text=shown, by="Ben")
        edit_stretch(study.path, NAME, 3, len(shown), shown[3:], by="Ben", version=1)
        edit_source(study.path, NAME, replace=("Ruth", "Ruth"), by="Ben")
        # Another system's line ends are no change of the text either.
        edit_source(study.path, NAME, text=shown.replace("\n", "\r\n"), by="Ben")
        assert (study.rows(), events_of(study.path)) == (was, events)


@pytest.mark.parametrize("words", ["a\0b", "\ud800", "x\udfffy"])
def test_what_no_text_may_hold_is_refused(words: str, tmp_path: Path) -> None:
    """NUL and half surrogates are refused, and nothing of the correction is stored."""
    study = Study(tmp_path, "Good here.")
    study.code(24, 4, 0)
    was = study.rows()
    assert study.edit("whole", 24, 2, words) is None
    assert study.edit("stretch", 24, 2, words) is None
    assert study.rows() == was


def test_the_examples_do_touch_and_leave_codings(tmp_path: Path) -> None:
    """A correction in the middle of codings keeps some, moves some, and leaves some to a person."""
    study = Study(tmp_path, "The school of Alice felt right. Alice's mother said so.")
    for words, code in (("The school", 0), ("mother said", 1), ("Alice felt", 2), ("so.", 3)):
        study.code(study.text.index(words), len(words), code)
    report = study.edit("whole", study.text.index("Alice"), 5, str(uuid.UUID(int=7)))
    assert report is not None
    assert (report["kept"], report["moved"], len(report["needs_review"])) == (1, 2, 1)
