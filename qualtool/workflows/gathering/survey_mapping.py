"""Look at a survey file before it is imported: its first rows, and a guess at what each column is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import Problem, SurveyError
from ...importing import SurveyMapping, guess_mapping, read_table
from ...importing.mapping import mapping_problems, questions_of
from ...model import QuestionKind

N_PREVIEW = 8
_EXAMPLES = 3
_EXAMPLE_LENGTH = 40

FRAMES = {
    "probability": "a random sample (weights are used)",
    "self_selected": "whoever chose to answer",
    "purposive": "chosen by the researchers",
}
_KINDS = {
    QuestionKind.TEXT: "free text: each answer becomes a source",
    QuestionKind.SINGLE: "closed question, one answer",
    QuestionKind.MULTI: "option of a tick-all question",
    QuestionKind.LIKERT: "closed question on a scale",
    QuestionKind.NUMBER: "number",
}
_ONES = {
    "id": "respondent id",
    "weight": "weight",
    "stratum": "stratum",
    "psu": "sampling unit",
    "urn": "URN of the school",
    "role": "role of the respondent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyLook:
    """A survey file at a glance.

    ``first_rows`` are dicts by column; ``columns`` have column, filled, different and examples;
    ``prefixes`` are beginnings that two or more columns share, candidates for tick-all questions.
    """

    name: str
    encoding: str
    n_rows: int
    header: tuple[str, ...]
    first_rows: tuple[dict[str, str], ...]
    columns: tuple[dict[str, Any], ...]
    prefixes: tuple[str, ...]
    guess: SurveyMapping
    warnings: tuple[str, ...]

    @property
    def frame(self) -> str:
        """How respondents were chosen, as far as the file tells: weights speak of a random sample."""
        return "probability" if self.guess.weight else "self_selected"


def guess_survey(content: bytes, name: str) -> SurveyLook:
    """Read a survey file and guess a mapping for a person to correct.

    Raises:
        SurveyError: it is no table; every fault with its line.
    """
    table = read_table(content, name=name, error=SurveyError)
    guess = guess_mapping(table.header, table.rows)
    return SurveyLook(
        name=name,
        encoding=table.encoding,
        n_rows=len(table.rows),
        header=table.header,
        first_rows=tuple(dict(zip(table.header, row, strict=True)) for row in table.rows[:N_PREVIEW]),
        columns=tuple(
            _described(column, [row[at].strip() for row in table.rows])
            for at, column in enumerate(table.header)
        ),
        prefixes=tuple(dict.fromkeys((*guess.multi, *_shared_beginnings(table.header)))),
        guess=guess,
        warnings=table.warnings,
    )


def _described(column: str, cells: Sequence[str]) -> dict[str, Any]:
    filled = [cell for cell in cells if cell]
    distinct = dict.fromkeys(filled)
    examples = [
        value if len(value) <= _EXAMPLE_LENGTH else value[: _EXAMPLE_LENGTH - 1] + "…"
        for value in list(distinct)[:_EXAMPLES]
    ]
    return {
        "column": column,
        "filled": len(filled),
        "different": len(distinct),
        "examples": " | ".join(examples),
    }


def _shared_beginnings(header: Sequence[str]) -> list[str]:
    """Beginnings up to the last mark (_ : . -) that two columns or more have in common."""
    counts: dict[str, int] = {}
    for column in header:
        at = max(column.rfind(mark) for mark in "_:.-")
        if 0 < at < len(column) - 1:
            counts[column[: at + 1]] = counts.get(column[: at + 1], 0) + 1
    return [beginning for beginning, n in counts.items() if n > 1]


def column_uses(look: SurveyLook, mapping: SurveyMapping) -> list[dict[str, Any]]:
    """What becomes of each column under a mapping: column, use, filled, different, examples."""
    uses: dict[str, list[str]] = {}
    for one, column in mapping.single_columns():
        uses.setdefault(column, []).append(_ONES[one])
    for question in questions_of(mapping, look.header):
        uses.setdefault(question.name, []).append(_KINDS[question.kind])
    for column in mapping.variables:
        uses.setdefault(column, []).append("fact about the respondent")
    return [
        {"column": row["column"], "use": "; ".join(uses.get(row["column"], ["(not imported)"])), **row}
        for row in look.columns
    ]


def mapping_faults(look: SurveyLook, mapping: SurveyMapping) -> tuple[Problem, ...]:
    """What would make an import with this mapping fail, before it is tried."""
    found = mapping_problems(mapping, look.header, look.name)
    if not mapping.text and not questions_of(mapping, look.header):
        found.append(
            Problem(
                where=look.name,
                message="No column is chosen as a question.",
                next="Choose at least one column of free text, or a closed question.",
            )
        )
    return tuple(found)


def mapping_of(chosen: Mapping[str, Any]) -> SurveyMapping:
    """A mapping from what a person chose: lists of columns by kind, and one column by use, "" for none."""
    many = ("text", "single", "multi", "likert", "number", "variables")
    columns: dict[str, Any] = {use: tuple(chosen.get(use, ())) for use in many}
    ones: dict[str, Any] = {use: chosen.get(use) or None for use in _ONES}
    return SurveyMapping(**columns, **ones)
