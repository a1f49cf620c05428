"""CSV and XLSX to a header and rows of text: the one way any table enters.

Everything is text and a blank is ``""``, so that 0 stays ``"0"`` and can never be taken for a
blank. The separator and the encoding are found, not asked for. XLSX is told by content.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import Problem, TranscriptError, UserInputError
from ..text import canonical, decode
from ..text.zips import MAX_CELLS
from .archives import looks_like
from .faults import faults
from .workbooks import read_workbook

MAX_COLUMNS = 20_000
# A cell may hold a whole essay; more than this is a quote mark that never closes.
MAX_CELL = 10_000_000
_SEPARATORS = (",", ";", "\t")
_SAMPLE = 200_000
_SAMPLE_ROWS = 30
# Stands alone in a row after the last one; an open quote mark would swallow it.
_SENTINEL = "\uffffend\uffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A header and its rows; every row has as many cells as the header.

    ``lines`` are the lines (in XLSX the rows) on which the rows begin, the first line being 1.
    """

    name: str
    encoding: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    warnings: tuple[str, ...] = ()

    def column(self, name: str) -> list[str]:
        """The cells of one column, top to bottom."""
        at = self.header.index(name)
        return [row[at] for row in self.rows]


def read_table(data: bytes, *, name: str, error: type[UserInputError]) -> Table:
    """Read a CSV or XLSX file.

    Blank rows are left out. Column names are trimmed; a column without a name that holds
    something is called ``column N`` and a warning says so.

    Raises ``error``: empty, not a table, two columns with one name, more than 20,000 columns or 20
    million cells, a quote mark that never closes, rows with more cells than the header; faults of the
    latter kinds all at once, with their lines.
    """
    if not data.strip():
        raise error.single(name, "The file is empty.", "Check that it was copied completely.")
    if data.startswith(b"PK"):
        grid = read_workbook(data, name=name, error=error)
        return _table(name, "xlsx", grid.rows, grid.lines, list(grid.warnings), error)
    found = looks_like(data)
    if found is not None:
        raise error.single(name, f"This is not a table but {found}.", "Save it as .csv or .xlsx.")
    text, encoding = _text(data, name, error)
    rows, lines = _csv_rows(text, name, error)
    return _table(name, encoding, rows, lines, [], error)


def _text(data: bytes, name: str, error: type[UserInputError]) -> tuple[str, str]:
    try:
        decoded = decode(data, where=name)
        return canonical(decoded.text, where=name), decoded.encoding
    except TranscriptError as err:
        raise error(err.message, problems=err.problems) from err


