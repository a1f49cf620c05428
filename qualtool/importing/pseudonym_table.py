"""The table of names and pseudonyms: CSV with the columns ``real,pseudonym,kind`` and, if wanted, ``case``.

``kind`` is person, school, place or other (blank: person). ``case`` is ``any`` (replace the name in small
letters too) or ``as-written`` (leave it alone where it begins with a small letter); blank leaves it to
whether the name is an ordinary word.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from ..errors import Problem, UserInputError
from ..text import decode
from ..text.pseudonyms import Kind, Pseudonym, PseudonymTable

_COLUMNS = ("real", "pseudonym", "kind", "case")
_CASES = {"": None, "any": True, "as-written": False}


def read_pseudonyms(data: bytes, *, name: str) -> PseudonymTable:
    """The table in a file.

    Raises:
        UserInputError: every problem at once; rows are told by number (the first below the header is 1),
            names are never repeated.
    """
    text = decode(data, where=name).text.removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        header, *body = [row for row in rows if any(cell.strip() for cell in row)] or [[]]
    except csv.Error as err:
        raise UserInputError.single(name, "This is not a CSV table.", "Save it as CSV (UTF-8).") from err
    columns = [cell.strip().casefold() for cell in header]
    missing = [c for c in _COLUMNS[:2] if c not in columns]
    if missing:
        raise UserInputError.single(
            name,
            f"The columns {' and '.join(missing)} are missing from its first line.",
            "The first line is: real,pseudonym,kind",
        )
    cells = [dict(zip(columns, row, strict=False)) for row in body]
    problems = [p for number, row in enumerate(cells, start=1) for p in _faults(row, number)]
    entries = tuple(_entry(row) for row in cells)
    try:
        table = PseudonymTable(entries)
    except UserInputError as err:
        problems += err.problems
    else:
        if not problems:
            return table
    problems.sort(key=lambda p: (len(p.where), p.where))
    raise UserInputError(
        f"{name}: the table of names has {len(problems)} problems; nothing was changed.", problems=problems
    )


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _faults(row: Mapping[str, str], number: int) -> list[Problem]:
    found: list[Problem] = []
    if row.get("kind", "").strip().casefold() not in ("", *Kind):
        told = "The kind is none of person, school, place and other."
        found.append(Problem(where=f"row {number}", message=told, next="Write one of these."))
    if row.get("case", "").strip().casefold() not in _CASES:
        told = "The case is neither 'any' nor 'as-written'."
        found.append(Problem(where=f"row {number}", message=told, next="Write one of these, or nothing."))
    return found


def _entry(row: Mapping[str, str]) -> Pseudonym:
    kind = row.get("kind", "").strip().casefold()
    return Pseudonym(
        real=row.get("real", "").strip(),
        pseudonym=row.get("pseudonym", "").strip(),
        kind=Kind(kind) if kind in tuple(Kind) else Kind.OTHER if kind else Kind.PERSON,
        any_case=_CASES.get(row.get("case", "").strip().casefold()),
    )
