"""Which column of a survey file is what, and whether a file has those columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from ..errors import Problem
from ..model import Question, QuestionKind
from .tables import column_name

ROW_NUMBER = "#row"
_NAME_LIKE = re.compile(r"[\w./\-]+(?: [\w./\-]+){0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyMapping:
    """Column names by use, as a person or ``guess_mapping`` chose them.

    ``id`` is the column of respondent ids; None or ``#row`` numbers the respondents from 1 in file
    order instead. ``multi`` holds prefixes: every column that starts with one is an option of a
    tick-all question. ``variables`` are further columns kept as facts about the respondent.
    """

    text: tuple[str, ...] = ()
    id: str | None = None
    weight: str | None = None
    stratum: str | None = None
    psu: str | None = None
    urn: str | None = None
    role: str | None = None
    single: tuple[str, ...] = ()
    multi: tuple[str, ...] = ()
    likert: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()

    @property
    def id_column(self) -> str | None:
        """The column of ids, None where respondents are numbered."""
        return None if self.id in (None, ROW_NUMBER) else self.id

    def with_header_names(self) -> SurveyMapping:
        """The same mapping with column names written as ``tables`` writes them."""
        lists = ("text", "single", "likert", "number", "variables")
        ones = ("id", "weight", "stratum", "psu", "urn", "role")
        changed: dict[str, Any] = {use: tuple(map(column_name, getattr(self, use))) for use in lists}
        changed |= {use: column_name(getattr(self, use)) for use in ones if getattr(self, use)}
        return replace(self, **changed)

    def single_columns(self) -> Iterator[tuple[str, str]]:
        """Uses that take one column, with the column chosen."""
        chosen = {
            "id": self.id_column,
            "weight": self.weight,
            "stratum": self.stratum,
            "psu": self.psu,
            "urn": self.urn,
            "role": self.role,
        }
        yield from ((use, column) for use, column in chosen.items() if column is not None)

    def question_columns(self) -> Iterator[tuple[QuestionKind, str]]:
        """Columns that are questions, options of tick-all questions left out."""
        for kind, columns in (
            (QuestionKind.TEXT, self.text),
            (QuestionKind.SINGLE, self.single),
            (QuestionKind.LIKERT, self.likert),
            (QuestionKind.NUMBER, self.number),
        ):
            yield from ((kind, column) for column in columns)


def questions_of(mapping: SurveyMapping, header: Sequence[str]) -> tuple[Question, ...]:
    """The questions in the order of the header."""
    kinds = {column: (kind, "") for kind, column in mapping.question_columns()}
    taken = {*kinds, *(column for _, column in mapping.single_columns()), *mapping.variables}
    for column in header:
        prefix = next((p for p in mapping.multi if column.startswith(p)), None)
        if prefix is not None and column not in taken:
            kinds[column] = (QuestionKind.MULTI, prefix)
    return tuple(
        Question(name=column, kind=kinds[column][0], group=kinds[column][1])
        for column in header
        if column in kinds
    )


def mapping_problems(mapping: SurveyMapping, header: Sequence[str], where: str) -> list[Problem]:
    """Columns that are not there, prefixes nothing starts with, columns with two uses."""
    uses = [*mapping.single_columns(), *((kind.value, column) for kind, column in mapping.question_columns())]
    uses += [("variable", column) for column in mapping.variables]
    known = set(header)
    problems = [
        Problem(where=where, message=f"There is no column '{c}' (chosen as {use}).", next=_nearest(c, header))
        for use, c in dict.fromkeys(uses)
        if c not in known
    ]
    problems += [
        Problem(
            where=where, message=f"No column starts with '{p}' (chosen as multi).", next=_nearest(p, header)
        )
        for p in mapping.multi
        if not p or not any(column.startswith(p) for column in header)
    ]
    kinds: dict[str, set[str]] = {}
    for kind, column in mapping.question_columns():
        kinds.setdefault(column, set()).add(kind.value)
    problems += [
        Problem(
            where=where,
            message=f"The column '{column}' is chosen as {' and as '.join(sorted(found))}.",
            next="Choose one kind of question for it.",
        )
        for column, found in kinds.items()
        if len(found) > 1
    ]
    if mapping.id_column is not None and mapping.id_column in kinds:
        problems.append(
            Problem(
                where=where,
                message=f"The column '{mapping.id_column}' is chosen as id and as a question.",
                next="Choose another column for one of them.",
            )
        )
    return problems


def _nearest(wanted: str, header: Sequence[str]) -> str:
    by_key = {" ".join(column.split()).casefold(): column for column in header}
    close = get_close_matches(" ".join(wanted.split()).casefold(), list(by_key), n=1, cutoff=0.5)
    if close:
        return f"Do you mean '{by_key[close[0]]}'?"
    return f"The columns are {columns_shown(header)}."


def columns_shown(header: Sequence[str]) -> str:
    """Columns as a message may list them: the first eight short names, and how many others there are.

    The first row of a file without a header is somebody's answer, and no message may hold that.
    """
    short = [f"'{column}'" for column in header if _NAME_LIKE.fullmatch(column)][:8]
    n_more = len(header) - len(short)
    if not short:
        return f"{n_more}, none with a short name"
    return ", ".join(short) + (f" and {n_more} more" if n_more else "")
