"""A table of the team, described on the screen: which column is the school, which an indicator."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import yaml

from ..errors import IndicatorError
from ..importing import read_table
from ..indicators import normalise_year, read_own_table
from ..indicators.own_tables import KINDS, LICENCES
from ..indicators.years import year_of_name

N_PREVIEW = 6
LICENCE_WORDS = {
    "OGL3": "published under the Open Government Licence",
    "NPD_SRS": "made from the National Pupil Database or in a secure research service",
    "school_supplied": "given by a school or trust",
    "unknown": "not known",
}
_URN = re.compile(r"\d{6}")
_LA = re.compile(r"\d{3}")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLook:
    """A table at a glance, with a guess at what its columns are.

    ``school`` or ``la`` is the column of URNs or codes of local authorities, ``year_column`` one of
    school years, ``year`` what the name of the file tells. ``columns`` are dicts ``use, column, name,
    kind, unit, population`` of the other columns, for a person to correct.
    """

    name: str
    header: tuple[str, ...]
    first_rows: tuple[dict[str, str], ...]
    school: str | None
    la: str | None
    year_column: str | None
    year: str | None
    columns: tuple[dict[str, Any], ...]


def look_at_table(content: bytes, name: str) -> TableLook:
    """Read a table and guess.

    Raises:
        IndicatorError: it is no table; every fault with its line.
    """
    table = read_table(content, name=name, error=IndicatorError)
    cells = {column: [row[at].strip() for row in table.rows] for at, column in enumerate(table.header)}
    school = _first(cells, lambda cell: _URN.fullmatch(cell) is not None)
    la = None if school else _first(cells, lambda cell: _LA.fullmatch(cell) is not None)
    year = _first(cells, lambda cell: "/" in (normalise_year(cell) or ""))
    others = [column for column in table.header if column not in (school, la, year)]
    return TableLook(
        name=name,
        header=table.header,
        first_rows=tuple(dict(zip(table.header, row, strict=True)) for row in table.rows[:N_PREVIEW]),
        school=school,
        la=la,
        year_column=year,
        year=year_of_name(name),
        columns=tuple(_guessed(column, cells[column]) for column in others),
    )


def _first(cells: Mapping[str, Sequence[str]], fits: Any) -> str | None:
    return next((column for column, found in cells.items() if _share(found, fits) >= _MOSTLY), None)


def _share(cells: Sequence[str], fits: Any) -> float:
    given = [cell for cell in cells if cell]
    return sum(bool(fits(cell)) for cell in given) / len(given) if given else 0.0


def _guessed(column: str, cells: Sequence[str]) -> dict[str, Any]:
    plain = [cell.rstrip("% ").replace(",", "") for cell in cells]
    is_number = _share(plain, lambda cell: _NUMBER.fullmatch(cell) is not None) >= _MOSTLY
    kind = "text"
    if is_number:
        is_percent = "%" in column or any(cell.endswith("%") for cell in cells)
        is_count = all(cell.isdigit() for cell in plain if _NUMBER.fullmatch(cell))
        kind = "percent" if is_percent else "count" if is_count else "number"
    return {
        "use": is_number,
        "column": column,
        "name": indicator_name(column),
        "kind": kind,
        "unit": "",
        "population": "",
    }


def indicator_name(text: str) -> str:
    """A name as indicators have it (``moves_in``) for the words of a header or a file."""
    name = _NOT_A_NAME.sub("_", text.lower()).strip("_")
    return name if name[:1].isalpha() else f"own_{name}".rstrip("_")


def mapping_file(
    look: TableLook,
    *,
    licence: str,
    publisher: str,
    key_kind: str,
    key: str,
    year: str,
    year_column: str | None,
    columns: Sequence[Mapping[str, Any]],
) -> bytes:
    """The mapping of a table (YAML) as ``qualtool import indicators --map`` takes it.

    ``key_kind`` is ``school`` or ``la``. Of ``columns`` those with ``use`` become indicators.

    Raises:
        IndicatorError: the mapping does not work yet; every fault is in ``problems``.
    """
    content: dict[str, Any] = {
        "table": indicator_name(PurePath(look.name).stem),
        "label": PurePath(look.name).stem,
        **({"publisher": publisher} if publisher.strip() else {}),
        "licence": licence,
        key_kind: key,
        "year": {"column": year_column} if year_column else year.strip() or None,
        "indicators": [
            {k: str(c[k]) for k in ("name", "column", "kind", "unit", "population") if c.get(k)}
            for c in columns
            if c.get("use")
        ],
    }
    data = yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode()
    read_own_table(data, name="mapping")
    return data


__all__ = ["KINDS", "LICENCES", "LICENCE_WORDS", "TableLook", "look_at_table", "mapping_file"]
