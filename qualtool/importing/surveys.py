"""Survey files: CSV or XLSX with a mapping to respondents and their answers.

A blank is no answer; 0 is one. Nothing is dropped: a blank text answer is an ``Answer`` whose value
is None, so that item non-response can be counted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import Problem, SurveyError
from ..model import Answer, Question, QuestionKind, Respondent, Survey, Variable
from ..text import sha256
from .faults import cell_shown, faults
from .mapping import SurveyMapping, columns_shown, mapping_problems, questions_of
from .tables import Table, read_table, repeated_values

_URN = re.compile(r"(\d{6})(?:\.0+)?")


def read_survey(data: bytes, *, name: str, mapping: SurveyMapping) -> Survey:
    """Read a survey file with a mapping of its columns.

    Respondents keep the file's order. Their text answers are the cells as they are, other answers
    are trimmed. ``stratum``, ``psu``, ``urn``, ``role`` and ``weight`` are None where blank.

    Raises:
        SurveyError: every fault at once, with its line: unknown columns (with the nearest name),
            missing or repeated ids, weights that are no numbers, bad URNs. It names columns, ids
            and lines, never answers.
    """
    table = read_table(data, name=name, error=SurveyError)
    mapping = mapping.with_header_names()
    problems = mapping_problems(mapping, table.header, f"{name}, line 1")
    if not mapping.text and not problems:
        problems.append(
            Problem(where=name, message="No column of free text was chosen.", next="Choose one with --text.")
        )
    if problems:
        raise faults(SurveyError, name, problems)
    columns = _Columns.of(table, mapping)
    problems = [*_id_problems(columns), *_weight_problems(columns), *_urn_problems(columns)]
    if problems:
        raise faults(SurveyError, name, problems)
    return Survey(
        name=name,
        encoding=table.encoding,
        bytes_sha256=sha256(data),
        questions=columns.questions,
        respondents=_respondents(columns),
        weight_column=mapping.weight,
        stratum_column=mapping.stratum,
        psu_column=mapping.psu,
        variables=mapping.variables,
        warnings=(*table.warnings, *_warnings(columns, mapping)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """A table with its columns by use; single columns are trimmed, or None where not chosen."""

    table: Table
    questions: tuple[Question, ...]
    ids: tuple[str, ...]
    id_name: str | None
    single: dict[str, list[str]]
    variables: dict[str, list[str]]

    @classmethod
    def of(cls, table: Table, mapping: SurveyMapping) -> _Columns:
        single = {use: _trimmed(table.column(column)) for use, column in mapping.single_columns()}
        numbered = [str(number) for number in range(1, len(table.rows) + 1)]
        return cls(
            table=table,
            questions=questions_of(mapping, table.header),
            ids=tuple(single.get("id", numbered)),
            id_name=mapping.id_column,
            single=single,
            variables={column: _trimmed(table.column(column)) for column in mapping.variables},
        )

    def where(self, number: int) -> str:
        return f"{self.table.name}, line {self.table.lines[number]}"


def _trimmed(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def _id_problems(columns: _Columns) -> list[Problem]:
    problems = [
        Problem(
            where=columns.where(number),
            message=f"The id is missing (column '{columns.id_name}').",
            next="Give every respondent an id, or number the rows by leaving the id column out.",
        )
        for number, one in enumerate(columns.ids)
        if not one
    ]
    for one, lines in repeated_values(columns.ids, columns.table.lines).items():
        listed = ", ".join(map(str, lines[:20])) + (", ..." if len(lines) > 20 else "")
        problems.append(
            Problem(
                where=f"{columns.table.name}, lines {listed}",
                message=f"The id {cell_shown(one)} occurs {len(lines)} times.",
                next="An id stands for one respondent: take another column, or remove the repeats.",
            )
        )
    return problems


def _weight_problems(columns: _Columns) -> list[Problem]:
    return [
        Problem(
            where=columns.where(number),
            message="The weight is not a number from 0 upwards.",
            next="Write it with a decimal point, as in 1.25.",
        )
        for number, raw in enumerate(columns.single.get("weight", []))
        if raw and _weight(raw) is None
    ]


def _weight(raw: str) -> float | None:
    try:
        value = float(raw)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _urn_problems(columns: _Columns) -> list[Problem]:
    return [
        Problem(
            where=columns.where(number),
            message="The URN does not have six digits.",
            next="Correct it, or leave the cell blank.",
        )
        for number, raw in enumerate(columns.single.get("urn", []))
        if raw and _URN.fullmatch(raw) is None
    ]


def _respondents(columns: _Columns) -> tuple[Respondent, ...]:
    places = [
        (question.name, columns.table.header.index(question.name), question.kind is QuestionKind.TEXT)
        for question in columns.questions
    ]
    single = columns.single

    def cell(use: str, number: int) -> str | None:
        return (single[use][number] or None) if use in single else None

    respondents: list[Respondent] = []
    for number, row in enumerate(columns.table.rows):
        weight, urn = cell("weight", number), cell("urn", number)
        respondents.append(
            Respondent(
                respondent_id=columns.ids[number],
                line=columns.table.lines[number],
                answers=tuple(_answer(question, row[at], is_text) for question, at, is_text in places),
                weight=_weight(weight) if weight else None,
                stratum=cell("stratum", number),
                psu=cell("psu", number),
                urn=urn[:6] if urn else None,
                role=cell("role", number),
                variables=tuple(
                    Variable(owner=columns.ids[number], name=name, value=values[number])
                    for name, values in columns.variables.items()
                    if values[number]
                ),
            )
        )
    return tuple(respondents)


def _answer(question: str, cell: str, is_text: bool) -> Answer:
    trimmed = cell.strip()
    if not trimmed:
        return Answer(question=question, value=None)
    return Answer(question=question, value=cell if is_text else trimmed)


def _warnings(columns: _Columns, mapping: SurveyMapping) -> list[str]:
    warnings: list[str] = []
    if columns.id_name is None:
        warnings.append("Respondents are numbered by row, because no id column was chosen.")
    n_unweighted = sum(not raw for raw in columns.single.get("weight", []))
    if n_unweighted:
        warnings.append(f"{n_unweighted} respondent(s) have no weight (column '{mapping.weight}').")
    for column in mapping.number:
        n_words = sum(1 for raw in columns.table.column(column) if raw.strip() and not _is_number(raw))
        if n_words:
            warnings.append(
                f"Column '{column}': {n_words} answer(s) are not numbers; they were kept as text."
            )
    used = {q.name for q in columns.questions} | {column for _, column in mapping.single_columns()}
    unused = [c for c in columns.table.header if c not in used and c not in columns.variables]
    if unused:
        warnings.append(f"{len(unused)} column(s) were not imported: {columns_shown(unused)}.")
    return warnings


def _is_number(raw: str) -> bool:
    try:
        return math.isfinite(float(raw))
    except ValueError:
        return False
