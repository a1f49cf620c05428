"""Surveys: questions, respondents, closed answers, and free-text answers as sources.

A survey of 20,000 answers is stored in bulk: ids are counted on from the largest, so that all rows
of a table go in by one statement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from ...errors import SurveyError
from ...model import Question, QuestionKind, Respondent, Survey
from ...text import SEGMENTER, count_words, word_starts
from ..log.events import Stamp, record
from ..log.identity import inserted, new_guid, scalar
from .sources import pack_offsets

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Rows:
    """Rows waiting to be stored, one list a table."""

    participants: list[tuple[Any, ...]] = field(default_factory=list)
    respondents: list[tuple[Any, ...]] = field(default_factory=list)
    sources: list[tuple[Any, ...]] = field(default_factory=list)
    texts: list[tuple[Any, ...]] = field(default_factory=list)
    speakers: list[tuple[Any, ...]] = field(default_factory=list)
    segments: list[tuple[Any, ...]] = field(default_factory=list)
    answers: list[tuple[Any, ...]] = field(default_factory=list)


def answer_source_name(survey: str, respondent: str, question: str) -> str:
    """The name of the source that a free-text answer becomes."""
    return f"{survey}#{respondent}#{question}"


def is_imported(db: Database, survey: Survey) -> bool:
    """Is this very file in the study already?

    Raises:
        SurveyError: another file of that name is.
    """
    known = scalar(db, "SELECT bytes_sha256 FROM survey WHERE name = ?", (survey.name,))
    if known is None:
        return False
    if known == survey.bytes_sha256:
        return True
    raise SurveyError.single(
        survey.name,
        "The study holds another survey file of this name.",
        "Rename the file, so that the two can be told apart.",
    )


def add_survey(
    db: Database,
    survey: Survey,
    stamp: Stamp,
    *,
    case_ids: dict[str, int],
    frame: str,
    canonical: Callable[[str], str],
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Store a survey; returns ``{"guid", "n_answers", "n_blank", "sources"}``.

    ``case_ids`` maps URNs to cases. ``canonical`` makes a cell's text canonical. Every respondent
    becomes a participant named ``<file>#<id>``, or is the one of that name: somebody interviewed whom a
    sheet called so. One without an answer to a question has no source for it, and so is in no
    denominator of that question.

    Raises:
        SurveyError: a participant of that name has another role.
    """
    guid = new_guid()
    survey_id = inserted(
        db,
        "INSERT INTO survey (guid, name, encoding, bytes_sha256, weight_column, stratum_column, psu_column,"
        " frame, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            guid,
            survey.name,
            survey.encoding,
            survey.bytes_sha256,
            survey.weight_column,
            survey.stratum_column,
            survey.psu_column,
            frame,
            stamp.by,
            stamp.at,
        ),
    )
    questions = {
        question.name: (_add_question(db, survey_id, question, position), question)
        for position, question in enumerate(survey.questions)
    }
    builder = _Builder(db, survey, survey_id, stamp, questions, case_ids, canonical)
    total = len(survey.respondents)
    for number, respondent in enumerate(survey.respondents, start=1):
        builder.add(respondent)
        if progress is not None and (number % 500 == 0 or number == total):
            progress(number, total)
    builder.store()
    after = {"name": survey.name, "n_respondents": total, "n_answers": builder.n_answers}
    record(db, stamp, "survey_imported", target_kind="survey", target_guid=guid, after=after)
    return {
        "guid": guid,
        "n_answers": builder.n_answers,
        "n_blank": builder.n_blank,
        "sources": builder.report,
    }


def _add_question(db: Database, survey_id: int, question: Question, position: int) -> int:
    return inserted(
        db,
        "INSERT INTO question (guid, survey_id, name, kind, option_group, position) VALUES (?, ?, ?, ?, ?, ?)",
        (new_guid(), survey_id, question.name, question.kind.value, question.group, position),
    )


