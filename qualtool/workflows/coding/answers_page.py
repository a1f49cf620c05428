"""What the answers grid shows: free-text answers to one question, closed answers beside, codes on them.

Equal answers are one row: twelve people who wrote "More staff." are read once and coded together.
All rows of a question travel at once, compressed: 20,000 answers are about 1 MB, and then finding,
sorting and scrolling need no server.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ...store.file.connection import reading
from ...store.reading import panel_rows
from ...store.records import answers, audits
from ...store.records import codes as code_store
from .panel_reading import coder_id_of, shown_codes

MOST_COLUMNS = 4
_MOST_VALUES = 3


def answer_questions(study: Path) -> list[dict[str, Any]]:
    """Questions with free-text answers: id, name, survey, n, closed [{id, name, kind}]."""
    with reading(study) as db:
        return [
            {**row, "closed": answers.closed_questions(db, row["id"])} for row in answers.text_questions(db)
        ]


def open_answers(
    study: Path, question_id: int, coder: str, *, closed: Sequence[int] = (), blind: bool = False
) -> dict[str, Any]:
    """All the grid needs to show a question, JSON-able.

    Keys: ``question``, ``coder``, ``blind``, ``up_to`` (greatest source id seen), ``codes``,
    ``favourites``, ``recent``, ``n_rows``, ``n_answers``, ``packed``. ``packed`` is base64 of deflated
    JSON: ``rows`` {row: source ids, n: answers each stands for, text}, ``columns`` [{name, values, of}]
    with ``of`` an index into ``values`` for each row (-1: no answer), ``codings`` lists of row index,
    code GUID index, coder index, start_char, end_char, n; ``code_guids``, ``coders``; ``empty`` [row
    index, n]. In blind coding there is nobody else's coding, nor is there on answers
    of an audit that the coder is in the middle of.

    Raises:
        UserInputError: no such question, or too many columns.
        StudyFileError: the study cannot be opened.
    """
    with reading(study) as db:
        known = {row["id"]: row for row in answers.text_questions(db)}
        if question_id not in known:
            raise UserInputError("There is no such question with free-text answers in this study.")
        names = {row["id"]: row["name"] for row in answers.closed_questions(db, question_id)}
        if len(closed) > MOST_COLUMNS or not set(closed) <= set(names):
            raise UserInputError(f"Choose up to {MOST_COLUMNS} closed questions of the same survey.")
        coder_id = coder_id_of(db, coder)
        rows, row_of, people = _rows(db, question_id)
        hidden = audits.withheld_from(db, coder_id)
        # The same words answered twice stand in one row: what is hidden of one of them is of the row.
        hidden_rows = {row for source_id, row in row_of.items() if hidden.has_source(source_id)}
        codings = grouped_codings(
            (row_of[source_id], code, whose, start, end)
            for source_id, code, whose, start, end in answers.codings_of_question(db, question_id)
            if source_id in row_of and (whose == coder or not (blind or row_of[source_id] in hidden_rows))
        )
        code_guids = sorted({c[1] for c in codings})
        coders = sorted({c[2] for c in codings})
        code_at = {guid: n for n, guid in enumerate(code_guids)}
        coder_at = {name: n for n, name in enumerate(coders)}
        states = answers.states_of_question(db, question_id, coder_id)
        packed = {
            "rows": rows,
            "columns": _columns(db, question_id, closed, names, people, len(rows["row"])),
            "codings": [[row, code_at[c], coder_at[k], a, z, n] for row, c, k, a, z, n in codings],
            "code_guids": code_guids,
            "coders": coders,
            "empty": sorted(Counter(row_of[s] for s in states if s in row_of).items()),
        }
        return {
            "question": question_id,
            "name": known[question_id]["name"],
            "coder": coder,
            "blind": blind,
            "up_to": answers.newest_answer(db, question_id),
            "n_rows": len(rows["row"]),
            "n_answers": sum(rows["n"]),
            "codes": shown_codes(code_store.codebook(db)),
            "favourites": code_store.favourites(db, coder_id),
            "recent": panel_rows.recent_codes(db, coder_id),
            "packed": pack(packed),
        }


def pack(data: Any) -> str:
    """JSON, deflated, as base64: what a browser unpacks without any library."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 6)).decode()


def _rows(
    db: Database, question_id: int
) -> tuple[dict[str, list[Any]], dict[int, int], list[tuple[int, int]]]:
    """Rows in order of first answer; source id -> row index; ``(respondent_id, row index)``."""
    rows: dict[str, list[Any]] = {"row": [], "n": [], "text": []}
    at: dict[str, int] = {}
    row_of: dict[int, int] = {}
    people: list[tuple[int, int]] = []
    for source_id, respondent_id, text, identity in answers.answer_texts(db, question_id):
        index = at.setdefault(identity, len(at))
        if index == len(rows["row"]):
            for name, value in (("row", source_id), ("n", 0), ("text", text)):
                rows[name].append(value)
        rows["n"][index] += 1
        row_of[source_id] = index
        people.append((respondent_id, index))
    return rows, row_of, people


def _columns(
    db: Database,
    question_id: int,
    closed: Sequence[int],
    names: dict[int, str],
    people: list[tuple[int, int]],
    n_rows: int,
) -> list[dict[str, Any]]:
    if not closed:
        return []
    row_of = dict(people)
    counted: dict[int, dict[int, Counter[str]]] = {number: {} for number in closed}
    for number, respondent_id, value in answers.closed_values(db, question_id, closed):
        counted[number].setdefault(row_of[respondent_id], Counter())[value] += 1
    return [_column(names[number], counted[number], n_rows) for number in closed]


def _column(name: str, by_row: dict[int, Counter[str]], n_rows: int) -> dict[str, Any]:
    values: dict[str, int] = {}
    of = [-1] * n_rows
    for row, found in by_row.items():
        of[row] = values.setdefault(_shown(found), len(values))
    return {"name": name, "values": list(values), "of": of}


def _shown(found: Counter[str]) -> str:
    """One value as it is; several, of equal answers by different people, with how often each."""
    if len(found) == 1:
        return next(iter(found))
    most = found.most_common(_MOST_VALUES)
    shown = ", ".join(f"{value} ({n})" for value, n in most)
    return shown if len(found) <= _MOST_VALUES else f"{shown}, …"


def grouped_codings(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """``[key, code, coder, start_char, end_char, n]`` from rows without n, in order of first sight."""
    return [[*row, n] for row, n in Counter(rows).items()]
