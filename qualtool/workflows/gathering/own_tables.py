"""A table of the team, described on the screen: which column is the school, which an indicator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import yaml

from ...errors import IndicatorError
from ...importing import read_table
from ...indicators import normalise_year, read_own_table
from ...indicators.own_tables import KINDS, LICENCES, MEANINGS
from ...indicators.years import year_of_name

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
_YEARS = re.compile(r"(?<!\d)20\d\d(?:[-_ ]?(?:20)?\d\d)?(?:-?\d\d)?(?!\d)")
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
_MOSTLY, _HALF = 0.9, 0.5
MOST_TOKENS = 12
_LONGEST_SIGN = 12
# What these mean in most tables; a person confirms it. Of others, such as x, nothing is guessed.
_MEANT = {
    "c": "suppressed",
    "*": "suppressed",
    "supp": "suppressed",
    "suppressed": "suppressed",
    "<5": "suppressed",
    "<10": "suppressed",
    "z": "not_applicable",
    "n/a": "not_applicable",
    "na": "not_applicable",
    "-": "not_available",
    "..": "not_available",
    "low": "small_nonzero",
    "k": "small_nonzero",
}
# Numbers that stand for a missing answer in many files; in a column that has no other negative number.
_CODES = frozenset(("-7", "-8", "-9", "-99", "-999", "-9999"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLook:
    """A table at a glance, with a guess at what its columns are.

    ``school`` or ``la`` is the column of URNs or codes of local authorities, ``year_column`` one of
    school years, ``year`` what the name of the file tells. ``columns`` are dicts ``use, column, name,
    kind, unit, population`` of the other columns, and ``tokens`` dicts ``token, n, meaning`` of what
    stands in columns of numbers and is none, for a person to correct.
    """

    name: str
    header: tuple[str, ...]
    first_rows: tuple[dict[str, str], ...]
    school: str | None
    la: str | None
    year_column: str | None
    year: str | None
    columns: tuple[dict[str, Any], ...]
    tokens: tuple[dict[str, Any], ...]


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
    columns = tuple(_guessed(column, cells[column]) for column in others)
    used = [cells[guess["column"]] for guess in columns if guess["use"]]
    codes = _codes(used)
    tokens = Counter(cell for found in used for cell in found if _is_token(cell) or cell in codes)
    return TableLook(
        name=name,
        header=table.header,
        first_rows=tuple(dict(zip(table.header, row, strict=True)) for row in table.rows[:N_PREVIEW]),
        school=school,
        la=la,
        year_column=year,
        year=year_of_name(name),
        columns=columns,
        tokens=tuple(
            {
                "token": token,
                "n": n,
                "meaning": "not_available" if token in codes else _MEANT.get(token.lower()),
            }
            for token, n in tokens.most_common(MOST_TOKENS)
        ),
    )


def _first(cells: Mapping[str, Sequence[str]], fits: Any) -> str | None:
    return next((column for column, found in cells.items() if _share(found, fits) >= _MOSTLY), None)


def _share(cells: Sequence[str], fits: Any) -> float:
    given = [cell for cell in cells if cell]
    return sum(bool(fits(cell)) for cell in given) / len(given) if given else 0.0


def _plain(cell: str) -> str:
    return cell.removeprefix("£").rstrip("% ").replace(",", "").strip()


def _is_token(cell: str) -> bool:
    return bool(cell) and _NUMBER.fullmatch(_plain(cell)) is None


def _codes(columns: Sequence[Sequence[str]]) -> frozenset[str]:
    """Those of -9, -99 and the like that stand among numbers of which none is below 0.

    A sign means the same in the whole table, so one that may be a number in any column is none.
    """
    found: set[str] = set()
    numbers: set[str] = set()
    for cells in columns:
        mine = _CODES.intersection(cells)
        is_signed = any(_plain(c).startswith("-") and not _is_token(c) for c in cells if c not in mine)
        (numbers if is_signed else found).update(mine)
    return frozenset(found - numbers)


def _is_of_numbers(cells: Sequence[str]) -> bool:
    """Mostly numbers; or half numbers, and beside them a few short signs such as c or n/a."""
    share = _share(cells, lambda cell: not _is_token(cell))
    signs = {cell for cell in cells if _is_token(cell)}
    return share >= _MOSTLY or (
        share >= _HALF and len(signs) <= MOST_TOKENS and all(len(sign) <= _LONGEST_SIGN for sign in signs)
    )


def _guessed(column: str, cells: Sequence[str]) -> dict[str, Any]:
    plain = [_plain(cell) for cell in cells]
    is_number = _is_of_numbers(cells)
    kind = "text"
    if is_number:
        is_percent = "%" in column or any(cell.endswith("%") for cell in cells)
        codes = _codes([cells])
        is_count = all(cell.isdigit() for cell in plain if _NUMBER.fullmatch(cell) and cell not in codes)
        is_money = any(cell.startswith("£") for cell in cells)
        kind = "money" if is_money else "percent" if is_percent else "count" if is_count else "number"
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
    tokens: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """The mapping of a table (YAML) as ``qualtool import indicators --map`` takes it.

    ``key_kind`` is ``school`` or ``la``. Of ``columns`` those with ``use`` become indicators,
    of ``tokens`` those with a ``meaning`` are told; others stay unknown and are no number.

    Raises:
        IndicatorError: the mapping does not work yet; every fault is in ``problems``.
    """
    # What an editor on the screen leaves open may come back as a NaN.
    meanings = {str(t["token"]): t["meaning"] for t in tokens if isinstance(t.get("meaning"), str)}
    content: dict[str, Any] = {
        # Without its year, so that the next delivery is one of the same table.
        "table": indicator_name(_YEARS.sub(" ", PurePath(look.name).stem)),
        "label": PurePath(look.name).stem,
        **({"publisher": publisher} if publisher.strip() else {}),
        "licence": licence or None,
        key_kind: key,
        "year": {"column": year_column} if year_column else year.strip() or None,
        **({"tokens": meanings} if meanings else {}),
        "indicators": [
            {k: str(c[k]) for k in ("name", "column", "kind", "unit", "population") if c.get(k)}
            for c in columns
            if c.get("use")
        ],
    }
    data = yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode()
    read_own_table(data, name="mapping")
    return data


__all__ = ["KINDS", "LICENCES", "LICENCE_WORDS", "MEANINGS", "TableLook", "look_at_table", "mapping_file"]