class _Builder:
    """Collects the rows of a survey and stores them table by table."""

    def __init__(
        self,
        db: Database,
        survey: Survey,
        survey_id: int,
        stamp: Stamp,
        questions: dict[str, tuple[int, Question]],
        case_ids: dict[str, int],
        canonical: Callable[[str], str],
    ) -> None:
        self.db, self.survey, self.survey_id, self.stamp = db, survey, survey_id, stamp
        self.questions, self.case_ids, self.canonical = questions, case_ids, canonical
        self.rows = _Rows()
        self.next_id = {
            table: int(scalar(db, f"SELECT coalesce(max(id), 0) FROM {table}"))
            for table in ("participant", "respondent", "source", "speaker")
        }
        prefix = f"{survey.name}#"
        self.known = {
            str(name): (int(number), str(role or ""))
            for number, name, role in db.conn.execute("SELECT id, name, role FROM participant")
            if str(name).startswith(prefix)
        }
        self.report: list[dict[str, Any]] = []
        self.n_answers = 0
        self.n_blank = 0

    def _take(self, table: str) -> int:
        self.next_id[table] += 1
        return self.next_id[table]

    def add(self, respondent: Respondent) -> None:
        participant_id, respondent_id = self._participant(respondent), self._take("respondent")
        self.rows.respondents.append(
            (
                respondent_id,
                self.survey_id,
                respondent.respondent_id,
                respondent.weight,
                respondent.stratum,
                respondent.psu,
                participant_id,
            )
        )
        for answer in respondent.answers:
            question_id, question = self.questions[answer.question]
            source_id = None
            if question.kind is QuestionKind.TEXT:
                source_id = self._text_answer(respondent, answer.question, answer.value, participant_id)
            self.rows.answers.append((respondent_id, question_id, answer.value, source_id))

    def _participant(self, respondent: Respondent) -> int:
        name = f"{self.survey.name}#{respondent.respondent_id}"
        role = respondent.role or ""
        if name in self.known:
            number, theirs = self.known[name]
            if role and theirs and role != theirs:
                raise SurveyError.single(
                    f"respondent {respondent.respondent_id}",
                    "A participant of this study has their name and another role.",
                    "Give the role as in the study, or that participant another name.",
                )
            return number
        number = self._take("participant")
        case_id = self.case_ids.get(respondent.urn) if respondent.urn else None
        made = (self.stamp.by, self.stamp.at)
        self.rows.participants.append((number, new_guid(), name, role, case_id, "unknown", *made))
        return number

    def _text_answer(
        self, respondent: Respondent, question: str, value: str | None, participant_id: int
    ) -> int | None:
        text = "" if value is None else self.canonical(value)
        if not text.strip():
            self.n_blank += 1
            return None
        source_id, speaker_id = self._take("source"), self._take("speaker")
        name = answer_source_name(self.survey.name, respondent.respondent_id, question)
        encoded = text.encode()
        digest = hashlib.sha256(encoded).hexdigest()
        made = (self.stamp.by, self.stamp.at)
        guid = new_guid()
        self.rows.sources.append(
            (source_id, guid, name, "answer", "survey", self.survey.encoding, digest, 1, 0, SEGMENTER, *made)
        )
        starts = pack_offsets(word_starts(text))
        self.rows.texts.append((source_id, 1, text, digest, len(text), starts, *made))
        self.rows.speakers.append((speaker_id, source_id, respondent.respondent_id, 0, participant_id))
        self.rows.segments.append((source_id, 1, "answer", 0, 0, 0, len(text), speaker_id, count_words(text)))
        self.report.append({"name": name, "guid": guid, "n_chars": len(text)})
        self.n_answers += 1
        return source_id

    def store(self) -> None:
        for table, columns, rows in (
            (
                "participant",
                "id, guid, name, role, case_id, consent, made_by, made_at",
                self.rows.participants,
            ),
            (
                "respondent",
                "id, survey_id, respondent_id, weight, stratum, psu, participant_id",
                self.rows.respondents,
            ),
            (
                "source",
                "id, guid, name, kind, format, encoding, bytes_sha256, n_turns, n_cues, segmenter, made_by, made_at",
                self.rows.sources,
            ),
            (
                "text_version",
                "source_id, version, text, sha256, n_chars, word_starts, made_by, made_at",
                self.rows.texts,
            ),
            ("speaker", "id, source_id, label, is_interviewer, participant_id", self.rows.speakers),
            (
                "segment",
                "source_id, version, kind, position, turn, start_char, end_char, speaker_id, n_words",
                self.rows.segments,
            ),
            ("answer", "respondent_id, question_id, value, source_id", self.rows.answers),
        ):
            marks = ", ".join("?" for _ in columns.split(","))
            self.db.conn.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