def _csv_rows(text: str, name: str, error: type[UserInputError]) -> tuple[list[list[str]], list[int]]:
    text = _without_declaration(text)
    separator = _separator(text)
    if csv.field_size_limit() < MAX_CELL:
        csv.field_size_limit(MAX_CELL)
    ended = text if text.endswith("\n") else text + "\n"
    reader = csv.reader(io.StringIO(ended + _SENTINEL, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    lines: list[int] = []
    line = 1
    n_cells = 0
    try:
        for row in reader:
            n_cells += max(1, len(row))
            if n_cells > MAX_CELLS:
                raise _too_large(error, name, f"more than {line} lines")
            rows.append(row)
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as err:
        raise error.single(
            f"{name}, line {line}", "This row cannot be read as CSV.", "Check its quote marks."
        ) from err
    if rows[-1] != [_SENTINEL]:
        raise error.single(
            f"{name}, line {lines[-1]}",
            "A quote mark opens in this row and never closes.",
            'Close it, or write a quote mark inside a cell twice ("").',
        )
    return rows[:-1], lines[:-1]


def _too_large(error: type[UserInputError], name: str, size: str) -> UserInputError:
    return error.single(
        name,
        f"It has {size}; more than {MAX_CELLS} cells are not read.",
        "Leave out the columns that are not needed, or cut the file into several.",
    )


def _without_declaration(text: str) -> str:
    """Excel may write its separator into the first line (``sep=;``); blank it, keep line numbers."""
    first, newline, rest = text.partition("\n")
    is_declaration = first.lower().startswith("sep=") and len(first) == 5
    return newline + rest if is_declaration else text


def _separator(text: str) -> str:
    """The separator that cuts the first rows into the most columns, alike in most rows."""

    def score(separator: str) -> tuple[float, int]:
        sample = io.StringIO(text[:_SAMPLE], newline="")
        widths: list[int] = []
        try:
            for row in csv.reader(sample, delimiter=separator):
                widths += [len(row)] if any(row) else []
                if len(widths) >= _SAMPLE_ROWS:
                    break
        except csv.Error:
            return (0.0, 0)
        if not widths or widths[0] < 2:
            return (0.0, 0)
        return (sum(w == widths[0] for w in widths) / len(widths), widths[0])

    scores = {separator: score(separator) for separator in _SEPARATORS}
    steady = [s for s in _SEPARATORS if scores[s][0] >= 0.5]
    if steady:
        return max(steady, key=lambda s: scores[s][1])
    return max(_SEPARATORS, key=lambda s: scores[s])


def _table(
    name: str,
    encoding: str,
    rows: Sequence[Sequence[str]],
    lines: Sequence[int],
    warnings: list[str],
    error: type[UserInputError],
) -> Table:
    filled = [(row, line) for row, line in zip(rows, lines, strict=True) if any(c.strip() for c in row)]
    if not filled:
        raise error.single(name, "The file holds no rows.", "Check that it is the right file and sheet.")
    (header_row, header_line), *body = filled
    header = _header(header_row, [row for row, _ in body], f"{name}, line {header_line}", warnings, error)
    problems = [_too_long(name, line) for row, line in body if any(c.strip() for c in row[len(header) :])]
    if problems:
        raise faults(error, name, problems)
    if len(header) * len(body) > MAX_CELLS:
        raise _too_large(error, name, f"{len(header)} columns and {len(body)} rows")
    n_short = sum(len(row) < len(header) for row, _ in body)
    if n_short and encoding != "xlsx":
        warnings.append(
            f"{n_short} row(s) have fewer cells than the header; the missing ones count as blank."
        )
    return Table(
        name=name,
        encoding=encoding,
        header=header,
        rows=tuple((*row[: len(header)], *[""] * (len(header) - len(row))) for row, _ in body),
        lines=tuple(line for _, line in body),
        warnings=tuple(warnings),
    )


def _too_long(name: str, line: int) -> Problem:
    return Problem(
        where=f"{name}, line {line}",
        message="This row has more cells than the header.",
        next="Put a cell that holds the separator into quote marks.",
    )


def _header(
    cells: Sequence[str],
    body: Sequence[Sequence[str]],
    where: str,
    warnings: list[str],
    error: type[UserInputError],
) -> tuple[str, ...]:
    names = [column_name(cell) for cell in cells]
    filled = max((at for row in body for at, cell in enumerate(row, start=1) if cell.strip()), default=0)
    while names and not names[-1] and len(names) > filled:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise error.single(
            where,
            f"The table has {len(names)} columns; more than {MAX_COLUMNS} are not read.",
            "Check that rows and columns are not swapped.",
        )
    unnamed = [number for number, one in enumerate(names, start=1) if not one]
    for number in unnamed:
        names[number - 1] = f"column {number}"
    if unnamed:
        listed = ", ".join(map(str, unnamed[:20]))
        warnings.append(f"Columns without a name are called 'column N': {listed}.")
    places: dict[str, list[int]] = {}
    for number, one in enumerate(names, start=1):
        places.setdefault(one, []).append(number)
    problems = [_repeated(where, one, at) for one, at in places.items() if len(at) > 1]
    if problems:
        raise faults(error, where, problems)
    return tuple(names)


def column_name(raw: str) -> str:
    """A column's name as it is kept: on one line, without white space at its ends."""
    return raw.replace("\n", " ").strip()


def _repeated(where: str, name: str, at: Sequence[int]) -> Problem:
    listed = ", ".join(map(str, at[:20])) + (", ..." if len(at) > 20 else "")
    return Problem(
        where=where,
        message=f"{len(at)} columns are called '{name}' (columns {listed}).",
        next="Give each column its own name.",
    )


def repeated_values(values: Sequence[str], lines: Sequence[int]) -> dict[str, list[int]]:
    """Values that occur more than once, with the lines they stand on; blanks are not counted."""
    counts = Counter(values)
    found: dict[str, list[int]] = {}
    for value, line in zip(values, lines, strict=True):
        if value and counts[value] > 1:
            found.setdefault(value, []).append(line)
    return found
